//! Texts of any length. A long one is cut at first; all of it is drawn piece by piece, so that nothing else has to wait, and the
//! browser lays out only the pieces near what is seen.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use playground_core::payload::{Chunk, Payload, Step};
use playground_core::terminal::{Color, Run};
use web_sys::{HtmlElement, Node};

use super::children::Children;
use super::controls::button;
use super::element::{El, el};
use super::markdown::outward;
use super::nodes::Nodes;
use super::reactive::either;
use crate::platform::clock;
use crate::platform::frame::FrameTask;
use crate::signals::{RwSignal, StoredValue};

/// Characters that are shown at first.
const SHOWN: usize = 4_000;

/// How long pieces may be drawn in one frame.
const SLICE_MS: f64 = 8.0;

/// About the height of a line, and how many characters stand in one, for pieces that have not been laid out.
const LINE_PX: usize = 19;
const LINE_CHARACTERS: usize = 110;

/// A text, cut at first when it is long.
pub(crate) fn long_text(text: impl Into<Rc<str>>, class: &str) -> Nodes {
    payload_text(Payload::plain(text.into()), class)
}

/// A payload, cut at first when it is long.
pub(crate) fn payload_text(payload: Payload, class: &str) -> Nodes {
    let (first, is_cut) = payload.beginning(SHOWN);
    let class = class.to_owned();
    if !is_cut {
        return el("div").class(&class).with(first).nodes();
    }
    let all = RwSignal::new(false);
    let size = format!("{} kB", payload.len().div_ceil(1_000));
    let begun = {
        let class = class.clone();
        move || {
            (
                el("div").class(&class).with(first.clone()),
                button("quiet small", format!("Show all ({size})"), move || all.set(true)),
                el("p.print-only").with(format!("Cut here; {size} in all.")),
            )
        }
    };
    either(move || all.get(), move || whole(payload.clone(), &class), begun)
}

/// All of it, in a box that scrolls.
fn whole(payload: Payload, class: &str) -> El {
    let place = el("div").class(&format!("{class} long-text")).attrs(&[
        ("tabindex", "0"),
        ("role", "group"),
        ("aria-label", "Whole text"),
        ("aria-busy", "true"),
    ]);
    let filler = Filler::start(payload, place.element());
    let filler = StoredValue::new(Some(filler));
    on_cleanup(move || {
        filler.try_update_value(Option::take);
    });
    place
}

/// Draws the pieces that are missing.
struct Filler {
    payload: RefCell<Payload>,
    place: HtmlElement,
    task: RefCell<Option<FrameTask>>,
}

impl Filler {
    fn start(payload: Payload, place: HtmlElement) -> Rc<Self> {
        let filler = Rc::new(Self {
            payload: RefCell::new(payload),
            place,
            task: RefCell::default(),
        });
        let weak = Rc::downgrade(&filler);
        let task = FrameTask::new(move || {
            if let Some(filler) = weak.upgrade() {
                filler.fill();
            }
        });
        *filler.task.borrow_mut() = Some(task);
        filler.fill();
        filler
    }

    fn fill(&self) {
        let begun = clock::now_ms();
        while clock::now_ms() - begun < SLICE_MS {
            match self.payload.borrow_mut().step() {
                Step::Chunk(chunk) => piece(chunk).append_to(&self.place),
                Step::Working => {}
                Step::Done => {
                    let _ = self.place.remove_attribute("aria-busy");
                    return;
                }
            }
        }
        if let Some(task) = &*self.task.borrow() {
            task.request();
        }
    }
}

/// A piece that is laid out when it comes near.
fn piece(chunk: Chunk) -> El {
    let lines = chunk.text.matches('\n').count() + chunk.text.len() / LINE_CHARACTERS;
    let made = el("div.text-piece").with(chunk);
    let element: HtmlElement = made.element();
    let height = format!("auto {}px", lines.max(1) * LINE_PX);
    let _ = element
        .style()
        .set_property("contain-intrinsic-block-size", &height);
    made
}

impl Children for Chunk {
    fn append_to(self, parent: &Node) {
        let mut at = 0;
        for run in &self.runs {
            if at < run.start {
                self.text[at..run.start].append_to(parent);
            }
            look(run).with(&self.text[run.start..run.end]).append_to(parent);
            at = run.end;
        }
        if at < self.text.len() {
            self.text[at..].append_to(parent);
        }
    }
}

/// The element of a part that looks otherwise.
fn look(run: &Run) -> El {
    let mut class = match run.style.color {
        None => "",
        Some(Color::Red) => "term-red",
        Some(Color::Green) => "term-green",
        Some(Color::Yellow) => "term-yellow",
        Some(Color::Blue) => "term-blue",
        Some(Color::Magenta) => "term-magenta",
        Some(Color::Cyan) => "term-cyan",
    }
    .to_owned();
    if run.style.bold {
        class.push_str(" term-bold");
    } else if run.style.dim && run.style.color.is_none() {
        class.push_str(" term-dim");
    }
    match &run.link {
        Some(url) => outward(url.as_str()).attr("title", url.as_str()),
        None => el("span"),
    }
    .class(&class)
}
