//! The frame around the screens: navigation, and which screen belongs to the route.

use leptos::prelude::*;
use playground_core::pace::Pace;
use playground_core::route::Route;

use crate::platform::alarm::Alarm;
use crate::platform::listener::Listener;
use crate::platform::{clock, focus, location, mouse};
use crate::signals::StoredValue;
use crate::state::app_state::AppState;
use crate::state::config::Config;
use crate::state::connection::{self, Link};
use crate::state::theme::{self, Theme};
use crate::ui::connect::ConnectScreen;
use crate::ui::kit::controls::{button, plain_button};
use crate::ui::kit::{El, Nodes, dynamic, effect, el, memo, on_cleanup_local, problem, when};
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
    /// The page is about to be loaded again.
    Nothing,
}

/// The whole app.
pub(crate) fn app(config: Config) -> Nodes {
    let trouble = config.problem();
    let title = config
        .title
        .clone()
        .unwrap_or_else(|| "Managed Agents Playground".to_owned());
    set_document_title(&title);
    let app = AppState::new(config);
    provide_context(app);

    on_cleanup_local(follow_address(app));
    // Noted on every screen: the next one may be drawn under a mouse that is about to press again.
    on_cleanup_local(mouse::on_press(move |press| {
        app.press.set_value(Some(press));
    }));

    let screen = memo(move || choose(app));
    let page = el("div.app");
    let page = if app.embedded {
        page.class("app embedded")
    } else {
        page
    };
    let is_first = StoredValue::new(true);
    let screen = dynamic(move || {
        let screen = screen.get();
        let is_followed = !is_first.try_get_value().unwrap_or(true);
        // Whoever came by a link that is gone now goes on at the heading, once it stands there.
        effect(move || {
            if let Some(heading) = focus::first("#main h1") {
                let _ = heading.set_attribute("tabindex", "-1");
                if is_followed {
                    focus::quietly(&heading);
                }
            }
        });
        is_first.set_value(false);
        shown(screen)
    });
    page.with((
        (!app.embedded).then(|| TopBar(TopBarProps { title })),
        trouble.as_deref().map(problem),
        el("main").attr("id", "main").with(screen),
    ))
    .nodes()
}

fn shown(screen: Screen) -> Nodes {
    match screen {
        Screen::Connect => ConnectScreen().nodes(),
        Screen::Sessions => SessionsScreen(),
        Screen::NewSession => NewSessionScreen(),
        Screen::Session(id) => SessionScreen(SessionScreenProps { id }),
        Screen::NotFound(place) => not_found(&place).nodes(),
        Screen::Nothing => Nodes::of(()),
    }
}

/// Takes over the route when the address changes.
fn follow_address(app: AppState) -> Listener {
    let mut pace = Pace::default();
    let waiting = Alarm::default();
    Listener::on_window("hashchange", move |_| {
        if app
            .route
            .with_untracked(|route| *route == Route::parse(&location::hash()))
        {
            // The page went there itself.
            return waiting.stop();
        }
        let now = clock::now_ms();
        let wait = pace.wait_for_change(now);
        let follow = move || app.route.set(Route::parse(&location::hash()));
        // What waits is given up for what comes later.
        waiting.stop();
        if wait > 0.0 {
            waiting.set(Some(now + wait), follow);
        } else {
            follow();
        }
    })
}

fn choose(app: AppState) -> Screen {
    let route = app.route.get();
    if app.leaving.get() {
        return Screen::Nothing;
    }
    let connected = app.link.with(Option::is_some);
    if !connected {
        if !matches!(route, Route::Home | Route::Connect { .. }) {
            app.intended.set(Some(route));
        }
        return Screen::Connect;
    }
    let goes_to_api = !matches!(route, Route::Connect { .. } | Route::NotFound(_));
    let is_held = |link: &Option<Link>| {
        link.as_ref()
            .is_none_or(|link| connection::hold(&link.connection))
    };
    if goes_to_api && !app.link.with(is_held) {
        location::reload();
        return Screen::Nothing;
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
