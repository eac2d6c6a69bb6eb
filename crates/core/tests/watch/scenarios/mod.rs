//! Single stories: what a reconnect costs, and what it finds.

mod newer_facts;
mod odd_answers;
mod reconnecting;
mod without_a_stream;

use playground_core::protocol::SessionStatus;
use playground_core::session::{OutgoingState, Row, View};
use playground_core::stream::{EndReason, Failure, Phase, Settings};
use playground_core::watch::{Hears, HistoryProgress, Input, Watch};
use serde_json::json;

use super::driver::Driver;
use super::plan::{Deed, Device, Fate, Kind, Listing, Meets, Opening, Plan};

fn quiet(before: usize, page_limit: usize) -> Plan {
    Plan {
        kind: Kind::documented(),
        page_limit,
        hears_unknown_types: true,
        before,
        deeds: Vec::new(),
        streams: Vec::new(),
        listings: Vec::new(),
        devices: Vec::new(),
    }
}

fn opened(before: usize, page_limit: usize) -> Driver {
    let mut run = Driver::new(&quiet(before, page_limit));
    run.start();
    run.run_until(run.now + 60_000);
    assert!(run.is_live());
    assert_eq!(run.shown(), run.kept_by_server());
    run
}

fn cut(run: &mut Driver) {
    let attempt = run.watch.attempts();
    run.drop_stream();
    run.input(Input::Failed {
        attempt,
        failure: Failure::network("cut"),
    });
}

fn wait(run: &mut Driver, ms: u64) {
    run.run_until(run.now + ms);
}

fn thought(run: &mut Driver, lag: u64) {
    run.emit(lag, false, json!({"type": "agent.thinking"}));
}
