//! Fading traces of messages: new ones bright, old ones gone within half a second.

use crate::layout::curve;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A message at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Where it set out.
    pub start: (f64, f64),
    /// Where it is.
    pub at: (f64, f64),
    /// What it carries: `data`, `ask`, `tell` or `rule`.
    pub form: &'static str,
    /// Whether it is drawn as a dot too, because it is no mark of its own.
    pub dot: bool,
}

/// A canvas that forgets slowly.
pub struct Painter {
    context: CanvasRenderingContext2d,
    canvas: HtmlCanvasElement,
    side: f64,
    colors: [String; 4],
    colored_at: f64,
    blank: bool,
    still: bool,
    last: f64,
    dots: usize,
}

/// How long a trace is seen, in milliseconds.
const MEMORY_MS: f64 = 420.0;

impl Painter {
    /// A painter for a square canvas with the given side; nothing if the browser has no canvas.
    #[must_use]
    pub fn new(canvas: &HtmlCanvasElement, side: f64) -> Option<Self> {
        let ratio = window().device_pixel_ratio().clamp(1.0, 2.0);
        let pixels = (side * ratio).clamp(1.0, 4096.0) as u32;
        canvas.set_width(pixels);
        canvas.set_height(pixels);
        let style = web_sys::HtmlElement::style(canvas);
        let _ = style.set_property("width", &format!("{}px", side.round() as i64));
        let _ = style.set_property("height", &format!("{}px", side.round() as i64));
        let context =
            canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let _ = context.scale(ratio, ratio);
        let still = window()
            .match_media("(prefers-reduced-motion: reduce)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches());
        Some(Self {
            context,
            canvas: canvas.clone(),
            side,
            colors: Default::default(),
            colored_at: f64::NEG_INFINITY,
            blank: true,
            still,
            last: 0.0,
            dots: 0,
        })
    }

    /// Fades what was, or forgets it at once, and draws what is.
    pub fn paint(&mut self, strokes: &[Stroke], small: bool, forget: bool) {
        if strokes.is_empty() && self.blank {
            return;
        }
        let now = window().performance().map_or(0.0, |performance| performance.now());
        self.learn_colors(now);
        let since = (now - self.last).clamp(8.0, 200.0);
        self.last = now;
        let context = &self.context;
        if self.still || forget {
            context.clear_rect(0.0, 0.0, self.side, self.side);
        } else {
            let fade = 1.0 - curve::exp(-since / MEMORY_MS * 3.0);
            let _ = context.set_global_composite_operation("destination-out");
            context.set_global_alpha(fade.clamp(0.05, 1.0));
            context.fill_rect(0.0, 0.0, self.side, self.side);
            let _ = context.set_global_composite_operation("source-over");
        }
        self.blank = strokes.is_empty();
        let mut dots = 0;
        context.set_line_width(if small { 1.0 } else { 1.4 });
        for (index, form) in ["ask", "tell", "data", "rule"].into_iter().enumerate() {
            context.set_stroke_style_str(&self.colors[index]);
            context.set_fill_style_str(&self.colors[index]);
            context.set_global_alpha(0.5);
            context.begin_path();
            for stroke in strokes.iter().filter(|stroke| stroke.form == form) {
                context.move_to(stroke.start.0, stroke.start.1);
                context.line_to(stroke.at.0, stroke.at.1);
            }
            context.stroke();
            context.set_global_alpha(0.95);
            context.begin_path();
            for stroke in strokes.iter().filter(|stroke| stroke.form == form && stroke.dot) {
                context.move_to(stroke.at.0 + 2.2, stroke.at.1);
                let _ = context.arc(stroke.at.0, stroke.at.1, 2.2, 0.0, std::f64::consts::TAU);
                dots += 1;
            }
            context.fill();
        }
        context.set_global_alpha(1.0);
        self.tell(dots);
    }

    /// Says on the canvas how many messages it shows as dots, for who cannot count them.
    fn tell(&mut self, dots: usize) {
        if dots != self.dots {
            self.dots = dots;
            let _ = self.canvas.set_attribute("data-painted", &dots.to_string());
        }
    }

    /// Reads the tokens once a second, so that a change of theme is followed.
    fn learn_colors(&mut self, now: f64) {
        if now - self.colored_at < 1000.0 {
            return;
        }
        self.colored_at = now;
        let Ok(Some(style)) = window().get_computed_style(&self.canvas) else { return };
        for (index, name) in ["--ink-2", "--good", "--moved", "--waiting"].into_iter().enumerate() {
            self.colors[index] = resolve(&style, name);
        }
    }
}

/// The color behind a token. Tokens are registered as colors, so the browser has resolved them.
fn resolve(style: &web_sys::CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default().trim().to_owned()
}
