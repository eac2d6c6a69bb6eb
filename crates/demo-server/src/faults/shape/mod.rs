//! What answers and frames look like: another form of the same, something left out or added, unreadable, or bent at
//! random. Each works on JSON as servers write it ([`loose`]).

mod bend;
mod forms;
pub(super) mod loose;
mod rewrite;
mod sequence;
mod unreadable;

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Hit;
use crate::http::query::Order;
use crate::wire::events::Kind;
use loose::Loose;

/// The part of an effect that changes JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shape {
    /// Other forms for the same things.
    forms: forms::Forms,
    /// Fields changed where a pattern fits.
    rewrite: Vec<rewrite::Rewrite>,
    /// Events left out of streams and histories.
    omit: Vec<sequence::EventPattern>,
    /// Answers come in pieces of an unknown type first.
    chunks: Option<sequence::Chunks>,
    /// Elements of pages and frames of streams that cannot be read.
    unreadable: Vec<unreadable::Unreadable>,
    /// Everything is bent at random.
    bend: Option<bend::Bend>,
}

impl Shape {
    pub(crate) fn is_plain(&self) -> bool {
        self == &Self::default()
    }

    /// The body of an answer. `history`: it lists events in this order. `None`: it is no JSON, or stays as it is.
    pub(crate) fn answer(&self, body: &[u8], history: Option<Order>) -> Option<Vec<u8>> {
        let mut root = Loose::read(body)?;
        match root.list_mut("data") {
            Some(elements) => {
                if let Some(order) = history {
                    let mut events = std::mem::take(elements);
                    if order == Order::Desc {
                        events.reverse();
                    }
                    *elements = events
                        .into_iter()
                        .flat_map(|event| self.become_of(event))
                        .collect();
                    if order == Order::Desc {
                        elements.reverse();
                    }
                }
                elements.iter_mut().for_each(|element| self.change(element));
            }
            None => self.change(&mut root),
        }
        if let Some(bend) = &self.bend {
            bend.apply(&mut root);
        }
        for (place, element) in (0..).zip(root.list_mut("data").into_iter().flatten()) {
            self.spoil(element, place);
        }
        Some(root.written())
    }

    /// What goes out for one frame. `place`: how many went before it.
    fn frame(&self, name: &Kind, json: &Bytes, place: u64) -> Vec<(Kind, Bytes)> {
        let Some(event) = Loose::read(json) else {
            return vec![(name.clone(), json.clone())];
        };
        let own = event.text_at("id");
        let mut frames = Vec::new();
        for (place, mut event) in (place..).zip(self.become_of(event)) {
            let name = match event.text_at("type") {
                Some(kind) if event.text_at("id") != own => kind.into(),
                _ => name.clone(),
            };
            self.change(&mut event);
            if let Some(bend) = &self.bend {
                bend.apply(&mut event);
            }
            self.spoil(&mut event, place);
            frames.push((name, Bytes::from(event.written())));
        }
        frames
    }

    fn become_of(&self, event: Loose) -> Vec<Loose> {
        sequence::become_of(event, &self.omit, self.chunks.as_ref())
    }

    fn change(&self, object: &mut Loose) {
        self.forms.apply(object);
        for rewrite in &self.rewrite {
            rewrite.apply(object);
        }
    }

    fn spoil(&self, element: &mut Loose, place: u64) {
        for unreadable in &self.unreadable {
            unreadable.apply(element, place);
        }
    }
}

/// The shape of the frames of one stream; there is none if they go out as they are.
#[derive(Debug)]
pub(crate) struct FrameShape(Arc<Hit>);

impl FrameShape {
    pub(crate) fn of(hit: &Arc<Hit>) -> Option<Self> {
        (!hit.effect.shape.is_plain()).then(|| Self(Arc::clone(hit)))
    }

    /// What goes out for one frame. `place`: how many went before it.
    pub(crate) fn frames(&self, name: &Kind, json: &Bytes, place: u64) -> Vec<(Kind, Bytes)> {
        self.0.effect.shape.frame(name, json, place)
    }
}
