//! Past sessions, made up by letting the scripts play in a clock of their own.

use std::sync::Arc;

use futures_util::FutureExt;
use serde_json::{Map, json};

use super::World;
use super::session::{Answer, Session};
use crate::engine::{accept, inputs, run};
use crate::scripts::Script;
use crate::wire::time::Micros;

const MINUTE: u64 = 60_000_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What happened in a session: messages one after another, and the answers to the calls that came up.
struct Plot {
    script: Script,
    version: Option<u64>,
    title: Option<&'static str>,
    ago: u64,
    messages: Vec<String>,
    answers: Vec<Answer>,
    archived: bool,
    self_hosted: bool,
    metadata: &'static [(&'static str, &'static str)],
}

impl Plot {
    fn new(script: Script, ago: u64, title: Option<&'static str>, messages: &[&str]) -> Self {
        Self {
            script,
            version: None,
            title,
            ago,
            messages: messages.iter().map(|text| (*text).to_owned()).collect(),
            answers: Vec::new(),
            archived: false,
            self_hosted: false,
            metadata: &[],
        }
    }
}

fn plots(large: u64) -> Vec<Plot> {
    use Script::{BadDay, CarefulDeployer, Firehose, OrderDesk, RepoHelper, ResearchTeam};
    let order = r#"{"status": "shipped", "items": 2, "total": "48.00 EUR"}"#;
    let result = |text: &str| Answer::Result {
        text: text.to_owned(),
        is_error: false,
    };
    let denial = Answer::Deny(Some("Do not roll out before Monday.".to_owned()));
    let mut plots = vec![
        Plot {
            version: Some(1),
            ..Plot::new(
                RepoHelper,
                9 * DAY,
                Some("First look at lantern"),
                &["Read the README and run the tests."],
            )
        },
        Plot {
            archived: true,
            ..Plot::new(
                RepoHelper,
                7 * DAY,
                Some("Torn record bug"),
                &["The tests fail, why?", "Fix it, please."],
            )
        },
        Plot::new(
            BadDay,
            5 * DAY,
            Some("Everything fails"),
            &["exhaust all retries", "please refuse this", "mcp trouble"],
        ),
        Plot::new(
            BadDay,
            5 * DAY - 3 * HOUR,
            Some("Lost environment"),
            &["reschedule me", "a fatal error"],
        ),
        Plot {
            answers: vec![Answer::Allow, denial],
            metadata: &[("ticket", "SHOP-311")],
            ..Plot::new(
                CarefulDeployer,
                3 * DAY,
                Some("Deploy v1.8.0 to production"),
                &["Deploy v1.8.0 to production."],
            )
        },
        Plot {
            answers: vec![result(order), result("refund R-77 started"), result("sent")],
            ..Plot::new(OrderDesk, 2 * DAY, None, &["Please refund order A-1042."])
        },
        Plot {
            answers: vec![Answer::Allow],
            ..Plot::new(
                ResearchTeam,
                40 * HOUR,
                Some("Job queue comparison"),
                &[
                    "Compare three open-source job queues.",
                    "Now check every repository's licence in a workflow.",
                ],
            )
        },
        Plot {
            self_hosted: true,
            ..Plot::new(
                RepoHelper,
                30 * HOUR,
                Some("On the office runner"),
                &["List the files, please."],
            )
        },
        Plot::new(
            RepoHelper,
            26 * HOUR,
            None,
            &["Show me markdown.", "Now a long answer.", "Find the TODOs."],
        ),
        Plot::new(RepoHelper, 4 * HOUR, None, &[]),
        Plot::new(
            CarefulDeployer,
            90 * MINUTE,
            Some("Waiting for you: deploy to staging"),
            &["Deploy v1.9.0 to staging."],
        ),
    ];
    if large > 0 {
        // The message and the two status groups around it are six events more.
        let message = format!("emit {} at 50", large.saturating_sub(6));
        plots.push(Plot::new(Firehose, 12 * HOUR, Some("10,000 events"), &[&message]));
    }
    plots
}

/// Fills a fresh world. `large` is the number of events of the largest session; 0 leaves it out.
pub(crate) fn fill(world: &World, large: u64) {
    for plot in plots(large) {
        if let Some(session) = enact(world, &plot) {
            world.keep(session);
        }
    }
}

fn enact(world: &World, plot: &Plot) -> Option<Arc<Session>> {
    let start = Micros(Micros::now().0 - plot.ago);
    let metadata: Map<_, _> = plot
        .metadata
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    let session = world.past_session(
        plot.script,
        plot.version,
        plot.self_hosted,
        plot.title,
        metadata,
        start,
    )?;
    session.lock().rehearsed = plot.answers.iter().cloned().collect();
    for message in &plot.messages {
        let body =
            json!({"events": [{"type": "user.message", "content": [{"type": "text", "text": message}]}]});
        let batch = inputs::parse_batch(body.as_object()?).ok()?;
        session.lock().clock.advance(20_000_000);
        // No task is started for it: the turn plays here, in made-up time, until it ends or waits for an answer.
        accept::store(&session, &batch).ok()?;
        tokio::task::unconstrained(run::run(Arc::clone(&session), 1.0)).now_or_never();
    }
    let mut state = session.lock();
    if plot.archived {
        state.clock.advance(HOUR);
        state.terminate();
        state.archived_at = state.terminated_at;
    }
    state.turn = None;
    state.clock.become_real();
    drop(state);
    Some(session)
}
