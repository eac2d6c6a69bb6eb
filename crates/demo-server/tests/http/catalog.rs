//! Agents, environments, vaults and models.

use serde_json::json;

use crate::harness::{Demo, id_of, message_of};

#[tokio::test]
async fn agents_have_versions() {
    let demo = Demo::start().await;
    let agent = demo.agent("Repo helper").await;
    let versions = demo.ok_get(&format!("/v1/agents/{agent}/versions?limit=2")).await;
    assert_eq!(versions["data"][0]["version"], 3);
    let next = versions["next_page"].as_str().unwrap();
    let rest = demo
        .ok_get(&format!("/v1/agents/{agent}/versions?limit=2&page={next}"))
        .await;
    assert_eq!(rest["data"][0]["version"], 1);
    assert!(rest.get("next_page").is_none());
    assert_eq!(
        demo.ok_get(&format!("/v1/agents/{agent}?version=2")).await["version"],
        2
    );
    assert_eq!(demo.get(&format!("/v1/agents/{agent}?version=9")).await.0, 404);
    assert_eq!(
        demo.ok_get("/v1/agents?limit=2").await["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn agents_can_be_made_and_changed() {
    let demo = Demo::start().await;
    let made = demo
        .ok_post("/v1/agents", json!({"name": "Mine", "model": "claude-opus-5-5"}))
        .await;
    assert_eq!(made["version"], 1);
    let path = format!("/v1/agents/{}", id_of(&made));
    assert_eq!(demo.ok_post(&path, json!({})).await["version"], 1);
    let changed = demo
        .ok_post(&path, json!({"version": 1, "metadata": {"a": "b"}}))
        .await;
    assert_eq!(
        (&changed["version"], &changed["metadata"]),
        (&json!(2), &json!({"a": "b"}))
    );
    let (status, body) = demo.post(&path, json!({"version": 1, "name": "x"})).await;
    assert_eq!((status, &body["error"]["type"]), (409, &json!("conflict_error")));
    let (status, body) = demo.post("/v1/agents", json!({"name": "x"})).await;
    assert_eq!((status, message_of(&body)), (400, "model: Field required"));
    let session = id_of(&demo.session_with("Mine", json!({})).await);
    assert_eq!(
        demo.turn(&session, "list files").await.last().unwrap()["type"],
        "session.status_idle"
    );
    demo.ok_post(&format!("{path}/archive"), json!({})).await;
    let listed = demo.ok_get("/v1/agents").await;
    assert!(
        listed["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|agent| agent["id"] != made["id"])
    );
    let body = json!({"agent": id_of(&made), "environment_id": demo.environment("cloud").await});
    assert_eq!(demo.post("/v1/sessions", body).await.0, 400);
}

#[tokio::test]
async fn environments_vaults_and_models_can_be_read() {
    let demo = Demo::start().await;
    let cloud = demo.environment("cloud").await;
    assert_eq!(
        demo.ok_get(&format!("/v1/environments/{cloud}")).await["config"]["networking"]["type"],
        "limited"
    );
    assert_eq!(demo.get("/v1/environments/env_x").await.0, 404);
    let vaults = demo.ok_get("/v1/vaults").await;
    assert_eq!(vaults["data"].as_array().unwrap().len(), 2);
    let vault = id_of(&vaults["data"][0]);
    assert_eq!(demo.ok_get(&format!("/v1/vaults/{vault}")).await["type"], "vault");
    assert_eq!(
        demo.ok_get(&format!("/v1/vaults/{vault}/credentials")).await["data"],
        json!([])
    );
    let models = demo.ok_get("/v1/models?limit=3").await;
    assert_eq!(models["has_more"], true);
    let more = demo
        .ok_get(&format!(
            "/v1/models?after_id={}",
            models["last_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(more["has_more"], false);
    assert_eq!(
        demo.ok_get("/v1/models/claude-opus-5-5").await["display_name"],
        "Claude Opus 5.5"
    );
    assert_eq!(demo.get("/v1/models/claude-none").await.0, 404);
}
