//! Envelopes of lists.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::answer::FromAnswer;
use super::element::FromElement;
use super::loose;
use super::object::{Fields, Read};
use super::plain_words::said_by;
use super::raw_json::null_default;
use super::scalars::text_of;

/// One page of a list with opaque cursors (Managed Agents API reference, pagination).
///
/// The list ends where `next_page` is null or absent; an empty page with a cursor is not the end. Some servers say
/// `has_more` and name no page: they may take the id of the last object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Page<T> {
    /// The objects of this page.
    #[serde(default, deserialize_with = "null_default")]
    pub data: Vec<T>,
    /// Cursor of the following page.
    #[serde(default)]
    pub next_page: Option<String>,
    /// Cursor of the preceding page; only some lists have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_page: Option<String>,
    /// Whether more objects follow, on servers that page by id.
    #[serde(
        default,
        deserialize_with = "null_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub has_more: bool,
    /// Id of the last object, for `after_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_id: Option<String>,
}

impl<T> Default for Page<T> {
    /// An empty list.
    fn default() -> Self {
        Self {
            data: Vec::new(),
            next_page: None,
            prev_page: None,
            has_more: false,
            last_id: None,
        }
    }
}

/// Every element is read by itself, also where the text as a whole is no JSON because of one of them.
impl<T: FromElement> FromAnswer for Page<T> {
    fn from_answer(body: &str) -> Option<Self> {
        let envelope = Envelope::of(body)?;
        let elements = envelope.elements.into_iter().map(T::from_element);
        Some(Self {
            data: elements.collect(),
            next_page: envelope.next_page,
            prev_page: envelope.prev_page,
            has_more: envelope.has_more,
            last_id: envelope.last_id,
        })
    }
}

/// A page with the texts of its elements.
#[derive(Clone, Default)]
struct Envelope<'a> {
    elements: Vec<&'a str>,
    next_page: Option<String>,
    prev_page: Option<String>,
    has_more: bool,
    last_id: Option<String>,
}

impl<'a> Envelope<'a> {
    /// The documented form in one pass; what is otherwise, read twice, costs more.
    #[inline(never)]
    fn of(body: &'a str) -> Option<Self> {
        serde_json::from_str(body)
            .ok()
            .or_else(|| Self::default().loosely(body, true))
    }

    /// A list without an envelope, under another name or in an object of its own, and a text of which a part is no JSON. A text
    /// that was cut off is refused: it does not tell what follows. So is an object without a list that says something else
    /// than where in the list it stands: it is an error, or something else altogether.
    fn loosely(mut self, body: &'a str, may_be_inside: bool) -> Option<Self> {
        if let Some(parts) = loose::elements(body) {
            self.elements = parts.parts;
            return parts.is_balanced.then_some(self);
        }
        let (fields, is_balanced) = loose::fields(body)?;
        if !is_balanced {
            return None;
        }
        let mut lists = Vec::new();
        let mut objects = Vec::new();
        let mut is_empty = may_be_inside;
        for (name, value) in &fields {
            let is_beside = matches!(&**name, "errors" | "warnings" | "links");
            match loose::elements(value).filter(|_| !is_beside) {
                Some(parts) => lists.push((&**name, parts.parts)),
                None => {
                    let is_known = self.take(name, serde_json::from_str(value).ok());
                    is_empty &= is_known || matches!(*value, "null" | "[]");
                    if value.starts_with('{') && !is_known && !is_beside && name != "error" {
                        objects.push((&**name, *value));
                    }
                }
            }
        }
        let named = lists.iter().rposition(|(name, _)| *name == "data");
        if named.is_none() && is_error(&fields) {
            return None;
        }
        if !lists.is_empty() {
            self.elements = lists.swap_remove(named.unwrap_or(0)).1;
            return Some(self);
        }
        // An object with an id is one, and its lists are its own.
        if may_be_inside && loose::get(&fields, "id").is_none() {
            if let Some(at) = objects.iter().position(|(name, _)| *name == "data") {
                objects.swap(0, at);
            }
            let mut inside = objects.iter();
            if let Some(envelope) = inside.find_map(|(_, object)| self.clone().loosely(object, false)) {
                return Some(envelope);
            }
        }
        is_empty.then_some(self)
    }

    /// Takes what a field says of the pages around this one, as servers call it. Returns whether it is such a field.
    fn take(&mut self, name: &str, value: Option<&RawValue>) -> bool {
        let Some(value) = value else { return false };
        // A truth value is no cursor.
        let text = text_of(value).filter(|text| !matches!(&**text, "" | "true" | "false"));
        let place = match name {
            "next_page" | "nextPage" | "next_cursor" | "nextCursor" => &mut self.next_page,
            "prev_page" | "prevPage" => &mut self.prev_page,
            "last_id" | "lastId" => &mut self.last_id,
            "has_more" | "hasMore" => {
                self.has_more |= bool::read(value).unwrap_or_default();
                return true;
            }
            "pagination" | "meta" => {
                for (name, value) in Fields::of(value.get()).iter().flat_map(Fields::iter) {
                    if !matches!(name, "pagination" | "meta") {
                        self.take(name, Some(value));
                    }
                }
                return true;
            }
            _ => return matches!(name, "first_id" | "firstId" | "limit"),
        };
        if let Some(text) = text {
            *place = Some(text.into_owned());
        }
        true
    }
}

/// Whether an answer says that something went wrong.
pub(super) fn is_error(fields: &[(Cow<'_, str>, &str)]) -> bool {
    let mut spoken = ["error", "message", "detail"].iter();
    spoken.any(|name| loose::get(fields, name).is_some_and(says_something))
}

/// Whether an answer to a change says that it failed. It may say in words that all went well.
pub(super) fn fails(fields: &[(Cow<'_, str>, &str)]) -> bool {
    const NONE: [&str; 7] = ["null", "false", "0", "\"\"", "[]", "{}", ""];
    let is = |name: &str, json: &str| loose::get(fields, name).is_some_and(|value| value.trim() == json);
    let speaks = |name: &str| loose::get(fields, name).is_some_and(|value| !NONE.contains(&value.trim()));
    speaks("error")
        || speaks("errors")
        || is("type", "\"error\"")
        || is("success", "false")
        || is("ok", "false")
}

fn says_something(json: &str) -> bool {
    serde_json::from_str(json).is_ok_and(|value| said_by(value).is_some())
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvelopeVisitor;

        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        impl<'de> Visitor<'de> for EnvelopeVisitor {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a page of a list")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut envelope = Envelope::default();
                let mut has_data = false;
                while let Some(Key(name)) = map.next_key()? {
                    if name == "data" {
                        let elements: Option<Vec<&RawValue>> = map.next_value()?;
                        has_data = elements.is_some();
                        let elements = elements.unwrap_or_default().into_iter();
                        envelope.elements = elements.map(RawValue::get).collect();
                    } else {
                        let value: &RawValue = map.next_value()?;
                        envelope.take(&name, Some(value));
                    }
                }
                // Without `data` there may be a list under another name.
                match has_data {
                    true => Ok(envelope),
                    false => Err(serde::de::Error::missing_field("data")),
                }
            }
        }

        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

/// One page of a list that is paged by the ids of its objects, as the list of models is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct IdPage<T> {
    /// The objects of this page.
    #[serde(default, deserialize_with = "null_default")]
    pub data: Vec<T>,
    /// Whether more objects follow.
    #[serde(default, deserialize_with = "null_default")]
    pub has_more: bool,
    /// Id of the first object, for `before_id`.
    #[serde(default)]
    pub first_id: Option<String>,
    /// Id of the last object, for `after_id`.
    #[serde(default)]
    pub last_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Element, Event, Kept, SessionSummary};

    #[test]
    fn the_end_is_null_or_absent() {
        for json in [
            r#"{"data":[1,2]}"#,
            r#"{"data":[1,2],"next_page":null}"#,
            r#"{"data":[1,2],"next_page":null,"prev_page":null,"new":1}"#,
        ] {
            let page: Page<u8> = serde_json::from_str(json).unwrap();
            assert_eq!(
                (page.data, page.next_page, page.prev_page),
                (vec![1, 2], None, None)
            );
        }
    }

    #[test]
    fn an_empty_page_may_have_a_successor() {
        let page: Page<u8> = serde_json::from_str(r#"{"data":[],"next_page":"page_x"}"#).unwrap();
        assert_eq!(page.next_page.as_deref(), Some("page_x"));
        let page: Page<u8> = serde_json::from_str(r#"{"data":null}"#).unwrap();
        assert!(page.data.is_empty());
    }

    #[test]
    fn models_are_paged_by_id() {
        let json = r#"{"data":[7],"has_more":true,"first_id":"a","last_id":"b"}"#;
        let page: IdPage<u8> = serde_json::from_str(json).unwrap();
        assert_eq!(page.last_id.as_deref(), Some("b"));
        assert_eq!(serde_json::to_string(&page).unwrap(), json);
    }

    fn texts(body: &str) -> Option<Vec<String>> {
        let page = Page::<Event>::from_answer(body)?;
        Some(page.data.iter().map(|event| event.raw().to_owned()).collect())
    }

    const GOOD: &str = r#"{"type":"agent.thinking","id":"sevt_1"}"#;

    #[test]
    fn an_element_that_cannot_be_read_stands_in_its_place_and_hides_no_other() {
        for odd in [
            r#"{"type":"agent.message","id":"sevt_2","score":NaN}"#,
            r#"{"type":"agent.message","id":"sevt_2","x":[-Infinity]}"#,
            "{\"type\":\"agent.message\",\"id\":\"sevt_2\",\"x\":\"line\nbreak\"}",
            r#"{"type":"agent.message","id":"sevt_2",}"#,
            r#"{"id":"sevt_2"}"#,
            r#"{"type":7,"id":"sevt_2"}"#,
            r#""sevt_2""#,
            "null",
            "[]",
            "7",
            "undefined",
        ] {
            for body in [
                format!(r#"{{"data":[{GOOD},{odd},{GOOD}],"next_page":"p"}}"#),
                format!(r#"{{"next_page":"p","data":[ {GOOD} , {odd} , {GOOD},]}}"#),
            ] {
                let page = Page::<Event>::from_answer(&body).expect("a page");
                let raw: Vec<&str> = page.data.iter().map(Event::raw).collect();
                assert_eq!(raw, [GOOD, odd, GOOD], "{body}");
                assert_eq!(page.next_page.as_deref(), Some("p"));
                assert!(page.data[0].is_readable() && !page.data[1].is_readable());
                let id = odd.contains(r#""id":"sevt_2""#).then_some("sevt_2");
                assert_eq!(page.data[1].id().map(|id| &**id), id, "{odd}");
            }
        }
    }

    #[test]
    fn a_list_without_an_envelope_or_under_another_name_is_a_list() {
        for body in [
            format!("[{GOOD}]"),
            format!(r#"{{"events":[{GOOD}],"total":1}}"#),
            format!(r#"{{"message":"","data":[{GOOD}],"tags":["x"]}}"#),
            format!(r#"{{"data":[{GOOD}],"next_page":""}}"#),
            format!(r#"{{"data":{{"items":[{GOOD}]}}}}"#),
            format!(" {{\"data\":[{GOOD}]}}\n"),
        ] {
            assert_eq!(texts(&body), Some(vec![GOOD.to_owned()]), "{body}");
            assert_eq!(
                Page::<Event>::from_answer(&body).and_then(|page| page.next_page),
                None
            );
        }
        for empty in ["{}", r#"{"data":null}"#, r#"{"has_more":false}"#, "[]"] {
            assert_eq!(texts(empty), Some(vec![]), "{empty}");
        }
    }

    #[test]
    fn what_is_no_page_or_was_cut_off_is_refused() {
        for body in [
            "",
            "7",
            "<html>",
            r#"{"error":"No."}"#,
            r#"{"detail":"No."}"#,
            r#"{"data":"none"}"#,
            r#"{"data":{"data":{"data":[]}}}"#,
            r#"{"data":{"id":"a"}}"#,
            r#"{"data":{}}"#,
            r#"{"data":[{"type":"agent.thinking"}"#,
            r#"{"data":[{"type":"agent.thinking"},{"type":"ag"#,
            r#"[{"type":"agent.thinking"},"#,
        ] {
            assert_eq!(texts(body), None, "{body}");
        }
    }

    #[test]
    fn cursors_may_be_numbers_and_pages_may_say_that_there_is_more() {
        let page =
            Page::<Event>::from_answer(r#"{"data":[],"next_page":12,"has_more":"true","last_id":"sevt_1"}"#);
        let page = page.expect("a page");
        assert_eq!(page.next_page.as_deref(), Some("12"));
        assert_eq!((page.has_more, page.last_id.as_deref()), (true, Some("sevt_1")));
    }

    #[test]
    fn an_object_without_an_id_is_no_object_of_a_list() {
        let body = r#"{"data":[{"id":"sesn_1","status":"idle"},{"id":"sesn_2","x":NaN},{"status":"idle"},"sesn_3",
            {"id":"\ud800","status":"idle"},{"id":4}]}"#;
        let page = Page::<Element<Kept<SessionSummary>>>::from_answer(body).expect("a page");
        let read = page.data.iter().map(|element| match element {
            Element::Object(session) => (true, session.id.clone()),
            Element::Unreadable(text) => (false, text.id.as_deref().unwrap_or("-").to_owned()),
        });
        let expected = [
            (true, "sesn_1"),
            (false, "sesn_2"),
            (false, "-"),
            (false, "-"),
            (false, "-"),
            (true, "4"),
        ];
        assert!(read.eq(expected.map(|(is_object, id)| (is_object, id.to_owned()))));
    }
}
