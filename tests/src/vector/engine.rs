//! Where the core is asked: in this process, or compiled to wasm in a browser.

use std::path::PathBuf;

use serde_json::json;

use crate::site::Site;
use crate::tool::{Need, Toolbox};
use crate::webdriver::{ENGINES, Window};
use crate::{place, say};

/// The core, ready to be asked.
#[derive(Debug)]
pub enum Asked {
    /// In this process.
    Native,
    /// In a page of a browser.
    Browser {
        /// The window, with the oracle in it.
        window: Box<Window>,
        /// What serves the page.
        site: Site,
    },
}

/// Questions that go into the page at once.
const BATCH: usize = 500;

impl Asked {
    /// The core in the engine of that name, or in this process.
    pub fn open(engine: Option<&str>) -> Result<Self, String> {
        let Some(name) = engine else { return Ok(Self::Native) };
        let engine = ENGINES.into_iter().find(|engine| engine.name() == name);
        let engine = engine.ok_or_else(|| format!("there is no engine {name}"))?;
        let folder = build()?;
        let site = Site::open(&folder)?;
        let window = Window::open(engine, &Toolbox::open()?)?;
        window.visit(&site.address())?;
        window.wait_until("window.oracle")?;
        Ok(Self::Browser { window: Box::new(window), site })
    }

    /// The answers to some questions, in their order.
    pub fn ask(&mut self, questions: &[String]) -> Result<Vec<String>, String> {
        match self {
            Self::Native => Ok(questions.iter().map(|question| oracle::answer(question)).collect()),
            Self::Browser { window, .. } => {
                let mut answers = Vec::new();
                for some in questions.chunks(BATCH) {
                    let script = "return arguments[0].map(question => window.oracle(question));";
                    let given = window.run(script, &[json!(some)])?;
                    let given = given.as_array().ok_or("the oracle gives no list")?;
                    answers
                        .extend(given.iter().map(|it| it.as_str().unwrap_or_default().to_owned()));
                }
                Ok(answers)
            }
        }
    }

    /// What the judge says of a history of some kind; its answer is a JSON object.
    pub fn judge(&mut self, kind: &str, bytes: &[u8], budget: u64) -> Result<String, String> {
        match self {
            Self::Native => Ok(oracle::judge(kind, bytes, budget)),
            Self::Browser { window, .. } => {
                // Bytes travel as letters of one byte each, so that what is no text stays what it is.
                let letters: String = bytes.iter().map(|byte| char::from(*byte)).collect();
                let script = "
                    const bytes = Uint8Array.from(arguments[1], letter => letter.charCodeAt(0));
                    const began = performance.now();
                    const answer = JSON.parse(window.judge(arguments[0], bytes, BigInt(arguments[2])));
                    if (!answer.problem) {
                        answer.microseconds = Math.round(1000 * (performance.now() - began));
                    }
                    return JSON.stringify(answer);";
                let given = window.run(script, &[json!(kind), json!(letters), json!(budget)])?;
                Ok(given.as_str().ok_or("the judge gives no text")?.to_owned())
            }
        }
    }

    /// Where it was asked, in words.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Native => "natively".to_owned(),
            Self::Browser { window, .. } => format!("in wasm, in {}", window.engine.name()),
        }
    }
}

/// Builds the oracle for browsers and the page around it.
fn build() -> Result<PathBuf, String> {
    let toolbox = Toolbox::with(&[Need::WasmTarget, Need::WasmBindgen])?;
    let folder = place::scratch().join("oracle");
    place::make(&folder)?;
    let label = "Compiling the oracle to wasm";
    let mut cargo = toolbox.command("cargo");
    cargo.current_dir(place::root());
    cargo.args(["build", "--package", "oracle", "--lib", "--target", "wasm32-unknown-unknown"]);
    say::watch(label, &mut cargo)?.expect(label)?;
    let wasm = place::target().join("wasm32-unknown-unknown/debug/oracle.wasm");
    let label = "Binding the oracle";
    let mut bind = toolbox.command("wasm-bindgen");
    bind.arg(&wasm).args([
        "--target",
        "web",
        "--no-typescript",
        "--out-name",
        "oracle",
        "--out-dir",
    ]);
    bind.arg(&folder);
    say::watch(label, &mut bind)?.expect(label)?;
    place::write(&folder.join("index.html"), PAGE)?;
    Ok(folder)
}

const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<title>Oracle</title>
<script type="module">
  import init, { answer, judge } from "./oracle.js";
  await init();
  window.judge = judge;
  window.oracle = answer;
</script>
"#;
