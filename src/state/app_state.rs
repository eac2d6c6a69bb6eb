//! What every screen may read: route, link, configuration, theme.

use playground_core::route::{Route, query_param};

use super::config::{self, Config};
use super::connection::{self, Link};
use super::drafts;
use super::open_session::OUTBOX_PREFIX;
use super::theme::{self, Theme};
use crate::platform::mouse::Press;
use crate::platform::{location, storage};
use crate::signals::{RwSignal, StoredValue};

/// Handles to the shared signals; cheap to copy.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Where the reader is.
    pub route: RwSignal<Route>,
    /// The connection, if there is one.
    pub link: RwSignal<Option<Link>>,
    /// The deployment's configuration.
    pub config: RwSignal<Config>,
    /// Dark or light.
    pub theme: RwSignal<Theme>,
    /// Where to go after connecting.
    pub intended: RwSignal<Option<Route>>,
    /// The last press of the mouse.
    pub press: StoredValue<Option<Press>>,
    /// The page is about to be loaded again: nothing is shown or asked for any more.
    pub leaving: RwSignal<bool>,
    /// Whether the page shows only the session.
    pub embedded: bool,
}

impl AppState {
    /// The state at the start of the page.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let search = location::search();
        let suggested = query_param(&search, "baseUrl");
        // An address in a link never meets a stored key, nor does one that config.json rules out: the reader has to
        // connect anew.
        let link = connection::restore().filter(|link| {
            config::may_call(&config, link.connection.base().origin()).is_ok()
                && suggested.as_deref().is_none_or(|url| {
                    playground_core::api::BaseUrl::parse(url)
                        .is_ok_and(|base| base.origin() == link.connection.base().origin())
                })
        });
        let theme = theme::stored()
            .unwrap_or_else(|| config.theme.as_deref().map_or(Theme::System, Theme::from_name));
        theme::apply(theme);
        let embedded = location::is_framed() || query_param(&search, "embed").is_some_and(|v| v != "0");
        Self {
            route: RwSignal::new(Route::parse(&location::hash())),
            link: RwSignal::new(link),
            config: RwSignal::new(config),
            theme: RwSignal::new(theme),
            intended: RwSignal::new(None),
            press: StoredValue::new(None),
            leaving: RwSignal::new(false),
            embedded,
        }
    }

    /// Goes somewhere, at once: what is followed with care are changes of the address that come from elsewhere.
    pub fn go(&self, route: &Route) {
        location::set_hash(&route.to_hash());
        self.route.set(Route::parse(&location::hash()));
    }

    /// Uses a checked connection from now on.
    pub fn connect(&self, link: Link) {
        connection::store(&link);
        self.link.set(Some(link));
        let next = self.intended.get_untracked().unwrap_or(Route::Sessions);
        self.intended.set(None);
        self.go(&next);
    }

    /// Forgets the key, everything loaded with it and every draft. The page begins anew: with its memory everything goes that
    /// was made of the key, and with its policy that it is held to one API.
    pub fn disconnect(&self) {
        connection::forget();
        storage::remove_all(drafts::PREFIX);
        storage::remove_all(OUTBOX_PREFIX);
        self.leaving.set(true);
        self.link.set(None);
        self.intended.set(None);
        self.go(&Route::Connect { base_url: None });
        location::reload();
    }
}
