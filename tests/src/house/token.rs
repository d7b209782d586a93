//! Rust source as words and signs with their lines; comments and strings are left out.

/// A word or a sign of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword.
    Word(String),
    /// Any other character but white space.
    Sign(char),
}

/// The words and signs of a source, each with its line counted from 1.
pub(super) fn tokens(source: &str) -> Vec<(Token, usize)> {
    let letters: Vec<char> = source.chars().collect();
    let (mut found, mut line, mut at) = (Vec::new(), 1, 0);
    while at < letters.len() {
        let next = passed(&letters, at);
        if next > at {
            line += letters[at..next].iter().filter(|letter| **letter == '\n').count();
            at = next;
            continue;
        }
        let letter = letters[at];
        if letter.is_alphabetic() || letter == '_' {
            let rest = letters[at..].iter();
            let word: String =
                rest.take_while(|letter| letter.is_alphanumeric() || **letter == '_').collect();
            at += word.chars().count();
            found.push((Token::Word(word), line));
        } else {
            line += usize::from(letter == '\n');
            if !letter.is_whitespace() {
                found.push((Token::Sign(letter), line));
            }
            at += 1;
        }
    }
    found
}

/// The end of a comment, string or character that begins here, or the same place if none does.
fn passed(letters: &[char], at: usize) -> usize {
    let here = &letters[at..];
    let to = |length: usize| (at + length).min(letters.len());
    match here {
        ['/', '/', ..] => to(here.iter().take_while(|letter| **letter != '\n').count()),
        ['/', '*', ..] => to(block_comment(here)),
        ['"', ..] => to(string(here)),
        ['b', '"', ..] => to(1 + string(&here[1..])),
        ['r', '"' | '#', ..] | ['b', 'r', '"' | '#', ..] => to(raw_string(here)),
        ['\'', '\\', ..] => {
            to(3 + here.iter().skip(3).take_while(|letter| **letter != '\'').count() + 1)
        }
        ['\'', _, '\'', ..] => to(3),
        _ => at,
    }
}

fn block_comment(here: &[char]) -> usize {
    let (mut depth, mut length) = (0_usize, 0);
    while length < here.len() {
        match &here[length..] {
            ['/', '*', ..] => (depth, length) = (depth + 1, length + 2),
            ['*', '/', ..] => (depth, length) = (depth - 1, length + 2),
            _ => length += 1,
        }
        if depth == 0 {
            break;
        }
    }
    length
}

fn string(here: &[char]) -> usize {
    let mut length = 1;
    while length < here.len() && here[length] != '"' {
        length += if here[length] == '\\' { 2 } else { 1 };
    }
    length + 1
}

fn raw_string(here: &[char]) -> usize {
    let start = here.iter().take_while(|letter| matches!(letter, 'b' | 'r')).count();
    let fences = here[start..].iter().take_while(|letter| **letter == '#').count();
    if here.get(start + fences) != Some(&'"') {
        // A raw name such as `r#type`, or the letter alone.
        return 0;
    }
    let open = start + fences + 1;
    let close = (open..here.len()).find(|at| {
        let after = here[at + 1..].iter().take_while(|letter| **letter == '#').count();
        here[*at] == '"' && after >= fences
    });
    close.map_or(here.len(), |at| at + 1 + fences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_left_out() {
        let source = "a // b\n/* c /* d */ */ \"e \\\" f\" r#\"g\"# 'h' '\\n' b\"i\" &'life k";
        let words: Vec<String> = tokens(source)
            .into_iter()
            .filter_map(|(token, _)| match token {
                Token::Word(word) => Some(word),
                Token::Sign(_) => None,
            })
            .collect();
        assert_eq!(words, ["a", "life", "k"]);
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        assert_eq!(tokens("/* \n */ \"\n\" x"), [(Token::Word("x".to_owned()), 3)]);
    }
}
