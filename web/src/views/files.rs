//! Keys of one's own: from a file, which stays in this browser, or from a pasted list.

use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement, HtmlTextAreaElement};

use crate::layout::{column, unit};
use crate::player::Player;
use crate::player::fact::{Edit, FILE_KEYS_MAX, Session, column_of};
use crate::pulse::{Fact, Var, effect};
use crate::widgets::button::Button;
use crate::widgets::follow::live;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// A file is read in pieces of this size, so that the page never stands still.
const PIECE: f64 = 2_097_152.0;
/// Of a pasted list, so many bytes fit into the text and its link.
const PASTED_MAX: usize = 60_000;

/// A file that was chosen, and its columns.
#[derive(Clone)]
struct Picked {
    file: File,
    columns: Vec<String>,
}

/// What all of this needs.
#[derive(Clone, Copy)]
struct Intake {
    player: Player,
    notice: Var<Option<Notice>>,
    picked: StoredValue<Option<Picked>, LocalStorage>,
    /// Columns to choose from.
    columns: Var<Vec<String>>,
    /// What is being read, in words.
    busy: Var<String>,
    /// The number of the reading that is wanted; another one stops where it is.
    wanted: StoredValue<u32>,
}

impl Intake {
    fn new(player: Player, notice: Var<Option<Notice>>) -> Self {
        Self {
            player,
            notice,
            picked: StoredValue::new_local(None),
            columns: Var::new(Vec::new()),
            busy: Var::new(String::new()),
            wanted: StoredValue::new(0),
        }
    }

    /// Stops what is being read, and gives the next reading its number.
    fn stop(self) -> u32 {
        self.busy.set(String::new());
        self.wanted.update_value(|number| *number += 1);
        self.wanted.get_value()
    }

    fn tell(self, tone: Tone, words: String) {
        self.busy.set(String::new());
        self.notice.set(Some(Notice::new(tone, words)));
    }

    /// Looks at a file; one with a single column is read at once.
    fn look(self, file: File) {
        self.columns.set(Vec::new());
        if file.size() == 0.0 {
            return self.tell(
                Tone::Fault,
                format!("{} is empty: there is nothing to place.", file.name()),
            );
        }
        spawn_local(async move {
            let Some(first) = piece(&file, 0.0, 65_536.0).await else {
                return self
                    .tell(Tone::Fault, format!("{} cannot be read by this browser.", file.name()));
            };
            if first.iter().take(4_096).filter(|byte| **byte == 0).count() > 8 {
                return self.tell(
                    Tone::Fault,
                    format!("{} is no text: save it as CSV or plain text, in UTF-8.", file.name()),
                );
            }
            let columns = column::headings(&first);
            // What the text already asks for is not asked again.
            let wanted = self.player.read(|session| session.column_asked(&file.name()));
            let several = columns.len() > 1;
            self.picked.set_value(Some(Picked { file, columns: columns.clone() }));
            match wanted {
                Some(column) => self.read(column),
                None if several => self.columns.set(columns),
                None => self.read("1".to_owned()),
            }
        });
    }

    /// Reads the keys of a column, piece by piece, and gives them to the run.
    fn read(self, wanted: String) {
        let Some(Picked { file, columns }) = self.picked.get_value() else { return };
        self.columns.set(Vec::new());
        let number = self.stop();
        spawn_local(async move {
            let name = file.name();
            let named = wanted.parse::<usize>().is_err();
            let before =
                if named { 0 } else { wanted.parse().unwrap_or(1_usize).saturating_sub(1) };
            let mut keys = Vec::new();
            if named {
                column::push_cell(&mut keys, 0, wanted.as_bytes());
            }
            let header = {
                let mark = if columns.len() > 1 { first_line(&file).await } else { Vec::new() };
                if named { mark } else { Vec::new() }
            };
            let (mut at, mut rest, mut count, mut odd) = (0.0, Vec::new(), 0_usize, 0_usize);
            while at < file.size() && count < FILE_KEYS_MAX {
                let Some(next) = piece(&file, at, at + PIECE).await else {
                    return self.tell(
                        Tone::Fault,
                        format!("{name} stopped being readable at {}.", unit::bytes(at)),
                    );
                };
                // The panel was closed or another file chosen: this one is not wanted any more.
                if self.wanted.try_get_value() != Some(number) {
                    return;
                }
                at += PIECE;
                rest.extend_from_slice(&next);
                let whole = column::whole_lines(&rest, at >= file.size());
                // Later pieces need the heading too, to know the column by its name.
                let mut lines = if at > PIECE { header.clone() } else { Vec::new() };
                lines.extend_from_slice(&rest[..whole]);
                rest.drain(..whole);
                if rest.len() as f64 > PIECE * 2.0 {
                    return self.tell(
                        Tone::Fault,
                        format!(
                            "{name} has a line of more than {}: it is no list of keys.",
                            unit::bytes(PIECE * 2.0)
                        ),
                    );
                }
                for cell in column_of(&lines, &wanted).take(FILE_KEYS_MAX - count) {
                    odd += usize::from(std::str::from_utf8(cell).is_err());
                    column::push_cell(&mut keys, before, cell);
                    count += 1;
                }
                self.busy.set(format!(
                    "Reading {name}: {} of {}, {} keys",
                    unit::bytes(at.min(file.size())),
                    unit::bytes(file.size()),
                    unit::grouped(count as u64)
                ));
            }
            if count == 0 {
                return self.tell(Tone::Fault, format!("{name} has no keys in column {wanted}."));
            }
            let mut words = format!(
                "{} keys of {name} stay in this browser; a link to this run names the file but does not carry it.",
                unit::grouped(count as u64)
            );
            if odd > 0 {
                words = format!(
                    "{words} {} of them are not UTF-8 and are placed by their bytes.",
                    unit::grouped(odd as u64)
                );
            }
            if count == FILE_KEYS_MAX {
                words = format!(
                    "{words} There are more; the first {} are used.",
                    unit::grouped(count as u64)
                );
            }
            keep(&name, &keys).await;
            give(self.player, &name, &keys);
            if self.player.read(|session| session.column_asked(&name)).is_none() {
                let keys = format!("file \"{name}\" column \"{wanted}\"");
                self.player.rewrite(&Edit::Load(&keys));
            }
            self.tell(Tone::Good, words);
        });
    }
}

/// Gives the run a file, and lets it go on.
fn give(player: Player, name: &str, bytes: &[u8]) {
    player.change(|session| {
        let now = session.now();
        session.give_file(name, bytes);
        session.seek(now);
    });
    player.nudge();
}

async fn first_line(file: &File) -> Vec<u8> {
    let first = piece(file, 0.0, 65_536.0).await.unwrap_or_default();
    let end = first.iter().position(|byte| *byte == b'\n').map_or(first.len(), |at| at + 1);
    first[..end].to_vec()
}

/// The bytes from a place of a file to another.
async fn piece(file: &File, from: f64, to: f64) -> Option<Vec<u8>> {
    let blob = file.slice_with_f64_and_f64(from, to.min(file.size())).ok()?;
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Puts a file on this browser's own shelf, or takes it from there.
async fn shelf(name: &str, bytes: &JsValue) -> Option<Vec<u8>> {
    let call = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("shardlabFile")).ok()?;
    let call: js_sys::Function = call.dyn_into().ok()?;
    let promise = call.call2(&JsValue::NULL, &JsValue::from_str(name), bytes).ok()?;
    let found = JsFuture::from(promise.dyn_into::<js_sys::Promise>().ok()?).await.ok()?;
    found.is_object().then(|| js_sys::Uint8Array::new(&found).to_vec())
}

async fn keep(name: &str, bytes: &[u8]) {
    // A browser that keeps nothing asks for the file again the next time.
    let _ = shelf(name, &js_sys::Uint8Array::from(bytes)).await;
}

/// A field that takes a file.
fn field(intake: Intake, label: &'static str) -> Piece {
    view! {
        <label class="button small">
            {label}
            <input class="hidden-words" type="file" accept=".csv,.tsv,.txt,text/*" data-role="file"
                on:change=move |event: Event| {
                    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
                    if let Some(file) = input.files().and_then(|files| files.get(0)) {
                        intake.look(file);
                    }
                    input.set_value("");
                } />
        </label>
    }
}

/// What is being read, and the columns of a file that has several.
fn progress(intake: Intake) -> Piece {
    view! {
        <p role="status" data-role="reading">{live(move || intake.busy.get())}</p>
        <Show when=move || intake.busy.with(|busy| !busy.is_empty())>
            <div class="button-row"><Button label="Stop reading" class="small" role_name="stop-reading" on_press=move |()| { intake.stop(); } /></div>
        </Show>
        {live(move || {
            let columns = intake.columns.get();
            (!columns.is_empty()).then(|| view! {
                <p>"Which column has the keys?"</p>
                <div class="button-row" data-role="columns">
                    {columns.into_iter().enumerate().map(|(at, name)| {
                        // A heading that is a number could not be told from the column's place.
                        let by_name = !name.is_empty() && name.parse::<usize>().is_err() && !name.contains('"');
                        let wanted = if by_name { name.clone() } else { (at + 1).to_string() };
                        let label = if by_name { name } else { format!("Column {}", at + 1) };
                        view! { <Button label=label class="small" on_press=move |()| intake.read(wanted.clone()) /> }
                    }).collect_view()}
                </div>
            })
        })}
    }
}

/// The panel that takes keys in.
#[component]
pub fn Keys(
    /// The run.
    player: Player,
    /// Where it says what became of them.
    notice: Var<Option<Notice>>,
) -> Piece {
    let intake = Intake::new(player, notice);
    let list = NodeRef::<leptos::html::Textarea>::new();
    let place = move |()| {
        let Some(field) = list.get_untracked() else { return };
        let words = field.unchecked_into::<HtmlTextAreaElement>().value();
        let keys: Vec<String> =
            words.lines().map(str::trim).filter(|key| !key.is_empty()).map(quoted).collect();
        let line = format!("these {}", keys.join(" "));
        if keys.is_empty() {
            intake
                .tell(Tone::Fault, "The list is empty: write or paste one key a line.".to_owned());
        } else if line.len() > PASTED_MAX {
            intake.tell(
                Tone::Fault,
                format!(
                    "The list has {} keys, too many for a link: give it as a file.",
                    unit::grouped(keys.len() as u64)
                ),
            );
        } else {
            player.rewrite(&Edit::Load(&line));
            intake.tell(
                Tone::Good,
                format!("{} keys stand in the text now.", unit::grouped(keys.len() as u64)),
            );
        }
    };
    view! {
        <div class="where" data-role="keys"
            on:dragover=move |event: DragEvent| event.prevent_default()
            on:drop=move |event: DragEvent| {
                event.prevent_default();
                let files = event.data_transfer().and_then(|data| data.files());
                if let Some(file) = files.and_then(|files| files.get(0)) {
                    intake.look(file);
                }
            }
        >
            <p class="quiet">"A file of keys is read here and kept by this browser alone; nothing is sent. Choose it, or drop it on these words."</p>
            <div class="button-row">{field(intake, "Choose a file")}</div>
            {progress(intake)}
            <label class="where-field">
                "Or a list, one key a line"
                <textarea class="field pasted" rows="4" spellcheck="false" data-role="pasted" node_ref=list></textarea>
            </label>
            <div class="button-row"><Button label="Place these keys" class="small" role_name="place-these" on_press=place /></div>
        </div>
    }
}

/// A key as the text writes it.
fn quoted(key: &str) -> String {
    format!("\"{}\"", key.replace('"', ""))
}

/// Says which file the run needs, and takes it.
#[component]
pub fn Missing(
    /// The run.
    player: Player,
    /// Where it says what became of it.
    notice: Var<Option<Notice>>,
) -> Piece {
    let intake = Intake::new(player, notice);
    let missing = Fact::of(move || {
        player.revision.track();
        player.read(Session::missing_files)
    });
    // What this browser has kept is taken from its shelf.
    effect(move || {
        for name in missing.get() {
            spawn_local(async move {
                if let Some(bytes) = shelf(&name, &JsValue::NULL).await {
                    give(player, &name, &bytes);
                }
            });
        }
    });
    view! {
        {live(move || missing.get().first().cloned().map(|name| view! {
            <div class="missing" role="alert" data-role="missing-file">
                <p>{format!("This run reads its keys from {name}, a file that the link names and does not carry.")}</p>
                {field(intake, "Choose the file")}
                {progress(intake)}
            </div>
        }))}
    }
}
