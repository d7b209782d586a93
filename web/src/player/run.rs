//! The movement of time: frames while it plays, slices that look ahead while it stands, and steps.

use leptos::prelude::*;
use shardlab::session::Session;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::{Player, fact, pace};
use fact::{Span, Time};

/// The longest stretch of wall time that one frame makes up for, in milliseconds.
const FRAME_MS_MAX: f64 = 100.0;
/// How long a frame may look ahead, in milliseconds.
const AHEAD_MS: f64 = 5.0;
/// The same while nothing can be shown before it is done.
const UNDERWAY_MS: f64 = 24.0;
/// Events of one slice of looking ahead.
const SLICE: u32 = 400;
/// How often the views of the whole run are woken while it grows, in milliseconds.
const SLOW_MS: f64 = 220.0;
/// How far apart the steps are for who wishes for less motion, in milliseconds.
const STEP_MS: f64 = 500.0;
/// How often what is read, not watched, follows a playing run, in milliseconds.
const BEAT_MS: f64 = 120.0;

thread_local! {
    /// The frame in which a run has last looked ahead.
    static AHEAD: Cell<f64> = const { Cell::new(0.0) };
}

/// Where the frames stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motion {
    running: bool,
    last: Option<f64>,
    slow_at: f64,
    ahead: bool,
    left_over: f64,
    beat_at: f64,
    held: f64,
    still: Option<bool>,
}

/// Whether the visitor has asked the system for less motion.
fn wants_stillness() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

fn wall() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

impl Player {
    /// Starts asking for frames, if nobody does already. It stops by itself when there is nothing
    /// to do, and is nudged when there is something.
    pub fn nudge(self) {
        let Some(motion) = self.motion.try_get_value() else { return };
        self.motion.update_value(|motion| motion.ahead = false);
        if motion.running {
            return;
        }
        self.motion.update_value(|motion| {
            motion.running = true;
            motion.last = None;
        });
        self.ask();
    }

    /// Whether it is time for a beat: at once while time stands, else a few times a second.
    pub(crate) fn may_beat(self) -> bool {
        let now = wall();
        let due = !self.playing.get_untracked()
            || self.motion.try_get_value().is_some_and(|motion| now - motion.beat_at > BEAT_MS);
        if due {
            self.motion.try_update_value(|motion| motion.beat_at = now);
        }
        due
    }

    fn ask(self) {
        let frame = Closure::once_into_js(move |at: f64| self.frame(at));
        let _ = window().request_animation_frame(frame.unchecked_ref());
    }

    fn frame(self, at: f64) {
        let Some(mut motion) = self.motion.try_get_value() else { return };
        let since = motion.last.map_or(16.0, |last| (at - last).clamp(0.0, FRAME_MS_MAX));
        motion.last = Some(at);
        let playing = self.playing.get_untracked() && self.seen.get_untracked();
        let still = motion.still.unwrap_or_else(wants_stillness);
        motion.held += since;
        // Who wishes for less motion sees the run in steps, half a second apart.
        if playing && (!still || motion.held >= STEP_MS) {
            let micros =
                motion.held * 1000.0 * pace::SPEEDS[self.speed.get_untracked()] + motion.left_over;
            motion.held = 0.0;
            motion.left_over = micros.fract();
            self.run_on(micros as u64);
        } else if !playing {
            motion.held = 0.0;
        }
        motion.still = Some(still);
        // Of all runs on the page, one looks ahead in each frame.
        if !motion.ahead && self.seen.get_untracked() && AHEAD.replace(at) < at {
            motion.ahead = self.look_ahead();
            if at - motion.slow_at > SLOW_MS || motion.ahead {
                motion.slow_at = at;
                self.wake_slowly();
            }
        }
        motion.running =
            (self.playing.get_untracked() || !motion.ahead) && self.seen.get_untracked();
        self.motion.update_value(|kept| {
            kept.running = motion.running;
            kept.last = motion.last;
            kept.slow_at = motion.slow_at;
            kept.ahead = motion.ahead;
            kept.left_over = motion.left_over;
            kept.held = motion.held;
            kept.still = motion.still;
        });
        if motion.running {
            self.ask();
        }
    }

    /// Lets the known part of the run grow for a few milliseconds; true when all of it is known.
    /// The present moment is mostly as it was, so only the views of the whole run are woken, and slowly.
    fn look_ahead(self) -> bool {
        let underway = self.read(Session::is_underway);
        let end = wall() + if underway { UNDERWAY_MS } else { AHEAD_MS };
        let mut done = false;
        self.quietly(|session| {
            while !done && wall() < end {
                done = session.compute(SLICE);
            }
        });
        if underway {
            self.tell_progress();
            self.wake();
        }
        done
    }

    /// Says how far it is with what comes before the run.
    pub(super) fn tell_progress(self) {
        let preparing = self.read(|session| session.preparing().or_else(|| session.working()));
        if self.preparing.get_untracked() != preparing {
            self.preparing.set(preparing);
        }
    }

    /// Moves on by a span, and stops at the end or at what was waited for.
    fn run_on(self, micros: u64) {
        let before = self.clock.get_untracked();
        let (now, end) = self.change(|session| {
            session.advance(Span(micros));
            (session.now().0, session.end().0)
        });
        if let Some(words) = self.until.get_untracked()
            && let Some((at, seq)) = self.find(&words, before, now)
        {
            self.until.set(None);
            self.playing.set(false);
            self.seek(at);
            self.chosen.set(vec![super::Chosen::Event(seq)]);
            return;
        }
        if now >= end {
            if let Some(words) = self.until.get_untracked() {
                self.missed.set(Some(words));
            }
            self.until.set(None);
            self.pause();
        }
    }

    /// The first event after `from` and not after `to` whose line holds all the words.
    fn find(self, words: &str, from: u64, to: u64) -> Option<(u64, u32)> {
        let wanted: Vec<String> =
            words.to_ascii_lowercase().split_whitespace().map(str::to_owned).collect();
        // Of a role every line may speak; who waits for one waits for a node to take it.
        let exact = ["leader", "candidate", "follower", "members"].contains(&words);
        self.read(|session| {
            let mut seq = session.seq_after(Time(from));
            loop {
                let events = session.events(seq, 512);
                let last = events.last()?.seq;
                for event in events {
                    if event.at.0 > to {
                        return None;
                    }
                    let line = format!("{} {} {}", event.place, event.kind, event.text)
                        .to_ascii_lowercase();
                    let fits = !exact || event.kind == words;
                    if fits && wanted.iter().all(|word| line.contains(word.as_str())) {
                        return Some((event.at.0, event.seq));
                    }
                }
                seq = last + 1;
            }
        })
    }

    /// Lets time run; from the start again when it stands at the end.
    pub fn play(self) {
        if self.read(|session| session.now() >= session.end()) {
            self.seek(0);
        }
        self.playing.set(true);
        self.nudge();
    }

    /// Stops time.
    pub fn pause(self) {
        self.playing.set(false);
        // What follows a few times a second is brought up to the moment at which time stands.
        self.wake();
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Goes to a moment, held within the run.
    pub fn seek(self, micros: u64) {
        self.change(|session| {
            let end = session.end();
            session.seek(Time(micros.min(end.0)));
        });
        self.nudge();
    }

    /// Goes to the moment at which another run stands, the cheaper way.
    pub fn follow(self, micros: u64) {
        let now = self.clock.get_untracked();
        if micros == now {
            return;
        }
        self.change(|session| {
            if micros > now {
                session.advance(Span(micros - now));
            } else {
                session.seek(Time(micros));
            }
        });
    }

    /// One event further.
    pub fn step_event(self) {
        self.step(Session::step_event);
    }

    /// To the next message that arrives or leaves.
    pub fn step_message(self) {
        self.step(Session::step_message);
    }

    /// One event back.
    pub fn step_back(self) {
        self.step(Session::step_back);
    }

    fn step<T>(self, step: impl FnOnce(&mut Session) -> T) {
        self.pause();
        self.change(|session| {
            step(session);
        });
        self.nudge();
    }

    /// Runs until an event whose line holds all the words, or to the end.
    pub fn run_until(self, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        self.until.set(Some(words.to_owned()));
        self.play();
    }

    /// Changes the speed by some places.
    pub fn faster(self, places: isize) {
        let next =
            self.speed.get_untracked().saturating_add_signed(places).min(pace::SPEEDS.len() - 1);
        self.speed.set(next);
    }
}
