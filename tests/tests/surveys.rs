//! What a screen is told of keys on paper is the same, whether the run was worked out in steps or at once.

use shardlab::session::{Session, Time};
use shardlab::tenant::paper::screen::{dots, survey_of};

const TEXT: &str = "place a: jump, 4 nodes\nplace b: ring, 4 nodes\nload a: 60000 keys \"{n}\"\n\
                    load b: 60000 keys \"u{n}\"\nat 1s join n5\n";

#[test]
fn a_survey_that_is_made_in_steps_tells_what_one_made_at_once_tells() {
    let mut whole = Session::open(TEXT);
    while !whole.compute(1_000) {}
    whole.seek(Time(2_000_000));
    let mut steps = Session::open_in_steps(TEXT);
    steps.seek(Time(2_000_000));
    while steps.is_underway() {
        steps.compute(1_000);
    }
    while !steps.compute(1_000) {}
    for at in [0, 1] {
        let (one, other) = (survey_of(steps.site(at)), survey_of(whole.site(at)));
        assert!(one.as_ref().is_some_and(|it| it.keys == 60_000 && it.nodes.len() == 5));
        assert_eq!(one, other);
        assert_eq!(dots(steps.site(at), 1_000), dots(whole.site(at), 1_000));
    }
    // An edit takes over what it leaves as it was.
    steps.edit(&TEXT.replace("at 1s join n5\n", "at 1s join n5\nat 2s join n6\n"));
    while !steps.compute(1_000) {}
    assert!(survey_of(steps.site(0)).is_some_and(|it| it.nodes.len() == 6));
}
