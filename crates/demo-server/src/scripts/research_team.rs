//! Research team: a coordinator that delegates to child threads, or runs a workflow over many of them.

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::words::mentions;
use crate::engine::tool::{Settled, Tool};
use crate::engine::turn::{Step, Turn};
use crate::wire::events::{Draft, Stop, text_block};
use crate::world::session::PRIMARY;

const SOURCES: &str = "1. example.com/queues-compared (2026): 38,000 jobs/s\n2. example.org/bench (2025): 41,500 jobs/s\n3. \
example.net/ops-notes (2026): restart in 1.4 s\n";

/// What a child told the coordinator; nothing if it was interrupted.
struct Report {
    thread: usize,
    text: Option<String>,
}

pub(crate) async fn play(turn: &mut Turn) -> Step {
    if mentions(&turn.prompt.clone(), &["workflow", "licen", "every repo"]) {
        return workflow(turn).await;
    }
    let (researcher, writer) = delegate(turn).await?;
    let (send, mut reports) = mpsc::unbounded_channel();
    let research = child(turn.on_thread(researcher), send.clone(), Role::Researcher);
    let writing = child(turn.on_thread(writer), send, Role::Writer);
    let coordination = coordinate(turn, &mut reports);
    let ((), (), result) = tokio::join!(research, writing, coordination);
    result
}

/// The coordinator's first request, which opens two threads and gives each its task.
async fn delegate(turn: &mut Turn) -> Step<(usize, usize)> {
    turn.request().await?;
    turn.think(900).await;
    turn.say("I will have the **researcher** collect sources while the **writer** drafts the outline.")
        .await;
    let researcher = spawn(
        turn,
        "researcher",
        "Collect throughput figures with sources for three job queues.",
        None,
    );
    turn.pause(150).await;
    let writer = spawn(
        turn,
        "writer",
        "Draft a one-page outline for a comparison of three job queues.",
        None,
    );
    turn.end_request();
    turn.pause(40).await;
    let mut state = turn.session.lock();
    state.resume_thread(researcher);
    state.resume_thread(writer);
    state.idle_thread(PRIMARY, &Stop::EndTurn);
    Ok((researcher, writer))
}

/// Opens a child thread; its task is sent on the primary thread and received on the child's.
fn spawn(turn: &Turn, name: &str, task: &str, run: Option<&str>) -> usize {
    let mut state = turn.session.lock();
    let thread = state.spawn_thread(name, &format!("You are the {name}."), run);
    if run.is_none() {
        let content = json!([text_block(task)]);
        let (id, parent) = (
            state.threads[thread].id.clone(),
            state.threads[PRIMARY].id.clone(),
        );
        let sent = json!({"to_session_thread_id": id, "to_agent_name": name, "content": content});
        state.emit(PRIMARY, &Draft::new("agent.thread_message_sent", sent));
        let received = json!({"from_session_thread_id": parent, "content": content});
        state.emit(thread, &Draft::new("agent.thread_message_received", received));
    }
    thread
}

#[derive(Clone, Copy)]
enum Role {
    Researcher,
    Writer,
}

/// Works on its thread until done or interrupted, then reports.
async fn child(mut turn: Turn, reports: mpsc::UnboundedSender<Report>, role: Role) {
    let thread = turn.thread;
    let session = std::sync::Arc::clone(&turn.session);
    let stopped = session.wait_for(move |state| state.threads[thread].interrupted.then_some(()));
    let work = async {
        match role {
            Role::Researcher => research(&mut turn).await,
            Role::Writer => write(&mut turn).await,
        }
    };
    let text = tokio::select! {
        biased;
        () = stopped => None,
        result = work => Some(result.unwrap_or_else(|_| "I had to stop: the budget is used up.".to_owned())),
    };
    {
        let mut state = session.lock();
        match &text {
            Some(text) => {
                let parent = state.threads[PRIMARY].id.clone();
                let sent = json!({"to_session_thread_id": parent, "content": [text_block(text)]});
                state.emit(thread, &Draft::new("agent.thread_message_sent", sent));
            }
            None => state.cut_short_thread(thread),
        }
    }
    // The coordinator idles the thread, so that the session does not seem idle between report and reaction.
    let _ = reports.send(Report { thread, text });
}

async fn research(turn: &mut Turn) -> Step<String> {
    let search = Tool::built_in(
        "web_search",
        json!({"query": "open source job queue throughput benchmark"}),
    )
    .takes(1_800)
    .gives(SOURCES);
    turn.round(1_200, "Searching for figures.", vec![search]).await?;
    let fetch = Tool::built_in("web_fetch", json!({"url": "https://example.com/queues-compared"}))
        .takes(1_500)
        .gives("Queue A 38,000 jobs/s, queue B 12,700 jobs/s, queue C 41,500 jobs/s");
    turn.round(600, "", vec![fetch]).await?;
    turn.round(500, "Figures for three projects, three sources.", Vec::new())
        .await?;
    Ok("Figures for three projects with three sources:\n\n- A: 38,000 jobs/s\n- B: 12,700 jobs/s\n- C: 41,500 jobs/s".to_owned())
}

async fn write(turn: &mut Turn) -> Step<String> {
    let outline = Tool::built_in(
        "write",
        json!({"file_path": "/workspace/outline.md", "content": "# Job queues compared\n\n1. Scope\n2. Throughput\n3. Operations\n"}),
    )
    .takes(500)
    .gives("Wrote 58 bytes to /workspace/outline.md");
    let settled = turn.round(1_000, "", vec![outline]).await?;
    Ok(match settled.first() {
        Some(Settled::Denied(Some(reason))) => {
            format!("I did not write the outline. The user said: {reason}")
        }
        Some(Settled::Denied(None) | Settled::Blocked) => {
            "I was not allowed to write the outline.".to_owned()
        }
        _ => "Outline written to /workspace/outline.md: scope, throughput, operations.".to_owned(),
    })
}

/// Reacts to the reports as they come in.
async fn coordinate(turn: &mut Turn, reports: &mut mpsc::UnboundedReceiver<Report>) -> Step {
    let mut lines: Vec<String> = Vec::new();
    for left in [1, 0] {
        let Some(report) = reports.recv().await else {
            return Ok(());
        };
        let name = turn.session.lock().threads[report.thread].name.clone();
        {
            let mut state = turn.session.lock();
            state.resume_thread(PRIMARY);
            state.idle_thread(report.thread, &Stop::EndTurn);
        }
        turn.pause(50).await;
        match report.text {
            Some(text) => {
                receive(turn, report.thread, &name, &text);
                lines.push(format!(
                    "- **{name}**: {}",
                    text.lines().next().unwrap_or_default()
                ));
            }
            None => lines.push(format!("- **{name}**: interrupted")),
        }
        turn.request().await?;
        if left > 0 {
            turn.say(&format!("The {name} is done. I wait for the other one."))
                .await;
            turn.end_request();
            turn.session.lock().idle_thread(PRIMARY, &Stop::EndTurn);
        } else {
            turn.think(700).await;
            turn.say(&format!(
                "Both have finished:\n\n{}\n\nThe comparison can be written from here.",
                lines.join("\n")
            ))
            .await;
            turn.end_request();
        }
    }
    Ok(())
}

fn receive(turn: &Turn, from: usize, name: &str, text: &str) {
    let mut state = turn.session.lock();
    let id = state.threads[from].id.clone();
    let fields =
        json!({"from_session_thread_id": id, "from_agent_name": name, "content": [text_block(text)]});
    state.emit(PRIMARY, &Draft::new("agent.thread_message_received", fields));
}

/// A run of two phases: one thread per repository, then a report. The session keeps running while the run is open.
async fn workflow(turn: &mut Turn) -> Step {
    turn.request().await?;
    turn.say("Starting a run over the listed repositories.").await;
    let (run, inspect, report) = {
        let mut state = turn.session.lock();
        (state.new_id("wrun"), state.new_id("wrph"), state.new_id("wrph"))
    };
    let event = |kind: &'static str, extra: Value| {
        let mut draft = Draft::new(kind, extra);
        draft.fields.insert("workflow_run_id".to_owned(), json!(run));
        draft
    };
    turn.emit(&event(
        "workflow_run.created",
        json!({
            "name": "Check licences",
            "description": "Looks for a licence file in each repository.",
            "phases": [
                {"id": inspect, "name": "Inspect repositories", "description": "One agent per repository."},
                {"id": report, "name": "Report", "description": null},
            ],
        }),
    ));
    turn.end_request();
    {
        let mut state = turn.session.lock();
        state.open_runs.push(run.clone());
        state.idle_thread(PRIMARY, &Stop::EndTurn);
    }
    turn.pause(300).await;
    turn.emit(&event("workflow_run.status_running", Value::Null));
    let started = turn.emit(&event(
        "workflow_run.phase_started",
        json!({"workflow_run_phase_id": inspect}),
    ));
    let inspections = ["lantern", "harbour", "meadow"].map(|repository| inspection(turn, &run, repository));
    futures_util::future::join_all(inspections).await;
    turn.emit(&event(
        "workflow_run.phase_ended",
        json!({"workflow_run_phase_id": inspect, "phase_started_id": started}),
    ));
    let started = turn.emit(&event(
        "workflow_run.phase_started",
        json!({"workflow_run_phase_id": report}),
    ));
    turn.pause(800).await;
    turn.emit(&event(
        "workflow_run.phase_ended",
        json!({"workflow_run_phase_id": report, "phase_started_id": started}),
    ));
    turn.emit(&event(
        "workflow_run.status_ended",
        json!({"result": {"type": "completed"}}),
    ));
    {
        let mut state = turn.session.lock();
        state.open_runs.retain(|open| *open != run);
        state.resume_thread(PRIMARY);
    }
    turn.round(400, "All three repositories have a licence file.", Vec::new())
        .await
        .map(drop)
}

async fn inspection(turn: &Turn, run: &str, repository: &str) {
    let thread = spawn(turn, "licence-checker", "", Some(run));
    let mut own = turn.on_thread(thread);
    turn.session.lock().resume_thread(thread);
    let ls = Tool::bash(&format!("ls /workspace/{repository}/LICENSE*"))
        .takes(900 + repository.len() as u64 * 120)
        .gives(format!("/workspace/{repository}/LICENSE\n"));
    // A budget that ends here also ends the coordinator, which tells of it.
    let _ = own.round(400, "", vec![ls]).await;
    let mut state = turn.session.lock();
    state.idle_thread(thread, &Stop::EndTurn);
    state.terminate_thread(thread);
}
