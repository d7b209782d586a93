//! The clients of the router: what they ask, and what they make of the answers.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use shardlab::base::Rng;
use shardlab::check::{History, Input, Output, Record};

/// What clients do.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Operations a second of all together.
    pub rate: f64,
    /// How many keys.
    pub keys: u32,
}

/// A client waits for so long.
const PATIENCE: Duration = Duration::from_secs(1);

struct Client {
    name: String,
    /// Each operation that is not known to have ended begins a new process in the history.
    life: u32,
    next: Instant,
    waits: Option<(u64, Instant, bool)>,
    count: u64,
}

/// All clients and their history.
pub(super) struct Clients {
    clients: Vec<Client>,
    nodes: Vec<String>,
    wanted: Wanted,
    rng: Rng,
    record: Record,
    moment: u32,
    lines: Vec<String>,
    counts: [u64; 3],
}

impl Clients {
    pub(super) fn new(count: u32, nodes: &[String], wanted: Wanted, seed: u64) -> Self {
        let now = Instant::now();
        let clients = (1..=count).map(|number| Client {
            name: format!("c{number}"),
            life: 0,
            next: now,
            waits: None,
            count: 0,
        });
        Self {
            clients: clients.collect(),
            nodes: nodes.to_vec(),
            wanted,
            rng: Rng::derive(seed, 2),
            record: Record::new(None),
            moment: 0,
            lines: Vec::new(),
            counts: [0; 3],
        }
    }

    /// How many wait for an answer.
    pub(super) fn waiting(&self) -> usize {
        self.clients.iter().filter(|client| client.waits.is_some()).count()
    }

    /// How many operations have ended.
    pub(super) fn ended(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// When somebody has something to do.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = |client: &Client| match client.waits {
            Some((_, since, _)) => since + PATIENCE,
            None => client.next,
        };
        self.clients.iter().map(due).min()
    }

    /// What clients ask now.
    pub(super) fn work(&mut self, now: Instant) -> Vec<Json> {
        let mut messages = Vec::new();
        let every = self.clients.len() as f64 / self.wanted.rate;
        for at in 0..self.clients.len() {
            if self.clients[at].waits.is_some() || self.clients[at].next > now {
                continue;
            }
            let spread = 0.5 + self.rng.below(1_000) as f64 / 1_000.0;
            self.clients[at].next = now + Duration::from_secs_f64((every * spread).min(3_600.0));
            messages.push(self.ask(at, now));
        }
        messages
    }

    fn ask(&mut self, at: usize, now: Instant) -> Json {
        let key = self.rng.below(u64::from(self.wanted.keys));
        let (kind, to, from) = match self.rng.below(10) {
            0..5 => ("read", 0, 0),
            5..8 => ("write", self.rng.below(5), 0),
            _ => ("cas", self.rng.below(5), self.rng.below(5)),
        };
        let node = self.nodes[self.rng.below(self.nodes.len() as u64) as usize].clone();
        let client = &mut self.clients[at];
        client.count += 1;
        client.waits = Some((client.count, now, kind == "read"));
        let mut body = json!({ "type": kind, "msg_id": client.count, "key": key });
        let word = |record: &mut Record, value: u64| record.word(&value.to_string());
        let input = match kind {
            "read" => Input::Get,
            "write" => {
                body["value"] = json!(to);
                Input::Put(word(&mut self.record, to))
            }
            _ => {
                body["to"] = json!(to);
                body["from"] = json!(from);
                Input::Cas(word(&mut self.record, from), word(&mut self.record, to))
            }
        };
        let process = format!("{}.{}", client.name, client.life);
        let name = client.name.clone();
        self.line(&process, "invoke", &body);
        self.moment += 1;
        let key = word(&mut self.record, key);
        // A process has one operation at a time, and operations far fewer than can be held.
        let _ = self.record.call(&process, key, input, self.moment);
        json!({ "src": name, "dest": node, "body": body })
    }

    /// An answer has come.
    pub(super) fn hear(&mut self, message: &Json) {
        let body = &message["body"];
        let to = message["dest"].as_str().unwrap_or_default();
        let Some(at) = self.clients.iter().position(|client| client.name == to) else { return };
        let Some((number, _, read)) = self.clients[at].waits else { return };
        if body["in_reply_to"].as_u64() != Some(number) {
            return;
        }
        let output = match body["type"].as_str().unwrap_or_default() {
            "read_ok" => Output::Found(self.record.word(&body["value"].to_string())),
            "write_ok" | "cas_ok" => Output::Done,
            _ => match body["code"].as_u64() {
                Some(20) if read => Output::Found(shardlab::check::ABSENT),
                // What was compared differed: that tells something of the state.
                Some(20 | 22) => Output::Differs,
                Some(1 | 10 | 11 | 12 | 14 | 21 | 30) => Output::Never,
                _ => Output::Unknown,
            },
        };
        self.end(at, output, body);
    }

    /// A client that has waited too long goes on, and never knows.
    pub(super) fn give_up(&mut self, now: Instant) {
        for at in 0..self.clients.len() {
            let late = |since: Instant| now.saturating_duration_since(since) >= PATIENCE;
            if self.clients[at].waits.is_some_and(|(_, since, _)| late(since)) {
                self.end(at, Output::Unknown, &json!({ "type": "timeout" }));
            }
        }
    }

    fn end(&mut self, at: usize, output: Output, body: &Json) {
        let client = &mut self.clients[at];
        client.waits = None;
        let process = format!("{}.{}", client.name, client.life);
        if output == Output::Unknown {
            client.life += 1;
        }
        let (place, kind) = match output {
            Output::Unknown => (2, "info"),
            Output::Never | Output::Differs => (1, "fail"),
            _ => (0, "ok"),
        };
        self.counts[place] += 1;
        self.moment += 1;
        // An answer of the wrong kind tells nothing.
        if self.record.back(&process, output, self.moment).is_err() {
            let _ = self.record.back(&process, Output::Unknown, self.moment);
        }
        self.line(&process, kind, body);
    }

    fn line(&mut self, process: &str, kind: &str, body: &Json) {
        let line = json!({ "process": process, "type": kind, "body": body });
        self.lines.push(line.to_string());
    }

    /// The history as it was written, a line each.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// How operations ended, in words.
    pub(super) fn counts(&self) -> String {
        let [good, not, unknown] = self.counts;
        format!("{good} answered, {not} refused or compared in vain, {unknown} not known")
    }

    /// The history for the judge.
    pub(super) fn history(self) -> History {
        self.record.history()
    }
}
