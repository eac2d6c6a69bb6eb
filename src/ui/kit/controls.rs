//! Buttons and text fields. Each is compiled once, whatever it is called with.

use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::attr::custom::custom_attribute;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::erased::{on_press, typed_into};

/// Attributes by name and value.
type Attributes = &'static [(&'static str, &'static str)];

/// A button that can always be pressed.
pub(crate) fn button(
    class: &'static str,
    label: impl Into<String>,
    press: impl FnMut() + 'static,
) -> AnyView {
    fn erased(class: &'static str, label: String, press: Box<dyn FnMut(MouseEvent)>) -> AnyView {
        view! { <button type="button" class=given(class) on:click=press>{label}</button> }.into_any()
    }
    erased(class, label.into(), on_press(press))
}

/// A button whose label tells what goes on. While it is off it can be reached and pressed all the same, so `press` has
/// to look for itself.
pub(crate) fn action_button(
    class: &'static str,
    label: impl Fn() -> &'static str + Send + 'static,
    is_off: impl Fn() -> bool + Send + 'static,
    press: impl FnMut() + 'static,
) -> AnyView {
    changing(
        "button",
        class,
        Box::new(label),
        Box::new(is_off),
        on_press(press),
    )
}

/// The button that submits its form.
pub(crate) fn submit_button(
    class: &'static str,
    label: impl Fn() -> &'static str + Send + 'static,
    is_off: impl Fn() -> bool + Send + 'static,
) -> AnyView {
    changing(
        "submit",
        class,
        Box::new(label),
        Box::new(is_off),
        on_press(|| {}),
    )
}

fn changing(
    kind: &'static str,
    class: &'static str,
    label: Box<dyn Fn() -> &'static str + Send>,
    is_off: Box<dyn Fn() -> bool + Send>,
    press: Box<dyn FnMut(MouseEvent)>,
) -> AnyView {
    view! {
        <button type=kind class=given(class) aria-disabled=move || is_off().to_string() on:click=press>
            {move || label()}
        </button>
    }
    .into_any()
}

/// A line of text with its label.
pub(crate) fn text_field(label: &'static str, value: RwSignal<String>, attributes: Attributes) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input prop:value=move || value.get() on:input=typed_into(value) {..all(attributes)}/>
        </label>
    }
    .into_any()
}

/// Lines of text with their label.
pub(crate) fn text_area(label: &'static str, value: RwSignal<String>, attributes: Attributes) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <textarea prop:value=move || value.get() on:input=typed_into(value) {..all(attributes)}></textarea>
        </label>
    }
    .into_any()
}

fn all(attributes: Attributes) -> Vec<AnyAttribute> {
    attributes
        .iter()
        .map(|(name, value)| custom_attribute(*name, *value).into_any_attr())
        .collect()
}

fn given(class: &'static str) -> Option<&'static str> {
    (!class.is_empty()).then_some(class)
}
