//! Vectors of hashes and of the tokens that are made of them.

use serde_json::{Value, json};
use shardlab::base::hash::{
    Tail, cassandra_token, crc16, fnv1a_32, fnv1a_64, md5, merkle, murmur3 as murmur, random_token,
    sip13, sip24, xxh3, xxh3_128, xxh64,
};

use crate::Said;
use crate::vector::{Vector, bytes, hex};

fn pair(field: &str, value: impl Into<Value>) -> (String, Value) {
    (field.to_owned(), value.into())
}

/// What a file says about a whole hash: a check value, a verification code.
pub(crate) fn header(_: &Value) -> Result<Said, String> {
    let mut all = Vec::new();
    for len in 0..256_u64 {
        let key: Vec<u8> = (0..len).map(|byte| byte as u8).collect();
        let (h1, h2) = murmur(&key, 256 - len, Tail::Unsigned);
        all.extend_from_slice(&h1.to_le_bytes());
        all.extend_from_slice(&h2.to_le_bytes());
    }
    let code = murmur(&all, 0, Tail::Unsigned).0 as u32;
    let check = format!("CRC16/XMODEM('123456789') = 0x{:04X}", crc16(b"123456789"));
    Ok(vec![pair("smhasher_verification", format!("{code:08X}")), pair("crc16_check", check)])
}

pub(crate) fn murmur3(vector: &Vector<'_>) -> Result<Said, String> {
    let seed = if vector.0.get("seed").is_some() { vector.number("seed")? } else { 0 };
    let (h1, h2) = murmur(&vector.input()?, seed, Tail::Unsigned);
    Ok(vec![pair("h1", format!("{h1:016x}")), pair("h2", format!("{h2:016x}"))])
}

/// A token of Cassandra: of the Murmur3 partitioner, or of the random one where the file says so.
pub(crate) fn token(header: &Value, vector: &Vector<'_>) -> Result<Said, String> {
    let key = vector.input()?;
    let rule = header["rule"].as_str().unwrap_or_default().to_ascii_lowercase();
    let murmured = vector.0.get("raw_h1_signed").is_some() || rule.contains("murmur");
    if !murmured && (rule.contains("md5") || vector.0.get("key").is_some()) {
        return Ok(vec![pair("token", random_token(&key).to_string())]);
    }
    let raw = murmur(&key, 0, Tail::Signed).0 as i64;
    let standard = murmur(&key, 0, Tail::Unsigned).0 as i64;
    Ok(vec![
        pair("token", cassandra_token(&key).to_string()),
        pair("raw_h1_signed", raw.to_string()),
        pair("standard_murmur3_h1", standard.to_string()),
        pair("differs_from_standard", raw != standard),
    ])
}

pub(crate) fn md5_ring(vector: &Vector<'_>) -> Result<Said, String> {
    let digest = md5(&vector.input()?);
    let [a, b, c, d] = [digest[0], digest[1], digest[2], digest[3]];
    Ok(vec![
        pair("md5", hex(&digest)),
        pair("mod_2_32", u128::from_be_bytes(digest) as u32),
        pair("first4_be", u32::from_be_bytes([a, b, c, d])),
        pair("first4_le_ketama", u32::from_le_bytes([a, b, c, d])),
    ])
}

pub(crate) fn xxhash(vector: &Vector<'_>) -> Result<Said, String> {
    let input = vector.input()?;
    let seed = if vector.0.get("seed").is_some() { vector.number("seed")? } else { 0 };
    let hash = match vector.text("algo")? {
        "xxh64" => format!("{:016x}", xxh64(&input, seed)),
        "xxh3_64" | "xxh3" => format!("{:016x}", xxh3(&input, seed)),
        "xxh3_128" | "xxh128" => format!("{:032x}", xxh3_128(&input, seed)),
        other => return Err(format!("there is no hash {other}")),
    };
    Ok(vec![pair("hash", hash)])
}

pub(crate) fn fnv(vector: &Vector<'_>) -> Result<Said, String> {
    let input = vector.input()?;
    Ok(vec![
        pair("fnv1a32", format!("{:08x}", fnv1a_32(&input))),
        pair("fnv1a64", format!("{:016x}", fnv1a_64(&input))),
    ])
}

pub(crate) fn siphash(vector: &Vector<'_>) -> Result<Said, String> {
    let key = vector.bytes("key_hex")?;
    let Ok(key) = <[u8; 16]>::try_from(key) else {
        return Err("a key of SipHash has sixteen bytes".to_owned());
    };
    let both = u128::from_le_bytes(key);
    let key = (both as u64, (both >> 64) as u64);
    let input = vector.bytes("input_hex")?;
    Ok(vec![
        pair("sip24", format!("{:016x}", sip24(key, &input))),
        pair("sip13", format!("{:016x}", sip13(key, &input))),
    ])
}

pub(crate) fn merkle(vector: &Vector<'_>) -> Result<Said, String> {
    let leaves: Option<Vec<Vec<u8>>> =
        vector.list("leaves_hex")?.iter().map(|leaf| bytes(leaf.as_str()?)).collect();
    let leaves = leaves.ok_or("leaves should be hexadecimal digits")?;
    Ok(vec![("root".to_owned(), json!(hex(&merkle::root(&leaves))))])
}
