//! One line of words for every event, for rows, screen readers and search.

use std::borrow::Cow;

use crate::markdown::visible_exactly;
use crate::protocol::object::Fields;
use crate::protocol::plain_words::{excerpt, text_inside};
use crate::protocol::scalars::string_of;
use crate::protocol::{
    Confirmation, ContentBlock, Event, EventBody, EventFamily, ModelUsage, RetryStatus, SessionErrorBody,
    StopDetails, StopReason,
};

/// How a row should feel; shown by shape and word, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Plain,
    /// Less important than its neighbours.
    Quiet,
    /// Something ended well.
    Good,
    /// Somebody should look.
    Attention,
    /// Something failed.
    Bad,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it is, in two or three words.
    pub label: Cow<'static, str>,
    /// What it says, on one line; may be empty. Not shortened.
    pub detail: String,
    /// How it should feel.
    pub tone: Tone,
}

fn words(label: &'static str, detail: impl Into<String>, tone: Tone) -> Words {
    Words {
        label: Cow::Borrowed(label),
        detail: detail.into(),
        tone,
    }
}

/// Describes an event of any type, also one that this version does not know.
#[must_use]
pub fn describe(event: &Event) -> Words {
    let mut words = described(event);
    if words.label.trim().is_empty() {
        words.label = Cow::Borrowed("(no name)");
    }
    words
}

fn described(event: &Event) -> Words {
    use EventBody as B;
    use Tone::{Attention, Bad, Good, Plain, Quiet};
    match event.body() {
        B::UserMessage(e) => words("You", content_line(&e.content), Plain),
        B::UserInterrupt(e) => words(
            "Interrupt",
            thread_note(e.session_thread_id.as_deref()),
            Attention,
        ),
        B::UserToolConfirmation(e) => {
            let reason = e.deny_message.unwrap_or_default();
            match e.result {
                Confirmation::Allow => words("Allowed", reason, Good),
                Confirmation::Deny => words("Denied", reason, Bad),
                Confirmation::Other(other) => words("Answered", join(&other, &reason), Attention),
            }
        }
        B::UserCustomToolResult(e) => words(
            "Tool result sent",
            content_line(&e.content),
            error_tone(e.is_error),
        ),
        B::UserToolResult(e) => words("Worker result", content_line(&e.content), error_tone(e.is_error)),
        B::UserDefineOutcome(e) => words("Outcome defined", e.description, Plain),
        B::SystemMessage(e) => words("System message", content_line(&e.content), Plain),
        B::AgentMessage(e) => words("Agent", content_line(&e.content), Plain),
        B::AgentThinking => words("Thinking", "", Quiet),
        B::AgentToolUse(e) => Words {
            label: Cow::Owned(e.name),
            detail: input_line(e.input.get()),
            tone: Plain,
        },
        B::AgentToolResult(e) => words("Tool result", content_line(&e.content), error_tone(e.is_error)),
        B::AgentMcpToolUse(e) => Words {
            label: Cow::Owned(format!("{} · {}", e.mcp_server_name, e.name)),
            detail: input_line(e.input.get()),
            tone: Plain,
        },
        B::AgentMcpToolResult(e) => words(
            "MCP tool result",
            content_line(&e.content),
            error_tone(e.is_error),
        ),
        B::AgentCustomToolUse(e) => Words {
            label: Cow::Owned(e.name),
            detail: input_line(e.input.get()),
            tone: Attention,
        },
        B::AgentThreadMessageSent(e) => {
            let to = e.to_agent_name.unwrap_or(e.to_session_thread_id);
            words(
                "Task sent",
                format!("to {to}: {}", content_line(&e.content)),
                Plain,
            )
        }
        B::AgentThreadMessageReceived(e) => {
            let from = e
                .from_agent_name
                .unwrap_or_else(|| "the primary agent".to_owned());
            words(
                "Report received",
                format!("from {from}: {}", content_line(&e.content)),
                Plain,
            )
        }
        B::AgentThreadContextCompacted => {
            words("Context compacted", "Earlier history was summarised.", Quiet)
        }
        B::SessionStatusRunning => words("Running", "", Quiet),
        B::SessionStatusIdle(e) => {
            let tone = match e.stop_reason {
                StopReason::EndTurn => Good,
                StopReason::RequiresAction(_) | StopReason::BudgetReached => Attention,
                _ => Bad,
            };
            words(
                "Idle",
                stop_in_words(&e.stop_reason, e.stop_details.as_ref()),
                tone,
            )
        }
        B::SessionStatusRescheduled => words(
            "Rescheduled",
            "A transient failure; the server tries again by itself.",
            Attention,
        ),
        B::SessionStatusTerminated => words("Terminated", "The session has ended.", Bad),
        B::SessionError(e) => {
            let tone = if is_retrying(&e.error) { Attention } else { Bad };
            words("Error", error_in_words(&e.error), tone)
        }
        B::SessionUpdated(e) => {
            let mut changed = Vec::new();
            if let Some(title) = e.title {
                changed.push(title.map_or_else(|| "title removed".to_owned(), |t| format!("title “{t}”")));
            }
            if e.metadata.is_some() {
                changed.push("metadata".to_owned());
            }
            if e.agent.is_some() {
                changed.push("tools or MCP servers".to_owned());
            }
            if let Some(budget) = e.budget {
                changed.push(match budget {
                    Some(budget) => format!("budget {budget}"),
                    None => "budget removed".to_owned(),
                });
            }
            words("Session updated", changed.join(", "), Quiet)
        }
        B::SessionUsage(e) => {
            let mut parts = Vec::new();
            if let Some(cost) = e.usage.list_cost {
                parts.push(format!("{cost} so far"));
            }
            if let Some(tokens) = e.usage.output_tokens {
                parts.push(format!("{tokens} output tokens"));
            }
            if let Some(budget) = e.budget {
                parts.push(format!("budget {budget}"));
            }
            words("Usage", parts.join(" · "), Quiet)
        }
        B::SessionDeleted => words(
            "Deleted",
            "The session and its events are gone from the server.",
            Bad,
        ),
        B::SessionThreadCreated(e) => words("Thread created", e.agent_name, Plain),
        B::SessionThreadStatusRunning(e) => words("Thread running", e.agent_name, Quiet),
        B::SessionThreadStatusIdle(e) => {
            let why = stop_in_words(&e.stop_reason, e.stop_details.as_ref());
            words("Thread idle", join(&e.agent_name, &why), Quiet)
        }
        B::SessionThreadStatusRescheduled(e) => words("Thread rescheduled", e.agent_name, Attention),
        B::SessionThreadStatusTerminated(e) => words("Thread ended", e.agent_name, Quiet),
        B::SpanModelRequestStart => words("Model request", "", Quiet),
        B::SpanModelRequestEnd(e) => {
            let failed = e.is_error == Some(true);
            let label = if failed {
                "Model request failed"
            } else {
                "Model request done"
            };
            words(
                label,
                tokens_in_words(&e.model_usage),
                if failed { Bad } else { Quiet },
            )
        }
        B::SpanOutcomeEvaluationStart(e) => words("Evaluation", round(e.iteration), Quiet),
        B::SpanOutcomeEvaluationOngoing(e) => words("Evaluation goes on", round(e.iteration), Quiet),
        B::SpanOutcomeEvaluationEnd(e) => {
            let (verdict, tone) = match e.result.as_str() {
                "satisfied" => ("satisfied", Good),
                "needs_revision" => ("needs revision", Attention),
                "max_iterations_reached" => ("no iterations left", Bad),
                "failed" => ("failed", Bad),
                "interrupted" => ("interrupted", Attention),
                other => (other, Plain),
            };
            let detail = join(&format!("{}, {verdict}", round(e.iteration)), &e.explanation);
            words("Evaluation result", detail, tone)
        }
        B::WorkflowRunCreated(e) => {
            let phases: Vec<&str> = e.phases.iter().map(|p| p.name.as_str()).collect();
            let list = if phases.is_empty() {
                String::new()
            } else {
                format!("phases {}", phases.join(", "))
            };
            words("Workflow run", join(&e.name, &list), Plain)
        }
        B::WorkflowRunStatusRunning(_) => words("Workflow running", "", Quiet),
        B::WorkflowRunStatusIdle(_) => words("Workflow paused", "", Attention),
        B::WorkflowRunPhaseStarted(e) => words("Phase started", e.workflow_run_phase_id, Quiet),
        B::WorkflowRunPhaseEnded(e) => words("Phase ended", e.workflow_run_phase_id, Quiet),
        B::WorkflowRunError(e) => words(
            "Workflow error",
            join(&sentence(e.error.error_type.as_str()), &e.error.message),
            Bad,
        ),
        B::WorkflowRunStatusEnded(e) => {
            use crate::protocol::event::WorkflowResult as R;
            match e.result {
                R::Completed => words("Workflow completed", "", Good),
                R::Stopped => words("Workflow stopped", "", Attention),
                R::Error(failure) => words("Workflow failed", failure.error.message, Bad),
                R::Unknown(raw) => words("Workflow ended", raw.get(), Plain),
            }
        }
        B::EventStart(e) => words("Preview opened", e.event.event_type.as_str(), Quiet),
        B::EventDelta(e) => words("Preview text", e.delta.text().unwrap_or_default(), Quiet),
        B::Malformed(_) => Words {
            label: Cow::Owned(event.event_type().as_str().to_owned()),
            detail: text_inside(event.raw()),
            tone: Attention,
        },
        B::Unknown => Words {
            label: Cow::Owned(event.event_type().as_str().to_owned()),
            detail: text_inside(event.raw()),
            tone: Plain,
        },
        B::Unreadable => words("Unreadable event", excerpt(event.raw()), Attention),
    }
}

/// Who speaks in a family of events.
#[must_use]
pub fn family_in_words(family: EventFamily) -> &'static str {
    match family {
        EventFamily::User => "user",
        EventFamily::System => "system",
        EventFamily::Agent => "agent",
        EventFamily::Session => "session",
        EventFamily::Span => "span",
        EventFamily::WorkflowRun => "workflow",
        EventFamily::Preview => "preview",
        EventFamily::Other => "other",
    }
}

/// A stop reason as a sentence that says what to do next.
#[must_use]
pub fn stop_in_words(reason: &StopReason, details: Option<&StopDetails>) -> String {
    match reason {
        StopReason::EndTurn => "Turn finished.".to_owned(),
        StopReason::RequiresAction(action) => match action.event_ids.len() {
            0 => "Waiting for answers.".to_owned(),
            1 => "Waiting for 1 answer.".to_owned(),
            n => format!("Waiting for {n} answers."),
        },
        StopReason::RetriesExhausted => "The last turn failed after all retries. Send again.".to_owned(),
        StopReason::BudgetReached => "The budget is spent. Raise or remove it to continue.".to_owned(),
        StopReason::Refusal => match details {
            Some(StopDetails::Refusal(refusal)) => {
                let category = refusal
                    .category
                    .as_ref()
                    .map(|c| format!(" ({})", sentence(c.as_str())))
                    .unwrap_or_default();
                let why = refusal
                    .explanation
                    .as_deref()
                    .unwrap_or("Rephrase the request or start a new session.");
                format!("The model declined{category}. {why}")
            }
            _ => "The model declined. Rephrase the request or start a new session.".to_owned(),
        },
        StopReason::Unknown(raw) if raw.get() == "null" => "The server gives no reason.".to_owned(),
        StopReason::Unknown(raw) => {
            let fields = Fields::of(raw.get()).ok();
            let name = fields.as_ref().and_then(|fields| fields.string("type"));
            format!(
                "Stopped: {}.",
                sentence(&name.unwrap_or_else(|| text_inside(raw.get()).into()))
            )
        }
    }
}

/// Tokens of one model request on one line.
#[must_use]
pub fn tokens_in_words(usage: &ModelUsage) -> String {
    let mut line = format!("{} in · {} out", usage.input_tokens, usage.output_tokens);
    if usage.cache_read_input_tokens > 0 {
        line.push_str(&format!(" · {} cache read", usage.cache_read_input_tokens));
    }
    if usage.cache_creation_input_tokens > 0 {
        line.push_str(&format!(" · {} cache write", usage.cache_creation_input_tokens));
    }
    line
}

/// An error of the session as a sentence, with what happens next.
#[must_use]
pub fn error_in_words(error: &SessionErrorBody) -> String {
    let next = match error.retry_status {
        Some(RetryStatus::Retrying) => " The server retries by itself.",
        Some(RetryStatus::Exhausted) => " The turn is over; send again.",
        Some(RetryStatus::Terminal) => " The session cannot continue.",
        _ => "",
    };
    let place = [
        &error.mcp_server_name,
        &error.repository_url,
        &error.credential_id,
    ]
    .into_iter()
    .flatten()
    .next()
    .map(|p| format!(" [{p}]"))
    .unwrap_or_default();
    let message = match (error.message.as_str(), error.error_type.as_str()) {
        ("", "") => "The server does not say what went wrong.".to_owned(),
        ("", kind) => sentence(kind),
        (message, _) => message.to_owned(),
    };
    format!("{message}{place}{next}")
}

/// The argument of a tool call that matters most, on one line and exact: nothing in it is invisible.
#[must_use]
pub fn input_line(input: &str) -> String {
    const TELLING: [&str; 9] = [
        "command",
        "file_path",
        "path",
        "pattern",
        "query",
        "url",
        "order_id",
        "name",
        "id",
    ];
    // Values stay text: decoding and printing numbers would bring two more parsers into the page.
    let Ok(fields) = Fields::of(input) else {
        return exact_line(input);
    };
    let telling = TELLING.iter().find_map(|key| fields.get(key));
    match telling.or_else(|| fields.first()) {
        Some(value) => exact_line(&string_of(value).unwrap_or(Cow::Borrowed(value.get()))),
        None => String::new(),
    }
}

/// All text of content blocks on one line; other blocks by name.
#[must_use]
pub fn content_line(content: &[ContentBlock]) -> String {
    let mut line = String::new();
    for block in content {
        if !line.is_empty() {
            line.push(' ');
        }
        match block {
            ContentBlock::Text(text) => line.push_str(&one_line(&text.text)),
            ContentBlock::Image(_) => line.push_str("[image]"),
            ContentBlock::Document(document) => {
                line.push_str(&format!(
                    "[document {}]",
                    document.title.as_deref().unwrap_or_default()
                ));
            }
            ContentBlock::SearchResult(result) => line.push_str(&format!("[search result {}]", result.title)),
            ContentBlock::Redacted => line.push_str("[redacted]"),
            ContentBlock::Unknown(raw) => line.push_str(&text_inside(raw.get())),
        }
    }
    line
}

/// The beginning of a text on one line, exact.
fn exact_line(text: &str) -> String {
    // A row shows the beginning; nobody waits for the rest of many megabytes to be looked at.
    let end = text.char_indices().nth(20_000).map_or(text.len(), |(at, _)| at);
    one_line(&visible_exactly(&text[..end]))
}

/// The beginning of a text on one line, long enough for any row.
fn one_line(text: &str) -> String {
    const ENOUGH: usize = 400;
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        if line.len() + word.len() > ENOUGH {
            line.extend(word.chars().take(ENOUGH.saturating_sub(line.len())));
            line.push('…');
            break;
        }
        line.push_str(word);
    }
    line
}

fn is_retrying(error: &SessionErrorBody) -> bool {
    matches!(error.retry_status, Some(RetryStatus::Retrying))
}

fn error_tone(is_error: Option<bool>) -> Tone {
    if is_error == Some(true) {
        Tone::Bad
    } else {
        Tone::Plain
    }
}

fn thread_note(thread: Option<&str>) -> String {
    thread.map(|id| format!("thread {id}")).unwrap_or_default()
}

fn round(iteration: u32) -> String {
    format!("round {}", u64::from(iteration) + 1)
}

fn sentence(name: &str) -> String {
    name.replace('_', " ")
}

fn join(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (_, true) => first.to_owned(),
        (true, false) => second.to_owned(),
        (false, false) => format!("{first}: {second}"),
    }
}
