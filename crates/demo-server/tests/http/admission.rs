//! Credentials, version, beta and CORS over real HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{BETA, Demo, message, message_of};

const OPT_IN: &str = "anthropic-dangerous-direct-browser-access";

#[tokio::test]
async fn preflights_name_every_header() {
    let demo = Demo::start().await;
    for path in ["/v1/sessions", "/v1/anything/at/all"] {
        let request = demo
            .client
            .request(Method::OPTIONS, format!("{}{path}", demo.base))
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "DELETE");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 204);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert!(header("access-control-allow-methods").contains("DELETE"));
        for name in [
            "x-api-key",
            "authorization",
            "anthropic-beta",
            "anthropic-version",
            "anthropic-workspace-id",
            OPT_IN,
        ] {
            assert!(header("access-control-allow-headers").contains(name), "{name}");
        }
        assert!(!header("access-control-allow-headers").contains('*'));
    }
}

#[tokio::test]
async fn pages_of_other_ports_must_opt_in_or_see_nothing() {
    let demo = Demo::start().await;
    let request = || {
        demo.request(Method::GET, "/v1/sessions")
            .header("origin", "http://localhost:3000")
    };
    let refused = request().send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().get("access-control-allow-origin").is_none());
    let body: Value = refused.json().await.unwrap();
    assert!(message_of(&body).starts_with("CORS requests must set"));
    let accepted = request().header(OPT_IN, "true").send().await.unwrap();
    assert_eq!(accepted.status(), 200);
    assert_eq!(accepted.headers()["access-control-allow-origin"], "*");
    assert_eq!(accepted.headers()["access-control-expose-headers"], "*");
}

#[tokio::test]
async fn the_own_page_needs_neither_key_nor_version_nor_beta() {
    let demo = Demo::start().await;
    let get = demo.client.get(format!("{}/v1/sessions", demo.base));
    assert_eq!(
        get.header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let session = demo.session("Repo helper").await;
    let post = demo
        .client
        .post(format!("{}/v1/sessions/{session}/events", demo.base));
    let post = post
        .header("origin", demo.base.clone())
        .json(&json!({"events": [message("hi")]}));
    assert_eq!(post.send().await.unwrap().status(), 200);
    let bare = demo
        .client
        .get(format!("{}/v1/sessions", demo.base))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status(), 401);
    let body: Value = bare.json().await.unwrap();
    assert_eq!(
        body["error"],
        json!({"type": "authentication_error", "message": "x-api-key header is required"})
    );
}

#[tokio::test]
async fn keys_have_their_limits() {
    let demo = Demo::start().await;
    let with = |key: &str, method: Method| {
        let request = demo.client.request(method, format!("{}/v1/sessions", demo.base));
        request
            .header("authorization", format!("Bearer {key}"))
            .header("anthropic-version", "2026-10-21")
            .header("anthropic-beta", BETA)
    };
    let status = async |key: &str, method: Method| with(key, method).send().await.unwrap().status().as_u16();
    assert_eq!(status("sk-ant-oat01-fine", Method::GET).await, 200);
    assert_eq!(status("sk-ant-invalid-x", Method::GET).await, 401);
    assert_eq!(status("sk-ant-readonly-x", Method::GET).await, 200);
    assert_eq!(status("sk-ant-readonly-x", Method::POST).await, 403);
}

#[tokio::test]
async fn without_the_beta_the_path_does_not_exist() {
    let demo = Demo::start().await;
    let get = |path: &str| {
        let request = demo.client.get(format!("{}{path}", demo.base));
        request
            .header("x-api-key", "k")
            .header("anthropic-version", "2023-06-01")
    };
    let response = get("/v1/sessions").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-should-retry"]),
        (404, &"false".parse().unwrap())
    );
    assert_eq!(get("/v1/models").send().await.unwrap().status(), 200);
    let unknown = get("/v1/sessions")
        .header("anthropic-beta", format!("{BETA},made-up-2026"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 400);
    let body: Value = unknown.json().await.unwrap();
    assert!(
        message_of(&body).starts_with("Unexpected value(s) `made-up-2026` for the `anthropic-beta` header")
    );
}

#[tokio::test]
async fn preflights_can_leave_methods_or_headers_out_or_be_refused() {
    let demo = Demo::start().await;
    let preflight = async || {
        let request = demo
            .client
            .request(Method::OPTIONS, format!("{}/v1/sessions/sesn_1", demo.base))
            .header("origin", "http://localhost:3000");
        request.send().await.unwrap()
    };
    let fault = async |effect: Value| {
        demo.delete("/demo/faults").await;
        demo.fault(json!({"match": {"method": "OPTIONS"}, "standing": true, "effect": effect}))
            .await;
    };
    fault(json!({"headers": {"access-control-allow-methods": "GET, POST"}})).await;
    let answer = preflight().await;
    assert_eq!(answer.headers()["access-control-allow-methods"], "GET, POST");
    assert!(
        answer.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("x-api-key")
    );
    fault(json!({"headers": {"access-control-allow-headers": "content-type"}})).await;
    assert_eq!(
        preflight().await.headers()["access-control-allow-headers"],
        "content-type"
    );
    fault(json!({"status": 405})).await;
    assert_eq!(preflight().await.status(), 405);
    fault(json!({"no_cors": true})).await;
    assert!(
        preflight()
            .await
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    // The requests themselves are not concerned.
    assert_eq!(demo.get("/v1/sessions").await.0, 200);
}
