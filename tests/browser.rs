//! The browser behind the app: storage, timers, frames, listeners and tasks, in a real browser.
#![cfg(target_arch = "wasm32")]

use std::cell::Cell;
use std::rc::Rc;

use managed_agents_playground::platform::alarm::Alarm;
use managed_agents_playground::platform::clock;
use managed_agents_playground::platform::frame::FrameTask;
use managed_agents_playground::platform::listener::Listener;
use managed_agents_playground::platform::task::Task;
use managed_agents_playground::platform::timer::{Timer, sleep};
use managed_agents_playground::platform::{intl, storage};
use managed_agents_playground::state::connection::{self, Link, Streaming};
use playground_core::api::{BaseUrl, Connection, Credential, WorkspaceId};
use playground_core::protocol::Timestamp;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const KEY: &str = "sk-ant-api03-browser-test";

fn link(base: &str, key: &str) -> Link {
    let base = BaseUrl::parse(base).expect("a base URL");
    let credential = Credential::parse(key).expect("a credential");
    let connection = Connection::new(base, credential, WorkspaceId::parse("wrkspc_1").expect("valid"));
    Link {
        connection,
        streaming: Streaming::Fetch,
        is_demo: false,
    }
}

fn window() -> web_sys::Window {
    web_sys::window().expect("a window")
}

#[wasm_bindgen_test]
fn a_connection_survives_a_reload_and_not_a_disconnect() {
    let link = link("https://api.example.com", KEY);
    connection::store(&link);
    assert_eq!(connection::restore(), Some(link));
    connection::forget();
    assert_eq!(connection::restore(), None);
    let session = window().session_storage().expect("allowed").expect("there");
    for i in 0..session.length().expect("a length") {
        let name = session.key(i).expect("allowed").expect("there");
        let value = session.get_item(&name).expect("allowed").unwrap_or_default();
        assert!(!value.contains(KEY), "{name} still holds the key");
    }
}

#[wasm_bindgen_test]
fn a_stored_key_is_not_used_for_an_address_that_was_changed_behind_its_back() {
    connection::store(&link("https://api.example.com", KEY));
    let stored = storage::get("playground.connection").expect("stored");
    let changed = stored.replacen("https://api.example.com", "https://evil.example.com", 1);
    storage::set("playground.connection", &changed);
    assert_eq!(connection::restore(), None);
    connection::forget();
}

#[wasm_bindgen_test]
fn the_key_never_enters_the_local_storage_or_the_page() {
    connection::store(&link("https://api.example.com", KEY));
    let local = window().local_storage().expect("allowed").expect("there");
    assert_eq!(local.length(), Ok(0));
    let page = window()
        .document()
        .and_then(|d| d.document_element())
        .expect("a document")
        .outer_html();
    assert!(!page.contains(KEY));
    connection::forget();
}

#[wasm_bindgen_test]
async fn a_dropped_timer_does_not_fire() {
    let fired = Rc::new(Cell::new(0));
    let count = Rc::clone(&fired);
    let kept = Timer::after(1.0, move || count.set(count.get() + 1));
    let count = Rc::clone(&fired);
    drop(Timer::after(1.0, move || count.set(count.get() + 100)));
    sleep(30.0).await;
    drop(kept);
    assert_eq!(fired.get(), 1);
}

#[wasm_bindgen_test]
async fn an_alarm_rings_once_at_the_time_it_was_last_set_to_and_may_be_set_again_meanwhile() {
    let rings = Rc::new(Cell::new(0));
    let alarm = Rc::new(Alarm::default());
    let count = |by: u32| {
        let rings = Rc::clone(&rings);
        move || rings.set(rings.get() + by)
    };
    let soon = || Some(clock::now_ms() + 5.0);
    alarm.set(soon(), count(100));
    alarm.set(Some(clock::now_ms() + 6.0), count(100));
    let (inner, last) = (Rc::clone(&alarm), count(1));
    let first = count(10);
    alarm.set(Some(clock::now_ms() + 7.0), move || {
        first();
        assert!(!inner.is_set());
        inner.set(Some(clock::now_ms() + 1.0), last);
    });
    while rings.get() != 11 {
        sleep(5.0).await;
    }
    assert!(!alarm.is_set());

    alarm.set(soon(), count(100));
    alarm.stop();
    let dropped = Alarm::default();
    dropped.set(soon(), count(100));
    drop(dropped);
    let other = Alarm::default();
    other.set(Some(clock::now_ms() + 20.0), count(1_000));
    while other.is_set() {
        sleep(5.0).await;
    }
    assert_eq!(rings.get(), 1_011, "what was given up does not ring");
}

#[wasm_bindgen_test]
async fn a_frame_task_runs_once_for_many_requests_and_again_later() {
    let runs = Rc::new(Cell::new(0));
    let count = Rc::clone(&runs);
    let task = FrameTask::new(move || count.set(count.get() + 1));
    for _ in 0..100 {
        task.request();
    }
    assert_eq!(runs.get(), 0, "nothing runs while the requests are made");
    while runs.get() == 0 {
        sleep(5.0).await;
    }
    task.request();
    while runs.get() == 1 {
        sleep(5.0).await;
    }
    sleep(50.0).await;
    assert_eq!(runs.get(), 2);
}

#[wasm_bindgen_test]
fn a_dropped_listener_hears_nothing() {
    let heard = Rc::new(Cell::new(0));
    let count = Rc::clone(&heard);
    let listener = Listener::on_window("playground-test", move |_| count.set(count.get() + 1));
    let event = web_sys::Event::new("playground-test").expect("an event");
    window().dispatch_event(&event).expect("dispatched");
    drop(listener);
    window().dispatch_event(&event).expect("dispatched");
    assert_eq!(heard.get(), 1);
}

#[wasm_bindgen_test]
async fn a_dropped_task_does_not_go_on() {
    let steps = Rc::new(Cell::new(0));
    let count = Rc::clone(&steps);
    let task = Task::spawn(async move {
        count.set(1);
        sleep(5.0).await;
        count.set(2);
    });
    sleep(0.0).await;
    drop(task);
    sleep(40.0).await;
    assert_eq!(steps.get(), 1);
}

#[wasm_bindgen_test]
fn times_are_told_in_words() {
    let now = Timestamp::from_micros(1_763_900_000_000_000);
    let earlier = Timestamp::from_micros(now.micros() - 300_000_000);
    assert_eq!(intl::ago(earlier, now), "5 minutes ago");
    assert_eq!(intl::duration(340.4), "340 ms");
    assert_eq!(intl::duration(2_440.0), "2.4 s");
    assert_eq!(intl::duration(185_000.0), "3 min 5 s");
}
