//! The page of Shardlab: views over one session, and the engine as a JavaScript package.

// A component owns its properties, whether or not its body consumes them.
#![allow(clippy::needless_pass_by_value)]

pub mod api;
pub mod app;
pub mod export;
pub mod lab;
pub mod layout;
pub mod pages;
pub mod paint;
pub mod player;
pub mod pulse;
pub mod shell;
pub mod tenant;
pub mod url;
pub mod views;
pub mod widgets;
pub mod worker;

use wasm_bindgen::JsCast;

/// Mounts the application and takes the shell away; where there is no window, as in a worker, it
/// does nothing.
pub fn start() {
    if js_sys::global().dyn_into::<web_sys::Window>().is_err() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        shell::fall(&panic.to_string());
    }));
    leptos::mount::mount_to_body(|| widgets::piece::mount(app::App()));
    let document = leptos::prelude::document();
    if let Some(shell) = document.get_element_by_id("shell") {
        shell.remove();
    }
}
