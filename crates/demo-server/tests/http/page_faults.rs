//! What a static host does to the files of the page.

use std::time::Duration;

use demo_server::Options;
use reqwest::{Response, redirect};
use serde_json::{Value, json};

use crate::harness::{Demo, Folder};

async fn serving(folder: &Folder) -> Demo {
    Demo::with(Options {
        static_dir: Some(folder.0.clone()),
        large_session: 0,
        ..Options::default()
    })
    .await
}

async fn configuration(demo: &Demo, effect: Value) -> Response {
    demo.fault(json!({"match": {"path": "/config.json"}, "effect": effect}))
        .await;
    let client = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let url = format!("{}/config.json", demo.base);
    client.get(url).send().await.unwrap()
}

#[tokio::test]
async fn the_configuration_can_be_answered_in_every_way_that_hosts_have() {
    let folder = Folder::with_a_page("config");
    let demo = serving(&folder).await;
    for status in [403, 404, 431, 500] {
        let response = configuration(&demo, json!({"status": status})).await;
        assert_eq!(response.status(), status);
    }
    let login =
        json!({"body": {"type": "text/html; charset=utf-8", "text": "<!doctype html><h1>Sign in</h1>"}});
    let response = configuration(&demo, login).await;
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().contains("Sign in"));
    let away = json!({"status": 302, "headers": {"location": "http://localhost:9/login"}});
    let response = configuration(&demo, away).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (302, &"http://localhost:9/login".parse().unwrap())
    );
}

#[tokio::test]
async fn the_configuration_may_never_come() {
    let folder = Folder::with_a_page("never");
    let demo = serving(&folder).await;
    for effect in [
        json!({"headers_after_ms": "never"}),
        json!({"body_after_ms": "never"}),
    ] {
        let whole = async { configuration(&demo, effect).await.text().await };
        assert!(
            tokio::time::timeout(Duration::from_millis(150), whole)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn a_fault_without_a_path_leaves_the_page_alone() {
    let folder = Folder::with_a_page("alone");
    let demo = serving(&folder).await;
    demo.fault(json!({"times": 0, "effect": {"status": 500}})).await;
    let page = demo.client.get(&demo.base).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(demo.get("/v1/sessions").await.0, 500);
}
