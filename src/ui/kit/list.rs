//! Lists whose items keep their elements.

use leptos::prelude::*;
use web_sys::{Element, Node};

use super::element::{El, marker};
use super::nodes::Nodes;
use super::reactive::{pass_on, remove, render};

/// One item: the key that tells it from the others, and what makes its element when the key is new.
pub struct Item {
    key: String,
    make: Box<dyn FnOnce() -> El>,
}

impl Item {
    /// An item by its key.
    pub fn new(key: String, make: impl FnOnce() -> El + 'static) -> Self {
        Self {
            key,
            make: Box::new(make),
        }
    }
}

/// An item on the page, with everything reactive in it.
struct Shown {
    key: String,
    element: Element,
    owner: Owner,
}

/// A list whose items keep their elements, and what is in them, as long as their keys stay.
pub fn keyed(items: impl Fn() -> Vec<Item> + 'static) -> Nodes {
    list(Box::new(items))
}

fn list(items: Box<dyn Fn() -> Vec<Item>>) -> Nodes {
    let end = marker();
    let whole = Nodes::of(Nodes::from(end.clone()));
    // Not the owner of the effect below, which is cleaned up with every change of the list.
    let scope = Owner::new();
    let mut shown = Vec::new();
    render(Box::new(move || {
        let mut before = Before::new(std::mem::take(&mut shown));
        for Item { key, make } in items() {
            let kept = before.take(&key).unwrap_or_else(|| {
                let owner = scope.child();
                let element = owner.with(|| untrack(make)).into_element();
                Shown { key, element, owner }
            });
            shown.push(kept);
        }
        let mut had_focus = false;
        for gone in before.rest() {
            gone.owner.cleanup();
            had_focus |= remove(&gone.element);
        }
        put_in_order(&shown, &end);
        pass_on(had_focus, &end);
    }));
    whole
}

/// The items that were shown before. Most lists keep their order, so the next item is looked for behind the last found.
struct Before {
    items: Vec<Option<Shown>>,
    next: usize,
}

impl Before {
    fn new(items: Vec<Shown>) -> Self {
        let items = items.into_iter().map(Some).collect();
        Self { items, next: 0 }
    }

    fn take(&mut self, key: &str) -> Option<Shown> {
        let is_it = |item: &Option<Shown>| item.as_ref().is_some_and(|shown| shown.key == key);
        let (passed, ahead) = self.items.split_at(self.next);
        let found = match ahead.iter().position(is_it) {
            Some(position) => self.next + position,
            None => passed.iter().position(is_it)?,
        };
        self.next = found + 1;
        self.items[found].take()
    }

    fn rest(self) -> impl Iterator<Item = Shown> {
        self.items.into_iter().flatten()
    }
}

/// Brings items into order before `end`, from the last to the first; those that stand right are not touched.
fn put_in_order(items: &[Shown], end: &Node) {
    let Some(parent) = end.parent_node() else { return };
    let mut next = end;
    for Shown { element, .. } in items.iter().rev() {
        let follows = element
            .next_sibling()
            .is_some_and(|sibling| sibling.is_same_node(Some(next)));
        if !follows {
            let _ = parent.insert_before(element, Some(next));
        }
        next = element;
    }
}
