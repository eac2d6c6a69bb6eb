//! The `model` of an agent: an id, how hard and how fast it works, and where.

use serde_json::{Map, Value, json};

const EFFORTS: &[&str] = &["low", "medium", "high", "xhigh", "max"];
const DEFAULT_EFFORT: &str = "high";

/// `ModelConfig` from an id or an object. An effort that is left out stays as in `stored` if the model does.
pub(crate) fn resolve(given: &Value, stored: Option<&Value>, at: &str) -> Result<Value, String> {
    let fields = match given {
        Value::String(id) if !id.is_empty() => Map::from_iter([("id".to_owned(), given.clone())]),
        Value::Object(fields) => fields.clone(),
        _ => {
            return Err(format!(
                "{at}: Input should be a model id or an object with an id"
            ));
        }
    };
    if let Some(key) = fields
        .keys()
        .find(|key| !["id", "effort", "speed", "inference_geo"].contains(&key.as_str()))
    {
        return Err(format!("{at}.{key}: Extra inputs are not permitted"));
    }
    let field = |key: &str| fields.get(key).unwrap_or(&Value::Null);
    if field("id").as_str().is_none_or(str::is_empty) {
        return Err(format!("{at}.id: Field required"));
    }
    let effort = match field("effort") {
        Value::Null => stored.filter(|stored| stored["id"] == fields["id"]).map_or_else(
            || json!(DEFAULT_EFFORT),
            |stored| stored["effort"]["type"].clone(),
        ),
        Value::Object(effort) => effort.get("type").cloned().unwrap_or_default(),
        word => word.clone(),
    };
    if !effort.as_str().is_some_and(|effort| EFFORTS.contains(&effort)) {
        return Err(format!("{at}.effort: {effort} is not a valid value"));
    }
    let speed = match field("speed") {
        Value::Null => "standard",
        Value::String(speed) if speed == "standard" || speed == "fast" => speed,
        other => return Err(format!("{at}.speed: {other} is not a valid value")),
    };
    let mut config = json!({"id": fields["id"], "effort": {"type": effort}, "speed": speed});
    match field("inference_geo") {
        Value::Null => {}
        geo @ Value::String(_) => config["inference_geo"] = geo.clone(),
        _ => return Err(format!("{at}.inference_geo: Input should be a valid string")),
    }
    Ok(config)
}

/// The model of one session instead of the agent's: it runs at its own default effort.
pub(crate) fn override_with(given: &Value, at: &str) -> Result<Value, String> {
    let mut config = resolve(given, None, at)?;
    config["effort"] = json!({"type": DEFAULT_EFFORT});
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_a_default_or_stays() {
        let plain = resolve(&json!("m"), None, "model").unwrap();
        assert_eq!(
            plain,
            json!({"id": "m", "effort": {"type": "high"}, "speed": "standard"})
        );
        let low = resolve(
            &json!({"id": "m", "effort": "low", "inference_geo": "eu"}),
            None,
            "model",
        )
        .unwrap();
        assert_eq!(low["effort"], json!({"type": "low"}));
        let later = resolve(&json!({"id": "m", "effort": null}), Some(&low), "model").unwrap();
        assert_eq!(
            (&later["effort"]["type"], later.get("inference_geo")),
            (&json!("low"), None)
        );
        let other = resolve(&json!("n"), Some(&low), "model").unwrap();
        assert_eq!(other["effort"]["type"], "high");
        assert_eq!(
            override_with(&json!({"id": "m", "effort": "low"}), "model").unwrap(),
            plain
        );
    }

    #[test]
    fn other_values_are_refused_with_their_place() {
        for (given, place) in [
            (json!(""), "model:"),
            (json!(7), "model:"),
            (json!({}), "model.id:"),
            (json!({"id": "m", "effort": "extreme"}), "model.effort:"),
            (json!({"id": "m", "effort": {"type": 3}}), "model.effort:"),
            (json!({"id": "m", "speed": "warp"}), "model.speed:"),
            (json!({"id": "m", "inference_geo": 1}), "model.inference_geo:"),
            (json!({"id": "m", "top_k": 1}), "model.top_k:"),
        ] {
            let error = resolve(&given, None, "model").unwrap_err();
            assert!(error.starts_with(place), "{error}");
        }
    }
}
