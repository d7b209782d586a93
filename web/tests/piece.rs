//! Pieces of a view, in a real browser: what stands is brought up to date, not made anew.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::document;
use shardlab_web::pulse::Var;
use shardlab_web::widgets::piece::rows::{For, ForProps};
use shardlab_web::widgets::piece::{IntoPiece, Mark, Piece, mount};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

/// Puts a piece on the page, in an element with an id.
fn show(id: &'static str, piece: impl FnOnce() -> Piece + 'static) -> Element {
    leptos::mount::mount_to_body(move || {
        mount(Mark::new("p", &[]).attribute("id", id).child(piece()).done());
    });
    document().get_element_by_id(id).expect("it has been put there")
}

/// The words of each element in another.
fn words(place: &Element) -> Vec<String> {
    let children = place.children();
    (0..children.length()).filter_map(|index| children.item(index)?.text_content()).collect()
}

fn rows(list: Var<Vec<u32>>) -> Piece {
    let row = |number: u32| Mark::new("i", &[]).child(number.to_string().into_piece()).done();
    For(ForProps::builder().each(move || list.get()).key(|number| *number).children(row).build())
}

#[wasm_bindgen_test]
async fn a_row_whose_key_stays_keeps_its_node() {
    let list = Var::new(vec![1, 2, 3, 4]);
    let place = show("rows", move || rows(list));
    assert_eq!(words(&place), ["1", "2", "3", "4"]);
    let two = place.children().item(1).expect("four rows");
    for wanted in [vec![4, 2, 5], vec![5, 1, 2, 4], vec![], vec![7], vec![9, 8, 7, 6]] {
        list.set(wanted.clone());
        leptos::task::tick().await;
        let expected: Vec<String> = wanted.iter().map(u32::to_string).collect();
        assert_eq!(words(&place), expected);
        if let Some(at) = wanted.iter().position(|number| *number == 2) {
            assert_eq!(place.children().item(at as u32).expect("a row"), two);
        }
    }
}

#[wasm_bindgen_test]
async fn a_class_of_its_own_stays_when_the_others_change() {
    let count = Var::new(1_u32);
    let live = move || {
        let classes = if count.get() > 1 { "line wrong" } else { "line" };
        let mark = Mark::new("i", &[]).class("before", true).attribute("class", classes);
        mark.class("after", true).done()
    };
    let place = show("classes", move || live.into_piece());
    let mark = place.first_element_child().expect("one element");
    for (now, wanted) in
        [(1, "before line after"), (2, "before after line wrong"), (1, "before after line")]
    {
        count.set(now);
        leptos::task::tick().await;
        assert_eq!(place.first_element_child().as_ref(), Some(&mark));
        assert_eq!(mark.class_name(), wanted);
    }
}

#[wasm_bindgen_test]
async fn what_changes_its_words_stays_and_what_changes_its_shape_does_not() {
    let count = Var::new(1_u32);
    let live = move || {
        let tag = if count.get() > 9 { "b" } else { "i" };
        let odd = count.get() % 2 == 1;
        Mark::new(tag, &[("lang", "en")])
            .attribute("title", odd.then_some("odd"))
            .class("even", !odd)
            .child(format!("{} times", count.get()).into_piece())
            .done()
    };
    let place = show("live", move || live.into_piece());
    let first = place.first_element_child().expect("one element");
    assert_eq!(first.get_attribute("title").as_deref(), Some("odd"));
    assert!(!first.class_list().contains("even"));
    count.set(2);
    leptos::task::tick().await;
    assert_eq!(place.first_element_child().as_ref(), Some(&first));
    assert_eq!(words(&place), ["2 times"]);
    assert_eq!(first.get_attribute("title"), None);
    assert!(first.class_list().contains("even"));
    count.update(|count| *count = 10);
    leptos::task::tick().await;
    let other = place.first_element_child().expect("one element");
    assert_eq!((other.tag_name().as_str(), words(&place)), ("B", vec!["10 times".to_owned()]));
    assert_eq!(place.child_element_count(), 1);
}
