//! Messages between node processes as JSON, there and back.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use shardlab::base::{NodeId, Time};
use shardlab::client::Op;
use shardlab::client::{Outcome, Verb};
use shardlab::raft::membership::{Returned, Wanted};
use shardlab::raft::{
    self, Body, Entry, EntryId, Index, Membership, ReplicaId, Snapshot, Term, What,
};
use shardlab::store::{Item, Key, Value, Version};
use shardlab::tenant::replicated::kv::{Answer, Command, Kv, Store};
use shardlab::tenant::replicated::read_mode::ReadMode;
use shardlab::tenant::replicated::{ClientRequest, Message};

/// A message as JSON; nothing for one that nodes of this kind never send.
pub(super) fn encode(message: &Message) -> Option<Json> {
    Some(match message {
        Message::Raft(message) => {
            let Term(term) = message.term;
            json!({ "raft": [term, body(&message.body), message.replica.0, message.to.0] })
        }
        Message::ClientRequest(call) => json!({ "call": {
            "op": call.op,
            "session": call.session.to_string(),
            "acts": call.acts.iter().map(act).collect::<Vec<_>>(),
            "reading": call.reading.map(reading),
            "floor": call.floor.0,
        } }),
        Message::ClientReply { op, answer: given, index } => {
            json!({ "return": [op, answer(given), index.0] })
        }
        Message::NotLeader { op, leader } => json!({ "elsewhere": [op, leader.map(|l| l.0)] }),
        _ => return None,
    })
}

/// A message from JSON; nothing if it is not one.
pub(super) fn decode(json: &Json) -> Option<Message> {
    if let Some(list) = json.get("raft") {
        let message = raft::Message {
            term: Term(number(&list[0])?),
            replica: ReplicaId(number(list.get(2)?)?),
            to: ReplicaId(number(list.get(3)?)?),
            body: body_of(&list[1])?,
        };
        return Some(Message::Raft(Arc::new(message)));
    }
    if let Some(call) = json.get("call") {
        let acts: Option<Vec<Op>> = call.get("acts")?.as_array()?.iter().map(act_of).collect();
        return Some(Message::ClientRequest(Arc::new(ClientRequest {
            op: number(call.get("op")?)?,
            session: call.get("session")?.as_str()?.parse().ok()?,
            acts: acts?.into(),
            reading: match call.get("reading")? {
                Json::Null => None,
                word => Some(ReadMode::named(word.as_str()?)?),
            },
            floor: Index(call.get("floor")?.as_u64()?),
        })));
    }
    if let Some(list) = json.get("return") {
        let index = Index(list.get(2)?.as_u64()?);
        return Some(Message::ClientReply {
            op: number(&list[0])?,
            answer: answer_of(&list[1])?,
            index,
        });
    }
    let list = json.get("elsewhere")?;
    Some(Message::NotLeader { op: number(&list[0])?, leader: node_of(&list[1]) })
}

fn number(json: &Json) -> Option<u32> {
    json.as_u64()?.try_into().ok()
}

fn node_of(json: &Json) -> Option<NodeId> {
    number(json).map(NodeId)
}

fn mark(mark: EntryId) -> Json {
    json!([mark.index.0, mark.term.0])
}

fn mark_of(json: &Json) -> Option<EntryId> {
    Some(EntryId::new(Index(json.get(0)?.as_u64()?), Term(number(json.get(1)?)?)))
}

fn body(body: &Body<Kv>) -> Json {
    match body {
        Body::RequestVote { pre, last, forced } => json!(["vote?", pre, mark(*last), forced]),
        Body::Vote { pre, granted } => json!(["vote", pre, granted]),
        Body::Append { prev, entries, commit, acked } => {
            let entries: Vec<Json> = entries.iter().map(entry).collect();
            json!(["append", mark(*prev), entries, commit.0, acked])
        }
        Body::Appended { upto } => json!(["appended", upto.0]),
        Body::Rejected { prev, hint, acked } => json!(["rejected", prev.0, mark(*hint), acked]),
        Body::Forgotten => json!(["forgotten"]),
        Body::Heartbeat { commit, round, stamp } => json!(["beat", mark(*commit), round, stamp.0]),
        Body::HeartbeatReply { round } => json!(["alive", round]),
        Body::InstallSnapshot { mark: at, offset, bytes, whole } => {
            json!(["piece", mark(*at), offset, bytes, whole.as_deref().map(snapshot)])
        }
        Body::SnapshotTaken { index, offset, piece } => json!(["taken", index.0, offset, piece]),
        Body::TimeoutNow => json!(["now"]),
        Body::ReadIndex { id } => json!(["read?", id]),
        Body::ReadIndexReply { id, index } => json!(["read", id, index.map(|index| index.0)]),
    }
}

fn body_of(json: &Json) -> Option<Body<Kv>> {
    let long = |at: usize| json.get(at)?.as_u64();
    let flag = |at: usize| json.get(at)?.as_bool();
    Some(match json.get(0)?.as_str()? {
        "vote?" => {
            Body::RequestVote { pre: flag(1)?, last: mark_of(json.get(2)?)?, forced: flag(3)? }
        }
        "vote" => Body::Vote { pre: flag(1)?, granted: flag(2)? },
        "append" => {
            let entries: Option<Vec<Entry<Kv>>> =
                json.get(2)?.as_array()?.iter().map(entry_of).collect();
            let prev = mark_of(json.get(1)?)?;
            let (entries, commit, acked) = (entries?.into(), Index(long(3)?), flag(4)?);
            Body::Append { prev, entries, commit, acked }
        }
        "appended" => Body::Appended { upto: Index(long(1)?) },
        "rejected" => {
            let (prev, hint) = (Index(long(1)?), mark_of(json.get(2)?)?);
            Body::Rejected { prev, hint, acked: flag(3)? }
        }
        "forgotten" => Body::Forgotten,
        "beat" => {
            let commit = mark_of(json.get(1)?)?;
            Body::Heartbeat { commit, round: long(2)?, stamp: Time(long(3)?) }
        }
        "alive" => Body::HeartbeatReply { round: long(1)? },
        "piece" => {
            let whole = match json.get(4)? {
                Json::Null => None,
                whole => Some(Arc::new(snapshot_of(whole)?)),
            };
            let mark = mark_of(json.get(1)?)?;
            Body::InstallSnapshot { mark, offset: long(2)?, bytes: long(3)?, whole }
        }
        "taken" => {
            let (index, offset) = (Index(long(1)?), long(2)?);
            Body::SnapshotTaken { index, offset, piece: long(3)? }
        }
        "now" => Body::TimeoutNow,
        "read?" => Body::ReadIndex { id: long(1)? },
        "read" => Body::ReadIndexReply { id: long(1)?, index: long(2).map(Index) },
        _ => return None,
    })
}

fn entry(entry: &Entry<Kv>) -> Json {
    let what = match &entry.what {
        What::Nothing => Json::Null,
        What::Command(command) => json!([
            command.session.to_string(),
            command.seq,
            command.acts.iter().map(act).collect::<Vec<_>>(),
        ]),
        What::Members(members) => members_json(members),
    };
    json!([entry.term.0, what])
}

fn entry_of(json: &Json) -> Option<Entry<Kv>> {
    let what = match json.get(1)? {
        Json::Null => What::Nothing,
        Json::Array(list) => {
            let acts: Option<Vec<Op>> = list.get(2)?.as_array()?.iter().map(act_of).collect();
            let session = list.first()?.as_str()?.parse().ok()?;
            let command = Command::new(session, number(list.get(1)?)?, acts?.into());
            What::Command(Arc::new(command))
        }
        members => What::Members(Arc::new(members_of(members)?)),
    };
    Some(Entry::new(Term(number(json.get(0)?)?), what))
}

fn members_json(members: &Membership) -> Json {
    let list = |nodes: &[NodeId]| nodes.iter().map(|node| node.0).collect::<Vec<_>>();
    json!({
        "voters": list(&members.voters),
        "outgoing": list(&members.outgoing),
        "learners": list(&members.learners),
        "next": list(&members.learners_next),
        "leave": members.auto_leave,
        "returned": members.returned.iter().map(|one| {
            json!([one.node.0, one.replica.0, one.voter])
        }).collect::<Vec<_>>(),
        "wanted": members.wanted.as_ref().map(|wanted| {
            json!([list(&wanted.voters), list(&wanted.learners)])
        }),
    })
}

fn members_of(json: &Json) -> Option<Membership> {
    let list = |name: &str| -> Option<Vec<NodeId>> {
        json.get(name)?.as_array()?.iter().map(node_of).collect()
    };
    Some(Membership {
        voters: list("voters")?,
        outgoing: list("outgoing")?,
        learners: list("learners")?,
        learners_next: list("next")?,
        auto_leave: json.get("leave")?.as_bool()?,
        returned: json
            .get("returned")?
            .as_array()?
            .iter()
            .map(returned_of)
            .collect::<Option<_>>()?,
        wanted: match json.get("wanted")? {
            Json::Null => None,
            lists => Some(wanted_of(lists)?),
        },
    })
}

fn wanted_of(json: &Json) -> Option<Wanted> {
    let list = |at: usize| -> Option<Vec<NodeId>> {
        json.get(at)?.as_array()?.iter().map(node_of).collect()
    };
    Some(Wanted { voters: list(0)?, learners: list(1)? })
}

fn returned_of(json: &Json) -> Option<Returned> {
    Some(Returned {
        node: node_of(json.get(0)?)?,
        replica: ReplicaId(number(json.get(1)?)?),
        voter: json.get(2)?.as_bool()?,
    })
}

fn snapshot(snapshot: &Snapshot<Kv>) -> Json {
    let told = snapshot.state.told();
    json!({
        "mark": mark(snapshot.mark),
        "members": members_json(&snapshot.members),
        "items": snapshot.state.items().map(item).collect::<Vec<_>>(),
        "told": told.map(|(session, seq, given)| {
            json!([session.to_string(), seq, answer(given)])
        }).collect::<Vec<_>>(),
    })
}

fn snapshot_of(json: &Json) -> Option<Snapshot<Kv>> {
    let mut store = Store::default();
    for item in json.get("items")?.as_array()? {
        store.preload(item_of(item)?);
    }
    for told in json.get("told")?.as_array()? {
        let session = told.get(0)?.as_str()?.parse().ok()?;
        store.remember(session, number(told.get(1)?)?, answer_of(told.get(2)?)?);
    }
    let members = Arc::new(members_of(json.get("members")?)?);
    Some(Snapshot::new(mark_of(json.get("mark")?)?, members, Arc::new(store)))
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(&**text),
        Value::Filler { stamp, bytes } => json!([stamp, bytes]),
        Value::Gone => Json::Null,
    }
}

fn value_of(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Gone,
        Json::String(text) => Value::Text(text.as_str().into()),
        list => Value::Filler { stamp: number(list.get(0)?)?, bytes: number(list.get(1)?)? },
    })
}

fn item(item: &Item) -> Json {
    json!([item.key.text(), item.version.0, value(&item.value)])
}

fn item_of(json: &Json) -> Option<Item> {
    let key = Key::new(json.get(0)?.as_str()?);
    let version = Version(json.get(1)?.as_u64()?);
    Some(Item { key, version, value: value_of(json.get(2)?)? })
}

fn act(act: &Op) -> Json {
    let maybe = |given: &Option<Value>| given.iter().map(value).collect::<Vec<_>>();
    json!([act.verb.word(), act.key.text(), maybe(&act.value), maybe(&act.expected)])
}

fn act_of(json: &Json) -> Option<Op> {
    let maybe = |at: usize| -> Option<Option<Value>> {
        match json.get(at)?.as_array()?.first() {
            None => Some(None),
            Some(given) => value_of(given).map(Some),
        }
    };
    let verb = match json.get(0)?.as_str()? {
        "get" => Verb::Get,
        "put" => Verb::Put,
        "delete" => Verb::Delete,
        "cas" => Verb::Cas,
        "append" => Verb::Append,
        _ => return None,
    };
    let key = Key::new(json.get(1)?.as_str()?);
    Some(Op { verb, key, value: maybe(2)?, expected: maybe(3)? })
}

fn answer(answer: &Answer) -> Json {
    let outcome = |outcome: &Outcome| match outcome {
        Outcome::Found(found) => json!({ "found": item(found) }),
        Outcome::Absent => json!("absent"),
        Outcome::Written(written) => json!({ "written": item(written) }),
        Outcome::Differs(other) => json!({ "differs": [value(other)] }),
        Outcome::Refused => json!("refused"),
        Outcome::Unknown => json!("unknown"),
    };
    answer.iter().map(outcome).collect()
}

fn answer_of(json: &Json) -> Option<Answer> {
    let outcome = |json: &Json| -> Option<Outcome> {
        if let Some(word) = json.as_str() {
            return match word {
                "absent" => Some(Outcome::Absent),
                "refused" => Some(Outcome::Refused),
                _ => Some(Outcome::Unknown),
            };
        }
        if let Some(found) = json.get("found") {
            return Some(Outcome::Found(Arc::new(item_of(found)?)));
        }
        if let Some(written) = json.get("written") {
            return Some(Outcome::Written(Arc::new(item_of(written)?)));
        }
        Some(Outcome::Differs(value_of(json.get("differs")?.get(0)?)?))
    };
    json.as_array()?.iter().map(outcome).collect()
}

fn reading(reading: ReadMode) -> &'static str {
    match reading {
        // How stale a read may be is the asker's to say; nodes of this kind never ask so.
        ReadMode::Within(_) => ReadMode::Index.word(),
        other => other.word(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returns(message: &Message) {
        let json = encode(message).expect("it is sent");
        let text = json.to_string();
        let back = decode(&serde_json::from_str(&text).expect("it is JSON")).expect("it is read");
        assert_eq!(format!("{message:?}"), format!("{back:?}"));
    }

    #[test]
    fn messages_come_back_as_they_went() {
        let act = Op {
            verb: Verb::Cas,
            key: Key::new("x"),
            value: Some(Value::Text("1".into())),
            expected: Some(Value::Gone),
        };
        let acts: Arc<[Op]> = Arc::new([act]);
        let command = Arc::new(Command::new(u64::MAX, 3, acts.clone()));
        let mut store = Store::default();
        store.apply(Index(1), &command, true);
        let mut members = Membership::of([NodeId(0), NodeId(2)]);
        let returned = Returned { node: NodeId(2), replica: ReplicaId(7), voter: true };
        members.returned.push(returned);
        let voters = vec![NodeId(0), NodeId(4)];
        members.wanted = Some(Wanted { voters, learners: vec![NodeId(2)] });
        let members = Arc::new(members);
        let mark = EntryId::new(Index(4), Term(2));
        let whole = Arc::new(Snapshot::new(mark, members.clone(), Arc::new(store)));
        let entries: Arc<[Entry<Kv>]> = Arc::new([
            Entry::new(Term(1), What::Nothing),
            Entry::new(Term(2), What::Command(command)),
            Entry::new(Term(2), What::Members(members)),
        ]);
        let bodies = [
            Body::RequestVote { pre: true, last: mark, forced: false },
            Body::Vote { pre: false, granted: true },
            Body::Append { prev: mark, entries, commit: Index(3), acked: true },
            Body::Appended { upto: Index(9) },
            Body::Rejected { prev: Index(u64::MAX), hint: mark, acked: true },
            Body::Forgotten,
            Body::Heartbeat { commit: mark, round: 5, stamp: Time(7) },
            Body::HeartbeatReply { round: 5 },
            Body::SnapshotTaken { index: Index(4), offset: 10, piece: 5 },
            Body::TimeoutNow,
            Body::ReadIndex { id: u64::MAX },
            Body::ReadIndexReply { id: 1, index: None },
        ];
        for body in bodies {
            returns(&Message::Raft(Arc::new(raft::Message {
                term: Term(7),
                replica: ReplicaId(3),
                to: ReplicaId(9),
                body,
            })));
        }
        let piece = Body::InstallSnapshot { mark, offset: 0, bytes: 9, whole: Some(whole.clone()) };
        let message = Message::Raft(Arc::new(raft::Message {
            term: Term(7),
            replica: ReplicaId(0),
            to: ReplicaId(0),
            body: piece,
        }));
        let Some(Message::Raft(back)) = decode(&encode(&message).expect("it is sent")) else {
            panic!("it is read")
        };
        let Body::InstallSnapshot { whole: Some(back), .. } = &back.body else { panic!("whole") };
        assert_eq!(back.state.items().count(), whole.state.items().count());
        assert_eq!(back.state.sessions(), 1);
        let call = ClientRequest {
            op: 1,
            session: u64::MAX,
            acts,
            reading: Some(ReadMode::Index),
            floor: Index(2),
        };
        returns(&Message::ClientRequest(Arc::new(call)));
        returns(&Message::NotLeader { op: 2, leader: Some(NodeId(1)) });
        let answer = Arc::new([Outcome::Absent, Outcome::Differs(Value::Gone), Outcome::Unknown]);
        returns(&Message::ClientReply { op: 3, answer, index: Index(8) });
    }

    #[test]
    fn what_is_torn_is_no_message() {
        for text in ["{}", "[]", "null", r#"{"raft":[1]}"#, r#"{"raft":[1,["append",[1,2]]]}"#] {
            assert!(decode(&serde_json::from_str(text).expect("it is JSON")).is_none(), "{text}");
        }
    }
}
