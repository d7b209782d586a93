//! Measures the engine beside its peers; `cargo lab bench` compiles this for speed and starts it.

mod check;
mod generated;
mod groups;
mod kernel;
mod measure;
mod nexosim;
mod placement;
mod porcupine;
mod raft;
mod seek;
mod survey;

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    // For the harness alone, which compares it with the same machine in a browser.
    for (name, rate) in [
        ("kernel-rate", (|| kernel::rate_of(5)) as fn() -> f64),
        ("session-rate", raft::session_rate),
    ] {
        if names.iter().any(|it| it == name) {
            println!("{}", rate());
            return;
        }
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let mut held = true;
    if wanted("kernel") {
        held &= kernel::kernel();
    }
    if wanted("placement") {
        held &= placement::placement();
        held &= survey::survey();
    }
    if names.iter().any(|name| name == "survey") {
        held &= survey::survey();
    }
    if wanted("raft") {
        held &= raft::raft();
    }
    if wanted("groups") {
        held &= groups::groups();
    }
    if wanted("seek") {
        held &= seek::seek();
    }
    if wanted("check") {
        held &= check::check();
    }
    std::process::exit(i32::from(!held));
}
