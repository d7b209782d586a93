//! `cargo lab words`: the language to look up, as the page has it.

use shardlab::session::book_on;

/// Prints what speaks of something; `false` if nothing does.
pub fn words(sought: &str) -> bool {
    let chapters = book_on(sought);
    for chapter in &chapters {
        println!("{}", chapter.title);
        for one in &chapter.entries {
            println!("  {:<18} {}\n  {:<18} {}", one.word, one.meaning, "", one.line);
        }
        println!();
    }
    if chapters.is_empty() {
        println!("No word of the language speaks of {sought:?}.");
    }
    !chapters.is_empty()
}
