//! Objects bent in any way: no panic, everything stays visible, and the order of delivery does not matter.

use std::collections::HashSet;

use playground_core::protocol::{
    Agent, Created, Credential, Element, Environment, Event, FromAnswer, FromElement, Kept, Listed, Page,
    Session, SessionSummary, SessionThread, Vault,
};
use playground_core::session::{Query, Row, Search, Timeline, View, words};
use proptest::prelude::*;
use serde_json::Value;

use super::bend::{Bend, Chance};
use super::times::{delivered, step};

const LOGS: [&str; 4] = [
    include_str!("../../../../tests/fixtures/events/every_event_type.json"),
    include_str!("../../../../tests/fixtures/transcripts/simple.json"),
    include_str!("../../../../tests/fixtures/transcripts/confirmation.json"),
    include_str!("../../../../tests/fixtures/transcripts/multiagent.json"),
];

const OBJECTS: [&str; 6] = [
    include_str!("../../../../tests/fixtures/objects/agents.json"),
    include_str!("../../../../tests/fixtures/objects/credentials.json"),
    include_str!("../../../../tests/fixtures/objects/environments.json"),
    include_str!("../../../../tests/fixtures/objects/sessions.json"),
    include_str!("../../../../tests/fixtures/objects/threads.json"),
    include_str!("../../../../tests/fixtures/objects/vaults.json"),
];

/// A sequence of numbers by its seed.
struct Numbers(u64);

impl Chance for Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

fn elements(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

/// A part of a log, every object bent, as the texts of the elements of its page. Events that only streams have are left out,
/// and those that were bent to the id of another: two events of one id are one.
fn bent_log(which: usize, from: usize, bend: Bend, chance: &mut Numbers) -> Vec<String> {
    let log = elements(LOGS[which]);
    let stored = log.iter().filter(|event| event.get("id").is_some());
    let part = stored.skip(from % (log.len() - 10)).take(24);
    let mut texts: Vec<String> = part.map(|event| bend.text(event, chance)).collect();
    let mut ids = HashSet::new();
    texts.retain(|text| match page_of(std::slice::from_ref(text)).data[0].id() {
        Some(id) => ids.insert(id.to_string()),
        None => true,
    });
    texts
}

fn page_of(texts: &[String]) -> Page<Event> {
    let body = format!(r#"{{"data":[{}],"next_page":null}}"#, texts.join(","));
    Page::from_answer(&body).unwrap_or_else(|| panic!("no page: {body}"))
}

fn bend() -> impl Strategy<Value = (Bend, u64)> {
    let bend = (
        prop_oneof![Just(2usize), Just(4), Just(10), Just(30)],
        any::<bool>(),
    );
    (
        bend.prop_map(|(one_of, is_json)| Bend {
            one_of,
            is_json,
            is_object: false,
        }),
        any::<u64>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn every_bent_event_stays_visible(which in 0..LOGS.len(), from in 0..200usize, (bend, seed) in bend()) {
        let texts = bent_log(which, from, bend, &mut Numbers(seed));
        let page = page_of(&texts);
        prop_assert_eq!(page.data.len(), texts.len());
        for (event, text) in page.data.iter().zip(&texts) {
            // An event may also come as a text that has its JSON.
            let inside = serde_json::from_str::<String>(text);
            prop_assert!(event.raw() == text || inside.is_ok_and(|inside| event.raw() == inside), "{}", text);
        }

        let mut timeline = Timeline::default();
        timeline.page(page.data.clone(), false);
        timeline.commit();
        prop_assert_eq!(timeline.event_count(), texts.len());
        let slots = |view| timeline.rows(view).iter().map(|row| match row {
            Row::Event(slot) => slot,
            other => panic!("{other:?}"),
        }).collect::<Vec<_>>();
        prop_assert_eq!(slots(View::Events).len(), texts.len());
        for slot in slots(View::Events) {
            let event = timeline.log().event(slot);
            let words = words::describe(event);
            prop_assert!(!words.label.trim().is_empty());
            for reader in ["expected", "missing", "line 1", "unexpected form"] {
                let own = event.raw().contains(reader);
                prop_assert!(own || !words.detail.contains(reader), "{} for {}", words.detail, event.raw());
            }
            serde_json::to_string(&event.body()).unwrap();
            serde_json::to_string(event).unwrap();
            if !event.is_readable() {
                prop_assert_eq!(timeline.row_showing(View::Transcript, slot), Some(Row::Event(slot)));
            }
        }
        // What the transcript leaves out it leaves out by type, or shows with its call or its neighbours.
        let mut shown: Vec<u32> = slots(View::Transcript).into_iter().flat_map(|slot| timeline.run(slot)).collect();
        shown.sort_unstable();
        shown.dedup();
        for slot in 0..texts.len() as u32 {
            if timeline.row_showing(View::Transcript, slot) == Some(Row::Event(slot)) {
                prop_assert!(shown.contains(&slot));
            }
        }
        for slot in timeline.waiting_calls() {
            let id = timeline.log().event(slot).id().unwrap();
            prop_assert_eq!(timeline.call_links(id).call, Some(slot));
        }
        let mut search = Search::new(Query::new("odd").unwrap(), View::Transcript);
        prop_assert!(search.look(&timeline, || true));
    }

    #[test]
    fn any_delivery_of_a_bent_log_ends_like_reading_it_once(
        which in 0..LOGS.len(),
        from in 0..200usize,
        (bend, seed) in bend(),
        steps in prop::collection::vec(step(), 0..8),
        page in 1..10usize,
        newest_first in any::<bool>(),
    ) {
        let log = page_of(&bent_log(which, from, bend, &mut Numbers(seed))).data;
        delivered(&log, &steps, page, newest_first)?;
    }

    #[test]
    fn bent_objects_are_read_or_kept(which in 0..OBJECTS.len(), (bend, seed) in bend()) {
        let mut chance = Numbers(seed);
        let objects = elements(OBJECTS[which]);
        let texts: Vec<String> = objects.iter().map(|object| bend.text(object, &mut chance)).collect();
        let body = format!(r#"{{"data":[{}],"next_page":"p"}}"#, texts.join(","));
        let page = Page::<Element<Kept<Listed>>>::from_answer(&body).unwrap();
        prop_assert_eq!(page.data.len(), texts.len());
        prop_assert_eq!(page.next_page.as_deref(), Some("p"));
        for (element, text) in page.data.iter().zip(&texts) {
            match element {
                Element::Object(object) => prop_assert_eq!(object.raw(), text),
                Element::Unreadable(unreadable) => prop_assert_eq!(&*unreadable.raw, text.as_str()),
            }
        }
        for (text, object) in texts.iter().zip(&objects) {
            let _ = Element::<Kept<SessionSummary>>::from_element(text);
            let _ = Kept::<SessionSummary>::from_answer(text);
            let _ = serde_json::from_str::<Session>(text);
            let _ = serde_json::from_str::<Agent>(text);
            let _ = serde_json::from_str::<Environment>(text);
            let _ = serde_json::from_str::<Vault>(text);
            let _ = serde_json::from_str::<Credential>(text);
            let _ = serde_json::from_str::<SessionThread>(text);
            let text = Bend { is_object: true, ..bend }.text(object, &mut chance);
            let created = Created::from_answer(&text);
            prop_assert!(created.is_some_and(|created| object["id"] == created.id.as_str()), "{}", text);
        }
    }

    #[test]
    fn an_object_of_a_list_is_an_entry_with_its_id_whatever_else_it_says(which in 0..OBJECTS.len(), (bend, seed) in bend()) {
        let mut chance = Numbers(seed);
        let bend = Bend { is_object: true, ..bend };
        for object in elements(OBJECTS[which]) {
            let text = bend.text(&object, &mut chance);
            let id = match Element::<Kept<SessionSummary>>::from_element(&text) {
                Element::Object(session) => session.id.clone(),
                Element::Unreadable(unreadable) => unreadable.id.unwrap_or_default().into(),
            };
            prop_assert_eq!(Value::from(id), object["id"].clone(), "{}", text);
        }
    }
}
