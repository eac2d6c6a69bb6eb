//! Text while it streams in: finished blocks keep their nodes, only what may still change is made anew.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use playground_core::markdown::{Block, StreamingMarkdown};
use playground_core::protocol::EventType;
use playground_core::session::PreviewId;
use web_sys::{HtmlElement, Node};

use super::{SessionContext, growth};
use crate::ui::kit::{Nodes, block, effect, either, el, shape};

/// An open preview. `version` counts the batches that brought text for it.
#[component]
pub(super) fn PreviewText(number: PreviewId, version: ArcRwSignal<u32>) -> Nodes {
    let context = expect_context::<SessionContext>();
    let place: HtmlElement = el("div.said-what.markdown").element();
    let written = place.clone();
    let stretches = RefCell::new(Vec::<Stretch>::new());
    let restarts = Cell::new(0);
    let is_thinking = RwSignal::new(true);
    effect(move || {
        version.track();
        context.session.try_with_value(|session| {
            session.with_timeline(|timeline| {
                let Some(preview) = timeline.preview(number) else {
                    return;
                };
                let has_text = preview.blocks.iter().any(|b| !b.is_empty());
                is_thinking.set(preview.event_type == EventType::AgentThinking || !has_text);
                let mut stretches = stretches.borrow_mut();
                if restarts.replace(preview.restarts) != preview.restarts {
                    stretches.drain(..).for_each(Stretch::remove);
                }
                stretches.resize_with(preview.blocks.len(), Stretch::default);
                let mut behind: Option<HtmlElement> = None;
                for (stretch, full) in stretches.iter_mut().zip(&preview.blocks).rev() {
                    stretch.grow(full, &place, behind.as_ref());
                    behind = stretch.shown.first().cloned().or(behind);
                }
            });
        });
    });
    let thinking = || {
        el("p.remark.thinking")
            .attr("data-tone", "quiet")
            .with((shape("remark-shape"), "Thinking…"))
    };
    let writing = move || {
        let said = el("div.said.from-agent.streaming")
            .with(el("h2.said-who").with(("Agent", el("span.tag").with("writing"))));
        let _ = said.element::<HtmlElement>().append_child(&written);
        said
    };
    either(move || is_thinking.get(), thinking, writing)
}

/// A content block on the page: its text, and an element for each block of Markdown in it.
#[derive(Default)]
struct Stretch {
    text: StreamingMarkdown,
    shown: Vec<HtmlElement>,
}

impl Stretch {
    /// Brings it up to the whole text. The cost is that of the blocks that differ, however many stand before them.
    fn grow(&mut self, full: &str, place: &HtmlElement, behind: Option<&HtmlElement>) {
        let Some(more) = full.get(self.text.text().len()..).filter(|more| !more.is_empty()) else {
            return;
        };
        let old_finals = self.text.finals().len();
        let old_tail = self.text.tail().to_vec();
        let mut first_changed = self.text.append(more).min(self.shown.len());
        let old = first_changed
            .checked_sub(old_finals)
            .and_then(|at| old_tail.get(at));
        if let (Some(element), Some(old), Some(new)) = (
            self.shown.get(first_changed),
            old,
            block_at(&self.text, first_changed),
        ) && growth::grow(element, old, new)
        {
            first_changed += 1;
        }
        for old in self.shown.drain(first_changed..) {
            old.remove();
        }
        let count = self.text.finals().len() + self.text.tail().len();
        for index in self.shown.len()..count {
            let Some(made) = block_at(&self.text, index).cloned().map(block) else {
                return;
            };
            let made: HtmlElement = made.element();
            let _ = place.insert_before(&made, behind.map(|element| element as &Node));
            self.shown.push(made);
        }
    }

    fn remove(self) {
        self.shown.iter().for_each(|element| element.remove());
    }
}

fn block_at(text: &StreamingMarkdown, index: usize) -> Option<&Block> {
    text.finals()
        .get(index)
        .or_else(|| text.tail().get(index.checked_sub(text.finals().len())?))
}
