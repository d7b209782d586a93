//! Every file of the repository is tidy.

use std::process::Command;

use harness::{house, place};

/// Every text file that git knows or would add, with its content.
fn texts() -> Vec<(String, String)> {
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(place::root());
    let output = list.output().expect("git lists the files of the repository");
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = |name: &str| Some((name.to_owned(), place::read(&place::root().join(name)).ok()?));
    names.lines().filter_map(read).collect()
}

#[test]
fn every_file_is_tidy() {
    let mut found = Vec::new();
    for (name, text) in texts() {
        // Lock files are written by tools, and name where packages come from.
        if name.ends_with(".lock") || name.ends_with("package-lock.json") {
            continue;
        }
        let mut breaches =
            if name.ends_with(".rs") { house::rust(&text) } else { house::document(&text) };
        if name.starts_with("core/src/") {
            breaches.extend(house::untagged(&text));
        }
        found.extend(breaches.iter().map(|it| format!("{name}:{}: {}", it.line, it.problem)));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn what_is_untidy_is_refused() {
    let refused = |source: &str| {
        let found = house::rust(source);
        assert_eq!(found.len(), 1, "{source:?}: {found:?}");
    };
    assert_eq!(house::rust("//! A sentence.\n\nfn main() {}\n"), []);
    refused("fn main() {}\n");
    refused("//! A sentence. \n");
    refused("//! A sentence.");
    refused(concat!("//! A sentence.\n// TO", "DO: later\n"));
    refused(concat!("//! A sentence.\n#[ign", "ore]\n"));
    refused(concat!("//! A sentence.\nconst PLACE: &str = \"/ro", "ot/x\";\n"));
}

#[test]
fn a_hashed_enum_without_tags_is_refused() {
    let head = "#[derive(Clone, Hash)]\n";
    let tagged = "#[repr(u8)]\npub enum Kind {\n    /// It.\n    One = 0,\n    Two = 1,\n}\n";
    assert_eq!(house::untagged(&format!("{head}{tagged}")), []);
    let refused = [
        tagged.replace(" = 1", ""),
        tagged.replace("#[repr(u8)]\n", ""),
        tagged.replace("Two", "Two(u8)"),
        tagged.replace("    Two = 1,", "    Two {\n        at: u8,\n    } = 1,"),
    ];
    for source in refused {
        let found = house::untagged(&format!("{head}{source}"));
        assert_eq!(found.len(), 1, "{source}: {found:?}");
    }
    assert_eq!(house::untagged("#[derive(Clone)]\nenum Kind {\n    One,\n}\n"), []);
}
