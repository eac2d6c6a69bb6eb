//! The connection of this tab: checked on entry, kept in the session storage, bound to one origin.

use playground_core::api::{ApiError, BaseUrl, Connection, Credential, Step, endpoints};
use playground_core::protocol::{Listed, Page};
use serde::{Deserialize, Serialize};

use crate::platform::transport::{FetchStream, NativeEventSource, StreamTransport};
use crate::platform::{crash, fetch, storage};

const NAME: &str = "playground.connection";

/// How event streams are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

#[derive(Serialize, Deserialize)]
struct Stored {
    base_url: String,
    /// The origin that the key was typed for; a record whose address was changed by hand is not used.
    origin: String,
    key: String,
    workspace_id: String,
    streaming: Streaming,
    #[serde(default)]
    demo: bool,
}

/// Keeps a connection for this tab.
pub fn store(link: &Link) {
    let connection = &link.connection;
    let stored = Stored {
        base_url: connection.base().to_string(),
        origin: connection.base().origin().to_owned(),
        key: connection.credential().expose().unwrap_or_default().to_owned(),
        workspace_id: connection.workspace_id().unwrap_or_default().to_owned(),
        streaming: link.streaming,
        demo: link.is_demo,
    };
    if let Ok(json) = serde_json::to_string(&stored) {
        storage::set(NAME, &json);
    }
}

/// The connection of this tab before a reload.
#[must_use]
pub fn restore() -> Option<Link> {
    let stored: Stored = serde_json::from_str(&storage::get(NAME)?).ok()?;
    let base = BaseUrl::parse(&stored.base_url)
        .ok()
        .filter(|base| base.origin() == stored.origin)?;
    let credential = Credential::parse(&stored.key).ok()?;
    crash::keep_out(&credential);
    Some(Link {
        connection: Connection::new(base, credential, Some(stored.workspace_id)),
        streaming: stored.streaming,
        is_demo: stored.demo,
    })
}

/// Forgets the connection.
pub fn forget() {
    storage::remove(NAME);
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
    let Err(mut error) = fetch::call::<Page<Listed>>(connection, &sessions).await else {
        return Ok(());
    };
    if error.step == Step::NotFound {
        // The models list exists without the beta: if it answers, the address is right and the beta is missing.
        let models = fetch::call::<Page<Listed>>(connection, &endpoints::list_models()).await;
        error.step = if models.is_ok() { Step::Beta } else { Step::Address };
    }
    if error.step == Step::Response {
        error.step = Step::Address;
    }
    Err(error)
}
