//! Bends JSON as careless servers do: fields missing, null, of another type or doubled, elements replaced by anything, and
//! texts that are no JSON. The brackets stay balanced, so that a list of bent objects is still a list.

use serde_json::Value;

/// Draws numbers.
pub(crate) trait Chance {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize;
}

/// What stands where something else should.
const ODD: [&str; 22] = [
    "null",
    "true",
    "7",
    "-1",
    "12.0",
    "1e3",
    "18446744073709551616",
    "\"\"",
    "\"odd\"",
    "\"half \\ud83d\"",
    "[]",
    "{}",
    "[7]",
    "[null]",
    "{\"type\":\"odd\"}",
    "{\"message\":\"odd\"}",
    "[[[[[[]]]]]]",
    "NaN",
    "-Infinity",
    "undefined",
    "\"raw \u{1} control\"",
    "{\"a\":1,}",
];

/// How many of them are JSON.
const JSON: usize = 17;

/// How to bend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bend {
    /// One of so many fields and elements is bent.
    pub(crate) one_of: usize,
    /// The text stays JSON.
    pub(crate) is_json: bool,
    /// The object stays an object with its id.
    pub(crate) is_object: bool,
}

impl Bend {
    /// The text of a bent object.
    pub(crate) fn text(self, value: &Value, chance: &mut dyn Chance) -> String {
        let mut out = String::new();
        match value {
            Value::Object(_) if self.is_object || chance.below(self.one_of * 8) > 0 => {
                self.write(value, true, chance, &mut out)
            }
            _ => self.write_or_bend(value, chance, &mut out),
        }
        out
    }

    fn odd(self, chance: &mut dyn Chance) -> &'static str {
        ODD[chance.below(if self.is_json { JSON } else { ODD.len() })]
    }

    fn write_or_bend(self, value: &Value, chance: &mut dyn Chance, out: &mut String) {
        if chance.below(self.one_of) > 0 {
            return self.write(value, false, chance, out);
        }
        match chance.below(4) {
            0 => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                out.push_str(&Value::from(text).to_string());
            }
            1 => {
                out.push('[');
                self.write(value, false, chance, out);
                out.push(']');
            }
            _ => out.push_str(self.odd(chance)),
        }
    }

    fn write(self, value: &Value, keeps_id: bool, chance: &mut dyn Chance, out: &mut String) {
        match value {
            Value::Object(fields) => {
                out.push('{');
                let mut is_first = true;
                for (name, value) in fields {
                    let times = match chance.below(self.one_of) {
                        _ if keeps_id && name == "id" => 1,
                        0 => 2 * chance.below(2),
                        _ => 1,
                    };
                    for _ in 0..times {
                        if !std::mem::take(&mut is_first) {
                            out.push(',');
                        }
                        out.push_str(&Value::from(name.as_str()).to_string());
                        out.push(':');
                        match keeps_id && name == "id" {
                            true => out.push_str(&value.to_string()),
                            false => self.write_or_bend(value, chance, out),
                        }
                    }
                }
                out.push('}');
            }
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.write_or_bend(item, chance, out);
                }
                out.push(']');
            }
            plain => out.push_str(&plain.to_string()),
        }
    }
}
