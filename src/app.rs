//! The frame around the screens: navigation, and which screen belongs to the route.

use leptos::prelude::*;
use playground_core::route::Route;

use crate::platform::listener::Listener;
use crate::platform::location;
use crate::state::app_state::AppState;
use crate::state::config::Config;
use crate::state::theme::{self, Theme};
use crate::ui::connect::ConnectScreen;
use crate::ui::kit::Problem;
use crate::ui::kit::controls::button;
use crate::ui::kit::erased::{dynamic, memo, on_press, optional, when};
use crate::ui::new_session::NewSessionScreen;
use crate::ui::session::SessionScreen;
use crate::ui::sessions::SessionsScreen;

/// What fills the page; changes only when another screen is needed, not with every parameter of a route.
#[derive(Clone, PartialEq)]
enum Screen {
    Connect,
    Sessions,
    NewSession,
    Session(String),
    NotFound(String),
}

/// The whole app.
pub(crate) fn app(config: Config, problem: Option<String>) -> impl IntoView {
    let title = config
        .title
        .clone()
        .unwrap_or_else(|| "Managed Agents Playground".to_owned());
    set_document_title(&title);
    let app = AppState::new(config);
    provide_context(app);

    let hash_listener = Listener::on_window("hashchange", move |_| {
        app.route.set(Route::parse(&location::hash()));
    });
    on_cleanup_local(hash_listener);

    let screen = memo(move || choose(app));
    view! {
        <div class="app" class:embedded=app.embedded>
            {optional((!app.embedded).then_some(title), |title| view! { <TopBar title=title/> }.into_any())}
            {optional(problem, |text| view! { <Problem text=text/> }.into_any())}
            <main id="main">
                {dynamic(move || match screen.get() {
                    Screen::Connect => view! { <ConnectScreen/> }.into_any(),
                    Screen::Sessions => view! { <SessionsScreen/> }.into_any(),
                    Screen::NewSession => view! { <NewSessionScreen/> }.into_any(),
                    Screen::Session(id) => view! { <SessionScreen id=id/> }.into_any(),
                    Screen::NotFound(place) => view! { <NotFound place=place/> }.into_any(),
                })}
            </main>
        </div>
    }
}

fn choose(app: AppState) -> Screen {
    let route = app.route.get();
    let connected = app.link.with(Option::is_some);
    if !connected {
        if !matches!(route, Route::Home | Route::Connect { .. }) {
            app.intended.set(Some(route));
        }
        return Screen::Connect;
    }
    match route {
        Route::Home | Route::Sessions => Screen::Sessions,
        Route::Connect { .. } => Screen::Connect,
        Route::NewSession => Screen::NewSession,
        Route::Session { id, .. } => Screen::Session(id),
        Route::NotFound(place) => Screen::NotFound(place),
    }
}

#[component]
fn TopBar(title: String) -> impl IntoView {
    let app = expect_context::<AppState>();
    let host = memo(move || {
        app.link.with(|link| {
            link.as_ref().map(|l| {
                let host = l.connection.base().host().to_owned();
                if l.is_demo {
                    format!("demo at {host}")
                } else {
                    host
                }
            })
        })
    });
    let on_theme = on_press(move || {
        let next = app.theme.get_untracked().next();
        theme::store(next);
        theme::apply(next);
        app.theme.set(next);
    });
    let theme_label = move || match app.theme.get() {
        Theme::System => "Theme: system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    view! {
        <header class="topbar">
            <a class="brand" href="#/sessions">{title}</a>
            <nav aria-label="Main">
                {when(move || host.with(Option::is_some), move || view! {
                    <a href="#/sessions" aria-current=move || current(app, Route::Sessions)>"Sessions"</a>
                }.into_any())}
            </nav>
            <div class="topbar-end">
                {dynamic(move || optional(host.get(), |host| view! {
                    <span class="host" title="Where requests go">{host}</span>
                }.into_any()))}
                <button type="button" class="quiet" on:click=on_theme>{move || theme_label()}</button>
                {when(move || host.with(Option::is_some), move || button("quiet", "Disconnect", move || app.disconnect()))}
            </div>
        </header>
    }
}

fn current(app: AppState, route: Route) -> Option<&'static str> {
    app.route.with(|now| *now == route).then_some("page")
}

#[component]
fn NotFound(place: String) -> impl IntoView {
    view! {
        <section class="page narrow">
            <h1>"There is no such page"</h1>
            <p>"The address " <code>{format!("#{place}")}</code> " leads nowhere."</p>
            <p><a href="#/sessions">"Go to the sessions"</a></p>
        </section>
    }
}

fn set_document_title(title: &str) {
    if let Some(document) = crate::platform::window().document() {
        document.set_title(title);
    }
}

/// Keeps a value that is not thread-safe until the current scope ends.
fn on_cleanup_local<T: 'static>(value: T) {
    let kept = StoredValue::new_local(Some(value));
    on_cleanup(move || drop(kept.try_update_value(Option::take)));
}
