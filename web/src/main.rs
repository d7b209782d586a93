//! Mounts the application, unless it was loaded where there is no window: in a worker.

fn main() {
    shardlab_web::start();
}
