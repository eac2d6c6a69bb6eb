//! What is typed into the form, and the session that it asks for.

use std::collections::BTreeMap;

use playground_core::protocol::{
    AgentParam, AgentReference, Budget, InputEvent, RawJson, ResourceParam, SessionCreate,
};

use crate::signals::RwSignal;

/// What was typed, as text.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) agent: RwSignal<String>,
    pub(super) version: RwSignal<String>,
    pub(super) environment: RwSignal<String>,
    pub(super) vaults: RwSignal<String>,
    pub(super) title: RwSignal<String>,
    pub(super) metadata: RwSignal<String>,
    pub(super) resources: RwSignal<String>,
    pub(super) budget: RwSignal<String>,
    pub(super) message: RwSignal<String>,
}

impl Form {
    pub(super) fn new() -> Self {
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
    pub(super) fn read(&self) -> Result<SessionCreate, String> {
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

pub(super) fn split_list(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn toggle(text: &mut String, id: &str) {
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
