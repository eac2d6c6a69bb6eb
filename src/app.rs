//! The frame around the screens: navigation, and which screen belongs to the route.

use leptos::prelude::*;
use playground_core::route::Route;

use crate::platform::listener::Listener;
use crate::platform::location;
use crate::state::app_state::AppState;
use crate::state::config::Config;
use crate::state::theme::{self, Theme};
use crate::ui::connect::ConnectScreen;
use crate::ui::kit::controls::{button, plain_button};
use crate::ui::kit::{El, Nodes, dynamic, el, memo, problem, when};
use crate::ui::new_session::NewSessionScreen;
use crate::ui::session::{SessionScreen, SessionScreenProps};
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
pub(crate) fn app(config: Config, trouble: Option<String>) -> Nodes {
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
    let page = el("div.app");
    let page = if app.embedded {
        page.class("app embedded")
    } else {
        page
    };
    let screen = dynamic(move || match screen.get() {
        Screen::Connect => ConnectScreen().nodes(),
        Screen::Sessions => SessionsScreen(),
        Screen::NewSession => NewSessionScreen(),
        Screen::Session(id) => SessionScreen(SessionScreenProps { id }),
        Screen::NotFound(place) => not_found(&place).nodes(),
    });
    page.with((
        (!app.embedded).then(|| TopBar(TopBarProps { title })),
        trouble.as_deref().map(problem),
        el("main").attr("id", "main").with(screen),
    ))
    .nodes()
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
fn TopBar(title: String) -> El {
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
    let next_theme = move || {
        let next = app.theme.get_untracked().next();
        theme::store(next);
        theme::apply(next);
        app.theme.set(next);
    };
    let theme_label = move || match app.theme.get() {
        Theme::System => "Theme: system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    let is_connected = move || host.with(Option::is_some);
    let sessions_link = move || {
        el("a")
            .attr("href", "#/sessions")
            .bind("aria-current", move || current(app, Route::Sessions))
            .with("Sessions")
    };
    let host_shown = move || {
        let shown = |host: String| el("span.host").attr("title", "Where requests go").with(host);
        host.get().map(shown)
    };
    el("header.topbar").with((
        el("a.brand").attr("href", "#/sessions").with(title),
        el("nav")
            .attr("aria-label", "Main")
            .with(when(is_connected, sessions_link)),
        el("div.topbar-end").with((
            dynamic(host_shown),
            plain_button("quiet").with(theme_label).on_press(next_theme),
            when(is_connected, move || {
                button("quiet", "Disconnect", move || app.disconnect())
            }),
        )),
    ))
}

fn current(app: AppState, route: Route) -> Option<&'static str> {
    app.route.with(|now| *now == route).then_some("page")
}

fn not_found(place: &str) -> El {
    el("section.page.narrow").with((
        el("h1").with("There is no such page"),
        el("p").with(("The address ", el("code").with(("#", place)), " leads nowhere.")),
        el("p").with(el("a").attr("href", "#/sessions").with("Go to the sessions")),
    ))
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
