//! What the waiting area knows of the browser, told to the machine that decides which button is live.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Array;
use playground_core::decide::{Area, Button, How, Pointer, Spot, is_second_press};
use playground_core::present::{fate, waiting_calls};
use playground_core::session::Timeline;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, FocusOptions, HtmlElement, KeyboardEvent, Node, PointerEvent, ResizeObserver};

use super::super::SessionContext;
use crate::platform::alarm::Alarm;
use crate::platform::listener::Listener;
use crate::platform::mouse::{self, Press};
use crate::platform::{clock, window};
use crate::signals::{RwSignal, StoredValue};

/// Names the button that an element is, for the press that goes down on it.
pub(super) const DECIDES: &str = "data-decides";
/// Names the call that a place belongs to.
pub(super) const CALL: &str = "data-call";

/// An observer and the callback that it needs as long as it lives.
type Observer = (ResizeObserver, Closure<dyn FnMut(Array)>);

/// The area, and the elements that it is drawn with.
pub(super) struct Desk {
    this: Weak<Self>,
    pub(super) context: SessionContext,
    area: RefCell<Area>,
    /// Counts what changed in the area.
    version: RwSignal<u32>,
    alarm: Alarm,
    section: RefCell<Option<HtmlElement>>,
    /// Where a mouse is, in pixels of the viewport.
    mouse: Cell<Option<(f64, f64)>>,
    /// The last press of the mouse before this screen was there.
    press: Option<Press>,
    /// How far everything around the buttons was scrolled, and how much there was to scroll.
    scrolled: Cell<(Spot, i32)>,
    observer: RefCell<Option<Observer>>,
    listeners: RefCell<Vec<Listener>>,
    is_by_key: Cell<bool>,
}

/// The desk of the session on the screen.
pub(super) type SharedDesk = StoredValue<Rc<Desk>>;

/// Why it is looked where the buttons stand.
#[derive(Clone, Copy, PartialEq)]
enum Cause {
    /// Something has another size.
    Layout,
    /// The reader scrolled.
    Scroll,
    /// A press has begun.
    Press,
}

impl Desk {
    /// A desk for the session on the screen; it follows its log.
    pub(super) fn shared(context: SessionContext) -> SharedDesk {
        // A finger is nowhere before it touches. Where there is a mouse as well, its first move tells.
        let press = context.app.press.get_value();
        let has_touch = window().navigator().max_touch_points() > 0;
        let desk = Rc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            context,
            area: RefCell::new(Area::new(if has_touch {
                Pointer::Unknown
            } else {
                Pointer::Outside
            })),
            version: RwSignal::new(0),
            alarm: Alarm::default(),
            section: RefCell::new(None),
            mouse: Cell::new(None),
            press,
            scrolled: Cell::new((Spot::default(), 0)),
            observer: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
            is_by_key: Cell::new(false),
        });
        desk.listen();
        let weak = Rc::downgrade(&desk);
        let had_outbox = Cell::new(true);
        context.open().on_commit(move |timeline, changes| {
            let Some(desk) = weak.upgrade() else { return false };
            let has_outbox = timeline.outbox().iter().next().is_some();
            let had_outbox = had_outbox.replace(has_outbox);
            if changes.facts || has_outbox || had_outbox {
                desk.sync(timeline);
            }
            true
        });
        StoredValue::new(desk)
    }

    /// Reads the area, and follows it.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Area) -> T) -> T {
        self.version.track();
        read(&self.area.borrow())
    }

    /// Changes the area.
    pub(super) fn change(&self, change: impl FnOnce(&mut Area, f64)) {
        let now = clock::now_ms();
        change(&mut self.area.borrow_mut(), now);
        self.changed(now);
    }

    /// Brings the area up to date with the log, for somebody who does not wait for the frame.
    pub(super) fn sync_now(&self) {
        self.context.read(|t| self.sync(t));
    }

    fn sync(&self, timeline: &Timeline) {
        self.change(|area, now| area.sync(now, waiting_calls(timeline), |call| fate(timeline, call)));
    }

    /// Whether a press counts.
    pub(super) fn press(&self, call: &str, button: Button, event: &Event) -> bool {
        let mut counts = false;
        self.change(|area, now| counts = area.press(now, call, button, how(event)));
        counts
    }

    /// Gives the focus to the next call that waits, or else to the timeline.
    pub(super) fn focus_next(&self, behind: &str) {
        let next = self.area.borrow().next_waiting(behind).map(str::to_owned);
        let card = next.and_then(|call| {
            let section = self.section.borrow().clone()?;
            let cards = section.query_selector_all(&format!("[{CALL}]")).ok()?;
            let cards = (0..cards.length()).filter_map(|index| cards.item(index)?.dyn_into::<Element>().ok());
            let mut cards = cards.filter(|card| card.get_attribute(CALL).as_deref() == Some(&call));
            cards.next()?.query_selector("[role=group]").ok()?
        });
        let log = || window().document()?.query_selector(".timeline").ok()?;
        if let Some(element) = card.or_else(log) {
            self.focus(&element);
        }
    }

    /// Gives the focus to an element. The screen moves for it only under somebody who works with keys.
    pub(super) fn focus(&self, element: &Element) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(!self.is_by_key.get());
        let _ = element
            .unchecked_ref::<HtmlElement>()
            .focus_with_options(&options);
    }

    /// The section stands on the page.
    pub(super) fn mounted(&self, section: HtmlElement) {
        let weak = Weak::clone(&self.this);
        let callback = Closure::<dyn FnMut(Array)>::new(move |_| {
            weak.upgrade().inspect(|desk| desk.measure(Cause::Layout));
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            // Whatever moves a button changes the size of the list, or of something that stands beside the section.
            let beside = section.parent_element().map(|parent| parent.children());
            let beside = beside
                .into_iter()
                .flat_map(|all| (0..all.length()).filter_map(move |index| all.item(index)));
            let list = section.query_selector(".pending-list").ok().flatten();
            beside.chain(list).for_each(|element| observer.observe(&element));
            self.observer.replace(Some((observer, callback)));
        }
        self.section.replace(Some(section));
    }

    /// The section is gone.
    pub(super) fn unmounted(&self) {
        if let Some((observer, _)) = self.observer.take() {
            observer.disconnect();
        }
        self.section.take();
    }

    fn listen(&self) {
        let on = |name: &'static str, run: fn(&Self, Event)| {
            let weak = Weak::clone(&self.this);
            Listener::capture(name, move |event| {
                weak.upgrade().inspect(|desk| run(desk, event));
            })
        };
        *self.listeners.borrow_mut() = vec![
            on("pointermove", |desk, event| desk.pointed(event.unchecked_ref())),
            on("pointerout", |desk, event| {
                let event: &PointerEvent = event.unchecked_ref();
                // Without a target it went to, a mouse left the window. A finger that is lifted is nowhere, and may come back.
                if event.related_target().is_none() && mouse::is_mouse(event) {
                    desk.mouse.set(None);
                    desk.point(Pointer::Outside);
                }
            }),
            on("pointerdown", |desk, event| {
                desk.is_by_key.set(false);
                if !mouse::is_mouse(event.unchecked_ref()) {
                    desk.mouse.set(None);
                    desk.change(Area::touched);
                } else if !desk.contains(&event) {
                    desk.pointed(event.unchecked_ref());
                }
                if desk.contains(&event) {
                    desk.measure(Cause::Press);
                    let on = pressed_button(&event).filter(|_| !desk.is_second_press(event.unchecked_ref()));
                    desk.change(|area, now| {
                        area.pointer_down(now, on.as_ref().map(|(call, button)| (&**call, *button)));
                    });
                }
            }),
            on("keydown", |desk, event| {
                desk.is_by_key.set(true);
                if desk.contains(&event) {
                    desk.change(Area::key_down);
                    // A key that is held presses once.
                    let is_button = event
                        .target()
                        .is_some_and(|target| target.has_type::<web_sys::HtmlButtonElement>());
                    if is_button && event.unchecked_ref::<KeyboardEvent>().repeat() {
                        event.prevent_default();
                    }
                }
            }),
            on("focusin", |desk, _| desk.look_for_focus()),
            on("focusout", |desk, event| {
                // Where it went is told by the next `focusin`; nowhere is not.
                if event
                    .unchecked_ref::<web_sys::FocusEvent>()
                    .related_target()
                    .is_none()
                {
                    desk.change(|area, now| area.focus(now, false));
                }
            }),
            on("scroll", |desk, event| {
                let is_around = desk.section.borrow().as_ref().is_some_and(|section| {
                    let target = event.target().map(JsValue::from);
                    let target = target.as_ref().and_then(|target| target.dyn_ref::<Node>());
                    target.is_some_and(|target| {
                        target.contains(Some(section)) || section.contains(Some(target))
                    })
                });
                if is_around {
                    desk.measure(Cause::Scroll);
                }
            }),
        ];
    }

    fn is_second_press(&self, event: &PointerEvent) -> bool {
        let spot = |(x, y)| Spot { x, y };
        let second = (spot(mouse::position(event)), clock::now_ms());
        self.press.is_some_and(|first| {
            mouse::is_mouse(event) && is_second_press((spot(first.at), first.ms), second)
        })
    }

    fn pointed(&self, event: &PointerEvent) {
        self.mouse
            .set(mouse::is_mouse(event).then(|| mouse::position(event)));
        self.point(if !mouse::is_mouse(event) {
            Pointer::Unknown
        } else if self.contains(event) {
            Pointer::Inside
        } else {
            Pointer::Outside
        });
    }

    fn point(&self, pointer: Pointer) {
        if self.area.borrow().pointer() != pointer {
            self.change(|area, now| area.point(now, pointer));
        }
    }

    fn look_for_focus(&self) {
        let active = window().document().and_then(|document| document.active_element());
        let section = self.section.borrow();
        let is_inside = section
            .as_ref()
            .is_some_and(|section| section.contains(active.as_deref()));
        drop(section);
        self.change(|area, now| area.focus(now, is_inside));
    }

    /// Whether an event happens in the section.
    fn contains(&self, event: &Event) -> bool {
        let target = event.target().map(JsValue::from);
        let target = target.as_ref().and_then(|target| target.dyn_ref::<Node>());
        self.section
            .borrow()
            .as_ref()
            .is_some_and(|section| section.contains(target))
    }

    /// Looks where the buttons stand.
    fn measure(&self, cause: Cause) {
        let Some(section) = self.section.borrow().clone() else {
            return;
        };
        let Ok(ends) = section.query_selector_all(".pending-end") else {
            return;
        };
        let spots: Vec<(String, Spot)> = (0..ends.length())
            .filter_map(|index| {
                let end = ends.item(index)?.dyn_into::<Element>().ok()?;
                let call = end.closest(&format!("[{CALL}]")).ok()??.get_attribute(CALL)?;
                let place = end.get_bounding_client_rect();
                Some((
                    call,
                    Spot {
                        x: place.left(),
                        y: place.top(),
                    },
                ))
            })
            .collect();
        let (offset, room) = scroll_offset(&section);
        let (old, old_room) = self.scrolled.replace((offset, room));
        let by_reader = match cause {
            Cause::Scroll => true,
            // The browser may not have told yet. What has another size was not moved by scrolling alone.
            Cause::Press => room == old_room,
            Cause::Layout => false,
        };
        let scrolled = if by_reader {
            Spot {
                x: offset.x - old.x,
                y: offset.y - old.y,
            }
        } else {
            Spot::default()
        };
        let bounds = section.get_bounding_client_rect();
        let is_under_mouse = self.mouse.get().is_some_and(|(x, y)| {
            (bounds.left()..bounds.right()).contains(&x) && (bounds.top()..bounds.bottom()).contains(&y)
        });
        self.change(|area, now| {
            area.placed(now, scrolled, spots.iter().map(|(call, spot)| (&**call, *spot)));
            if cause == Cause::Layout && is_under_mouse && area.pointer() == Pointer::Outside {
                area.came_under_pointer(now);
            }
        });
    }

    fn changed(&self, now: f64) {
        let _ = self
            .version
            .try_update(|version| *version = version.wrapping_add(1));
        let at = self.area.borrow().wakes_at(now);
        let weak = Weak::clone(&self.this);
        self.alarm.set(at, move || {
            if let Some(desk) = weak.upgrade() {
                desk.look_for_focus();
                desk.change(Area::tick);
            }
        });
    }
}

/// How far everything is scrolled that an element stands in, itself included, and how much there is to scroll.
fn scroll_offset(element: &Element) -> (Spot, i32) {
    let (mut offset, mut room) = (Spot::default(), 0);
    let mut next = Some(element.clone());
    while let Some(element) = next {
        offset.x += f64::from(element.scroll_left());
        offset.y += f64::from(element.scroll_top());
        room += element.scroll_height();
        next = element.parent_element();
    }
    (offset, room)
}

/// The button that a pointer went down on.
fn pressed_button(event: &Event) -> Option<(String, Button)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let button = target.closest(&format!("[{DECIDES}]")).ok()??;
    let call = button.closest(&format!("[{CALL}]")).ok()??.get_attribute(CALL)?;
    let button = match &*button.get_attribute(DECIDES)? {
        "allow" => Button::Allow,
        "deny" => Button::Deny,
        _ => Button::SendResult,
    };
    Some((call, button))
}

/// How a button was pressed. Browsers name the kind of pointer, or nothing where it was none; older ones count clicks.
fn how(click: &Event) -> How {
    let read = |name: &str| js_sys::Reflect::get(click, &name.into()).ok();
    let kind = read("pointerType").and_then(|kind| kind.as_string());
    let is_pointer = match kind {
        Some(kind) => !kind.is_empty(),
        None => read("detail")
            .and_then(|clicks| clicks.as_f64())
            .is_some_and(|clicks| clicks > 0.0),
    };
    if is_pointer { How::Pointer } else { How::Keyboard }
}
