//! What all handlers share.

use tokio::sync::watch;

use crate::faults::Faults;
use crate::http::record::Requests;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    /// Counts the restarts; every open connection closes when it changes.
    pub(crate) restarts: watch::Sender<u64>,
}

impl App {
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            faults: Faults::default(),
            requests: Requests::default(),
            restarts: watch::Sender::new(0),
        }
    }
}
