//! What can stand inside an element.

use std::borrow::Cow;

use web_sys::Node;

use super::element::{El, IntoValue, text_node, text_of};
use super::nodes::Nodes;

/// Something that becomes nodes at the end of a parent.
pub trait Children {
    /// Appends the nodes.
    fn append_to(self, parent: &Node);
}

fn append(parent: &Node, child: &Node) {
    // Refused only for a node that contains its parent, which a new node does not.
    let _ = parent.append_child(child);
}

impl Children for Nodes {
    fn append_to(self, parent: &Node) {
        append(parent, &self.into_node());
    }
}

impl Children for El {
    fn append_to(self, parent: &Node) {
        append(parent, &self.into_element());
    }
}

impl Children for &str {
    fn append_to(self, parent: &Node) {
        append(parent, &text_node(self));
    }
}

impl Children for String {
    fn append_to(self, parent: &Node) {
        self.as_str().append_to(parent);
    }
}

impl Children for Cow<'_, str> {
    fn append_to(self, parent: &Node) {
        self.as_ref().append_to(parent);
    }
}

/// Text that follows the signals it is made of.
impl<F: Fn() -> V + 'static, V: IntoValue> Children for F {
    fn append_to(self, parent: &Node) {
        append(parent, &text_of(Box::new(move || self().into_value())));
    }
}

impl<C: Children> Children for Option<C> {
    fn append_to(self, parent: &Node) {
        if let Some(child) = self {
            child.append_to(parent);
        }
    }
}

impl<C: Children> Children for Vec<C> {
    fn append_to(self, parent: &Node) {
        for child in self {
            child.append_to(parent);
        }
    }
}

macro_rules! children_in_order {
    ($($name:ident)*) => {
        impl<$($name: Children),*> Children for ($($name,)*) {
            #[allow(non_snake_case, unused_variables)]
            fn append_to(self, parent: &Node) {
                let ($($name,)*) = self;
                $($name.append_to(parent);)*
            }
        }
    };
}

children_in_order!();
children_in_order!(A B);
children_in_order!(A B C);
children_in_order!(A B C D);
children_in_order!(A B C D E);
children_in_order!(A B C D E F);
children_in_order!(A B C D E F G);
children_in_order!(A B C D E F G H);
children_in_order!(A B C D E F G H I);
children_in_order!(A B C D E F G H I J);
children_in_order!(A B C D E F G H I J K);
children_in_order!(A B C D E F G H I J K L);
