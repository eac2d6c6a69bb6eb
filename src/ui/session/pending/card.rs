//! One place in the waiting area: a card with its buttons, or a line that says what became of it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::decide::{Button, By, Dead, Decision, Place, Stage};
use playground_core::present::{Kind, Verdict, WaitingCall};
use playground_core::protocol::InputEvent;
use web_sys::HtmlElement;

use super::argument::argument;
use super::desk::{CALL, DECIDES, Desk, SharedDesk};
use crate::platform::{clock, intl};
use crate::signals::{RwSignal, StoredValue};
use crate::state::open_session::SendOutcome;
use crate::ui::kit::controls::{plain_button, text_area, text_field};
use crate::ui::kit::{El, Nodes, dynamic, effect, el, error_alert, memo, px, shape};

/// What a card is made of, and what outlives its making anew.
#[derive(Clone, Copy)]
struct Card {
    desk: SharedDesk,
    call: StoredValue<String>,
    error: RwSignal<Option<ApiError>>,
    /// The reason of a denial, or the result of a tool.
    text: RwSignal<String>,
    is_error: RwSignal<bool>,
    /// Tells its elements from those of other cards.
    number: u32,
}

/// A place of the area.
pub(super) fn place(desk: SharedDesk, call: &str) -> El {
    let card = Card::new(desk, call.to_owned());
    let li = el("li.pending-place")
        .attr(CALL, call)
        .bind("aria-posinset", move || card.position().map(|(at, _)| at))
        .bind("aria-setsize", move || card.position().map(|(_, count)| count));
    let element = li.element::<HtmlElement>();
    // The card is made anew, and loses what is in it, only when the place shows something else.
    let face = memo(move || {
        card.read(|place| match place.stage() {
            Stage::Decided(_) => "decided".to_owned(),
            _ => place.revision().to_string(),
        })
    });
    li.with(dynamic(move || {
        // To follow it is not enough: it is computed when somebody reads it.
        let _ = face.get();
        untrack(|| card.face(&element))
    }))
}

impl Card {
    fn new(desk: SharedDesk, call: String) -> Self {
        thread_local! {
            static COUNT: Cell<u32> = const { Cell::new(0) };
        }
        COUNT.set(COUNT.get() + 1);
        let call = StoredValue::new(call);
        let card = Self {
            desk,
            call,
            error: RwSignal::new(None),
            text: RwSignal::new(String::new()),
            is_error: RwSignal::new(false),
            number: COUNT.get(),
        };
        effect(move || {
            let is_typed = card.text.with(|text| !text.trim().is_empty());
            card.desk.try_with_value(|desk| {
                desk.change(|area, _| call.with_value(|call| area.reason_typed(call, is_typed)));
            });
        });
        card
    }

    /// Reads the place, and follows it.
    fn read<T>(self, read: impl FnOnce(&Place) -> T) -> Option<T> {
        let place =
            |desk: &Rc<Desk>| desk.read(|area| self.call.with_value(|call| area.place(call).map(read)));
        self.desk.try_with_value(place).flatten()
    }

    fn position(self) -> Option<(usize, usize)> {
        let position = |desk: &Rc<Desk>| desk.read(|area| self.call.with_value(|call| area.position(call)));
        self.desk.try_with_value(position).flatten()
    }

    /// What the place shows now. It takes the place of something that may have had the focus.
    fn face(self, place: &HtmlElement) -> Nodes {
        let Some((call, stage, revision)) =
            self.read(|place| (place.call().clone(), place.stage().clone(), place.revision()))
        else {
            return Nodes::of(());
        };
        let active = crate::platform::window()
            .document()
            .and_then(|d| d.active_element());
        let had_focus = place.contains(active.as_deref()) && place.child_element_count() > 0;
        let style = place.style();
        let is_decided = matches!(stage, Stage::Decided(_));
        let shown = match stage {
            Stage::Decided(decision) => {
                // Nothing below may move.
                let height = place.get_bounding_client_rect().height();
                let _ = style.set_property("min-height", &px(height));
                decided(&call, &decision)
            }
            _ => {
                let _ = style.remove_property("min-height");
                self.waiting(&call, revision > 0)
            }
        };
        if had_focus {
            let place = place.clone();
            effect(move || {
                self.desk.try_with_value(|desk| {
                    if is_decided {
                        self.call.with_value(|call| desk.focus_next(call));
                    } else if let Ok(Some(group)) = place.query_selector("[role=group]") {
                        desk.focus(&group);
                    }
                });
            });
        }
        shown
    }

    fn waiting(self, call: &WaitingCall, is_changed: bool) -> Nodes {
        let name = match call.kind {
            Kind::Approval => format!("Approval: {}", call.tool),
            Kind::CustomTool => format!("Tool result: {}", call.tool),
        };
        let (argument_id, note_id) = (self.id("argument"), self.id("note"));
        // Whose call it is may become known late.
        let asks = move || self.read(|place| place.call().asks()).unwrap_or_default();
        let seen = move || {
            self.desk.try_with_value(|desk| {
                desk.change(|area, _| self.call.with_value(|call| area.seen(call)));
            });
        };
        let note = move || self.note().unwrap_or_default();
        let buttons = el("div.pending-end").with((
            el("p.pending-note").attr("id", &note_id).with(note),
            match call.kind {
                Kind::Approval => Nodes::of((
                    self.button(Button::Deny, "danger", "Deny"),
                    self.button(Button::Allow, "primary", "Allow"),
                )),
                Kind::CustomTool => {
                    // The box is made anew, so what was ticked does not count any more.
                    self.is_error.set(false);
                    let box_ = el("input").attr("type", "checkbox");
                    let box_ = box_.on_check(move |on| self.is_error.set(on));
                    Nodes::of((
                        el("label.check").with((box_, el("span").with("Is error"))),
                        self.button(Button::SendResult, "primary", "Send result"),
                    ))
                }
            },
        ));
        let field = match call.kind {
            Kind::Approval => text_field(
                "Reason",
                self.text,
                &[
                    ("type", "text"),
                    ("maxlength", "10000"),
                    ("autocomplete", "off"),
                    ("placeholder", "optional, told to the agent when you deny"),
                ],
            ),
            Kind::CustomTool => text_area("Result", self.text, &[("rows", "2")]),
        };
        let group = el("div.pending-call").attrs(&[
            ("role", "group"),
            ("tabindex", "-1"),
            ("aria-label", &name),
            ("aria-describedby", &argument_id),
        ]);
        group
            .with((
                el("p.pending-title").with((
                    move || asks().0,
                    el("strong.exact").with(call.tool_name()),
                    call.asks().1,
                    is_changed.then(|| el("span.tag").with("changed: read it again")),
                )),
                argument(&call.input, &argument_id, seen),
                el("div.pending-answer").with((field, error_alert(move || self.error.get()))),
                buttons,
            ))
            .nodes()
    }

    fn id(self, what: &str) -> String {
        format!("call-{}-{what}", self.number)
    }

    fn button(self, button: Button, class: &str, label: &'static str) -> El {
        let name = match button {
            Button::Allow => "allow",
            Button::Deny => "deny",
            Button::SendResult => "result",
        };
        let described_by = format!("{} {}", self.id("argument"), self.id("note"));
        plain_button(class)
            .attr(DECIDES, name)
            .attr("aria-describedby", &described_by)
            .bind("aria-disabled", move || {
                let is_empty = button == Button::SendResult && self.text.with(|text| text.trim().is_empty());
                is_empty || self.dead(button).is_some()
            })
            .with(label)
            .on("click", move |event| {
                let counts = self.desk.try_with_value(|desk| {
                    let is_empty = button == Button::SendResult
                        && self.text.with_untracked(|text| text.trim().is_empty());
                    !is_empty && self.call.with_value(|call| desk.press(call, button, &event))
                });
                if counts == Some(true) {
                    self.send(button);
                }
            })
    }

    fn dead(self, button: Button) -> Option<Dead> {
        let dead = self.read(|place| place.button(button, clock::now_ms()).err());
        dead.unwrap_or(Some(Dead::Decided))
    }

    /// What to know before pressing, in a place that is always there.
    fn note(self) -> Option<&'static str> {
        let stage = self.read(|place| match place.stage() {
            Stage::Sending => Some("Sending…"),
            Stage::Checking => Some("May have arrived. Looking for it in the history…"),
            Stage::NotFound => Some("It is not in the session's history. Answer again?"),
            _ => None,
        });
        stage.flatten().or_else(|| match self.dead(Button::Allow)? {
            Dead::ReasonTyped => Some("Clear the reason to allow."),
            Dead::Unseen => Some("Show all of it, to its end, to allow."),
            _ => None,
        })
    }

    /// Sends one answer in its own request, so that a refusal of one does not refuse another.
    fn send(self, button: Button) {
        let call = self.call.get_value();
        let text = self.text.get_untracked();
        let event = match button {
            Button::Allow => InputEvent::allow(call.as_str()),
            Button::Deny => {
                let why = text.trim();
                InputEvent::deny(call.as_str(), (!why.is_empty()).then(|| why.to_owned()))
            }
            Button::SendResult => {
                InputEvent::custom_tool_result(call.as_str(), text, self.is_error.get_untracked())
            }
        };
        self.error.set(None);
        let Some(context) = self.desk.try_with_value(|desk| desk.context) else {
            return;
        };
        context.tasks.spawn(async move {
            let open = context.open();
            let outcome = open.send(vec![event]).await;
            self.desk.try_with_value(|desk| {
                desk.sync_now();
                desk.change(|area, now| area.answered(now, &call, outcome == SendOutcome::Stored));
            });
            match outcome {
                SendOutcome::Stored => {}
                SendOutcome::Refused(failed) => {
                    // Somebody else may have answered; the history tells.
                    open.look_again();
                    let _ = self.error.try_set(Some(failed));
                }
                SendOutcome::Unconfirmed(_, failed) => {
                    let _ = self.error.try_set(Some(failed));
                }
            }
        });
    }
}

/// What became of a call, on a line.
fn decided(call: &WaitingCall, decision: &Decision) -> Nodes {
    let (outcome, word, why, at) = match decision {
        Decision::Closed => ("closed", "closed, nobody answered", None, None),
        Decision::Answered { verdict, by, at } => {
            let is_yours = *by == By::You;
            let (outcome, word) = match (verdict, is_yours) {
                (Verdict::Allowed, true) => ("allowed", "allowed"),
                (Verdict::Allowed, false) => ("allowed", "allowed elsewhere"),
                (Verdict::Denied(_), true) => ("denied", "denied"),
                (Verdict::Denied(_), false) => ("denied", "denied elsewhere"),
                (Verdict::Answered, true) => ("allowed", "answered"),
                (Verdict::Answered, false) => ("allowed", "answered elsewhere"),
            };
            let why = match verdict {
                Verdict::Denied(Some(why)) => Some(format!(": {why}")),
                _ => None,
            };
            (outcome, word, why, *at)
        }
    };
    let line = el("p.pending-done").attr("data-outcome", outcome);
    line.with((
        shape("pending-shape"),
        el("strong.exact").with(call.tool_name()),
        el("span").with((word, why)),
        at.map(|at| el("span.muted.number").with(intl::clock_time(at))),
    ))
    .nodes()
}
