//! The log that is delivered: a recorded one, or one that is made up from a few bytes for each event.

use std::sync::OnceLock;

use arbitrary::Arbitrary;
use playground_core::protocol::{Event, Timestamp};
use serde_json::Value;

use crate::bend::{Bend, Drawn};

const TRANSCRIPTS: [&str; 3] = [
    include_str!("../../../tests/fixtures/transcripts/simple.json"),
    include_str!("../../../tests/fixtures/transcripts/confirmation.json"),
    include_str!("../../../tests/fixtures/transcripts/multiagent.json"),
];

const EVERY_EVENT_TYPE: &str = include_str!("../../../tests/fixtures/events/every_event_type.json");

/// Longer logs are slower, not stranger.
const MOST_EVENTS: usize = 16;

/// 2026-11-18T09:00:00Z in microseconds.
const BEGIN: i64 = 1_794_992_400_000_000;

#[derive(Arbitrary, Debug)]
pub(super) enum Source {
    /// A part of a transcript.
    Recorded {
        which: u8,
        from: u8,
    },
    Made(Vec<Made>),
    /// A part of the examples of all types, bent by what is drawn.
    Bent {
        from: u8,
        count: u8,
        drawn: Vec<u8>,
    },
}

/// One event of a made-up log.
#[derive(Arbitrary, Debug)]
pub(super) struct Made {
    kind: Kind,
    /// Microseconds after the event before it; often none.
    later: u8,
    /// Its time is left out if this is large.
    timeless: u8,
    /// Which event of the log it refers to, if it refers to one. That one may come later.
    about: u8,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Kind {
    UserMessage,
    UserInterrupt,
    Confirmation,
    CustomResult,
    AgentMessage,
    AgentThinking,
    ToolUse { asks: u8 },
    McpToolUse,
    CustomToolUse,
    ToolResult,
    McpToolResult,
    Running,
    Idle { stop: u8 },
    Rescheduled,
    Terminated,
    Deleted,
    Updated { has_title: bool },
    Usage,
    RequestStart,
    RequestEnd,
    Unknown,
    Unknown2,
    ThreadIdle,
    WithoutId,
    WithoutForm,
}

impl Source {
    /// The events in server order.
    pub(super) fn events(&self) -> Vec<Event> {
        match self {
            Self::Recorded { which, from } => {
                let log = &recorded()[usize::from(*which) % TRANSCRIPTS.len()];
                let from = usize::from(*from) % log.len();
                log[from..log.len().min(from + MOST_EVENTS)].to_vec()
            }
            Self::Made(made) => made_up(&made[..made.len().min(MOST_EVENTS)]),
            Self::Bent { from, count, drawn } => bent(usize::from(*from), usize::from(*count), drawn),
        }
    }
}

fn recorded() -> &'static [Vec<Event>; 3] {
    static LOGS: OnceLock<[Vec<Event>; 3]> = OnceLock::new();
    LOGS.get_or_init(|| TRANSCRIPTS.map(|json| serde_json::from_str(json).expect("a list of events")))
}

fn made_up(made: &[Made]) -> Vec<Event> {
    let mut micros = BEGIN;
    let mut events = Vec::with_capacity(made.len());
    for (number, event) in made.iter().enumerate() {
        micros += i64::from(event.later / 64);
        let about = format!("sevt_{}", usize::from(event.about) % made.len());
        let fields = event.kind.fields(&about, event.about);
        let id = match event.kind {
            Kind::WithoutId => String::new(),
            _ => format!(r#""id":"sevt_{number}","#),
        };
        let time = Timestamp::from_micros(micros);
        let time = match event.timeless {
            0..128 => format!(r#""processed_at":"{time}","#),
            128..192 => r#""processed_at":null,"#.into(),
            _ => String::new(),
        };
        events.push(parsed(&format!("{{{id}{time}{fields}}}")));
    }
    events
}

fn bent(from: usize, count: usize, drawn: &[u8]) -> Vec<Event> {
    static EXAMPLES: OnceLock<Vec<Value>> = OnceLock::new();
    let examples = EXAMPLES.get_or_init(|| {
        let all: Vec<Value> = serde_json::from_str(EVERY_EVENT_TYPE).expect("a list of events");
        all.into_iter().filter(|event| event["id"].is_string()).collect()
    });
    let mut chance = Drawn::new(drawn);
    let bend = Bend::drawn(&mut chance);
    // Not in the order of their times where the end meets the beginning: what has no time stands by its neighbours all the same.
    let part = examples.iter().cycle().skip(from % examples.len());
    let part = part.take((1 + count % MOST_EVENTS).min(examples.len()));
    part.map(|event| Event::keep(&bend.text(event, &mut chance)))
        .collect()
}

impl Kind {
    /// The fields beside `id` and `processed_at`.
    fn fields(self, about: &str, text: u8) -> String {
        let content = format!(r#""content":[{{"type":"text","text":"text {text}"}}]"#);
        match self {
            Self::UserMessage => format!(r#""type":"user.message",{content}"#),
            Self::UserInterrupt => r#""type":"user.interrupt""#.into(),
            Self::Confirmation => {
                format!(r#""type":"user.tool_confirmation","tool_use_id":"{about}","result":"allow""#)
            }
            Self::CustomResult => {
                format!(r#""type":"user.custom_tool_result","custom_tool_use_id":"{about}",{content}"#)
            }
            Self::AgentMessage => format!(r#""type":"agent.message",{content}"#),
            Self::AgentThinking => r#""type":"agent.thinking""#.into(),
            Self::ToolUse { asks } => {
                let permission = match asks % 3 {
                    0 => r#","evaluated_permission":"allow""#,
                    1 => r#","evaluated_permission":"ask""#,
                    _ => "",
                };
                format!(r#""type":"agent.tool_use","name":"bash","input":{{}}{permission}"#)
            }
            Self::McpToolUse => {
                r#""type":"agent.mcp_tool_use","mcp_server_name":"m","name":"n","input":{},"evaluated_permission":"ask""#
                    .into()
            }
            Self::CustomToolUse => r#""type":"agent.custom_tool_use","name":"get","input":{}"#.into(),
            Self::ToolResult => format!(r#""type":"agent.tool_result","tool_use_id":"{about}""#),
            Self::McpToolResult => format!(r#""type":"agent.mcp_tool_result","mcp_tool_use_id":"{about}""#),
            Self::Running => r#""type":"session.status_running""#.into(),
            Self::Idle { stop } => {
                let kinds = [
                    "end_turn",
                    "requires_action",
                    "retries_exhausted",
                    "refusal",
                    "new_reason",
                ];
                let kind = kinds[usize::from(stop) % kinds.len()];
                format!(
                    r#""type":"session.status_idle","stop_reason":{{"type":"{kind}","event_ids":["{about}"]}},"stop_details":null"#
                )
            }
            Self::Rescheduled => r#""type":"session.status_rescheduled""#.into(),
            Self::Terminated => r#""type":"session.status_terminated""#.into(),
            Self::Deleted => r#""type":"session.deleted""#.into(),
            Self::Updated { has_title: true } => format!(r#""type":"session.updated","title":"title {text}""#),
            Self::Updated { has_title: false } => r#""type":"session.updated","title":null"#.into(),
            Self::Usage => {
                format!(r#""type":"session.usage","usage":{{"input_tokens":{text},"output_tokens":1}}"#)
            }
            Self::RequestStart => r#""type":"span.model_request_start""#.into(),
            Self::RequestEnd => {
                format!(
                    r#""type":"span.model_request_end","model_request_start_id":"{about}","model_usage":{{}}"#
                )
            }
            Self::ThreadIdle => format!(
                r#""type":"session.thread_status_idle","session_thread_id":"t{}","stop_reason":{{"type":"requires_action","event_ids":["{about}"]}}"#,
                text % 2
            ),
            Self::Unknown | Self::WithoutId => format!(r#""type":"agent.news","n":{text}"#),
            Self::Unknown2 => format!(r#""type":"agent.gossip","n":{text}"#),
            Self::WithoutForm => {
                format!(r#""type":"agent.tool_result","tool_use_id":{text},"content":1"#)
            }
        }
    }
}

/// Input as it is listed before it is processed; `None` for what is never listed so. What never has a time is the same
/// each time.
pub(super) fn pending_copy(event: &Event, has_key: bool) -> Option<Event> {
    if event.processed_at().is_none() {
        return Some(event.clone()).filter(|event| event.id().is_some());
    }
    if !event.event_type().as_str().starts_with("user.") || event.id().is_none() {
        return None;
    }
    let Ok(Value::Object(mut object)) = serde_json::from_str(event.raw()) else {
        return None;
    };
    if has_key {
        object.insert("processed_at".into(), Value::Null);
    } else {
        object.remove("processed_at");
    }
    Some(parsed(&Value::Object(object).to_string()))
}

/// The request that makes the server store an event; `None` for what no client sends.
pub(super) fn request(event: &Event) -> Option<Box<str>> {
    if !event.event_type().as_str().starts_with("user.") {
        return None;
    }
    let Ok(Value::Object(mut object)) = serde_json::from_str(event.raw()) else {
        return None;
    };
    object.retain(|key, _| key != "id" && key != "processed_at");
    Some(Value::Object(object).to_string().into())
}

pub(super) fn parsed(json: &str) -> Event {
    Event::parse(json).expect("an event")
}
