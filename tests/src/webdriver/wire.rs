//! One WebDriver command and its answer, over plain HTTP.

use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

/// How long a driver may take to answer for the first time.
const START: Duration = Duration::from_secs(120);

/// A client that gives up after a while, and talks to nobody but the address it is given.
pub(super) fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).proxy(None);
    config.timeout_global(Some(patience)).build().into()
}

/// Waits until a driver that has just been started answers, as long as it runs.
pub(super) fn await_driver(
    agent: &Agent,
    address: &str,
    mut runs: impl FnMut() -> bool,
) -> Result<(), String> {
    let started = Instant::now();
    while runs() && started.elapsed() < START {
        if call(agent, "GET", &format!("{address}/status"), &Value::Null).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("no driver answers at {address}"))
}

/// One command and its answer; an error carries what the driver said.
pub(super) fn call(
    agent: &Agent,
    method: &str,
    address: &str,
    body: &Value,
) -> Result<Value, String> {
    let answer = match method {
        "GET" => agent.get(address).call(),
        "DELETE" => agent.delete(address).call(),
        _ => agent.post(address).send_json(body),
    };
    let mut answer = answer.map_err(|error| format!("{method} {address}: {error}"))?;
    let mut limited = answer.body_mut().with_config().limit(64 << 20).reader();
    let value: Value = serde_json::from_reader(&mut limited)
        .map_err(|error| format!("{method} {address}: {error}"))?;
    if answer.status().is_success() {
        return Ok(value["value"].clone());
    }
    let problem = &value["value"];
    let word = |name: &str| problem[name].as_str().unwrap_or_default();
    Err(format!("{}: {}", word("error"), word("message").lines().next().unwrap_or_default()))
}
