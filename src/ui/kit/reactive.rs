//! Views and values that follow signals.

use leptos::prelude::*;
use web_sys::Node;

use super::children::Children;
use super::element::{fragment, marker};
use super::nodes::Nodes;
use crate::platform::guard::guarded;
use crate::signals::Memo;

/// Runs now, and again whenever what it reads changes, as long as the current scope lives.
pub(super) fn render(mut run: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_| _ = guarded(&mut *run));
    on_cleanup(move || drop(effect));
}

/// A view that is made anew when what it reads changes.
pub fn dynamic<C: Children>(make: impl Fn() -> C + 'static) -> Nodes {
    region(Box::new(move |parent| make().append_to(parent)))
}

fn region(fill: Box<dyn Fn(&Node)>) -> Nodes {
    let (start, end) = (marker(), marker());
    let whole = Nodes::of((Nodes::from(start.clone()), Nodes::from(end.clone())));
    render(Box::new(move || {
        let content = fragment();
        fill(&content);
        while let Some(old) = start.next_sibling().filter(|node| !node.is_same_node(Some(&end))) {
            remove(&old);
        }
        let _ = end.before_with_node_1(&content);
    }));
    whole
}

/// One of two views; neither is made anew while the condition keeps its value.
pub(crate) fn either<A: Children, B: Children>(
    condition: impl Fn() -> bool + 'static,
    then: impl Fn() -> A + 'static,
    otherwise: impl Fn() -> B + 'static,
) -> Nodes {
    let condition = memo(condition);
    region(Box::new(move |parent| {
        if condition.get() {
            then().append_to(parent);
        } else {
            otherwise().append_to(parent);
        }
    }))
}

/// A view that is there while a condition holds.
pub fn when<C: Children>(condition: impl Fn() -> bool + 'static, then: impl Fn() -> C + 'static) -> Nodes {
    either(condition, then, || ())
}

/// A value that tells its readers only when it becomes another.
pub(crate) fn memo<T: Clone + PartialEq + 'static>(value: impl Fn() -> T + 'static) -> Memo<T> {
    Memo::new(value)
}

/// Runs when what it reads changes, for the first time once the current work is done.
pub(crate) fn effect(run: impl Fn() + 'static) {
    fn erased(run: Box<dyn Fn()>) {
        Effect::new(move |_| _ = guarded(&mut || run()));
    }
    erased(Box::new(run));
}

pub(super) fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}
