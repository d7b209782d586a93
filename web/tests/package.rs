//! The engine as a JavaScript package, called in a real browser.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Reflect};
use shardlab_web::api;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const TEXT: &str = "\
title    A small ring
seed     7
end      2s
ring     3 nodes, 16 vnodes, 2 replicas
load     100 keys \"user:{n}\"
at 1s    crash n2
expect   lost = 0
";

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).expect("an object has fields")
}

fn word(value: &JsValue, name: &str) -> String {
    field(value, name).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn a_text_becomes_a_report() {
    let report = api::run(&TEXT.into()).expect("a report");
    assert_eq!(word(&report, "title"), "A small ring");
    assert_eq!(field(&report, "ok").as_bool(), Some(true));
    assert!(field(&report, "events").as_f64().is_some_and(|count| count > 10.0));
    let verdicts = Array::from(&field(&report, "verdicts"));
    assert_eq!(verdicts.length(), 1);
    assert!(word(&verdicts.get(0), "text").contains("lost = 0"));
    assert!(Array::from(&field(&report, "metrics")).length() > 0);
}

#[wasm_bindgen_test]
fn the_same_text_gives_the_same_trace_and_another_seed_another() {
    let hash = |text: &str| word(&api::run(&text.into()).expect("a report"), "hash");
    assert_eq!(hash(TEXT), hash(TEXT));
    assert_eq!(hash(TEXT).len(), 16);
    assert_ne!(hash(TEXT), hash(&TEXT.replace("seed     7", "seed     8")));
}

#[wasm_bindgen_test]
fn a_wrong_word_is_told_with_its_place_and_what_was_meant() {
    let parsed = api::parse(&"title x\nring 3 nodes\nat 1s crush n1\n".into()).expect("an answer");
    let problems = Array::from(&field(&parsed, "diagnostics"));
    assert_eq!(problems.length(), 1);
    let problem = problems.get(0);
    assert_eq!(field(&problem, "line").as_f64(), Some(3.0));
    assert_eq!(word(&problem, "suggestion"), "crash");
}

#[wasm_bindgen_test]
fn a_sweep_tells_of_every_seed() {
    let seeds = Array::from(&api::sweep(&TEXT.into(), 1.0, 6.0).expect("reports"));
    assert_eq!(seeds.length(), 5);
    let numbers: Vec<f64> = seeds.iter().filter_map(|seed| field(&seed, "seed").as_f64()).collect();
    assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[wasm_bindgen_test]
fn what_is_no_text_or_no_seed_is_refused_and_the_engine_goes_on() {
    for wrong in [JsValue::UNDEFINED, JsValue::from_f64(5.0), JsValue::from(Array::new())] {
        let refused = api::run(&wrong).and(api::parse(&wrong)).and(api::sweep(&wrong, 0.0, 1.0));
        assert!(refused.is_err_and(|told| told.is_instance_of::<js_sys::TypeError>()));
    }
    for (from, to) in [(5.0, 1.0), (-1.0, 2.0), (0.0, f64::NAN), (0.5, 2.0), (0.0, 1e9)] {
        let refused = api::sweep(&TEXT.into(), from, to);
        assert!(
            refused.is_err_and(|told| told.is_instance_of::<js_sys::RangeError>()),
            "{from}..{to}"
        );
    }
    let report = api::run(&"rng 3 nodes".into()).expect("a report");
    assert_eq!(field(&report, "ok").as_bool(), Some(false), "what was not understood is not well");
}
