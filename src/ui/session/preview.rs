//! Text while it streams in: finished blocks keep their nodes, only what may still change is made anew. When the event is
//! complete, the row goes on as that of the event, with the nodes that it has.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use playground_core::markdown::{Block, StreamingMarkdown};
use playground_core::protocol::{ContentBlock, Event, EventBody, EventType};
use playground_core::session::{Preview, PreviewId, Row, Timeline, View};
use web_sys::{HtmlElement, Node};

use super::drawn_row::row_content;
use super::row::inspect_button;
use super::slots::RowSignals;
use super::{SessionContext, growth};
use crate::platform::alarm::Alarm;
use crate::platform::clock;
use crate::signals::{RcRwSignal, RwSignal};
use crate::ui::kit::{Nodes, block, copy_mark, effect, either, el, px, remove, shape, when};

/// Marks the block in which text is being written.
const CARET: &str = "data-caret";

/// Marks a group of blocks that may still change.
const OPEN: &str = "data-open";

/// Bytes of an unfinished block for which the page waits one millisecond between two updates.
const BYTES_PER_MS: f64 = 1_000.0;

/// Finished blocks that the browser need not look at while they are out of view. With each block on its own it would look
/// at all of them for every frame.
const TOGETHER: usize = 24;

/// A pause that nobody could see.
const A_FRAME_MS: f64 = 16.0;

/// What the row of a preview shows.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// No text yet.
    Thinking,
    /// Text that grows.
    Writing,
    /// The text of the event, in the nodes in which it grew.
    Written,
    /// The event as any other.
    Replaced,
}

/// The row of an open preview.
#[component]
pub(super) fn PreviewRow(number: PreviewId, signals: RowSignals) -> Nodes {
    let context = expect_context::<SessionContext>();
    let text = Rc::new(PreviewText::new(signals.version.clone()));
    let stage = RwSignal::new(Stage::Thinking);
    let (version, row, growing) = (signals.version.clone(), signals.row.clone(), Rc::clone(&text));
    effect(move || {
        version.track();
        let next = context.read(|timeline| match row.get_value() {
            Row::Event(slot) if stage.get_untracked() == Stage::Writing => {
                growing.finish(timeline.log().event(slot))
            }
            Row::Event(_) => Stage::Replaced,
            _ => timeline
                .preview(number)
                .filter(|_| !PreviewText::waits(&growing))
                .map_or(stage.get_untracked(), |preview| growing.grow(preview)),
        });
        if let Some(next) = next {
            stage.set(next);
        }
    });
    let inspect = {
        let row = signals.row.clone();
        move || {
            let button = |timeline: &Timeline| match row.get_value() {
                Row::Event(slot) => inspect_button(context, timeline, slot),
                _ => el("span"),
            };
            context.read(button)
        }
    };
    let said = move || {
        let is_writing = move || stage.get() == Stage::Writing;
        let said = el("div.said.from-agent")
            .class_if("streaming", is_writing)
            .with(el("h2.said-who").with(("Agent", when(is_writing, || el("span.tag").with("writing")))));
        let _ = said.element::<HtmlElement>().append_child(&text.place);
        let said = said.with(when(move || !is_writing(), || copy_mark("message")));
        let time = either(is_writing, || el("span.row-time"), inspect.clone());
        Nodes::of((el("div.row-content").with(said), time))
    };
    let thinking = || {
        el("p.remark.thinking")
            .attr("data-tone", "quiet")
            .with((shape("remark-shape"), "Thinking…"))
    };
    let unfinished = move || {
        let said = said.clone();
        either(move || stage.get() == Stage::Thinking, thinking, said)
    };
    either(
        move || stage.get() == Stage::Replaced,
        move || row_content(context, View::Transcript, signals.clone()),
        unfinished,
    )
}

/// The text of a preview on the page.
struct PreviewText {
    place: HtmlElement,
    stretches: RefCell<Vec<Stretch>>,
    caret: RefCell<Option<HtmlElement>>,
    restarts: Cell<u32>,
    /// Counts the batches that brought text.
    version: RcRwSignal<u32>,
    shown_at: Cell<f64>,
    alarm: Alarm,
}

impl PreviewText {
    fn new(version: RcRwSignal<u32>) -> Self {
        Self {
            place: el("div.said-what.markdown").element(),
            stretches: RefCell::default(),
            caret: RefCell::default(),
            restarts: Cell::new(0),
            version,
            shown_at: Cell::new(0.0),
            alarm: Alarm::default(),
        }
    }

    /// Whether it is too soon to bring the page up to date again; if so, a timer reminds of it. The browser lays out a
    /// whole paragraph for one more word, so the longer one is, the less often it is shown: a share of the time at most.
    fn waits(this: &Rc<Self>) -> bool {
        let stretches = this.stretches.borrow();
        let longest = stretches.iter().map(|stretch| stretch.text.end_len()).max();
        let pause = longest.unwrap_or(0) as f64 / BYTES_PER_MS;
        let wait = this.shown_at.get() + pause - clock::now_ms();
        if pause < A_FRAME_MS || wait <= 0.0 {
            this.alarm.stop();
            this.shown_at.set(clock::now_ms());
            return false;
        }
        if !this.alarm.is_set() {
            let weak = Rc::downgrade(this);
            this.alarm.set(Some(clock::now_ms() + wait), move || {
                if let Some(this) = weak.upgrade() {
                    this.version.update(|v| *v = v.wrapping_add(1));
                }
            });
        }
        true
    }

    /// Brings the page up to what was told so far.
    fn grow(&self, preview: &Preview) -> Stage {
        let mut stretches = self.stretches.borrow_mut();
        if self.restarts.replace(preview.restarts) != preview.restarts {
            stretches.drain(..).for_each(Stretch::remove);
        }
        stretches.resize_with(preview.blocks.len(), Stretch::default);
        let mut behind: Option<HtmlElement> = None;
        for (stretch, full) in stretches.iter_mut().zip(&preview.blocks).rev() {
            stretch.grow(full, &self.place, behind.as_ref());
            behind = stretch.first().cloned().or(behind);
        }
        self.put_caret(stretches.iter().rev().find_map(|stretch| stretch.shown.last()));
        let has_text = preview.blocks.iter().any(|block| !block.is_empty());
        if preview.event_type == EventType::AgentThinking || !has_text {
            Stage::Thinking
        } else {
            Stage::Writing
        }
    }

    /// Brings the page up to the whole event, if that is the same text, and perhaps more at its end.
    fn finish(&self, event: &Event) -> Stage {
        // What would remind of the rest would have the row made anew.
        self.alarm.stop();
        let EventBody::AgentMessage(message) = event.body() else {
            return Stage::Replaced;
        };
        let mut stretches = self.stretches.borrow_mut();
        if stretches.len() != message.content.len() {
            return Stage::Replaced;
        }
        let mut behind: Option<HtmlElement> = None;
        for (stretch, content) in stretches.iter_mut().zip(&message.content).rev() {
            match content {
                ContentBlock::Text(full) if full.text.starts_with(stretch.text.text()) => {
                    stretch.grow(&full.text, &self.place, behind.as_ref());
                    stretch.finish(&self.place, behind.as_ref());
                }
                _ => return Stage::Replaced,
            }
            behind = stretch.first().cloned().or(behind);
        }
        self.put_caret(None);
        Stage::Written
    }

    /// Marks the block at the end, and only that one: a rule of style for whatever stands last would have the browser
    /// look at all text again whenever the end or the state of the row changes.
    fn put_caret(&self, end: Option<&HtmlElement>) {
        let mut marked = self.caret.borrow_mut();
        if marked.as_ref() != end {
            if let Some(old) = marked.take() {
                let _ = old.remove_attribute(CARET);
            }
            if let Some(new) = end {
                let _ = new.set_attribute(CARET, "");
            }
            *marked = end.cloned();
        }
    }
}

/// A content block on the page: its text, and an element for each block of Markdown in it.
#[derive(Default)]
struct Stretch {
    text: StreamingMarkdown,
    shown: Vec<HtmlElement>,
    /// What holds the blocks, `TOGETHER` in each.
    groups: Vec<HtmlElement>,
    /// So many of the groups do not change any more.
    closed: usize,
}

impl Stretch {
    /// Brings it up to the whole text. The cost is that of the blocks that differ, however many stand before them.
    fn grow(&mut self, full: &str, place: &HtmlElement, behind: Option<&HtmlElement>) {
        if let Some(more) = full.get(self.text.text().len()..).filter(|more| !more.is_empty()) {
            self.change(place, behind, |text| text.append(more));
        }
    }

    /// No more text will come.
    fn finish(&mut self, place: &HtmlElement, behind: Option<&HtmlElement>) {
        self.change(place, behind, StreamingMarkdown::finish);
    }

    fn change(
        &mut self,
        place: &HtmlElement,
        behind: Option<&HtmlElement>,
        change: impl FnOnce(&mut StreamingMarkdown) -> usize,
    ) {
        self.close_groups();
        let old_finals = self.text.finals().len();
        let mut first_changed = change(&mut self.text).min(self.shown.len());
        let old = first_changed
            .checked_sub(old_finals)
            .and_then(|at| self.text.replaced().get(at));
        if let (Some(element), Some(new)) =
            (self.shown.get(first_changed), block_at(&self.text, first_changed))
        {
            let grew = match (self.text.plain(), old) {
                (Some(plain), _) => growth::add(element, new, plain),
                (None, Some(old)) => growth::grow(element, old, new),
                (None, None) => false,
            };
            first_changed += usize::from(grew);
        }
        // A definition has come to which blocks refer that stand above.
        for &index in self.text.reopened() {
            let (Some(old), Some(new)) = (self.shown.get_mut(index), block_at(&self.text, index)) else {
                continue;
            };
            if index < first_changed {
                let made: HtmlElement = block(new.clone()).element();
                if let Some(group) = self.groups.get(index / TOGETHER) {
                    let _ = group.replace_child(&made, old);
                }
                *old = made;
            }
        }
        for old in self.shown.drain(first_changed..) {
            remove(&old);
        }
        for empty in self
            .groups
            .drain(first_changed.div_ceil(TOGETHER).min(self.groups.len())..)
        {
            remove(&empty);
        }
        self.closed = self.closed.min(self.groups.len());
        let count = self.text.finals().len() + self.text.tail().len();
        for index in self.shown.len()..count {
            let Some(made) = block_at(&self.text, index).cloned().map(block) else {
                return;
            };
            let made: HtmlElement = made.element();
            let group = match self.groups.get(index / TOGETHER) {
                Some(group) => group.clone(),
                None => self.open_group(made.tag_name() == "H3", place, behind),
            };
            let _ = group.append_child(&made);
            self.shown.push(made);
        }
    }

    /// A group for blocks, the first of which may be a heading.
    fn open_group(
        &mut self,
        is_headed: bool,
        place: &HtmlElement,
        behind: Option<&HtmlElement>,
    ) -> HtmlElement {
        let group = el(if is_headed {
            "div.blocks.headed"
        } else {
            "div.blocks"
        });
        let group: HtmlElement = group.attr(OPEN, "").element();
        let _ = place.insert_before(&group, behind.map(|element| element as &Node));
        self.groups.push(group.clone());
        group
    }

    /// Lets the browser pass over groups in which nothing changes any more. They stay where they are: what is moved would be
    /// laid out anew. Called while the layout is that of the last frame, which makes measuring cheap.
    fn close_groups(&mut self) {
        let finals = self.text.finals().len().min(self.shown.len());
        for group in self.groups.iter().take(finals / TOGETHER).skip(self.closed) {
            let height = group.get_bounding_client_rect().height();
            let size = format!("auto {}", px(height));
            let _ = group.style().set_property("contain-intrinsic-block-size", &size);
            let _ = group.remove_attribute(OPEN);
        }
        self.closed = self.closed.max(finals / TOGETHER).min(self.groups.len());
    }

    /// Its first element in the place of the text.
    fn first(&self) -> Option<&HtmlElement> {
        self.groups.first()
    }

    fn remove(self) {
        self.groups.iter().for_each(|group| _ = remove(group));
    }
}

fn block_at(text: &StreamingMarkdown, index: usize) -> Option<&Block> {
    text.finals()
        .get(index)
        .or_else(|| text.tail().get(index.checked_sub(text.finals().len())?))
}
