//! A hand that drags a node onto a picture or out of one; letting go writes a statement.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use crate::player::Player;
use crate::pulse::Var;

/// A hand must move so far before it drags, in pixels.
const FAR: f64 = 8.0;

/// What a hand holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Drag {
    /// What letting go would write.
    pub statement: String,
    /// Whether it is dragged out of a picture rather than into one.
    pub out: bool,
    /// Where it was taken.
    from: (f64, f64),
    /// Where it is, in the window.
    pub at: (f64, f64),
    /// Whether it has been moved at all.
    pub far: bool,
    /// Whether letting go here would do something.
    pub ready: bool,
}

/// The hand over a stage.
#[derive(Clone, Copy)]
pub struct Hand {
    /// What it holds.
    pub drag: Var<Option<Drag>>,
    dropped: Var<bool>,
}

impl Hand {
    /// An empty hand.
    #[must_use]
    pub fn new() -> Self {
        Self { drag: Var::new(None), dropped: Var::new(false) }
    }

    /// Takes hold of something.
    pub fn take(self, event: &PointerEvent, statement: String, out: bool) {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = event.current_target().and_then(|e| e.dyn_into::<Element>().ok()) {
            // Without it the drag would end at the element's edge.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.dropped.set(false);
        self.drag.set(Some(Drag { statement, out, from: at, at, far: false, ready: false }));
    }

    /// Follows the pointer.
    pub fn follow(self, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let Some(mut drag) = self.drag.get_untracked() else { return };
        let (x, y) = (at.0 - drag.from.0, at.1 - drag.from.1);
        drag.far |= x * x + y * y > FAR * FAR;
        drag.at = at;
        drag.ready = drag.far && is_over(at) != drag.out;
        self.drag.set(Some(drag));
    }

    /// Lets go.
    pub fn drop(self, player: Player) {
        let Some(drag) = self.drag.get_untracked() else { return };
        self.drag.set(None);
        self.dropped.set(drag.far);
        if drag.ready {
            player.act(&drag.statement);
        }
    }

    /// Whether a click is only the end of a drag.
    #[must_use]
    pub fn was_drag(self) -> bool {
        let was = self.dropped.get_untracked();
        self.dropped.set(false);
        was
    }
}

impl Default for Hand {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a place in the window is over a picture.
fn is_over(at: (f64, f64)) -> bool {
    document()
        .element_from_point(at.0 as f32, at.1 as f32)
        .and_then(|element| element.closest("[data-role=survey-ground]").ok().flatten())
        .is_some()
}

/// Stops an event from going further, so that the stage does not let go of what is chosen.
pub fn keep(event: &Event) {
    event.stop_propagation();
}
