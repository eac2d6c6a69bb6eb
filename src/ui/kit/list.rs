//! Lists whose items keep their elements.

use std::collections::HashMap;

use leptos::prelude::*;
use web_sys::{Element, Node};

use super::element::{El, marker};
use super::nodes::Nodes;
use super::reactive::render;

/// One item: the key that tells it from the others, and what makes its element when the key is new.
pub(crate) struct Item {
    key: String,
    make: Box<dyn FnOnce() -> El>,
}

impl Item {
    /// An item by its key.
    pub(crate) fn new(key: String, make: impl FnOnce() -> El + 'static) -> Self {
        Self {
            key,
            make: Box::new(make),
        }
    }
}

/// An item on the page, with everything reactive in it.
struct Shown {
    element: Element,
    owner: Owner,
}

/// A list whose items keep their elements, and what is in them, as long as their keys stay.
pub(crate) fn keyed(items: impl Fn() -> Vec<Item> + 'static) -> Nodes {
    list(Box::new(items))
}

fn list(items: Box<dyn Fn() -> Vec<Item>>) -> Nodes {
    let end = marker();
    let whole = Nodes::of(Nodes::from(end.clone()));
    // Not the owner of the effect below, which is cleaned up with every change of the list.
    let scope = Owner::new();
    let mut shown = HashMap::<String, Shown>::new();
    render(Box::new(move || {
        let mut gone = std::mem::take(&mut shown);
        let mut order = Vec::new();
        for item in items() {
            let kept = gone.remove(&item.key).unwrap_or_else(|| {
                let owner = scope.child();
                let element = owner.with(|| untrack(item.make)).into_element();
                Shown { element, owner }
            });
            order.push(kept.element.clone());
            shown.insert(item.key, kept);
        }
        for old in gone.into_values() {
            old.owner.cleanup();
            old.element.remove();
        }
        put_in_order(&order, &end);
    }));
    whole
}

/// Brings elements into order before `end`, from the last to the first; those that stand right are not touched.
fn put_in_order(elements: &[Element], end: &Node) {
    let Some(parent) = end.parent_node() else { return };
    let mut next = end;
    for element in elements.iter().rev() {
        let follows = element
            .next_sibling()
            .is_some_and(|sibling| sibling.is_same_node(Some(next)));
        if !follows {
            let _ = parent.insert_before(element, Some(next));
        }
        next = element;
    }
}
