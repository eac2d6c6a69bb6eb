//! Buttons and text fields.

use playground_core::api::Secret;
use web_sys::HtmlInputElement;

use super::element::{El, el};
use crate::signals::RwSignal;

/// Attributes by name and value.
type Attributes = &'static [(&'static str, &'static str)];

/// A button that can always be pressed.
pub(crate) fn button(class: &str, label: impl AsRef<str>, press: impl FnMut() + 'static) -> El {
    plain_button(class).with(label.as_ref()).on_press(press)
}

/// A button whose label tells what goes on. While it is off it can be reached and pressed all the same, so `press` has
/// to look for itself.
pub(crate) fn action_button(
    class: &str,
    label: impl Fn() -> &'static str + 'static,
    is_off: impl Fn() -> bool + 'static,
    press: impl FnMut() + 'static,
) -> El {
    plain_button(class)
        .bind("aria-disabled", is_off)
        .with(label)
        .on_press(press)
}

/// The button that submits its form.
pub(crate) fn submit_button(
    class: &str,
    label: impl Fn() -> &'static str + 'static,
    is_off: impl Fn() -> bool + 'static,
) -> El {
    plain_button(class)
        .attr("type", "submit")
        .bind("aria-disabled", is_off)
        .with(label)
}

/// A button without label and purpose.
pub(crate) fn plain_button(class: &str) -> El {
    let button = el("button").attr("type", "button");
    if class.is_empty() {
        button
    } else {
        button.class(class)
    }
}

/// A line of text with its label.
pub(crate) fn text_field(label: &str, value: RwSignal<String>, attributes: Attributes) -> El {
    labelled(label, typed_into(el("input").attrs(attributes), value))
}

/// Lines of text with their label.
pub(crate) fn text_area(label: &str, value: RwSignal<String>, attributes: Attributes) -> El {
    labelled(label, typed_into(el("textarea").attrs(attributes), value))
}

/// A field for a key, with its label. What is typed goes into the signal and nowhere else; the field itself is only told
/// what it starts with.
pub(crate) fn secret_field(label: &str, value: RwSignal<Secret>, attributes: Attributes) -> El {
    let field = el("input").attr("type", "password").attrs(attributes);
    value.with_untracked(|start| field.element::<HtmlInputElement>().set_value(start));
    labelled(label, field.on_value("input", move |text| value.set(text.into())))
}

/// A field below its label.
pub(crate) fn labelled(label: &str, field: El) -> El {
    el("label.field").with((el("span").with(label), field))
}

/// A field that shows a signal and keeps what is typed in it, in the direction of what is typed.
pub(crate) fn typed_into(field: El, value: RwSignal<String>) -> El {
    field
        .attr("dir", "auto")
        .value(move || value.get())
        .on_value("input", move |text| value.set(text))
}
