//! The size of an element, as a signal that follows it.

use crate::pulse::{Fact, Var, effect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Width and height of the element behind `node`, in whole pixels; zero until it is on the page.
#[must_use]
pub fn size_of(node: NodeRef<leptos::html::Div>) -> Fact<(f64, f64)> {
    let size = Var::new((0.0, 0.0));
    effect(move || {
        let Some(element) = node.get() else { return };
        let seen = element.clone();
        let measure = move || {
            let now = (f64::from(seen.client_width()), f64::from(seen.client_height()));
            if size.try_get_untracked().is_some_and(|before| before != now) {
                size.set(now);
            }
        };
        measure();
        let called = Closure::<dyn FnMut()>::new(measure);
        let Ok(observer) = web_sys::ResizeObserver::new(called.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, called));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    size.into()
}

/// Whether the element behind `node` is in sight, following the scroll.
#[must_use]
pub fn in_sight(node: NodeRef<leptos::html::Div>) -> Fact<bool> {
    let seen = Var::new(false);
    effect(move || {
        let Some(element) = node.get() else { return };
        let called = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            if let Some(entry) = entries.iter().last() {
                let entry: web_sys::IntersectionObserverEntry = entry.unchecked_into();
                seen.set(entry.is_intersecting());
            }
        });
        let Ok(observer) = web_sys::IntersectionObserver::new(called.as_ref().unchecked_ref())
        else {
            seen.set(true);
            return;
        };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, called));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    seen.into()
}
