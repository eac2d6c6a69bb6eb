//! What goes into a watch and what comes out of it.

use super::listing::ListingId;
use crate::api::endpoints::EventsQuery;
use crate::protocol::{Event, Page, SessionStatus};
use crate::session::OutgoingId;
use crate::stream::Failure;

/// What a transport can tell.
#[derive(Clone, Copy, Debug)]
pub struct Hears {
    /// Events of types that this version does not know are delivered. Where they are not, the history fills them in.
    pub unknown_types: bool,
}

/// What the driver tells the watch.
#[derive(Debug)]
pub enum Input {
    /// The session was opened on the screen.
    Start,
    /// The stream of this attempt is open.
    Opened {
        /// The attempt.
        attempt: u32,
    },
    /// Something that is no event arrived on the stream: a comment or a ping.
    Heartbeat {
        /// The attempt.
        attempt: u32,
    },
    /// Events, in the order of the stream.
    Events {
        /// The attempt.
        attempt: u32,
        /// Stored events and previews.
        events: Vec<Event>,
    },
    /// The stream is over, or could not be opened.
    Failed {
        /// The attempt.
        attempt: u32,
        /// What happened.
        failure: Failure,
    },
    /// A page that [`Effect::List`] asked for.
    Page {
        /// The listing.
        listing: ListingId,
        /// The page.
        page: Page<Event>,
    },
    /// A page could not be had.
    ListingFailed {
        /// The listing.
        listing: ListingId,
        /// What happened.
        failure: Failure,
    },
    /// The Session object, as [`Effect::RefreshSession`] asked for it or as the answer to something else has it.
    Session {
        /// `status`.
        status: SessionStatus,
        /// Whether `archived_at` is set.
        is_archived: bool,
    },
    /// The Session object could not be had, because of this.
    SessionFailed(Failure),
    /// The history may have what the stream does not tell, for example after archiving.
    LookAgain,
    /// The page became visible again or the browser came back online.
    Wake,
    /// The browser lost its network.
    WentOffline,
    /// The time of [`Watch::wakes_at`](super::Watch::wakes_at) has come (an early or late tick does no harm).
    Tick,
    /// The user asks to connect now instead of waiting.
    Retry,
    /// The user left the session.
    Leave,
}

/// What the driver must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a stream. Another one may still be open.
    OpenStream {
        /// To be named in every input about it.
        attempt: u32,
        /// Whether to ask for `event_deltas[]`.
        previews: bool,
    },
    /// Close a stream; nothing of it is wanted any more.
    CloseStream {
        /// Its attempt.
        attempt: u32,
    },
    /// Ask for one page of the history.
    List {
        /// To be named in the answer.
        listing: ListingId,
        /// Which page.
        query: EventsQuery,
    },
    /// Give a listing up.
    CancelListing(ListingId),
    /// Retrieve the Session object: its status may be another. Ends in [`Input::Session`] or [`Input::SessionFailed`].
    RefreshSession,
    /// Unconfirmed input turned out to have arrived.
    Settled(OutgoingId),
    /// Keep [`Outbox::keep`](crate::session::Outbox::keep) for a reload, before anything else happens.
    KeepOutbox,
    /// Call [`Watch::commit`](super::Watch::commit) at the next frame.
    Commit,
}
