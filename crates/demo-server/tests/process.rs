//! The program itself: its one line of output, its exit codes, its end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_demo-server"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, line)
}

fn address(line: &str) -> &str {
    line.strip_prefix("listening on http://").unwrap().trim_end()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_tells_its_address_and_refuses_a_taken_port() {
    let (mut first, line) = start(&["--port", "0"]);
    let port = address(&line).rsplit(':').next().unwrap().to_owned();
    let second = Command::new(env!("CARGO_BIN_EXE_demo-server"))
        .args(["--port", &port])
        .output()
        .unwrap();
    assert!(!second.status.success());
    let message = String::from_utf8(second.stderr).unwrap();
    assert!(
        message.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{message}"
    );
    first.kill().unwrap();
    first.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn it_stops_at_once_with_streams_open() {
    let (mut child, line) = start(&["--port", "0", "--seed", "1"]);
    let address = address(&line);
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\n\r\n"
        )
        .unwrap();
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).unwrap();
        (stream, String::from_utf8_lossy(&buffer[..read]).into_owned())
    };
    let (_list, body) = ask("/v1/sessions?limit=1");
    let id = body
        .split("\"id\":\"sesn_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let (_stream, head) = ask(&format!("/v1/sessions/sesn_{id}/events/stream"));
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    // The stream goes on as long as somebody holds it, so a server that waited for it would never end.
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it waits for its streams");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "{status}");
}

#[test]
fn it_serves_a_built_page() {
    let dir = std::env::temp_dir().join(format!("demo-server-static-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let html = "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"><title>page</title>";
    std::fs::write(dir.join("index.html"), html).unwrap();
    std::fs::write(dir.join("app_bg.wasm"), b"\0asm").unwrap();
    let (mut child, line) = start(&["--port=0", "--static", dir.to_str().unwrap()]);
    let address = address(&line);
    let page = get(address, "/");
    assert!(
        page.contains("cache-control: no-store") && page.contains("<title>page</title>"),
        "{page}"
    );
    let policy = "content-security-policy: default-src 'self'; frame-ancestors 'self' http://localhost:*";
    assert!(
        page.contains(policy) && page.contains("referrer-policy: no-referrer"),
        "{page}"
    );
    let wasm = get(address, "/app_bg.wasm");
    assert!(
        wasm.contains("content-type: application/wasm") && wasm.contains("x-content-type-options: nosniff")
    );
    assert!(get(address, "/nothing").starts_with("HTTP/1.1 404"));
    assert!(get(address, "/../Cargo.toml").starts_with("HTTP/1.1 404"));
    assert!(get(address, "/v1/sessions").contains("x-api-key header is required"));
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn help_and_mistakes_have_exit_codes() {
    let run = |argument: &str| {
        Command::new(env!("CARGO_BIN_EXE_demo-server"))
            .arg(argument)
            .output()
            .unwrap()
    };
    let help = run("--help");
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--static DIR"));
    let wrong = run("--prot");
    assert!(!wrong.status.success() && String::from_utf8(wrong.stderr).unwrap().contains("--prot"));
}
