//! Texts that nobody would write: what a parser must survive.

use shardlab::base::Rng;

/// Pieces from which nonsense is made that looks almost like a scenario.
const PIECES: [&str; 64] = [
    "title",
    "summary",
    "tags",
    "seed",
    "end",
    "network",
    "disk",
    "ring",
    "modulo",
    "load",
    "traffic",
    "at",
    "every",
    "after",
    "when",
    "from",
    "until",
    "crash",
    "restart",
    "pause",
    "resume",
    "cut",
    "heal",
    "slow",
    "lose",
    "drop",
    "wipe",
    "join",
    "leave",
    "weight",
    "say",
    "bug",
    "expect",
    "n1",
    "n99999999999",
    "c1:",
    "a:",
    "1s",
    "-5ms",
    "0.0000001ms",
    "99999999999999999999h",
    "5%",
    "100..1",
    "5ms..15ms",
    "20MB/s",
    "zipf",
    "1.1",
    "\"user:{n}\"",
    "\"",
    "|",
    "->",
    "=",
    "<=",
    "(",
    ")",
    ",",
    ":",
    "#",
    "..",
    "\n",
    "\n  ",
    "\t",
    "ä→🦀",
    "\u{0}",
];

/// A stream of texts, the same for the same seed: damaged examples, loose words, loose letters.
#[derive(Debug)]
pub struct Noise<'a> {
    examples: &'a [String],
    rng: Rng,
}

impl<'a> Noise<'a> {
    /// A stream that damages these examples.
    #[must_use]
    pub fn new(examples: &'a [String], seed: u64) -> Self {
        Self { examples, rng: Rng::derive(seed, 0) }
    }

    /// The next text.
    pub fn text(&mut self) -> String {
        match self.rng.below(8) {
            0 => self.letters(),
            1 | 2 => self.words(),
            _ => self.damaged(),
        }
    }

    /// The next run of bytes that were meant to be letters of a link.
    pub fn link(&mut self, sound: &str) -> String {
        let mut letters: Vec<char> = sound.chars().collect();
        for _ in 0..=self.rng.below(4) {
            let at = self.place(letters.len() + 1);
            match self.rng.below(4) {
                0 => letters.truncate(at),
                1 => letters.insert(at, self.letter()),
                _ if at < letters.len() => letters[at] = self.letter(),
                _ => letters.push(self.letter()),
            }
        }
        letters.into_iter().collect()
    }

    /// A place in a list of so many things.
    pub fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.rng.below(count.max(1) as u64)).unwrap_or_default()
    }

    fn letter(&mut self) -> char {
        match self.rng.below(12) {
            0 => char::from_u32(self.rng.bits() as u32 & 0x001f_ffff).unwrap_or('\u{fffd}'),
            1 => '\n',
            2 => ' ',
            _ => char::from(self.rng.between(0x20, 0x7e) as u8),
        }
    }

    fn letters(&mut self) -> String {
        (0..self.rng.below(120)).map(|_| self.letter()).collect()
    }

    fn words(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.below(40) {
            let place = self.place(PIECES.len());
            text.push_str(PIECES[place]);
            if self.rng.below(5) > 0 {
                text.push(' ');
            }
        }
        text
    }

    /// An example from which lines are lost, doubled and exchanged, and some words changed.
    fn damaged(&mut self) -> String {
        let place = self.place(self.examples.len());
        let Some(example) = self.examples.get(place) else { return self.words() };
        let mut lines: Vec<String> = example.lines().map(str::to_owned).collect();
        for _ in 0..=self.rng.below(5) {
            let (one, other) = (self.place(lines.len()), self.place(lines.len()));
            let Some(line) = lines.get(one).cloned() else { break };
            match self.rng.below(6) {
                0 => drop(lines.remove(one)),
                1 => lines.insert(other, line),
                2 => lines.swap(one, other),
                _ => lines[one] = self.damaged_line(&line),
            }
        }
        lines.join("\n")
    }

    fn damaged_line(&mut self, line: &str) -> String {
        if self.rng.below(3) == 0 {
            return self.link(line);
        }
        let mut words: Vec<&str> = line.split(' ').collect();
        let (at, piece) = (self.place(words.len()), self.place(PIECES.len()));
        match self.rng.below(3) {
            0 => words.insert(at, PIECES[piece]),
            1 => drop(words.remove(at)),
            _ => words[at] = PIECES[piece],
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_noise() {
        let examples = ["title x\nring a: 4 nodes\nat 1s crash n3\n".to_owned()];
        let texts = |seed| {
            let mut noise = Noise::new(&examples, seed);
            (0..200).map(|_| noise.text()).collect::<Vec<_>>()
        };
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }
}
