//! Shows the place of a problem in a text: the line, and a caret under what is meant.

/// What is wrong at a place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// The first byte of the place and the byte behind its last.
    pub span: (usize, usize),
    /// `error` or `warning`.
    pub severity: &'a str,
    /// The problem in a sentence.
    pub message: &'a str,
    /// What would be right.
    pub suggestion: Option<&'a str>,
}

impl Mark<'_> {
    /// The problem as lines for a terminal.
    #[must_use]
    pub fn shown(&self) -> String {
        let start = floor(self.text, self.span.0);
        let end = floor(self.text, self.span.1).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let number = self.text[..start].matches('\n').count() + 1;
        let line = &self.text[line_start..line_end];
        let column = self.text[line_start..start].chars().count();
        let width = self.text[start..end.min(line_end).max(start)].chars().count().max(1);
        let margin = " ".repeat(number.to_string().len());
        let Self { file, severity, message, .. } = self;
        let carets = format!("{}{}", " ".repeat(column), "^".repeat(width));
        // Where the message already says the word, it is not said twice.
        let told = self.suggestion.filter(|word| !message.contains(&format!("\"{word}\"")));
        let advice = told.map(|it| format!(" did you mean `{it}`?")).unwrap_or_default();
        format!(
            "{file}:{number}:{}: {severity}: {message}\n {number} | {line}\n {margin} | {carets}{advice}\n",
            column + 1
        )
    }
}

/// The nearest place at or before a byte where a letter begins.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_word() {
        let text = "title x\nat 1s crsh n3\n";
        let message = "no such word";
        let severity = "error";
        let suggestion = Some("crash");
        let mark = Mark { file: "a.lab", text, span: (14, 18), severity, message, suggestion };
        let wanted = "a.lab:2:7: error: no such word\n 2 | at 1s crsh n3\n   |       ^^^^ did you mean `crash`?\n";
        assert_eq!(mark.shown(), wanted);
    }

    #[test]
    fn a_place_at_the_end_or_inside_a_letter_is_shown_too() {
        let shown = |span| {
            let (severity, message) = ("error", "m");
            Mark { file: "a", text: "ä", span, severity, message, suggestion: None }.shown()
        };
        assert!(shown((2, 2)).contains("|  ^"));
        assert!(shown((1, 9)).contains("| ^"));
    }
}
