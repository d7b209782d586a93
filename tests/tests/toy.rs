//! A tenant is one folder and one line: the toy of `tests/toy` is put into a copy of the engine and works.
//!
//! The copy stands below the build folder and keeps what was compiled, so a second run takes seconds. It is
//! asked by a small program (`toy/driver.rs`) that uses the session as the page does and names no tenant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use harness::place;
use shardlab::session::Session;

/// Where the list of tenants stands, the line behind which a new one is put, and that of the toy.
const LIST: &str = "core/src/tenant/mod.rs";
const HEAD: &str = "sum::tenants! {\n";
const LINE: &str = "    Toy: toy,\n";
/// Where the toy's folder is put.
const FOLDER: &str = "core/src/tenant/toy";

/// Files by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// All files below a folder, by their paths in it behind `prefix`.
fn files(folder: &Path, prefix: &str) -> Files {
    let named = |file: &PathBuf| {
        let name = file.strip_prefix(folder).expect("it stands below").to_string_lossy();
        let name = format!("{prefix}/{}", name.replace('\\', "/"));
        (name, std::fs::read(file).expect("a source can be read"))
    };
    place::files(folder).iter().map(named).collect()
}

/// The engine with the toy: its folder, and its line in the list.
fn engine_with_toy() -> Files {
    let root = place::root();
    let mut engine = files(&root.join("core"), "core");
    assert!(engine.keys().all(|name| !name.starts_with(FOLDER)), "the engine has no toy");
    let list = String::from_utf8(engine[LIST].clone()).expect("the list is text");
    assert_eq!(list.matches(HEAD).count(), 1, "the list of tenants is found by its first line");
    engine.insert(LIST.to_owned(), list.replace(HEAD, &format!("{HEAD}{LINE}")).into());
    engine.extend(files(&root.join("tests/toy"), FOLDER));
    engine
}

/// The workspace of the copy: that of the repository with other members, compiled as quickly as can be.
fn workspace() -> String {
    let manifest = place::read(&place::root().join("Cargo.toml")).expect("the manifest is there");
    let common = manifest.split("[profile").next().unwrap_or_default();
    let members = ["members", "default-members", "exclude"];
    let kept = common.lines().filter(|line| !members.iter().any(|word| line.starts_with(word)));
    let kept: Vec<&str> = kept.collect();
    let members = "[workspace]\nmembers = [\"core\", \"driver\"]";
    format!("{}\n[profile.dev]\ndebug = false\n", kept.join("\n").replace("[workspace]", members))
}

/// Makes a folder hold these files and no others; what is the same already is not touched, so that it need
/// not be compiled again.
fn lay_out(folder: &Path, wanted: &Files) {
    for part in ["core", "driver"] {
        for old in files(&folder.join(part), part).keys().filter(|name| !wanted.contains_key(*name))
        {
            std::fs::remove_file(folder.join(old)).expect("an old file can be removed");
        }
    }
    for (name, content) in wanted {
        let file = folder.join(name);
        if std::fs::read(&file).ok().as_ref() != Some(content) {
            place::write(&file, content).expect("the copy can be written");
        }
    }
}

/// Compiles the copy; the program that asks it.
fn compile() -> PathBuf {
    let (root, folder) = (place::root(), place::scratch().join("toy"));
    let mut wanted = engine_with_toy();
    let driver =
        std::fs::read(root.join("tests/tests/toy/driver.rs")).expect("the driver is there");
    wanted.insert("driver/src/main.rs".to_owned(), driver);
    let manifest = "[package]\nname = \"driver\"\nedition.workspace = true\n\n\
                    [dependencies]\nshardlab = { path = \"../core\" }\n";
    wanted.insert("driver/Cargo.toml".to_owned(), manifest.into());
    wanted.insert("Cargo.toml".to_owned(), workspace().into());
    lay_out(&folder, &wanted);
    // The versions of the repository, so that nothing is fetched; what the copy does not use goes.
    let lock = std::fs::read(root.join("Cargo.lock")).expect("versions are locked");
    place::write(&folder.join("Cargo.lock"), lock).expect("the copy can be written");

    let began = Instant::now();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--offline", "--package", "driver", "--target-dir"]);
    cargo.arg(folder.join("target")).current_dir(&folder);
    let output = cargo.output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the engine with the toy does not compile:\n{said}");
    assert!(!said.contains("warning"), "the engine with the toy has warnings:\n{said}");
    println!("compiling the engine with the toy took {:.1} s", began.elapsed().as_secs_f32());
    folder.join("target/debug/driver").with_extension(std::env::consts::EXE_EXTENSION)
}

/// What the driver answers: lines, each in its parts.
fn ask(driver: &Path, command: &str, about: &str) -> Vec<Vec<String>> {
    let output = Command::new(driver).arg(format!("{command}={about}")).output();
    let output = output.expect("the driver runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command} {about}: {said}");
    let answer = String::from_utf8(output.stdout).expect("it answers in words");
    answer.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// The answers of a kind, without their first word.
fn of<'a>(answer: &'a [Vec<String>], kind: &str) -> Vec<Vec<&'a str>> {
    let fit = answer.iter().filter(|line| line[0] == kind);
    fit.map(|line| line[1..].iter().map(String::as_str).collect()).collect()
}

/// Runs a text that is understood.
fn run(driver: &Path, text: &str) -> Vec<Vec<String>> {
    let answer = ask(driver, "run", text);
    assert_eq!(of(&answer, "problem"), Vec::<Vec<&str>>::new(), "{text}");
    answer
}

/// The only verdict of a run: whether it holds, on which ground, what was measured, why, by which event.
fn verdict(answer: &[Vec<String>]) -> Vec<&str> {
    let mut verdicts = of(answer, "verdict");
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    verdicts.remove(0).split_off(1)
}

#[test]
fn a_tenant_is_one_folder_and_one_line() {
    let driver = compile();
    only_the_folder_and_the_line_differ();
    its_words_complete_and_stand_in_the_book(&driver);
    its_text_is_read_and_printed(&driver);
    its_run_is_told_measured_and_judged(&driver);
    other_tenants_run_as_before(&driver);
}

fn only_the_folder_and_the_line_differ() {
    let engine = files(&place::root().join("core"), "core");
    let copy = files(&place::scratch().join("toy/core"), "core");
    let differs = |name: &&String| copy.get(*name) != engine.get(*name);
    let other: Vec<&String> = copy
        .keys()
        .chain(engine.keys())
        .filter(differs)
        .filter(|it| !it.starts_with(FOLDER))
        .collect();
    assert_eq!(other, [LIST, LIST], "only the list differs, in both");
    let lines = |files: &Files| String::from_utf8_lossy(&files[LIST]).lines().count();
    assert_eq!(lines(&copy), lines(&engine) + 1);
}

fn its_words_complete_and_stand_in_the_book(driver: &Path) {
    let text = "toy a: 3 nodes, every 100ms\n";
    for (typed, word) in [
        ("to", "toy"),
        ("toy a: 3 nodes, ev", "every"),
        ("bug double", "double-token"),
        ("toy 3 nodes\nwhen pas", "passed"),
        ("toy 3 nodes\nat 1s ho", "hold"),
        ("toy 3 nodes\nexpect one-", "one-token"),
        ("toy 3 nodes\nexpect pass", "passes"),
    ] {
        let answer = ask(driver, "complete", typed);
        assert!(of(&answer, "word").iter().any(|it| it[0] == word), "{typed}: {answer:?}");
    }
    for (word, chapter) in [
        ("toy", "Clusters"),
        ("double-token", "Known mistakes"),
        ("passed", "What `when` waits for"),
        ("hold", "What one kind of cluster understands"),
        ("one-token", "Laws"),
        ("passes", "Measures"),
    ] {
        let answer = ask(driver, "book", word);
        let entries = of(&answer, "entry");
        let entry = entries.iter().find(|it| it[1] == word);
        let entry = entry.unwrap_or_else(|| panic!("the book has no {word}: {answer:?}"));
        assert!(entry[0] == chapter && !entry[2].is_empty(), "{entry:?}");
        // The line that the book gives is right.
        let before = if word == "toy" { "" } else { text };
        run(driver, &format!("{before}{}\nend 1s", entry[3]));
    }
}

fn its_text_is_read_and_printed(driver: &Path) {
    let first = run(driver, "toy   a: 3   nodes,every 100 ms\nend 1s");
    let printed = of(&first, "printed").concat();
    assert_eq!(printed, ["toy      a: 3 nodes, every 100 ms", "end      1s"]);
    let second = run(driver, &printed.join("\n"));
    assert_eq!(first, second, "what is printed reads as the same, and runs as the same");
    for (text, word) in [
        ("toy 0 nodes", "2 to"),
        ("toy 3 apples", "nodes"),
        ("toy 3 nodes, every 0ms", "1ms"),
        ("toy 3 nodes, every", "missing"),
        ("at 1s toy 3 nodes", "set up"),
        ("toy 3 nodes\nat 1s hold", "who keeps"),
        ("toy 3 nodes\nat 1s hold n2 x", "how long"),
        ("ring 3 nodes\nat 1s hold n2 1s", "understands"),
    ] {
        let answer = ask(driver, "run", text);
        let problems = of(&answer, "problem");
        assert!(problems.iter().any(|it| it[0].contains(word)), "{text}: {problems:?}");
    }
}

fn its_run_is_told_measured_and_judged(driver: &Path) {
    let text = "seed 7\ntoy a: 3 nodes, every 100ms\nend 1s\nexpect one-token";
    let sound = run(driver, text);
    assert_eq!(sound, run(driver, text), "two runs of one text are one run");
    let told = of(&sound, "event");
    let first: Vec<_> = told.iter().filter(|it| it[1] == "passed").take(2).collect();
    assert_eq!(&first[0][1..], ["passed", "n1", "hands the token to n2"]);
    assert_eq!(&first[1][1..], ["passed", "n2", "hands the token to n3"]);
    assert!(told.iter().any(|it| it[1] == "sent" && it[3].contains("token")), "{told:?}");
    let passes = told.iter().filter(|it| it[1] == "passed").count();
    assert!((5..=9).contains(&passes), "a pass takes a little more than 100 ms: {passes}");
    let metrics = of(&sound, "metric");
    assert!(metrics.contains(&vec!["passes", &passes.to_string()]), "{metrics:?}");
    assert_eq!(verdict(&sound)[..3], ["Some(true)", "Measured", "1 at once"]);
    let rows = of(&sound, "row");
    assert!(rows.contains(&vec!["n1", "Has", "the token"]), "{rows:?}");
    assert!(rows.contains(&vec!["n2", "Has", "nothing"]), "{rows:?}");

    let idle = run(driver, &text.replace("1s", "50ms"));
    assert_eq!(verdict(&idle)[0], "Some(false)");
    assert!(verdict(&idle)[3].contains("the token was never handed on"));

    let broken = run(driver, &format!("bug double-token\n{text}"));
    let [holds, ground, measured, _, proof] = verdict(&broken)[..] else { panic!("{broken:?}") };
    assert_eq!([holds, ground, proof], ["Some(false)", "Measured", "Some(\"took\")"]);
    assert_ne!(measured, "1 at once");

    // Days on which the token may be lost, but not doubled: messages that come twice, crashes, restarts.
    let falls = "nemesis crash pause, every 100ms..300ms, lasting 50ms..200ms, until 9s\nend 10s";
    let doubles = "network latency 1ms..50ms\nat 10ms duplicate 50%\nend 3s";
    for (seed, weather) in (0..10).flat_map(|seed| [(seed, falls), (seed, doubles)]) {
        let bad = "toy a: 4 nodes, every 20ms\nexpect one-token";
        let ran = run(driver, &format!("seed {seed}\n{bad}\n{weather}"));
        assert_eq!(verdict(&ran)[..2], ["Some(true)", "Measured"], "{seed}: {weather}");
    }

    // An order of its own: the token stays for longer.
    let held = run(driver, &format!("{text}\nat 150ms hold n2 600ms"));
    assert!(of(&held, "event").iter().any(|it| it[3] == "hold the token for 600ms"), "{held:?}");
    let fewer = of(&held, "event").iter().filter(|it| it[1] == "passed").count();
    assert!(fewer + 3 <= passes, "{fewer} of {passes} passes");

    let waits = run(driver, "toy 3 nodes\nwhen n2 passed say \"Now n2.\"\nend 1s");
    let said = of(&waits, "event").into_iter().find(|it| it[1] == "said");
    assert!(
        said.is_some_and(|it| it[3].contains("Now n2.")),
        "an event of the toy sets off `when`"
    );
}

/// A tenant more changes no run of the others.
fn other_tenants_run_as_before(driver: &Path) {
    for text in [
        "ring 4 nodes\nload 100 keys \"k{n}\"\ntraffic c: 20/s, 50% get 50% put\nat 1s crash n2\nend 3s",
        "raft 3 nodes\ntraffic c: 20/s, 50% get 50% put\nat 1s crash n2\nend 3s",
        "quorum 4 nodes\ntraffic c: 20/s, 50% get 50% put\nat 1s crash n2\nend 3s",
        "ids a: ulid, 2 nodes, 100/s each, 100 ids\nend 3s",
    ] {
        let mut session = Session::open(text);
        while !session.compute(10_000) {}
        let hash = format!("{:016x}", session.hash());
        assert_eq!(of(&run(driver, text), "hash").concat(), [hash], "{text}");
    }
}
