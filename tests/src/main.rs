//! `cargo lab`: the native harness of Shardlab.

fn main() {
    println!("lab");
}
