//! The lists that a session is put together from, read page by page.

use playground_core::api::{ApiError, ApiRequest, Connection, Cursor, Next, Pager};
use playground_core::protocol::{Element, Kept, Listed, Page};

use crate::platform::fetch;
use crate::platform::timer::sleep;
use crate::signals::RwSignal;

/// Something to choose from a list, of whatever type the API calls it.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) version: Option<u64>,
    is_archived: bool,
}

/// A list for a picker.
pub(super) enum Listing {
    Loading,
    Loaded(Loaded),
    Refused(ApiError),
}

/// What is listed so far.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) choices: Vec<Choice>,
    /// The texts of what cannot be read.
    unreadable: Vec<Box<str>>,
    pub(super) end: End,
}

/// How the list goes on.
#[derive(Default)]
pub(super) enum End {
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
    pub(super) fn all(&self) -> &[Choice] {
        match self {
            Self::Loaded(loaded) => &loaded.choices,
            Self::Loading | Self::Refused(_) => &[],
        }
    }

    pub(super) fn unreadable(&self) -> &[Box<str>] {
        match self {
            Self::Loaded(loaded) => &loaded.unreadable,
            Self::Loading | Self::Refused(_) => &[],
        }
    }

    pub(super) fn offered(&self) -> impl Iterator<Item = &Choice> {
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
    pub(super) fn take_pages(&mut self) -> Option<Pages> {
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
pub(super) type PageRequest = fn(Option<&Cursor>) -> ApiRequest;

/// A list that is read page by page.
pub(super) struct Pages {
    request: PageRequest,
    pub(super) pager: Pager,
    from: Option<Cursor>,
}

impl Pages {
    pub(super) fn of(request: PageRequest) -> Self {
        Self {
            request,
            pager: Pager::new(MOST_PAGES),
            from: None,
        }
    }
}

/// Pages that a picker asks for by itself.
const MOST_PAGES: u32 = 50;

/// Reads a list, or the rest of one.
pub(super) async fn load_list(connection: Connection, mut pages: Pages, into: RwSignal<Listing>) {
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
