//! The form for a new session, with the request as it is being built.

mod form;
mod listing;
mod picker;

use leptos::prelude::*;
use playground_core::api::{ApiError, Credential, Step, endpoints};
use playground_core::payload::indented;
use playground_core::protocol::Created;
use playground_core::route::Route;

use self::form::{Form, split_list, toggle};
use self::listing::{Choice, Listing, PageRequest, Pages, load_list};
use self::picker::{Picker, PickerProps, shortened};
use super::kit::controls::{labelled, plain_button, submit_button, text_area, text_field, typed_into};
use super::kit::{El, Nodes, ScreenTasks, copy_button, dynamic, effect, el, error_alert, memo};
use crate::platform::fetch;
use crate::signals::{RwSignal, StoredValue};
use crate::state::app_state::AppState;
use crate::state::drafts::{self, First};

/// Agent, environment, vaults and the rest of a new session.
#[component]
pub fn NewSessionScreen() -> Nodes {
    let app = expect_context::<AppState>();
    let Some(link) = app.link.get_untracked() else {
        return Nodes::of(());
    };
    let connection = StoredValue::new(link.connection);
    let tasks = ScreenTasks::new();
    let form = Form::new();
    let creating = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);

    let [agents, environments, vaults] = [(); 3].map(|()| RwSignal::new(Listing::Loading));
    let lists: [(_, PageRequest); 3] = [
        (agents, endpoints::list_agents),
        (environments, endpoints::list_environments),
        (vaults, endpoints::list_vaults),
    ];
    let load = move |listing, pages| tasks.spawn(load_list(connection.get_value(), pages, listing));
    for (listing, page_request) in lists {
        load(listing, Pages::of(page_request));
    }
    for (listing, chosen) in [(agents, form.agent), (environments, form.environment)] {
        effect(move || {
            listing.with(|listing| {
                if chosen.with_untracked(String::is_empty)
                    && let Some(first) = listing.offered().next()
                {
                    chosen.set(first.id.clone());
                }
            });
        });
    }

    let on_submit = move || {
        if creating.get_untracked() {
            return;
        }
        let create = match untrack(|| form.read()) {
            Ok(create) => create,
            Err(problem) => {
                error.set(Some(ApiError::without_response(
                    Step::Request,
                    problem,
                    &Credential::None,
                )));
                return;
            }
        };
        creating.set(true);
        error.set(None);
        let body = serde_json::to_string(&create).unwrap_or_default();
        let message = form.message.get_untracked();
        tasks.spawn(async move {
            let request = endpoints::create_session(body);
            // Whatever else the answer says: with an id there is a session.
            let answer = fetch::call::<Created>(&connection.get_value(), &request).await;
            creating.set(false);
            match answer {
                Ok(session) => {
                    // Some servers create the session and leave the message out.
                    let first = First {
                        text: message,
                        is_draft: false,
                    };
                    drafts::set_first(&session.id, Some(&first).filter(|first| !first.text.trim().is_empty()));
                    app.go(&Route::session(session.id));
                }
                Err(mut failed) => {
                    if failed.outcome_unknown {
                        failed.message.push_str(
                            " The session may have been created all the same: look at the list before you try again.",
                        );
                    }
                    error.set(Some(failed));
                }
            }
        });
    };
    let version_hint = memo(move || {
        agents.with(|listing| {
            let chosen = listing.all().iter().find(|a| form.agent.with(|id| *id == a.id));
            match chosen.and_then(|a| a.version) {
                Some(version) => format!("latest ({version})"),
                None => "latest".to_owned(),
            }
        })
    });
    let preview = memo(move || match form.read() {
        Ok(create) => indented(&serde_json::to_string(&create).unwrap_or_default()),
        Err(missing) => missing,
    });

    let version = el("input")
        .attrs(&[
            ("type", "number"),
            ("min", "1"),
            ("step", "1"),
            ("inputmode", "numeric"),
        ])
        .bind("placeholder", move || version_hint.get());
    let agent_picker = Picker(PickerProps {
        label: "Agent",
        listing: agents,
        value: form.agent,
        load_more: Box::new(move |pages| load(agents, pages)),
    });
    let environment_picker = Picker(PickerProps {
        label: "Environment",
        listing: environments,
        value: form.environment,
        load_more: Box::new(move |pages| load(environments, pages)),
    });
    let fields = el("form.card").on_submit(on_submit).with((
        el("div.field-pair.wide-first").with((
            agent_picker,
            labelled("Agent version", typed_into(version, form.version)),
        )),
        environment_picker,
        text_field(
            "Title",
            form.title,
            &[
                ("type", "text"),
                ("maxlength", "500"),
                ("placeholder", "optional"),
            ],
        ),
        text_area(
            "First message",
            form.message,
            &[
                ("rows", "4"),
                (
                    "placeholder",
                    "Sent with the request; the session then starts at once. Leave empty to start later.",
                ),
            ],
        ),
        text_field(
            "Vault IDs",
            form.vaults,
            &[
                ("type", "text"),
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("placeholder", "vlt_…, separated by commas"),
            ],
        ),
        el("div.chips").with(dynamic(move || vault_chips(vaults, form.vaults))),
        dynamic(move || shortened(vaults, move |pages| load(vaults, pages))),
        more_fields(form),
        error_alert(move || error.get()),
        el("div.form-end").with((
            el("a.button.quiet")
                .attr("href", &Route::Sessions.to_hash())
                .with("Back to sessions"),
            submit_button(
                "primary",
                move || {
                    if creating.get() {
                        "Creating…"
                    } else {
                        "Create session"
                    }
                },
                move || creating.get(),
            ),
        )),
    ));
    let request = el("aside.card.request").attr("aria-label", "Request").with((
        el("div.request-head").with((
            el("h2").with(el("code").with("POST /v1/sessions")),
            copy_button("request body", move || preview.get_untracked()),
        )),
        el("pre")
            .attr("tabindex", "0")
            .with(el("code").with(move || preview.get())),
    ));
    el("section.page.new-session")
        .with((
            el("div.page-head").with(el("h1").with("New session")),
            el("div.form-and-preview").with((fields, request)),
        ))
        .nodes()
}

/// One press per vault, instead of typing its ID.
fn vault_chips(vaults: RwSignal<Listing>, chosen: RwSignal<String>) -> Vec<El> {
    let chip = |vault: &Choice| {
        let id = vault.id.clone();
        let pressed_id = id.clone();
        plain_button("chip")
            .bind("aria-pressed", move || {
                chosen.with(|text| split_list(text).contains(&pressed_id))
            })
            .on_press(move || chosen.update(|text| toggle(text, &id)))
            .with(vault.label.as_str())
    };
    vaults.with(|listing| listing.offered().map(chip).collect())
}

/// What few sessions need.
fn more_fields(form: Form) -> El {
    el("details.more").with((
        el("summary").with("Metadata, resources, budget"),
        text_area(
            "Metadata",
            form.metadata,
            &[
                ("rows", "2"),
                ("spellcheck", "false"),
                ("placeholder", "one key=value per line"),
            ],
        ),
        text_area(
            "Resources",
            form.resources,
            &[
                ("rows", "2"),
                ("spellcheck", "false"),
                (
                    "placeholder",
                    r#"JSON objects, one per line: {"type":"file","file_id":"file_…"}"#,
                ),
            ],
        ),
        text_field(
            "Budget in US dollars",
            form.budget,
            &[
                ("type", "text"),
                ("inputmode", "decimal"),
                ("placeholder", "no limit"),
            ],
        ),
    ))
}
