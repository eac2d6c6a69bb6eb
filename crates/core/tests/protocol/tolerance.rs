//! The table of what is read beside the documented forms, row by row.

use std::collections::BTreeSet;
use std::fmt::Debug;

use playground_core::protocol::event::{
    AgentMessage, AgentToolResult, AgentToolUse, EventDelta, SessionError, SessionStatusIdle, SessionUpdated,
    UserDefineOutcome, UserToolConfirmation, WorkflowRunCreated, WorkflowRunError,
};
use playground_core::protocol::{
    Created, Element, Event, FromAnswer, FromElement, Kept, Page, RequiresAction, SentEvents, SessionSummary,
};
use serde::de::DeserializeOwned;

const TABLE: &str = include_str!("../../src/protocol/TOLERANCE.md");

/// One kind of thing that the table speaks of.
struct What {
    name: &'static str,
    /// Around the text; where the text stands for a field, the name of the field is in the first half.
    around: (&'static str, &'static str),
    /// The value as words; `None` if the text is refused.
    read: fn(&str) -> Option<String>,
}

const fn what(
    name: &'static str,
    around: (&'static str, &'static str),
    read: fn(&str) -> Option<String>,
) -> What {
    What { name, around, read }
}

fn typed<T: DeserializeOwned + Debug>(json: &str) -> Option<String> {
    Some(format!("{:?}", serde_json::from_str::<T>(json).ok()?))
}

fn answered<T: FromAnswer + Debug>(body: &str) -> Option<String> {
    Some(format!("{:?}", T::from_answer(body)?))
}

fn session(body: &str) -> Option<String> {
    Some(format!("{:?}", Kept::<SessionSummary>::from_answer(body)?.get()))
}

fn entry(text: &str) -> Option<String> {
    match Element::<Kept<SessionSummary>>::from_element(text) {
        Element::Object(object) => Some(format!("{:?}", object.get())),
        Element::Unreadable(unreadable) => Some(format!("Unknown({})", unreadable.raw)),
    }
}

fn event(text: &str) -> Option<String> {
    let event = Event::keep(text);
    if !event.is_readable() {
        return Some(format!("Unknown({})", event.raw()));
    }
    Some(format!(
        "{:?} {:?} {:?}",
        event.event_type(),
        event.id(),
        event.processed_at()
    ))
}

/// Texts of events differ in how ids are spelled; what they are read as is compared by `event`.
fn page(body: &str) -> Option<String> {
    let page = Page::<Event>::from_answer(body)?;
    let events: Vec<_> = page.data.iter().map(|one| event(one.raw())).collect();
    let (next, last) = (page.next_page, page.last_id);
    Some(format!("{events:?} {next:?} {:?} {last:?}", page.has_more))
}

const ALL: [What; 32] = [
    what("an id", (r#"{"status":"idle","id":"#, "}"), session),
    what("a text", (r#"{"id":"s","status":"idle","title":"#, "}"), session),
    what(
        "a count",
        (r#"{"id":"s","usage":{"output_tokens":1,"input_tokens":"#, "}}"),
        session,
    ),
    what(
        "a number",
        (r#"{"id":"s","usage":{"active_seconds":"#, "}}"),
        session,
    ),
    what(
        "yes or no",
        (r#"{"tool_use_id":"c","is_error":"#, "}"),
        typed::<AgentToolResult>,
    ),
    what("a time", (r#"{"id":"s","created_at":"#, "}"), session),
    what(
        "a list of texts",
        (r#"{"event_ids":"#, "}"),
        typed::<RequiresAction>,
    ),
    what(
        "a map of texts",
        (r#"{"metadata":"#, "}"),
        typed::<SessionUpdated>,
    ),
    what("a status", (r#"{"id":"s","status":"#, "}"), session),
    what(
        "a permission",
        (r#"{"name":"t","input":{},"evaluated_permission":"#, "}"),
        typed::<AgentToolUse>,
    ),
    what(
        "a model",
        (r#"{"id":"s","agent":{"name":"a","model":"#, "}}"),
        session,
    ),
    what("the agent of a session", (r#"{"id":"s","agent":"#, "}"), session),
    what("an amount", (r#"{"id":"s","usage":{"list_cost":"#, "}}"), session),
    what("content", (r#"{"content":"#, "}"), typed::<AgentMessage>),
    what("a message", ("", ""), typed::<AgentMessage>),
    what(
        "a rubric",
        (r#"{"outcome_id":"o","rubric":"#, "}"),
        typed::<UserDefineOutcome>,
    ),
    what("an idle event", ("", ""), typed::<SessionStatusIdle>),
    what("a call", ("", ""), typed::<AgentToolUse>),
    what("a result", ("", ""), typed::<AgentToolResult>),
    what("a decision", ("", ""), typed::<UserToolConfirmation>),
    what("a session error", ("", ""), typed::<SessionError>),
    what("a workflow error", ("", ""), typed::<WorkflowRunError>),
    what(
        "phases of a workflow",
        (r#"{"name":"n","phases":"#, "}"),
        typed::<WorkflowRunCreated>,
    ),
    what(
        "a fragment",
        (r#"{"event_id":"e","delta":"#, "}"),
        typed::<EventDelta>,
    ),
    what("a session", ("", ""), session),
    what("an entry of a list", ("", ""), entry),
    what("an event", ("", ""), event),
    what("a page", ("", ""), page),
    what("what was created", ("", ""), answered::<Created>),
    what(
        "what was changed",
        ("", ""),
        answered::<playground_core::protocol::Changed<SessionSummary>>,
    ),
    what("what was sent", ("", ""), answered::<SentEvents>),
    what(
        "what was deleted",
        ("", ""),
        answered::<playground_core::protocol::RawJson>,
    ),
];

impl What {
    fn of(&self, text: &str) -> Option<String> {
        (self.read)(&format!("{}{text}{}", self.around.0, self.around.1))
    }

    /// The value without the field that the text would stand for.
    fn without(&self) -> Option<String> {
        let (before, field) = self
            .around
            .0
            .rsplit_once('"')
            .and_then(|(head, _)| head.rsplit_once('"'))?;
        assert!(!field.is_empty());
        let before = before.trim_end_matches(',');
        (self.read)(&format!("{before}{}", self.around.1))
    }
}

fn rows() -> Vec<[&'static str; 3]> {
    let rows = TABLE
        .lines()
        .filter(|line| line.starts_with("| a") || line.starts_with("| ") && line.contains("` |"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        cells
            .try_into()
            .unwrap_or_else(|cells| panic!("three cells: {cells:?}"))
    })
    .collect()
}

fn code(cell: &str) -> &str {
    cell.strip_prefix('`')
        .and_then(|cell| cell.strip_suffix('`'))
        .unwrap_or_else(|| panic!("{cell} is no code"))
}

#[test]
fn every_row_of_the_table_of_tolerance_is_true() {
    let rows = rows();
    assert!(rows.len() > 120, "{}", rows.len());
    for [name, written, meant] in rows {
        let what = ALL.iter().find(|what| what.name == name);
        let what = what.unwrap_or_else(|| panic!("nothing reads {name}"));
        let read = what.of(code(written));
        let expected = match meant {
            "absent" => what.without(),
            "refused" => None,
            "raw" => {
                let read = read.clone().unwrap_or_default();
                assert!(read.contains("Unknown("), "{name} {written}: {read}");
                let inner = code(written).trim_matches(['[', ']']);
                let is_kept = read.contains(inner)
                    || inner.contains(":")
                        && read.contains(inner.rsplit_once(':').unwrap().1.trim_end_matches('}'));
                assert!(is_kept, "{name} {written}: {read}");
                continue;
            }
            documented => {
                let value = what.of(code(documented));
                assert!(value.is_some(), "{name} {documented}");
                value
            }
        };
        assert_eq!(read, expected, "{name} {written}");
    }
}

#[test]
fn the_table_speaks_of_everything_that_is_read() {
    let named: BTreeSet<&str> = rows().into_iter().map(|[name, ..]| name).collect();
    for what in &ALL {
        assert!(named.contains(what.name), "{} has no row", what.name);
    }
}
