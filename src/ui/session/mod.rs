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
use playground_core::api::{ApiError, Step};
use playground_core::present::{SessionState, Shown, shown_in};
use playground_core::route::Route;
use playground_core::session::{Row, Timeline, View};

use web_sys::HtmlElement;

use super::kit::controls::{button, plain_button};
use super::kit::{El, Nodes, ScreenTasks, dynamic, effect, either, el, error_alert, memo, when};
use crate::platform::{focus, location};
use crate::signals::{Memo, RwSignal, StoredValue};
use crate::state::app_state::AppState;
use crate::state::connection::Link;
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
    session: StoredValue<OpenSession>,
    tasks: ScreenTasks,
    selected: Memo<Option<String>>,
    /// The event that the search has led to.
    marked: RwSignal<Option<String>>,
    /// The row at the top of the part of the timeline that is seen.
    top: StoredValue<Option<Row>>,
    /// Where the session stands as a whole.
    state: Memo<SessionState>,
}

impl SessionContext {
    fn open(&self) -> OpenSession {
        self.session.get_value()
    }

    /// The session; `None` once the screen is gone.
    fn still_open(&self) -> Option<OpenSession> {
        self.session.try_get_value()
    }

    /// Reads the timeline; `None` once the screen is gone.
    fn read<T>(&self, read: impl FnOnce(&Timeline) -> T) -> Option<T> {
        Some(self.still_open()?.with_timeline(read))
    }

    /// Selects nothing any more. The focus goes on at the row that was selected, or at the timeline if it is out of sight.
    fn deselect(&self) {
        let row = focus::first(".row[data-selected] :is(.row-time, .event-line)");
        self.select(None);
        if let Some(element) = row.or_else(|| focus::first(".timeline")) {
            focus::quietly(&element);
        }
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
    // Counts how often the reader has asked for it.
    let tries = RwSignal::new(0_u32);
    dynamic(move || {
        tries.track();
        let link = app.link.get_untracked();
        untrack(|| link.map(|link| session(app, link, id.clone(), tries)))
    })
}

/// One session, opened anew.
fn session(app: AppState, link: Link, id: String, tries: RwSignal<u32>) -> Nodes {
    let open = OpenSession::open(link, id, app.config.with_untracked(|config| config.stall_seconds));
    let session = StoredValue::new(open.clone());
    on_cleanup(move || {
        session.try_with_value(OpenSession::close);
    });
    let selected = memo(move || match app.route.get() {
        Route::Session { event, .. } => event,
        _ => None,
    });
    let signals = open.signals();
    let facts = signals.facts.clone();
    let state = memo(move || {
        facts.track();
        session
            .try_with_value(|s| s.with_timeline(SessionState::of))
            .unwrap_or_default()
    });
    let context = SessionContext {
        app,
        session,
        tasks: ScreenTasks::new(),
        selected,
        marked: RwSignal::new(None),
        top: StoredValue::new(None),
        state,
    };
    provide_context(context);
    let (object, error, count) = (
        signals.session.clone(),
        signals.session_error.clone(),
        signals.event_count.clone(),
    );
    let refusal = memo(move || {
        let is_known = object.with(Option::is_some) || count.get() > 0;
        error.get().filter(|error| !is_known && is_final(error))
    });
    either(
        move || refusal.with(Option::is_some),
        move || {
            refusal
                .get_untracked()
                .map(|error| missing(context, &error, tries))
        },
        move || screen(context),
    )
}

fn screen(context: SessionContext) -> El {
    let open = context.open();
    let signals = open.signals();
    let selected = context.selected;
    let view = RwSignal::new(View::Transcript);
    let finder = Finder::shared(context, view);
    show_selected(context, view);
    let notice = signals.notice.clone();
    let history = signals.history.clone();
    let loading_note = move || match history.get() {
        HistoryProgress::Loading => "Loading the history…".to_owned(),
        HistoryProgress::LoadingOlder => "Loading older events…".to_owned(),
        HistoryProgress::Failed(why) => format!("Older events are missing: {why}"),
        HistoryProgress::Complete => String::new(),
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
    let session_error = signals.session_error.clone();
    el("div.session")
        .class_if("with-inspector", move || selected.get().is_some())
        .on("click", move |event| copying::pressed(context, &event))
        .with((
            Header(),
            error_alert(move || session_error.get()),
            el("div.session-body").with((main, when(move || selected.get().is_some(), Inspector))),
        ))
}

/// An event that is asked for is seen in some row: where this view has none for it, the other one is shown. Once for each:
/// the reader may go back.
fn show_selected(context: SessionContext, view: RwSignal<View>) {
    let count = context.open().signals().event_count.clone();
    let shown = StoredValue::new(None::<String>);
    effect(move || {
        count.track();
        let selected = context.selected.get();
        if selected.is_none() || shown.with_value(|shown| *shown == selected) {
            return;
        }
        let now = view.get_untracked();
        let place = context.read(|timeline| {
            let slot = timeline.log().find(selected.as_deref()?)?;
            Some(shown_in(timeline, now, slot))
        });
        let Some(Some(place)) = place else { return };
        shown.set_value(selected);
        if place == Shown::Elsewhere {
            view.set(View::Events);
        }
    });
}

/// Whether asking again by itself makes no sense: there is no such session for this key.
fn is_final(error: &ApiError) -> bool {
    matches!(
        error.step,
        Step::NotFound | Step::Permission | Step::Authentication | Step::Beta | Step::Policy
    )
}

/// What stands in place of a session that cannot be shown.
fn missing(context: SessionContext, error: &ApiError, tries: RwSignal<u32>) -> El {
    let open = context.open();
    let connection = &open.link().connection;
    let id = open.id();
    let title = match error.step {
        Step::NotFound => "Session not found",
        Step::Permission | Step::Beta => "This key may not open this session",
        Step::Authentication => "The key was refused",
        _ => "This session cannot be opened",
    };
    let kind = [
        ("sthr_", "thread"),
        ("agent_", "agent"),
        ("sevt_", "event"),
        ("env_", "environment"),
    ];
    let kind = kind.iter().find(|(prefix, _)| id.starts_with(prefix));
    let hint = match kind {
        Some((_, kind)) => {
            format!("This is the id of a {kind}, not of a session. Open the session that it belongs to.")
        }
        None if error.step == Step::NotFound => {
            "It may have been deleted, or belong to another workspace.".to_owned()
        }
        None => error.remedy(),
    };
    let row = |name: &'static str, value: &str| (el("dt").with(name), el("dd").with(el("code").with(value)));
    let heading = el("h1").attr("tabindex", "-1").with(title);
    let element = heading.element::<HtmlElement>();
    effect(move || focus::quietly(&element));
    let facts = el("dl.facts").with((
        row("Session", id),
        row("Host", connection.base().host()),
        connection.workspace_id().map(|id| row("Workspace", id)),
    ));
    el("section.page.narrow").with((
        el("div")
            .attr("role", "alert")
            .with((heading, el("p").with(hint))),
        facts,
        (!error.message.is_empty()).then(|| el("p.hint").with(("The server said: ", error.message.as_str()))),
        el("div.row-end").with((
            el("a.button")
                .attr("href", &Route::Sessions.to_hash())
                .with("Back to sessions"),
            button("", "Try again", move || tries.update(|n| *n += 1)),
        )),
    ))
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
