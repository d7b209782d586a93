//! `cargo lab words`: the language to look up, as the page has it.

use shardlab::session::{BookEntry, Chapter, book_on};

/// What speaks of all that is looked for; where nothing does, what speaks of any of it. Words that belong
/// together, as in quotes, are one thing.
fn found(sought: &[String]) -> Vec<Chapter> {
    let all = book_on("");
    let speak: Vec<Vec<Chapter>> = sought.iter().map(|one| book_on(one)).collect();
    // What speaks of at least so many of the things that are looked for.
    let such = |least: usize| -> Vec<Chapter> {
        let kept = all.iter().map(|chapter| {
            let speaks = |one: &&BookEntry| {
                let of_each = speak.iter().filter(|chapters| {
                    let same = chapters.iter().filter(|it| it.title == chapter.title);
                    same.flat_map(|it| &it.entries).any(|it| it == *one)
                });
                of_each.count() >= least
            };
            let entries = chapter.entries.iter().filter(speaks).cloned().collect();
            Chapter { title: chapter.title, entries }
        });
        kept.filter(|chapter| !chapter.entries.is_empty()).collect()
    };
    let together = such(sought.len());
    if together.is_empty() { such(1) } else { together }
}

/// Prints what speaks of something; `false` if nothing does.
pub fn words(sought: &[String]) -> bool {
    let chapters = found(sought);
    for chapter in &chapters {
        println!("{}", chapter.title);
        for one in &chapter.entries {
            println!("  {:<18} {}\n  {:<18} {}", one.word, one.meaning, "", one.line);
        }
        println!();
    }
    if chapters.is_empty() {
        println!("No word of the language speaks of {:?}.", sought.join(" "));
    }
    !chapters.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(sought: &[&str]) -> Vec<&'static str> {
        let sought: Vec<String> = sought.iter().map(|one| (*one).to_owned()).collect();
        found(&sought).into_iter().flat_map(|one| one.entries).map(|one| one.word).collect()
    }

    #[test]
    fn several_words_are_looked_for_together_and_else_one_by_one() {
        assert_eq!(all(&[]).len(), book_on("").iter().map(|one| one.entries.len()).sum::<usize>());
        // Something speaks of both.
        let both = all(&["disk", "full"]);
        assert!(both.contains(&"full") && !both.contains(&"crash"), "{both:?}");
        assert!(both.len() < all(&["disk"]).len());
        // Nothing does.
        let each = all(&["busy", "stored"]);
        assert!(each.contains(&"busy") && each.contains(&"stored"), "{each:?}");
        assert_eq!(all(&["without a word"]), ["crash"]);
        assert!(all(&["no such word at all"]).is_empty());
    }
}
