//! One session on the screen: a [`Watch`] and the browser that carries out what it says.

mod connection;
mod send;

pub use playground_core::watch::HistoryProgress;
pub use send::SendOutcome;

use std::cell::RefCell;
use std::rc::Rc;

use playground_core::api::{ApiError, endpoints};
use playground_core::protocol::{Kept, SessionSummary};
use playground_core::session::{Changes, OutgoingId, Timeline};
use playground_core::stream::{Phase, Settings};
use playground_core::watch::{Hears, Input, ListingId, Watch};

use super::connection::Link;
use crate::platform::alarm::Alarm;
use crate::platform::fetch;
use crate::platform::frame::FrameTask;
use crate::platform::listener::Listener;
use crate::platform::task::{Task, Tasks};
use crate::platform::transport::{OpenStream, StreamTransport};
use crate::platform::{clock, storage};
use crate::signals::RcRwSignal;

/// Receives every committed batch. Events travel this way and never through a signal, which would coalesce them.
type CommitListener = Box<dyn Fn(&Timeline, &Changes) -> bool>;

/// An open session. Cheap to clone; the connection closes when [`close`](Self::close) is called.
#[derive(Clone)]
pub struct OpenSession {
    inner: Rc<Inner>,
}

struct Inner {
    id: String,
    link: Link,
    transport: Box<dyn StreamTransport>,
    watch: RefCell<Watch>,
    /// By attempt: the one that counts, and one that is about to take its place.
    streams: RefCell<Vec<(u32, Box<dyn OpenStream>)>>,
    /// The pages that are on their way: a handful at most.
    listings: RefCell<Vec<(ListingId, Task)>>,
    tasks: Tasks,
    tick: Alarm,
    frame: RefCell<Option<FrameTask>>,
    listeners: RefCell<Vec<Listener>>,
    on_commit: RefCell<Vec<CommitListener>>,
    signals: Signals,
}

/// What the screen may subscribe to. None of these carries an event.
#[derive(Clone)]
pub struct Signals {
    /// Where the connection stands.
    pub phase: RcRwSignal<Phase>,
    /// Whether the end of the log was ever known, to tell the first connection from a repeated one.
    pub has_followed: RcRwSignal<bool>,
    /// The session object as last retrieved.
    pub session: RcRwSignal<Option<Kept<SessionSummary>>>,
    /// Why the session could not be retrieved.
    pub session_error: RcRwSignal<Option<ApiError>>,
    /// How far the history is loaded.
    pub history: RcRwSignal<HistoryProgress>,
    /// Counts commits that may have changed facts: status, usage, waiting calls.
    pub facts: RcRwSignal<u32>,
    /// Number of events known.
    pub event_count: RcRwSignal<usize>,
    /// Number of interruptions.
    pub gap_count: RcRwSignal<usize>,
    /// Requests without an answer that the history is still asked for.
    pub looking_up: RcRwSignal<Vec<OutgoingId>>,
    /// The unconfirmed requests that turned out to have arrived, or that the user sent again. All of them: several can be
    /// settled before anybody reads this.
    pub settled: RcRwSignal<Vec<OutgoingId>>,
    /// Something went wrong that the reader should know but need not act on.
    pub notice: RcRwSignal<Option<String>>,
}

impl Signals {
    fn new() -> Self {
        Self {
            phase: RcRwSignal::new(Phase::Idle),
            has_followed: RcRwSignal::new(false),
            session: RcRwSignal::new(None),
            session_error: RcRwSignal::new(None),
            history: RcRwSignal::new(HistoryProgress::Loading),
            facts: RcRwSignal::new(0),
            event_count: RcRwSignal::new(0),
            gap_count: RcRwSignal::new(0),
            looking_up: RcRwSignal::new(Vec::new()),
            settled: RcRwSignal::new(Vec::new()),
            notice: RcRwSignal::new(None),
        }
    }
}

/// Silence that a transport without visible heartbeats may show before it is distrusted.
const QUIET_STALL_MS: f64 = 300_000.0;

impl OpenSession {
    /// Opens a session: connects, lists its history and keeps both merged until closed. `stall_seconds` is how long a
    /// stream may be silent.
    #[must_use]
    pub fn open(link: Link, id: String, stall_seconds: Option<u32>) -> Self {
        let transport = link.transport();
        let mut settings = Settings::default();
        if !transport.sees_every_byte() {
            settings.stall_timeout_ms = QUIET_STALL_MS;
        }
        if let Some(seconds) = stall_seconds.filter(|seconds| *seconds > 0) {
            settings.stall_timeout_ms = f64::from(seconds) * 1_000.0;
        }
        let mut watch = Watch::new(
            settings,
            Hears {
                unknown_types: transport.sees_unknown_types(),
            },
        );
        if let Some(kept) = storage::get(&outbox_name(&id)) {
            watch.restore_outbox(&kept);
        }
        let inner = Rc::new(Inner {
            id,
            link,
            transport,
            watch: RefCell::new(watch),
            streams: RefCell::new(Vec::new()),
            listings: RefCell::new(Vec::new()),
            tasks: Tasks::default(),
            tick: Alarm::default(),
            frame: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
            on_commit: RefCell::new(Vec::new()),
            signals: Signals::new(),
        });
        let weak = Rc::downgrade(&inner);
        *inner.frame.borrow_mut() = Some(FrameTask::new(move || {
            if let Some(inner) = weak.upgrade() {
                Self { inner }.commit();
            }
        }));
        let session = Self { inner };
        session.watch_browser();
        session.handle(Input::Start);
        // What an earlier page left without an answer is all that there is to show yet.
        if session.with_timeline(|timeline| timeline.outbox().iter().next().is_some()) {
            session.request_commit();
        }
        session
    }

    /// Closes the connection and gives all requests up.
    pub fn close(&self) {
        self.handle(Input::Leave);
        self.inner.listeners.borrow_mut().clear();
        self.inner.on_commit.borrow_mut().clear();
        self.inner.tasks.abort();
        let listings = std::mem::take(&mut *self.inner.listings.borrow_mut());
        drop(listings);
        self.inner.tick.stop();
    }

    /// Connects now instead of waiting for the next attempt.
    pub fn retry_now(&self) {
        self.handle(Input::Retry);
    }

    /// Looks at the end of the history once more, for what the stream may not have told.
    pub fn look_again(&self) {
        self.handle(Input::LookAgain);
    }

    /// The session's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The connection that the session was opened over.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.inner.link
    }

    /// What the screen may subscribe to.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    /// Reads the timeline.
    pub fn with_timeline<T>(&self, read: impl FnOnce(&Timeline) -> T) -> T {
        read(self.inner.watch.borrow().timeline())
    }

    /// Calls `listener` after every commit, until it returns `false` or the session is closed.
    pub fn on_commit(&self, listener: impl Fn(&Timeline, &Changes) -> bool + 'static) {
        self.inner.on_commit.borrow_mut().push(Box::new(listener));
    }

    /// Retrieves the Session object, as the watch asks.
    fn refresh_session(&self) {
        let this = self.clone();
        self.inner.tasks.spawn(async move {
            let request = endpoints::retrieve_session(this.id());
            match fetch::call::<Kept<SessionSummary>>(&this.inner.link.connection, &request).await {
                Ok(session) => this.put_session(session),
                Err(error) => {
                    let failure = connection::failure_of(error.clone());
                    this.inner.signals.session_error.set(Some(error));
                    this.handle(Input::SessionFailed(failure));
                }
            }
        });
    }

    /// Takes over a session object that some request returned.
    pub fn put_session(&self, session: Kept<SessionSummary>) {
        let told = Input::Session {
            status: session.status.clone(),
            is_archived: session.archived_at.is_some(),
        };
        self.inner.signals.session_error.set(None);
        self.inner.signals.session.set(Some(session));
        self.handle(told);
    }

    /// Applies what changed in the timeline at the next frame.
    fn request_commit(&self) {
        if let Some(frame) = &*self.inner.frame.borrow() {
            frame.request();
        }
    }

    fn commit(&self) {
        let (changes, effects) = self.inner.watch.borrow_mut().commit(clock::now());
        let signals = &self.inner.signals;
        let (count, gaps, looking_up) =
            self.with_timeline(|t| (t.event_count(), t.gap_count(), t.outbox().to_look_up()));
        set_if_changed(&signals.event_count, count);
        set_if_changed(&signals.gap_count, gaps);
        set_if_changed(&signals.looking_up, looking_up);
        self.with_timeline(|timeline| {
            self.inner
                .on_commit
                .borrow_mut()
                .retain(|listener| listener(timeline, &changes));
        });
        if changes.facts {
            signals.facts.update(|n| *n = n.wrapping_add(1));
        }
        self.carry_out(effects);
    }
}

/// Where requests without an answer are kept for a reload.
fn outbox_name(id: &str) -> String {
    format!("{OUTBOX_PREFIX}{id}")
}

/// Begins the name of every kept outbox.
pub(super) const OUTBOX_PREFIX: &str = "playground.outbox.";

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: &RcRwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
