//! Closures behind one boxed type each. The view machinery is compiled anew for every type it meets, and every closure
//! is its own type; without these helpers a third of the page would be copies of it.

use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;

/// A view that is made anew when what it reads changes.
pub(crate) fn dynamic(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    fn erased(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
        (move || view()).into_any()
    }
    erased(Box::new(view))
}

/// One of two views; neither is made anew while the condition keeps its value.
pub(crate) fn either(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    then: impl Fn() -> AnyView + Send + 'static,
    otherwise: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let condition = memo(condition);
    dynamic(move || if condition.get() { then() } else { otherwise() })
}

/// A view that is there while a condition holds.
pub(crate) fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    then: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    either(condition, then, nothing)
}

/// The view of a value that may be missing.
pub(crate) fn optional<T>(value: Option<T>, view: impl FnOnce(T) -> AnyView) -> AnyView {
    value.map_or_else(nothing, view)
}

/// No view.
pub(crate) fn nothing() -> AnyView {
    ().into_any()
}

/// A value that tells its readers only when it becomes another.
pub(crate) fn memo<T: Clone + PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    fn erased<T: PartialEq + Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| value())
    }
    erased(Box::new(value))
}

/// Runs when what it reads changes.
pub(crate) fn effect(run: impl Fn() + 'static) {
    fn erased(run: Box<dyn Fn()>) {
        Effect::new(move |_| run());
    }
    erased(Box::new(run));
}

/// One item of a list: the key that tells it from the others, and what makes its view when the key is new.
pub(crate) struct Item {
    key: String,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Item {
    /// An item by its key.
    pub(crate) fn new(key: String, view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        let view = Box::new(view);
        Self { key, view }
    }
}

/// A list whose items keep their nodes as long as their keys stay.
pub(crate) fn keyed(items: impl Fn() -> Vec<Item> + Send + 'static) -> AnyView {
    fn erased(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
        view! { <For each=items key=|item| item.key.clone() children=|item: Item| (item.view)()/> }.into_any()
    }
    erased(Box::new(items))
}

/// Handles a click.
pub(crate) fn on_press(mut run: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| run())
}

/// Takes the value that was typed or chosen.
pub(crate) fn on_value(mut take: impl FnMut(String) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| take(event_target_value(&event)))
}

/// Keeps the typed text in a signal.
pub(crate) fn typed_into(signal: RwSignal<String>) -> Box<dyn FnMut(Event)> {
    on_value(move |text| signal.set(text))
}

/// Takes the state of a checkbox.
pub(crate) fn on_check(mut take: impl FnMut(bool) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| take(event_target_checked(&event)))
}
