//! Several effects on one request.

use serde_json::{Map, Value};

/// Adds to `into` what it does not say yet: objects are merged, lists joined, and of other values the first counts.
pub(super) fn merge(into: &mut Map<String, Value>, more: &Map<String, Value>) {
    for (key, value) in more {
        match (into.get_mut(key), value) {
            (None, value) => {
                into.insert(key.clone(), value.clone());
            }
            (Some(Value::Object(into)), Value::Object(more)) => merge(into, more),
            (Some(Value::Array(into)), Value::Array(more)) => into.extend(more.iter().cloned()),
            (Some(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_word_counts_lists_join_and_objects_merge() {
        let Value::Object(mut into) = json!({"status": 500, "stream": {"replay": true}, "ignore": ["order"]})
        else {
            unreachable!()
        };
        let Value::Object(more) = json!({"status": 404, "stream": {"replay": false, "ping_every": 2}, "ignore": ["limit"], "apply": true})
        else {
            unreachable!()
        };
        merge(&mut into, &more);
        assert_eq!(
            Value::Object(into),
            json!({
                "status": 500, "stream": {"replay": true, "ping_every": 2}, "ignore": ["order", "limit"], "apply": true,
            })
        );
    }
}
