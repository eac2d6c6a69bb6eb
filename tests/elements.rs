//! What views are made of, in a real browser: elements follow signals, lists keep their elements, and what is gone stays
//! gone.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::tick;
use managed_agents_playground::ui::kit::{El, Item, dynamic, el, keyed, when};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, Node};

wasm_bindgen_test_configure!(run_in_browser);

/// Mounts a view for good and returns the place that it is in.
fn mounted(view: impl FnOnce() -> El + 'static) -> HtmlElement {
    let document = web_sys::window().and_then(|w| w.document()).expect("a document");
    let place: HtmlElement = document
        .create_element("div")
        .expect("an element")
        .unchecked_into();
    document
        .body()
        .expect("a body")
        .append_child(&place)
        .expect("attached");
    mount_to(place.clone(), move || view().nodes()).forget();
    place
}

fn text(node: &Node) -> String {
    node.text_content().unwrap_or_default()
}

fn first(place: &HtmlElement, selector: &str) -> Element {
    place
        .query_selector(selector)
        .expect("a selector")
        .expect("an element")
}

#[wasm_bindgen_test]
async fn attributes_text_and_values_follow_their_signals() {
    let count = RwSignal::new(0usize);
    let place = mounted(move || {
        el("p.hint.small")
            .attr("role", "note")
            .bind("data-count", move || count.get())
            .bind("data-odd", move || (count.get() % 2 == 1).then_some("yes"))
            .flag("hidden", move || count.get() > 1)
            .class_if("many", move || count.get() > 1)
            .with(("Seen ", move || count.get().to_string(), " times"))
    });
    let note = first(&place, "p.hint.small[role=note]");
    assert_eq!(text(&note), "Seen 0 times");
    assert_eq!(note.get_attribute("data-odd"), None);
    count.set(1);
    tick().await;
    assert_eq!(text(&note), "Seen 1 times");
    assert_eq!(note.get_attribute("data-odd").as_deref(), Some("yes"));
    assert!(!note.has_attribute("hidden") && note.class_name() == "hint small");
    count.set(2);
    tick().await;
    assert_eq!(note.get_attribute("data-count").as_deref(), Some("2"));
    assert_eq!(note.get_attribute("data-odd"), None);
    assert!(note.has_attribute("hidden") && note.class_name() == "hint small many");
}

#[wasm_bindgen_test]
async fn text_is_text() {
    let typed = RwSignal::new("<b>bold</b>".to_owned());
    let place = mounted(move || el("p").with(("<i>", move || typed.get())));
    assert_eq!(text(&place), "<i><b>bold</b>");
    assert_eq!(first(&place, "p").child_element_count(), 0);
}

#[wasm_bindgen_test]
async fn a_part_that_is_made_anew_leaves_nothing_of_the_old_one() {
    let outer = RwSignal::new(1);
    let inner = RwSignal::new(true);
    let gone = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&gone);
    let place = mounted(move || {
        el("div.frame").with((
            "before ",
            dynamic(move || {
                let number = outer.get();
                let log = StoredValue::new_local(Rc::clone(&log));
                on_cleanup(move || {
                    log.try_with_value(|log| log.borrow_mut().push(number));
                });
                // A part in a part, directly side by side with text: both are replaced whole.
                (
                    number.to_string(),
                    when(move || inner.get(), || (el("i").with("!"), "?")),
                )
            }),
            " after",
        ))
    });
    assert_eq!(text(&place), "before 1!? after");
    inner.set(false);
    tick().await;
    assert_eq!(text(&place), "before 1 after");
    inner.set(true);
    tick().await;
    outer.set(2);
    tick().await;
    assert_eq!(text(&place), "before 2!? after");
    assert_eq!(*gone.borrow(), [1]);
    // The old inner part must not write any more.
    inner.set(false);
    tick().await;
    assert_eq!(text(&place), "before 2 after");
}

#[wasm_bindgen_test]
async fn a_condition_that_keeps_its_value_keeps_the_element() {
    let count = RwSignal::new(1);
    let place = mounted(move || el("div").with(when(move || count.get() > 0, || el("input"))));
    let field = first(&place, "input");
    count.set(2);
    tick().await;
    assert!(first(&place, "input").is_same_node(Some(&field)));
    count.set(0);
    tick().await;
    assert!(!field.is_connected());
}

#[wasm_bindgen_test]
async fn a_list_keeps_moves_adds_and_removes_by_key() {
    let keys = RwSignal::new(vec!["a", "b", "c"]);
    let suffix = RwSignal::new("");
    let made = Rc::new(RefCell::new(String::new()));
    let gone = Rc::new(RefCell::new(String::new()));
    let (made_log, gone_log) = (Rc::clone(&made), Rc::clone(&gone));
    let place = mounted(move || {
        el("ul").with((
            el("li.head").with("head"),
            keyed(move || {
                let item = |key: &'static str| {
                    let (made, gone) = (Rc::clone(&made_log), Rc::clone(&gone_log));
                    Item::new(key.to_owned(), move || {
                        made.borrow_mut().push_str(key);
                        let gone = StoredValue::new_local(gone);
                        on_cleanup(move || {
                            gone.try_with_value(|gone| gone.borrow_mut().push_str(key));
                        });
                        el("li").attr("id", key).with((key, move || suffix.get()))
                    })
                };
                keys.get().into_iter().map(item).collect()
            }),
            el("li.foot").with("foot"),
        ))
    });
    let shown = || {
        let head = first(&place, "li");
        let items = std::iter::successors(Some(head), Element::next_element_sibling);
        items.map(|item| text(&item)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(), "head a b c foot");
    let b = first(&place, "#b");
    for (next, wanted) in [
        (vec!["b", "c", "d"], "head b c d foot"),
        (vec!["d", "x", "b", "c"], "head d x b c foot"),
        (vec!["c", "b", "x", "d"], "head c b x d foot"),
        (vec!["b"], "head b foot"),
    ] {
        keys.set(next);
        tick().await;
        assert_eq!(shown(), wanted);
        assert!(first(&place, "#b").is_same_node(Some(&b)), "{wanted}");
    }
    assert_eq!(*made.borrow(), "abcdx");
    let mut left: Vec<char> = gone.borrow().chars().collect();
    left.sort_unstable();
    assert_eq!(left, ['a', 'c', 'd', 'x']);
    suffix.set("!");
    tick().await;
    assert_eq!(shown(), "head b! foot");
    keys.set(vec![]);
    tick().await;
    assert_eq!(shown(), "head foot");
    keys.set(vec!["b"]);
    tick().await;
    assert_eq!(shown(), "head b! foot");
    assert!(!first(&place, "#b").is_same_node(Some(&b)));
}

#[wasm_bindgen_test]
async fn a_field_shows_and_takes_over_its_text() {
    let value = RwSignal::new("one".to_owned());
    let submitted = RwSignal::new(0);
    let place = mounted(move || {
        el("form").on_submit(move || submitted.update(|n| *n += 1)).with(
            el("textarea")
                .value(move || value.get())
                .on_value("input", move |text| value.set(text)),
        )
    });
    let field: web_sys::HtmlTextAreaElement = first(&place, "textarea").unchecked_into();
    assert_eq!(field.value(), "one");
    field.set_value("two");
    field
        .dispatch_event(&web_sys::Event::new("input").expect("an event"))
        .expect("dispatched");
    assert_eq!(value.get_untracked(), "two");
    value.set("three".to_owned());
    tick().await;
    assert_eq!(field.value(), "three");
    let submit = web_sys::Event::new("submit").expect("an event");
    first(&place, "form").dispatch_event(&submit).expect("dispatched");
    assert_eq!(submitted.get_untracked(), 1);
}
