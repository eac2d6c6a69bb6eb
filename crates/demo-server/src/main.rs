//! The command line of the demo server.

use std::io::Write;
use std::process::ExitCode;

use demo_server::cli::{self, Command};
use demo_server::{Options, Server};

fn main() -> ExitCode {
    let result = match cli::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => print(cli::HELP),
        Ok(Command::Serve(options)) => serve(options),
        Err(message) => Err(message),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "demo-server: {message}");
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())
}

#[tokio::main]
async fn serve(options: Options) -> Result<(), String> {
    let wanted = format!("{}:{}", options.host, options.port);
    let server = Server::bind(options)
        .await
        .map_err(|error| format!("cannot listen on {wanted}: {error}"))?;
    let address = server.local_addr().map_err(|error| error.to_string())?;
    print(&format!("listening on http://{address}\n"))?;
    server.run(asked_to_stop()).await;
    Ok(())
}

/// Completes on Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
