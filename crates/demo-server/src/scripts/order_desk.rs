//! Order desk: answers with the help of custom tools, which the client runs.

use serde_json::{Value, json};

use super::words::{mentions, word_where};
use crate::engine::tool::{Settled, Tool};
use crate::engine::turn::{Step, Turn};

pub(crate) async fn play(turn: &mut Turn) -> Step {
    let prompt = turn.prompt.clone();
    let order = word_where(&prompt, |word| {
        word.chars().filter(char::is_ascii_digit).count() >= 3
    })
    .unwrap_or_else(|| "A-1042".to_owned());

    let get = Tool::custom(
        "get_order",
        json!({"order_id": order, "fields": ["status", "items", "total"]}),
    );
    let found = turn
        .round(700, &format!("I look up order **{order}**."), vec![get])
        .await?;
    let Some(Settled::Returned {
        text,
        is_error: false,
    }) = found.first()
    else {
        let text = format!("I could not find order {order}. Is the number right?");
        return turn.round(400, &text, Vec::new()).await.map(drop);
    };
    let details: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({"note": text}));

    if !mentions(&prompt, &["refund", "cancel", "return"]) {
        let text = format!("Order **{order}**:\n\n{}\n\nAnything else?", as_list(&details));
        return turn.round(500, &text, Vec::new()).await.map(drop);
    }
    let refund = Tool::custom(
        "refund_order",
        json!({"order_id": order, "reason": "customer request"}),
    );
    let notify = Tool::custom(
        "notify_customer",
        json!({"order_id": order, "template": "refund_started"}),
    );
    let results = turn
        .round(
            600,
            "The order can be refunded. I start the refund and tell the customer.",
            vec![refund, notify],
        )
        .await?;
    let line = |name: &str, result: &Settled| match result {
        Settled::Returned {
            text,
            is_error: false,
        } => format!("- {name}: {text}"),
        Settled::Returned { text, .. } => format!("- {name}: **failed**: {text}"),
        _ => format!("- {name}: no result"),
    };
    let text = format!(
        "{}\n{}",
        line("Refund", &results[0]),
        line("Message", &results[1])
    );
    turn.round(400, &text, Vec::new()).await.map(drop)
}

fn as_list(details: &Value) -> String {
    match details.as_object() {
        Some(map) => map
            .iter()
            .map(|(key, value)| format!("- {key}: `{value}`"))
            .collect::<Vec<_>>()
            .join("\n"),
        None => format!("`{details}`"),
    }
}
