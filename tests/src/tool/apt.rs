//! Browsers and their drivers, from the packages of a Debian system.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Need, Toolbox};
use crate::{place, say};

/// The programs that one engine is driven with.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Speaks WebDriver.
    pub driver: PathBuf,
    /// The browser itself, where the driver does not know it.
    pub binary: Option<PathBuf>,
}

/// Finds or brings an engine (`chromium`, `firefox`, `webkit`); the error says what to install.
pub fn browser(toolbox: &Toolbox, engine: &str) -> Result<Browser, String> {
    if let Some(found) = find(toolbox, engine) {
        return Ok(found);
    }
    let packages: &[&str] = match engine {
        "chromium" => &["chromium", "chromium-driver"],
        "firefox" => &["firefox-esr"],
        _ => &["webkit2gtk-driver", "xvfb"],
    };
    if engine == "firefox" && toolbox.find("geckodriver").is_none() {
        toolbox.bring(Need::Geckodriver)?;
    }
    if let Some(found) = find(toolbox, engine) {
        return Ok(found);
    }
    install(toolbox, packages)?;
    find(toolbox, engine).ok_or_else(|| format!("{} did not bring {engine}", packages.join(" ")))
}

fn find(toolbox: &Toolbox, engine: &str) -> Option<Browser> {
    let first = |names: &[&str]| names.iter().find_map(|name| toolbox.find(name));
    match engine {
        "chromium" => {
            let binary = first(&["chromium", "chromium-browser", "google-chrome"])?;
            Some(Browser { driver: toolbox.find("chromedriver")?, binary: Some(binary) })
        }
        "firefox" => {
            let binary = first(&["firefox-esr", "firefox"])?;
            Some(Browser { driver: toolbox.find("geckodriver")?, binary: Some(binary) })
        }
        _ => {
            toolbox.find("Xvfb")?;
            let driver = toolbox.find("WebKitWebDriver")?;
            Some(Browser { driver, binary: Some(mini_browser()?) })
        }
    }
}

/// The small browser that WebKitGTK brings for tests; its folder carries the machine's triple.
fn mini_browser() -> Option<PathBuf> {
    let mut folders = vec![PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec")];
    let triples = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    folders.extend(triples.filter(|path| path.is_dir()));
    let inside = ["webkit2gtk-4.1/MiniBrowser", "webkitgtk-6.0/MiniBrowser"];
    let files = inside.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

fn install(toolbox: &Toolbox, packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    let advice = format!("please install: {list}");
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(format!("no apt-get here; {advice}"));
    }
    let mut prefix = Vec::new();
    if !succeeds(Command::new("sh").args(["-c", "test \"$(id -u)\" = 0"])) {
        if !succeeds(Command::new("sudo").args(["-n", "true"])) {
            return Err(format!("not allowed to install packages; {advice}"));
        }
        prefix = vec!["sudo", "-n"];
    }
    say::step(&format!("Installing {list} by apt-get: once for this machine"));
    let apt = |action: &[&str]| {
        let mut command = toolbox.command("env");
        command.args(&prefix).args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command.args(["-y", "-q"]).args(action).current_dir(place::root());
        say::watch(&format!("apt-get {}", action[0]), &mut command)?.expect("apt-get")
    };
    let mut action = vec!["install", "--no-install-recommends"];
    action.extend(packages);
    if apt(&action).is_err() {
        apt(&["update"])?;
        apt(&action).map_err(|error| format!("{advice}\n{error}"))?;
    }
    Ok(())
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
