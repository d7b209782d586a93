//! Measures the engine beside its peers; `cargo lab bench` compiles this for speed and starts it.

mod kernel;
mod measure;

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let mut held = true;
    if wanted("kernel") {
        held &= kernel::kernel();
    }
    std::process::exit(i32::from(!held));
}
