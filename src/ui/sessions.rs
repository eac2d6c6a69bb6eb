//! The list of sessions with filters and paging.

use leptos::prelude::*;
use playground_core::api::endpoints::{self, SessionFilter};
use playground_core::api::{ApiError, Cursor, Next, Pager};
use playground_core::protocol::{
    Element, Kept, Listed, Page, SessionStatus, SessionSummary, Unreadable, text_inside,
};
use playground_core::route::Route;

use super::first_words::FirstWords;
use super::kit::controls::{action_button, button, labelled};
use super::kit::{
    El, Item, Nodes, ScreenTasks, dynamic, effect, either, el, error_alert, keyed, on_cleanup_local,
    raw_text, status_badge, time, when,
};
use crate::platform::fetch;
use crate::platform::sight::Sight;
use crate::signals::{RwSignal, StoredValue};
use crate::state::app_state::AppState;

/// What is loaded so far.
#[derive(Clone, Default)]
struct Loaded {
    sessions: Vec<Element<Kept<SessionSummary>>>,
    /// The page that follows, for who wants it.
    next: Option<Cursor>,
    /// The server names pages in a circle.
    is_stuck: bool,
}

/// Sessions with status, title, agent, age and cost.
#[component]
pub fn SessionsScreen() -> Nodes {
    let app = expect_context::<AppState>();
    let Some(link) = app.link.get_untracked() else {
        return Nodes::of(());
    };
    let connection = StoredValue::new(link.connection);
    let loading_tasks = ScreenTasks::new();

    let filter = RwSignal::new(SessionFilter::default());
    let loaded = RwSignal::new(Loaded::default());
    let loading = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let first_words = FirstWords::new(connection);
    let pager = StoredValue::new(Pager::new(1));
    let agents = RwSignal::new(Vec::<(String, String)>::new());

    let load = move |cursor: Option<Cursor>| {
        loading_tasks.abort();
        loading.set(true);
        error.set(None);
        let is_more = cursor.is_some();
        let wanted = filter.get_untracked();
        let request = endpoints::list_sessions(&wanted, cursor.as_ref());
        loading_tasks.spawn(async move {
            let connection = connection.get_value();
            let answer = fetch::call::<Page<Element<Kept<SessionSummary>>>>(&connection, &request).await;
            loading.set(false);
            match answer {
                Ok(mut page) => {
                    let mut turned = pager.get_value();
                    if !is_more {
                        turned = Pager::new(1);
                    }
                    let next = turned.turn(&mut page, id_of);
                    pager.set_value(turned);
                    // A server may ignore what it was asked for.
                    page.data
                        .retain(|element| element.object().is_none_or(|session| wanted.admits(session)));
                    loaded.update(|loaded| {
                        if !is_more {
                            loaded.sessions.clear();
                        }
                        loaded.sessions.extend(page.data);
                        loaded.is_stuck = next == Next::Stuck;
                        loaded.next = match next {
                            Next::Page(cursor, _) | Next::Enough(cursor) => Some(cursor),
                            Next::Done | Next::Stuck => None,
                        };
                    });
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
        if let Ok(page) = fetch::call::<Page<Element<Kept<Listed>>>>(&connection.get_value(), &request).await
        {
            let named = page.data.iter().filter_map(Element::object);
            agents.set(named.map(|a| (a.id.clone(), a.name.clone())).collect());
        }
    });

    let is_filtered = move || filter.with(|f| *f != SessionFilter::default());
    let is_empty = move || loaded.with(|l| l.sessions.is_empty());
    let goes_on = move || loaded.with(|l| l.next.is_some());
    let head = el("div.page-head").with((
        el("h1").with("Sessions"),
        el("a.button.primary")
            .attr("href", &Route::NewSession.to_hash())
            .with("New session"),
    ));
    let columns = || {
        let names = ["Session", "Status", "Agent", "Created"];
        el("div.session-columns")
            .attr("aria-hidden", "true")
            .each(names.map(|name| el("span").with(name)))
            .with(el("span.number").with("List cost"))
    };
    let items = move || {
        let item = |(place, element): (usize, &Element<Kept<SessionSummary>>)| match element.clone() {
            Element::Object(session) => {
                // Not every server says that something has changed.
                Item::new(session.raw().to_owned(), move || {
                    SessionRow(SessionRowProps { session, first_words })
                })
            }
            Element::Unreadable(text) => Item::new(place.to_string(), move || unreadable_row(&text)),
        };
        loaded.with(|l| l.sessions.iter().enumerate().map(item).collect())
    };
    let no_match = move || {
        let words = move || match goes_on() {
            true => "No session matches so far. Older ones may.",
            false => "No session matches these filters.",
        };
        el("p").with(words)
    };
    let skeleton = || {
        el("div.skeleton-rows")
            .attr("aria-hidden", "true")
            .each([(); 5].map(|()| el("i")))
    };
    let more = move || {
        action_button(
            "load-more",
            move || if loading.get() { "Loading…" } else { "Load more" },
            move || loading.get(),
            move || {
                if !loading.get_untracked() {
                    load(loaded.with_untracked(|l| l.next.clone()));
                }
            },
        )
    };
    el("section.page.sessions")
        .with((
            head,
            filters(filter, agents).with(button("quiet", "Refresh", move || load(None))),
            error_alert(move || error.get()),
            when(
                move || error.with(Option::is_some),
                move || button("", "Try again", move || load(None)),
            ),
            when(move || !is_empty(), columns),
            // WebKit takes a list without markers for no list unless it is told.
            el("ul.session-list")
                .attrs(&[("role", "list"), ("aria-label", "Sessions")])
                .bind("aria-busy", move || loading.get())
                .with(keyed(items)),
            when(
                move || is_empty() && !loading.get() && error.with(Option::is_none) && !loaded.with(|l| l.is_stuck),
                move || el("div.empty").with(either(move || goes_on() || is_filtered(), no_match, no_sessions)),
            ),
            when(move || loading.get() && is_empty(), skeleton),
            when(goes_on, more),
            when(
                move || loaded.with(|l| l.is_stuck),
                || {
                    el("p.note").with(
                        "The server does not say where the list ends: some sessions may be missing. The filters find them.",
                    )
                },
            ),
        ))
        .nodes()
}

fn no_sessions() -> (El, El) {
    (
        el("p")
            .with("No sessions yet. A session runs an agent in an environment and keeps its whole history."),
        el("a.button")
            .attr("href", "#/sessions/new")
            .with("Create the first one"),
    )
}

/// The fields that narrow the list down.
fn filters(filter: RwSignal<SessionFilter>, agents: RwSignal<Vec<(String, String)>>) -> El {
    let option = |value: &str, label: &str| el("option").attr("value", value).with(label);
    let status = el("select")
        .on_value("change", move |value| {
            filter.update(|f| f.status = non_empty(value));
        })
        .with(option("", "Any"))
        .each(SessionStatus::KNOWN.iter().map(|s| option(s, s)));
    let agent_options = move || {
        let offered = agents.get();
        offered
            .iter()
            .map(|(id, name)| option(id, name))
            .collect::<Vec<_>>()
    };
    let agent = el("select")
        .on_value("change", move |value| {
            filter.update(|f| f.agent_id = non_empty(value));
        })
        .with((option("", "Any"), dynamic(agent_options)));
    let since = el("input").attr("type", "date").on_value("change", move |value| {
        let day = non_empty(value).map(|day| format!("{day}T00:00:00Z"));
        filter.update(|f| f.created_from = day);
    });
    let archived = el("input")
        .attr("type", "checkbox")
        .on_check(move |on| filter.update(|f| f.include_archived = on));
    el("div.filters")
        .attrs(&[("role", "group"), ("aria-label", "Filters")])
        .with((
            labelled("Status", status),
            labelled("Agent", agent),
            labelled("Created since", since),
            el("label.check").with((archived, el("span").with("Include archived"))),
        ))
}

#[component]
fn SessionRow(session: Kept<SessionSummary>, first_words: FirstWords) -> El {
    let id = session.id.clone();
    let title = session.title.clone().filter(|t| !t.trim().is_empty());
    let is_untitled = title.is_none();
    let shown = move || match &title {
        Some(title) => title.clone(),
        None => first_words
            .of(&id)
            .unwrap_or_else(|| "Untitled session".to_owned()),
    };
    let cost = session.usage.list_cost.as_ref().map(ToString::to_string);
    let archived = session.archived_at.map(|_| el("span.tag").with("archived"));
    let version = format!("v{}", session.agent.version);
    let item = el("li");
    if is_untitled {
        let id = session.id.clone();
        on_cleanup_local(Sight::of(&item.element(), move || first_words.want(&id)));
    }
    item.with(
        el("a.session-row")
            .attr("href", &Route::session(session.id.clone()).to_hash())
            .with((
                el("span.session-title")
                    .attr("dir", "auto")
                    .with((shown, archived)),
                el("span.session-status").with(status_badge(session.status.as_str())),
                el("span.session-agent").with((
                    session.agent.name_or_id(),
                    " ",
                    el("span.muted").with(version),
                )),
                el("span.session-age").with(time(session.created_at)),
                el("span.session-cost.number").with(cost.as_deref().unwrap_or("–")),
            )),
    )
}

/// An entry that cannot be read. If an id can be found in it, it leads to the session all the same.
fn unreadable_row(text: &Unreadable) -> El {
    let title = || {
        let tag = el("span.tag").with("cannot be read");
        el("span.session-title").with((text_inside(&text.raw), tag))
    };
    let row = match &text.id {
        Some(id) => el("a.session-row")
            .attr("href", &Route::session(id.to_string()).to_hash())
            .with((title(), el("code").with(&**id))),
        None => el("div.session-row").with(title()),
    };
    el("li").with((row, raw_text("What the server sent", &text.raw)))
}

fn id_of(element: &Element<Kept<SessionSummary>>) -> Option<&str> {
    match element {
        Element::Object(session) => Some(&session.id),
        Element::Unreadable(text) => text.id.as_deref(),
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
