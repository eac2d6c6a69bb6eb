//! A field that is chosen from a list, or typed.

use std::rc::Rc;

use leptos::prelude::*;

use super::listing::{End, Listing, Loaded, Pages};
use crate::signals::RwSignal;
use crate::ui::kit::controls::{button, labelled, text_field};
use crate::ui::kit::{El, dynamic, either, el, raw_text};

/// Chooses from a list, or takes a pasted ID where the list is not available or too short.
#[component]
pub(super) fn Picker(
    label: &'static str,
    listing: RwSignal<Listing>,
    value: RwSignal<String>,
    load_more: Box<dyn Fn(Pages)>,
) -> El {
    let load_more: Rc<dyn Fn(Pages)> = load_more.into();
    const PASTE: &str = "paste";
    let pasting = RwSignal::new(false);
    let by_hand = move || pasting.get() || listing.with(|l| matches!(l, Listing::Refused(_)));
    let why = move || {
        listing.with(|l| match l {
            Listing::Refused(error) => Some(format!(
                "The list is not available ({}). Paste an ID.",
                error.title()
            )),
            _ => None,
        })
    };
    let option = |value: &str, label: &str| el("option").attr("value", value).with(label);
    let options = move || {
        listing.with(|l| match l {
            Listing::Loading => vec![option("", "Loading…")],
            Listing::Refused(_) => Vec::new(),
            Listing::Loaded(Loaded { choices, .. }) => {
                let none = choices.is_empty().then(|| option("", "None found"));
                let offered = l.offered().map(|choice| {
                    let id = choice.id.clone();
                    option(&id, &choice.label).flag("selected", move || value.with(|v| *v == id))
                });
                let by_hand = [option(PASTE, "Paste an ID…")];
                none.into_iter().chain(offered).chain(by_hand).collect()
            }
        })
    };
    let on_choice = move |chosen: String| {
        if chosen == PASTE {
            value.set(String::new());
            pasting.set(true);
        } else {
            value.set(chosen);
        }
    };
    let id_field = move || {
        text_field(
            label,
            value,
            &[
                ("type", "text"),
                ("role", "combobox"),
                ("aria-expanded", "false"),
                ("aria-autocomplete", "none"),
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("placeholder", "ID"),
            ],
        )
    };
    let list_field = move || {
        let list = el("select").on_value("change", on_choice).with(dynamic(options));
        labelled(label, list)
    };
    el("div.picker").with((
        either(by_hand, id_field, list_field),
        dynamic(move || why().map(|text| el("p.hint").with(text))),
        dynamic(move || {
            let load_more = load_more.clone();
            shortened(listing, move |pages| load_more(pages))
        }),
        dynamic(move || listing.with(|l| raw_texts(l.unreadable()))),
    ))
}

/// Says that a list is not complete, and offers the rest.
pub(super) fn shortened(listing: RwSignal<Listing>, load_more: impl Fn(Pages) + 'static) -> Option<El> {
    let words = listing.with(|listing| match listing {
        Listing::Loaded(Loaded { choices, end, .. }) => match end {
            End::Enough(_) => Some((format!("The first {} are listed.", choices.len()), true)),
            End::Broken(error, _) => Some((format!("The list is not complete ({}).", error.title()), true)),
            End::Stuck => Some((
                "The server does not say where the list ends. Paste an ID if yours is missing.".to_owned(),
                false,
            )),
            End::Open | End::All => None,
        },
        _ => None,
    });
    let (words, has_more) = words?;
    let more = move || {
        if let Some(mut pages) = listing.try_update(Listing::take_pages).flatten() {
            pages.pager.go_on();
            load_more(pages);
        }
    };
    Some(el("p.hint").with((words, " ", has_more.then(|| button("quiet", "Load more", more)))))
}

/// What of a list cannot be chosen because it cannot be read.
fn raw_texts(texts: &[Box<str>]) -> Vec<El> {
    texts
        .iter()
        .map(|raw| raw_text("1 entry of the list cannot be read", raw))
        .collect()
}
