//! Taking things along: the text, the trace, the picture as SVG or PNG, and the link.

mod boxes;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};

/// The properties of marks that a style sheet decides, to be written into an exported picture.
const STYLES: [&str; 18] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    // The ground around words lies under them, or it hides them.
    "paint-order",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
    "display",
    "visibility",
    "transform",
];

/// Offers `content` as a file.
pub fn file(name: &str, kind: &str, content: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(content));
    if let Some(url) = address_of(&parts, kind) {
        offer(name, &url);
    }
}

fn address_of(parts: &js_sys::Array, kind: &str) -> Option<String> {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(parts, &bag).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

fn offer(name: &str, url: &str) {
    let Ok(element) = document().create_element("a") else { return };
    let anchor: HtmlAnchorElement = element.unchecked_into();
    anchor.set_href(url);
    anchor.set_download(name);
    anchor.click();
    let url = url.to_owned();
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
}

/// What the stage can show: the nodes, the messages over time, or what the clients saw.
const DRAWINGS: &str = ".lab .stage-drawing, .lab .spacetime svg, .lab .history-bars svg";

/// What the stage shows as a picture of its own, with its colors written in.
#[must_use]
pub fn picture() -> Option<(String, f64, f64)> {
    let source = document().query_selector(DRAWINGS).ok()??;
    let copy: web_sys::Element = source.clone_node_with_deep(true).ok()?.unchecked_into();
    write_styles(&source, &copy);
    let bounds = source.get_bounding_client_rect();
    let (width, height) = (bounds.width(), bounds.height());
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute(
        "viewBox",
        &format!("0 0 {} {}", width.round() as i64, height.round() as i64),
    )
    .ok()?;
    let ground = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "rect").ok()?;
    let color = window().get_computed_style(&document().body()?.parent_element()?).ok()??;
    ground.set_attribute("width", "100%").ok()?;
    ground.set_attribute("height", "100%").ok()?;
    ground.set_attribute("fill", &color.get_property_value("background-color").ok()?).ok()?;
    copy.prepend_with_node_1(&ground).ok()?;
    let mut text = web_sys::XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()?;
    // The logs of a group are no part of the drawing; they stand over it.
    if let (Some(stage), Some(end)) = (source.closest(".stage").ok()?, text.rfind("</svg>")) {
        text.insert_str(end, &boxes::marks(&stage));
    }
    Some((text, width, height))
}

fn write_styles(source: &web_sys::Element, copy: &web_sys::Element) {
    if let Ok(Some(style)) = window().get_computed_style(source) {
        let line: String = STYLES
            .iter()
            .filter_map(|name| {
                let value = style.get_property_value(name).ok()?;
                (!value.is_empty() && value != "none" || *name == "fill" || *name == "stroke")
                    .then(|| format!("{name}:{value};"))
            })
            .collect();
        let _ = copy.set_attribute("style", &line);
    }
    let (from, to) = (source.children(), copy.children());
    for index in 0..from.length().min(to.length()) {
        if let (Some(one), Some(other)) = (from.item(index), to.item(index)) {
            write_styles(&one, &other);
        }
    }
}

/// Offers the stage as an SVG file.
pub fn svg() {
    if let Some((text, _, _)) = picture() {
        file("shardlab.svg", "image/svg+xml", &text);
    }
}

/// Offers the stage as a PNG file, twice as fine as on the screen.
pub fn png() {
    let Some((text, width, height)) = picture() else { return };
    let parts = js_sys::Array::of1(&JsValue::from_str(&text));
    let Some(url) = address_of(&parts, "image/svg+xml;charset=utf-8") else { return };
    let Ok(image) = HtmlImageElement::new() else { return };
    let drawn = image.clone();
    let loaded = Closure::once_into_js(move || {
        let Some(canvas) = document().create_element("canvas").ok() else { return };
        let canvas: HtmlCanvasElement = canvas.unchecked_into();
        canvas.set_width((width * 2.0) as u32);
        canvas.set_height((height * 2.0) as u32);
        let Some(context) = canvas
            .get_context("2d")
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok())
        else {
            return;
        };
        let _ = context.draw_image_with_html_image_element_and_dw_and_dh(
            &drawn,
            0.0,
            0.0,
            width * 2.0,
            height * 2.0,
        );
        if let Ok(data) = canvas.to_data_url_with_type("image/png") {
            offer("shardlab.png", &data);
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&url);
}

/// Puts words on the clipboard; says whether that could be asked for at all.
pub fn copy(words: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"));
    let allowed = clipboard.is_ok_and(|clipboard| !clipboard.is_undefined());
    if allowed {
        let _ = window().navigator().clipboard().write_text(words);
    }
    allowed
}
