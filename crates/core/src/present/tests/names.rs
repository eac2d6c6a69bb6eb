//! Threads, tools and runs by their names.

use super::*;

#[test]
fn who_wants_what_is_told_by_names() {
    let log = Log::new()
        .running()
        .thread("t1", "researcher")
        .thread("t2", "writer")
        .asks_from("c1", "t2")
        .then(
            "agent.mcp_tool_use",
            json!({"id": "c2", "mcp_server_name": "tracker", "name": "add_comment", "input": {},
                "evaluated_permission": "ask", "session_thread_id": "t1"}),
        )
        .bash("c3", "ask")
        .then(
            "agent.custom_tool_use",
            json!({"id": "c4", "name": "refund", "input": {}, "session_thread_id": "t9"}),
        );
    let timeline = log.read();
    let asks: Vec<String> = waiting_calls(&timeline)
        .iter()
        .map(|call| {
            let (before, behind) = call.asks();
            format!("{before}{}{behind}", call.tool_name())
        })
        .collect();
    assert_eq!(
        asks,
        [
            "B writer wants to write",
            "A researcher wants to use tracker · add_comment",
            "bash wants to run",
            "another thread waits for the result of refund",
        ]
    );
}

#[test]
fn names_and_arguments_of_tools_are_exact() {
    let log = Log::new().running().then(
        "agent.mcp_tool_use",
        json!({"id": "c", "mcp_server_name": "tr\u{430}cker", "name": "ba\u{200B}sh",
            "input": {"command": "mysql \u{61C}<\u{61C} dump.sql"}, "evaluated_permission": "ask"}),
    );
    let call = log.call("c");
    assert_eq!(call.name, "ba⟨U+200B⟩sh");
    assert_eq!(call.server.as_deref(), Some("tr\u{430}cker ⟨not ASCII: U+0430⟩"));
    assert_eq!(call.argument, "mysql ⟨U+061C⟩<⟨U+061C⟩ dump.sql");
    let words = log.words("c");
    assert_eq!(words.label, "tr\u{430}cker ⟨not ASCII: U+0430⟩ · ba⟨U+200B⟩sh");
    assert_eq!(words.detail, call.argument);
    assert_eq!(waiting_calls(&log.read())[0].tool, call.name);
}

#[test]
fn a_workflow_is_told_by_names_and_by_how_far_it_is() {
    let run = json!({"workflow_run_id": "wrun_1"});
    let phase = |id: &str| json!({"workflow_run_id": "wrun_1", "workflow_run_phase_id": id, "id": format!("start_{id}")});
    let begun = Log::new()
        .running()
        .then(
            "workflow_run.created",
            json!({"id": "run", "workflow_run_id": "wrun_1", "name": "Check licences", "description": null,
                "phases": [{"id": "p1", "name": "Inspect", "description": null}, {"id": "p2", "name": "Report", "description": null}]}),
        )
        .then("workflow_run.status_running", run.clone())
        .then("workflow_run.phase_started", phase("p1"));
    let mut log = begun;
    for n in 0..3 {
        let thread = format!("t{n}");
        log = log
            .then(
                "session.thread_created",
                json!({"id": format!("made{n}"), "session_thread_id": thread, "agent_name": "checker", "workflow_run_id": "wrun_1"}),
            )
            .thread_is("running", &thread, "checker");
    }
    let log = log
        .thread_is("idle", "t1", "checker")
        .thread_is("terminated", "t1", "checker");
    assert_eq!(
        log.words("run").detail,
        "Check licences · Inspect (running) · Report (not started) · 3 × checker (1 done) · running"
    );
    assert_eq!(log.words("start_p1").detail, "Inspect");
    assert_eq!(log.words("made0").detail, "A checker, running");
    assert_eq!(log.words("made1").detail, "B checker, ended");
    let log = log
        .then("workflow_run.phase_ended", json!({"workflow_run_id": "wrun_1", "workflow_run_phase_id": "p1", "phase_started_id": "start_p1"}))
        .then("workflow_run.status_ended", json!({"id": "end", "workflow_run_id": "wrun_1", "result": {"type": "completed"}}));
    assert_eq!(
        log.words("run").detail,
        "Check licences · Inspect (done) · Report (not started) · 3 × checker (1 done) · completed"
    );
    assert_eq!(log.words("end").detail, "Check licences");
    let shown: Vec<String> = {
        let timeline = log.read();
        let rows = timeline.rows(View::Transcript).iter();
        rows.filter_map(|row| match row {
            Row::Event(slot) => Some(describe(&timeline, slot)),
            _ => None,
        })
        .map(|words| format!("{} {}", words.label, words.detail))
        .collect()
    };
    assert!(
        shown
            .iter()
            .all(|line| !line.contains("wrun_") && !line.contains("p1")),
        "no ids: {shown:?}"
    );
    assert_eq!(
        shown.iter().filter(|line| line.contains("B checker")).count(),
        1,
        "said once: {shown:?}"
    );
}

#[test]
fn a_phase_that_nothing_named_is_not_told_by_its_id() {
    let log = Log::new().running().then(
        "workflow_run.phase_started",
        json!({"id": "p", "workflow_run_id": "wrun_1", "workflow_run_phase_id": "wrph_1"}),
    );
    assert_eq!(log.words("p").detail, "a phase without a name");
}
