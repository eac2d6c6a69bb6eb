//! What happens on the way: to the session, to its streams and to its listings.

use proptest::prelude::*;

/// What the session does at a time.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A model request with an answer in so many deltas, as far as it gets.
    Answer { deltas: usize, is_cut_short: bool },
    /// A tool call with its result; `same_moment` gives both one time.
    Tool { same_moment: bool, asks: bool },
    /// Somebody else sends a message, which waits for a while.
    Queue,
    /// The oldest waiting message is processed.
    Process,
    /// The turn ends.
    Idle,
    /// The turn ends, and only the Session object says so.
    SilentIdle,
    /// The turn begins.
    Run,
    /// A type that nobody knows.
    Unknown,
    /// This page sends a message.
    Send { fate: Fate },
}

/// What happens to a request that sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// The answer tells that it was taken, and names nothing.
    Unnamed,
    Refused,
    AnswerLost,
    RequestLost,
}

/// What an attempt to open the stream meets.
#[derive(Clone, Debug)]
pub(crate) struct Meets {
    pub(crate) opening: Opening,
    /// The connection breaks after so many frames.
    pub(crate) cut_after: Option<usize>,
    /// It falls silent instead of breaking.
    pub(crate) is_stall: bool,
    /// It is open, but something on the way keeps every byte of its body back.
    pub(crate) is_withheld: bool,
    pub(crate) replays: bool,
    pub(crate) duplicate_every: usize,
    pub(crate) swap_every: usize,
    pub(crate) latency: u64,
}

impl Meets {
    /// A stream to which nothing happens.
    pub(crate) fn calm() -> Self {
        Self {
            opening: Opening::Ok,
            cut_after: None,
            is_stall: false,
            is_withheld: false,
            replays: false,
            duplicate_every: 0,
            swap_every: 0,
            latency: 5,
        }
    }

    /// A stream that opens in a certain way, and to which nothing else happens.
    pub(crate) fn opening(opening: Opening) -> Self {
        Self {
            opening,
            ..Self::calm()
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Opening {
    Ok,
    Refused {
        status: u16,
        retry_after_ms: Option<u64>,
    },
    /// The request is aborted before it reaches the server.
    Blocked,
    /// Headers come late.
    Late {
        ms: u64,
    },
    /// Headers never come.
    Hangs,
}

/// What kind of server and browser meet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The browser tells of a response with its headers, not only with the first byte of its body.
    pub(crate) headers_tell: bool,
    /// The server sends a comment as soon as a stream is open.
    pub(crate) greets: bool,
    /// The server sends a comment every fifteen seconds.
    pub(crate) heartbeats: bool,
    /// The server lists the oldest events first, whatever is asked for.
    pub(crate) ignores_order: bool,
    /// The server lists everything, whatever time is asked for.
    pub(crate) ignores_filters: bool,
    /// The server says `has_more` and takes `after_id` instead of naming pages.
    pub(crate) pages_by_id: bool,
}

impl Kind {
    /// As documented, in Chromium.
    pub(crate) fn documented() -> Self {
        Self {
            headers_tell: true,
            greets: true,
            heartbeats: true,
            ignores_order: false,
            ignores_filters: false,
            pages_by_id: false,
        }
    }

    /// Whether bytes arrive on a stream that has nothing to tell.
    pub(crate) fn sends_bytes(self) -> bool {
        self.greets || self.heartbeats
    }
}

/// What a request for a page meets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Listing {
    Ok { latency: u64 },
    Fails { status: u16, latency: u64 },
    Breaks { latency: u64 },
}

/// What the device does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Device {
    Offline { ms: u64 },
    Sleeps { ms: u64 },
}

/// Everything that happens in one run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) page_limit: usize,
    pub(crate) hears_unknown_types: bool,
    /// Events before the page is opened.
    pub(crate) before: usize,
    /// Deeds with the pause before each and how late their events are listed, in milliseconds.
    pub(crate) deeds: Vec<(u64, u64, Deed)>,
    pub(crate) streams: Vec<Meets>,
    pub(crate) listings: Vec<Listing>,
    pub(crate) devices: Vec<(u64, Device)>,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..6usize, any::<bool>()).prop_map(|(deltas, is_cut_short)| Deed::Answer { deltas, is_cut_short }),
        4 => any::<(bool, bool)>().prop_map(|(same_moment, asks)| Deed::Tool { same_moment, asks }),
        2 => Just(Deed::Queue),
        3 => Just(Deed::Process),
        1 => Just(Deed::Idle),
        1 => Just(Deed::SilentIdle),
        1 => Just(Deed::Run),
        1 => Just(Deed::Unknown),
        1 => fate().prop_map(|fate| Deed::Send { fate }),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Answered),
        Just(Fate::Unnamed),
        Just(Fate::Refused),
        Just(Fate::AnswerLost),
        Just(Fate::RequestLost),
    ]
}

fn opening() -> impl Strategy<Value = Opening> {
    prop_oneof![
        8 => Just(Opening::Ok),
        1 => Just(Opening::Refused { status: 502, retry_after_ms: None }),
        1 => Just(Opening::Refused { status: 429, retry_after_ms: Some(3_000) }),
        1 => prop_oneof![Just(400), Just(401), Just(403), Just(404), Just(405), Just(501)]
            .prop_map(|status| Opening::Refused { status, retry_after_ms: None }),
        1 => Just(Opening::Blocked),
        1 => (500..30_000u64).prop_map(|ms| Opening::Late { ms }),
        1 => Just(Opening::Hangs),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    (
        proptest::bool::weighted(0.6),
        proptest::bool::weighted(0.6),
        proptest::bool::weighted(0.7),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.2),
    )
        .prop_map(
            |(headers_tell, greets, heartbeats, ignores_order, pages_by_id)| Kind {
                headers_tell,
                greets,
                heartbeats,
                ignores_order,
                ignores_filters: ignores_order && pages_by_id,
                pages_by_id,
            },
        )
}

fn meets() -> impl Strategy<Value = Meets> {
    (
        opening(),
        proptest::option::weighted(0.9, 0..12usize),
        proptest::bool::weighted(0.15),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.15),
        prop_oneof![3 => Just(0usize), 1 => 1..4usize],
        prop_oneof![3 => Just(0usize), 1 => 2..5usize],
        1..400u64,
    )
        .prop_map(
            |(opening, cut_after, is_stall, is_withheld, replays, duplicate_every, swap_every, latency)| {
                Meets {
                    opening,
                    cut_after,
                    is_stall,
                    is_withheld,
                    replays,
                    duplicate_every,
                    swap_every,
                    latency,
                }
            },
        )
}

fn listing() -> impl Strategy<Value = Listing> {
    prop_oneof![
        8 => (1..600u64).prop_map(|latency| Listing::Ok { latency }),
        1 => (1..600u64).prop_map(|latency| Listing::Fails { status: 503, latency }),
        1 => (1..600u64).prop_map(|latency| Listing::Breaks { latency }),
    ]
}

fn device() -> impl Strategy<Value = Device> {
    prop_oneof![
        (10..20_000u64).prop_map(|ms| Device::Offline { ms }),
        (10..600_000u64).prop_map(|ms| Device::Sleeps { ms }),
    ]
}

/// Any plan that fits into a few minutes.
pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let lag = prop_oneof![3 => Just(0u64), 1 => 0..9_500u64];
    (
        kind(),
        prop_oneof![Just(3usize), Just(10), Just(1_000)],
        proptest::bool::weighted(0.7),
        0..40usize,
        proptest::collection::vec((0..1_500u64, lag, deed()), 0..60),
        proptest::collection::vec(meets(), 0..25),
        proptest::collection::vec(listing(), 0..60),
        proptest::collection::vec((0..60_000u64, device()), 0..3),
    )
        .prop_map(
            |(kind, page_limit, hears_unknown_types, before, deeds, streams, listings, devices)| Plan {
                kind,
                page_limit,
                hears_unknown_types,
                before,
                deeds,
                streams,
                listings,
                devices,
            },
        )
}
