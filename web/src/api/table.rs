//! The table of all surveys, row by row, for a worker: what each strategy costs on the same keys.

use js_sys::{Array, Uint8Array};
use shardlab::session::tenant::paper;
use shardlab::session::{Session, Time};
use wasm_bindgen::prelude::*;

/// Keys that are looked up to time one lookup.
const LOOKUPS: usize = 100_000;

/// Events' worth of work of one step.
const STEP: u32 = 12_500;

/// A run whose surveys are compared.
#[wasm_bindgen(skip_typescript)]
pub struct Table(Session);

#[wasm_bindgen]
impl Table {
    /// Opens a text at a moment; `files` are pairs of a name and its bytes.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(text: &str, at: f64, files: &Array) -> Self {
        let mut session = Session::open_in_steps(text);
        for file in files.iter() {
            let pair: Array = file.unchecked_into();
            let name = pair.get(0).as_string().unwrap_or_default();
            session.give_file(&name, &Uint8Array::new(&pair.get(1)).to_vec());
        }
        session.seek(Time(at.max(0.0) as u64));
        Self(session)
    }

    /// Gathers some of the keys, or places all of them by one survey; nothing once all is ready. Else
    /// how often a key was taken, about how often there is to, and how many surveys are placed.
    pub fn step(&mut self) -> Option<Array> {
        if !self.0.is_underway() {
            return None;
        }
        self.0.compute(STEP);
        let progress = self.0.preparing();
        let [done, all, surveys] = progress.map_or([1.0, 1.0, f64::INFINITY], |it| {
            [it.done as f64, it.all as f64, it.surveys as f64]
        });
        Some(Array::of3(&done.into(), &all.into(), &surveys.into()))
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.0.of::<paper::Process>().len() as u32
    }

    /// One row: its name, its strategy, its cells as they read, and as they are sorted by; nothing
    /// behind the last. `now` is a clock in milliseconds.
    #[must_use]
    pub fn row(&self, index: u32, now: &js_sys::Function) -> Option<Array> {
        let cluster = self.0.of::<paper::Process>().get(index as usize).copied()?;
        let row = paper::screen::row(self.0.site(cluster))?;
        let wall = || now.call0(&JsValue::NULL).ok().and_then(|at| at.as_f64()).unwrap_or(0.0);
        let mut best = f64::INFINITY;
        // The best of three: a worker shares its core with others.
        for _ in 0..3 {
            let began = wall();
            std::hint::black_box(paper::screen::lookups(self.0.site(cluster), LOOKUPS));
            best = best.min(wall() - began);
        }
        let nanos = best * 1e6 / LOOKUPS as f64;
        let (cells, values) = (Array::new(), Array::new());
        for cell in &row.cells {
            cells.push(&cell.shown().into());
            values.push(&(cell.millionths as f64).into());
        }
        cells.push(&format!("{} ns", crate::layout::unit::digits(nanos)).into());
        values.push(&nanos.into());
        Some(Array::of4(&row.name.into(), &row.strategy.into(), &cells, &values))
    }
}
