//! What the demo's agents do. One file per agent; this one holds what any of them may meet.

pub(crate) mod bad_day;
pub(crate) mod careful_deployer;
pub(crate) mod firehose;
pub(crate) mod order_desk;
pub(crate) mod repo_helper;
pub(crate) mod research_team;
mod words;

use serde_json::json;

use crate::engine::turn::{Step, Turn};
use crate::wire::events::{self, Draft, text_block};
use crate::wire::money::Tokens;
use crate::world::session::{Answer, CallKind, PRIMARY};

/// Which script plays an agent. Agents that clients create get the repo helper's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    RepoHelper,
    CarefulDeployer,
    OrderDesk,
    ResearchTeam,
    BadDay,
    Firehose,
}

impl Script {
    /// Plays one turn.
    pub(crate) async fn play(self, turn: &mut Turn) -> Step {
        if turn.resumed {
            return after_budget_pause(turn).await;
        }
        if has_leftover_calls(turn) {
            leftover_calls(turn).await?;
            if turn.prompt.is_empty() {
                return turn
                    .round(400, "Thanks. That was all I was waiting for.", Vec::new())
                    .await
                    .map(drop);
            }
        }
        if let Some(outcome) = take_outcome(turn) {
            return work_on_outcome(turn, outcome).await;
        }
        match self {
            Self::RepoHelper => repo_helper::play(turn).await,
            Self::CarefulDeployer => careful_deployer::play(turn).await,
            Self::OrderDesk => order_desk::play(turn).await,
            Self::ResearchTeam => research_team::play(turn).await,
            Self::BadDay => bad_day::play(turn).await,
            Self::Firehose => firehose::play(turn).await,
        }
    }
}

async fn after_budget_pause(turn: &mut Turn) -> Step {
    turn.round(
        300,
        "There is budget again, so I pick up where I stopped.",
        Vec::new(),
    )
    .await?;
    turn.round(200, "Done. Nothing was lost in the pause.", Vec::new())
        .await
        .map(drop)
}

fn has_leftover_calls(turn: &Turn) -> bool {
    turn.session
        .lock()
        .calls
        .iter()
        .any(|call| call.thread == PRIMARY)
}

/// Calls of an earlier life of the session, whose script is gone: allowed ones run with a plain result.
async fn leftover_calls(turn: &mut Turn) -> Step {
    let calls: Vec<_> = {
        let mut state = turn.session.lock();
        let (own, others) = std::mem::take(&mut state.calls)
            .into_iter()
            .partition(|call| call.thread == PRIMARY);
        state.calls = others;
        own
    };
    for call in calls {
        let (text, is_error) = match call.answer {
            Some(Answer::Deny(reason)) => (
                reason.unwrap_or_else(|| "The user denied this call.".into()),
                true,
            ),
            Some(Answer::Result { .. }) => continue,
            _ => ("Done.".to_owned(), false),
        };
        turn.pause(400).await;
        let (kind, key) = match call.kind {
            CallKind::Mcp => ("agent.mcp_tool_result", "mcp_tool_use_id"),
            _ => ("agent.tool_result", "tool_use_id"),
        };
        turn.emit(&Draft::new(
            kind,
            json!({key: call.id, "is_error": is_error, "content": [text_block(&text)]}),
        ));
    }
    Ok(())
}

/// The position of an outcome that nobody works on yet.
fn take_outcome(turn: &Turn) -> Option<usize> {
    let mut state = turn.session.lock();
    let place = state
        .outcomes
        .iter()
        .position(|outcome| outcome.is_live() && outcome.result == "pending")?;
    state.outcomes[place].result = "running";
    Some(place)
}

/// Work, judge, revise. The first version always misses something, if there is an iteration left to mend it.
async fn work_on_outcome(turn: &mut Turn, place: usize) -> Step {
    let outcome = turn.session.lock().outcomes[place].clone();
    let (id, description) = (&outcome.id, &outcome.description);
    let write = |version: u64| {
        crate::engine::tool::Tool::built_in(
            "write",
            json!({"file_path": "/mnt/session/outputs/result.md", "content": format!("# Version {version}\n\n{description}\n")}),
        )
        .takes(400)
        .gives("Wrote /mnt/session/outputs/result.md")
    };
    turn.round(
        900,
        &format!("I will work towards this outcome: {description}"),
        vec![write(1)],
    )
    .await?;
    turn.round(300, "The first version is in place.", Vec::new())
        .await?;
    let revise = outcome.max_iterations > 1;
    let verdict = if revise {
        "needs_revision"
    } else {
        "max_iterations_reached"
    };
    let criterion = outcome.rubric.lines().last().unwrap_or_default();
    let finding = format!("Not met yet: {}", criterion.trim_start_matches("- "));
    evaluate(turn, place, id, 0, verdict, &finding).await;
    if !revise {
        return turn
            .round(
                200,
                "I used all my iterations, and one criterion is still not met.",
                Vec::new(),
            )
            .await
            .map(drop);
    }
    turn.round(500, "I mend what the evaluation found.", vec![write(2)])
        .await?;
    turn.round(200, "The second version is in place.", Vec::new())
        .await?;
    evaluate(turn, place, id, 1, "satisfied", "All criteria are met.").await;
    Ok(())
}

async fn evaluate(turn: &mut Turn, place: usize, id: &str, iteration: u64, result: &'static str, why: &str) {
    let fields = json!({"outcome_id": id, "iteration": iteration});
    let start = turn.emit(&Draft::new("span.outcome_evaluation_start", fields.clone()));
    turn.session.lock().outcomes[place].result = "evaluating";
    turn.pause(1500).await;
    turn.emit(&Draft::new("span.outcome_evaluation_ongoing", fields.clone()));
    turn.pause(1500).await;
    let mut state = turn.session.lock();
    let now = state.clock.now();
    let outcome = &mut state.outcomes[place];
    outcome.iteration = iteration;
    outcome.result = result;
    outcome.explanation = Some(why.to_owned());
    if result != "needs_revision" {
        outcome.completed_at = Some(now);
    }
    let tokens = Tokens {
        input: 900,
        output: 140,
        cache_read: 2_400,
        cache_write: 0,
    };
    let price = crate::world::models::find("claude-haiku-5-5").and_then(|model| model.price);
    state.usage.add(tokens, price);
    let draft = Draft::new("span.outcome_evaluation_end", fields)
        .with("outcome_evaluation_start_id", start)
        .with("result", result)
        .with("explanation", why)
        .with("usage", events::token_fields(tokens));
    state.emit(PRIMARY, &draft);
}
