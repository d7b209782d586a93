//! `cargo lab vectors`: published test vectors put to the core, natively or in a browser.

mod engine;
mod file;

use std::path::{Path, PathBuf};

pub use engine::Asked;
pub use file::File;

use crate::place;

/// Which vectors, and where they are put to the core.
#[derive(Debug, Clone, clap::Args)]
pub struct Vectors {
    /// Files of vectors, or folders of such files.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Asks the core in a browser instead: chromium, firefox or webkit.
    #[arg(long)]
    pub engine: Option<String>,
    /// Prints one JSON object a file.
    #[arg(long)]
    pub json: bool,
}

/// Checks every vector; false if some are not as we say.
pub fn vectors(wish: &Vectors) -> Result<bool, String> {
    let files = files(&wish.paths)?;
    let files: Vec<File> = files.iter().map(|path| File::read(path)).collect::<Result<_, _>>()?;
    let mut asked = Asked::open(wish.engine.as_deref())?;
    let (mut all, mut failed) = (0, 0);
    for file in &files {
        let count = file.check(&mut asked)?;
        all += count.vectors;
        failed += count.failures.len();
        if wish.json {
            println!("{}", count.json(file));
        } else {
            println!("{}", count.line(file));
        }
        for failure in &count.failures {
            eprintln!("  {failure}");
        }
    }
    if !wish.json {
        println!(
            "{all} vectors in {} files, {failed} not as we say; {}",
            files.len(),
            asked.place()
        );
    }
    Ok(failed == 0)
}

/// The files that some paths mean, folders opened.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let json = |file: &PathBuf| file.extension().is_some_and(|end| end == "json");
            let before = found.len();
            found.extend(place::files(path).into_iter().filter(json));
            if found.len() == before {
                return Err(format!("{} holds no file of vectors", path.display()));
            }
        } else {
            found.push(Path::new(path).to_path_buf());
        }
    }
    Ok(found)
}
