//! Elements of lists, which are read one by one: one that cannot be read is kept as its text and hides no other.

use serde::{Deserialize, Serialize};

use super::json_text::string_in;
use super::kept::Kept;
use super::loose;
use super::object::{Fields, FromFields};
use super::scalars::id_of;

/// What can stand in a list, whatever its text is.
pub trait FromElement {
    /// Takes the text of one element, which may be no JSON.
    fn from_element(text: &str) -> Self;
}

/// An element of a list of objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Element<T> {
    /// An object with an id.
    Object(T),
    /// Anything else.
    #[serde(skip_deserializing)]
    Unreadable(Unreadable),
}

/// A text that stands where an object should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The text as it came.
    pub raw: Box<str>,
    /// The id that could be found in it.
    pub id: Option<Box<str>>,
}

impl<T> Element<T> {
    /// The object, if it could be read.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Object(object) => Some(object),
            Self::Unreadable(_) => None,
        }
    }
}

impl<T: FromFields> FromElement for Element<Kept<T>> {
    fn from_element(text: &str) -> Self {
        let unreadable = |id: Option<Box<str>>| Self::Unreadable(Unreadable { raw: text.into(), id });
        let strict = Fields::of(text).ok();
        let Some(id) = strict.as_ref().map(|fields| fields.id()) else {
            return unreadable(id_in(text));
        };
        let object = strict.and_then(|fields| T::from_fields(&fields).ok());
        match (object, id) {
            (Some(object), Some(_)) => Self::Object(Kept::new(text, object)),
            (_, id) => unreadable(id.map(|id| (&*id).into())),
        }
    }
}

/// The id of an object in a text that is no JSON.
pub(super) fn id_in(text: &str) -> Option<Box<str>> {
    // The text of an object may also stand in a string.
    let inside = string_in(text.trim()).map(|(inside, _)| inside);
    let (fields, _) = loose::fields(inside.as_deref().unwrap_or(text))?;
    let id = id_of(serde_json::from_str(loose::get(&fields, "id")?).ok()?)?;
    Some((&*id).into())
}
