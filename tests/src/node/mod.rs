//! `cargo lab node`: a node of Maelstrom's `lin-kv` workload on standard input and output, running the
//! very replica, log and client that the page runs.
//!
//! A node that is asked something hands it to a client machine of its own, which finds the leader,
//! tries again under the same number, and gives up in time. What the client is not sure of is
//! answered with an indefinite error; what surely did not happen with a definite one.

mod host;
mod wire;

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use host::{Host, Out};
use serde_json::{Value as Json, json};
use shardlab::base::{NodeId, Span};
use shardlab::client::Op;
use shardlab::client::{Outcome, Reply, Verb};
use shardlab::machine::RequestId;
use shardlab::raft::{self, Membership};
use shardlab::store::{Key, Value};
use shardlab::tenant::replicated::kv::Rules;
use shardlab::tenant::replicated::reach::{ClientConfig, Start};
use shardlab::tenant::replicated::read_mode::ReadMode;
use shardlab::tenant::replicated::replica::ReplicaConfig;
use shardlab::tenant::replicated::{Config, Message, Request};

/// How to run the node.
#[derive(Debug, Clone, clap::Args)]
pub struct Node {
    /// How reads go: log, index, lease, follower, session, monotonic or local.
    #[arg(long, default_value = "index")]
    reads: String,
    /// The log may take so many bytes before it becomes a snapshot.
    #[arg(long, default_value_t = 20_000)]
    snapshot: u64,
}

/// Client machines have numbers from here on, so many for each node.
const CLIENTS: u32 = 1_000;

/// Errors of the protocol. Those below are definite but for the first.
const TIMEOUT: u64 = 0;
const NOT_SUPPORTED: u64 = 10;
const UNAVAILABLE: u64 = 11;
const MALFORMED: u64 = 12;
const ABSENT: u64 = 20;
const DIFFERS: u64 = 22;

/// Runs until standard input ends.
pub fn node(wish: &Node) -> Result<bool, String> {
    let Some(reading) = ReadMode::named(&wish.reads) else {
        return Err(format!("{:?} is no way to read, such as index, lease or local", wish.reads));
    };
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let mut talk = Talk::new(reading, wish.snapshot);
    loop {
        let wait = talk.host.due().unwrap_or(Duration::from_secs(1));
        match lines.recv_timeout(wait) {
            Ok(line) => talk.hear(&line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(true),
        }
        talk.host.ring();
        talk.speak().map_err(|error| format!("standard output: {error}"))?;
    }
}

/// Who asked, and under which number.
struct Asked {
    client: String,
    number: Json,
    cas: bool,
}

struct Talk {
    reading: ReadMode,
    snapshot: u64,
    host: Host,
    own: String,
    nodes: Vec<String>,
    clients: BTreeMap<String, NodeId>,
    asked: BTreeMap<RequestId, Asked>,
    say: Vec<Json>,
}

impl Talk {
    fn new(reading: ReadMode, snapshot: u64) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let seed = since.as_nanos() as u64 ^ u64::from(std::process::id()) << 32;
        Self {
            reading,
            snapshot,
            host: Host::new(seed),
            own: String::new(),
            nodes: Vec::new(),
            clients: BTreeMap::new(),
            asked: BTreeMap::new(),
            say: Vec::new(),
        }
    }

    fn place(&self) -> u32 {
        self.nodes.iter().position(|name| *name == self.own).unwrap_or(0) as u32
    }

    fn reply(&mut self, to: &str, number: &Json, mut body: Json) {
        body["in_reply_to"] = number.clone();
        self.say.push(json!({ "src": self.own, "dest": to, "body": body }));
    }

    fn error(&mut self, to: &str, number: &Json, code: u64, text: &str) {
        self.reply(to, number, json!({ "type": "error", "code": code, "text": text }));
    }

    fn hear(&mut self, line: &str) {
        let Ok(message) = serde_json::from_str::<Json>(line) else {
            eprintln!("not a message: {line}");
            return;
        };
        let from = message["src"].as_str().unwrap_or_default().to_owned();
        let body = &message["body"];
        let number = body["msg_id"].clone();
        match body["type"].as_str().unwrap_or_default() {
            "init" => self.init(&from, body),
            "inside" => {
                let node = |json: &Json| json.as_u64().map(|node| NodeId(node as u32));
                let inside = (node(&body["from"]), node(&body["to"]), wire::decode(&body["what"]));
                if let (Some(from), Some(to), Some(what)) = inside {
                    self.host.deliver(from, to, what);
                }
            }
            _ if self.nodes.is_empty() => {
                self.error(&from, &number, UNAVAILABLE, "not initialized");
            }
            "read" | "write" | "cas" => self.operate(&from, &number, body),
            other => {
                let text = format!("{other} is not supported");
                self.error(&from, &number, NOT_SUPPORTED, &text);
            }
        }
    }

    fn init(&mut self, from: &str, body: &Json) {
        let names = body["node_ids"].as_array().map(Vec::as_slice).unwrap_or_default();
        self.nodes = names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        self.own = body["node_id"].as_str().unwrap_or_default().to_owned();
        let voters = (0..self.nodes.len() as u32).map(NodeId);
        let set_up = raft::Config {
            members: Arc::new(Membership::of(voters.clone())),
            lease: (self.reading == ReadMode::Lease).then_some(Span::millis(100)),
            ..raft::Config::default()
        };
        let config = ReplicaConfig {
            raft: Arc::new(set_up),
            founders: voters.collect(),
            joins: None,
            log_bytes: self.snapshot,
            preloaded: Arc::new([]),
            rules: Rules::default(),
            reads_at_once: false,
        };
        self.host.add(NodeId(self.place()), &Config::Replica(Arc::new(config)));
        self.reply(from, &body["msg_id"].clone(), json!({ "type": "init_ok" }));
    }

    /// The client machine for somebody outside.
    fn client(&mut self, name: &str) -> NodeId {
        if let Some(node) = self.clients.get(name) {
            return *node;
        }
        let node = NodeId((self.place() + 1) * CLIENTS + self.clients.len() as u32 % CLIENTS);
        let replicas = (0..self.nodes.len() as u32).map(NodeId).collect();
        let start = Start { replicas, reading: self.reading };
        let config = ClientConfig::new((Span::millis(250), Span::millis(900)), start);
        if !self.host.has(node) {
            self.host.add(node, &Config::Client(Arc::new(config)));
        }
        self.clients.insert(name.to_owned(), node);
        node
    }

    fn operate(&mut self, from: &str, number: &Json, body: &Json) {
        let text = |json: &Json| Value::Text(json.to_string().into());
        let value = |name: &str| body.get(name).map(text);
        let (verb, value, expected) = match body["type"].as_str() {
            Some("read") => (Verb::Get, None, None),
            Some("write") => (Verb::Put, value("value"), None),
            _ => (Verb::Cas, value("to"), value("from")),
        };
        let whole = match verb {
            Verb::Get => true,
            Verb::Put => value.is_some(),
            _ => value.is_some() && expected.is_some(),
        };
        let Some(key) = body.get("key").filter(|_| whole) else {
            self.error(from, number, MALFORMED, "a key or a value is missing");
            return;
        };
        let cas = verb == Verb::Cas;
        // A client of the protocol may create what it compares with nothing.
        let create = body["create_if_not_exists"].as_bool() == Some(true);
        let act = Op { verb, key: Key::new(&key.to_string()), value, expected };
        if cas && create {
            self.error(from, number, NOT_SUPPORTED, "create_if_not_exists is not supported");
            return;
        }
        let node = self.client(from);
        let id = self.host.request(node, Request::Call(Arc::new([act]), None));
        self.asked.insert(id, Asked { client: from.to_owned(), number: number.clone(), cas });
    }

    fn speak(&mut self) -> std::io::Result<()> {
        for out in self.host.take() {
            match out {
                Out::Send { from, to, message } => {
                    let place = if to.0 < CLIENTS { to.0 } else { to.0 / CLIENTS - 1 };
                    let Some(dest) = self.nodes.get(place as usize) else { continue };
                    let Some(what) = encode(&message) else { continue };
                    let body =
                        json!({ "type": "inside", "from": from.0, "to": to.0, "what": what });
                    self.say.push(json!({ "src": self.own, "dest": dest, "body": body }));
                }
                Out::Reply { id, reply: Reply::Ended(outcome) } => self.answer(id, &outcome),
                Out::Reply { .. } => {}
            }
        }
        let mut out = std::io::stdout().lock();
        for line in self.say.drain(..) {
            writeln!(out, "{line}")?;
        }
        out.flush()
    }

    fn answer(&mut self, id: RequestId, outcome: &Outcome) {
        let Some(Asked { client, number, cas }) = self.asked.remove(&id) else { return };
        match outcome {
            Outcome::Found(item) => {
                let Value::Text(text) = &item.value else { return };
                let value: Json = serde_json::from_str(text).unwrap_or(Json::Null);
                self.reply(&client, &number, json!({ "type": "read_ok", "value": value }));
            }
            Outcome::Written(_) => {
                let kind = if cas { "cas_ok" } else { "write_ok" };
                self.reply(&client, &number, json!({ "type": kind }));
            }
            Outcome::Absent | Outcome::Differs(Value::Gone) => {
                self.error(&client, &number, ABSENT, "the key does not exist");
            }
            Outcome::Differs(_) => {
                self.error(&client, &number, DIFFERS, "the key holds something else");
            }
            Outcome::Refused => self.error(&client, &number, UNAVAILABLE, "refused"),
            // It may have happened, or not: nobody knows.
            Outcome::Unknown => self.error(&client, &number, TIMEOUT, "no answer in time"),
        }
    }
}

fn encode(message: &Message) -> Option<Json> {
    wire::encode(message)
}
