//! Boxes of the document that stand over a drawing, as marks of its picture: the logs of a group.

use leptos::prelude::window;
use std::fmt::Write as _;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, DomRect, Element};

use crate::layout::point::short;

/// What becomes marks: names, numbers and cells of the rows, and the line below them.
const BOXES: &str = ".log-row > *, .log-key, .log-key > i, .logs-told > span:not(.log-key)";

/// The marks of all logs of a stage, as SVG; empty where there are none.
pub(super) fn marks(stage: &Element) -> String {
    let origin = stage.get_bounding_client_rect();
    let mut marks = String::new();
    for logs in all(stage, ".logs") {
        let names = first(&logs, ".log-name").map_or(0.0, |name| name.right());
        let room = first(&logs, ".logs-scroll").unwrap_or_else(|| logs.get_bounding_client_rect());
        for one in all(&logs, BOXES) {
            let at = one.get_bounding_client_rect();
            let in_row =
                one.parent_element().is_some_and(|row| row.class_list().contains("log-row"));
            // What is scrolled out of sight, or half under the names, is not seen.
            let name = one.class_list().contains("log-name");
            let hidden = in_row
                && (at.bottom() > room.bottom() + 1.0
                    || at.right() > room.right() + 1.0
                    || !name && at.left() < names - 1.0);
            if at.width() > 0.0
                && !hidden
                && let Ok(Some(style)) = window().get_computed_style(&one)
            {
                mark(
                    &mut marks,
                    &one,
                    &style,
                    (at.left() - origin.left(), at.top() - origin.top()),
                    &at,
                );
            }
        }
    }
    marks
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn first(within: &Element, selector: &str) -> Option<DomRect> {
    within.query_selector(selector).ok().flatten().map(|one| one.get_bounding_client_rect())
}

/// One box: its ground and border, and its words.
fn mark(
    marks: &mut String,
    one: &Element,
    style: &CssStyleDeclaration,
    at: (f64, f64),
    size: &DomRect,
) {
    let value = |name: &str| style.get_property_value(name).unwrap_or_default();
    let length = |name: &str, without: f64| {
        let length = js_sys::parse_float(&value(name));
        if length.is_finite() { length } else { without }
    };
    let ((x, y), (width, height)) = (at, (size.width(), size.height()));
    let class = one.class_name();
    if class.contains("log-next") {
        let (low, middle) = (y + height, x + width / 2.0);
        let color = value("border-bottom-color");
        let _ = write!(
            marks,
            "<path style=\"fill:{color}\" d=\"M{} {}L{} {}H{}Z\"/>",
            short(middle),
            short(y),
            short(x + width),
            short(low),
            short(x)
        );
        return;
    }
    let line = length("border-top-width", 0.0);
    let ground = value("background-color");
    if class.contains("cell") || class.contains("log-snapshot") || class.contains("log-known") {
        let dashes =
            if value("border-top-style") == "dashed" { ";stroke-dasharray:5 3" } else { "" };
        let stroke = if line > 0.0 { value("border-top-color") } else { "none".to_owned() };
        let _ = write!(
            marks,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" style=\"fill:{ground};stroke:{stroke};stroke-width:{}{dashes}\"/>",
            short(x + line / 2.0),
            short(y + line / 2.0),
            short((width - line).max(1.0)),
            short((height - line).max(1.0)),
            short(line)
        );
        // A thick foot says that an entry is applied.
        if value("border-bottom-width") != value("border-top-width") {
            let _ = write!(
                marks,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"4\" style=\"fill:{stroke}\"/>",
                short(x),
                short(y + height - 4.0),
                short(width)
            );
        }
    }
    let words = words(one);
    if words.is_empty() {
        return;
    }
    let font = length("font-size", 11.0);
    let (left, anchor) = match () {
        () if class.contains("log-name") => (x, "start"),
        () if class.contains("log-key") => (x + 18.0, "start"),
        () => (x + width / 2.0, "middle"),
    };
    let _ = write!(
        marks,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" style=\"fill:{};font-family:{};font-size:{}px;font-weight:{}\">{words}</text>",
        short(left),
        short(y + height.min(20.0) / 2.0 + font * 0.36),
        value("color"),
        value("font-family").replace('"', "'"),
        short(font),
        value("font-weight")
    );
}

/// The words of a box and of what is in it, one behind the other, as SVG takes them.
fn words(one: &Element) -> String {
    let children = one.child_nodes();
    let parts = (0..children.length()).filter_map(|at| children.get(at)?.text_content());
    let parts: Vec<String> = parts.filter(|words| !words.trim().is_empty()).collect();
    parts.join(" ").replace('&', "&amp;").replace('<', "&lt;")
}
