//! Metadata maps: at most 16 pairs, keys up to 64 and values up to 512 characters.

use serde_json::{Map, Value};

/// Applies a patch: a string sets a key, null removes it. Null instead of a patch changes nothing.
pub(crate) fn patch(metadata: &mut Map<String, Value>, patch: &Value) -> Result<(), String> {
    let patch = match patch {
        Value::Null => return Ok(()),
        Value::Object(patch) => patch,
        _ => return Err("metadata: Input should be a valid dictionary".to_owned()),
    };
    for (key, value) in patch {
        match value {
            Value::Null => {
                metadata.remove(key);
            }
            Value::String(text) => {
                if key.is_empty() || key.chars().count() > 64 {
                    return Err("metadata: keys must have 1 to 64 characters".to_owned());
                }
                if text.chars().count() > 512 {
                    return Err(format!("metadata.{key}: must have at most 512 characters"));
                }
                metadata.insert(key.clone(), value.clone());
            }
            _ => return Err(format!("metadata.{key}: Input should be a valid string")),
        }
    }
    if metadata.len() > 16 {
        return Err("metadata: at most 16 pairs".to_owned());
    }
    Ok(())
}

/// The map of a create request, where null has nothing to remove.
pub(crate) fn create(given: Option<&Value>) -> Result<Map<String, Value>, String> {
    let mut metadata = Map::new();
    if let Some(given) = given.filter(|value| !value.is_null()) {
        if let Some((key, _)) = given
            .as_object()
            .into_iter()
            .flatten()
            .find(|(_, value)| value.is_null())
        {
            return Err(format!("metadata.{key}: Input should be a valid string"));
        }
        patch(&mut metadata, given)?;
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patches_set_and_remove() {
        let mut map = create(Some(&json!({"a": "1", "b": "2"}))).unwrap();
        patch(&mut map, &json!({"a": null, "c": "3"})).unwrap();
        patch(&mut map, &Value::Null).unwrap();
        assert_eq!(Value::Object(map), json!({"b": "2", "c": "3"}));
    }

    #[test]
    fn limits_are_counted_in_characters() {
        let many: Map<String, Value> = (0..17).map(|n| (n.to_string(), json!("x"))).collect();
        assert!(create(Some(&Value::Object(many))).is_err());
        assert!(create(Some(&json!({"k": "ä".repeat(512)}))).is_ok());
        assert!(create(Some(&json!({"k": "x".repeat(513)}))).is_err());
        assert!(create(Some(&json!({"k".repeat(65): "x"}))).is_err());
        assert!(create(Some(&json!({"k": 1}))).is_err());
        assert!(create(Some(&json!({"k": null}))).is_err());
    }
}
