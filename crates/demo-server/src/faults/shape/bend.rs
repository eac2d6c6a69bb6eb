//! A server that bends every object: what happens to a field depends only on the seed, the object's id and the field's
//! place in it, so an event is bent in the same way in the stream, in the history and after a restart.

use serde::{Deserialize, Serialize};

use super::loose::Loose;
use crate::wire::ids::Rng;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bend {
    /// The share of fields and elements that are bent.
    pub(crate) rate: f64,
    pub(crate) seed: u64,
    /// Names of fields that stay, besides `id`.
    pub(crate) keep: Vec<String>,
    /// Bend `data` and `next_page` of pages and the elements as such, too.
    pub(crate) envelope: bool,
}

impl Default for Bend {
    fn default() -> Self {
        Self {
            rate: 0.05,
            seed: 0,
            keep: Vec::new(),
            envelope: false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Stays,
    Missing,
    Null,
    OtherType,
    Doubled,
}

const FATES: [Fate; 4] = [Fate::Missing, Fate::Null, Fate::OtherType, Fate::Doubled];

/// Where a value stands: a hash of the seed, the id of the nearest object that has one, and the way from there.
#[derive(Clone, Copy)]
struct Place(u64);

impl Place {
    fn step(self, name: &[u8]) -> Self {
        // FNV-1a, with a separator between the steps.
        let hash = name.iter().chain([&0xFF]).fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Self(hash)
    }

    fn rng(self) -> Rng {
        Rng::new(self.0)
    }
}

impl Bend {
    /// Bends a whole answer or frame.
    pub(super) fn apply(&self, root: &mut Loose) {
        let start = Place(0xCBF2_9CE4_8422_2325 ^ self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        if let (false, Some(Loose::List(_))) = (self.envelope, root.get("data")) {
            self.page(root, start);
            return;
        }
        // What has no id is told apart by its text.
        let start = if root.text_at("id").is_none() {
            start.step(&root.written())
        } else {
            start
        };
        self.inside(root, start);
    }

    /// The elements of a page, but not the page.
    fn page(&self, page: &mut Loose, place: Place) {
        for element in page.list_mut("data").into_iter().flatten() {
            let place = match element.text_at("id") {
                None => place.step(&element.written()),
                Some(_) => place,
            };
            self.inside(element, place);
        }
    }

    /// The fields of an object or the elements of a list.
    fn inside(&self, value: &mut Loose, place: Place) {
        match value {
            Loose::Raw(_) => {}
            Loose::List(items) => {
                let mut bent = Vec::with_capacity(items.len());
                for (n, mut item) in std::mem::take(items).into_iter().enumerate() {
                    let place = place.step(n.to_string().as_bytes());
                    self.inside(&mut item, place);
                    self.end(item, place, |item| bent.push(item));
                }
                *items = bent;
            }
            Loose::Object(_) => {
                let place = match value.text_at("id") {
                    Some(id) => Place(self.seed).step(id.as_bytes()),
                    None => place,
                };
                let Loose::Object(entries) = value else { return };
                let mut bent = Vec::with_capacity(entries.len());
                for (name, mut value) in std::mem::take(entries) {
                    let place = place.step(name.as_bytes());
                    if name == "id" || self.keep.contains(&name) {
                        bent.push((name, value));
                        continue;
                    }
                    self.inside(&mut value, place);
                    self.end(value, place, |value| bent.push((name.clone(), value)));
                }
                *entries = bent;
            }
        }
    }

    /// What is left of a value.
    fn end(&self, value: Loose, place: Place, mut put: impl FnMut(Loose)) {
        let mut rng = place.rng();
        let fate = if rng.fraction() < self.rate {
            rng.pick(&FATES)
        } else {
            Fate::Stays
        };
        match fate {
            Fate::Stays => put(value),
            Fate::Missing => {}
            Fate::Null => put(Loose::null()),
            Fate::OtherType => put(other_type(value, &mut rng)),
            Fate::Doubled => {
                let second = match rng.below(3) {
                    0 => Loose::null(),
                    1 => other_type(value.clone(), &mut rng),
                    _ => value.clone(),
                };
                put(value);
                put(second);
            }
        }
    }
}

/// The same or something else as a value of another type.
fn other_type(value: Loose, rng: &mut Rng) -> Loose {
    let text = String::from_utf8_lossy(&value.written()).into_owned();
    let raw = |text: &str| Loose::Raw(text.to_owned());
    let wrapped = |value: Loose| Loose::Object(vec![("value".to_owned(), value)]);
    let is_text = value.as_text().is_some();
    match (rng.below(4), value) {
        (0, Loose::Raw(_)) if is_text => raw("42"),
        (0, _) => Loose::text(&text),
        (1, Loose::List(mut items)) if !items.is_empty() => items.swap_remove(0),
        (1, Loose::List(_)) => raw("true"),
        (1, other) => Loose::List(vec![other]),
        (2, Loose::Object(_)) => raw("-1.5"),
        (2, other) => wrapped(other),
        (_, Loose::Raw(text)) if text == "true" => raw("0"),
        (_, _) => raw("true"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(n: u64) -> Value {
        json!({
            "id": format!("sevt_{n}"), "type": "agent.message", "content": [{"type": "text", "text": "hello"}, {"n": n}],
            "processed_at": "2026-11-18T09:14:03Z", "usage": {"input": 5, "nested": {"a": true, "b": null}},
        })
    }

    fn bent(bend: &Bend, value: &Value) -> String {
        let mut loose = Loose::of(value);
        bend.apply(&mut loose);
        String::from_utf8(loose.written()).unwrap()
    }

    fn with(seed: u64, rate: f64) -> Bend {
        Bend {
            seed,
            rate,
            ..Bend::default()
        }
    }

    #[test]
    fn a_seed_bends_an_event_in_the_same_way_wherever_it_comes() {
        let bend = with(3, 0.3);
        let alone: Vec<String> = (0..20).map(|n| bent(&bend, &event(n))).collect();
        let page = json!({"data": (0..20).map(event).collect::<Vec<_>>(), "next_page": "page_1"});
        assert_eq!(
            bent(&bend, &page),
            format!(r#"{{"data":[{}],"next_page":"page_1"}}"#, alone.join(","))
        );
        let others: Vec<String> = (0..20).map(|n| bent(&with(4, 0.3), &event(n))).collect();
        assert_ne!(alone, others);
        // A field that changes does not change what happens to the others.
        let mut later = event(1);
        later["usage"]["input"] = json!(6);
        assert_eq!(bent(&bend, &later).replace('6', "5"), alone[1].replace('6', "5"));
    }

    #[test]
    fn ids_and_what_is_to_be_kept_stay_and_the_rate_is_kept() {
        let bend = Bend {
            keep: vec!["type".to_owned()],
            ..with(1, 1.0)
        };
        for n in 0..50 {
            let text = bent(&bend, &event(n));
            assert!(text.contains(&format!(r#""id":"sevt_{n}""#)), "{text}");
            assert!(text.contains(r#""type":"agent.message""#), "{text}");
        }
        let changed = |rate| {
            let different =
                (0..200).filter(|n| bent(&with(5, rate), &event(*n)) != Loose::of(&event(*n)).to_text());
            different.count()
        };
        assert_eq!((changed(0.0), changed(1.0)), (0, 200));
        // Twelve fields and elements: about a half of the events.
        assert!((60..150).contains(&changed(0.05)), "{}", changed(0.05));
    }

    #[test]
    fn every_kind_of_bending_occurs() {
        let page = json!({"data": (0..300).map(event).collect::<Vec<_>>()});
        let text = bent(&with(9, 0.2), &page);
        for kind in [
            r#""processed_at":null"#,
            r#""processed_at":["2026"#,
            r#""content":"[{"#,
            r#""type":42"#,
            r#""type":"agent.message","type":"agent.message""#,
            r#""usage":true"#,
        ] {
            assert!(text.contains(kind), "{kind}");
        }
        let mut read = Loose::read(text.as_bytes()).unwrap();
        let elements = read.list_mut("data").unwrap();
        assert_eq!(elements.len(), 300);
        assert!(
            elements
                .iter()
                .any(|element| element.get("processed_at").is_none())
        );
        let page = json!({"data": [event(1)], "next_page": null});
        let has_data = |seed| {
            let bend = Bend {
                envelope: true,
                ..with(seed, 0.5)
            };
            bent(&bend, &page).contains(r#""data":[{"id""#)
        };
        assert!((0..20).any(has_data) && !(0..20).all(has_data));
    }

    impl Loose {
        fn to_text(&self) -> String {
            String::from_utf8(self.written()).unwrap()
        }
    }
}
