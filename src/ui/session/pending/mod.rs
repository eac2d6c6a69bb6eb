//! Calls that wait for a person: approvals with Allow and Deny, and results of custom tools. Nothing is answered by
//! itself, and nothing by accident: every answer is a press of a button that stood still under whoever pressed it. The rules
//! are those of [`playground_core::decide`].

mod argument;
mod card;
mod desk;

use leptos::prelude::*;
use playground_core::decide::Area;
use web_sys::HtmlElement;

use super::SessionContext;
use crate::ui::kit::{Item, Nodes, effect, el, keyed, when};
use desk::Desk;

/// All calls of the session that wait or have just been decided.
#[component]
pub(super) fn PendingCalls() -> Nodes {
    let context = expect_context::<SessionContext>();
    let desk = Desk::shared(context);
    let count = move || {
        desk.try_with_value(|desk| desk.read(Area::waiting))
            .unwrap_or_default()
    };
    let heading = move || match count() {
        0 => "Nothing waits for you now".to_owned(),
        1 => "1 call waits for you".to_owned(),
        n => format!("{n} calls wait for you"),
    };
    let items = move || {
        let ids = |area: &Area| {
            area.places()
                .iter()
                .map(|place| place.call().id.clone())
                .collect::<Vec<_>>()
        };
        let ids = desk.try_with_value(|desk| desk.read(ids)).unwrap_or_default();
        let item = |id: String| Item::new(id.clone(), move || card::place(desk, &id));
        ids.into_iter().map(item).collect()
    };
    let section = move || {
        let section = el("section.pending").attr("aria-label", "Waiting for you");
        let element = section.element::<HtmlElement>();
        effect(move || {
            desk.try_with_value(|desk| desk.mounted(element.clone()));
        });
        on_cleanup(move || {
            desk.try_with_value(|desk| desk.unmounted());
        });
        section.with((el("h2").with(heading), el("ul.pending-list").with(keyed(items))))
    };
    let has_places = move || desk.try_with_value(|desk| desk.read(|area| !area.places().is_empty()));
    when(move || has_places() == Some(true), section)
}
