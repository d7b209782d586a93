//! The tools that the commands need, brought once and checked by running them.
//!
//! A tool is looked for on PATH and in the cache of this user. What is missing is downloaded as a
//! release where that works, else built; nothing is left half installed, because a tool counts
//! as present only when it answers with its version.

mod apt;
mod cargo;
mod npm;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use apt::{Browser, browser};

use crate::{place, say};

/// Something that a command cannot work without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Builds and serves the page.
    Trunk,
    /// Joins wasm and JavaScript; also brings the runner of wasm tests.
    WasmBindgen,
    /// Packs the JavaScript API.
    WasmPack,
    /// Drives Firefox.
    Geckodriver,
    /// The compiler target of the page.
    WasmTarget,
    /// The compiler target without a standard library.
    BareTarget,
}

/// Where the tools are, and how to start them.
#[derive(Debug, Clone)]
pub struct Toolbox {
    folder: PathBuf,
}

impl Toolbox {
    /// Opens the cache of this user.
    pub fn open() -> Result<Self, String> {
        let folder = place::cache()?.join("tools");
        place::make(&folder.join("bin"))?;
        Ok(Self { folder })
    }

    /// Opens the cache and brings what is needed and missing.
    pub fn with(needs: &[Need]) -> Result<Self, String> {
        let toolbox = Self::open()?;
        for need in needs {
            toolbox.bring(*need)?;
        }
        cargo::clear();
        Ok(toolbox)
    }

    /// The folder of the cache.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command that finds the tools of the cache before those of the system.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.env("PATH", self.path()).current_dir(place::root());
        command
    }

    /// Where a program stands, if anywhere.
    #[must_use]
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path())
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())
    }

    /// The optimizer of wasm files, if the machine can have it.
    #[must_use]
    pub fn wasm_opt(&self) -> Option<PathBuf> {
        npm::bring(self).ok();
        let program = self.find("wasm-opt").or_else(|| npm::program(self, "wasm-opt"))?;
        self.answers(&program.to_string_lossy()).is_some().then_some(program)
    }

    /// The text of axe-core, the accessibility checker, if the machine can have it.
    pub fn axe(&self) -> Result<String, String> {
        npm::bring(self)?;
        place::read(&npm::axe(self))
    }

    /// What a program says about its version; nothing when it does not run.
    fn answers(&self, program: &str) -> Option<String> {
        let mut command = self.command(program);
        let output = command.arg("--version").stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn path(&self) -> std::ffi::OsString {
        let system = std::env::var_os("PATH").unwrap_or_default();
        let folders =
            std::iter::once(self.folder.join("bin")).chain(std::env::split_paths(&system));
        std::env::join_paths(folders).unwrap_or(system)
    }

    fn bring(&self, need: Need) -> Result<(), String> {
        match need {
            Need::WasmTarget => target(self, "wasm32-unknown-unknown"),
            Need::BareTarget => target(self, "wasm32v1-none"),
            Need::Trunk => cargo::bring(self, &cargo::trunk()),
            Need::WasmBindgen => cargo::bring(self, &cargo::wasm_bindgen()?),
            Need::WasmPack => cargo::bring(self, &cargo::wasm_pack()),
            Need::Geckodriver => cargo::bring(self, &cargo::geckodriver()),
        }
    }
}

/// Adds a target to the pinned toolchain if it is not there.
fn target(toolbox: &Toolbox, name: &str) -> Result<(), String> {
    let mut list = toolbox.command("rustup");
    let Ok(installed) = list.args(["target", "list", "--installed"]).output() else {
        say::step(&format!("rustup is not here: taking it that the target {name} is installed"));
        return Ok(());
    };
    if String::from_utf8_lossy(&installed.stdout).lines().any(|line| line == name) {
        return Ok(());
    }
    let label = format!("Adding the compiler target {name}");
    say::step(&label);
    say::watch(&label, toolbox.command("rustup").args(["target", "add", name]))?.expect(&label)?;
    Ok(())
}
