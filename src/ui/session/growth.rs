//! Text at the end of a block that is being written: what stands there already keeps its nodes, so that the browser lays
//! out only what came.

use playground_core::markdown::{Block, Inline, visible_controls};
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, HtmlElement, Node};

use crate::ui::kit::Children;

/// Turns the element of a block into that of a longer one. Returns whether it could; if not, nothing has changed.
pub(super) fn grow(element: &HtmlElement, old: &Block, new: &Block) -> bool {
    match (old, new) {
        (Block::Code { text: old, .. }, Block::Code { text: new, .. }) => {
            let text = element.first_child().and_then(|code| code.first_child());
            text.is_some_and(|text| grow_text(text, old, new))
        }
        (Block::Paragraph(old), Block::Paragraph(new)) => grow_line(element, old, new),
        _ => false,
    }
}

/// Every inline element is one node.
fn grow_line(element: &HtmlElement, old: &[Inline], new: &[Inline]) -> bool {
    let Some((last, before)) = old.split_last() else {
        return false;
    };
    if !new.starts_with(before) {
        return false;
    }
    let kept = match (last, &new[before.len()..]) {
        (Inline::Text(old), [Inline::Text(new), ..]) => {
            element.last_child().is_some_and(|text| grow_text(text, old, new))
        }
        (last, [same, ..]) => last == same,
        _ => false,
    };
    if kept {
        new[old.len()..].to_vec().append_to(element);
    }
    kept
}

/// The text of a code block ends with a line feed that moves with its end.
fn grow_text(node: Node, old: &str, new: &str) -> bool {
    let kept = old.strip_suffix('\n').unwrap_or(old);
    let (Some(more), Some(text)) = (new.strip_prefix(kept), node.dyn_ref::<CharacterData>()) else {
        return false;
    };
    let moved = u32::from(kept.len() < old.len());
    let end = text.length().saturating_sub(moved);
    text.replace_data(end, moved, &visible_controls(more)).is_ok()
}
