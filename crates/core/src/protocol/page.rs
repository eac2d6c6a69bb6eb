//! Envelopes of lists.

use serde::{Deserialize, Serialize};

use super::raw_json::null_default;

/// One page of a list with opaque cursors (Managed Agents API reference, pagination).
///
/// The list ends where `next_page` is null or absent; an empty page with a cursor is not the end. Some servers say
/// `has_more` and name no page: they may take the id of the last object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Page<T> {
    /// The objects of this page.
    #[serde(default, deserialize_with = "null_default")]
    pub data: Vec<T>,
    /// Cursor of the following page.
    #[serde(default)]
    pub next_page: Option<String>,
    /// Cursor of the preceding page; only some lists have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_page: Option<String>,
    /// Whether more objects follow, on servers that page by id.
    #[serde(
        default,
        deserialize_with = "null_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub has_more: bool,
    /// Id of the last object, for `after_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_id: Option<String>,
}

impl<T> Default for Page<T> {
    /// An empty list.
    fn default() -> Self {
        Self {
            data: Vec::new(),
            next_page: None,
            prev_page: None,
            has_more: false,
            last_id: None,
        }
    }
}

/// One page of a list that is paged by the ids of its objects, as the list of models is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct IdPage<T> {
    /// The objects of this page.
    #[serde(default, deserialize_with = "null_default")]
    pub data: Vec<T>,
    /// Whether more objects follow.
    #[serde(default, deserialize_with = "null_default")]
    pub has_more: bool,
    /// Id of the first object, for `before_id`.
    #[serde(default)]
    pub first_id: Option<String>,
    /// Id of the last object, for `after_id`.
    #[serde(default)]
    pub last_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_null_or_absent() {
        for json in [
            r#"{"data":[1,2]}"#,
            r#"{"data":[1,2],"next_page":null}"#,
            r#"{"data":[1,2],"next_page":null,"prev_page":null,"new":1}"#,
        ] {
            let page: Page<u8> = serde_json::from_str(json).unwrap();
            assert_eq!(
                (page.data, page.next_page, page.prev_page),
                (vec![1, 2], None, None)
            );
        }
    }

    #[test]
    fn an_empty_page_may_have_a_successor() {
        let page: Page<u8> = serde_json::from_str(r#"{"data":[],"next_page":"page_x"}"#).unwrap();
        assert_eq!(page.next_page.as_deref(), Some("page_x"));
        let page: Page<u8> = serde_json::from_str(r#"{"data":null}"#).unwrap();
        assert!(page.data.is_empty());
    }

    #[test]
    fn models_are_paged_by_id() {
        let json = r#"{"data":[7],"has_more":true,"first_id":"a","last_id":"b"}"#;
        let page: IdPage<u8> = serde_json::from_str(json).unwrap();
        assert_eq!(page.last_id.as_deref(), Some("b"));
        assert_eq!(serde_json::to_string(&page).unwrap(), json);
    }
}
