//! Outcomes: work, evaluation, revision.

use serde_json::{Value, json};

use crate::harness::{Demo, message, of_type, types};

fn outcome(max_iterations: u64) -> Value {
    json!({
        "type": "user.define_outcome",
        "description": "A page about queues",
        "rubric": {"type": "text", "content": "- Is one page\n- Names its sources"},
        "max_iterations": max_iterations,
    })
}

#[tokio::test]
async fn an_outcome_is_revised_until_it_satisfies() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let (_, sent) = demo.send(&session, json!([outcome(3)])).await;
    assert!(sent["data"][0]["processed_at"].is_string());
    assert_eq!(demo.send(&session, json!([outcome(3)])).await.0, 400);
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    assert_eq!(
        types(&events)[..4],
        [
            "session.status_running",
            "session.thread_status_running",
            "user.define_outcome",
            "span.model_request_start"
        ]
    );
    let ends = of_type(&events, "span.outcome_evaluation_end");
    let results: Vec<&str> = ends.iter().map(|end| end["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["needs_revision", "satisfied"]);
    assert_eq!(ends[0]["explanation"], "Not met yet: Names its sources");
    let starts = of_type(&events, "span.outcome_evaluation_start");
    assert_eq!(ends[1]["outcome_evaluation_start_id"], starts[1]["id"]);
    let state = &demo.ok_get(&format!("/v1/sessions/{session}")).await["outcome_evaluations"][0];
    assert_eq!(
        (&state["result"], &state["iteration"]),
        (&json!("satisfied"), &json!(1))
    );
    assert_eq!(state["outcome_id"], sent["data"][0]["outcome_id"]);
    assert_eq!(demo.send(&session, json!([outcome(1)])).await.0, 200);
    demo.wait_for(&session, "idle").await;
    let state = &demo.ok_get(&format!("/v1/sessions/{session}")).await["outcome_evaluations"][1];
    assert_eq!(state["result"], "max_iterations_reached");
}

#[tokio::test]
async fn an_interrupt_ends_the_outcome() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.send(&session, json!([outcome(3)])).await;
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    demo.wait_for(&session, "idle").await;
    let state = &demo.ok_get(&format!("/v1/sessions/{session}")).await["outcome_evaluations"][0];
    assert_eq!(state["result"], "interrupted");
    assert_eq!(demo.send(&session, json!([message("list files")])).await.0, 200);
}
