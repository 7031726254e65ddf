//! Methods of the language's own objects, as far as titles are made with them.

use std::rc::Rc;

use super::value::{MAX_LENGTH, Value};

/// What a method of a known value gives.
pub(super) fn method_value<'a>(object: &Value<'a>, name: &str, first: &Value<'a>) -> Value<'a> {
    match (name, object, first) {
        ("toUpperCase", Value::Text(text), _) => Value::text(&text.to_uppercase()),
        ("toLowerCase", Value::Text(text), _) => Value::text(&text.to_lowercase()),
        ("trim", Value::Text(text), _) => Value::text(text.trim()),
        ("toString", value, Value::Undefined) => {
            value.to_text().map_or(Value::Unknown, Value::Text)
        }
        ("repeat", Value::Text(text), times @ Value::Number(_)) => repeat(text, times),
        ("join", Value::List(items), Value::Text(between)) => join(items, between),
        ("entries", Value::List(items), _) => Value::list(numbered(items)),
        _ => Value::Unknown,
    }
}

/// `Object.keys` and its like.
pub(super) fn object_method<'a>(name: &str, object: &Value<'a>) -> Value<'a> {
    if name == "freeze" {
        return object.clone();
    }
    let Value::Object(fields) = object else { return Value::Unknown };
    // JavaScript moves keys that are numbers to the front.
    if fields.open || fields.entries.iter().any(|(key, _)| key.parse::<u32>().is_ok()) {
        return Value::Unknown;
    }
    let entries = fields.entries.iter();
    match name {
        "keys" => Value::list(entries.map(|(key, _)| Value::Text(Rc::clone(key))).collect()),
        "values" => Value::list(entries.map(|(_, value)| value.clone()).collect()),
        "entries" => Value::list(
            entries
                .map(|(key, value)| Value::list(vec![Value::Text(Rc::clone(key)), value.clone()]))
                .collect(),
        ),
        _ => Value::Unknown,
    }
}

/// `JSON.stringify` of one argument.
pub(super) fn json(value: &Value<'_>) -> Value<'static> {
    let mut out = String::new();
    match push_json(&mut out, value, 0) {
        Some(()) => Value::text(&out),
        None => Value::Unknown,
    }
}

fn push_json(out: &mut String, value: &Value<'_>, depth: usize) -> Option<()> {
    if depth > 20 || out.len() > MAX_LENGTH {
        return None;
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_text()?),
        Value::Text(text) => out.push_str(&serde_json::to_string(&**text).ok()?),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_json(out, item, depth + 1)?;
            }
            out.push(']');
        }
        Value::Object(fields) if !fields.open => {
            out.push('{');
            for (index, (name, value)) in fields.entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(&**name).ok()?);
                out.push(':');
                push_json(out, value, depth + 1)?;
            }
            out.push('}');
        }
        Value::Unknown
        | Value::Undefined
        | Value::Object(_)
        | Value::Regex(..)
        | Value::Function(_)
        | Value::Api(_)
        | Value::Module(_)
        | Value::Foreign(_) => return None,
    }
    Some(())
}

fn repeat<'a>(text: &str, times: &Value<'_>) -> Value<'a> {
    match times.to_text().and_then(|times| times.parse::<usize>().ok()) {
        Some(times) if text.len().saturating_mul(times) <= MAX_LENGTH => {
            Value::text(&text.repeat(times))
        }
        _ => Value::Unknown,
    }
}

fn join<'a>(items: &[Value<'a>], between: &str) -> Value<'a> {
    let parts: Option<Vec<_>> = items.iter().map(Value::to_text).collect();
    parts.map_or(Value::Unknown, |parts| Value::text(&parts.join(between)))
}

/// `array.entries()`: pairs of index and item.
fn numbered<'a>(items: &[Value<'a>]) -> Vec<Value<'a>> {
    let indices = (0_u32..).map(|index| Value::Number(index.into()));
    indices.zip(items).map(|(index, item)| Value::list(vec![index, item.clone()])).collect()
}
