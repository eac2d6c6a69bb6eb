//! One session: header, timeline, pending calls, composer and inspector.

mod announcer;
mod composer;
mod content;
mod copying;
mod drawn_row;
mod growth;
mod header;
mod inspector;
mod lifecycle;
mod pending;
mod preview;
mod row;
mod search;
mod slots;
mod timeline;
mod tool_call;

use leptos::prelude::*;
use playground_core::route::Route;
use playground_core::session::{Row, View};

use super::kit::controls::plain_button;
use super::kit::{El, Nodes, ScreenTasks, dynamic, el, error_alert, memo, when};
use crate::platform::location;
use crate::state::app_state::AppState;
use crate::state::open_session::{HistoryProgress, OpenSession};

use announcer::Announcer;
use composer::Composer;
use header::Header;
use inspector::Inspector;
use pending::PendingCalls;
use search::{Finder, SharedFinder, search_bar, search_button};
use timeline::{TimelineView, TimelineViewProps};

/// What the parts of the session screen share.
#[derive(Clone, Copy)]
pub(crate) struct SessionContext {
    app: AppState,
    session: StoredValue<OpenSession, LocalStorage>,
    tasks: ScreenTasks,
    selected: Memo<Option<String>>,
    /// The event that the search has led to.
    marked: RwSignal<Option<String>>,
    /// The row at the top of the part of the timeline that is seen.
    top: StoredValue<Option<Row>>,
}

impl SessionContext {
    fn open(&self) -> OpenSession {
        self.session.get_value()
    }

    /// Selects an event, or nothing; the address of the page follows.
    fn select(&self, event: Option<String>) {
        let route = self.app.route.get_untracked();
        if let Route::Session { id, thread, .. } = route {
            let next = Route::Session { id, event, thread };
            location::replace_hash(&next.to_hash());
            self.app.route.set(next);
        }
    }
}

/// The screen of one session.
#[component]
pub fn SessionScreen(
    /// The session's id, `sesn_…`.
    id: String,
) -> Nodes {
    let app = expect_context::<AppState>();
    let Some(link) = app.link.get_untracked() else {
        return Nodes::of(());
    };
    let open = OpenSession::open(link, id, app.config.with_untracked(|config| config.stall_seconds));
    let session = StoredValue::new_local(open.clone());
    on_cleanup(move || {
        session.try_with_value(OpenSession::close);
    });
    let selected = memo(move || match app.route.get() {
        Route::Session { event, .. } => event,
        _ => None,
    });
    let context = SessionContext {
        app,
        session,
        tasks: ScreenTasks::new(),
        selected,
        marked: RwSignal::new(None),
        top: StoredValue::new(None),
    };
    provide_context(context);

    let view = RwSignal::new(View::Transcript);
    let finder = Finder::shared(context, view);
    let signals = open.signals();
    let notice = signals.notice.clone();
    let history = signals.history.clone();
    let is_unusable = {
        let (session, error) = (signals.session.clone(), signals.session_error.clone());
        move || error.with(Option::is_some) && session.with(Option::is_none)
    };
    let loading_note = move || match history.get() {
        HistoryProgress::Loading => "Loading the history…".to_owned(),
        HistoryProgress::LoadingOlder => "Loading older events…".to_owned(),
        HistoryProgress::Failed(why) => format!("Older events are missing: {why}"),
        HistoryProgress::Complete => String::new(),
    };
    let way_back = || {
        let link = el("a").attr("href", &Route::Sessions.to_hash());
        el("p.page-note").with(link.with("Back to the sessions"))
    };
    let notice = move || {
        let shown = |text: String| el("p.notice").attr("role", "status").with(text);
        notice.get().map(shown)
    };
    let panel = el("div.timeline-panel")
        .attrs(&[("role", "tabpanel"), ("id", "timeline-panel")])
        .bind("aria-labelledby", move || tab_id(view.get()))
        .with(dynamic(move || {
            TimelineView(TimelineViewProps { view: view.get() })
        }));
    let main = el("div.session-main").with((
        ViewTabs(ViewTabsProps { view, finder }),
        search_bar(finder),
        dynamic(notice),
        el("div.loading-note")
            .attr("aria-live", "polite")
            .with(loading_note),
        panel,
        Announcer(),
        PendingCalls(),
        Composer(),
    ));
    el("div.session")
        .class_if("with-inspector", move || selected.get().is_some())
        .on("click", move |event| copying::pressed(context, &event))
        .with((
            Header(),
            error_alert(signals.session_error.clone()),
            when(is_unusable, way_back),
            el("div.session-body").with((main, when(move || selected.get().is_some(), Inspector))),
        ))
        .nodes()
}

fn tab_id(view: View) -> &'static str {
    match view {
        View::Transcript => "tab-transcript",
        View::Events => "tab-events",
    }
}

/// The tabs above the timeline.
#[component]
fn ViewTabs(view: RwSignal<View>, finder: SharedFinder) -> El {
    let context = expect_context::<SessionContext>();
    let (count, history) = (
        context.open().signals().event_count.clone(),
        context.open().signals().history.clone(),
    );
    let on_key = move |event: web_sys::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            event.prevent_default();
            let other = if view.get_untracked() == View::Transcript {
                View::Events
            } else {
                View::Transcript
            };
            view.set(other);
            let tab = crate::platform::window()
                .document()
                .and_then(|d| d.get_element_by_id(tab_id(other)));
            if let Some(tab) =
                tab.and_then(|t| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(t).ok())
            {
                let _ = tab.focus();
            }
        }
    };
    let tab = move |this: View, label: &'static str| {
        plain_button("")
            .attrs(&[
                ("role", "tab"),
                ("id", tab_id(this)),
                ("aria-controls", "timeline-panel"),
            ])
            .bind("aria-selected", move || view.get() == this)
            .bind("tabindex", move || if view.get() == this { "0" } else { "-1" })
            .on_key(on_key)
            .on_press(move || view.set(this))
            .with(label)
    };
    let count_in_words = |count: usize| {
        #[expect(clippy::cast_precision_loss, reason = "no session has 2^53 events")]
        let shown = crate::platform::intl::number(count as f64);
        if shown == "1" {
            "1 event".to_owned()
        } else {
            format!("{shown} events")
        }
    };
    let count_in_words = move || {
        // Nothing has been counted before the first page of the history.
        let is_unknown = count.get() == 0 && history.with(|history| *history == HistoryProgress::Loading);
        (!is_unknown).then(|| count_in_words(count.get()))
    };
    el("div.tabs-row").with((
        el("div.tabs")
            .attrs(&[("role", "tablist"), ("aria-label", "View")])
            .with((tab(View::Transcript, "Transcript"), tab(View::Events, "Events"))),
        el("span.muted").with(count_in_words),
        search_button(finder),
    ))
}
