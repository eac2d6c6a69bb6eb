//! `cargo xtask demo`: the demo server and the page with live reload, until Ctrl-C.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::progress::{self, Console, Work};
use crate::server::DemoServer;
use crate::tools::{self, web, web::PageTools};
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
    tools::rust::wasm_target()?;
    let stop = Arc::<AtomicBool>::default();
    let stopped = stop.clone();
    ctrlc::set_handler(move || stopped.store(true, Ordering::SeqCst))?;

    let Some(tools) = prepare(&workspace, release, &stop)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut server = DemoServer::start(
        &server_program(&workspace, release),
        &["--port", &API_PORT.to_string()],
    )?;
    let page = workspace.target().join("demo-page");
    std::fs::create_dir_all(&page)?;
    let mut trunk = tools.command(&workspace, "serve")?;
    trunk.args(serve_arguments(page, port, release, open));
    let mut page = KillOnDrop(trunk.spawn().context("could not start Trunk")?);

    println!("demo server   {}", server.url);
    println!("building the page; then open   http://127.0.0.1:{port}/   (Ctrl-C ends both)");
    let mut announced = false;
    loop {
        std::thread::sleep(Duration::from_millis(100));
        if stop.load(Ordering::SeqCst) {
            return Ok(ExitCode::SUCCESS);
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

/// Installs the tools while the demo server and the page are compiled. Nothing when that was stopped.
///
/// The two chains have target directories of their own, so that neither waits for the other; within a chain the works
/// would wait for each other anyway.
fn prepare(workspace: &Workspace, release: bool, stop: &Arc<AtomicBool>) -> Result<Option<PageTools>> {
    let (trunk, bindgen) = (OnceLock::new(), OnceLock::new());
    let install_trunk = |console: &Console| {
        let path = web::ensure_trunk(workspace, console)?;
        let _ = trunk.set(path);
        Ok(())
    };
    let install_bindgen = |console: &Console| {
        let path = web::ensure_wasm_bindgen(workspace, console)?;
        let _ = bindgen.set(path);
        Ok(())
    };
    let build_server = |console: &Console| {
        let mut build = cargo();
        build
            .current_dir(workspace.root())
            .args(["build", "--locked", "-p", "demo-server"])
            .args(release.then_some("--release"));
        console.run(&mut build)
    };
    let build_page = |console: &Console| web::compile_page(workspace, release, console);
    let usually = if release {
        "some minutes the first time"
    } else {
        "one to four minutes the first time"
    };
    let tools = vec![
        Work::new("Trunk", "looking for it", install_trunk),
        Work::new("wasm-bindgen", "looking for it", install_bindgen),
    ];
    let programs = vec![
        Work::new("demo server", usually, build_server),
        Work::new("page", usually, build_page),
    ];
    if !progress::beside(vec![tools, programs], stop)? {
        return Ok(None);
    }
    Ok(trunk
        .into_inner()
        .zip(bindgen.into_inner())
        .map(|(trunk, bindgen)| PageTools { trunk, bindgen }))
}

/// What Trunk is told beside the command. The page is not built into `dist`: what is there is for installing, and this page
/// reloads itself.
fn serve_arguments(page: PathBuf, port: u16, release: bool, open: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["--dist".into(), page.into()];
    arguments.extend(["--address", "127.0.0.1", "--port"].map(OsString::from));
    arguments.push(port.to_string().into());
    let flags = [(release, "--release"), (open, "--open")];
    arguments.extend(
        flags
            .into_iter()
            .filter(|(is_on, _)| *is_on)
            .map(|(_, flag)| flag.into()),
    );
    arguments
}

fn server_program(workspace: &Workspace, release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    workspace
        .target()
        .join(profile)
        .join(format!("demo-server{}", std::env::consts::EXE_SUFFIX))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_is_told_each_thing_once_and_builds_beside_what_is_for_installing() {
        let page = PathBuf::from("target/demo-page");
        let arguments = serve_arguments(page.clone(), 8081, true, true);
        let expected = [
            "--dist",
            "target/demo-page",
            "--address",
            "127.0.0.1",
            "--port",
            "8081",
            "--release",
            "--open",
        ];
        assert_eq!(arguments, expected);
        assert_eq!(serve_arguments(page, 8081, false, false), expected[..6]);
    }
}
