//! Vectors of unique ids: read into their fields, made of them again, counted on, or refused.

use serde_json::{Value, json};
use shardlab::base::Rng;
use shardlab::unique::layout::pack;
use shardlab::unique::{Kind, Maker, Parts, civil, decode, snowflake, ulid, uuid};

use crate::Said;
use crate::vector::{Vector, bytes, hex, number};

/// What the core says of an id.
pub(crate) fn said(vector: &Vector<'_>) -> Result<Said, String> {
    let kind = vector.text("kind")?.to_ascii_lowercase();
    if refused(vector, &kind) {
        return refusal(vector);
    }
    if vector.0.get("prev").is_some() {
        return following(vector, &kind);
    }
    if let Some(field) =
        ["prefix", "time_prefix", "time_prefix10"].iter().find(|it| vector.0.get(**it).is_some())
    {
        let text = ulid::text(u128::from(vector.number("unix_ts_ms")?) << 80);
        return Ok(vec![((*field).to_owned(), json!(&text[..10]))]);
    }
    let kind = match kind.as_str() {
        "uuidv4" | "uuid4" => Kind::Uuid4,
        "uuidv7" | "uuid7" => Kind::Uuid7,
        it if it.starts_with("ulid") => Kind::Ulid,
        it if it.starts_with("instagram") => Kind::Instagram,
        it if it.starts_with("discord") => Kind::Discord,
        it if it.starts_with("snowflake") => match vector.number("epoch_ms") {
            Ok(snowflake::DISCORD_EPOCH) => Kind::Discord,
            _ => Kind::Snowflake,
        },
        "composite" | "pinterest" => Kind::Composite,
        it => return Err(format!("there is no kind of id {it}")),
    };
    match id(vector, kind)? {
        Some(id) => facts(vector, kind, id),
        None => Err("it holds no id".to_owned()),
    }
}

/// True if the vector says that its text is no id.
fn refused(vector: &Vector<'_>, kind: &str) -> bool {
    let says = |field: &str, words: &[&str]| {
        let value = vector.0[field].as_str().unwrap_or_default().to_ascii_lowercase();
        words.iter().any(|word| value.contains(word))
    };
    let wrong = ["invalid", "reject", "error", "overflow", "refuse"];
    let empty = |field: &str| vector.0.get(field).is_some_and(Value::is_null);
    vector.0["valid"] == json!(false)
        || empty("bytes_hex")
        || empty("unix_ts_ms")
        || vector.0.get("prev").is_none()
            && (["expect", "expected", "result", "error"].iter().any(|it| says(it, &wrong))
                || wrong.iter().any(|word| kind.contains(word))
                || vector.0.get("error").is_some())
}

fn refusal(vector: &Vector<'_>) -> Result<Said, String> {
    let field =
        ["ulid", "uuid", "id", "text", "input"].into_iter().find(|it| vector.0.get(*it).is_some());
    let field = field.ok_or("it holds no id")?;
    // Refused as it should be: the text is given back; else what it was read as.
    let ours = match decode(vector.text(field)?) {
        Err(_) => vector.0[field].clone(),
        Ok(_) => json!("an id"),
    };
    Ok(vec![(field.to_owned(), ours)])
}

/// The id behind another one in the same millisecond.
fn following(vector: &Vector<'_>, kind: &str) -> Result<Said, String> {
    if !kind.starts_with("ulid") {
        return Err(format!("nothing is known of what follows a {kind}"));
    }
    let last = ulid::parse(vector.text("prev")?).map_err(|_| "prev is no ULID")?;
    let time = Kind::Ulid.parts(last).time;
    let next = Maker::after(Kind::Ulid, last).make(time, &mut Rng::derive(1, 1));
    let refused = Value::Null;
    let theirs = &vector.0["next"];
    let ours = match next {
        Ok(id) => json!(ulid::text(id)),
        // However the vector says that there is none.
        Err(_) if theirs.as_str().is_none_or(|text| text.len() != 26) => theirs.clone(),
        Err(_) => refused,
    };
    let mut said = vec![("next".to_owned(), ours)];
    if next.is_err() && vector.0.get("next").is_none() {
        said = vec![("prev".to_owned(), vector.0["prev"].clone())];
    }
    Ok(said)
}

/// The id of a vector: read from its text, or made of its fields where it has none.
fn id(vector: &Vector<'_>, kind: Kind) -> Result<Option<u128>, String> {
    let has = |field: &str| vector.0.get(field).is_some();
    Ok(match kind {
        Kind::Uuid4 | Kind::Uuid7 if has("uuid") => uuid::parse(vector.text("uuid")?),
        Kind::Ulid if has("ulid") => ulid::parse(vector.text("ulid")?).ok(),
        _ if has("id") => Some(u128::from(vector.number("id")?)),
        _ => None,
    })
}

fn facts(vector: &Vector<'_>, kind: Kind, id: u128) -> Result<Said, String> {
    let parts = kind.parts(id);
    let number_or = |field: &str, other: u64| number(&vector.0[field]).unwrap_or(other);
    // An epoch of its own moves the time, not the bits.
    let epoch = number_or("epoch_ms", kind.epoch().unwrap_or(0));
    let made_at = epoch + parts.time;
    // Made again of its fields, it is the same id; where the vector has the fields, of those.
    let given = Parts {
        time: match (number(&vector.0["unix_ts_ms"]), number(&vector.0["ms_since_epoch"])) {
            (_, Some(since)) => since,
            (Some(at), None) => at.checked_sub(epoch).ok_or("it is older than its epoch")?,
            (None, None) => parts.time,
        },
        random: match (kind, vector.0.get("random_bytes_hex")) {
            (Kind::Uuid4, Some(_)) => chance(&vector.bytes("random_bytes_hex")?)?,
            _ => parts.random,
        },
        ..parts
    };
    let text = kind.text(pack(kind.fields(), given));
    let mut said = vec![
        ("uuid".to_owned(), json!(text)),
        ("ulid".to_owned(), json!(text)),
        ("id".to_owned(), json!(text)),
        ("unix_ts_ms".to_owned(), json!(made_at)),
        ("ms_since_epoch".to_owned(), json!(parts.time)),
        ("bytes_hex".to_owned(), json!(hex(&id.to_be_bytes()))),
        ("rand_a".to_owned(), json!(format!("{:03x}", parts.random >> 62))),
        ("rand_b".to_owned(), json!(format!("{:016x}", parts.random as u64 & ((1 << 62) - 1)))),
        ("dc_or_worker5".to_owned(), json!(parts.node >> 5)),
        ("worker_or_process5".to_owned(), json!(parts.node & 31)),
        ("machine10".to_owned(), json!(parts.node)),
        ("sequence12".to_owned(), json!(parts.sequence)),
        ("seq_mod_1024".to_owned(), json!(parts.sequence)),
        ("sequence10".to_owned(), json!(parts.sequence)),
        ("shard".to_owned(), json!(parts.node)),
        ("shard13".to_owned(), json!(parts.node)),
    ];
    for field in ["unix_s", "unix_ts_s", "unix_seconds", "taken_at", "known_second"] {
        said.push((field.to_owned(), json!(made_at / 1_000)));
    }
    if let (Some(user), Some(shards @ 1..)) =
        (number(&vector.0["user_id"]), number(&vector.0["logical_shards"]))
    {
        said.push(("shard".to_owned(), json!(user % shards)));
    }
    if let (Some(count), true) = (number(&vector.0["seq"]), kind == Kind::Instagram) {
        said.push(("seq_mod_1024".to_owned(), json!(count % 1_024)));
        let same = count % 1_024 == parts.sequence;
        said.push(("seq".to_owned(), json!(if same { count } else { parts.sequence })));
    }
    dates(vector, made_at, &mut said);
    // Whoever pastes it is told what it is.
    let told = decode(&kind.text(id)).map_err(|why| why.sentence().to_owned())?;
    if !told.iter().any(|reading| reading.kind == Some(kind)) {
        said.push(("kind".to_owned(), json!("not recognised")));
    }
    Ok(said)
}

/// Fields that hold a date and a time say when the id was made, as far as they go.
fn dates(vector: &Vector<'_>, made_at: u64, said: &mut Said) {
    let ours = civil::text(made_at);
    for (field, theirs) in vector.0.as_object().into_iter().flatten() {
        let Some(theirs) = theirs.as_str() else { continue };
        let bytes = theirs.as_bytes();
        if bytes.len() >= 19 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[13] == b':' {
            let digits = theirs.trim_end_matches('Z');
            let same = ours.starts_with(digits);
            said.push((field.clone(), json!(if same { theirs } else { &ours })));
        }
    }
}

/// The 122 bits of chance of a UUID, of the sixteen bytes that it was made of.
fn chance(from: &[u8]) -> Result<u128, String> {
    let all = <[u8; 16]>::try_from(from).map_err(|_| "there should be sixteen random bytes")?;
    let all = u128::from_be_bytes(all);
    debug_assert!(bytes(&hex(from)).is_some(), "what is written is read");
    Ok(all >> 80 << 74 | (all >> 64 & 0xfff) << 62 | all & ((1 << 62) - 1))
}
