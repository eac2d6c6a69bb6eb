//! The workflow runs of a session: their names, their phases and how far they got.

use super::by_id::ById;
use super::facts::{Latest, Place, offer};
use super::log::Slot;
use crate::protocol::event::{WorkflowResult, WorkflowRunCreated};

/// Phases of one run that are remembered without having been announced.
const UNANNOUNCED: usize = 100;

/// What a run does.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// It works.
    Running,
    /// It is paused.
    Paused,
    /// It is over.
    Ended(WorkflowResult),
}

/// One phase of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunPhase {
    /// Its id (`wrph_…`).
    pub id: String,
    /// Its name; absent if the run did not announce it.
    pub name: Option<String>,
    started: Option<Place>,
    ended: Option<Place>,
}

impl RunPhase {
    /// The event with which it began.
    #[must_use]
    pub fn started(&self) -> Option<Slot> {
        self.started.map(|(slot, _)| slot)
    }

    /// The event with which it ended.
    #[must_use]
    pub fn ended(&self) -> Option<Slot> {
        self.ended.map(|(slot, _)| slot)
    }
}

/// One run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    name: Option<String>,
    created: Option<Place>,
    phases: Vec<RunPhase>,
    state: Option<Latest<RunState>>,
}

impl Run {
    /// Its name, once its `workflow_run.created` is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its `workflow_run.created`.
    #[must_use]
    pub fn created(&self) -> Option<Slot> {
        self.created.map(|(slot, _)| slot)
    }

    /// Its phases: those announced, in their order, then others.
    #[must_use]
    pub fn phases(&self) -> &[RunPhase] {
        &self.phases
    }

    /// The events that tell of its phases and of what it does.
    pub(super) fn told(&self) -> impl Iterator<Item = Slot> {
        let phases = self
            .phases
            .iter()
            .flat_map(|phase| [phase.started(), phase.ended()]);
        let state = self.state.as_ref().map(|state| state.slot);
        phases.chain([state]).flatten()
    }

    /// What it does, as far as events say it.
    #[must_use]
    pub fn state(&self) -> Option<&RunState> {
        self.state.as_ref().map(|state| &state.value)
    }

    /// The name of a phase.
    #[must_use]
    pub fn phase_name(&self, id: &str) -> Option<&str> {
        self.phases.iter().find(|phase| phase.id == id)?.name.as_deref()
    }

    fn phase(&mut self, id: &str) -> Option<&mut RunPhase> {
        let known = self.phases.iter().position(|phase| phase.id == id);
        let at = match known {
            Some(at) => at,
            None => {
                let unannounced = self.phases.iter().filter(|phase| phase.name.is_none()).count();
                if unannounced >= UNANNOUNCED {
                    return None;
                }
                self.phases.push(RunPhase {
                    id: id.to_owned(),
                    ..RunPhase::default()
                });
                self.phases.len() - 1
            }
        };
        self.phases.get_mut(at)
    }
}

/// All runs by id.
#[derive(Clone, Debug, Default)]
pub struct Workflows(ById<Run>);

impl Workflows {
    /// A run by its id (`wrun_…`).
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Run> {
        self.0.get(id)
    }

    /// A run was created. Phases that were heard of before take the places that it announces. Should several events
    /// create one run, the first counts.
    pub(super) fn created(&mut self, at: Place, created: WorkflowRunCreated) {
        let run = self.0.entry(&created.workflow_run_id);
        if !keep_first(&mut run.created, at) {
            return;
        }
        run.name = Some(created.name);
        let mut heard = std::mem::take(&mut run.phases);
        for phase in created.phases {
            let known = heard.iter().position(|other| other.id == phase.id);
            let known = known.map(|at| heard.remove(at)).unwrap_or_default();
            run.phases.push(RunPhase {
                id: phase.id,
                name: Some(phase.name),
                ..known
            });
        }
        heard.retain(|phase| phase.started.is_some() || phase.ended.is_some());
        run.phases
            .extend(heard.into_iter().map(|phase| RunPhase { name: None, ..phase }));
    }

    /// A phase began or ended. Returns the event that created the run.
    pub(super) fn phase(&mut self, run: &str, phase: &str, at: Place, is_end: bool) -> Option<Slot> {
        let run = self.0.entry(run);
        if let Some(phase) = run.phase(phase) {
            keep_first(
                if is_end {
                    &mut phase.ended
                } else {
                    &mut phase.started
                },
                at,
            );
        }
        run.created()
    }

    /// An event says what a run does. Returns the event that created it.
    pub(super) fn told(&mut self, run: &str, at: Place, state: RunState) -> Option<Slot> {
        let run = self.0.entry(run);
        offer(&mut run.state, at, state);
        run.created()
    }
}

/// Keeps the earliest of several events. Returns whether this one counts.
fn keep_first(known: &mut Option<Place>, at: Place) -> bool {
    let counts = known.is_none_or(|known| known.0 == at.0 || at.1 < known.1);
    if counts {
        *known = Some(at);
    }
    counts
}
