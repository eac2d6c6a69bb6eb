//! In any weather: nothing lost, nothing doubled, the order of the server, nothing sent again.

use playground_core::protocol::SessionStatus;
use playground_core::session::{OutgoingState, Timeline};
use proptest::prelude::*;

use super::driver::Driver;
use super::plan::{Fate, Plan, plan};

/// What the screen says beside the rows, in one comparable value.
fn said(timeline: &Timeline) -> String {
    let facts = timeline.facts();
    format!(
        "{:?} {:?} {:?} {:?}",
        facts.status(),
        facts.stop(),
        facts.title(),
        timeline
            .waiting_calls()
            .into_iter()
            .map(|slot| timeline.log().event(slot).raw().to_owned())
            .collect::<Vec<_>>()
    )
}

fn waits(text: &str) -> bool {
    !text.contains("processed_at")
}

/// An open model request counts as work, whatever the status says.
fn is_at_work(status: SessionStatus) -> bool {
    matches!(status, SessionStatus::Running | SessionStatus::Rescheduling)
}

/// Input that waits has no time; only a listing could tell its order, and nothing may have asked for one since.
fn settled(mut texts: Vec<String>) -> Vec<String> {
    let tail = texts.iter().rev().take_while(|text| waits(text)).count();
    let from = texts.len() - tail;
    texts[from..].sort_unstable();
    texts
}

pub(crate) fn check(plan: &Plan) -> Result<(), TestCaseError> {
    let mut run = Driver::new(plan);
    run.run_to_rest();
    // A quiet stream that sends no byte proves nothing: it may stay polled.
    let is_followed = run.is_live() || (run.is_polling() && !plan.kind.sends_bytes());
    prop_assert!(is_followed, "{:?}", run.watch.phase());
    let (mut shown, mut kept) = (run.shown(), run.kept_by_server());
    if plan.kind.ignores_order {
        // Only a listing of everything would show what waits there.
        shown.retain(|text| !waits(text));
        kept.retain(|text| !waits(text));
    }
    let (mut shown, mut kept) = (settled(shown), settled(kept));
    if plan.kind.ignores_order && run.server.is_of_one_moment() {
        // Nothing tells in which direction such a list goes.
        shown.sort_unstable();
        kept.sort_unstable();
    }
    let missing: Vec<&String> = kept.iter().filter(|text| !shown.contains(text)).collect();
    prop_assert!(missing.is_empty(), "missing: {missing:?}");
    prop_assert_eq!(shown.len(), kept.len());
    prop_assert!(shown == kept, "in another order: {shown:?} {kept:?}");
    prop_assert_eq!(
        run.watch.timeline().status().map(is_at_work),
        Some(is_at_work(run.true_status()))
    );
    prop_assert_eq!(run.previews_shown(), 0);

    let mut read_once = Timeline::default();
    let log = run.server.log().iter().map(|stored| stored.event()).collect();
    read_once.page(log, false);
    read_once.commit();
    prop_assert_eq!(said(run.watch.timeline()), said(&read_once));

    // The page never sent anything by itself.
    let arrived = |fate: &Fate| matches!(fate, Fate::Answered | Fate::Unnamed | Fate::AnswerLost);
    let sent = run.fates.iter().filter(|(_, fate)| arrived(fate)).count();
    let elsewhere = plan_queues(plan);
    prop_assert_eq!(run.server.count("user.message"), sent + elsewhere);

    // What arrived without an answer is settled, and what did not is said to be missing.
    for (id, fate) in &run.fates {
        let left = run.watch.timeline().outgoing(*id);
        match fate {
            Fate::RequestLost => {
                let state = left.map(|outgoing| outgoing.state.clone());
                let is_looked_up = matches!(state, Some(OutgoingState::Unconfirmed { looked_up: true, .. }));
                // Another equal message may have been taken for it: one mark fewer, never a message more.
                prop_assert!(is_looked_up || run.settled.contains(id), "{state:?}");
            }
            _ => prop_assert!(left.is_none() || equal_twins(&run.fates), "{fate:?} {left:?}"),
        }
    }
    let lost = |fate: Fate| run.fates.iter().filter(|(_, f)| *f == fate).count();
    prop_assert_eq!(
        run.watch.timeline().outbox().iter().count(),
        lost(Fate::RequestLost)
    );
    Ok(())
}

/// Lost requests and lost answers of equal messages cannot be told apart; only their number is certain.
fn equal_twins(fates: &[(u32, Fate)]) -> bool {
    fates.iter().any(|(_, fate)| *fate == Fate::RequestLost)
}

fn plan_queues(plan: &Plan) -> usize {
    let is_queue = |deed: &super::plan::Deed| matches!(deed, super::plan::Deed::Queue);
    plan.deeds.iter().filter(|(_, _, deed)| is_queue(deed)).count()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5_000.max(ProptestConfig::default().cases),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_page_ends_with_what_the_server_has(plan in plan()) {
        check(&plan)?;
    }
}
