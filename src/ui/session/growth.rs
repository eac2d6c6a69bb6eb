//! Text at the end of a block that is being written: what stands there already keeps its nodes, so that the browser lays
//! out only what came.

use playground_core::markdown::{Block, Inline, Plain, visible_controls};
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, HtmlElement, Node};

use crate::ui::kit::Children;

/// Turns the element of a block into that of a longer one. Returns whether it could; if not, nothing has changed.
pub(super) fn grow(element: &HtmlElement, old: &Block, new: &Block) -> bool {
    match (old, new) {
        (Block::Code { text: old, .. }, Block::Code { text: new, .. }) => {
            code_in(element).is_some_and(|code| grow_text(&code, old, new))
        }
        (Block::Paragraph(old), Block::Paragraph(new)) => grow_line(element, old, new),
        _ => false,
    }
}

/// Adds what came to the element of a block, without a look at what stands before. Returns whether it could.
pub(super) fn add(element: &HtmlElement, new: &Block, plain: Plain) -> bool {
    let (parent, text): (Node, &str) = match new {
        Block::Code { text, .. } => match code_in(element) {
            Some(code) => (code, text),
            None => return false,
        },
        Block::Paragraph(children) => match children.last() {
            Some(Inline::Text(text)) => (element.clone().into(), text),
            _ => return false,
        },
        _ => return false,
    };
    let Some(more) = text.len().checked_sub(plain.added).and_then(|at| text.get(at..)) else {
        return false;
    };
    match parent
        .last_child()
        .and_then(|last| last.dyn_into::<CharacterData>().ok())
    {
        Some(last) => put(&last, plain.taken, more),
        None => {
            more.append_to(&parent);
            true
        }
    }
}

/// The place of the text in the element of a block of code.
fn code_in(element: &HtmlElement) -> Option<Node> {
    element.first_child()?.first_child()
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
        (Inline::Text(old), [Inline::Text(new), ..]) => grow_text(element, old, new),
        (last, [same, ..]) => last == same,
        _ => false,
    };
    if kept {
        new[old.len()..].to_vec().append_to(element);
    }
    kept
}

/// The text of a code block ends with a line feed that moves with its end.
fn grow_text(parent: &Node, old: &str, new: &str) -> bool {
    let kept = old.strip_suffix('\n').unwrap_or(old);
    let last = parent
        .last_child()
        .and_then(|last| last.dyn_into::<CharacterData>().ok());
    match (last, new.strip_prefix(kept)) {
        (Some(last), Some(more)) => put(&last, old.len() - kept.len(), more),
        _ => false,
    }
}

/// Puts text at the end of a text node, in place of its last characters. Into that node, however long it is: to a new one
/// the browser takes longer, because it collects all text of the paragraph anew.
fn put(last: &CharacterData, taken: usize, more: &str) -> bool {
    let moved = taken as u32;
    let end = last.length().saturating_sub(moved);
    last.replace_data(end, moved, &visible_controls(more)).is_ok()
}
