//! Firehose: many events at a set rate, in well-formed rounds. `emit 10000 at 500`.

use serde_json::json;

use super::words::number_after;
use crate::engine::run::pause;
use crate::engine::turn::{Step, Turn};
use crate::wire::events::{self, Draft, text_block};
use crate::wire::money::Tokens;
use crate::world::models;
use crate::world::session::{Call, CallKind, Needs, OpenRequest, State};

const LINE: &str =
    "The quick brown fox jumps over the lazy dog while the log keeps growing, one record after another. ";
const TICK_MS: f64 = 8.0;
const MAX_EVENTS: u64 = 1_000_000;

/// Where the stream of events stands inside its current round.
#[derive(Default)]
struct Round {
    step: u64,
    length: u64,
    call_id: String,
}

pub(crate) async fn play(turn: &mut Turn) -> Step {
    let count = number_after(&turn.prompt, "emit")
        .unwrap_or(100)
        .clamp(2, MAX_EVENTS);
    let rate = number_after(&turn.prompt, "at").unwrap_or(50).clamp(1, 100_000) as f64;
    // The first request takes the message from the queue and opens the first round.
    turn.request().await?;
    let mut round = Round {
        step: 1,
        length: length_of_round(count),
        ..Round::default()
    };
    let made_up = turn.session.lock().clock.is_made_up();
    let began = tokio::time::Instant::now();
    let mut sent = 1;
    while sent < count {
        let (wait, due) = if made_up {
            (1000.0 / rate, sent + 1)
        } else {
            let due = began.elapsed().as_secs_f64() * rate * turn.speed;
            (
                TICK_MS.max(1000.0 / (rate * turn.speed)),
                (due as u64).clamp(1, count),
            )
        };
        if sent < due {
            let mut state = turn.session.lock();
            while sent < due {
                emit_next(&mut state, turn.thread, &mut round, sent, count);
                sent += 1;
            }
        }
        if sent < count {
            pause(&turn.session, 1.0, wait).await;
        }
    }
    Ok(())
}

/// Rounds have five events; the last one is stretched so that it ends exactly with the last event.
fn length_of_round(remaining: u64) -> u64 {
    if remaining < 10 { remaining } else { 5 }
}

fn emit_next(state: &mut State, thread: usize, round: &mut Round, n: u64, count: u64) {
    if round.step == round.length {
        *round = Round {
            length: length_of_round(count - n),
            ..Round::default()
        };
    }
    let from_end = round.length - round.step;
    round.step += 1;
    match (round.step, from_end) {
        (1, _) => {
            let start_id = state.emit(thread, &events::request_start());
            state.threads[thread].request = Some(OpenRequest {
                start_id,
                number: 0,
                output: 0,
            });
        }
        (_, 1) if round.length >= 5 => {
            let result = LINE.repeat(14 + (n % 9) as usize);
            let content = json!([text_block(&format!("result {n}\n{result}"))]);
            let fields = json!({"tool_use_id": round.call_id, "is_error": false, "content": content});
            state.calls.retain(|call| call.id != round.call_id);
            state.emit(thread, &Draft::new("agent.tool_result", fields));
        }
        (_, 2) if round.length >= 5 => end_request(state, thread),
        (_, 3) if round.length >= 5 => {
            let input = json!({"command": format!("step --number {n} --note '{}'", LINE.trim_end())});
            let fields = json!({
                "name": "bash", "input": input,
                "evaluated_permission": "allow", "evaluation": {"type": "always_allow"},
            });
            round.call_id = state.emit(thread, &Draft::new("agent.tool_use", fields));
            state.calls.push(Call {
                id: round.call_id.clone(),
                thread,
                kind: CallKind::BuiltIn,
                needs: Needs::Nothing,
                answer: None,
            });
        }
        (_, 1) => end_request(state, thread),
        _ => {
            let text = format!("Event {n} of {count}. {}", LINE.repeat(5 + (n % 7) as usize));
            state.emit(thread, &events::message(text.trim_end()));
        }
    }
}

fn end_request(state: &mut State, thread: usize) {
    let Some(request) = state.threads[thread].request.take() else {
        return;
    };
    let tokens = Tokens {
        input: 40,
        output: 260,
        cache_read: 4_000,
        cache_write: 300,
    };
    let price = state.agent["model"]["id"]
        .as_str()
        .and_then(models::find)
        .and_then(|model| model.price);
    state.threads[thread].usage.add(tokens, price);
    state.usage.add(tokens, price);
    state.emit(thread, &events::request_end(&request.start_id, false, tokens));
}
