//! What is said of a call, and of who decided it.

use super::*;

#[test]
fn a_call_of_a_child_is_never_running_once_the_session_or_its_thread_is_idle() {
    let asked = Log::new()
        .running()
        .thread("t1", "researcher")
        .thread("t2", "writer")
        .asks_from("c", "t2");
    assert_eq!(asked.call("c").outcome, Outcome::WaitsForYou);
    let answered = asked.idle(waits_for(&["c"])).confirm("c", "allow").running();
    let running = answered.thread_is("running", "t2", "writer");
    assert_eq!(
        running.call("c").outcome,
        Outcome::InThread("B writer".to_owned())
    );
    assert_eq!(
        running.call("c").outcome.words(None),
        "allowed · runs in thread B writer"
    );
    let done = running.thread_is("idle", "t2", "writer");
    assert_eq!(
        done.call("c").outcome,
        Outcome::ResultInThread("B writer".to_owned())
    );
    assert_eq!(
        done.call("c").outcome.words(None),
        "allowed · result in thread B writer"
    );
    let over = done.thread_is("running", "t2", "writer").idle(end_turn());
    assert_eq!(
        over.call("c").outcome,
        Outcome::ResultInThread("B writer".to_owned())
    );
    assert_eq!(over.call("c").thread.as_deref(), Some("B writer"));
}

#[test]
fn no_call_is_running_in_an_idle_session() {
    let reasons = [
        end_turn(),
        waits_for(&["asked"]),
        json!({"type": "budget_reached"}),
        json!({"type": "retries_exhausted"}),
        json!({"type": "refusal"}),
        json!({"type": "new_reason"}),
    ];
    for reason in reasons {
        let log = Log::new()
            .running()
            .thread("t", "writer")
            .bash("allowed", "allow")
            .bash("asked", "ask")
            .bash("confirmed", "ask")
            .asks_from("child", "t")
            .confirm("confirmed", "allow")
            .confirm("child", "allow")
            .idle(reason.clone());
        for id in ["allowed", "asked", "confirmed", "child"] {
            let outcome = log.call(id).outcome;
            assert!(
                !matches!(outcome, Outcome::Running | Outcome::InThread(_)),
                "{id}: {outcome:?}, {reason}"
            );
        }
    }
}

#[test]
fn an_answered_call_is_on_hold_until_the_others_are_answered() {
    let log = Log::new()
        .running()
        .bash("a", "ask")
        .bash("b", "ask")
        .idle(waits_for(&["a", "b"]))
        .confirm("a", "allow");
    let log = log.idle(waits_for(&["b"]));
    assert_eq!(log.call("a").outcome, Outcome::Held);
    assert_eq!(log.call("b").outcome, Outcome::WaitsForYou);
    let log = log.confirm("b", "allow").running();
    assert_eq!(log.call("a").outcome, Outcome::Running);
    let log = log.idle(end_turn());
    assert_eq!(log.call("a").outcome, Outcome::NoResult);
}

#[test]
fn a_call_that_a_worker_has_to_run_waits_for_the_worker() {
    let log = Log::new().running().bash("a", "allow").idle(waits_for(&["a"]));
    assert_eq!(log.call("a").outcome, Outcome::WaitsForWorker);
}

#[test]
fn what_an_interrupt_cuts_short_did_not_fail() {
    const CUT: &str = "Tool execution was interrupted before completion. Please retry.";
    let log = Log::new()
        .running()
        .bash("early", "allow")
        .failed_result("early", "exit 1")
        .bash("a", "allow")
        .bash("b", "allow");
    let log = log
        .failed_result("a", CUT)
        .at(
            "agent.tool_result",
            json!({"id": "rb", "tool_use_id": "b", "is_error": true, "content": []}),
        )
        .at("user.interrupt", json!({"id": "stop"}))
        .at("session.thread_status_idle", json!({"session_thread_id": "t0", "agent_name": "A", "stop_reason": end_turn(), "stop_details": null}))
        .at("session.usage", json!({"usage": {}}))
        .at("session.status_idle", json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}));
    let call = log.call("a");
    assert_eq!(call.outcome, Outcome::Interrupted);
    assert!(call.took_ms.is_some_and(|ms| ms > 0.0));
    assert_eq!(call.outcome.words(Some("3.6 s")), "interrupted after 3.6 s");
    assert_eq!(log.call("b").outcome, Outcome::Interrupted);
    assert_eq!(
        log.call("early").outcome,
        Outcome::Failed,
        "that one failed before"
    );
    assert_eq!(log.words("idle").detail, "Interrupted by you.");
    assert_eq!(stop_in_words(&log.read()).as_deref(), Some("Interrupted by you."));
}

#[test]
fn a_failure_before_work_went_on_is_not_taken_for_an_interruption() {
    let log = Log::new()
        .running()
        .bash("a", "allow")
        .failed_result("a", "exit 1")
        .at("span.model_request_start", json!({}))
        .at("user.interrupt", json!({}))
        .at(
            "session.status_idle",
            json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}),
        );
    assert_eq!(log.call("a").outcome, Outcome::Failed);
    assert_eq!(log.words("idle").detail, "Interrupted by you.");
    let long_after = Log::new()
        .running()
        .bash("a", "allow")
        .failed_result("a", "exit 1");
    let long_after = long_after
        .then("user.message", json!({"content": []}))
        .then("user.interrupt", json!({}));
    assert_eq!(long_after.call("a").outcome, Outcome::Failed);
}

#[test]
fn a_turn_that_ends_by_itself_after_an_interrupt_of_a_child_was_not_interrupted() {
    let log = Log::new()
        .running()
        .then("user.interrupt", json!({"session_thread_id": "t"}))
        .at(
            "session.status_idle",
            json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}),
        );
    assert_eq!(log.words("idle").detail, "Turn finished.");
}

#[test]
fn a_denial_says_whose_it_is() {
    let by_policy = Log::new().running().then(
        "agent.tool_use",
        json!({"id": "c", "name": "web_fetch", "input": {}, "evaluated_permission": "deny",
            "evaluation": {"type": "auto", "evaluated_permission": {"type": "deny", "reason_code": "high_risk"}}}),
    );
    assert_eq!(
        by_policy.call("c").outcome.words(None),
        "denied by policy (high_risk)"
    );
    let with_result = by_policy.failed_result("c", "Permission to use web_fetch has been denied.");
    assert_eq!(
        with_result.call("c").outcome.words(None),
        "denied by policy (high_risk)"
    );
    let by_person = Log::new().running().bash("c", "ask").then(
        "user.tool_confirmation",
        json!({"tool_use_id": "c", "result": "deny", "deny_message": "Not on a Friday"}),
    );
    assert_eq!(
        by_person.call("c").outcome.words(None),
        "denied by you: Not on a Friday"
    );
    let with_result = by_person.failed_result("c", "Not on a Friday");
    assert_eq!(
        with_result.call("c").outcome.words(None),
        "denied by you: Not on a Friday"
    );
    let without_reason = Log::new().running().bash("c", "ask").confirm("c", "deny");
    assert_eq!(without_reason.call("c").outcome.words(None), "denied by you");
}

#[test]
fn what_became_of_a_call_is_told_by_the_log() {
    let log = Log::new()
        .running()
        .bash("a", "ask")
        .bash("b", "ask")
        .bash("c", "ask")
        .confirm("a", "allow");
    let log = log.then(
        "user.tool_confirmation",
        json!({"tool_use_id": "b", "result": "deny", "deny_message": "no"}),
    );
    let timeline = log.read();
    let is = |id: &str| fate(&timeline, id);
    assert!(matches!(is("a"), Fate::Answered(Verdict::Allowed, Some(_))));
    assert!(matches!(is("b"), Fate::Answered(Verdict::Denied(Some(why)), _) if why == "no"));
    assert_eq!(is("c"), Fate::Closed);
}
