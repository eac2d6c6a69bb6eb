//! The form for a new session, with the request as it is being built.

use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use playground_core::api::{
    ApiError, ApiRequest, Connection, Credential, Cursor, Next, Pager, Step, endpoints,
};
use playground_core::payload::indented;
use playground_core::protocol::{
    AgentParam, AgentReference, Budget, Created, Element, InputEvent, Kept, Listed, Page, RawJson,
    ResourceParam, SessionCreate,
};
use playground_core::route::Route;

use super::kit::controls::{
    button, labelled, plain_button, submit_button, text_area, text_field, typed_into,
};
use super::kit::{
    El, Nodes, ScreenTasks, copy_button, dynamic, effect, either, el, error_alert, memo, raw_text,
};
use crate::platform::fetch;
use crate::platform::timer::sleep;
use crate::signals::{RwSignal, StoredValue};
use crate::state::app_state::AppState;
use crate::state::drafts::{self, First};

/// What was typed, as text.
#[derive(Clone, Copy)]
struct Form {
    agent: RwSignal<String>,
    version: RwSignal<String>,
    environment: RwSignal<String>,
    vaults: RwSignal<String>,
    title: RwSignal<String>,
    metadata: RwSignal<String>,
    resources: RwSignal<String>,
    budget: RwSignal<String>,
    message: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            agent: text(),
            version: text(),
            environment: text(),
            vaults: text(),
            title: text(),
            metadata: text(),
            resources: text(),
            budget: text(),
            message: text(),
        }
    }

    /// Reads the form. Errors name the field and what to type.
    fn read(&self) -> Result<SessionCreate, String> {
        let agent = self.agent.get().trim().to_owned();
        if agent.is_empty() {
            return Err("Choose an agent or paste its ID.".into());
        }
        let environment = self.environment.get().trim().to_owned();
        if environment.is_empty() {
            return Err("Choose an environment or paste its ID.".into());
        }
        let agent = match self.version.get().trim() {
            "" => AgentParam::Id(agent),
            text => match text.parse::<u64>() {
                Ok(version) if version >= 1 => AgentParam::Reference(AgentReference {
                    id: agent,
                    version: Some(version),
                }),
                _ => {
                    return Err(
                        "The agent version is a whole number from 1 on; leave it empty for the latest."
                            .into(),
                    );
                }
            },
        };
        let mut create = SessionCreate::new(agent, environment);
        create.vault_ids = split_list(&self.vaults.get());
        create.title = Some(self.title.get().trim().to_owned()).filter(|t| !t.is_empty());
        create.metadata = read_metadata(&self.metadata.get())?;
        create.resources = read_resources(&self.resources.get())?;
        create.budget = read_budget(&self.budget.get())?;
        let message = self.message.get();
        if !message.trim().is_empty() {
            create.initial_events = vec![InputEvent::message(message)];
        }
        Ok(create)
    }
}

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

/// Something to choose from a list, of whatever type the API calls it.
struct Choice {
    id: String,
    label: String,
    version: Option<u64>,
    is_archived: bool,
}

/// A list for a picker.
enum Listing {
    Loading,
    Loaded(Loaded),
    Refused(ApiError),
}

/// What is listed so far.
#[derive(Default)]
struct Loaded {
    choices: Vec<Choice>,
    /// The texts of what cannot be read.
    unreadable: Vec<Box<str>>,
    end: End,
}

/// How the list goes on.
#[derive(Default)]
enum End {
    /// More pages are on their way.
    #[default]
    Open,
    All,
    /// There are many more, for who wants them.
    Enough(Pages),
    /// The server names ever more pages that bring nothing.
    Stuck,
    /// A page behind the first did not arrive.
    Broken(ApiError, Pages),
}

impl Listing {
    fn all(&self) -> &[Choice] {
        match self {
            Self::Loaded(loaded) => &loaded.choices,
            Self::Loading | Self::Refused(_) => &[],
        }
    }

    fn unreadable(&self) -> &[Box<str>] {
        match self {
            Self::Loaded(loaded) => &loaded.unreadable,
            Self::Loading | Self::Refused(_) => &[],
        }
    }

    fn offered(&self) -> impl Iterator<Item = &Choice> {
        self.all().iter().filter(|choice| !choice.is_archived)
    }

    /// Adds what a page brought.
    fn add(&mut self, elements: Vec<Element<Kept<Listed>>>) {
        if !matches!(self, Self::Loaded(_)) {
            *self = Self::Loaded(Loaded::default());
        }
        if let Self::Loaded(loaded) = self {
            for element in elements {
                match element {
                    Element::Object(object) => loaded.choices.push(choice(object.get())),
                    Element::Unreadable(text) => loaded.unreadable.push(text.raw),
                }
            }
            loaded.end = End::Open;
        }
    }

    fn end_with(&mut self, end: End) {
        match (self, end) {
            (Self::Loaded(loaded), end) => loaded.end = end,
            (listing, End::Broken(error, _)) => *listing = Self::Refused(error),
            _ => {}
        }
    }

    /// What is asked for next, if somebody has to want it.
    fn take_pages(&mut self) -> Option<Pages> {
        let Self::Loaded(Loaded { end, .. }) = self else {
            return None;
        };
        match std::mem::take(end) {
            End::Enough(pages) | End::Broken(_, pages) => Some(pages),
            other => {
                *end = other;
                None
            }
        }
    }
}

/// Makes the request for the page of a cursor.
type PageRequest = fn(Option<&Cursor>) -> ApiRequest;

/// A list that is read page by page.
struct Pages {
    request: PageRequest,
    pager: Pager,
    from: Option<Cursor>,
}

impl Pages {
    fn of(request: PageRequest) -> Self {
        Self {
            request,
            pager: Pager::new(MOST_PAGES),
            from: None,
        }
    }
}

/// Pages that a picker asks for by itself.
const MOST_PAGES: u32 = 50;

async fn load_list(connection: Connection, mut pages: Pages, into: RwSignal<Listing>) {
    let end = loop {
        let request = (pages.request)(pages.from.as_ref());
        let mut page = match fetch::call::<Page<Element<Kept<Listed>>>>(&connection, &request).await {
            Ok(page) => page,
            Err(error) => break End::Broken(error, pages),
        };
        let next = pages.pager.turn(&mut page, id_of);
        if into.try_update(|listing| listing.add(page.data)).is_none() {
            return;
        }
        match next {
            Next::Page(cursor, pause) => {
                pages.from = Some(cursor);
                if pause > 0.0 {
                    sleep(pause).await;
                }
            }
            Next::Enough(cursor) => {
                pages.from = Some(cursor);
                break End::Enough(pages);
            }
            Next::Done => break End::All,
            Next::Stuck => break End::Stuck,
        }
    };
    let _ = into.try_update(|listing| listing.end_with(end));
}

fn id_of(element: &Element<Kept<Listed>>) -> Option<&str> {
    match element {
        Element::Object(object) => Some(&object.id),
        Element::Unreadable(text) => text.id.as_deref(),
    }
}

/// Says that a list is not complete, and offers the rest.
fn shortened(listing: RwSignal<Listing>, load_more: impl Fn(Pages) + 'static) -> Option<El> {
    let words = listing.with(|listing| match listing {
        Listing::Loaded(Loaded { choices, end, .. }) => match end {
            End::Enough(_) => Some((format!("The first {} are listed.", choices.len()), true)),
            End::Broken(error, _) => Some((format!("The list is not complete ({}).", error.title()), true)),
            End::Stuck => Some((
                "The server does not say where the list ends. Paste an ID if yours is missing.".to_owned(),
                false,
            )),
            End::Open | End::All => None,
        },
        _ => None,
    });
    let (words, has_more) = words?;
    let more = move || {
        if let Some(mut pages) = listing.try_update(Listing::take_pages).flatten() {
            pages.pager.go_on();
            load_more(pages);
        }
    };
    Some(el("p.hint").with((words, " ", has_more.then(|| button("quiet", "Load more", more)))))
}

fn choice(object: &Listed) -> Choice {
    let names = [&object.name, &object.display_name, &object.id];
    let name = names.into_iter().find(|name| !name.is_empty());
    let name = name.cloned().unwrap_or_default();
    let label = match &object.model {
        Some(model) if !model.id.is_empty() => format!("{name} · {}", model.id),
        _ => name,
    };
    Choice {
        id: object.id.clone(),
        label,
        version: object.version,
        is_archived: object.archived_at.is_some(),
    }
}

/// Chooses from a list, or takes a pasted ID where the list is not available or too short.
#[component]
fn Picker(
    label: &'static str,
    listing: RwSignal<Listing>,
    value: RwSignal<String>,
    load_more: Box<dyn Fn(Pages)>,
) -> El {
    let load_more: Rc<dyn Fn(Pages)> = load_more.into();
    const PASTE: &str = "paste";
    let pasting = RwSignal::new(false);
    let by_hand = move || pasting.get() || listing.with(|l| matches!(l, Listing::Refused(_)));
    let why = move || {
        listing.with(|l| match l {
            Listing::Refused(error) => Some(format!(
                "The list is not available ({}). Paste an ID.",
                error.title()
            )),
            _ => None,
        })
    };
    let option = |value: &str, label: &str| el("option").attr("value", value).with(label);
    let options = move || {
        listing.with(|l| match l {
            Listing::Loading => vec![option("", "Loading…")],
            Listing::Refused(_) => Vec::new(),
            Listing::Loaded(Loaded { choices, .. }) => {
                let none = choices.is_empty().then(|| option("", "None found"));
                let offered = l.offered().map(|choice| {
                    let id = choice.id.clone();
                    option(&id, &choice.label).flag("selected", move || value.with(|v| *v == id))
                });
                let by_hand = [option(PASTE, "Paste an ID…")];
                none.into_iter().chain(offered).chain(by_hand).collect()
            }
        })
    };
    let on_choice = move |chosen: String| {
        if chosen == PASTE {
            value.set(String::new());
            pasting.set(true);
        } else {
            value.set(chosen);
        }
    };
    let id_field = move || {
        text_field(
            label,
            value,
            &[
                ("type", "text"),
                ("role", "combobox"),
                ("aria-expanded", "false"),
                ("aria-autocomplete", "none"),
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("placeholder", "ID"),
            ],
        )
    };
    let list_field = move || {
        let list = el("select").on_value("change", on_choice).with(dynamic(options));
        labelled(label, list)
    };
    el("div.picker").with((
        either(by_hand, id_field, list_field),
        dynamic(move || why().map(|text| el("p.hint").with(text))),
        dynamic(move || {
            let load_more = load_more.clone();
            shortened(listing, move |pages| load_more(pages))
        }),
        dynamic(move || listing.with(|l| raw_texts(l.unreadable()))),
    ))
}

/// What of a list cannot be chosen because it cannot be read.
fn raw_texts(texts: &[Box<str>]) -> Vec<El> {
    texts
        .iter()
        .map(|raw| raw_text("1 entry of the list cannot be read", raw))
        .collect()
}

fn split_list(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

fn toggle(text: &mut String, id: &str) {
    let mut ids = split_list(text);
    match ids.iter().position(|known| known == id) {
        Some(position) => {
            ids.remove(position);
        }
        None => ids.push(id.to_owned()),
    }
    *text = ids.join(", ");
}

fn read_metadata(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut metadata = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                metadata.insert(key.trim().to_owned(), value.trim().to_owned());
            }
            _ => return Err(format!("Metadata: write “{line}” as key=value.")),
        }
    }
    Ok(metadata)
}

/// Lines of JSON, sent as they are: the server knows more forms of resources than this page.
fn read_resources(text: &str) -> Result<Vec<ResourceParam>, String> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            RawJson::parse(line)
                .map(ResourceParam::Unknown)
                .map_err(|e| format!("Resources: each line is one JSON object; {e}."))
        })
        .collect()
}

fn read_budget(text: &str) -> Result<Option<Budget>, String> {
    let text = text.trim().trim_start_matches('$');
    if text.is_empty() {
        return Ok(None);
    }
    let problem = || {
        "The budget is a positive amount in dollars with at most two decimals, for example 2.50.".to_owned()
    };
    let (dollars, cents) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if dollars.is_empty() || !digits(dollars) || !digits(cents) || cents.len() > 2 {
        return Err(problem());
    }
    let cents: i64 = format!("{dollars}{cents:0<2}").parse().map_err(|_| problem())?;
    if cents == 0 {
        return Err(problem());
    }
    Ok(Some(Budget::usd(cents)))
}
