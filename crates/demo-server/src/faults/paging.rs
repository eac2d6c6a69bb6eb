//! Lists that page in other ways than the API's, or without end.

use std::num::NonZeroUsize;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::set_query;
use super::shape::loose::Loose;
use crate::stats::Listed;

/// Elements of a page if neither the request nor the fault says how many.
const PAGE: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListFaults {
    /// Sessions and events come in this order, whatever is asked for.
    pub(crate) order: Option<Order>,
    /// Another way of paging.
    pub(crate) paging: Option<Paging>,
    /// Elements in a page, whatever is asked for; needs `paging`.
    pub(crate) page_size: Option<NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    Asc,
    Desc,
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paging {
    /// `has_more`, `first_id` and `last_id` instead of cursors; `after_id` and `before_id` lead on.
    AfterId,
    /// The same without understanding `after_id`: the same page comes again.
    AfterIdIgnored,
    /// Three cursors that lead in a circle.
    Cycle,
    /// Pages without an element, each with a new cursor.
    Empty,
    /// The whole list, then such pages.
    EmptyAtEnd,
    /// The first page again and again, each time with a new cursor.
    Repeat,
    /// The first page again and again, with the cursor that led to it.
    Stuck,
}

/// The page of a list that is asked for, out of all that the server has.
struct Asked {
    limit: usize,
    page: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

/// What is answered.
#[derive(Debug, PartialEq)]
struct Cut {
    from: usize,
    to: usize,
    next_page: Option<String>,
}

impl ListFaults {
    /// Whether a request for this list is answered by [`ListFaults::answer`].
    pub(crate) fn pages(&self, method: &Method) -> bool {
        self.paging.is_some() && *method == Method::GET
    }

    /// Reads the whole list from the handler and cuts the page out of it. What is no list is passed on.
    pub(crate) async fn answer(&self, request: Request, next: Next) -> Response {
        let (mut parts, _) = request.into_parts();
        let mut asked = Asked {
            limit: PAGE,
            page: None,
            after: None,
            before: None,
        };
        let mut bad = None;
        set_query(&mut parts, |pairs| {
            pairs.retain(|(name, value)| {
                match name.as_str() {
                    "page" => asked.page = Some(value.clone()),
                    "after_id" => asked.after = Some(value.clone()),
                    "before_id" => asked.before = Some(value.clone()),
                    "limit" => match value.parse() {
                        Ok(limit) if limit > 0 => asked.limit = limit,
                        // For the handler to refuse.
                        _ => bad = Some((name.clone(), value.clone())),
                    },
                    _ => return true,
                }
                false
            });
            pairs.extend(bad);
        });
        if let Some(size) = self.page_size {
            asked.limit = size.get();
        }
        let mut elements: Vec<Loose> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut parts = parts.clone();
            if let Some(cursor) = cursor {
                set_query(&mut parts, |pairs| pairs.push(("page".to_owned(), cursor)));
            }
            let response = next.clone().run(Request::from_parts(parts, Body::empty())).await;
            let is_list = response.status().is_success()
                && response.headers().get(CONTENT_TYPE)
                    == Some(&HeaderValue::from_static("application/json"));
            if !is_list {
                return response;
            }
            let (head, body) = response.into_parts();
            let body = body
                .collect()
                .await
                .map(http_body_util::Collected::to_bytes)
                .unwrap_or_default();
            let Some(mut page) = Loose::read(&body) else {
                return Response::from_parts(head, Body::from(body));
            };
            let Some(found) = page.list_mut("data") else {
                return Response::from_parts(head, Body::from(body));
            };
            elements.append(found);
            cursor = page.text_at("next_page");
            if cursor.is_none() {
                break;
            }
        }
        self.page(elements, &asked)
    }

    fn page(&self, elements: Vec<Loose>, asked: &Asked) -> Response {
        let paging = self.paging.unwrap_or(Paging::AfterId);
        let place = |id: &Option<String>| {
            let id = id.as_deref()?;
            elements
                .iter()
                .position(|element| element.text_at("id").as_deref() == Some(id))
        };
        let cut = paging.cut(elements.len(), asked, place(&asked.after), place(&asked.before));
        let has_more = cut.to < elements.len();
        let shown: Vec<Loose> = elements.into_iter().take(cut.to).skip(cut.from).collect();
        let count = shown.len() as u64;
        let id = |element: Option<&Loose>| element.and_then(|one| one.get("id")).cloned();
        let (first, last) = (id(shown.first()), id(shown.last()));
        let mut fields = vec![("data".to_owned(), Loose::List(shown))];
        let mut put = |name: &str, value: Loose| fields.push((name.to_owned(), value));
        if matches!(paging, Paging::AfterId | Paging::AfterIdIgnored) {
            put("has_more", Loose::of(&Value::from(has_more)));
            put("first_id", first.unwrap_or(Loose::null()));
            put("last_id", last.unwrap_or(Loose::null()));
        } else if let Some(next) = cut.next_page {
            put("next_page", Loose::text(&next));
        }
        let mut response = Response::new(Body::from(Loose::Object(fields).written()));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.extensions_mut().insert(Listed(count));
        response
    }
}

impl Paging {
    /// `after` and `before`: the places of the elements that were named.
    fn cut(self, length: usize, asked: &Asked, after: Option<usize>, before: Option<usize>) -> Cut {
        let slice = |from: usize, next_page: Option<String>| Cut {
            from: from.min(length),
            to: (from + asked.limit).min(length),
            next_page,
        };
        // Cursors count: `page_again_3` leads to `page_again_4`.
        let count =
            |prefix: &str| -> Option<usize> { asked.page.as_deref()?.strip_prefix(prefix)?.parse().ok() };
        let following = |prefix: &str| Some(format!("{prefix}{}", count(prefix).map_or(1, |n| n + 1)));
        match self {
            Self::AfterId => match (after, before) {
                (Some(after), _) => slice(after + 1, None),
                (None, Some(before)) => Cut {
                    from: before.saturating_sub(asked.limit),
                    to: before,
                    next_page: None,
                },
                (None, None) => slice(0, None),
            },
            Self::AfterIdIgnored => slice(0, None),
            Self::Cycle => {
                const NAMES: [&str; 3] = ["page_a", "page_b", "page_c"];
                let at = NAMES.iter().position(|name| asked.page.as_deref() == Some(name));
                let next = at.map_or(0, |at| (at + 1) % NAMES.len());
                // The list goes round as well, so that a short one has something on each page.
                let from = at.map_or(0, |at| ((at + 1) % NAMES.len()) * asked.limit);
                slice(if from < length { from } else { 0 }, Some(NAMES[next].to_owned()))
            }
            Self::Empty => Cut {
                from: 0,
                to: 0,
                next_page: following("page_empty_"),
            },
            Self::EmptyAtEnd => {
                let from = match (count("page_at_"), count("page_empty_")) {
                    (Some(from), _) => from,
                    (None, Some(_)) => length,
                    (None, None) => 0,
                };
                let to = from + asked.limit;
                let next = if to < length {
                    Some(format!("page_at_{to}"))
                } else {
                    following("page_empty_")
                };
                slice(from, next)
            }
            Self::Repeat => slice(0, following("page_again_")),
            Self::Stuck => slice(0, Some("page_stuck".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first elements of the pages and the cursors between them.
    fn followed(paging: Paging, length: usize, requests: usize) -> Vec<(usize, usize, Option<String>)> {
        let mut page = None;
        (0..requests)
            .map(|_| {
                let asked = Asked {
                    limit: 2,
                    page: page.clone(),
                    after: None,
                    before: None,
                };
                let cut = paging.cut(length, &asked, None, None);
                page.clone_from(&cut.next_page);
                (cut.from, cut.to, cut.next_page)
            })
            .collect()
    }

    fn named(list: &[(usize, usize, &str)]) -> Vec<(usize, usize, Option<String>)> {
        list.iter()
            .map(|(from, to, name)| (*from, *to, Some((*name).to_owned())))
            .collect()
    }

    #[test]
    fn cursors_lead_in_a_circle() {
        let expected = [
            (0, 2, "page_a"),
            (2, 4, "page_b"),
            (4, 5, "page_c"),
            (0, 2, "page_a"),
            (2, 4, "page_b"),
        ];
        assert_eq!(followed(Paging::Cycle, 5, 5), named(&expected));
        let short = [
            (0, 1, "page_a"),
            (0, 1, "page_b"),
            (0, 1, "page_c"),
            (0, 1, "page_a"),
        ];
        assert_eq!(followed(Paging::Cycle, 1, 4), named(&short));
    }

    #[test]
    fn cursors_are_new_for_ever() {
        let empty = [
            (0, 0, "page_empty_1"),
            (0, 0, "page_empty_2"),
            (0, 0, "page_empty_3"),
        ];
        assert_eq!(followed(Paging::Empty, 5, 3), named(&empty));
        let at_end = [
            (0, 2, "page_at_2"),
            (2, 3, "page_empty_1"),
            (3, 3, "page_empty_2"),
            (3, 3, "page_empty_3"),
        ];
        assert_eq!(followed(Paging::EmptyAtEnd, 3, 4), named(&at_end));
        let again = [(0, 2, "page_again_1"), (0, 2, "page_again_2")];
        assert_eq!(followed(Paging::Repeat, 3, 2), named(&again));
        assert_eq!(
            followed(Paging::Stuck, 3, 2),
            named(&[(0, 2, "page_stuck"), (0, 2, "page_stuck")])
        );
    }

    #[test]
    fn ids_lead_on_or_are_ignored() {
        let asked = Asked {
            limit: 2,
            page: None,
            after: None,
            before: None,
        };
        let cut = |paging: Paging, after, before| {
            let cut = paging.cut(5, &asked, after, before);
            (cut.from, cut.to)
        };
        assert_eq!(cut(Paging::AfterId, None, None), (0, 2));
        assert_eq!(cut(Paging::AfterId, Some(1), None), (2, 4));
        assert_eq!(cut(Paging::AfterId, Some(4), None), (5, 5));
        assert_eq!(cut(Paging::AfterId, None, Some(3)), (1, 3));
        assert_eq!(cut(Paging::AfterIdIgnored, Some(1), None), (0, 2));
    }
}
