//! Drives a watch through a plan in simulated time, the way the browser drives it in real time.

use std::collections::VecDeque;

use playground_core::protocol::{Event, SessionStatus, Timestamp};
use playground_core::session::{OutgoingId, Row, View};
use playground_core::stream::{Failure, Now, Phase, Settings};
use playground_core::watch::{Effect, Hears, Input, ListingId, Watch};
use serde_json::json;

use super::line::Stream;
use super::plan::{Deed, Device, Fate, Kind, Listing, Meets, Plan};
use super::server::Server;

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Coming {
    Deed {
        lag: u64,
        deed: Deed,
    },
    Opened {
        attempt: u32,
    },
    OpeningFailed {
        attempt: u32,
        failure: Failure,
    },
    Frame {
        attempt: u32,
        event: Event,
    },
    Broken {
        attempt: u32,
    },
    Heartbeat {
        attempt: u32,
    },
    /// A frame that was held back for the one after it goes out when none comes.
    Release {
        attempt: u32,
    },
    ListAt {
        listing: ListingId,
        query: Box<playground_core::api::endpoints::EventsQuery>,
        after: u64,
    },
    Listed {
        listing: ListingId,
        answer: Result<playground_core::protocol::Page<Event>, Failure>,
    },
    /// The server looks at its Session object.
    Retrieve,
    Retrieved {
        status: SessionStatus,
    },
    Answered {
        id: OutgoingId,
        fate: Fate,
        stored: Option<Event>,
    },
    Device(Device),
    Online,
    Awake,
    Commit,
}

/// `WATCH_TRACE=1` tells what happens in a run, for a look at one that failed.
fn is_traced() -> bool {
    std::env::var_os("WATCH_TRACE").is_some()
}

fn in_short(input: &Input) -> String {
    let ids = |events: &[Event]| -> Vec<String> {
        let name = |event: &Event| {
            event
                .id()
                .map_or(event.event_type().as_str().to_owned(), |id| id.to_string())
        };
        events.iter().map(name).collect()
    };
    match input {
        Input::Page { listing, page } => format!("Page {listing} {:?}", ids(&page.data)),
        Input::Events { attempt, events } => format!("Events {attempt} {:?}", ids(events)),
        other => format!("{other:?}"),
    }
}

/// The whole simulation.
pub(crate) struct Driver {
    pub(crate) server: Server,
    pub(crate) watch: Watch,
    pub(crate) now: u64,
    coming: Vec<(u64, u64, Coming)>,
    pub(crate) count: u64,
    pub(crate) streams: VecDeque<Meets>,
    pub(crate) listings: VecDeque<Listing>,
    pub(crate) attempts: Vec<Stream>,
    pub(crate) kind: Kind,
    /// How late the Session object is behind the log.
    status_lag: u64,
    pub(crate) refreshes: usize,
    /// Requests for the Session object that fail.
    pub(crate) retrievals_fail: usize,
    pub(crate) opens: usize,
    cancelled: Vec<ListingId>,
    is_commit_asked: bool,
    asleep_until: u64,
    pub(crate) hears_unknown_types: bool,
    chance: u64,
    pub(crate) lists: usize,
    pub(crate) cuts: usize,
    pub(crate) settled: Vec<OutgoingId>,
    pub(crate) fates: Vec<(OutgoingId, Fate)>,
    pub(crate) kept: Option<String>,
}

/// The settings of the page, but for bounds that would only make the simulated time longer.
pub(crate) fn settings() -> Settings {
    Settings {
        quiet_stall_timeout_ms: 120_000.0,
        retry_stream_ms: (20_000.0, 60_000.0),
        ..Settings::default()
    }
}

impl Driver {
    pub(crate) fn new(plan: &Plan) -> Self {
        let hears = Hears {
            unknown_types: plan.hears_unknown_types,
        };
        let mut this = Self {
            server: Server::new(plan.page_limit, plan.kind),
            watch: Watch::new(settings(), hears),
            now: 0,
            coming: Vec::new(),
            count: 0,
            streams: plan.streams.iter().cloned().collect(),
            listings: plan.listings.iter().copied().collect(),
            attempts: Vec::new(),
            kind: plan.kind,
            status_lag: 300,
            refreshes: 0,
            retrievals_fail: 0,
            opens: 0,
            cancelled: Vec::new(),
            is_commit_asked: false,
            asleep_until: 0,
            hears_unknown_types: plan.hears_unknown_types,
            chance: 1,
            lists: 0,
            cuts: 0,
            settled: Vec::new(),
            fates: Vec::new(),
            kept: None,
        };
        for number in 0..plan.before {
            this.now = number as u64 * 700;
            this.emit(0, false, json!({"type": "agent.thinking"}));
        }
        let mut at = this.now + 50;
        for (pause, lag, deed) in &plan.deeds {
            at += pause;
            let deed = deed.clone();
            this.schedule(at, Coming::Deed { lag: *lag, deed });
        }
        for (after, device) in &plan.devices {
            this.schedule(this.now + after, Coming::Device(*device));
        }
        this
    }

    pub(crate) fn start(&mut self) {
        self.input(Input::Start);
    }

    /// Runs until nothing is planned any more and the page had time to come to rest.
    pub(crate) fn run_to_rest(&mut self) {
        self.start();
        let end = self.coming.iter().map(|(at, ..)| *at).max().unwrap_or(0);
        self.run_until(end.max(self.now));
        // From now on nothing goes wrong.
        self.streams.clear();
        self.listings.clear();
        let calm = self.now.max(self.asleep_until) + 260_000;
        self.run_until(calm);
    }

    pub(crate) fn run_until(&mut self, end: u64) {
        loop {
            let next = (0..self.coming.len()).min_by_key(|i| (self.coming[*i].0, self.coming[*i].1));
            let next_at = next.map(|i| self.coming[i].0);
            // Timers of a sleeping device wait.
            let tick_at = self
                .watch
                .wakes_at()
                .map(|at| (at.ceil() as u64).max(self.now).max(self.asleep_until));
            match (next, tick_at) {
                (Some(i), tick) if next_at.is_some_and(|at| at <= end && tick.is_none_or(|t| at <= t)) => {
                    let (at, _, coming) = self.coming.swap_remove(i);
                    self.now = self.now.max(at);
                    self.happens(coming);
                }
                (_, Some(tick)) if tick <= end => {
                    self.now = self.now.max(tick);
                    self.input(Input::Tick);
                }
                _ => break,
            }
        }
        self.now = self.now.max(end);
    }

    pub(crate) fn schedule(&mut self, at: u64, coming: Coming) {
        self.count += 1;
        self.coming.push((at, self.count, coming));
    }

    pub(crate) fn moment(&mut self) -> Now {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        Now {
            ms: self.now as f64,
            random: (self.chance >> 11) as f64 / (1u64 << 53) as f64,
            wall: Timestamp::from_micros(self.now as i64 * 1_000),
        }
    }

    pub(crate) fn input(&mut self, input: Input) {
        let now = self.moment();
        let told = is_traced().then(|| in_short(&input));
        let effects = self.watch.handle(now, input);
        if let Some(told) = told {
            let phase = self.watch.phase();
            eprintln!("{:>8} {told}\n         = {phase:?}", self.now);
            let lines = effects.iter().map(|effect| format!("{effect:?}"));
            lines.for_each(|line| eprintln!("         → {line:.200}"));
        }
        self.carry_out(effects);
    }

    pub(crate) fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::OpenStream { attempt, .. } => self.open(attempt),
                Effect::CloseStream { attempt } => self.close(attempt),
                Effect::List { listing, query } => self.list(listing, query),
                Effect::CancelListing(listing) => self.cancelled.push(listing),
                Effect::RefreshSession => {
                    self.refreshes += 1;
                    self.schedule(self.now + 10, Coming::Retrieve);
                }
                Effect::Settled(id) => self.settled.push(id),
                Effect::KeepOutbox => self.kept = self.watch.timeline().outbox().keep(),
                Effect::Commit => {
                    if !std::mem::replace(&mut self.is_commit_asked, true) {
                        self.schedule(self.now + 16, Coming::Commit);
                    }
                }
            }
        }
    }

    fn list(&mut self, listing: ListingId, query: playground_core::api::endpoints::EventsQuery) {
        self.lists += 1;
        let calm = Listing::Ok { latency: 20 };
        let failure = |status: Option<u16>| Failure {
            status,
            retry_after_ms: None,
            message: "no page".into(),
        };
        let refused = Listing::Fails {
            status: 422,
            latency: 20,
        };
        let meets = self.listings.pop_front().unwrap_or(calm);
        match if query.limit > Some(self.server.longest) {
            refused
        } else {
            meets
        } {
            Listing::Ok { latency } => {
                // The server looks at its log somewhere on the way.
                let query = Box::new(query);
                let after = latency / 2;
                self.schedule(
                    self.now + latency - after,
                    Coming::ListAt {
                        listing,
                        query,
                        after,
                    },
                );
            }
            Listing::Fails { status, latency } => {
                let answer = Err(failure(Some(status)));
                self.schedule(self.now + latency, Coming::Listed { listing, answer });
            }
            Listing::Breaks { latency } => {
                let answer = Err(failure(None));
                self.schedule(self.now + latency, Coming::Listed { listing, answer });
            }
        }
    }

    fn happens(&mut self, coming: Coming) {
        // What reaches a sleeping device is lost, except for its own clock.
        let is_asleep = self.now < self.asleep_until;
        match coming {
            Coming::Deed { lag, deed } => self.deed(lag, deed),
            Coming::Opened { attempt } if !is_asleep => self.opened(attempt),
            Coming::OpeningFailed { attempt, failure } if !is_asleep => {
                self.input(Input::Failed { attempt, failure });
            }
            Coming::Frame { attempt, event } if !is_asleep => {
                self.arrives(attempt, event);
            }
            Coming::Broken { attempt } if !is_asleep => {
                let failure = Failure::network("cut");
                self.input(Input::Failed { attempt, failure });
            }
            Coming::Heartbeat { attempt } => self.heartbeat(attempt, is_asleep),
            Coming::Release { attempt } => self.release(attempt),
            Coming::ListAt {
                listing,
                query,
                after,
            } => {
                let page = self.server.list(self.now, &query);
                self.schedule(
                    self.now + after,
                    Coming::Listed {
                        listing,
                        answer: Ok(page),
                    },
                );
            }
            Coming::Listed { listing, .. } if self.cancelled.contains(&listing) => {}
            Coming::Listed { listing, answer } => {
                // A request that was under way when the device fell asleep is broken when it wakes.
                if is_asleep {
                    let answer = Err(Failure::network("asleep"));
                    self.schedule(self.asleep_until + 1, Coming::Listed { listing, answer });
                    return;
                }
                self.input(match answer {
                    Ok(page) => Input::Page { listing, page },
                    Err(failure) => Input::ListingFailed { listing, failure },
                });
            }
            Coming::Answered { id, fate, stored } => {
                if is_asleep {
                    self.schedule(self.asleep_until + 1, Coming::Answered { id, fate, stored });
                } else {
                    self.answered(id, fate, stored);
                }
            }
            Coming::Retrieve if self.retrievals_fail > 0 => {
                self.retrievals_fail -= 1;
                self.input(Input::SessionFailed(Failure {
                    retry_after_ms: Some(20_000.0),
                    ..Failure::status(429, "not now")
                }));
            }
            Coming::Retrieve => {
                let status = self.server.status_at(self.now.saturating_sub(self.status_lag));
                self.schedule(self.now + 10, Coming::Retrieved { status });
            }
            Coming::Retrieved { .. } if is_asleep => {
                self.schedule(self.asleep_until + 1, Coming::Retrieve);
            }
            Coming::Retrieved { status } => self.input(Input::Session {
                status,
                is_archived: false,
            }),
            Coming::Device(device) => self.device(device),
            Coming::Online | Coming::Awake => {
                if !is_asleep {
                    self.input(Input::Wake);
                }
            }
            Coming::Commit => {
                self.is_commit_asked = false;
                let now = self.moment();
                let (_, effects) = self.watch.commit(now);
                self.carry_out(effects);
            }
            Coming::Opened { .. }
            | Coming::OpeningFailed { .. }
            | Coming::Frame { .. }
            | Coming::Broken { .. } => {}
        }
    }

    pub(crate) fn device(&mut self, device: Device) {
        self.drop_stream();
        match device {
            Device::Offline { ms } => {
                self.input(Input::WentOffline);
                self.schedule(self.now + ms, Coming::Online);
            }
            Device::Sleeps { ms } => {
                self.asleep_until = self.asleep_until.max(self.now + ms);
                self.schedule(self.now + ms, Coming::Awake);
            }
        }
    }

    /// The page that waited for answers is gone.
    pub(crate) fn forget_answers(&mut self) {
        self.coming
            .retain(|(_, _, coming)| !matches!(coming, Coming::Answered { .. }));
        self.attempts.clear();
    }

    /// The texts of the events that the page shows, in its order.
    pub(crate) fn shown(&self) -> Vec<String> {
        let timeline = self.watch.timeline();
        let rows = timeline.rows(View::Events);
        rows.iter()
            .filter_map(|row| match row {
                Row::Event(slot) => Some(timeline.log().event(slot).raw().to_owned()),
                _ => None,
            })
            .collect()
    }

    /// The texts of the server's log, in the order of its listing.
    pub(crate) fn kept_by_server(&self) -> Vec<String> {
        let log = self.server.log();
        log.iter().map(|stored| stored.event().raw().to_owned()).collect()
    }

    pub(crate) fn is_live(&self) -> bool {
        *self.watch.phase() == Phase::Live
    }

    pub(crate) fn is_polling(&self) -> bool {
        matches!(self.watch.phase(), Phase::Polling { .. })
    }

    /// What the Session object says now.
    pub(crate) fn true_status(&self) -> SessionStatus {
        self.server.status_at(self.now)
    }

    pub(crate) fn previews_shown(&self) -> usize {
        let rows = self.watch.timeline().rows(View::Transcript);
        rows.iter().filter(|row| matches!(row, Row::Preview(_))).count()
    }
}
