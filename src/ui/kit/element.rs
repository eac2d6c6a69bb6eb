//! Elements of the page, made one by one. Whatever is given as a closure follows the signals that the closure reads.

use std::borrow::Cow;

use leptos::prelude::Owner;
use leptos::reactive::owner::WeakOwner;
use playground_core::markdown::visible_controls;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Comment, Document, Element, Event, HtmlInputElement, KeyboardEvent, Node, Text};

use super::children::Children;
use super::nodes::Nodes;
use super::reactive::render;

thread_local! {
    static DOCUMENT: Document = crate::platform::window().document().unwrap_throw();
}

/// An element that is being made.
pub struct El(Element);

/// Starts an element: a tag, and classes after dots, as in `p.hint`.
pub fn el(tag_and_classes: &str) -> El {
    let (tag, classes) = tag_and_classes.split_once('.').unwrap_or((tag_and_classes, ""));
    let element = DOCUMENT
        .with(|document| document.create_element(tag))
        .unwrap_throw();
    let made = El(element);
    if classes.is_empty() {
        made
    } else {
        made.class(&classes.replace('.', " "))
    }
}

impl From<Element> for El {
    /// An element that was made before, to go on with.
    fn from(element: Element) -> Self {
        Self(element)
    }
}

/// The value of an attribute; `None` takes the attribute away.
pub type Value = Option<Cow<'static, str>>;

/// What may stand as the value of an attribute.
pub trait IntoValue {
    /// The value as text.
    fn into_value(self) -> Value;
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Some(Cow::Borrowed(self))
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Some(Cow::Owned(self))
    }
}

/// ARIA writes both states out. For attributes that mean "on" by being there see [`El::flag`].
impl IntoValue for bool {
    fn into_value(self) -> Value {
        if self { "true" } else { "false" }.into_value()
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        self.to_string().into_value()
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.and_then(T::into_value)
    }
}

impl El {
    /// Replaces the classes, separated by spaces.
    pub fn class(self, classes: &str) -> Self {
        self.0.set_class_name(classes);
        self
    }

    /// Sets an attribute for good.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, Some(value));
        self
    }

    /// Sets an attribute for good if there is a value.
    pub fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Sets several attributes for good.
    pub fn attrs(self, attributes: &[(&str, &str)]) -> Self {
        for (name, value) in attributes {
            set(&self.0, name, Some(value));
        }
        self
    }

    /// Keeps an attribute up to date.
    pub fn bind<V: IntoValue>(self, name: &'static str, value: impl Fn() -> V + 'static) -> Self {
        let element = self.0.clone();
        follow(
            Box::new(move || value().into_value()),
            Box::new(move |value| set(&element, name, value)),
        );
        self
    }

    /// Keeps an attribute that means "on" by being there up to date, as `readonly` or `selected`.
    pub fn flag(self, name: &'static str, is_on: impl Fn() -> bool + 'static) -> Self {
        self.bind(name, move || is_on().then_some(""))
    }

    /// Keeps one class among others up to date.
    pub fn class_if(self, class: &'static str, is_on: impl Fn() -> bool + 'static) -> Self {
        let classes = self.0.class_list();
        follow(
            Box::new(move || is_on().then_some("").into_value()),
            Box::new(move |value| {
                let _ = classes.toggle_with_force(class, value.is_some());
            }),
        );
        self
    }

    /// Keeps the text of a field up to date.
    pub fn value(self, text: impl Fn() -> String + 'static) -> Self {
        // The setter works on every element with a `value`.
        let field: HtmlInputElement = self.0.clone().unchecked_into();
        follow(
            Box::new(move || text().into_value()),
            Box::new(move |value| field.set_value(value.unwrap_or_default())),
        );
        self
    }

    /// Appends children.
    pub fn with(self, children: impl Children) -> Self {
        children.append_to(&self.0);
        self
    }

    /// Appends a child for each item.
    pub fn each<C: Children>(self, children: impl IntoIterator<Item = C>) -> Self {
        for child in children {
            child.append_to(&self.0);
        }
        self
    }

    /// Calls `run` for every event of a kind.
    pub fn on(self, event: &str, run: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(run));
        self
    }

    /// Calls `run` when it is pressed, in whatever way.
    pub fn on_press(self, mut run: impl FnMut() + 'static) -> Self {
        self.on("click", move |_| run())
    }

    /// Takes the text of a field: at every key with `input`, when it is done with `change`.
    pub fn on_value(self, event: &str, mut take: impl FnMut(String) + 'static) -> Self {
        self.on(event, move |event| {
            if let Some(target) = event.target() {
                take(target.unchecked_into::<HtmlInputElement>().value());
            }
        })
    }

    /// Takes the state of a checkbox.
    pub fn on_check(self, mut take: impl FnMut(bool) + 'static) -> Self {
        self.on("change", move |event| {
            if let Some(target) = event.target() {
                take(target.unchecked_into::<HtmlInputElement>().checked());
            }
        })
    }

    /// Runs instead of sending a form.
    pub fn on_submit(self, mut run: impl FnMut() + 'static) -> Self {
        self.on("submit", move |event| {
            event.prevent_default();
            run();
        })
    }

    /// Takes pressed keys.
    pub fn on_key(self, mut take: impl FnMut(KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| take(event.unchecked_into()))
    }

    /// The element, for what has to be done with it later.
    pub fn element<T: JsCast>(&self) -> T {
        self.0.clone().unchecked_into()
    }

    /// The element as what a component returns.
    pub fn nodes(self) -> Nodes {
        self.into()
    }

    pub(super) fn into_element(self) -> Element {
        self.0
    }
}

/// A text that follows its signals.
pub(super) fn text_of(text: Box<dyn Fn() -> Value>) -> Text {
    let node = text_node("");
    let shown = node.clone();
    follow(
        text,
        Box::new(move |text| shown.set_data(&visible_controls(text.unwrap_or_default()))),
    );
    node
}

/// Every text on the page comes through here, so no control character in one reaches the reader unseen.
pub(super) fn text_node(text: &str) -> Text {
    DOCUMENT.with(|document| document.create_text_node(&visible_controls(text)))
}

/// A node that shows nothing and marks a place.
pub(super) fn marker() -> Comment {
    DOCUMENT.with(|document| document.create_comment(""))
}

pub(super) fn fragment() -> Node {
    DOCUMENT.with(|document| document.create_document_fragment().into())
}

/// Puts a value where it is seen.
type Show = Box<dyn Fn(Option<&str>)>;

/// Hands a value on whenever it became another.
fn follow(value: Box<dyn Fn() -> Value>, show: Show) {
    let mut shown = None;
    render(Box::new(move || {
        let next = value();
        if shown.as_ref() != Some(&next) {
            show(next.as_deref());
            shown = Some(next);
        }
    }));
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // Names are constants of this program; the browser refuses only names that are none.
    let _ = match value {
        // Hooks and addresses are for programs, everything else is read or heard by people.
        Some(value) if name.starts_with("data-") || name == "href" => element.set_attribute(name, value),
        Some(value) => element.set_attribute(name, &visible_controls(value)),
        None => element.remove_attribute(name),
    };
}

fn listen(element: &Element, event: &str, mut run: Box<dyn FnMut(Event)>) {
    let owner = Owner::current().as_ref().map(Owner::downgrade);
    let handler =
        Closure::<dyn FnMut(Event)>::new(move |event| match owner.as_ref().and_then(WeakOwner::upgrade) {
            Some(owner) => owner.with(|| run(event)),
            None => run(event),
        });
    // The browser drops it together with the element: an event may still come while the element is being removed.
    let handler = handler.into_js_value();
    let _ = element.add_event_listener_with_callback(event, handler.unchecked_ref());
}

/// A length in CSS, to the thousandth of a pixel. Formatting the number itself would cost 18 kB.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no length is that great, or negative"
)]
pub fn px(length: f64) -> String {
    let thousandths = (length * 1_000.0).round() as u64;
    format!("{}.{:03}px", thousandths / 1_000, thousandths % 1_000)
}
