//! Listening, and the life of connections. The loop is our own so that a fault can close a connection without an answer.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::app::App;
use crate::faults::delivery::CloseConnection;
use crate::http::gate;
use crate::http::host::{self, Names};
use crate::limits::Limits;
use crate::wire::time::Micros;
use crate::world::{Settings, World};
use crate::{api, demo_api, pages};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address or name to listen on. Requests must name it, or the loopback interface, as their host.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// A directory to serve at `/`, usually the built page.
    pub static_dir: Option<PathBuf>,
    /// Makes ids and the scripts' choices reproducible.
    pub seed: Option<u64>,
    /// How fast the scripts play: 1 is watchable for people, larger is faster.
    pub speed: f64,
    /// Events in the largest past session; 0 leaves that session out.
    pub large_session: u64,
    /// How much and how long a client may send.
    pub limits: Limits,
    /// The idle status becomes queryable this much after the idle event.
    pub status_lag_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8787,
            static_dir: None,
            seed: None,
            speed: 1.0,
            large_session: 10_000,
            limits: Limits::default(),
            status_lag_ms: 50,
        }
    }
}

/// A demo server that is bound to its port and ready to run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
}

impl Server {
    /// Makes the world and binds the port.
    ///
    /// # Errors
    ///
    /// If the address or port cannot be bound, for example because it is taken.
    pub async fn bind(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((options.host.as_str(), options.port)).await?;
        let settings = Settings {
            seed: options.seed,
            speed: options.speed,
            large_session: options.large_session,
            status_lag: Micros::default().plus_ms(options.status_lag_ms),
        };
        let names = Names::of(&options.host);
        let app = Arc::new(App::new(World::new(settings), names, options.limits));
        Ok(Self {
            listener,
            router: router(Arc::clone(&app), options.static_dir),
            app,
        })
    }

    /// The bound address.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown` completes, then drops all connections, also those with an open stream.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                Some(_) = connections.join_next() => {}
                accepted = self.listener.accept() => {
                    // A failed accept (too many open files) concerns one client only.
                    if let Ok((stream, _)) = accepted && !self.app.outage.is_down() {
                        connections.spawn(connection(stream, self.router.clone(), Arc::clone(&self.app)));
                    }
                }
            }
        }
    }
}

async fn connection(stream: TcpStream, router: Router, app: Arc<App>) {
    // Small frames should not wait for larger ones.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let answer: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
            let Ok(response) = answer;
            if response.extensions().get::<CloseConnection>().is_some() {
                return Err(io::Error::other("closed on purpose"));
            }
            Ok(response)
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.head_time)
        .serve_connection(TokioIo::new(stream), service);
    let _open = app.stats.connection();
    let mut restarts = app.outage.subscribe();
    tokio::select! {
        _ = serving => {}
        _ = restarts.changed() => {}
    }
}

fn router(app: Arc<App>, static_dir: Option<PathBuf>) -> Router {
    let gate = axum::middleware::from_fn_with_state(Arc::clone(&app), gate::pass);
    let unknown = Router::new()
        .route("/v1", axum::routing::any(api::no_route))
        .route("/v1/{*rest}", axum::routing::any(api::no_route));
    let routes = api::routes()
        .merge(unknown)
        .layer(gate)
        .merge(demo_api::routes(Arc::clone(&app)))
        .with_state(Arc::clone(&app));
    let routes = match static_dir {
        Some(dir) => routes.fallback_service(pages::serve(dir, Arc::clone(&app))),
        None => routes,
    };
    routes.layer(axum::middleware::from_fn_with_state(app, host::pass))
}
