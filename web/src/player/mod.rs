//! The one place that owns a running session; every view borrows it from here.
//!
//! Two pulses wake the views. `revision` moves when something happened; `clock` moves every frame.
//! What is costly and may lag a little (lanes, verdicts, metrics) follows a third, slower one.

pub mod chosen;
pub mod pace;
pub mod run;
pub mod stage_mode;

use leptos::prelude::*;
use shardlab::session::Session;
use shardlab::session::tenant::paper::{self, screen::SurveyFact};
use shardlab::session::tenant::replicated;
use std::sync::Arc;

pub use chosen::Chosen;
pub use shardlab::session as fact;
pub use stage_mode::StageMode;

use crate::pulse::{Fact, Var};
use fact::{Edit, Lanes, Progress, Snapshot};
use replicated::fact::ReplicaFact;

/// The handle of a session. It is a few numbers and copied freely.
#[derive(Clone, Copy)]
pub struct Player {
    session: StoredValue<Session, LocalStorage>,
    /// Moves when something happened.
    pub revision: Var<u64>,
    /// The present moment, in microseconds.
    pub clock: Var<u64>,
    /// Moves a few times a second while the known part of the run grows.
    pub slow: Var<u64>,
    /// Follows `revision` a few times a second while time runs: for what is read, not watched.
    pub beat: Var<u64>,
    /// The text of the run.
    pub text: Var<String>,
    /// Whether time runs.
    pub playing: Var<bool>,
    /// The place in [`pace::SPEEDS`].
    pub speed: Var<usize>,
    /// Words of an event at which the run is to stop.
    pub until: Var<Option<String>>,
    /// Words that no event said up to the end.
    pub missed: Var<Option<String>>,
    /// What is chosen: nothing, one thing, or two to compare.
    pub chosen: Var<Vec<Chosen>>,
    /// What the stage shows.
    pub sight: Var<StageMode>,
    /// Whether frames are asked for at all; a run that nobody sees stands still.
    pub seen: Var<bool>,
    /// The facts of the present moment, shared by all views.
    pub scene: Fact<Arc<Snapshot>>,
    /// The marks of the timeline as far as the run is known, shared by all views.
    pub lanes: Fact<Arc<Lanes>>,
    /// The keys on paper at the present moment, with their places in the text.
    pub surveys: Fact<Arc<Vec<(usize, SurveyFact)>>>,
    /// The replicas of the present moment, shared by all views.
    pub replicas: Fact<Arc<Vec<ReplicaFact>>>,
    /// How far it is with the keys that are placed before the run goes.
    pub preparing: Var<Option<Progress>>,
    /// The key that is looked for, if one is.
    pub key: Var<String>,
    pub(crate) motion: StoredValue<run::Motion>,
}

impl Player {
    /// Opens a text. Whatever is wrong with it, there is a run.
    #[must_use]
    pub fn open(text: &str) -> Self {
        let opened = Session::open_in_steps(text);
        let (now, revision_now, text) =
            (opened.now().0, opened.revision(), opened.text().to_owned());
        let preparing = opened.preparing();
        let session = StoredValue::new_local(opened);
        let revision = Var::new(revision_now);
        let scene = Fact::of(move || {
            revision.track();
            Arc::new(session.with_value(Session::snapshot))
        });
        let slow = Var::new(0_u64);
        let lanes = Fact::of(move || {
            slow.track();
            Arc::new(session.with_value(Session::lanes))
        });
        // To lay out a hundred thousand keys takes a moment, so it is done when they differ.
        let text = Var::new(text);
        let stamp = Fact::of(move || {
            revision.track();
            session.with_value(|session| {
                let stamps = session
                    .of::<paper::Process>()
                    .into_iter()
                    .map(|at| paper::screen::stamp(session.site(at)));
                stamps.collect::<Vec<_>>()
            })
        });
        let surveys = Fact::of(move || {
            text.track();
            stamp.with(|_| ());
            Arc::new(session.with_value(|session| {
                let places = session.of::<paper::Process>().into_iter();
                places
                    .filter_map(|at| Some((at, paper::screen::survey_of(session.site(at))?)))
                    .collect::<Vec<_>>()
            }))
        });
        let replicas = Fact::of(move || {
            revision.track();
            Arc::new(session.with_value(|session| replicated::fact::all(session.sites())))
        });
        Self {
            surveys,
            replicas,
            preparing: Var::new(preparing),
            key: Var::new(String::new()),
            session,
            revision,
            clock: Var::new(now),
            slow,
            lanes,
            beat: Var::new(0),
            sight: Var::new(StageMode::default()),
            text,
            playing: Var::new(false),
            speed: Var::new(pace::NORMAL),
            until: Var::new(None),
            missed: Var::new(None),
            chosen: Var::new(Vec::new()),
            seen: Var::new(true),
            scene,
            motion: StoredValue::new(run::Motion::default()),
        }
    }

    /// Reads a fact once.
    pub fn read<T>(self, fact: impl FnOnce(&Session) -> T) -> T {
        self.session.with_value(fact)
    }

    /// A fact that follows the session and wakes its readers only when it differs.
    pub fn watch<T: PartialEq + Send + Sync + 'static>(
        self,
        fact: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Fact<T> {
        let fact: Box<dyn Fn(&Session) -> T + Send + Sync> = Box::new(fact);
        Fact::of(move || {
            self.revision.track();
            self.session.with_value(&fact)
        })
    }

    /// A fact about the whole run as far as it is known, that may lag a fifth of a second.
    pub fn watch_slowly<T: PartialEq + Send + Sync + 'static>(
        self,
        fact: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Fact<T> {
        let fact: Box<dyn Fn(&Session) -> T + Send + Sync> = Box::new(fact);
        Fact::of(move || {
            self.slow.track();
            self.session.with_value(&fact)
        })
    }

    /// A fact taken from the shared snapshot.
    pub fn see<T: PartialEq + Send + Sync + 'static>(
        self,
        fact: impl Fn(&Snapshot) -> T + Send + Sync + 'static,
    ) -> Fact<T> {
        let fact: Box<dyn Fn(&Snapshot) -> T + Send + Sync> = Box::new(fact);
        Fact::of(move || self.scene.with(|scene| fact(scene)))
    }

    /// Changes the session, then wakes the views once.
    pub fn change<T>(self, change: impl FnOnce(&mut Session) -> T) -> T {
        let mut answer = None;
        self.session.update_value(|session| answer = Some(change(session)));
        self.wake();
        // The closure above always runs: the session lives as long as its player.
        answer.expect("the session is alive")
    }

    /// Changes the session in a way that the present moment does not show.
    pub(crate) fn quietly(self, change: impl FnOnce(&mut Session)) {
        self.session.update_value(change);
    }

    /// Tells the pulses what the session says.
    pub(crate) fn wake(self) {
        let (revision, now) =
            self.session.with_value(|session| (session.revision(), session.now().0));
        if self.clock.get_untracked() != now {
            self.clock.set(now);
        }
        if self.revision.get_untracked() != revision {
            self.revision.set(revision);
        }
        if self.beat.get_untracked() != revision && self.may_beat() {
            self.beat.set(revision);
        }
    }

    /// Tells the views of the whole run that it has changed.
    pub(crate) fn wake_slowly(self) {
        self.slow.update(|count| *count += 1);
    }

    /// After the text has changed: every view reads it again.
    fn follow_text(self) {
        let text = self.read(|session| session.text().to_owned());
        crate::shell::keep_text(&text);
        if self.text.get_untracked() != text {
            self.text.set(text);
        }
        self.tell_progress();
        self.wake_slowly();
        self.nudge();
    }

    /// Puts another text in place of the one that runs; the moment stays.
    pub fn edit(self, text: &str) {
        self.change(|session| session.edit(text));
        self.follow_text();
    }

    /// Changes the text in a way that is no statement at a moment.
    pub fn rewrite(self, edit: &Edit<'_>) {
        self.change(|session| session.rewrite(edit));
        self.follow_text();
    }

    /// Adds a statement at the present moment.
    pub fn act(self, statement: &str) {
        self.change(|session| session.act(statement));
        self.follow_text();
    }

    /// Takes out of the text what it has planned for later.
    pub fn take_over(self) {
        self.change(Session::take_over);
        self.follow_text();
    }

    /// Gives up what takes long.
    pub fn cancel(self) {
        self.change(Session::cancel);
        self.follow_text();
    }

    /// Takes the last change of the text back.
    pub fn undo(self) {
        self.change(Session::undo);
        self.follow_text();
    }

    /// Makes the change again that was taken back.
    pub fn redo(self) {
        self.change(Session::redo);
        self.follow_text();
    }
}

impl Player {
    /// A fact that depends on the text alone.
    pub fn watch_text<T: PartialEq + Send + Sync + 'static>(
        self,
        fact: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Fact<T> {
        let fact: Box<dyn Fn(&Session) -> T + Send + Sync> = Box::new(fact);
        Fact::of(move || {
            self.text.track();
            self.session.with_value(&fact)
        })
    }

    /// Keeps the run as it is as a branch, and goes on from there.
    pub fn fork(self) {
        self.change(Session::fork);
        self.wake_slowly();
    }

    /// Opens a kept branch; what was open is kept in its place.
    pub fn switch(self, branch: u32) {
        self.change(|session| session.switch(branch));
        self.follow_text();
    }
}

/// The link of a text.
#[must_use]
pub fn link_of(text: &str) -> String {
    shardlab::session::link_of(text)
}

/// The text of a link; of one that is not whole, what can be saved and a sentence about it.
///
/// # Errors
/// When the link is damaged or from a newer version.
pub fn text_of(link: &str) -> Result<String, (String, String)> {
    shardlab::session::text_of(link)
}
