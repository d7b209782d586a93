//! `cargo lab tables`: datadriven tables on majorities and members, put to the core.

mod change;
mod file;
mod majority;

use std::path::{Path, PathBuf};

pub use file::Table;

use crate::place;

/// Which tables.
#[derive(Debug, Clone, clap::Args)]
pub struct Tables {
    /// Files of tables, or folders of such files.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
}

/// An entry that is not as we say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The command and what it is given.
    pub asked: String,
    /// What the table says.
    pub expected: String,
    /// What we say.
    pub said: String,
}

/// Checks every entry of every table; false if some are not as we say.
pub fn tables(wish: &Tables) -> Result<bool, String> {
    let files = files(&wish.paths)?;
    let (mut entries, mut failed) = (0, 0);
    for path in &files {
        let table =
            Table::of(&place::read(path)?).map_err(|it| format!("{}:{it}", path.display()))?;
        let failures = check(&table);
        println!(
            "{:<56} {:>4} entries, {} not as we say",
            path.display(),
            table.len(),
            failures.len()
        );
        for Failure { line, asked, expected, said } in &failures {
            eprintln!(
                "{}:{line}: {asked}\n  it says:\n{expected}\n  we say:\n{said}",
                path.display()
            );
        }
        entries += table.len();
        failed += failures.len();
    }
    println!("{entries} entries in {} files, {failed} not as we say", files.len());
    Ok(failed == 0)
}

/// The entries of a table that are not as we say. What a command leaves behind is there for the next.
#[must_use]
pub fn check(table: &Table) -> Vec<Failure> {
    let mut members = change::Members::default();
    let mut failures = Vec::new();
    for entry in table.entries() {
        let said = match entry.command.as_str() {
            "committed" | "vote" => majority::say(entry),
            "simple" | "enter-joint" | "leave-joint" => members.say(entry),
            other => Err(format!("there is no command {other}")),
        };
        let said = said.unwrap_or_else(|problem| format!("error: {problem}"));
        if said.trim_end() != entry.expected.trim_end() {
            let (line, asked) = (entry.line, entry.asked());
            failures.push(Failure { line, asked, expected: entry.expected.clone(), said });
        }
    }
    failures
}

/// The files that some paths mean, folders opened.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let text = |file: &PathBuf| file.extension().is_some_and(|end| end == "txt");
            let before = found.len();
            found.extend(place::files(path).into_iter().filter(text));
            if found.len() == before {
                return Err(format!("{} holds no table", path.display()));
            }
        } else {
            found.push(Path::new(path).to_path_buf());
        }
    }
    Ok(found)
}
