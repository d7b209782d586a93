//! The forms of EDN and of JSON, read one after the other, each with its line.

use super::Wrong;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `nil` or `null`.
    Nil,
    /// A number, a symbol, a keyword without its colon.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// A list or a vector.
    List(Vec<Self>),
    /// A map.
    Map(Vec<(Self, Self)>),
}

impl Form {
    /// A word or a text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What a map holds under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }

    /// The form in one line.
    pub(super) fn print(&self, out: &mut String) {
        let list = |out: &mut String, forms: &[Self]| {
            for (at, form) in forms.iter().enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                form.print(out);
            }
        };
        match self {
            Self::Nil => out.push_str("null"),
            Self::Word(text) | Self::Text(text) => out.push_str(text),
            Self::List(forms) => {
                out.push('[');
                list(out, forms);
                out.push(']');
            }
            Self::Map(pairs) => {
                out.push('{');
                for (key, value) in pairs {
                    key.print(out);
                    out.push(' ');
                    value.print(out);
                    out.push(' ');
                }
                out.push('}');
            }
        }
    }
}

/// Reads forms out of a text.
#[derive(Clone, Debug)]
pub(super) struct Forms<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    json: bool,
    /// The brackets that stand open around all forms, and where the last one was opened.
    around: Vec<(char, u32)>,
}

/// Forms lie at most so deep in each other.
const DEPTH_MAX: usize = 32;

impl<'t> Forms<'t> {
    /// The forms of a text, of EDN or of JSON.
    pub(super) fn new(text: &'t str, json: bool) -> Self {
        Self { text, at: 0, line: 1, json, around: Vec::new() }
    }

    /// The line that is read, from one.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The next map or word, be it alone or in a list around all; nothing at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Form)>, Wrong> {
        loop {
            self.skip();
            let line = self.line;
            let Some(first) = self.peek() else {
                return match self.around.last() {
                    Some((open, opened)) => Err(self.wrong(format!(
                        "the text ends before the {open} of line {opened} is closed"
                    ))),
                    None => Ok(None),
                };
            };
            match first {
                '[' | '(' if self.around.is_empty() => {
                    self.around.push((first, line));
                    self.at += 1;
                }
                ']' | ')' => {
                    let fits = self.around.pop().is_some_and(|(open, _)| close(open) == first);
                    if !fits {
                        return Err(self.wrong(format!("{first} closes nothing")));
                    }
                    self.at += 1;
                }
                _ => return self.form(0).map(|form| Some((line, form))),
            }
        }
    }

    /// The next form, whatever it is; nothing at the end of the text.
    pub(super) fn part(&mut self) -> Result<Option<Form>, Wrong> {
        self.skip();
        if self.peek().is_none() { Ok(None) } else { self.form(0).map(Some) }
    }

    fn form(&mut self, depth: usize) -> Result<Form, Wrong> {
        if depth > DEPTH_MAX {
            return Err(self.wrong(format!("more than {DEPTH_MAX} brackets in each other")));
        }
        self.skip();
        let line = self.line;
        match self.peek() {
            None => Err(self.wrong(String::from("the text ends in the middle"))),
            Some('"') => self.quoted(),
            Some(open @ ('[' | '(')) => {
                let forms = self.until(open, line, depth)?;
                Ok(Form::List(forms))
            }
            Some('{') => {
                let forms = self.until('{', line, depth)?;
                if forms.len() % 2 != 0 {
                    return Err(self.wrong(String::from("a name in {} has no value")));
                }
                let mut pairs = Vec::new();
                let mut forms = forms.into_iter();
                while let (Some(key), Some(value)) = (forms.next(), forms.next()) {
                    pairs.push((key, value));
                }
                Ok(Form::Map(pairs))
            }
            Some(found @ (']' | ')' | '}')) => {
                Err(self.wrong(format!("{found} stands where a value should")))
            }
            Some(_) => Ok(self.word()),
        }
    }

    fn until(&mut self, open: char, line: u32, depth: usize) -> Result<Vec<Form>, Wrong> {
        self.at += 1;
        let mut forms = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => {
                    return Err(self.wrong(format!(
                        "the text ends before the {open} of line {line} is closed"
                    )));
                }
                Some(found) if found == close(open) => {
                    self.at += 1;
                    return Ok(forms);
                }
                Some(_) => forms.push(self.form(depth + 1)?),
            }
        }
    }

    fn quoted(&mut self) -> Result<Form, Wrong> {
        let line = self.line;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest.find(['"', '\\', '\n']) else {
                return Err(Wrong { line, message: String::from("a \" is never closed") });
            };
            text.push_str(&rest[..stop]);
            self.at += stop + 1;
            match rest.as_bytes()[stop] {
                b'"' => return Ok(Form::Text(text)),
                b'\n' => {
                    self.line += 1;
                    text.push('\n');
                }
                _ => self.escape(&mut text)?,
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Wrong> {
        let Some(escaped) = self.peek() else {
            return Err(self.wrong(String::from("a \" is never closed")));
        };
        self.at += escaped.len_utf8();
        text.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'u' => {
                let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
                let Ok(code) = u32::from_str_radix(digits, 16) else {
                    return Err(self.wrong(String::from("\\u needs four digits")));
                };
                self.at += 4;
                // Halves of a pair stand for themselves nowhere; they become a replacement character.
                char::from_u32(code).unwrap_or('\u{fffd}')
            }
            other => other,
        });
        Ok(())
    }

    fn word(&mut self) -> Form {
        let rest = &self.text[self.at..];
        let ends = |found: char| {
            found.is_whitespace()
                || matches!(found, ',' | '[' | ']' | '(' | ')' | '{' | '}' | '"' | ';')
        };
        let json = self.json;
        let stop = rest.find(|found| ends(found) || json && found == ':').unwrap_or(rest.len());
        let stop = stop.max(rest.chars().next().map_or(1, char::len_utf8));
        self.at += stop;
        match rest[..stop].strip_prefix(':').unwrap_or(&rest[..stop]) {
            "nil" | "null" => Form::Nil,
            word => Form::Word(String::from(word)),
        }
    }

    /// Goes past what separates forms: white space, commas, comments, tags, the colons of JSON.
    fn skip(&mut self) {
        while let Some(found) = self.peek() {
            match found {
                '\n' => self.line += 1,
                ',' => {}
                ':' if self.json => {}
                ';' if !self.json => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                '#' if !self.json => {
                    let rest = &self.text[self.at..];
                    let stop = rest.find(|c: char| c.is_whitespace() || "{[(\"".contains(c));
                    self.at += stop.unwrap_or(rest.len());
                    continue;
                }
                other if other.is_whitespace() => {}
                _ => return,
            }
            self.at += found.len_utf8();
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn wrong(&self, message: String) -> Wrong {
        Wrong { line: self.line, message }
    }
}

fn close(open: char) -> char {
    match open {
        '[' => ']',
        '(' => ')',
        _ => '}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, json: bool) -> Result<Vec<String>, Wrong> {
        let mut forms = Forms::new(text, json);
        let mut found = Vec::new();
        while let Some((line, form)) = forms.next()? {
            let mut out = format!("{line} ");
            form.print(&mut out);
            found.push(out);
        }
        Ok(found)
    }

    #[test]
    fn both_languages_are_read_form_by_form() {
        let edn = "({:a 1, :b nil} ; word\n #tag{:c [1 \"x \\\"y\"]}\n)";
        assert_eq!(
            all(edn, false),
            Ok(["1 {a 1 b null }", "2 {c [1 x \"y] }"].map(String::from).to_vec())
        );
        let json = "[{\"a\":1,\"b\":null},\n{\"c\":[true,\"\\u0041\"]}]";
        assert_eq!(
            all(json, true),
            Ok(["1 {a 1 b null }", "2 {c [true A] }"].map(String::from).to_vec())
        );
    }

    #[test]
    fn what_is_torn_names_its_line() {
        for (text, line) in [
            ("[{:a 1}\n{:b", 2),
            ("[{:a 1}\n", 2),
            ("{:a 1}\n)", 2),
            ("{:a}", 1),
            ("{:a \"never\n\n", 1),
            ("[(]", 1),
        ] {
            assert_eq!(all(text, false).map_err(|wrong| wrong.line), Err(line), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(all(&deep, true).is_err());
    }
}
