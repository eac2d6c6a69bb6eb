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
    What {
        name: "an id",
        around: (r#"{"status":"idle","id":"#, "}"),
        read: session,
    },
    What {
        name: "a text",
        around: (r#"{"id":"s","status":"idle","title":"#, "}"),
        read: session,
    },
    What {
        name: "a count",
        around: (r#"{"id":"s","usage":{"output_tokens":1,"input_tokens":"#, "}}"),
        read: session,
    },
    What {
        name: "a number",
        around: (r#"{"id":"s","usage":{"active_seconds":"#, "}}"),
        read: session,
    },
    What {
        name: "yes or no",
        around: (r#"{"tool_use_id":"c","is_error":"#, "}"),
        read: typed::<AgentToolResult>,
    },
    What {
        name: "a time",
        around: (r#"{"id":"s","created_at":"#, "}"),
        read: session,
    },
    What {
        name: "a list of texts",
        around: (r#"{"event_ids":"#, "}"),
        read: typed::<RequiresAction>,
    },
    What {
        name: "a map of texts",
        around: (r#"{"metadata":"#, "}"),
        read: typed::<SessionUpdated>,
    },
    What {
        name: "a status",
        around: (r#"{"id":"s","status":"#, "}"),
        read: session,
    },
    What {
        name: "a permission",
        around: (r#"{"name":"t","input":{},"evaluated_permission":"#, "}"),
        read: typed::<AgentToolUse>,
    },
    What {
        name: "a model",
        around: (r#"{"id":"s","agent":{"name":"a","model":"#, "}}"),
        read: session,
    },
    What {
        name: "the agent of a session",
        around: (r#"{"id":"s","agent":"#, "}"),
        read: session,
    },
    What {
        name: "an amount",
        around: (r#"{"id":"s","usage":{"list_cost":"#, "}}"),
        read: session,
    },
    What {
        name: "content",
        around: (r#"{"content":"#, "}"),
        read: typed::<AgentMessage>,
    },
    What {
        name: "a message",
        around: ("", ""),
        read: typed::<AgentMessage>,
    },
    What {
        name: "a rubric",
        around: (r#"{"outcome_id":"o","rubric":"#, "}"),
        read: typed::<UserDefineOutcome>,
    },
    What {
        name: "an idle event",
        around: ("", ""),
        read: typed::<SessionStatusIdle>,
    },
    What {
        name: "a call",
        around: ("", ""),
        read: typed::<AgentToolUse>,
    },
    What {
        name: "a result",
        around: ("", ""),
        read: typed::<AgentToolResult>,
    },
    What {
        name: "a decision",
        around: ("", ""),
        read: typed::<UserToolConfirmation>,
    },
    What {
        name: "a session error",
        around: ("", ""),
        read: typed::<SessionError>,
    },
    What {
        name: "a workflow error",
        around: ("", ""),
        read: typed::<WorkflowRunError>,
    },
    What {
        name: "phases of a workflow",
        around: (r#"{"name":"n","phases":"#, "}"),
        read: typed::<WorkflowRunCreated>,
    },
    What {
        name: "a fragment",
        around: (r#"{"event_id":"e","delta":"#, "}"),
        read: typed::<EventDelta>,
    },
    What {
        name: "a session",
        around: ("", ""),
        read: session,
    },
    What {
        name: "an entry of a list",
        around: ("", ""),
        read: entry,
    },
    What {
        name: "an event",
        around: ("", ""),
        read: event,
    },
    What {
        name: "a page",
        around: ("", ""),
        read: page,
    },
    What {
        name: "what was created",
        around: ("", ""),
        read: answered::<Created>,
    },
    What {
        name: "what was changed",
        around: ("", ""),
        read: answered::<playground_core::protocol::Changed<SessionSummary>>,
    },
    What {
        name: "what was sent",
        around: ("", ""),
        read: answered::<SentEvents>,
    },
    What {
        name: "what was deleted",
        around: ("", ""),
        read: answered::<playground_core::protocol::RawJson>,
    },
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
