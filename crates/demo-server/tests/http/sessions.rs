//! The life of a session outside of its turns.

use demo_server::Options;
use serde_json::{Value, json};

use crate::harness::{Demo, id_of, message, message_of, of_type, types};

#[tokio::test]
async fn a_new_session_has_every_field() {
    let demo = Demo::start().await;
    let vault = demo.ok_get("/v1/vaults").await["data"][0]["id"].clone();
    let session = demo
        .session_with(
            "Repo helper",
            json!({
                "title": "Grüße",
                "metadata": {"team": "a"},
                "vault_ids": [vault],
                "budget": {"type": "limit", "max_list_cost": {"amount": "2500", "currency": "USD"}},
                "resources": [
                    {"type": "github_repository", "url": "https://github.com/owner/repo", "authorization_token": "secret"},
                    {"type": "file", "file_id": "file_01abc", "mount_path": "notes.txt"},
                ],
            }),
        )
        .await;
    assert_eq!(session["type"], "session");
    assert_eq!(session["status"], "idle");
    assert_eq!(session["title"], "Grüße");
    assert_eq!(session["metadata"], json!({"team": "a"}));
    assert_eq!(session["vault_ids"], json!([vault]));
    assert_eq!(session["budget"]["max_list_cost"]["amount"], "2500");
    assert_eq!(session["agent"]["version"], 3);
    assert_eq!(session["resources"][0]["mount_path"], "/workspace/repo");
    assert_eq!(
        session["resources"][1]["mount_path"],
        "/mnt/session/uploads/notes.txt"
    );
    assert!(!session.to_string().contains("secret"));
    assert_eq!(session["outcome_evaluations"], json!([]));
    assert!(session["archived_at"].is_null() && session["deployment_id"].is_null());
    let id = id_of(&session);
    assert!(id.starts_with("sesn_01") && id.len() == 29, "{id}");
    let alias = id.replace("sesn_", "session_");
    assert_eq!(
        demo.ok_get(&format!("/v1/sessions/{alias}")).await["id"],
        session["id"]
    );
}

#[tokio::test]
async fn agents_can_be_pinned_and_overridden() {
    let demo = Demo::start().await;
    let agent = demo.agent("Repo helper").await;
    let with =
        async |agent: Value| demo.session_with("Repo helper", json!({"agent": agent})).await["agent"].clone();
    let pinned = with(json!({"type": "agent", "id": agent, "version": 1})).await;
    assert_eq!(
        (&pinned["version"], &pinned["model"]["id"]),
        (&json!(1), &json!("claude-sonnet-5"))
    );
    let latest = with(json!({"type": "agent", "id": agent})).await;
    assert_eq!(latest["version"], 3);
    let changed = with(json!({
        "type": "agent_with_overrides", "id": agent, "system": null, "model": {"id": "claude-opus-5-5", "effort": "low"}, "tools": [],
    }))
    .await;
    assert_eq!(changed["system"], json!(null));
    assert_eq!(
        changed["model"],
        json!({"id": "claude-opus-5-5", "effort": {"type": "high"}, "speed": "standard"})
    );
    assert_eq!(changed["tools"], json!([]));
    assert_eq!(changed["name"], "Repo helper");
}

#[tokio::test]
async fn initial_events_start_the_session_running() {
    let demo = Demo::start().await;
    let session = demo
        .session_with("Repo helper", json!({"initial_events": [message("list files")]}))
        .await;
    assert_eq!(session["status"], "running");
    let id = id_of(&session);
    demo.wait_for(&id, "idle").await;
    let events = demo.events(&id).await;
    assert_eq!(
        types(&events)[..3],
        [
            "session.status_running",
            "session.thread_status_running",
            "user.message"
        ]
    );
}

#[tokio::test]
async fn updates_announce_only_what_changed() {
    let demo = Demo::start().await;
    let session = demo
        .session_with(
            "Repo helper",
            json!({"title": "a", "metadata": {"k": "1", "l": "2"}}),
        )
        .await;
    let path = format!("/v1/sessions/{}", id_of(&session));
    let updated = demo
        .ok_post(&path, json!({"title": "b", "metadata": {"k": null, "m": "3"}}))
        .await;
    assert_eq!(updated["title"], "b");
    assert_eq!(updated["metadata"], json!({"l": "2", "m": "3"}));
    demo.ok_post(&path, json!({"title": "b"})).await;
    demo.ok_post(&path, json!({"title": null})).await;
    let asking = json!([{"type": "agent_toolset_20260401", "default_config": {"permission_policy": {"type": "always_ask"}}}]);
    demo.ok_post(&path, json!({"agent": {"tools": asking}})).await;
    let events = demo.events(&id_of(&session)).await;
    assert_eq!(types(&events), ["session.updated"; 3]);
    assert_eq!(events[0]["title"], "b");
    assert_eq!(events[0]["metadata"], json!({"l": "2", "m": "3"}));
    assert!(events[0].get("budget").is_none() && events[0].get("agent").is_none());
    assert_eq!(events[1]["title"], json!(null));
    assert_eq!(
        events[2]["agent"]["tools"][0]["default_config"]["permission_policy"]["type"],
        "always_ask"
    );
}

#[tokio::test]
async fn metadata_that_were_cleared_leave_no_trace_in_the_event() {
    let demo = Demo::start().await;
    let session = demo
        .session_with("Repo helper", json!({"metadata": {"k": "1"}}))
        .await;
    let path = format!("/v1/sessions/{}", id_of(&session));
    let updated = demo.ok_post(&path, json!({"metadata": {"k": null}})).await;
    assert_eq!(updated["metadata"], json!({}));
    demo.ok_post(&path, json!({"metadata": null})).await;
    let events = demo.events(&id_of(&session)).await;
    assert_eq!(types(&events), ["session.updated"]);
    assert!(events[0].get("metadata").is_none());
}

#[tokio::test]
async fn a_running_session_is_neither_archived_nor_deleted() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let path = format!("/v1/sessions/{session}");
    demo.say(&session, "something slow").await;
    let (status, body) = demo.delete(&path).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (400, &json!("invalid_request_error"))
    );
    assert!(message_of(&body).contains("is running"));
    assert_eq!(demo.post(&format!("{path}/archive"), json!({})).await.0, 400);
    let (status, _) = demo.post(&path, json!({"agent": {"tools": []}})).await;
    assert_eq!(status, 400);
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    demo.wait_for(&session, "idle").await;
    let (status, body) = demo.delete(&path).await;
    assert_eq!(
        (status, body),
        (200, json!({"id": session, "type": "session_deleted"}))
    );
    for gone in [
        path.clone(),
        format!("{path}/events"),
        format!("{path}/events/stream"),
    ] {
        let (status, body) = demo.get(&gone).await;
        assert_eq!(
            (status, &body["error"]["type"]),
            (404, &json!("not_found_error")),
            "{gone}"
        );
    }
}

#[tokio::test]
async fn the_idle_event_comes_before_the_queryable_status() {
    let demo = Demo::with(Options {
        speed: 50.0,
        large_session: 0,
        status_lag_ms: 3_000,
        ..Options::default()
    })
    .await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "list files").await;
    stream.until("session.status_idle").await;
    assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 400);
    demo.wait_for(&session, "idle").await;
    assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 200);
}

#[tokio::test]
async fn an_archived_session_can_only_be_read() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    let mut stream = demo.stream(&session, "").await;
    let path = format!("/v1/sessions/{session}");
    let archived = demo.ok_post(&format!("{path}/archive"), json!({})).await;
    assert_eq!(archived["status"], "terminated");
    assert!(archived["archived_at"].is_string());
    let names: Vec<String> = stream.rest().await.into_iter().map(|frame| frame.name).collect();
    assert_eq!(
        names,
        ["session.thread_status_terminated", "session.status_terminated"]
    );
    assert_eq!(
        demo.ok_post(&format!("{path}/archive"), json!({})).await["archived_at"],
        archived["archived_at"]
    );
    for events in [json!([message("hi")]), json!([{"type": "user.interrupt"}])] {
        assert_eq!(demo.send(&session, events).await.0, 400);
    }
    assert_eq!(demo.post(&path, json!({"title": "x"})).await.0, 400);
    assert!(!demo.events(&session).await.is_empty());
    assert_eq!(demo.delete(&path).await.0, 200);
}

#[tokio::test]
async fn deleting_ends_open_streams() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 200);
    let frames = stream.rest().await;
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].name, "session.deleted");
}

#[tokio::test]
async fn a_budget_stops_the_session_and_raising_it_resumes() {
    let demo = Demo::start().await;
    let budget =
        |cents: &str| json!({"type": "limit", "max_list_cost": {"amount": cents, "currency": "USD"}});
    let session = demo
        .session_with("Repo helper", json!({"budget": budget("1")}))
        .await;
    let (id, path) = (id_of(&session), format!("/v1/sessions/{}", id_of(&session)));
    let events = demo.turn(&id, "read the README and run the tests").await;
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "budget_reached");
    assert_eq!(of_type(&events, "session.usage")[0]["budget"], budget("1"));
    let (status, body) = demo.send(&id, json!([message("go on")])).await;
    assert_eq!(status, 400);
    assert!(message_of(&body).contains("budget"), "{body}");
    let (status, ignored) = demo.send(&id, json!([{"type": "user.interrupt"}])).await;
    assert_eq!(status, 200);
    assert!(
        demo.events(&id)
            .await
            .iter()
            .all(|event| event["id"] != ignored["data"][0]["id"])
    );
    let (status, body) = demo.post(&path, json!({"budget": budget("1")})).await;
    assert!(
        status == 400 && message_of(&body).starts_with("budget_not_raised"),
        "{body}"
    );
    let before = demo.events(&id).await.len();
    demo.ok_post(&path, json!({"budget": budget("900")})).await;
    demo.wait_for(&id, "idle").await;
    let events = demo.events(&id).await;
    assert_eq!(
        types(&events[before..])[..4],
        [
            "session.updated",
            "session.status_running",
            "session.thread_status_running",
            "span.model_request_start"
        ]
    );
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "end_turn");
    assert_eq!(
        demo.ok_post(&path, json!({"budget": null})).await["budget"],
        json!(null)
    );
    let (status, body) = demo.post(&path, json!({"budget": budget("900")})).await;
    assert!(
        status == 400 && message_of(&body).starts_with("budget_create_only"),
        "{body}"
    );
}

#[tokio::test]
async fn resources_can_be_listed_added_and_removed() {
    let demo = Demo::start().await;
    let repository = json!({"type": "github_repository", "url": "https://github.com/owner/repo"});
    let session = demo
        .session_with("Repo helper", json!({"resources": [repository]}))
        .await;
    let path = format!("/v1/sessions/{}/resources", id_of(&session));
    let added = demo
        .ok_post(&path, json!({"type": "file", "file_id": "file_01abc"}))
        .await;
    assert_ne!(added["file_id"], "file_01abc");
    assert_eq!(demo.post(&path, repository).await.0, 400);
    assert_eq!(
        demo.post(&path, json!({"type": "file", "file_id": "file_missing"}))
            .await
            .0,
        404
    );
    assert_eq!(demo.ok_get(&path).await["data"].as_array().unwrap().len(), 2);
    let (status, body) = demo.delete(&format!("{path}/{}", id_of(&added))).await;
    assert_eq!((status, &body["type"]), (200, &json!("session_resource_deleted")));
    assert_eq!(demo.delete(&format!("{path}/{}", id_of(&added))).await.0, 404);
    let rest = demo.ok_get(&path).await;
    let repository = format!("{path}/{}", id_of(&rest["data"][0]));
    demo.ok_post(&repository, json!({"authorization_token": "new"}))
        .await;
    assert!(!demo.ok_get(&repository).await.to_string().contains("new"));
}

#[tokio::test]
async fn a_seed_repeats_ids() {
    let ids = async || {
        let demo = Demo::start().await;
        let session = demo.session("Repo helper").await;
        let events = demo.turn(&session, "read the README").await;
        (session, events.iter().map(id_of).collect::<Vec<_>>())
    };
    assert_eq!(ids().await, ids().await);
}
