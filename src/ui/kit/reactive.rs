//! Views and values that follow signals.

use leptos::prelude::*;
use web_sys::Node;

use super::children::Children;
use super::element::{fragment, marker};
use super::nodes::Nodes;
use crate::platform::focus;
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
        let mut had_focus = false;
        while let Some(old) = start.next_sibling().filter(|node| !node.is_same_node(Some(&end))) {
            had_focus |= remove(&old);
        }
        let Some(place) = end.parent_node() else { return };
        let _ = place.insert_before(&content, Some(&end));
        pass_on(had_focus, &end);
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

/// Takes a node out. Returns whether the focus was in it.
pub(crate) fn remove(node: &Node) -> bool {
    let had_focus = focus::is_in(node);
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
    had_focus
}

/// Gives the focus of what was taken out to what is near to where it stood.
pub(super) fn pass_on(had_focus: bool, end: &Node) {
    if had_focus && let Some(parent) = end.parent_element() {
        focus::goes_on_near(parent);
    }
}
