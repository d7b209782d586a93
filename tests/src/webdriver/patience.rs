//! How long to wait for a page: as long as it gets on, because a busy machine only makes it slower.

use std::time::{Duration, Instant};

/// A page that has shown the same for so long will not show anything else. The longest pause of a page
/// that works is that of a worker which waits for a core.
const REST: Duration = Duration::from_secs(30);
/// A page that changes for ever, as one that plays does, is waited for so long.
const TOTAL: Duration = Duration::from_secs(240);
/// So often the page is asked for its state; most waits end before the first time.
const LOOK: Duration = Duration::from_secs(1);

/// One wait for a page.
pub(super) struct Patience {
    began: Instant,
    looked: Instant,
    changed: Instant,
    state: Option<String>,
}

impl Patience {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, looked: now, changed: now, state: None }
    }

    /// Why there is nothing left to wait for, if there is not. Looks at the page now and then.
    pub(super) fn ends(
        &mut self,
        now: Instant,
        look: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        if now.duration_since(self.began) >= TOTAL {
            return Some(format!("the page still changes after {} s", TOTAL.as_secs()));
        }
        if now.duration_since(self.looked) < LOOK {
            return None;
        }
        self.looked = now;
        // No answer is no progress either: the browser may be gone.
        if let Some(state) = look().filter(|state| self.state.as_ref() != Some(state)) {
            self.state = Some(state);
            self.changed = now;
        }
        let rests = now.duration_since(self.changed) >= REST;
        rests.then(|| format!("nothing on the page has changed for {} s", REST.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many seconds a wait ends for a page with that state in each second, and why.
    fn wait(state: impl Fn(u64) -> Option<String>) -> (u64, String) {
        let began = Instant::now();
        let mut patience = Patience::new(began);
        let mut seconds = (0..1_000).filter_map(|second| {
            let now = began + Duration::from_secs(second);
            patience.ends(now, || state(second)).map(|why| (second, why))
        });
        seconds.next().expect("every wait ends")
    }

    #[test]
    fn a_page_that_rests_is_given_up_and_one_that_gets_on_is_not() {
        let (after, why) = wait(|_| Some("the same".to_owned()));
        assert!(after == 31 && why.contains("nothing on the page has changed"), "{after} {why}");
        // A slow one, with a change in 20 seconds, comes to rest after 100.
        let (after, _) = wait(|second| Some((second.min(100) / 20).to_string()));
        assert_eq!(after, 130);
    }

    #[test]
    fn a_page_that_plays_for_ever_or_does_not_answer_is_given_up_too() {
        let (after, why) = wait(|second| Some(second.to_string()));
        assert!(after == 240 && why.contains("still changes"), "{after} {why}");
        assert_eq!(wait(|_| None).0, 30);
    }
}
