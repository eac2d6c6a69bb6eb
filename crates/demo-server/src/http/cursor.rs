//! Page cursors: opaque to clients, bound to the list and the order that they were made for.

use super::error::ApiError;
use super::query::Order;

/// A position between two items of a sorted list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    pub(crate) list: String,
    pub(crate) order: Order,
    pub(crate) direction: Direction,
    /// The sort key of the item at the page's edge.
    pub(crate) key: Key,
}

/// Whether the page lies after the position or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Next,
    Previous,
}

/// Time first, then whatever tells equals apart.
pub(crate) type Key = (u64, String);

impl Cursor {
    pub(crate) fn encode(&self) -> String {
        let direction = if self.direction == Direction::Next {
            "n"
        } else {
            "p"
        };
        let plain = format!(
            "{}|{}|{direction}|{}|{}",
            self.list,
            self.order.name(),
            self.key.0,
            self.key.1
        );
        let mut out = String::from("page_");
        for byte in plain.bytes() {
            out.push_str(&format!("{byte:02x}"));
        }
        out
    }

    /// Reads a `page` parameter for a list in an order.
    pub(crate) fn decode(text: &str, list: &str, order: Order) -> Result<Self, ApiError> {
        let cursor = Self::read(text)
            .filter(|cursor| cursor.list == list)
            .ok_or_else(|| ApiError::invalid("page: Invalid cursor"))?;
        if cursor.order != order {
            return Err(ApiError::invalid(
                "page: the cursor was made with another `order`",
            ));
        }
        Ok(cursor)
    }

    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("page_")?;
        if digits.len() % 2 != 0 || !digits.is_ascii() {
            return None;
        }
        let bytes: Option<Vec<u8>> = (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
            .collect();
        let plain = String::from_utf8(bytes?).ok()?;
        let mut parts = plain.splitn(5, '|');
        let list = parts.next()?.to_owned();
        let order = match parts.next()? {
            "asc" => Order::Asc,
            "desc" => Order::Desc,
            _ => return None,
        };
        let direction = match parts.next()? {
            "n" => Direction::Next,
            "p" => Direction::Previous,
            _ => return None,
        };
        let key = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
        Some(Self {
            list,
            order,
            direction,
            key,
        })
    }
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
}

/// Cuts a page out of items sorted ascending by key.
pub(crate) fn cut<T>(
    sorted: Vec<(Key, T)>,
    list: &str,
    order: Order,
    limit: usize,
    cursor: Option<&Cursor>,
) -> Page<T> {
    let mut items = sorted;
    if order == Order::Desc {
        items.reverse();
    }
    let is_after = |key: &Key, edge: &Key| match order {
        Order::Asc => key > edge,
        Order::Desc => key < edge,
    };
    let (from, to) = match cursor {
        None => (0, items.len().min(limit)),
        Some(cursor) if cursor.direction == Direction::Next => {
            let from = items.partition_point(|(key, _)| !is_after(key, &cursor.key));
            (from, items.len().min(from + limit))
        }
        Some(cursor) => {
            let to = items.partition_point(|(key, _)| is_after(&cursor.key, key));
            (to.saturating_sub(limit), to)
        }
    };
    let edge = |at: usize, direction| {
        let key = items[at].0.clone();
        Cursor {
            list: list.to_owned(),
            order,
            direction,
            key,
        }
        .encode()
    };
    let next = (to < items.len() && to > 0).then(|| edge(to - 1, Direction::Next));
    let previous = (from > 0 && from < items.len()).then(|| edge(from, Direction::Previous));
    let items = items
        .into_iter()
        .skip(from)
        .take(to - from)
        .map(|(_, item)| item)
        .collect();
    Page {
        items,
        next,
        previous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(order: Order, limit: usize, cursor: Option<&str>) -> Page<u64> {
        let items = (1..=7_u64).map(|n| ((n, n.to_string()), n)).collect();
        let cursor = cursor.map(|text| Cursor::decode(text, "l", order).unwrap());
        cut(items, "l", order, limit, cursor.as_ref())
    }

    #[test]
    fn pages_lead_through_the_list_and_back() {
        for (order, all) in [
            (Order::Asc, [1, 2, 3, 4, 5, 6, 7]),
            (Order::Desc, [7, 6, 5, 4, 3, 2, 1]),
        ] {
            let first = page(order, 3, None);
            assert_eq!(first.items, all[..3]);
            assert!(first.previous.is_none());
            let second = page(order, 3, first.next.as_deref());
            assert_eq!(second.items, all[3..6]);
            let third = page(order, 3, second.next.as_deref());
            assert_eq!(third.items, all[6..]);
            assert!(third.next.is_none());
            let back = page(order, 3, third.previous.as_deref());
            assert_eq!(back.items, all[3..6]);
            let start = page(order, 3, back.previous.as_deref());
            assert_eq!(start.items, all[..3]);
            assert!(start.previous.is_none() && start.next.is_some());
        }
    }

    #[test]
    fn a_cursor_serves_only_its_own_list_and_order() {
        let next = page(Order::Asc, 3, None).next.unwrap();
        assert!(Cursor::decode(&next, "l", Order::Asc).is_ok());
        assert!(Cursor::decode(&next, "other", Order::Asc).is_err());
        assert!(Cursor::decode(&next, "l", Order::Desc).is_err());
        for bad in ["", "page_", "page_zz", "page_123", "nonsense", "page_é1"] {
            assert!(Cursor::decode(bad, "l", Order::Asc).is_err(), "{bad}");
        }
    }
}
