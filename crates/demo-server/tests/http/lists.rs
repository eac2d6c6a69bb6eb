//! Paging and filters.

use serde_json::{Value, json};

use crate::harness::{Demo, id_of, of_type, types};

/// All pages of a list, and how many there were.
async fn all(demo: &Demo, path: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut page) = (Vec::new(), 0, None);
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let cursor = page.map_or(String::new(), |page: String| format!("{separator}page={page}"));
        let body = demo.ok_get(&format!("{path}{cursor}")).await;
        items.extend(body["data"].as_array().unwrap().clone());
        pages += 1;
        match body.get("next_page").and_then(Value::as_str) {
            Some(next) => page = Some(next.to_owned()),
            None => return (items, pages),
        }
    }
}

#[tokio::test]
async fn events_page_in_both_orders() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let events = demo.turn(&session, "emit 200 at 100000").await;
    let path = format!("/v1/sessions/{session}/events");
    let (forward, pages) = all(&demo, &format!("{path}?limit=50")).await;
    assert_eq!((forward.len(), pages), (206, 5));
    assert_eq!(forward, events);
    let (mut backward, _) = all(&demo, &format!("{path}?limit=64&order=desc")).await;
    backward.reverse();
    assert_eq!(backward, events);
    let (exact, pages) = all(&demo, &format!("{path}?limit=103")).await;
    assert_eq!((exact.len(), pages), (206, 2));
}

#[tokio::test]
async fn events_are_filtered_by_type_and_time() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let events = demo.turn(&session, "emit 60 at 100000").await;
    let path = format!("/v1/sessions/{session}/events");
    let (messages, _) = all(
        &demo,
        &format!("{path}?types[]=agent.message&types[]=user.message&limit=3"),
    )
    .await;
    assert!(types(&messages).iter().all(|kind| kind.ends_with(".message")));
    assert_eq!(messages.len(), of_type(&events, "agent.message").len() + 1);
    let middle = events[20]["processed_at"].as_str().unwrap();
    let from = demo.ok_get(&format!("{path}?created_at[gte]={middle}")).await;
    assert_eq!(from["data"].as_array().unwrap()[..], events[20..]);
    let after = demo.ok_get(&format!("{path}?created_at[gt]={middle}")).await;
    assert_eq!(after["data"].as_array().unwrap()[..], events[21..]);
    let until = demo
        .ok_get(&format!("{path}?created_at[lt]={middle}&order=desc&limit=1"))
        .await;
    assert_eq!(until["data"][0], events[19]);
}

#[tokio::test]
async fn cursors_are_bound_to_their_order_and_filter() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let events = demo.turn(&session, "emit 30 at 100000").await;
    let path = format!("/v1/sessions/{session}/events");
    let page = demo.ok_get(&format!("{path}?limit=5")).await["next_page"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(demo.get(&format!("{path}?limit=9&page={page}")).await.0, 200);
    assert_eq!(demo.get(&format!("{path}?order=desc&page={page}")).await.0, 400);
    let late = events[20]["processed_at"].as_str().unwrap();
    assert_eq!(
        demo.get(&format!("{path}?created_at[gte]={late}&page={page}"))
            .await
            .0,
        400
    );
    let other = demo.session("Firehose").await;
    assert_eq!(demo.get(&format!("/v1/sessions?page={page}")).await.0, 400);
    assert_eq!(
        demo.get(&format!("/v1/sessions/{other}/events?limit=2&page={page}"))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn sessions_page_back_and_forth_newest_first() {
    let demo = Demo::start().await;
    let (sessions, pages) = all(&demo, "/v1/sessions?include_archived=true&limit=4").await;
    assert_eq!(pages, sessions.len().div_ceil(4));
    let times: Vec<&str> = sessions
        .iter()
        .map(|session| session["created_at"].as_str().unwrap())
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
    let first = demo.ok_get("/v1/sessions?limit=4").await;
    assert_eq!(first["prev_page"], json!(null));
    let second = demo
        .ok_get(&format!(
            "/v1/sessions?limit=4&page={}",
            first["next_page"].as_str().unwrap()
        ))
        .await;
    let back = demo
        .ok_get(&format!(
            "/v1/sessions?limit=4&page={}",
            second["prev_page"].as_str().unwrap()
        ))
        .await;
    let ids = |page: &Value| {
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(id_of)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&back), ids(&first));
    let (mut ascending, _) = all(&demo, "/v1/sessions?include_archived=true&limit=4&order=asc").await;
    ascending.reverse();
    assert_eq!(
        ascending.iter().map(id_of).collect::<Vec<_>>(),
        sessions.iter().map(id_of).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn sessions_are_filtered() {
    let demo = Demo::start().await;
    let count = async |query: &str| all(&demo, &format!("/v1/sessions?{query}")).await.0;
    let everything = count("include_archived=true").await;
    let shown = count("").await;
    assert!(shown.len() < everything.len());
    assert!(
        shown
            .iter()
            .all(|session| session["archived_at"].is_null() && session["status"] != "terminated")
    );
    let terminated = count("statuses[]=terminated").await;
    assert!(!terminated.is_empty() && terminated.iter().all(|session| session["archived_at"].is_null()));
    let agent = demo.agent("Repo helper").await;
    let helpers = count(&format!("agent_id={agent}&include_archived=true")).await;
    assert!(
        helpers.len() > 2
            && helpers
                .iter()
                .all(|session| session["agent"]["id"] == agent.as_str())
    );
    let pinned = count(&format!("agent_id={agent}&agent_version=1")).await;
    assert_eq!(pinned.len(), 1);
    let newest = shown[0]["created_at"].as_str().unwrap();
    assert_eq!(count(&format!("created_at[gte]={newest}")).await.len(), 1);
    assert_eq!(count(&format!("created_at[gt]={newest}")).await.len(), 0);
    assert_eq!(count("deployment_id=depl_01x").await.len(), 0);
    let running = demo.session("Repo helper").await;
    demo.say(&running, "something slow").await;
    let found = count("statuses[]=running").await;
    assert_eq!(found.iter().map(id_of).collect::<Vec<_>>(), [running]);
}
