//! The fold: any delivery of a log ends like reading it once, and every commit tells all that it changed.

mod delivery;
mod log;
mod seen;
mod shown;

use arbitrary::{Arbitrary, Unstructured};
use playground_core::session::Timeline;

use delivery::{Delivery, Step};
use log::Source;

/// More steps add length, not variety.
const MOST_STEPS: usize = 24;

#[derive(Arbitrary, Debug)]
struct Plan {
    source: Source,
    /// How the complete listing at the end is made.
    page: u8,
    newest_first: bool,
    steps: Vec<Step>,
}

/// `data`: a log and how it is delivered, as `arbitrary` reads them.
pub fn check(data: &[u8]) {
    let Ok(plan) = Plan::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let log = plan.source.events();
    if log.is_empty() {
        return;
    }
    let mut delivery = Delivery::new(&log);
    for step in plan.steps.iter().take(MOST_STEPS) {
        delivery.take(step);
    }
    let timeline = delivery.finish(usize::from(plan.page) + 1, plan.newest_first);

    let mut once = Timeline::default();
    once.page(log, false);
    once.commit();
    seen::assert_same(&timeline, &once);
}
