//! The timeline as a window of rows over a tall box; the arithmetic lives in `playground_core::virtual_list`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Array;
use leptos::prelude::*;
use playground_core::present::{Shown, shown_in};
use playground_core::session::{Changes, Row, RowChange, Slot, Timeline, View};
use playground_core::virtual_list::{Adjust, Align, Settings, VirtualList};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, ResizeObserver, ResizeObserverEntry};

use super::SessionContext;
use super::drawn_row::{DrawnRow, DrawnRowProps};
use super::slots::{Slots, Tag, measure};
use crate::platform::alarm::Alarm;
use crate::platform::clock;
use crate::platform::frame::FrameTask;
use crate::platform::listener::Listener;
use crate::signals::{RwSignal, StoredValue};
use crate::state::open_session::HistoryProgress;
use crate::ui::kit::controls::button;
use crate::ui::kit::{Item, Nodes, dynamic, effect, el, keyed, px, when};

/// So long after the last leap nobody scrolls by leaps any more.
const REST_MS: f64 = 100.0;

/// As many rows are printed, the newest.
const MOST_PRINTED: usize = 5_000;

/// Rows of one view; draws only those near the viewport.
#[component]
pub(super) fn TimelineView(view: View) -> Nodes {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let drawn = RwSignal::new(Vec::new());
    let at_end = RwSignal::new(true);
    let is_empty = RwSignal::new(true);
    let unprinted = RwSignal::new(0);
    let window = Rc::new(RowWindow::new(context, view, drawn, at_end, is_empty, unprinted));
    window.observe_rows();
    window.follow_printing();
    let weak = Rc::downgrade(&window);
    open.on_commit(move |timeline, changes| match weak.upgrade() {
        Some(window) => {
            window.committed(timeline, changes);
            true
        }
        None => false,
    });
    let shared = StoredValue::new(window);
    on_cleanup(move || {
        shared.try_with_value(|w| w.close());
    });

    let items = move || {
        let item = |row: Row| {
            let name = shared.try_with_value(|w| w.slots.borrow().drawn_as(row));
            Item::new(name.unwrap_or(row).number().to_string(), move || {
                DrawnRow(DrawnRowProps { row, window: shared })
            })
        };
        drawn.get().into_iter().map(item).collect()
    };
    let (count, gaps) = (
        open.signals().event_count.clone(),
        open.signals().gap_count.clone(),
    );
    let rows = el("div.timeline-window").with(keyed(items));
    let sizer = el("div.timeline-size");
    let scroller = el("div.timeline")
        .attrs(&[
            ("role", "log"),
            ("aria-label", "Timeline"),
            ("aria-live", "off"),
            ("tabindex", "0"),
        ])
        .bind("data-event-count", move || count.get())
        .bind("data-gap-count", move || gaps.get())
        .on("scroll", move |_| {
            shared.try_with_value(|w| w.scrolled());
        });
    let frame = Frame {
        scroller: scroller.element(),
        sizer: sizer.element(),
        rows: rows.element(),
    };
    // Only elements that stand on the page can be scrolled. Their size is told by the observer: to ask for it here would
    // lay the screen out once more.
    effect(move || {
        shared.try_with_value(|w| w.mounted(frame.clone()));
    });
    effect(move || {
        let selected = context.selected.get();
        shared.try_with_value(|w| w.bring_into_view(selected));
    });
    effect(move || {
        let marked = context.marked.get();
        shared.try_with_value(|w| match marked {
            Some(_) => w.bring_into_view(marked),
            None => w.with_timeline(|timeline| w.tag(timeline)),
        });
    });
    let history = context.open().signals().history.clone();
    let note = || {
        el("p.timeline-empty").with("Nothing has happened in this session yet. Send a message to start it.")
    };
    let unprinted_note = move || {
        let count = unprinted.get();
        (count > 0)
            .then(|| el("p.print-only").with(format!("The first {count} rows are left out of this print.")))
    };
    let jump = move || {
        button("jump", "Jump to latest", move || {
            shared.try_with_value(|w| w.jump_to_end());
        })
    };
    Nodes::of((
        dynamic(unprinted_note),
        scroller.with(sizer.with(rows)),
        // Only a list can say that there is nothing.
        when(
            move || is_empty.get() && history.with(|history| *history == HistoryProgress::Complete),
            note,
        ),
        when(move || !at_end.get(), jump),
    ))
}

/// The elements that the window moves.
#[derive(Clone)]
struct Frame {
    scroller: HtmlElement,
    sizer: HtmlElement,
    rows: HtmlElement,
}

/// An observer and the callback that it needs as long as it lives.
type Observer = (ResizeObserver, Closure<dyn FnMut(Array)>);

/// Connects the pure list with the elements.
pub(super) struct RowWindow {
    pub(super) context: SessionContext,
    pub(super) view: View,
    list: RefCell<VirtualList>,
    frame: RefCell<Option<Frame>>,
    pub(super) slots: RefCell<Slots>,
    drawn: RwSignal<Vec<Row>>,
    at_end: RwSignal<bool>,
    is_empty: RwSignal<bool>,
    /// Whether all rows are drawn, for paper.
    is_printing: Cell<bool>,
    /// How many rows are too many for that.
    unprinted: RwSignal<usize>,
    listeners: RefCell<Vec<Listener>>,
    /// Looks at heights where the browser does not tell of them.
    measuring: RefCell<Option<FrameTask>>,
    /// Rings once nobody scrolls by leaps any more.
    rest: Alarm,
    /// Heights of drawn rows were forgotten with the places that the rows left.
    forgotten: Cell<bool>,
    observer: RefCell<Option<Observer>>,
    wanted: RefCell<Option<String>>,
    viewport: Cell<f64>,
    /// Height of the content and top of the drawn rows, as the elements have them.
    shape: Cell<(f64, f64)>,
}

impl RowWindow {
    fn new(
        context: SessionContext,
        view: View,
        drawn: RwSignal<Vec<Row>>,
        at_end: RwSignal<bool>,
        is_empty: RwSignal<bool>,
        unprinted: RwSignal<usize>,
    ) -> Self {
        let estimate = if view == View::Events { 28.0 } else { 40.0 };
        let settings = Settings {
            estimate,
            overscan: 400.0,
            follow_end: true,
            ..Settings::default()
        };
        Self {
            context,
            view,
            list: RefCell::new(VirtualList::new(settings)),
            frame: RefCell::new(None),
            slots: RefCell::default(),
            drawn,
            at_end,
            is_empty,
            is_printing: Cell::new(false),
            unprinted,
            listeners: RefCell::default(),
            measuring: RefCell::default(),
            rest: Alarm::default(),
            forgotten: Cell::new(false),
            observer: RefCell::new(None),
            wanted: RefCell::new(None),
            viewport: Cell::new(0.0),
            shape: Cell::new((f64::NAN, f64::NAN)),
        }
    }

    /// Watches the heights of the drawn rows and of the viewport.
    fn observe_rows(self: &Rc<Self>) {
        let weak: Weak<Self> = Rc::downgrade(self);
        let callback = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            if let Some(window) = weak.upgrade() {
                window.resized(&entries);
            }
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            *self.observer.borrow_mut() = Some((observer, callback));
            return;
        }
        // Without an observer heights are looked at after whatever may have changed them.
        let weak: Weak<Self> = Rc::downgrade(self);
        let task = FrameTask::new(move || {
            if let Some(window) = weak.upgrade() {
                window.forgotten.set(true);
                window.resized(&Array::new());
            }
        });
        let asked = ["resize", "click", "keyup"].map(|name| {
            let task = task.clone();
            Listener::on_window(name, move |_| task.request())
        });
        self.listeners.borrow_mut().extend(asked);
        *self.measuring.borrow_mut() = Some(task);
    }

    fn ask_for_heights(&self) {
        if let Some(task) = &*self.measuring.borrow() {
            task.request();
        }
    }

    /// Draws all rows while the page is being printed, and what is seen afterwards.
    fn follow_printing(self: &Rc<Self>) {
        let turn = |name, is_printing| {
            let weak: Weak<Self> = Rc::downgrade(self);
            Listener::on_window(name, move |_| {
                if let Some(window) = weak.upgrade() {
                    window.is_printing.set(is_printing);
                    window.with_timeline(|timeline| window.show(timeline, &[]));
                }
            })
        };
        self.listeners
            .borrow_mut()
            .extend([turn("beforeprint", true), turn("afterprint", false)]);
    }

    fn close(&self) {
        self.listeners.take();
        self.measuring.take();
        self.rest.stop();
        if let Some((observer, _)) = &*self.observer.borrow() {
            observer.disconnect();
        }
        self.frame.borrow_mut().take();
        self.slots.take();
    }

    fn mounted(&self, frame: Frame) {
        if let Some((observer, _)) = &*self.observer.borrow() {
            observer.observe(&frame.scroller);
        }
        *self.frame.borrow_mut() = Some(frame);
        self.ask_for_heights();
        self.with_timeline(|timeline| {
            let rows = self.list.borrow_mut().replaced(timeline.rows(self.view).len());
            self.show(timeline, &[rows]);
        });
    }

    fn committed(&self, timeline: &Timeline, changes: &Changes) {
        if self.frame.borrow().is_none() {
            return;
        }
        let mut adjusts = Vec::new();
        {
            let mut list = self.list.borrow_mut();
            for change in changes.rows(self.view) {
                match *change {
                    RowChange::Inserted { index, count } => adjusts.push(list.inserted(index, count)),
                    RowChange::Removed { index, count } => {
                        self.forgotten.set(true);
                        adjusts.push(list.removed(index, count));
                    }
                    RowChange::Updated(row) => self.slots.borrow().updated(row),
                    RowChange::Became { from, to } => self.slots.borrow_mut().became(timeline, from, to),
                }
            }
        }
        self.show(timeline, &adjusts);
        self.ask_for_heights();
        self.go_to_wanted(timeline);
    }

    fn scrolled(self: &Rc<Self>) {
        let Some(top) = self.frame.borrow().as_ref().map(|f| scroll_top(&f.scroller)) else {
            return;
        };
        let leaps = {
            let mut list = self.list.borrow_mut();
            list.on_scroll(top);
            list.leaps()
        };
        let weak: Weak<Self> = Rc::downgrade(self);
        self.rest.set(leaps.then(|| clock::now_ms() + REST_MS), move || {
            if let Some(window) = weak.upgrade() {
                window.list.borrow_mut().on_rest();
                window.with_timeline(|timeline| window.show(timeline, &[]));
            }
        });
        self.with_timeline(|timeline| self.show(timeline, &[]));
    }

    /// Takes over the heights of the rows whose size changed.
    fn resized(&self, entries: &Array) {
        // Heights on paper say nothing of those on the screen.
        if self.is_printing.get() {
            return;
        }
        let Some(height) = self
            .frame
            .borrow()
            .as_ref()
            .map(|f| f64::from(f.scroller.client_height()))
        else {
            return;
        };
        let mut adjusts = Vec::new();
        if (height - self.viewport.replace(height)).abs() > 0.5 {
            adjusts.push(self.list.borrow_mut().on_viewport(height));
        }
        let heights: Vec<(usize, f64)> = if self.forgotten.take() {
            self.slots.borrow().elements().filter_map(measure).collect()
        } else {
            let entries = entries.iter().map(JsCast::unchecked_into);
            entries
                .filter_map(|entry: ResizeObserverEntry| measure(&entry.target()))
                .collect()
        };
        self.with_timeline(|timeline| {
            adjusts.push(self.list.borrow_mut().measured(&heights));
            self.show(timeline, &adjusts);
            self.go_to_wanted(timeline);
        });
    }

    fn jump_to_end(&self) {
        let top = self.list.borrow_mut().scroll_to_end();
        self.with_timeline(|timeline| self.show(timeline, &[Adjust::To(top)]));
    }

    /// Brings an event into view, as soon as it is loaded.
    fn bring_into_view(&self, event_id: Option<String>) {
        *self.wanted.borrow_mut() = event_id;
        self.with_timeline(|timeline| {
            self.tag(timeline);
            self.go_to_wanted(timeline);
        });
    }

    /// Tells the rows of the selected event and of the current match that they are these.
    fn tag(&self, timeline: &Timeline) {
        let selected = self.context.selected.get_untracked();
        let selected = selected.and_then(|id| self.row_of(timeline, timeline.log().find(&id)?));
        let marked = self.context.marked.get_untracked();
        let marked = marked.and_then(|id| timeline.log().find(&id)).map(Row::Event);
        let mut slots = self.slots.borrow_mut();
        slots.tag(Tag::Selected, selected);
        slots.tag(Tag::Match, marked);
    }

    /// The row in which an event is seen: its own, or one that stands for it.
    fn row_of(&self, timeline: &Timeline, slot: Slot) -> Option<Row> {
        match shown_in(timeline, self.view, slot) {
            Shown::In(row) => Some(row),
            Shown::Elsewhere => None,
        }
    }

    fn go_to_wanted(&self, timeline: &Timeline) {
        // What is near or far is known with the viewport.
        if self.viewport.get() == 0.0 {
            return;
        }
        let slot = self
            .wanted
            .borrow()
            .as_deref()
            .and_then(|id| timeline.log().find(id));
        let Some(slot) = slot else { return };
        self.wanted.borrow_mut().take();
        self.tag(timeline);
        let row = self.row_of(timeline, slot);
        if let Some(index) = row.and_then(|row| timeline.index_of(self.view, row)) {
            let top = self.list.borrow_mut().scroll_to_index(index, Align::Nearest);
            self.show(timeline, &[Adjust::To(top)]);
        }
    }

    /// Brings the elements in line with the list, then applies the scroll corrections.
    fn show(&self, timeline: &Timeline, adjusts: &[Adjust]) {
        let window = self.list.borrow().window();
        let rows = timeline.rows(self.view);
        let total = rows.len();
        let (start, end) = if self.is_printing.get() {
            (total.saturating_sub(MOST_PRINTED), total)
        } else {
            (window.start, window.end)
        };
        if self.is_printing.get() {
            self.unprinted.set(start);
        }
        let visible: Vec<Row> = (start..end).filter_map(|index| rows.get(index)).collect();
        {
            let mut slots = self.slots.borrow_mut();
            for (offset, row) in visible.iter().enumerate() {
                slots.put(*row, start + offset, total);
            }
            slots.tidy(&visible);
        }
        if self.drawn.try_with_untracked(|old| *old != visible) == Some(true) {
            self.drawn.set(visible);
            self.ask_for_heights();
        }
        if let Some(frame) = &*self.frame.borrow() {
            let (extent, top) = self.shape.replace((window.extent, window.pad_top));
            if extent != window.extent {
                let _ = frame.sizer.style().set_property("height", &px(window.extent));
            }
            if top != window.pad_top {
                let transform = format!("translateY({})", px(window.pad_top));
                let _ = frame.rows.style().set_property("transform", &transform);
            }
            for adjust in adjusts {
                match *adjust {
                    Adjust::Keep => {}
                    Adjust::By(delta) => set_scroll_top(&frame.scroller, scroll_top(&frame.scroller) + delta),
                    Adjust::To(top) => set_scroll_top(&frame.scroller, top),
                }
            }
        }
        let (at_end, top) = {
            let list = self.list.borrow();
            (list.is_at_end(), rows.get(list.index_at(list.position())))
        };
        self.context.top.set_value(top);
        if self.at_end.try_get_untracked().is_some_and(|old| old != at_end) {
            self.at_end.set(at_end);
        }
        if self
            .is_empty
            .try_get_untracked()
            .is_some_and(|old| old != (total == 0))
        {
            self.is_empty.set(total == 0);
        }
    }

    pub(super) fn row_mounted(&self, row: Row, element: Element) {
        if let Some((observer, _)) = &*self.observer.borrow() {
            observer.observe(&element);
        }
        self.with_timeline(|timeline| {
            self.slots.borrow_mut().mounted(timeline, row, element.clone());
        });
    }

    pub(super) fn row_gone(&self, row: Row) {
        if let Some(element) = self.slots.borrow_mut().gone(row)
            && let Some((observer, _)) = &*self.observer.borrow()
        {
            observer.unobserve(&element);
        }
    }

    fn with_timeline(&self, read: impl FnOnce(&Timeline)) {
        self.context.read(read);
    }
}

/// With fractions, which the typed binding cuts off.
fn scroll_top(element: &HtmlElement) -> f64 {
    js_sys::Reflect::get(element, &"scrollTop".into())
        .ok()
        .and_then(|v| v.as_f64())
        .unwrap_or_default()
}

fn set_scroll_top(element: &HtmlElement, top: f64) {
    let _ = js_sys::Reflect::set(element, &"scrollTop".into(), &JsValue::from_f64(top));
}
