//! Reading the body of an answer.

use super::element::id_in;
use super::kept::Kept;
use super::loose;
use super::object::{Fields, FromFields};
use super::page::fails;
use super::raw_json::RawJson;
use super::scalars::id_of;

/// What a successful answer can be read as.
pub trait FromAnswer: Sized {
    /// Reads the body of an answer with status 2xx; `None` if it is something else altogether.
    fn from_answer(body: &str) -> Option<Self>;
}

/// An object with an id, or one inside that is all the answer has; a field whose text is no JSON counts as absent.
impl<T: FromFields> FromAnswer for Kept<T> {
    fn from_answer(body: &str) -> Option<Self> {
        let kept = |body| {
            let fields = match Fields::of(body) {
                Ok(fields) => fields,
                Err(_) => match loose::fields(body)? {
                    (fields, true) => Fields::of_readable(fields),
                    (_, false) => return None,
                },
            };
            fields.id()?;
            Some(Self::new(body, T::from_fields(&fields).ok()?))
        };
        let body = body.trim();
        kept(body).or_else(|| kept(inside(body)?))
    }
}

/// The object that an answer has in `session` or `data`, or that is the only one of a list.
fn inside(body: &str) -> Option<&str> {
    if let Some(list) = loose::elements(body) {
        return (list.is_balanced && list.parts.len() == 1).then(|| list.parts[0]);
    }
    let (fields, is_balanced) = loose::fields(body)?;
    let inside = loose::get(&fields, "session").or_else(|| loose::get(&fields, "data"));
    inside.filter(|_| is_balanced)
}

/// Whether an answer to a change may be that of the API: not a page that something on the way sent, nor an error.
fn may_confirm(body: &str) -> bool {
    let fields = loose::fields(body).map(|(fields, _)| fields).unwrap_or_default();
    !body.trim_start().starts_with('<') && !fails(&fields)
}

/// An answer that says no more than that something was done: nothing at all, or whatever it is but an error.
impl FromAnswer for RawJson {
    fn from_answer(body: &str) -> Option<Self> {
        may_confirm(body).then(|| Self::parse(body).unwrap_or_default())
    }
}

/// The object that a change returns. The change took effect whatever the answer of the API looks like, so that an answer of
/// another form is no failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed<T>(pub Option<Kept<T>>);

impl<T: FromFields> FromAnswer for Changed<T> {
    fn from_answer(body: &str) -> Option<Self> {
        let changed = Kept::from_answer(body);
        (changed.is_some() || may_confirm(body)).then_some(Self(changed))
    }
}

/// What was created. Its id is all that is needed to go there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The id.
    pub id: String,
}

impl FromAnswer for Created {
    /// The id of the object, or of an object inside it that is all it has.
    fn from_answer(body: &str) -> Option<Self> {
        let body = body.trim();
        let id = match Fields::of(body) {
            Ok(fields) => id_of_created(&fields),
            Err(_) => id_in(inside(body).unwrap_or(body)).map(String::from),
        };
        Some(Self { id: id? })
    }
}

fn id_of_created(fields: &Fields<'_>) -> Option<String> {
    let named = |name: &str| id_of(fields.get(name)?);
    let inside = |name: &str| Fields::of(fields.get(name)?.get()).ok()?.id();
    let id = named("id")
        .or_else(|| inside("session"))
        .or_else(|| inside("data"));
    id.or_else(|| named("session_id")).map(String::from)
}
