//! What all handlers share.

use std::sync::Arc;

use crate::faults::Faults;
use crate::http::host::Names;
use crate::http::record::Requests;
use crate::limits::Limits;
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
    pub(crate) names: Names,
    pub(crate) limits: Limits,
}

impl App {
    pub(crate) fn new(world: World, names: Names, limits: Limits) -> Self {
        Self {
            world,
            faults: Faults::default(),
            requests: Requests::default(),
            outage: Outage::default(),
            stats: Arc::default(),
            names,
            limits,
        }
    }
}
