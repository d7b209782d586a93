//! A datadriven table: a command with its arguments, what it is given, `----`, and what must come out.

/// A table, read.
#[derive(Debug, Clone)]
pub struct Table {
    entries: Vec<Entry>,
}

/// One command and its answer.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The line of the command, counted from 1.
    pub(super) line: usize,
    pub(super) command: String,
    /// Arguments by name, each a list.
    pub(super) arguments: Vec<(String, Vec<String>)>,
    pub(super) input: Vec<String>,
    pub(super) expected: String,
}

impl Entry {
    /// The values of an argument, if it is there.
    pub(super) fn argument(&self, name: &str) -> Option<&[String]> {
        let found = self.arguments.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// The command as it was written.
    pub(super) fn asked(&self) -> String {
        let mut text = self.command.clone();
        for (name, values) in &self.arguments {
            text += &format!(" {name}=({})", values.join(","));
        }
        for line in &self.input {
            text += " / ";
            text += line;
        }
        text
    }
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// The line and the reason, if the file is torn or is none.
    pub fn of(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().enumerate().peekable();
        let mut entries = Vec::new();
        while let Some((number, line)) = lines.next() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = number + 1;
            let (command, arguments) = command(line).map_err(|it| format!("{number}: {it}"))?;
            let mut input = Vec::new();
            loop {
                match lines.next() {
                    Some((_, "----")) => break,
                    Some((_, line)) => input.push(line.trim_end().to_owned()),
                    None => return Err(format!("{number}: the file ends before the answer")),
                }
            }
            let mut expected = String::new();
            // An answer with empty lines stands between two pairs of bars.
            let barred = lines.next_if(|(_, line)| *line == "----").is_some();
            loop {
                match lines.next() {
                    Some((_, "----")) if barred => {
                        lines.next_if(|(_, line)| *line == "----");
                        break;
                    }
                    Some((_, "")) if !barred => break,
                    Some((_, line)) => {
                        expected += line;
                        expected.push('\n');
                    }
                    None if barred => return Err(format!("{number}: the answer has no end")),
                    None => break,
                }
            }
            entries.push(Entry { line: number, command, arguments, input, expected });
        }
        match entries.is_empty() {
            true => Err("1: this is no table: it has no entry".into()),
            false => Ok(Self { entries }),
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A command with its arguments by name, each a list.
type Command = (String, Vec<(String, Vec<String>)>);

/// `name key=value key=(value, value)`.
fn command(line: &str) -> Result<Command, String> {
    let (name, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut arguments = Vec::new();
    while !rest.trim().is_empty() {
        let (key, after) = rest.trim_start().split_once('=').unwrap_or((rest.trim(), ""));
        let (values, after) = match after.strip_prefix('(') {
            Some(list) => list.split_once(')').ok_or("a list has no end")?,
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        let values = values.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        arguments.push((key.to_owned(), values.collect()));
        rest = after;
    }
    Ok((name.to_owned(), arguments))
}
