//! What all handlers share.

use std::sync::Arc;

use crate::faults::Faults;
use crate::http::record::Requests;
use crate::outage::Outage;
use crate::stats::Stats;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    pub(crate) outage: Outage,
    pub(crate) stats: Arc<Stats>,
}

impl App {
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            faults: Faults::default(),
            requests: Requests::default(),
            outage: Outage::default(),
            stats: Arc::default(),
        }
    }
}
