//! What a component returns.

use leptos::prelude::{Mountable, Render, RenderHtml};
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::view::{Position, PositionState};
use web_sys::{Comment, Element, Node};

use super::children::Children;
use super::element::{El, fragment};

/// Nodes that are made and stand nowhere yet; several travel as a document fragment.
///
/// Leptos takes it for a view like any other, but it is one type for all components, whatever they show.
pub struct Nodes(Node);

impl Nodes {
    /// The nodes of some children.
    pub fn of(children: impl Children) -> Self {
        let nodes = fragment();
        children.append_to(&nodes);
        Self(nodes)
    }

    /// Gives the nodes away.
    pub(super) fn into_node(self) -> Node {
        self.0
    }
}

impl From<El> for Nodes {
    fn from(element: El) -> Self {
        Self(element.into_element().into())
    }
}

impl From<Comment> for Nodes {
    fn from(marker: Comment) -> Self {
        Self(marker.into())
    }
}

impl Render for Nodes {
    type State = Placed;

    fn build(self) -> Placed {
        Placed(self.0)
    }

    fn rebuild(self, placed: &mut Placed) {
        let mut next = self.build();
        placed.insert_before_this(&mut next);
        placed.unmount();
        *placed = next;
    }
}

/// A view where Leptos put it.
pub struct Placed(Node);

impl Mountable for Placed {
    fn unmount(&mut self) {
        if let Some(parent) = self.0.parent_node() {
            let _ = parent.remove_child(&self.0);
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        let _ = parent.insert_before(&self.0, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.0.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(&self.0));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

no_attrs!(Nodes);

// The page is made in the browser only; what Leptos asks for HTML on a server stays empty.
impl RenderHtml for Nodes {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Placed {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
