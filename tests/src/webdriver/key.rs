//! Keys by name, in the private letters that WebDriver has for them.

/// The keys of a chord such as `Control+Enter`, in WebDriver's private letters.
pub(super) fn chord(chord: &str) -> Vec<String> {
    let names = if chord == "+" { vec!["+"] } else { chord.split('+').collect() };
    let letter = |name: &str| {
        let code = match name {
            "Backspace" => '\u{E003}',
            "Tab" => '\u{E004}',
            "Enter" => '\u{E007}',
            "Shift" => '\u{E008}',
            "Control" => '\u{E009}',
            "Alt" => '\u{E00A}',
            "Escape" => '\u{E00C}',
            "Space" => ' ',
            "PageUp" => '\u{E00E}',
            "PageDown" => '\u{E00F}',
            "End" => '\u{E010}',
            "Home" => '\u{E011}',
            "ArrowLeft" => '\u{E012}',
            "ArrowUp" => '\u{E013}',
            "ArrowRight" => '\u{E014}',
            "ArrowDown" => '\u{E015}',
            "Delete" => '\u{E017}',
            other => return other.to_owned(),
        };
        code.to_string()
    };
    names.into_iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::chord;

    #[test]
    fn a_chord_is_its_keys_in_order() {
        assert_eq!(chord("Control+Shift+z"), ["\u{E009}", "\u{E008}", "z"]);
        assert_eq!((chord("?"), chord("+")), (vec!["?".to_owned()], vec!["+".to_owned()]));
    }
}
