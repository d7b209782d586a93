//! Two things from npm that make the page smaller and kinder: binaryen and axe-core.

use std::path::PathBuf;

use super::Toolbox;
use crate::{place, say};

/// Pinned, so that a size or a finding changes only when this line does.
const PACKAGES: [(&str, &str); 2] = [("binaryen", "132.0.0"), ("axe-core", "4.14.1")];

/// Installs the packages into the tool cache if they are not there.
pub(super) fn bring(toolbox: &Toolbox) -> Result<(), String> {
    let home = home(toolbox);
    let missing = PACKAGES.iter().filter(|(name, version)| {
        let manifest = home.join("node_modules").join(name).join("package.json");
        let wanted = format!("\"version\": \"{version}\"");
        !place::read(&manifest).is_ok_and(|text| text.contains(&wanted))
    });
    let missing: Vec<String> = missing.map(|(name, version)| format!("{name}@{version}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if toolbox.find("npm").is_none() {
        return Err("npm is not on this machine".to_owned());
    }
    let label = format!("Setting up {}", missing.join(" and "));
    say::step(&format!("{label}: once for this user"));
    place::make(&home)?;
    let mut install = toolbox.command("npm");
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]);
    install.arg(&home).args(&missing).current_dir(&home);
    say::watch(&label, &mut install)?.expect(&label)?;
    Ok(())
}

/// A program that one of the packages brings.
pub(super) fn program(toolbox: &Toolbox, name: &str) -> Option<PathBuf> {
    let file = home(toolbox).join("node_modules").join(".bin").join(name);
    file.exists().then_some(file)
}

/// The script of axe-core.
pub(super) fn axe(toolbox: &Toolbox) -> PathBuf {
    home(toolbox).join("node_modules/axe-core/axe.min.js")
}

fn home(toolbox: &Toolbox) -> PathBuf {
    toolbox.folder().join("npm")
}
