//! Text while it streams in: finished blocks keep their nodes, only what may still change is made anew.

use leptos::prelude::*;
use playground_core::markdown::{Block, StreamingMarkdown};
use playground_core::protocol::EventType;
use playground_core::session::PreviewId;

use super::SessionContext;
use crate::ui::kit::{El, Item, Nodes, block, effect, either, el, keyed, shape};

/// One block on the page: content block, position in it, and how often it changed.
type BlockKey = (usize, usize, u32);

/// An open preview. `version` counts the batches that brought text for it.
#[component]
pub(super) fn PreviewText(number: PreviewId, version: ArcRwSignal<u32>) -> Nodes {
    let context = expect_context::<SessionContext>();
    let texts = StoredValue::new(Vec::<StreamingMarkdown>::new());
    let stamps = RwSignal::new(Vec::<Vec<u32>>::new());
    let is_thinking = RwSignal::new(true);
    effect(move || {
        version.track();
        let stamp = version.get_untracked();
        context.session.try_with_value(|session| {
            session.with_timeline(|timeline| {
                let Some(preview) = timeline.preview(number) else {
                    return;
                };
                let has_text = preview.blocks.iter().any(|b| !b.is_empty());
                is_thinking.set(preview.event_type == EventType::AgentThinking || !has_text);
                let mut next = stamps.get_untracked();
                next.resize_with(preview.blocks.len(), Vec::new);
                texts.update_value(|texts| {
                    texts.resize_with(preview.blocks.len(), StreamingMarkdown::new);
                    for ((text, full), stamps) in texts.iter_mut().zip(&preview.blocks).zip(&mut next) {
                        let first_changed = grow(text, full);
                        stamps.truncate(first_changed);
                        stamps.resize(text.finals().len() + text.tail().len(), stamp);
                    }
                });
                stamps.set(next);
            });
        });
    });
    let keys = move || {
        stamps.with(|stamps| {
            let of_block = |(position, stamps): (usize, &Vec<u32>)| {
                stamps
                    .iter()
                    .enumerate()
                    .map(move |(i, stamp)| (position, i, *stamp))
                    .collect::<Vec<BlockKey>>()
            };
            stamps
                .iter()
                .enumerate()
                .flat_map(of_block)
                .collect::<Vec<BlockKey>>()
        })
    };
    let made = move |(position, index, _): BlockKey| -> El {
        let found = texts.with_value(|texts| texts.get(position).and_then(|t| block_at(t, index).cloned()));
        found.map_or_else(|| el("p"), block)
    };
    let items = move || {
        let item = |key: BlockKey| Item::new(format!("{key:?}"), move || made(key));
        keys().into_iter().map(item).collect()
    };
    let thinking = || {
        el("p.remark.thinking")
            .attr("data-tone", "quiet")
            .with((shape("remark-shape"), "Thinking…"))
    };
    let writing = move || {
        el("div.said.from-agent.streaming").with((
            el("h2.said-who").with(("Agent", el("span.tag").with("writing"))),
            el("div.said-what.markdown").with(keyed(items)),
        ))
    };
    either(move || is_thinking.get(), thinking, writing)
}

/// Brings a parsed text up to the whole one; starts over if the whole one is no continuation.
fn grow(text: &mut StreamingMarkdown, full: &str) -> usize {
    match full.strip_prefix(text.text()) {
        Some("") => usize::MAX,
        Some(more) => text.append(more),
        None => {
            *text = StreamingMarkdown::new();
            text.append(full);
            0
        }
    }
}

fn block_at(text: &StreamingMarkdown, index: usize) -> Option<&Block> {
    text.finals()
        .get(index)
        .or_else(|| text.tail().get(index.checked_sub(text.finals().len())?))
}
