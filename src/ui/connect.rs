//! The connect screen: address, key, and the demo beside them.

use leptos::prelude::*;
use playground_core::api::{ApiError, BaseUrl, Connection, Credential, Secret, Step, WorkspaceId};
use playground_core::route::{Route, query_param};

use crate::platform::location;
use crate::signals::RwSignal;
use crate::state::app_state::AppState;
use crate::state::config;
use crate::state::connection::{self, Link, Streaming};
use crate::ui::kit::controls::{action_button, labelled, secret_field, submit_button, text_field};
use crate::ui::kit::{El, ScreenTasks, el, error_alert};

/// What the page is busy with.
#[derive(Clone, Copy, PartialEq)]
enum Busy {
    No,
    Connecting,
    Demo,
}

/// Address, key, workspace and streaming mode; "Try the demo" beside them.
#[component]
pub fn ConnectScreen() -> El {
    let app = expect_context::<AppState>();
    let tasks = ScreenTasks::new();
    let (suggested, from_link) = suggested_base_url(app);
    let base_url = RwSignal::new(suggested);
    // The key lives in the field's property and in this signal; it never becomes an attribute or a text node.
    let key = RwSignal::new(Secret::default());
    let workspace = RwSignal::new(String::new());
    let configured = app
        .config
        .with_untracked(|c| c.transport.clone())
        .unwrap_or_default();
    let streaming = RwSignal::new(Streaming::from_name(&configured));
    let busy = RwSignal::new(Busy::No);
    let error = RwSignal::new(None::<ApiError>);

    let check = move |link: Link, what: Busy| {
        error.set(None);
        let refuse = |rule| {
            error.set(Some(ApiError::without_response(
                Step::Policy,
                rule,
                &Credential::None,
            )))
        };
        let origin = link.connection.base().origin();
        if let Err(rule) = app.config.with_untracked(|c| config::may_call(c, origin)) {
            return refuse(rule);
        }
        if !connection::hold(&link.connection) {
            return match connection::continue_in_a_new_page(&link) {
                Ok(()) => app.leaving.set(true),
                Err(rule) => refuse(rule),
            };
        }
        busy.set(what);
        tasks.spawn(async move {
            let outcome = connection::check(&link.connection).await;
            if busy.try_set(Busy::No).is_some() {
                return;
            }
            match outcome {
                Ok(()) => {
                    key.set(Secret::default());
                    app.connect(link);
                }
                Err(failed) => error.set(Some(failed)),
            }
        });
    };
    let on_submit = move || {
        if busy.get_untracked() != Busy::No {
            return;
        }
        let (base_url, workspace) = (base_url.get_untracked(), workspace.get_untracked());
        match key.with_untracked(|key| read_form(&base_url, key, &workspace)) {
            Ok(connection) => {
                let link = Link {
                    connection,
                    streaming: streaming.get_untracked(),
                    is_demo: false,
                };
                check(link, Busy::Connecting);
            }
            Err(problem) => error.set(Some(problem)),
        }
    };
    let on_demo = move || {
        if busy.get_untracked() != Busy::No {
            return;
        }
        let demo = app
            .config
            .with_untracked(|c| c.demo.clone())
            .unwrap_or_else(location::origin);
        // A demo server elsewhere accepts any key; its own origin needs none.
        let is_here = BaseUrl::parse(&demo).is_ok_and(|base| base.origin() == location::origin());
        match read_form(&demo, if is_here { "" } else { "demo" }, "") {
            Ok(connection) => {
                check(
                    Link {
                        connection,
                        streaming: streaming.get_untracked(),
                        is_demo: true,
                    },
                    Busy::Demo,
                );
            }
            Err(problem) => error.set(Some(problem)),
        }
    };
    let target = move || {
        BaseUrl::parse(&base_url.get()).ok().map(|base| {
            if base.origin() == location::origin() && key.with(|key| key.is_empty()) {
                format!("No key: a gateway at {} must add it.", base.host())
            } else {
                format!("The key goes to {} only, and stays in this tab.", base.host())
            }
        })
    };

    if let Some(link) = connection::take_waiting() {
        let connection = &link.connection;
        if !link.is_demo {
            base_url.set(connection.base().to_string());
            key.set(connection.credential().expose().unwrap_or_default().into());
            workspace.set(connection.workspace_id().unwrap_or_default().to_owned());
            streaming.set(link.streaming);
        }
        let what = if link.is_demo {
            Busy::Demo
        } else {
            Busy::Connecting
        };
        check(link, what);
    }

    let warning = from_link.map(|host| {
        el("p.note").with((
            "This link suggests the API at ",
            el("strong").with(host),
            ". Enter a key only if you trust it.",
        ))
    });
    let own_key = el("form.card")
        .attr("aria-labelledby", "own-key")
        .on_submit(on_submit)
        .with((
            el("h2").attr("id", "own-key").with("With your key"),
            warning,
            text_field(
                "API base URL",
                base_url,
                &[
                    ("type", "text"),
                    ("inputmode", "url"),
                    ("autocomplete", "url"),
                    ("spellcheck", "false"),
                    ("autocapitalize", "off"),
                ],
            ),
            secret_field(
                "API key",
                key,
                &[("autocomplete", "off"), ("spellcheck", "false")],
            ),
            el("p.hint").with(target),
            text_field(
                "Workspace ID",
                workspace,
                &[
                    ("type", "text"),
                    ("autocomplete", "off"),
                    ("spellcheck", "false"),
                    ("placeholder", "only if the key needs it"),
                ],
            ),
            labelled("Streaming", streaming_picker(streaming)),
            submit_button(
                "primary",
                move || match busy.get() {
                    Busy::Connecting => "Connecting…",
                    _ => "Connect",
                },
                move || busy.get() != Busy::No,
            ),
        ));
    let demo = el("div.card.demo-card").with((
        el("h2").with("Without a key"),
        el("p").with(
            "The demo plays scripted agents: tools, streaming answers, approvals, interruptions and a session \
             with 10,000 events. Nothing leaves this machine.",
        ),
        action_button(
            "primary",
            move || match busy.get() {
                Busy::Demo => "Starting the demo…",
                _ => "Try the demo",
            },
            move || busy.get() != Busy::No,
            on_demo,
        ),
    ));
    el("section.page.connect").with((
        el("h1").with("Connect to Claude Managed Agents"),
        el("p.lead")
            .with("Create sessions, send events and watch every event arrive, straight from the browser."),
        (!location::is_secure()).then(unprotected),
        el("div.connect-ways").with((own_key, demo)),
        error_alert(move || error.get()),
    ))
}

/// The page itself came over plain http from another machine.
fn unprotected() -> El {
    el("p.note").with(
        "This page was opened over plain http. Whoever is on the way between you and its server can change it and read \
         a key that is typed here. Open it over https.",
    )
}

fn streaming_picker(streaming: RwSignal<Streaming>) -> El {
    el("select")
        .on_value("change", move |name| streaming.set(Streaming::from_name(&name)))
        .each(Streaming::ALL.map(|mode| {
            el("option")
                .attr("value", mode.name())
                .flag("selected", move || streaming.get() == mode)
                .with(mode.label())
        }))
}

/// What the form starts with, and the host to name if a link chose it.
fn suggested_base_url(app: AppState) -> (String, Option<String>) {
    let in_route = app.route.with_untracked(|route| match route {
        Route::Connect { base_url } => base_url.clone(),
        _ => None,
    });
    let from_link = in_route.or_else(|| query_param(&location::search(), "baseUrl"));
    if let Some(url) = from_link {
        let host = BaseUrl::parse(&url).map(|base| base.host().to_owned()).ok();
        return (url, host);
    }
    let configured = app.config.with_untracked(|c| c.base_url.clone());
    (configured.unwrap_or_else(|| BaseUrl::DEFAULT.to_owned()), None)
}

fn read_form(base_url: &str, key: &str, workspace: &str) -> Result<Connection, ApiError> {
    let none = Credential::None;
    let base = BaseUrl::parse(base_url)
        .map_err(|e| ApiError::without_response(Step::Address, e.to_string(), &none))?;
    let credential = Credential::parse(key)
        .map_err(|e| ApiError::without_response(Step::Authentication, e.to_string(), &none))?;
    let workspace = WorkspaceId::parse(workspace)
        .map_err(|e| ApiError::without_response(Step::Request, e.to_string(), &none))?;
    if credential.is_none() && base.origin() != location::origin() {
        let message = "Enter an API key. Without one, only a gateway on this page's own origin can be used.";
        return Err(ApiError::without_response(Step::Authentication, message, &none));
    }
    Ok(Connection::new(base, credential, workspace))
}
