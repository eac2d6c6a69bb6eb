//! Copying: buttons, and a way by hand where the browser lets nobody copy.

use web_sys::{Element, HtmlDialogElement, HtmlTextAreaElement};

use super::ScreenTasks;
use super::controls::{button, plain_button};
use super::element::{El, el};
use super::reactive::remove;
use crate::platform::{clipboard, dialog, optional, timer, window};
use crate::signals::RwSignal;

/// How long a button says that it has copied.
const SAID_MS: f64 = 2_000.0;

/// Copies a text, made when it is needed, to the clipboard and says whether it worked. `what` is copied, for the
/// accessible name.
pub(crate) fn copy_button(what: &str, text: impl Fn() -> String + 'static) -> El {
    let tasks = ScreenTasks::new();
    let outcome = RwSignal::new(None::<&'static str>);
    let name = format!("Copy {what}");
    plain_button("quiet small")
        .bind("aria-label", move || {
            outcome.get().map_or_else(|| name.clone(), str::to_owned)
        })
        .with(move || outcome.get().unwrap_or("Copy"))
        .on_press(move || {
            let text = text();
            tasks.spawn(async move {
                let said = copy(&text).await;
                let _ = outcome.try_set(Some(said));
                timer::sleep(SAID_MS).await;
                let _ = outcome.try_set(None);
            });
        })
}

/// A button that copies what it stands beside. Whoever shows it around many parts of a page listens for presses on all of them
/// at once, and finds out what is meant by `kind`.
pub(crate) fn copy_mark(kind: &'static str) -> El {
    plain_button("copy quiet small")
        .attrs(&[("data-copy", kind), ("aria-label", &format!("Copy {kind}"))])
        .with("Copy")
}

/// The button made by [`copy_mark`] that an event is about, and its kind.
pub(crate) fn pressed_mark(event: &web_sys::Event) -> Option<(Element, String)> {
    let target = wasm_bindgen::JsCast::dyn_into::<Element>(event.target()?).ok()?;
    let mark = target.closest("[data-copy]").ok()??;
    let kind = mark.get_attribute("data-copy")?;
    Some((mark, kind))
}

/// Copies a text and says so on a button made by [`copy_mark`].
pub(crate) async fn copy_for(mark: Element, text: String) {
    let name = mark.get_attribute("aria-label").unwrap_or_default();
    let say = |word: &str, name: &str| {
        mark.set_text_content(Some(word));
        let _ = mark.set_attribute("aria-label", name);
    };
    let said = copy(&text).await;
    if name.starts_with("Copy ") {
        say(said, said);
        timer::sleep(SAID_MS).await;
        say("Copy", &name);
    }
}

/// Copies a text, by hand if there is no other way, and returns what happened.
async fn copy(text: &str) -> &'static str {
    if clipboard::copy(text).await {
        return "Copied";
    }
    offer_by_hand(text);
    "Not copied"
}

/// Shows a text so that it can be copied with the keyboard.
fn offer_by_hand(text: &str) {
    let Some(place) = window().document().and_then(|document| document.body()) else {
        return;
    };
    let question = el("dialog.dialog").attr("aria-labelledby", "by-hand-title");
    let element: HtmlDialogElement = question.element();
    let field =
        el("textarea.by-hand").attrs(&[("readonly", ""), ("rows", "8"), ("aria-label", "Text to copy")]);
    let area: HtmlTextAreaElement = field.element();
    area.set_value(text);
    let closing = element.clone();
    let question = question.with((
        el("h2").attr("id", "by-hand-title").with("Copy by hand"),
        el("p").with(
            "This browser does not let the page copy. The text is selected: press Ctrl+C (⌘C on a Mac).",
        ),
        field,
        el("div.dialog-end").with(button("", "Close", move || {
            dialog::close(&closing);
            remove(&closing);
        })),
    ));
    let gone = element.clone();
    let _ = question.on("close", move |_| _ = remove(&gone));
    let _ = place.append_child(&element);
    dialog::open(&element);
    optional::call(&area, "focus", &[]);
    area.select();
}
