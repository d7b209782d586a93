//! Gathers the scenarios of the gallery into one table, in the order of their names.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let folder = Path::new("../static/scenarios");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|file| file.extension().is_some_and(|kind| kind == "lab"));
    files.sort();
    let mut table = String::from(
        "/// The names and texts of the scenarios that come with the page.\npub const SCENARIOS: &[(&str, &str)] = &[\n",
    );
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let text = std::fs::read_to_string(&file)?;
        // Writing to a string cannot fail.
        let _ = writeln!(table, "    ({name:?}, {text:?}),");
    }
    table.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("scenarios.rs"), table)
}
