//! Every golden file gives the lines that stand in it; `UPDATE=1` writes them anew.

use harness::place;
use harness::scenario::golden::Golden;

#[test]
fn golden_files_give_what_stands_in_them() {
    let update = std::env::var_os("UPDATE").is_some();
    let files = place::files(&place::root().join("tests/golden"));
    let mut different = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "lab")) {
        let written = place::read(file).expect("a golden file can be read");
        let golden = Golden::read(&written);
        let lines = golden.play();
        if golden.with(&lines) == written {
            continue;
        }
        if update {
            place::write(file, golden.with(&lines)).expect("a golden file can be written");
        } else {
            different.push(format!("{}:\n{}", file.display(), difference(golden.lines, &lines)));
        }
    }
    let advice = "UPDATE=1 writes them anew: keep only what you can explain";
    assert!(different.is_empty(), "\n{}\n{advice}", different.join("\n"));
}

/// The first lines in which two texts part.
fn difference(wanted: &str, given: &str) -> String {
    let (mut wanted, mut given) = (wanted.lines(), given.lines());
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return "  only white space differs".to_owned(),
            (one, other) if one == other => {}
            (one, other) => {
                let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!("  written: {}\n  given:   {}", shown(one), shown(other));
            }
        }
    }
}
