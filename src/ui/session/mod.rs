//! One session: header, timeline, pending calls, composer and inspector.

mod announcer;
mod composer;
mod content;
mod header;
mod inspector;
mod lifecycle;
mod pending;
mod preview;
mod row;
mod timeline;
mod tool_call;

use leptos::prelude::*;
use playground_core::route::Route;
use playground_core::session::View;

use super::kit::erased::{dynamic, memo, on_press, optional, when};
use super::kit::{ErrorAlert, ScreenTasks};
use crate::platform::location;
use crate::state::app_state::AppState;
use crate::state::open_session::{HistoryProgress, OpenSession};

use announcer::Announcer;
use composer::Composer;
use header::Header;
use inspector::Inspector;
use pending::PendingCalls;
use timeline::TimelineView;

/// What the parts of the session screen share.
#[derive(Clone, Copy)]
pub(crate) struct SessionContext {
    app: AppState,
    session: StoredValue<OpenSession, LocalStorage>,
    tasks: ScreenTasks,
    selected: Memo<Option<String>>,
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
) -> impl IntoView {
    let app = expect_context::<AppState>();
    let Some(link) = app.link.get_untracked() else {
        return ().into_any();
    };
    let open = OpenSession::open(link, id);
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
    };
    provide_context(context);

    let view = RwSignal::new(View::Transcript);
    let signals = open.signals().clone();
    let session_error = signals.session_error.clone();
    let error = Signal::derive(move || session_error.get());
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
    view! {
        <div class="session" class:with-inspector=move || selected.get().is_some()>
            <Header/>
            <ErrorAlert error=error/>
            {when(is_unusable, || view! {
                <p class="page-note"><a href=Route::Sessions.to_hash()>"Back to the sessions"</a></p>
            }.into_any())}
            <div class="session-body">
                <div class="session-main">
                    <ViewTabs view=view/>
                    {dynamic(move || optional(notice.get(), |text| view! {
                        <p class="notice" role="status">{text}</p>
                    }.into_any()))}
                    <div class="loading-note" aria-live="polite">{move || loading_note()}</div>
                    <div class="timeline-panel" role="tabpanel" id="timeline-panel" aria-labelledby=move || tab_id(view.get())>
                        {dynamic(move || view! { <TimelineView view=view.get()/> }.into_any())}
                    </div>
                    <Announcer/>
                    <PendingCalls/>
                    <Composer/>
                </div>
                {when(move || selected.get().is_some(), || view! { <Inspector/> }.into_any())}
            </div>
        </div>
    }
    .into_any()
}

fn tab_id(view: View) -> &'static str {
    match view {
        View::Transcript => "tab-transcript",
        View::Events => "tab-events",
    }
}

/// The tabs above the timeline.
#[component]
fn ViewTabs(view: RwSignal<View>) -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let count = context.open().signals().event_count.clone();
    let on_key = move |event: leptos::ev::KeyboardEvent| {
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
        view! {
            <button type="button" role="tab" id=tab_id(this) aria-controls="timeline-panel" on:keydown=on_key
                aria-selected=move || (view.get() == this).to_string()
                tabindex=move || if view.get() == this { "0" } else { "-1" }
                on:click=on_press(move || view.set(this))>{label}</button>
        }
    };
    view! {
        <div class="tabs-row">
            <div class="tabs" role="tablist" aria-label="View">
                {tab(View::Transcript, "Transcript")}
                {tab(View::Events, "Events")}
            </div>
            <span class="muted">{move || {
                #[expect(clippy::cast_precision_loss, reason = "no session has 2^53 events")]
                let shown = crate::platform::intl::number(count.get() as f64);
                if shown == "1" { "1 event".to_owned() } else { format!("{shown} events") }
            }}</span>
        </div>
    }
}
