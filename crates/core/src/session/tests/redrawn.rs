//! What a batch draws anew.

use super::*;

/// The ids of the events whose rows a batch draws anew in the transcript.
fn redrawn(timeline: &mut Timeline) -> Vec<String> {
    let changes = timeline.commit();
    let mut ids: Vec<String> = changes.rows[View::Transcript.number()]
        .iter()
        .filter_map(|change| match change {
            RowChange::Updated(Row::Event(slot)) => timeline.log().event(*slot).id().map(|id| id.to_string()),
            _ => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn at(second: u32, mut value: Value) -> Event {
    value["processed_at"] = json!(format!("2026-11-20T08:00:{second:02}Z"));
    event(value)
}

#[test]
fn what_a_deletion_makes_untrue_is_drawn_anew() {
    let mut timeline = read_once(&[
        at(1, json!({"type": "session.status_running", "id": "a"})),
        at(
            2,
            json!({"type": "agent.tool_use", "id": "call", "name": "bash", "input": {}, "evaluated_permission": "ask"}),
        ),
    ]);
    timeline.upsert(
        at(3, json!({"type": "session.deleted", "id": "end"})),
        Side::Newer,
    );
    assert!(redrawn(&mut timeline).contains(&"call".to_owned()));
}

#[test]
fn rows_that_name_what_becomes_known_late_are_drawn_anew() {
    let phase = |id: &str| json!({"type": "workflow_run.phase_started", "id": id, "workflow_run_id": "run", "workflow_run_phase_id": "p1"});
    let mut timeline = read_once(&[
        at(10, phase("phase")),
        at(
            11,
            json!({"type": "agent.thread_message_sent", "id": "task", "to_session_thread_id": "t2",
            "to_agent_name": "writer", "content": []}),
        ),
    ]);
    timeline.page(
        vec![
            at(1, json!({"type": "workflow_run.created", "id": "made", "workflow_run_id": "run", "name": "Check",
                "phases": [{"id": "p1", "name": "Inspect"}]})),
            at(2, json!({"type": "session.thread_created", "id": "t", "session_thread_id": "t1", "agent_name": "writer"})),
        ],
        true,
    );
    let redrawn = redrawn(&mut timeline);
    for id in ["phase", "task"] {
        assert!(redrawn.contains(&id.to_owned()), "{id} in {redrawn:?}");
    }
}
