//! The whole state of the demo: what exists, and how it came to be.

pub(crate) mod agents;
pub(crate) mod catalog;
pub(crate) mod channel;
pub(crate) mod clock;
pub(crate) mod metadata;
pub(crate) mod model_config;
pub(crate) mod models;
pub(crate) mod multiagent;
mod past;
pub(crate) mod session;
pub(crate) mod tools;
pub(crate) mod usage;
mod web_tools;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::scripts::Script;
use crate::wire::ids::{Mint, Rng};
use crate::wire::time::Micros;
use catalog::Catalog;
use clock::Clock;
use session::{NewSession, Session, State};

/// Where the ids of a seeded world begin to count.
const SEEDED_EPOCH: u64 = 1_790_000_000_000_000;
const SECOND: u64 = 1_000_000;

/// How the world behaves; see `Options` for the meaning.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) seed: Option<u64>,
    pub(crate) speed: f64,
    pub(crate) large_session: u64,
    pub(crate) status_lag: Micros,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    shelf: Mutex<Shelf>,
}

#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) catalog: Catalog,
    pub(crate) sessions: HashMap<String, Arc<Session>>,
    mint: Mint,
    rng: Rng,
    sessions_made: u64,
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        let world = Self {
            shelf: Mutex::new(Shelf::new(settings.seed)),
            settings,
        };
        past::fill(&world, world.settings.large_session);
        world
    }

    pub(crate) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Back to the beginning: everything made since is gone and its streams end.
    pub(crate) fn reset(&self) {
        let old = std::mem::replace(&mut *self.shelf(), Shelf::new(self.settings.seed));
        for session in old.sessions.values() {
            let mut state = session.lock();
            if let Some(turn) = state.turn.take() {
                turn.abort();
            }
            state.deleted = true;
            state.close_streams();
        }
        past::fill(self, self.settings.large_session);
    }

    /// The session of this id; the prefix `session_` is an alias.
    pub(crate) fn session(&self, id: &str) -> Option<Arc<Session>> {
        let shelf = self.shelf();
        match id.strip_prefix("session_") {
            Some(rest) => shelf.sessions.get(&format!("sesn_{rest}")).cloned(),
            None => shelf.sessions.get(id).cloned(),
        }
    }

    pub(crate) fn sessions(&self) -> Vec<Arc<Session>> {
        self.shelf().sessions.values().cloned().collect()
    }

    pub(crate) fn keep(&self, session: Arc<Session>) {
        self.shelf().sessions.insert(session.id.clone(), session);
    }

    pub(crate) fn remove(&self, id: &str) {
        self.shelf().sessions.remove(id);
    }

    /// A new session that is not in the world yet.
    pub(crate) fn make_session(&self, new: NewSession) -> Arc<Session> {
        self.shelf().make_session(&self.settings, new, Clock::real())
    }

    fn past_session(
        &self,
        script: Script,
        version: Option<u64>,
        self_hosted: bool,
        title: Option<&str>,
        metadata: Map<String, Value>,
        start: Micros,
    ) -> Option<Arc<Session>> {
        let mut shelf = self.shelf();
        let agent = shelf.catalog.agents.iter().find(|agent| agent.script == script)?;
        let agent = agent.snapshot(version.unwrap_or(agent.latest()), &shelf.catalog)?;
        let environment = shelf
            .catalog
            .environments
            .iter()
            .find(|env| env.is_self_hosted() == self_hosted)?;
        let new = NewSession {
            agent,
            script,
            environment_id: environment.id.clone(),
            self_hosted,
            title: title.map(str::to_owned),
            metadata,
            resources: Vec::new(),
            vault_ids: Vec::new(),
            budget_cents: None,
        };
        Some(shelf.make_session(&self.settings, new, Clock::made_up(start)))
    }
}

impl Shelf {
    fn new(seed: Option<u64>) -> Self {
        let now = Micros::now();
        let chance = seed.unwrap_or(now.0);
        let mut mint = Mint::new(chance, SEEDED_EPOCH - 100 * SECOND, seed.is_none());
        Self {
            catalog: Catalog::seeded(&mut mint, now),
            sessions: HashMap::new(),
            mint,
            rng: Rng::new(chance),
            sessions_made: 0,
        }
    }

    /// An id for something that is neither a session nor inside one.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.mint.id(prefix, Micros::now().0)
    }

    /// Every session has its own source of ids and chance, so that sessions running at once do not disturb each other's.
    fn make_session(&mut self, settings: &Settings, new: NewSession, clock: Clock) -> Arc<Session> {
        self.sessions_made += 1;
        let start = SEEDED_EPOCH + self.sessions_made * 1_000 * SECOND;
        let mint = Mint::new(
            self.rng.next(),
            if settings.seed.is_some() { start } else { 0 },
            settings.seed.is_none(),
        );
        Session::new(State::new(
            new,
            clock,
            mint,
            Rng::new(self.rng.next()),
            settings.status_lag,
        ))
    }
}
