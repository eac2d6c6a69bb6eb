//! A tool call, its answer and its result as one row.

use leptos::prelude::*;
use playground_core::protocol::{ContentBlock, Event, EventBody, Permission};
use playground_core::session::{Expects, Slot, Timeline, words};

use super::content::{TextStyle, content, json_text};
use crate::platform::intl;
use crate::ui::kit::controls::plain_button;
use crate::ui::kit::{El, copy_mark, el, shape, when};

/// Everything that the row shows, taken out of the timeline.
pub(super) struct ToolCall {
    name: String,
    origin: Option<String>,
    argument: String,
    input: String,
    duration: Option<String>,
    outcome: Outcome,
    answer: Option<String>,
    result: Option<Vec<ContentBlock>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Running,
    WaitsForYou,
    Done,
    Failed,
    Denied,
    NoResult,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::WaitsForYou => "waits for you",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Denied => "denied",
            Self::NoResult => "no result",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::WaitsForYou => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Denied => "denied",
            Self::NoResult => "none",
        }
    }
}

impl ToolCall {
    /// Collects a call and what belongs to it; `None` if the event is no call.
    pub(super) fn collect(timeline: &Timeline, slot: Slot) -> Option<Self> {
        let event = timeline.log().event(slot);
        let (name, origin, input, permission) = match event.body() {
            EventBody::AgentToolUse(e) => (e.name, None, e.input, e.evaluated_permission),
            EventBody::AgentMcpToolUse(e) => {
                (e.name, Some(e.mcp_server_name), e.input, e.evaluated_permission)
            }
            EventBody::AgentCustomToolUse(e) => (e.name, Some("custom".to_owned()), e.input, None),
            _ => return None,
        };
        let links = timeline.call_links(event.id().map_or("", |id| id));
        let answer_event = links.answer.map(|slot| timeline.log().event(slot));
        let result_event = links.result.map(|slot| timeline.log().event(slot));
        let answer = answer_event.map(Answer::read);
        let result = result_event
            .and_then(read_result)
            .or_else(|| answer.as_ref().and_then(|a| a.result.clone()));
        let outcome = match (&result, &answer) {
            (Some((_, true)), _) if permission == Some(Permission::Deny) => Outcome::Denied,
            (Some(_), Some(answer)) if answer.denied => Outcome::Denied,
            (Some((_, is_error)), _) => {
                if *is_error {
                    Outcome::Failed
                } else {
                    Outcome::Done
                }
            }
            (None, Some(answer)) if answer.denied => Outcome::Denied,
            (None, Some(_)) => Outcome::Running,
            (None, None) if timeline.facts().closes(timeline.log().key(slot)) => Outcome::NoResult,
            (None, None) => match links.expects {
                Some(Expects::Confirmation | Expects::CustomResult) => Outcome::WaitsForYou,
                _ if permission == Some(Permission::Deny) => Outcome::Denied,
                _ => Outcome::Running,
            },
        };
        // A person's thinking time is not the tool's: after an approval the clock starts there.
        let begins = answer_event
            .filter(|_| links.expects == Some(Expects::Confirmation))
            .and_then(Event::processed_at)
            .or(event.processed_at());
        let ends = result_event.or(answer_event).and_then(Event::processed_at);
        let duration = begins.zip(ends).filter(|(a, b)| b > a).map(|(a, b)| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "durations are far below 2^53 microseconds"
            )]
            let ms = (b.micros() - a.micros()) as f64 / 1_000.0;
            intl::duration(ms)
        });
        Some(Self {
            argument: words::input_line(input.get()),
            name,
            origin,
            input: input.get().to_owned(),
            duration: duration.filter(|_| matches!(outcome, Outcome::Done | Outcome::Failed)),
            outcome,
            answer: answer.and_then(|a| a.words),
            result: result.map(|(content, _)| content),
        })
    }

    /// The row: one line, open for full input and output.
    pub(super) fn view(self, is_open: RwSignal<bool>) -> El {
        let Self {
            input,
            answer,
            result,
            ..
        } = self;
        let origin = self.origin.map(|origin| el("span.muted").with((origin, " · ")));
        let line = plain_button("tool-line")
            .bind("aria-expanded", move || is_open.get())
            .on_press(move || is_open.update(|open| *open = !*open))
            .with((
                shape("tool-shape"),
                el("span.tool-name").with((origin, self.name)),
                el("span.tool-argument").with(self.argument),
                el("span.tool-duration.number").with(self.duration),
                el("span.tool-outcome").with(self.outcome.word()),
            ));
        let label = |text: &'static str| el("p.tool-label").with(text);
        let copied = move |text, kind| el("div.tool-part").with((label(text), copy_mark(kind)));
        let body = move || {
            let answer = answer.as_deref();
            el("div.tool-body").with((
                copied("Input", "input"),
                json_text(&input),
                answer.map(|text| (label("Answer"), el("p.plain-text").with(text))),
                result
                    .clone()
                    .map(|blocks| (copied("Output", "output"), content(blocks, TextStyle::Output))),
            ))
        };
        el("div.tool")
            .attr("data-outcome", self.outcome.name())
            .with((line, when(move || is_open.get(), body)))
    }
}

struct Answer {
    denied: bool,
    words: Option<String>,
    result: Option<(Vec<ContentBlock>, bool)>,
}

impl Answer {
    fn read(event: &Event) -> Self {
        match event.body() {
            EventBody::UserToolConfirmation(e) => {
                let denied = e.result.as_str() != "allow";
                let words = match (denied, e.deny_message) {
                    (false, _) => "Allowed".to_owned(),
                    (true, Some(reason)) => format!("Denied: {}", reason),
                    (true, None) => "Denied".to_owned(),
                };
                Self {
                    denied,
                    words: Some(words),
                    result: None,
                }
            }
            EventBody::UserCustomToolResult(e) => Self {
                denied: false,
                words: None,
                result: Some((e.content, e.is_error == Some(true))),
            },
            EventBody::UserToolResult(e) => Self {
                denied: false,
                words: None,
                result: Some((e.content, e.is_error == Some(true))),
            },
            _ => Self {
                denied: false,
                words: None,
                result: None,
            },
        }
    }
}

fn read_result(event: &Event) -> Option<(Vec<ContentBlock>, bool)> {
    match event.body() {
        EventBody::AgentToolResult(e) => Some((e.content, e.is_error == Some(true))),
        EventBody::AgentMcpToolResult(e) => Some((e.content, e.is_error == Some(true))),
        _ => None,
    }
}
