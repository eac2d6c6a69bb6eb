//! One row in the window: an element that stays, and content that is made anew when the row shows something else.

use std::rc::Rc;

use leptos::prelude::*;
use playground_core::session::{Row, View};

use super::SessionContext;
use super::preview::{PreviewRow, PreviewRowProps};
use super::row::row_view;
use super::slots::RowSignals;
use super::timeline::RowWindow;
use crate::signals::{RwSignal, StoredValue};
use crate::ui::kit::{El, Nodes, dynamic, el};

/// A row of the timeline.
#[component]
pub(super) fn DrawnRow(row: Row, window: StoredValue<Rc<RowWindow>>) -> El {
    let article = el("article.row");
    let known = window.try_with_value(|w| (w.slots.borrow_mut().signals(row), w.context, w.view));
    let Some((signals, context, view)) = known else {
        return article;
    };
    let view_name = if view == View::Events {
        "events"
    } else {
        "transcript"
    };
    let article = article.attr("data-view", view_name);
    let now = signals.row.clone();
    let article = match row {
        Row::Preview(number) => article.with(PreviewRow(PreviewRowProps { number, signals })),
        _ => article.with(row_content(context, view, signals)),
    };
    let element = article.element();
    window.try_with_value(|w| w.row_mounted(row, element));
    on_cleanup(move || {
        window.try_with_value(|w| w.row_gone(now.get_value()));
    });
    article
}

/// What a row shows, made anew with every version.
pub(super) fn row_content(context: SessionContext, view: View, signals: RowSignals) -> Nodes {
    let is_open = RwSignal::from(signals.is_open);
    dynamic(move || {
        signals.version.track();
        let row = signals.row.get_value();
        context.read(|t| untrack(|| row_view(context, t, view, row, is_open)))
    })
}
