//! The session's own search. The browser's finds only what is on the page, and of a long session that is a small part.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use playground_core::session::{Changes, Query, Row, Search, Timeline, View};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::SessionContext;
use crate::platform::frame::FrameTask;
use crate::platform::highlight::Highlighter;
use crate::platform::listener::Listener;
use crate::platform::{clock, window};
use crate::signals::{RwSignal, StoredValue};
use crate::ui::kit::controls::{plain_button, typed_into};
use crate::ui::kit::{El, Nodes, effect, el, when};

/// How long one look at the events may take, in milliseconds; a frame has 16.
const SLICE_MS: f64 = 8.0;

/// What is searched for, and how far that is.
pub(super) struct Finder {
    context: SessionContext,
    view: RwSignal<View>,
    is_open: RwSignal<bool>,
    text: RwSignal<String>,
    status: RwSignal<String>,
    search: RefCell<Option<Search>>,
    /// Whether there is a current match, or was none to be had.
    has_begun: Cell<bool>,
    frame: RefCell<Option<FrameTask>>,
    /// Marks the words in the rows while the bar is there.
    marks: RefCell<Option<Highlighter>>,
    /// Where the focus was before.
    left: RefCell<Option<HtmlElement>>,
}

/// The finder of the session on the screen.
pub(super) type SharedFinder = StoredValue<Rc<Finder>>;

impl Finder {
    /// A finder that looks for nothing yet. It follows the text that is typed and the view that is shown.
    pub(super) fn shared(context: SessionContext, view: RwSignal<View>) -> SharedFinder {
        let finder = Rc::new(Self {
            context,
            view,
            is_open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            status: RwSignal::new(String::new()),
            search: RefCell::new(None),
            has_begun: Cell::new(false),
            frame: RefCell::new(None),
            marks: RefCell::new(None),
            left: RefCell::new(None),
        });
        let weak = Rc::downgrade(&finder);
        *finder.frame.borrow_mut() = Some(FrameTask::new(move || {
            weak.upgrade().inspect(|finder| finder.look());
        }));
        let weak = Rc::downgrade(&finder);
        context.open().on_commit(move |timeline, changes| {
            weak.upgrade()
                .inspect(|finder| finder.committed(timeline, changes))
                .is_some()
        });
        let weak = Rc::downgrade(&finder);
        effect(move || {
            let query = Query::new(&weak.upgrade().map(|finder| finder.text.get()).unwrap_or_default());
            weak.upgrade().inspect(|finder| finder.begin(query));
        });
        let weak = Rc::downgrade(&finder);
        effect(move || {
            weak.upgrade().inspect(|finder| finder.show_in(finder.view.get()));
        });
        let weak = Rc::downgrade(&finder);
        // Ends with the screen.
        StoredValue::new(Listener::on_window("keydown", move |event| {
            open_by_key(&weak, &event);
        }));
        StoredValue::new(finder)
    }

    fn open(&self) {
        if self.is_open.get_untracked() {
            if let Some(field) = first(".search-bar input") {
                let _ = field.focus();
            }
            return;
        }
        *self.left.borrow_mut() = focused().and_then(|focused| focused.dyn_into().ok());
        self.is_open.set(true);
        let text = self.text;
        let words = move || text.try_get_untracked().unwrap_or_default();
        *self.marks.borrow_mut() = first("#timeline-panel").and_then(|panel| Highlighter::new(panel, words));
        self.begin(Query::new(&self.text.get_untracked()));
    }

    fn close(&self) {
        self.is_open.set(false);
        self.marks.take();
        self.begin(None);
        // The row that had the focus may be far away, and no longer drawn.
        let left = self.left.take().filter(|left| left.is_connected());
        let left = left.filter(|left| left.tag_name() != "BODY");
        if let Some(back) = left.or_else(|| first(".timeline")) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = back.focus_with_options(&options);
        }
    }

    fn begin(&self, query: Option<Query>) {
        let view = self.view.get_untracked();
        *self.search.borrow_mut() = query.map(|query| Search::new(query, view));
        self.has_begun.set(false);
        if let Some(marks) = &*self.marks.borrow() {
            marks.request();
        }
        self.look();
    }

    fn show_in(&self, view: View) {
        self.with(|search, _| search.show_in(view));
        self.has_begun.set(false);
        self.look();
    }

    fn committed(&self, timeline: &Timeline, changes: &Changes) {
        if let Some(search) = &mut *self.search.borrow_mut() {
            search.committed(timeline, changes);
            // Not now: the frame that brought the events has enough to do.
            if let Some(frame) = &*self.frame.borrow() {
                frame.request();
            }
        }
    }

    /// Looks at events for a while, and goes on in the next frame.
    fn look(&self) {
        let start = clock::now_ms();
        let is_done = self.with(|search, timeline| {
            let is_done = search.look(timeline, || clock::now_ms() - start < SLICE_MS);
            if is_done && !self.has_begun.replace(true) {
                search.begin(timeline, self.context.top.get_value());
            }
            is_done
        });
        if is_done == Some(false)
            && let Some(frame) = &*self.frame.borrow()
        {
            frame.request();
        }
        self.tell();
    }

    fn step(&self, is_forward: bool) {
        if !self.has_begun.get() {
            return;
        }
        self.with(|search, timeline| search.step(timeline, is_forward));
        self.tell();
    }

    /// Says how many matches there are, and marks the current one.
    fn tell(&self) {
        let told = self.with(|search, timeline| {
            let current = search.current(timeline);
            let id = current.and_then(|(row, _)| match row {
                Row::Event(slot) => timeline.log().event(slot).id().map(ToString::to_string),
                _ => None,
            });
            let mut words = match (search.is_done(timeline), search.count(), current) {
                (false, ..) if !self.has_begun.get() => {
                    // In steps, because a screen reader reads out every one.
                    format!("Searching… {} %", search.percent(timeline) / 20 * 20)
                }
                (_, 0, _) => "No matches".to_owned(),
                (_, count, Some((_, place))) => format!("{} of {count}", place + 1),
                (_, 1, None) => "1 match".to_owned(),
                (_, count, None) => format!("{count} matches"),
            };
            if search.hidden() > 0 && self.has_begun.get() {
                words.push_str(&format!(" · {} more in Events", search.hidden()));
            }
            (words, id)
        });
        let (words, id) = told.unwrap_or_default();
        if self.status.with_untracked(|old| *old != words) {
            self.status.set(words);
        }
        if self.context.marked.with_untracked(|old| *old != id) {
            self.context.marked.set(id);
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Search, &Timeline) -> T) -> Option<T> {
        let mut search = self.search.borrow_mut();
        let search = search.as_mut()?;
        self.context.read(|timeline| work(search, timeline))
    }
}

/// `/` opens the search, unless it is typed into something.
fn open_by_key(finder: &Weak<Finder>, event: &Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    let is_taken = event.default_prevented() || key.ctrl_key() || key.meta_key() || key.alt_key();
    if key.key() != "/" || is_taken {
        return;
    }
    let is_typing = focused().is_some_and(|focused| focused.matches("input, textarea, select") == Ok(true));
    if !is_typing
        && first("dialog[open]").is_none()
        && let Some(finder) = finder.upgrade()
    {
        event.prevent_default();
        finder.open();
    }
}

fn focused() -> Option<Element> {
    window().document()?.active_element()
}

fn first(selector: &str) -> Option<HtmlElement> {
    let found = window().document()?.query_selector(selector).ok()??;
    found.dyn_into().ok()
}

/// While an input method composes, keys are its own; some browsers report them as key code 229.
fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Opens and closes the search.
pub(super) fn search_button(finder: SharedFinder) -> El {
    let is_open = finder.with_value(|finder| finder.is_open);
    plain_button("quiet small")
        .attrs(&[("title", "Search the events ( / )"), ("aria-keyshortcuts", "/")])
        .bind("aria-expanded", move || is_open.get())
        .with("Search")
        .on_press(move || {
            let toggle = |finder: &Rc<Finder>| {
                if is_open.get_untracked() {
                    finder.close()
                } else {
                    finder.open()
                }
            };
            finder.try_with_value(toggle);
        })
}

/// The bar above the timeline while the search is open.
pub(super) fn search_bar(finder: SharedFinder) -> Nodes {
    let is_open = finder.with_value(|finder| finder.is_open);
    when(move || is_open.get(), move || bar(finder))
}

fn bar(finder: SharedFinder) -> El {
    let (text, status) = finder.with_value(|finder| (finder.text, finder.status));
    let field = el("input").attrs(&[
        ("type", "search"),
        ("aria-label", "Search events"),
        ("placeholder", "Search events"),
        ("autocomplete", "off"),
        ("spellcheck", "false"),
    ]);
    let field = typed_into(field, text).on_key(move |event| {
        if event.key() == "Enter" && !is_composing(&event) {
            event.prevent_default();
            finder.try_with_value(|finder| finder.step(!event.shift_key()));
        }
    });
    let input: HtmlInputElement = field.element();
    effect(move || {
        let _ = input.focus();
        input.select();
    });
    let press = move |label: &str, sign: &str, run: fn(&Finder)| {
        plain_button("quiet small")
            .attrs(&[("aria-label", label), ("title", label)])
            .with(sign)
            .on_press(move || {
                finder.try_with_value(|finder| run(finder));
            })
    };
    el("div.search-bar")
        .attrs(&[("role", "search"), ("aria-label", "Events")])
        .on_key(move |event| {
            if event.key() == "Escape" && !is_composing(&event) {
                event.prevent_default();
                finder.try_with_value(|finder| finder.close());
            }
        })
        .with((
            field,
            el("span.search-status.number")
                .attrs(&[("role", "status"), ("aria-label", "Search results")])
                .with(move || status.get()),
            press("Previous match", "↑", |finder| finder.step(false)),
            press("Next match", "↓", |finder| finder.step(true)),
            press("Close search", "×", Finder::close),
        ))
}
