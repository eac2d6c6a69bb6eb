//! What several commands need built: the release page, the demo server. Each is built at most once.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::process;
use crate::progress::{self, Behind, Console, Work};
use crate::tools;
use crate::workspace::{Workspace, cargo};

/// Built things, made when first asked for. A failed build is remembered, not tried again.
pub(crate) struct Artifacts<'a> {
    workspace: &'a Workspace,
    page: OnceCell<Result<PathBuf, String>>,
    server: OnceCell<Result<PathBuf, String>>,
    browser: OnceCell<Result<PathBuf, String>>,
    e2e: OnceCell<Result<PathBuf, String>>,
}

impl<'a> Artifacts<'a> {
    /// Nothing is built yet.
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            page: OnceCell::new(),
            server: OnceCell::new(),
            browser: OnceCell::new(),
            e2e: OnceCell::new(),
        }
    }

    /// The folder of the release build of the page.
    pub(crate) fn page(&self) -> Result<&Path> {
        once(&self.page, "the page could not be built", || {
            let mut trunk = tools::web::trunk(self.workspace, "build")?;
            // Not `dist`, which a running `trunk serve` rebuilds whenever a file changes.
            let page = self.workspace.target().join("page");
            process::run(trunk.arg("--release").arg("--dist").arg(&page))?;
            Ok(page)
        })
    }

    /// The release build of the demo server.
    pub(crate) fn server(&self) -> Result<&Path> {
        once(&self.server, "the demo server could not be built", || {
            process::run(&mut server_build(self.workspace))?;
            Ok(self
                .workspace
                .target()
                .join(format!("release/demo-server{}", std::env::consts::EXE_SUFFIX)))
        })
    }

    /// A Chromium that can be driven.
    pub(crate) fn browser(&self) -> Result<&Path> {
        once(&self.browser, "no browser for the tests", || {
            tools::browser::chromium(&self.workspace.root().join("tests/e2e"))
        })
    }

    /// `tests/e2e` with its packages installed.
    pub(crate) fn e2e(&self) -> Result<&Path> {
        once(
            &self.e2e,
            "the packages of tests/e2e could not be installed",
            || {
                let folder = self.workspace.root().join("tests/e2e");
                tools::node::install(&folder)?;
                Ok(folder)
            },
        )
    }

    /// Runs Playwright with everything it needs: packages, page, demo server, browser.
    pub(crate) fn playwright(&self, arguments: &[&str]) -> Result<Command> {
        let folder = self.e2e()?;
        let (server, page, browser) = (self.server()?, self.page()?, self.browser()?);
        let mut command = tools::node::local_bin(folder, "playwright");
        command
            .arg("test")
            .args(arguments)
            .env("DEMO_SERVER", server)
            .env("DEMO_STATIC", page)
            .env("CHROMIUM", browser);
        Ok(command)
    }
}

/// Compiles unseen what the steps of a whole test need at its end. The release builds lock other folders than those of the
/// checks and fill the core that these leave idle while the last crate of theirs is compiled or linked.
pub(crate) fn head_start(workspace: &Workspace) -> Behind {
    let of = |run: fn(&Workspace, &Console) -> Result<()>| {
        let workspace = workspace.clone();
        Work::new("head start", "some minutes", move |console: &Console| {
            run(&workspace, console)
        })
    };
    progress::behind(vec![
        of(|workspace, console| tools::web::ensure_trunk(workspace, console).map(drop)),
        of(|workspace, console| tools::web::ensure_wasm_bindgen(workspace, console).map(drop)),
        of(|workspace, console| tools::web::wasm_bindgen_test_runner(workspace, console).map(drop)),
        of(|workspace, console| tools::web::compile_page(workspace, true, console)),
        of(|workspace, console| console.run(&mut server_build(workspace))),
    ])
}

fn server_build(workspace: &Workspace) -> Command {
    let mut build = cargo();
    build
        .current_dir(workspace.root())
        .args(["build", "--release", "-p", "demo-server"]);
    build
}

fn once<'c>(
    cell: &'c OnceCell<Result<PathBuf, String>>,
    what: &str,
    make: impl FnOnce() -> Result<PathBuf>,
) -> Result<&'c Path> {
    match cell.get_or_init(|| make().map_err(|error| format!("{error:#}"))) {
        Ok(path) => Ok(path),
        Err(error) => Err(anyhow!("{what}: {error}")),
    }
}
