//! `cargo xtask demo`: the demo server and the page with live reload, until Ctrl-C.

use std::net::TcpListener;
use std::process::{Child, ExitCode};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::process;
use crate::server::DemoServer;
use crate::tools;
use crate::workspace::{Workspace, cargo};

/// Trunk.toml sends `/v1` there.
const API_PORT: u16 = 8787;

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let port: u16 = args.opt_value_from_str("--port")?.unwrap_or(8080);
    let release = args.contains("--release");
    let open = args.contains("--open");
    crate::finish(args)?;

    refuse_taken_port(API_PORT, "the demo server", "stop the program that uses it")?;
    refuse_taken_port(port, "the page", "choose another with --port")?;
    let workspace = Workspace::load()?;
    let mut trunk = tools::web::trunk(&workspace, "serve")?;
    let mut build = cargo();
    build
        .current_dir(workspace.root())
        .args(["build", "-p", "demo-server"]);
    if release {
        build.arg("--release");
    }
    process::run(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    let program = workspace
        .target()
        .join(profile)
        .join(format!("demo-server{}", std::env::consts::EXE_SUFFIX));

    let (stop, stopped) = channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;
    let mut server = DemoServer::start(&program, &["--port", &API_PORT.to_string()])?;
    trunk.args(["--address", "127.0.0.1", "--port", &port.to_string()]);
    if release {
        trunk.arg("--release");
    }
    if open {
        trunk.arg("--open");
    }
    let mut page = KillOnDrop(trunk.spawn().context("could not start Trunk")?);

    println!("demo server   {}", server.url);
    println!("building the page; then open   http://127.0.0.1:{port}/   (Ctrl-C ends both)");
    let mut announced = false;
    loop {
        match stopped.recv_timeout(Duration::from_millis(250)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(ExitCode::SUCCESS),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if !server.is_running() {
            bail!("the demo server ended; its last messages are above");
        }
        if let Some(status) = page.0.try_wait()? {
            bail!("Trunk ended ({status}); its last messages are above");
        }
        if !announced && std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            announced = true;
            println!("\n  The playground is ready: http://127.0.0.1:{port}/\n");
        }
    }
}

fn refuse_taken_port(port: u16, what: &str, remedy: &str) -> Result<()> {
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!("port {port} for {what} is taken: {remedy}");
    }
    Ok(())
}

struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
