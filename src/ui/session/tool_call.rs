//! A tool call, its answer and its result as one row.

use playground_core::present::{Answer, ToolCall};

use super::content::{TextStyle, content, json_text};
use crate::platform::intl;
use crate::signals::RwSignal;
use crate::ui::kit::controls::plain_button;
use crate::ui::kit::{El, copy_mark, el, shape, when};

/// The row of a call: one line, open for full input and output.
pub(super) fn tool_call(call: ToolCall, is_open: RwSignal<bool>) -> El {
    let took = call.took_ms.map(intl::duration);
    let outcome = call.outcome.words(took.as_deref());
    let origin = match (call.server, call.is_custom) {
        (Some(server), _) => Some(format!("{server} · ")),
        (None, true) => Some("custom · ".to_owned()),
        (None, false) => None,
    };
    let line = plain_button("tool-line")
        .bind("aria-expanded", move || is_open.get())
        .on_press(move || is_open.update(|open| *open = !*open))
        .with((
            shape("tool-shape"),
            el("span.tool-name.exact").with((origin.map(|origin| el("span.muted").with(origin)), call.name)),
            el("span.tool-argument.exact").with(call.argument),
            el("span.tool-duration.number").with(took),
            el("span.tool-outcome").with((
                call.thread.map(|thread| el("span.muted").with((thread, " · "))),
                outcome,
            )),
        ));
    let label = |text: &'static str| el("p.tool-label").with(text);
    let copied = move |text, kind| el("div.tool-part").with((label(text), copy_mark(kind)));
    let (input, answer, result) = (call.input, call.answer, call.result);
    let body = move || {
        let answer = answer.as_ref().map(|answer| match answer {
            Answer::Allowed => "Allowed".to_owned(),
            Answer::Denied(None) => "Denied".to_owned(),
            Answer::Denied(Some(why)) => format!("Denied: {why}"),
        });
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
        .attr("data-outcome", call.outcome.name())
        .with((line, when(move || is_open.get(), body)))
}
