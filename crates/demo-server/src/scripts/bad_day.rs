//! Bad day: every way in which a turn can go wrong, on request.

use serde_json::{Value, json};

use super::words::mentions;
use crate::engine::tool::Tool;
use crate::engine::turn::{Halt, Step, Turn};
use crate::wire::events;
use crate::world::session::PRIMARY;

const MENU: &str = "Name the trouble you want to see:\n\n| Word | What happens |\n|---|---|\n| `retry` | a transient error, and the \
request succeeds the second time |\n| `reschedule` | the session is rescheduled and comes back |\n| `mcp` | a server cannot be \
reached; the turn goes on |\n| `refuse` | the model declines |\n| `exhaust` | all retries are used up |\n| `terminate` | a fatal \
error ends the session |";

pub(crate) async fn play(turn: &mut Turn) -> Step {
    let prompt = turn.prompt.clone();
    let asks = |words: &[&str]| mentions(&prompt, words);
    if asks(&["terminat", "fatal"]) {
        fatal(turn).await
    } else if asks(&["exhaust", "give up"]) {
        exhausted(turn).await
    } else if asks(&["refus", "declin"]) {
        refused(turn).await
    } else if asks(&["reschedul", "overload"]) {
        rescheduled(turn).await
    } else if asks(&["mcp", "server"]) {
        unreachable_server(turn).await
    } else if asks(&["retry", "retries"]) {
        retried(turn).await
    } else {
        turn.round(400, MENU, Vec::new()).await.map(drop)
    }
}

/// A request that breaks off in the middle of an answer; its preview never becomes an event.
async fn broken_request(turn: &mut Turn) -> Step {
    turn.request().await?;
    turn.say_without_end("Let me have a lo").await;
    turn.fail_request();
    Ok(())
}

async fn retried(turn: &mut Turn) -> Step {
    broken_request(turn).await?;
    turn.emit(&events::error(
        "model_overloaded_error",
        "The model is overloaded. Retrying.",
        "retrying",
        Value::Null,
    ));
    turn.pause(1_500).await;
    turn.round(
        300,
        "The second attempt went through. Nothing was lost.",
        Vec::new(),
    )
    .await
    .map(drop)
}

async fn rescheduled(turn: &mut Turn) -> Step {
    broken_request(turn).await?;
    turn.session.lock().reschedule(&events::error(
        "model_rate_limited_error",
        "The model request was rate limited. Retrying.",
        "retrying",
        Value::Null,
    ));
    turn.pause(5_000).await;
    turn.session.lock().resume_thread(PRIMARY);
    let check = Tool::bash("uptime")
        .takes(200)
        .gives(" 09:14:02 up 3 days,  load average: 0.08\n");
    turn.round(300, "I am back after being rescheduled.", vec![check])
        .await?;
    turn.round(200, "Everything is in order again.", Vec::new())
        .await
        .map(drop)
}

async fn unreachable_server(turn: &mut Turn) -> Step {
    turn.pause(200).await;
    turn.emit(&events::error(
        "mcp_connection_failed_error",
        "Connection to MCP server 'papers' failed: upstream server error (HTTP 502)",
        "retrying",
        json!({"mcp_server_name": "papers"}),
    ));
    turn.pause(300).await;
    turn.emit(&events::error(
        "mcp_authentication_failed_error",
        "MCP server 'papers' refused the credential (HTTP 401)",
        "retrying",
        json!({"mcp_server_name": "papers"}),
    ));
    turn.round(
        500,
        "The `papers` server does not answer, so I work without it.",
        Vec::new(),
    )
    .await
    .map(drop)
}

async fn refused(turn: &mut Turn) -> Step {
    turn.request().await?;
    turn.think(500).await;
    turn.emit(&events::Draft::new(
        "agent.message",
        json!({"content": [{"type": "redacted"}]}),
    ));
    turn.end_request();
    Err(Halt::Refused {
        category: "general_harms",
        explanation: "The request was declined under the usage policy.",
    })
}

async fn exhausted(turn: &mut Turn) -> Step {
    for _ in 0..2 {
        broken_request(turn).await?;
        turn.emit(&events::error(
            "model_request_failed_error",
            "The model request failed. Retrying.",
            "retrying",
            Value::Null,
        ));
        turn.pause(1_000).await;
    }
    broken_request(turn).await?;
    turn.emit(&events::error(
        "model_request_failed_error",
        "The model request failed and no retries are left.",
        "exhausted",
        Value::Null,
    ));
    Err(Halt::Exhausted)
}

async fn fatal(turn: &mut Turn) -> Step {
    broken_request(turn).await?;
    turn.emit(&events::error(
        "unknown_error",
        "The session's environment was lost and cannot be recovered.",
        "terminal",
        Value::Null,
    ));
    Err(Halt::Terminated)
}
