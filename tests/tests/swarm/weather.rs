//! The weather of a ring's bad day, drawn by a seed and written out as a scenario.
//!
//! Days differ in what is promised. Where no disk is lost, nothing acknowledged is ever lost, whatever
//! else happens to any node: with one copy, with everybody down, in the middle of a join. Where disks
//! are lost, nothing is lost as long as they are fewer than the copies, and the other copies are whole.
//! Where more happens than that, old keys may be lost; the cluster still comes to rest, and what is
//! written in the calm afterwards is there.

use std::fmt::Write as _;

use shardlab::base::Rng;

/// What a day promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Disks stay; anything else may happen.
    DisksStay,
    /// Fewer disks than copies are lost at once, while the others are whole.
    FewerDisks,
    /// Anything may happen.
    Nothing,
}

/// What can befall a cluster.
pub(crate) const CALAMITIES: [&str; 21] = [
    "full",
    "crash",
    "blackout",
    "pause",
    "cut",
    "one-way",
    "lose",
    "duplicate",
    "reorder",
    "slow-disk",
    "tear",
    "jump",
    "drift",
    "join",
    "leave",
    "weight",
    "slow",
    "controller",
    "wipe",
    "corrupt",
    "lie",
];

/// How keys are placed on a day, in turn.
const STRATEGIES: [&str; 16] = [
    "ring 32 vnodes,",
    "modulo",
    "rendezvous",
    "ring 1 vnodes,",
    "jump",
    "maglev 997 slots,",
    "slots",
    "logical 100 shards,",
    "range 2 ranges each,",
    "anchor",
    "directory",
    "multiprobe 5 probes,",
    "skeleton",
    "ketama",
    "ring 16 vnodes,",
    "rendezvous",
];

/// When the weather ends and all is mended, in milliseconds.
const CALM: u64 = 20_000;

/// One day.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    /// Its seed.
    pub(crate) seed: u64,
    /// What it promises.
    pub(crate) promise: Promise,
    /// Copies of each key.
    pub(crate) copies: u64,
    /// What happens on it.
    pub(crate) kinds: Vec<&'static str>,
    /// Whole copies that fell while others were lost.
    pub(crate) falls: u32,
    nodes: u64,
    lines: Vec<(u64, String)>,
}

impl Day {
    /// The day of a seed.
    #[must_use]
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::derive(seed, 0x0077_6561);
        let promise = match rng.below(10) {
            0..6 => Promise::DisksStay,
            6..9 => Promise::FewerDisks,
            _ => Promise::Nothing,
        };
        let copies = match promise {
            Promise::FewerDisks => rng.between(2, 3),
            _ => rng.between(1, 3),
        };
        let nodes = copies + rng.between(1, 3);
        let mut day =
            Self { seed, promise, copies, kinds: Vec::new(), falls: 0, nodes, lines: Vec::new() };
        let may: &[&str] = match promise {
            Promise::DisksStay => &CALAMITIES[..18],
            // Nobody is given up for what only slows, so that the other copies are whole.
            Promise::FewerDisks => &[
                "duplicate",
                "reorder",
                "tear",
                "jump",
                "join",
                "leave",
                "weight",
                "slow",
                "drift",
                "slow-disk",
            ],
            Promise::Nothing => &CALAMITIES,
        };
        for _ in 0..rng.between(3, 7) {
            let kind = may[rng.below(may.len() as u64) as usize];
            if !day.kinds.contains(&kind) {
                day.kinds.push(kind);
            }
        }
        day.draw(&mut rng);
        if promise == Promise::FewerDisks {
            day.lose_disks(&mut rng);
        }
        day
    }

    fn say(&mut self, at: u64, line: String) {
        self.lines.push((at.min(CALM), line));
    }

    /// Writes down calamity after calamity.
    fn draw(&mut self, rng: &mut Rng) {
        let all = self.nodes + 3;
        let mut there: Vec<u64> = (1..=self.nodes).collect();
        let mut free = vec![0; all as usize + 1];
        let (mut came, mut wire, mut cut, mut head) = (self.nodes, 0, 0, 0);
        let mut at = rng.between(500, 2_500);
        let kinds = self.kinds.clone();
        while at < CALM {
            let kind = kinds[rng.below(kinds.len() as u64) as usize];
            let node = there[rng.below(there.len() as u64) as usize];
            let end = at
                + if rng.chance(700_000) {
                    rng.between(50, 1_500)
                } else {
                    rng.between(1_500, 6_000)
                };
            let idle = free[node as usize] <= at;
            match kind {
                "crash" | "wipe" | "pause" if idle => {
                    let back = if kind == "pause" { "resume" } else { "restart" };
                    self.say(at, format!("{kind} n{node}"));
                    self.say(end, format!("{back} n{node}"));
                    free[node as usize] = end + 1;
                }
                "tear" if idle => {
                    self.say(at, format!("tear n{node}"));
                    self.say(at + rng.below(20), format!("crash n{node}"));
                    self.say(end.max(at + 20), format!("restart n{node}"));
                    free[node as usize] = end + 21;
                }
                "full" if idle => {
                    self.say(at, format!("disk n{node} full"));
                    self.say(end, format!("disk n{node} size none"));
                    self.say(end, format!("restart n{node}"));
                    free[node as usize] = end + 1;
                }
                "corrupt" if idle => self.say(at, format!("corrupt n{node}")),
                "blackout" => {
                    for node in there.clone() {
                        if free[node as usize] <= at {
                            let end = end + rng.below(900);
                            self.say(at, format!("crash n{node}"));
                            self.say(end, format!("restart n{node}"));
                            free[node as usize] = end + 1;
                        }
                    }
                }
                "controller" if head <= at => {
                    self.say(at, String::from("crash controller"));
                    self.say(end, String::from("restart controller"));
                    head = end + 1;
                }
                "cut" | "one-way" if cut <= at => {
                    let mut sides = [Vec::new(), Vec::new()];
                    let clients = ["controller", "c1", "c2"].map(String::from);
                    for name in there.iter().map(|n| format!("n{n}")).chain(clients) {
                        sides[usize::from(rng.chance(500_000))].push(name);
                    }
                    if sides.iter().all(|side| !side.is_empty()) {
                        let sign = if kind == "cut" { "|" } else { "->" };
                        self.say(
                            at,
                            format!("cut {} {sign} {}", sides[0].join(" "), sides[1].join(" ")),
                        );
                        self.say(end, String::from("heal"));
                        cut = end + 1;
                    }
                }
                "lose" | "duplicate" | "reorder" if wire <= at => {
                    self.say(at, format!("{kind} {}%", rng.between(3, 40)));
                    self.say(end, format!("{kind} 0%"));
                    wire = end + 1;
                }
                "slow-disk" => {
                    // Who is given up for its disk is a copy away, which only some days bear.
                    let most = if self.promise == Promise::FewerDisks { 100 } else { 600 };
                    self.say(at, format!("disk n{node} sync {}ms", rng.between(10, most)));
                    self.say(end, format!("disk n{node} sync 1ms"));
                }
                "lie" => {
                    self.say(at, format!("disk n{node} lie 500ms"));
                    self.say(end, format!("disk n{node} honest"));
                }
                "jump" => {
                    let by = if rng.chance(500_000) {
                        rng.between(1, 300)
                    } else {
                        rng.between(300, 20_000)
                    };
                    let sign = if rng.chance(500_000) { "-" } else { "" };
                    let who = if rng.chance(150_000) {
                        String::from("controller")
                    } else {
                        format!("n{node}")
                    };
                    self.say(at, format!("skew {who} {sign}{by}ms"));
                }
                "drift" => {
                    let sign = if rng.chance(500_000) { "-" } else { "" };
                    self.say(at, format!("drift n{node} {sign}{}ppm", rng.between(10, 20_000)));
                }
                "join" if came < all => {
                    came += 1;
                    there.push(came);
                    self.say(at, format!("join n{came}"));
                    free[came as usize] = at + 1;
                }
                "leave" if there.len() as u64 > self.copies + 1 && idle => {
                    self.say(at, format!("leave n{node}"));
                    there.retain(|other| *other != node);
                    // It may fall before it has handed over what it has, and come back with it.
                    if kinds.contains(&"crash") && rng.chance(300_000) {
                        self.say(at + rng.below(400), format!("crash n{node}"));
                        self.say(end + 400, format!("restart n{node}"));
                    }
                }
                "weight" => {
                    self.say(at, format!("weight n{node} {}.{}", rng.below(3), rng.between(1, 9)));
                }
                "slow" => {
                    self.say(at, format!("slow n{node} {}x", rng.between(2, 20)));
                    self.say(end, format!("slow n{node} 1x"));
                }
                _ => {}
            }
            at += rng.between(100, 1_600);
        }
        if cut > 0 {
            self.say(CALM, String::from("heal"));
        }
    }

    /// Lets fewer disks than copies go at once, and leaves time between.
    fn lose_disks(&mut self, rng: &mut Rng) {
        // Nodes that are down for another reason are copies away, too.
        self.kinds.retain(|kind| *kind != "tear");
        self.lines.retain(|(_, line)| {
            !["tear", "crash", "restart"].iter().any(|it| line.starts_with(it))
        });
        let mut at = rng.between(1_000, 5_000);
        while at < CALM - 2_000 {
            let first = rng.below(self.nodes);
            for other in 0..rng.between(1, self.copies - 1) {
                let node = 1 + (first + other) % self.nodes;
                let end = at + rng.between(20, 5_000);
                let (kind, late) = if rng.chance(700_000) { ("wipe", 0) } else { ("corrupt", 1) };
                self.say(at, format!("{kind} n{node}"));
                if late == 1 {
                    self.say(at + 1, format!("crash n{node}"));
                }
                self.say(end, format!("restart n{node}"));
                if !self.kinds.contains(&kind) {
                    self.kinds.push(kind);
                }
            }
            // Another copy is whole, but falls at the same time, before it could be given up.
            let other = 1 + (first + self.copies - 1) % self.nodes;
            if rng.chance(600_000) {
                if rng.chance(500_000) {
                    // In the middle of its writes, of which it has heard twice.
                    self.say(at - 500, format!("disk n{other} sync {}ms", rng.between(20, 150)));
                    self.say(at - 500, String::from("duplicate 50%"));
                    self.say(at, String::from("duplicate 0%"));
                    self.say(at, format!("disk n{other} sync 1ms"));
                }
                self.say(at - rng.below(200), format!("crash n{other}"));
                self.say(at + rng.between(20, 1_200), format!("restart n{other}"));
                self.falls += 1;
            }
            at += rng.between(9_000, 14_000);
        }
    }

    /// The day as a scenario.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        let Self { seed, nodes, copies, .. } = self;
        let strategy = STRATEGIES[(seed % STRATEGIES.len() as u64) as usize];
        let rebuild = if seed % 5 < 2 { "never" } else { "after 3s" };
        let mut text = format!(
            "title A bad day\nseed {seed}\nend 30s\nnetwork latency 1ms..3ms\n\
             {strategy} {nodes} nodes, {copies} replicas, rebuild {rebuild}\n\
             load 150 keys \"k{{n}}\", values 100B\n\
             traffic c: 30/s, 60% get 40% put, 3 clients\n"
        );
        let mut lines = self.lines.clone();
        lines.sort_by_key(|(at, _)| *at);
        for (at, line) in lines {
            let _ = writeln!(text, "at {at}ms {line}");
        }
        let _ = writeln!(text, "at 26s quiet c");
        for key in 0..6 {
            let _ = writeln!(text, "at 27s z{key}: put calm{key} x");
        }
        if self.promise != Promise::Nothing {
            text += "expect lost = 0\nexpect durable\nexpect replicated\n";
        }
        text
    }
}
