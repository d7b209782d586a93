//! The lab: the stage in the middle, time along the bottom, the script and the inspector beside it.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::key::{self, Wish};
use crate::export;
use crate::lab::branches::{Beside, BesideStage, Branches};
use crate::lab::inspector::Inspector;
use crate::lab::legend::Legend;
use crate::lab::metrics::{Metrics, courses};
use crate::lab::stage::Stage;
use crate::lab::timeline::Timeline;
use crate::lab::transport::{Transport, Until};
use crate::layout::unit;
use crate::player::fact::{MarkFact, Session};
use crate::player::{Player, StageMode, pace};
use crate::pulse::{Fact, Var, effect};
use crate::tenant::ids::reader::Ids;
use crate::tenant::{self, Bench, Panel, TENANTS};
use crate::url::{self, Address};
use crate::views::book::Book;
use crate::views::caption::{Caption, Steps};
use crate::views::files::{Keys, Missing};
use crate::views::history::HistoryView;
use crate::views::script::Script;
use crate::views::spacetime::SpaceTime;
use crate::views::sweep::SweepPanel;
use crate::views::trace::Trace;
use crate::views::verdicts::{Verdicts, summary};
use crate::views::whereis::WhereIs;
use crate::widgets::button::Button;
use crate::widgets::fold::Fold;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::icon::{Icon, Wordmark};
use crate::widgets::keys::KeyHelp;
use crate::widgets::live::LiveRegion;
use crate::widgets::menu::Menu;
use crate::widgets::notice::{Notice, NoticeBar, Tone};
use crate::widgets::piece::{CollectPieces, For, Piece, Show, view};
use crate::widgets::split::{Border, remembered};
use crate::widgets::store;
use crate::widgets::tabs::Tabs;
use crate::widgets::theme::ThemeSwitch;

const SCRIPT_WIDTHS: (f64, f64) = (240.0, 720.0);
const INSPECTOR_WIDTHS: (f64, f64) = (260.0, 640.0);

/// The lab on one run.
#[component]
pub fn Lab(
    /// The run.
    player: Player,
    /// What is to be told first, such as a damaged link.
    told: Option<Notice>,
    /// Whether only the stage and the transport show.
    embed: bool,
) -> Piece {
    let notice = Var::new(told);
    let keys_open = Var::new(false);
    let script_width = remembered("width.script", 360.0, SCRIPT_WIDTHS.0, SCRIPT_WIDTHS.1);
    let inspector_width =
        remembered("width.inspector", 340.0, INSPECTOR_WIDTHS.0, INSPECTOR_WIDTHS.1);
    let script_open = Var::new(store::recall("open.script").as_deref() != Some("no"));
    let inspector_open = Var::new(store::recall("open.inspector").as_deref() != Some("no"));
    let tab = Var::new("script");
    let sight = player.sight;
    let turn = move |to: StageMode| sight.set(to.or_back(sight.get_untracked()));
    let beside = Var::new(None::<Beside>);
    let picked = Var::new(player.read(first_course));
    let header = player.watch_text(|session| (session.title(), session.summary()));
    let share = move || {
        let address = address_of(player, false);
        let words = url::whole(&address);
        url::replace(&address);
        if export::copy(&words) {
            notice.set(Some(Notice::new(
                Tone::Good,
                format!(
                    "The link to this moment is on your clipboard, {} characters.",
                    unit::grouped(words.len() as u64)
                ),
            )));
        } else {
            notice.set(Some(Notice::new(Tone::Plain, "The address bar holds the link to this moment; this browser does not let a page copy it.")));
        }
    };
    let write = move || {
        script_open.set(true);
        tab.set("script");
        request_animation_frame(|| {
            if let Ok(Some(field)) = document().query_selector(".editor-field") {
                let _ = field.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        });
    };
    let handle =
        window_event_listener(ev::keydown, move |event| match key::press(player, &event) {
            Some(Wish::Messages) => turn(StageMode::Messages),
            Some(Wish::History) => turn(StageMode::History),
            Some(Wish::Keys) => keys_open.update(|open| *open = !*open),
            Some(Wish::Share) => share(),
            Some(Wish::Close) => {
                keys_open.set(false);
                notice.set(None);
            }
            Some(Wish::Write) => {
                event.prevent_default();
                write();
            }
            None => {}
        });
    on_cleanup(move || handle.remove());
    effect(move || {
        // On a phone, choosing a thing brings its inspector forward.
        if !player.chosen.with(Vec::is_empty) {
            tab.set("inspect");
        }
    });
    effect(move || {
        if let Some(words) = player.missed.get() {
            let words = format!("No event of this run says “{words}”; it has gone to its end.");
            notice.set(Some(Notice::new(Tone::Plain, words)));
        }
    });
    let truncated = player.watch_slowly(Session::truncated);
    effect(move || {
        if let Some(truncated) = truncated.get() {
            let words = format!("{} What was not decided by then is open.", truncated.words());
            notice.set(Some(Notice::new(Tone::Plain, words)));
        }
    });
    let fold = move |name: &'static str, open: Var<bool>| {
        open.update(|open| *open = !*open);
        store::remember(name, if open.get_untracked() { "yes" } else { "no" });
    };
    let verdicts_note = Fact::of(move || {
        player.slow.track();
        player.read(|session| {
            let held = summary(&session.verdicts(), session.truncated().is_some());
            // What was not understood was not judged: that belongs beside the count.
            let mistakes = session.diagnostics().iter().any(|diagnostic| !diagnostic.mild);
            if mistakes && !held.is_empty() {
                format!("{held}, mistakes in the text")
            } else {
                held
            }
        })
    });
    let kept = player.watch_slowly(|session| match session.branches().len() {
        0 => String::new(),
        count => format!("{count} kept"),
    });
    let narration = narration(player);
    let words_hidden = Var::new(false);
    let taken = move |()| {
        notice.set(Some(Notice::new(
            Tone::Plain,
            "From here on the run is yours: what the text had planned for later is taken out. Undo brings it back.",
        )));
    };
    // Where nothing is yet, a reader may look keys up all the same.
    let keyed = player.watch_text(|session| {
        let mut here =
            tenant::of(session).filter(|bench| !bench.courses.is_empty() || bench.places);
        here.by_ref().next().is_none() || tenant::of(session).any(|bench| bench.places)
    });
    let stage_word = player.watch_text(|session| {
        let mut words = tenant::of(session).map(|bench| bench.word);
        let first = words.next().unwrap_or("Ring");
        if words.any(|word| word == "Ring") { "Ring" } else { first }
    });
    let logged = player.watch_text(|session| tenant::of(session).any(|bench| bench.runs_on));
    let machines = player.watch_text(|session| {
        let mut stores = session.scenario().stores();
        stores.any(|spec| spec.kind.has_machines())
    });
    // A panel stays while the tenant that brings it does.
    let panels = move |of: fn(&Bench) -> &'static [Panel]| {
        let here = player.watch_text(move |session| {
            let named = tenant::of(session).flat_map(of).map(|panel| panel.name);
            named.collect::<Vec<&'static str>>()
        });
        let panel = move |name: &'static str| {
            TENANTS.into_iter().flat_map(of).find(|panel| panel.name == name)
        };
        let view = move |name: &'static str| {
            panel(name).map(|panel| {
            let show = panel.view;
            view! {
                <Fold name=panel.name title=panel.title open=panel.open>{show(player, notice)}</Fold>
            }
        })
        };
        view! { <For each=move || here.get() key=|name| *name let:name>{view(name)}</For> }
    };
    view! {
        <div
            class="lab"
            class:embed=embed
            class:logged=whether(move || logged.get())
            class:papered=whether(move || !machines.get())
            class:captioned=whether(move || player.text.with(|text| text.contains("say ")))
            class:no-script=whether(move || !script_open.get())
            class:no-inspector=whether(move || !inspector_open.get())
            data-tab=say(move || tab.get())
            style=("--script-width", say(move || format!("{}px", script_width.get() as i64)))
            style=("--inspector-width", say(move || format!("{}px", inspector_width.get() as i64)))
        >
            <Show when=move || !embed>
                <a class="skip" href="#stage" on:click=|event| { event.prevent_default(); focus("stage"); }>"Skip to the stage"</a>
                <header class="header">
                    <a class="wordmark" href="#" title="To the gallery" aria-label="Shardlab, to the gallery"><Wordmark /></a>
                    <div class="header-title">
                        <h1>{live(move || header.get().0)}</h1>
                        <p>{live(move || header.get().1)}</p>
                    </div>
                    <div class="header-tools">
                        <Button label="Undo" icon="undo" bare=true class="plain" key="Ctrl+Z" role_name="undo"
                            disabled=player.watch_text(|session| !session.can_undo()) on_press=move |()| player.undo() />
                        <Button label="Redo" icon="redo" bare=true class="plain" key="Ctrl+Y" role_name="redo"
                            disabled=player.watch_text(|session| !session.can_redo()) on_press=move |()| player.redo() />
                        <Menu label="Export" icon="export"><Exports player=player notice=notice /></Menu>
                        <Button label="Fold the script" icon="code" bare=true class="plain only-wide" role_name="fold-script"
                            pressed=Fact::from(script_open) on_press=move |()| fold("open.script", script_open) />
                        <Button label="Fold the inspector" icon="panel" bare=true class="plain only-wide" role_name="fold-inspector"
                            pressed=Fact::from(inspector_open) on_press=move |()| fold("open.inspector", inspector_open) />
                        <Button label="Keys" icon="keys" bare=true class="plain only-wide" key="?" role_name="show-keys"
                            on_press=move |()| keys_open.update(|open| *open = !*open) />
                        <ThemeSwitch />
                        <Button label="Share" icon="share" class="main" key="S" role_name="share" on_press=move |()| share() />
                    </div>
                </header>
            </Show>
            <NoticeBar notice=notice />
            <main class="lab-body">
                <Show when=move || !embed>
                    <section class="side script-side" id="panel-script" aria-label="Script">
                        <Script player=player />
                        <Fold name="book" title="Words of the language" open=false><Book player=player /></Fold>
                    </section>
                    <Border name="width.script" label="Width of the script" width=script_width limits=SCRIPT_WIDTHS />
                </Show>
                <section class="stage-side" id="stage" tabindex="-1" aria-label="Stage">
                    <Show when=move || sight.get() != StageMode::Nodes fallback=move || {
                        view! {
                            <div class="stages" class:two=whether(move || beside.with(Option::is_some))>
                                <Stage player=player />
                                {live(move || beside.get().map(|branch| view! { <BesideStage player=player branch=branch /> }))}
                            </div>
                        }
                    }>
                        <Show when=move || sight.get() == StageMode::History fallback=move || view! { <SpaceTime player=player /> }>
                            <HistoryView player=player />
                        </Show>
                    </Show>
                    <div class="stage-tools">
                        <Show when=move || sight.get() == StageMode::Nodes && machines.get()><Legend player=player /></Show>
                        <div class="switch" hidden=whether(move || !machines.get()) role="group" aria-label="What the stage shows">
                            {[("show-ring", StageMode::Nodes), ("show-messages", StageMode::Messages), ("show-history", StageMode::History)]
                                .into_iter()
                                .map(|(role, to)| {
                                    let word = move || match to {
                                        StageMode::Nodes => stage_word.get(),
                                        StageMode::Messages => "Messages",
                                        StageMode::History => "History",
                                    };
                                    view! {
                                        <button type="button" data-role=role aria-pressed=say(move || (sight.get() == to).to_string()) on:click=move |_| sight.set(to)>{live(word)}</button>
                                    }
                                })
                                .collect_view()}
                        </div>
                    </div>
                    <Caption player=player hidden=Fact::from(words_hidden) />
                    <Steps player=player hidden=words_hidden on_taken=taken />
                    <Missing player=player notice=notice />
                </section>
                <Show when=move || !embed>
                    <Border name="width.inspector" label="Width of the inspector" width=inspector_width limits=INSPECTOR_WIDTHS right=true />
                    <section class="side inspector-side" aria-label="Inspector and results">
                        <div id="panel-inspect" class="side-part">
                            <Fold name="inspector" title="Inspector"><Inspector player=player /></Fold>
                            {panels(|bench| bench.panels)}
                            <Show when=move || keyed.get()>
                                <Fold name="where" title="Where does my key go?" open=false><WhereIs player=player /></Fold>
                                <Fold name="keys" title="Your keys" open=false><Keys player=player notice=notice /></Fold>
                                <Fold name="ids" title="What is this id?" open=false><Ids player=player /></Fold>
                            </Show>
                        </div>
                        <div id="panel-results" class="side-part">
                            {panels(|bench| bench.results)}
                            <Fold name="verdicts" title="Verdicts" note=verdicts_note><Verdicts player=player /></Fold>
                            <Fold name="sweep" title="Many seeds" open=false><SweepPanel player=player /></Fold>
                            <Fold name="metrics" title="Figures"><Metrics player=player /></Fold>
                        </div>
                        <div id="panel-log" class="side-part">
                            <Until player=player narrow=true />
                            <Fold name="log" title="Log" open=false><Trace player=player /></Fold>
                            <Fold name="branches" title="Branches" note=kept open=false><Branches player=player beside=beside /></Fold>
                        </div>
                    </section>
                </Show>
            </main>
            <footer class="lab-foot">
                <Transport player=player />
                <Timeline player=player picked=picked />
            </footer>
            <Show when=move || !embed>
                <nav class="tabs-place" aria-label="Panels"><Tabs
                    label="Panels"
                    tabs=vec![("script", "Script"), ("inspect", "Inspect"), ("results", "Results"), ("log", "Log")]
                    chosen=tab
                /></nav>
            </Show>
            <Show when=move || embed>
                <header><h1 class="hidden-words">{say(move || header.get().0)}</h1><a class="embed-open" target="_blank" rel="noopener" href=say(move || { player.clock.track(); url::whole(&Address { embed: false, ..address_of(player, false) }) })>
                    <Icon name="open" />
                    "Shardlab"
                </a></header>
            </Show>
            <KeyHelp open=keys_open keys=key::list() />
            <LiveRegion said=narration />
        </div>
    }
}

/// The exports in their menu.
#[component]
fn Exports(player: Player, notice: Var<Option<Notice>>) -> Piece {
    view! {
        <Button label="Scenario as text" on_press=move |()| export::file("scenario.lab", "text/plain", &player.text.get_untracked()) />
        <Button label="Trace as JSON" on_press=move |()| {
            let trace = player.read(crate::api::trace_json);
            export::file("trace.json", "application/json", &trace);
        } />
        <Button label="Picture as SVG" on_press=move |()| export::svg() />
        <Button label="Picture as PNG" on_press=move |()| export::png() />
        <Button label="Code to embed it" on_press=move |()| {
            let address = url::whole(&address_of(player, true));
            let code = format!("<iframe src=\"{address}\" width=\"800\" height=\"560\" title=\"Shardlab\"></iframe>");
            notice.set(Some(if export::copy(&code) {
                Notice::new(Tone::Good, "The code to embed this moment is on your clipboard.")
            } else {
                Notice::new(Tone::Plain, format!("This browser does not let a page copy; this is the code: {code}"))
            }));
        } />
        <Button label="Print" on_press=move |()| { let _ = window().print(); } />
    }
}

/// The address of what one sees.
#[must_use]
pub fn address_of(player: Player, embed: bool) -> Address {
    Address {
        link: player.read(Session::link),
        at: Some(player.clock.get_untracked()),
        chosen: player.chosen.get_untracked(),
        sight: player.sight.get_untracked(),
        embed,
    }
}

/// The number that the timeline draws at first: one that an expectation speaks of, if it has a
/// course, else the first that has one.
fn first_course(session: &Session) -> String {
    let names = courses(session);
    let claims: String =
        session.verdicts().into_iter().map(|verdict| verdict.text + "\n").collect();
    let spoken = names.iter().find(|name| claims.contains(name.as_str()));
    spoken.or_else(|| names.first()).cloned().unwrap_or_default()
}

/// The newest thing worth saying, in a sentence: a verdict, a caption, a fault or a note.
fn narration(player: Player) -> Fact<String> {
    Fact::of(move || {
        player.beat.track();
        player.playing.track();
        let now = player.clock.get_untracked();
        player.lanes.with(|lanes| {
            let newest = |marks: &[MarkFact]| {
                let after = marks.partition_point(|mark| mark.at.0 <= now);
                after.checked_sub(1).map(|place| (marks[place].at.0, marks[place].text.clone()))
            };
            [
                newest(&lanes.faults),
                newest(&lanes.notes),
                newest(&lanes.captions),
                decided(&lanes.verdicts, now),
            ]
            .into_iter()
            .flatten()
            .max_by_key(|(at, _)| *at)
            .map_or_else(String::new, |(at, text)| format!("{}: {text}", unit::time(at as f64)))
        })
    })
}

/// What was decided last, in a sentence: an expectation with its words, several at once as a count.
fn decided(verdicts: &[(MarkFact, bool)], now: u64) -> Option<(u64, String)> {
    let past = || verdicts.iter().filter(move |(mark, _)| mark.at.0 <= now);
    let at = past().map(|(mark, _)| mark.at.0).max()?;
    let here: Vec<_> = past().filter(|(mark, _)| mark.at.0 == at).collect();
    let held = here.iter().filter(|(_, held)| *held).count();
    Some((
        at,
        match here.as_slice() {
            [(mark, true)] => format!("as expected, {}", mark.text),
            [(mark, false)] => format!("{} was expected, and does not hold", mark.text),
            many => format!("{held} of {} expectations hold", many.len()),
        },
    ))
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// Opens a run for the lab: at the moment and with the choice that the address asks for.
#[must_use]
pub fn open(text: &str, address: &Address) -> Player {
    let player = Player::open(text);
    let end = player.read(|session| session.end().0);
    player.speed.set(pace::for_length(end, 24.0));
    crate::shell::keep_text(text);
    if let Some(at) = address.at {
        player.seek(at);
    }
    player.chosen.set(address.chosen.clone());
    player.sight.set(address.sight);
    player.nudge();
    player
}
