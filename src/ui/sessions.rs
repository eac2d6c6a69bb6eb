//! The list of sessions with filters and paging.

use std::collections::HashMap;

use leptos::prelude::*;
use playground_core::api::endpoints::{self, EventsQuery, Order, SessionFilter};
use playground_core::api::{ApiError, Connection};
use playground_core::markdown::visible_controls;
use playground_core::protocol::{Event, Kept, Listed, Page, Session, SessionStatus};
use playground_core::route::Route;
use playground_core::session::words;

use super::kit::controls::{action_button, button};
use super::kit::erased::{Item, dynamic, effect, either, keyed, on_check, on_value, optional, when};
use super::kit::{ErrorAlert, ScreenTasks, StatusBadge, Time};
use crate::platform::fetch;
use crate::state::app_state::AppState;

/// What is loaded so far.
#[derive(Clone, Default)]
struct Loaded {
    sessions: Vec<Kept<Session>>,
    next_page: Option<String>,
}

/// Sessions with status, title, agent, age and cost.
#[component]
pub fn SessionsScreen() -> impl IntoView {
    let app = expect_context::<AppState>();
    let Some(link) = app.link.get_untracked() else {
        return ().into_any();
    };
    let connection = StoredValue::new(link.connection);
    let loading_tasks = ScreenTasks::new();
    let title_tasks = ScreenTasks::new();

    let filter = RwSignal::new(SessionFilter::default());
    let loaded = RwSignal::new(Loaded::default());
    let loading = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let first_words = RwSignal::new(HashMap::<String, String>::new());
    let agents = RwSignal::new(Vec::<(String, String)>::new());

    let load = move |cursor: Option<String>| {
        loading_tasks.abort();
        loading.set(true);
        error.set(None);
        let is_more = cursor.is_some();
        let request = endpoints::list_sessions(&filter.get_untracked(), cursor.as_deref());
        loading_tasks.spawn(async move {
            let connection = connection.get_value();
            let answer = fetch::call::<Page<Kept<Session>>>(&connection, &request).await;
            loading.set(false);
            match answer {
                Ok(page) => {
                    let untitled: Vec<String> = page
                        .data
                        .iter()
                        .filter(|s| !has_title(s))
                        .map(|s| s.id.clone())
                        .collect();
                    loaded.update(|loaded| {
                        if !is_more {
                            loaded.sessions.clear();
                        }
                        loaded.sessions.extend(page.data);
                        loaded.next_page = page.next_page;
                    });
                    title_tasks.spawn(look_up_first_words(connection, untitled, first_words));
                }
                Err(failed) => error.set(Some(failed)),
            }
        });
    };
    effect(move || {
        filter.track();
        load(None);
    });
    let agent_tasks = ScreenTasks::new();
    agent_tasks.spawn(async move {
        // Keys that may not list agents lose only this filter.
        let request = endpoints::list_agents(None);
        if let Ok(page) = fetch::call::<Page<Listed>>(&connection.get_value(), &request).await {
            agents.set(page.data.iter().map(|a| (a.id.clone(), a.name.clone())).collect());
        }
    });

    let is_filtered = move || filter.with(|f| *f != SessionFilter::default());
    let is_empty = move || loaded.with(|l| l.sessions.is_empty() && l.next_page.is_none());
    view! {
        <section class="page sessions">
            <div class="page-head">
                <h1>"Sessions"</h1>
                <a class="button primary" href=Route::NewSession.to_hash()>"New session"</a>
            </div>
            <div class="filters" role="group" aria-label="Filters">
                <label class="field">
                    <span>"Status"</span>
                    <select on:change=on_value(move |value| filter.update(|f| f.status = non_empty(value)))>
                        <option value="">"Any"</option>
                        {SessionStatus::KNOWN.iter().map(|s| view! { <option value=*s>{*s}</option> }.into_any()).collect_view()}
                    </select>
                </label>
                <label class="field">
                    <span>"Agent"</span>
                    <select on:change=on_value(move |value| filter.update(|f| f.agent_id = non_empty(value)))>
                        <option value="">"Any"</option>
                        {dynamic(move || agents.get().into_iter().map(|(id, name)| view! {
                            <option value=id>{name}</option>
                        }.into_any()).collect_view().into_any())}
                    </select>
                </label>
                <label class="field">
                    <span>"Created since"</span>
                    <input type="date" on:change=on_value(move |value| {
                        let day = non_empty(value).map(|day| format!("{day}T00:00:00Z"));
                        filter.update(|f| f.created_from = day);
                    })/>
                </label>
                <label class="check">
                    <input type="checkbox"
                        on:change=on_check(move |on| filter.update(|f| f.include_archived = on))/>
                    <span>"Include archived"</span>
                </label>
                {button("quiet", "Refresh", move || load(None))}
            </div>
            <ErrorAlert error=error/>
            {when(move || error.with(Option::is_some), move || button("", "Try again", move || load(None)))}
            {when(move || !is_empty(), || view! {
                <div class="session-columns" aria-hidden="true">
                    <span>"Session"</span><span>"Status"</span><span>"Agent"</span><span>"Created"</span>
                    <span class="number">"List cost"</span>
                </div>
            }.into_any())}
            <ul class="session-list" aria-label="Sessions" aria-busy=move || loading.get().to_string()>
                {keyed(move || loaded.with(|l| l.sessions.iter().map(|session| {
                    let session = session.clone();
                    let key = format!("{} {:?} {}", session.id, session.updated_at, session.status.as_str());
                    Item::new(key, move || view! { <SessionRow session=session first_words=first_words/> }.into_any())
                }).collect()))}
            </ul>
            {when(move || is_empty() && !loading.get() && error.with(Option::is_none), move || view! {
                <div class="empty">
                    {either(is_filtered, || view! {
                        <p>"No session matches these filters."</p>
                    }.into_any(), || view! {
                        <p>"No sessions yet. A session runs an agent in an environment and keeps its whole history."</p>
                        <a class="button" href="#/sessions/new">"Create the first one"</a>
                    }.into_any())}
                </div>
            }.into_any())}
            {when(move || loading.get() && loaded.with(|l| l.sessions.is_empty()), || view! {
                <div class="skeleton-rows" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
            }.into_any())}
            {when(move || loaded.with(|l| l.next_page.is_some()), move || action_button(
                "load-more",
                move || if loading.get() { "Loading…" } else { "Load more" },
                move || loading.get(),
                move || if !loading.get_untracked() {
                    load(loaded.with_untracked(|l| l.next_page.clone()));
                },
            ))}
        </section>
    }
    .into_any()
}

#[component]
fn SessionRow(session: Kept<Session>, first_words: RwSignal<HashMap<String, String>>) -> impl IntoView {
    let id = session.id.clone();
    let title = session.title.clone().filter(|t| !t.trim().is_empty());
    let shown = move || match &title {
        Some(title) => visible_controls(title).into_owned(),
        None => first_words
            .with(|w| w.get(&id).cloned())
            .unwrap_or_else(|| "Untitled session".to_owned()),
    };
    let cost = session
        .usage
        .list_cost
        .as_ref()
        .map_or_else(|| "–".to_owned(), ToString::to_string);
    let agent = visible_controls(&session.agent.name).into_owned();
    view! {
        <li>
            <a class="session-row" href=Route::session(session.id.clone()).to_hash()>
                <span class="session-title">
                    {move || shown()}
                    {optional(session.archived_at, |_| view! { <span class="tag">"archived"</span> }.into_any())}
                </span>
                <span class="session-status"><StatusBadge status=session.status.as_str()/></span>
                <span class="session-agent">{agent}" "<span class="muted">{format!("v{}", session.agent.version)}</span></span>
                <span class="session-age"><Time at=session.created_at/></span>
                <span class="session-cost number">{cost}</span>
            </a>
        </li>
    }
}

fn has_title(session: &Session) -> bool {
    session.title.as_deref().is_some_and(|t| !t.trim().is_empty())
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Finds the first message of sessions without a title, one after the other to spare the read rate.
async fn look_up_first_words(
    connection: Connection,
    ids: Vec<String>,
    found: RwSignal<HashMap<String, String>>,
) {
    for id in ids {
        if found.try_with_untracked(|w| w.contains_key(&id)).unwrap_or(true) {
            continue;
        }
        let query = EventsQuery {
            order: Order::Asc,
            until: None,
            types: vec!["user.message".to_owned()],
            limit: Some(1),
            page: None,
        };
        let request = endpoints::list_events(&id, &query);
        let Ok(page) = fetch::call::<Page<Event>>(&connection, &request).await else {
            continue;
        };
        if let Some(message) = page.data.first() {
            let line = visible_controls(&words::describe(message).detail).into_owned();
            let _ = found.try_update(|w| w.insert(id, line));
        }
    }
}
