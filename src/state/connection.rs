//! The connection of this tab: checked on entry, kept in the session storage, bound to one origin.

use playground_core::api::{ApiError, Connection, Credential, KeptConnection, Secret, Step, endpoints};
use playground_core::protocol::{Element, Kept, Listed, Page};

use crate::platform::transport::{FetchStream, NativeEventSource, StreamTransport};
use crate::platform::{crash, fetch, location, policy, storage};

const NAME: &str = "playground.connection";

/// What the reader asked for when the page had to be loaded again first.
const WAITING: &str = "playground.connecting";

/// How event streams are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Streaming {
    /// `fetch` with a key, `EventSource` without.
    #[default]
    Automatic,
    /// Always `fetch`.
    Fetch,
    /// Always native `EventSource`.
    EventSource,
}

impl Streaming {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Fetch, Self::EventSource];

    /// Reads a stored or configured name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .unwrap_or_default()
    }

    /// The name for storing.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Fetch => "fetch",
            Self::EventSource => "eventsource",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic",
            Self::Fetch => "fetch stream (sends headers)",
            Self::EventSource => "EventSource (behind a gateway)",
        }
    }
}

/// A checked connection and how to stream over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Address and credential.
    pub connection: Connection,
    /// The chosen way to stream.
    pub streaming: Streaming,
    /// Whether this is the demo.
    pub is_demo: bool,
}

impl Link {
    /// The transport that the choice and the credential call for.
    #[must_use]
    pub fn transport(&self) -> Box<dyn StreamTransport> {
        let native = match self.streaming {
            Streaming::Automatic => self.connection.credential().is_none(),
            Streaming::Fetch => false,
            Streaming::EventSource => true,
        };
        if native && NativeEventSource::is_there() {
            Box::new(NativeEventSource)
        } else {
            Box::new(FetchStream)
        }
    }
}

fn keep(name: &str, link: &Link) {
    let kept = KeptConnection {
        connection: link.connection.clone(),
        streaming: link.streaming.name().to_owned(),
        is_demo: link.is_demo,
    };
    storage::set(name, &kept.record());
}

fn kept(name: &str) -> Option<Link> {
    let record = Secret::from(storage::get(name)?);
    let kept = KeptConnection::of_record(&record)?;
    crash::keep_out(kept.connection.credential());
    Some(Link {
        connection: kept.connection,
        streaming: Streaming::from_name(&kept.streaming),
        is_demo: kept.is_demo,
    })
}

/// Keeps a connection for this tab.
pub fn store(link: &Link) {
    keep(NAME, link);
}

/// The connection of this tab before a reload.
#[must_use]
pub fn restore() -> Option<Link> {
    kept(NAME)
}

/// What the reader asked to connect to before the page was loaded again; told once.
#[must_use]
pub fn take_waiting() -> Option<Link> {
    let waiting = kept(WAITING);
    storage::remove(WAITING);
    waiting
}

/// Forgets the connection.
pub fn forget() {
    storage::remove(NAME);
    storage::remove(WAITING);
    crash::keep_out(&Credential::None);
}

/// Makes the browser hold the page to a connection, before anything is sent over it: what the page does itself follows no
/// redirect, but the browser's event streams do. Returns `false` if the page is held to another one. Policies add up, so
/// nothing but a new page can go there.
pub fn hold(connection: &Connection) -> bool {
    let origin = connection.base().origin();
    let is_possible = policy::allows(origin);
    if is_possible {
        policy::hold_to(&[origin]);
    }
    is_possible
}

/// Loads the page again, and has it connect to where this one cannot.
///
/// # Errors
/// What to tell the reader if the browser keeps nothing over a reload.
pub fn continue_in_a_new_page(link: &Link) -> Result<(), String> {
    keep(WAITING, link);
    if !storage::lasts(WAITING) {
        storage::remove(WAITING);
        return Err(
            "Since it tried to connect, the browser holds this page to another address. Reload the page, then enter \
             this one again."
                .to_owned(),
        );
    }
    location::reload();
    Ok(())
}

/// Finds out whether a connection works.
///
/// # Errors
/// The step that failed: address, CORS, key, beta, role.
pub async fn check(connection: &Connection) -> Result<(), ApiError> {
    crash::keep_out(connection.credential());
    let filter = endpoints::SessionFilter {
        limit: Some(1),
        ..Default::default()
    };
    let sessions = endpoints::list_sessions(&filter, None);
    let Err(mut error) = fetch::call::<Page<Element<Kept<Listed>>>>(connection, &sessions).await else {
        return Ok(());
    };
    if error.step == Step::NotFound {
        // The models list exists without the beta: if it answers, the address is right and the beta is missing.
        let models = fetch::call::<Page<Element<Kept<Listed>>>>(connection, &endpoints::list_models()).await;
        error.step = if models.is_ok() { Step::Beta } else { Step::Address };
    }
    if error.step == Step::Response {
        error.step = Step::Address;
    }
    Err(error)
}
