//! The face of a replica: what its mark on the stage says.

use crate::layout::unit;
use crate::player::fact::tenant::replicated::fact::{Belongs, ReplicaFact};
use crate::player::fact::{NodeFact, Power};

/// What a mark shows of a replica.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// Its name.
    pub name: String,
    /// What it is now: `leader`, `follower`, `learner`, `crashed`, `shut-out` …
    pub state: &'static str,
    /// Its term.
    pub term: u32,
    /// Whom it voted for in this term, if that is another.
    pub vote: Option<u32>,
    /// The second line of its words.
    pub words: String,
    /// The third: what is wrong with its machine.
    pub ails: String,
    /// Its wait for a leader.
    pub wait: Option<(u64, u64)>,
    /// Its lease.
    pub lease: Option<(u64, u64)>,
    /// How far its clock is ahead.
    pub ahead: i64,
    /// Whether the group does without it, though it may not know.
    pub out: bool,
}

/// The face of a replica, and of its group in the eyes of the one whose word on the members counts.
#[must_use]
pub fn face(node: &NodeFact, fact: &ReplicaFact, authority: Option<&ReplicaFact>) -> Face {
    let state = state(node, fact);
    let out = authority.is_some_and(|one| {
        let mut members = one.voters.iter().chain(&one.outgoing).chain(&one.learners);
        !members.any(|member| *member == fact.id)
    });
    let wait = fact.wait.filter(|_| node.power == Power::Up);
    let span = |pair: (crate::player::fact::Time, crate::player::fact::Time)| (pair.0.0, pair.1.0);
    Face {
        name: fact.name.clone(),
        state,
        term: fact.term,
        vote: fact.vote.filter(|to| *to != fact.id).map(|to| to.0),
        words: words(state, fact) + if out && state != "outside" { ", removed" } else { "" },
        ails: node.ails.join(", "),
        out,
        wait: wait.map(span),
        lease: fact.lease.filter(|_| state == "leader").map(span),
        ahead: node.clock_error,
    }
}

fn state(node: &NodeFact, fact: &ReplicaFact) -> &'static str {
    match (node.power, fact.standing, fact.role) {
        (Power::Down, ..) => "crashed",
        (Power::Paused, ..) => "paused",
        (Power::Up, _, "leader") => "leader",
        (Power::Up, ..) if fact.shut_out => "shut-out",
        (Power::Up, Belongs::Learner, _) => "learner",
        (Power::Up, Belongs::Outside, _) => "outside",
        (Power::Up, Belongs::Voter, role) => role,
    }
}

fn words(state: &'static str, fact: &ReplicaFact) -> String {
    if let Some(bytes) = fact.incoming {
        return format!("snapshot: {} here", unit::bytes(bytes as f64));
    }
    match state {
        "candidate" | "pre-candidate" => {
            let yes = fact.votes.iter().filter(|vote| vote.1).count();
            format!("{yes} of {} votes", fact.voters.len())
        }
        "outside" => "no member".to_owned(),
        "shut-out" => "disk lost".to_owned(),
        other => other.to_owned(),
    }
}

/// The meaning of a state, as the stage colors it.
#[must_use]
pub fn meaning(state: &str) -> &'static str {
    match state {
        "crashed" | "shut-out" => "fault",
        "paused" | "candidate" | "pre-candidate" => "waiting",
        "leader" => "good",
        "learner" => "moved",
        _ => "rest",
    }
}

/// The sign of a state in the badge.
#[must_use]
pub fn sign(state: &str) -> &'static str {
    match state {
        "crashed" => "×",
        "shut-out" => "∅",
        "paused" => "‖",
        "candidate" => "!",
        "pre-candidate" => "?",
        _ => "",
    }
}

/// The outline of a mark around zero, by what it is: who stands for election is a diamond, who only
/// learns a square, everybody else is round.
#[must_use]
pub fn outline(state: &str, radius: f64) -> String {
    use crate::layout::point::short;
    match state {
        "candidate" | "pre-candidate" => {
            let r = short(radius * 1.22);
            format!("M0 -{r}L{r} 0L0 {r}L-{r} 0Z")
        }
        "learner" => {
            let r = short(radius * 0.9);
            format!("M-{r} -{r}H{r}V{r}H-{r}Z")
        }
        _ => {
            let r = short(radius);
            format!("M-{r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 -{r} 0Z")
        }
    }
}

/// The crown of a leader, above its mark.
#[must_use]
pub fn crown(radius: f64) -> String {
    use crate::layout::point::short;
    let (w, h) = (radius * 0.62, radius * 0.5);
    let low = radius + 2.5;
    let p = |x: f64, y: f64| format!("{} -{}", short(x), short(y));
    format!(
        "M{}L{}L{}L{}L{}L{}L{}Z",
        p(-w, low),
        p(-w, low + h),
        p(-w * 0.45, low + h * 0.5),
        p(0.0, low + h * 1.15),
        p(w * 0.45, low + h * 0.5),
        p(w, low + h),
        p(w, low)
    )
}

/// A replica in a sentence, for those who listen.
#[must_use]
pub fn sentence(face: &Face, fact: &ReplicaFact, name: impl Fn(u32) -> String) -> String {
    let vote = face.vote.map_or_else(String::new, |to| format!(", voted for {}", name(to)));
    let mut words = match face.state {
        "candidate" | "pre-candidate" => format!("{}, {}", face.state, face.words),
        _ => face.words.clone(),
    };
    if !face.ails.is_empty() {
        words += &format!(", {}", face.ails);
    }
    format!(
        "{}, {words}, term {}{vote}, log to {}, committed to {}",
        face.name, face.term, fact.last, fact.commit
    )
}
