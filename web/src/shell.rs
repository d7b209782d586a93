//! Calls to the page's own script, which is there before the engine and stays if the engine falls.

use wasm_bindgen::{JsCast, JsValue};

/// Gives the script the text that runs; it shows it if the engine should fall.
pub fn keep_text(text: &str) {
    call("shardlabKeep", text);
}

/// Tells the script that the engine has fallen, and over what.
pub fn fall(words: &str) {
    call("shardlabFall", words);
}

fn call(name: &str, words: &str) {
    let call = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str(name));
    if let Some(call) = call.ok().and_then(|call| call.dyn_into::<js_sys::Function>().ok()) {
        let _ = call.call1(&JsValue::NULL, &JsValue::from_str(words));
    }
}
