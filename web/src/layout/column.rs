//! A file of keys taken in piece by piece: what its columns are, and the lines that are whole.

/// The columns of a file by its first bytes: how many there are, and their names if the first line
/// has such.
#[must_use]
pub fn headings(first: &[u8]) -> Vec<String> {
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches('\r');
    let count = |mark: char| line.chars().filter(|one| *one == mark).count();
    let mark = [',', ';', '\t'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(',');
    let mut quoted = false;
    let apart = |one: char| {
        quoted ^= one == '"';
        one == mark && !quoted
    };
    line.split(apart).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}

/// How many of the bytes are whole lines; all of them if there is no more to come.
#[must_use]
pub fn whole_lines(bytes: &[u8], is_last: bool) -> usize {
    if is_last {
        return bytes.len();
    }
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// A key as a cell of its own line, behind so many empty cells.
pub fn push_cell(lines: &mut Vec<u8>, before: usize, cell: &[u8]) {
    lines.extend(std::iter::repeat_n(b',', before));
    let quoted = cell.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'));
    if quoted {
        lines.push(b'"');
    }
    lines.extend_from_slice(cell);
    if quoted {
        lines.push(b'"');
    }
    lines.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_the_first_line() {
        assert_eq!(
            headings(b"\xef\xbb\xbfid;\"user; id\";city\r\n1;2"),
            ["id", "user; id", "city"]
        );
        assert_eq!(headings(b"ann\nbob"), ["ann"]);
        assert_eq!(headings(b""), [""]);
    }

    #[test]
    fn half_a_line_waits_for_its_rest() {
        assert_eq!(whole_lines(b"one\ntwo\nth", false), 8);
        assert_eq!(whole_lines(b"one\ntwo\nth", true), 10);
        assert_eq!(whole_lines(b"th", false), 0);
    }

    #[test]
    fn a_cell_keeps_its_column_and_its_marks() {
        let mut lines = Vec::new();
        push_cell(&mut lines, 1, b"a;b");
        push_cell(&mut lines, 0, b"c");
        assert_eq!(lines, b",\"a;b\"\nc\n");
    }
}
