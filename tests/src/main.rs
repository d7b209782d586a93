//! `cargo lab`: one command for everything one does with Shardlab.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use harness::bench::{self, Figure};
use harness::check::{self, Check};
use harness::look::{self, Look};
use harness::node::{self, Node};
use harness::route::{self, Route};
use harness::scenario::link::{self, Link};
use harness::scenario::merge;
use harness::scenario::place::{self, Place};
use harness::scenario::run::{self, Run};
use harness::scenario::sweep::{self, Sweep};
use harness::scenario::words;
use harness::suite::{self, Choice, Part};
use harness::table::{self, Tables};
use harness::tool::{Need, Toolbox};
use harness::vector::{self, Vectors};
use harness::{page, say};

/// Builds, runs, proves and measures Shardlab. Every command first brings the tools it needs.
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Order,
}

#[derive(Subcommand)]
enum Order {
    /// The playground at a local address, rebuilt on every change.
    Serve {
        /// The port; without it 8080, or a free one if that is taken.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Every proof: format, lints, documentation, native, wasm and browser tests.
    Test {
        /// Parts to run alone; none means all.
        parts: Vec<Part>,
        #[command(flatten)]
        choice: Choice,
    },
    /// The page for visitors in `dist/`, ready for any static host in any folder.
    Build {
        /// The JavaScript API as a package instead, in `dist-package/`.
        #[arg(long)]
        package: bool,
    },
    /// Plays scenarios to their end and says what held.
    ///
    /// Ends with 0 if all expectations hold, 1 if some do not, 2 if a text is wrong.
    Run(Run),
    /// The words of the language with what they mean and a line to begin with.
    ///
    /// Ends with 0, or with 1 if no word speaks of what is looked for.
    Words {
        /// What to look for: what speaks of all of it, or else of any of it; nothing shows all words.
        sought: Vec<String>,
    },
    /// The link that carries a scenario, to put behind the address of any page; or the text of a link.
    Link(Link),
    /// Where keys would go: balance, movement, range queries, memory and lookup time by any strategy.
    Place(Place),
    /// One scenario with many seeds, on all cores.
    Sweep(Sweep),
    /// One summary of what several sweeps found: every seed counts once, and missing ones are told.
    Merge {
        /// Files of lines that `sweep --json` has printed.
        #[arg(required = true)]
        files: Vec<std::path::PathBuf>,
        /// The summary as one JSON value.
        #[arg(long)]
        json: bool,
    },
    /// Figures beside named peers, side by side in one run.
    ///
    /// Every figure is taken as the best of several rounds, because noise on a machine only ever
    /// slows. The peers are compiled with the same options and run in the same process.
    Bench {
        /// Figures to measure alone; none means all.
        figures: Vec<Figure>,
    },
    /// Published test vectors of hashes, placement and ids, put to the core.
    ///
    /// Ends with 0 if all are as we say, 1 if some are not, 2 if a file cannot be read.
    Vectors(Vectors),
    /// Histories of what clients saw of a store: is there an order that explains them?
    ///
    /// Ends with 0 if all are linearizable (or as expected), 1 if one is not, or is not known to be,
    /// 2 if a file is no history.
    Check(Check),
    /// Datadriven tables on majorities and members, put to the core.
    ///
    /// Ends with 0 if all are as we say, 1 if some are not, 2 if a file cannot be read.
    Tables(Tables),
    /// A node of Maelstrom's lin-kv workload on standard input and output.
    Node(Node),
    /// Several nodes of Maelstrom's lin-kv workload on a bad network, driven by clients and judged.
    ///
    /// Ends with 0 if what the clients saw is linearizable, 1 if not or not known, 2 if a node fails.
    Route(Route),
    /// Pictures of the page in given states, narrow and wide, light and dark.
    Look(Look),
    /// Only brings the tools.
    Setup,
}

/// Ends with 0 if all is well, 1 if something did not hold, 2 if it could not even be tried.
/// A reader that has seen enough, such as `head`, is no fault: what is left is not printed.
fn end_quietly_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |about| {
        let closed = about.payload_as_str().is_some_and(|text| {
            text.starts_with("failed printing to stdout") && text.contains("Broken pipe")
        });
        if closed {
            std::process::exit(0);
        }
        usual(about);
    }));
}

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    let done = match Arguments::parse().command {
        Order::Serve { port } => page::serve(port).map(|()| true),
        Order::Test { parts, choice } => suite::test(&parts, &choice),
        Order::Build { package: true } => page::package().map(|_| true),
        Order::Build { package: false } => page::build().map(|()| true),
        Order::Run(wish) => run::run(&wish),
        Order::Words { sought } => Ok(words::words(&sought)),
        Order::Link(wish) => link::link(&wish),
        Order::Place(wish) => place::place(&wish),
        Order::Sweep(wish) => sweep::sweep(&wish),
        Order::Merge { files, json } => merge::merge(&files, json),
        Order::Bench { figures } => bench::bench(&figures),
        Order::Vectors(wish) => vector::vectors(&wish),
        Order::Check(wish) => check::check(&wish),
        Order::Tables(wish) => table::tables(&wish),
        Order::Node(wish) => node::node(&wish),
        Order::Route(wish) => route::route(&wish),
        Order::Look(wish) => look::look(&wish).map(|()| true),
        Order::Setup => setup().map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn setup() -> Result<(), String> {
    let needs =
        [Need::WasmTarget, Need::BareTarget, Need::WasmBindgen, Need::Trunk, Need::Geckodriver];
    let toolbox = Toolbox::with(&needs)?;
    for engine in harness::webdriver::ENGINES {
        if let Err(problem) = harness::tool::browser(&toolbox, engine.name()) {
            say::step(&format!("{}: {problem}", engine.name()));
        }
    }
    if toolbox.wasm_opt().is_none() {
        say::step("wasm-opt cannot be had here: release pages will be larger than they could be");
    }
    say::step("Everything that can be had is here.");
    Ok(())
}
