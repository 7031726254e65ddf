//! What a settings file may hold goes in; its JSON schema (draft 7, which editors of TOML read)
//! comes out.

use serde_json::{Map, Value, json};

use crate::model::settable::{Key, Settable, Shape};

/// The text, with a line feed at its end.
pub(crate) fn write(settable: &Settable) -> String {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    for key in &settable.flags {
        definitions.insert(key.name.clone(), of_key(key));
        properties.insert(key.name.clone(), reference(&key.name));
    }
    let wishes: Map<String, Value> =
        settable.wishes.iter().map(|key| (key.name.clone(), of_key(key))).collect();
    for (name, about) in &settable.scopes {
        let each = json!({"type": "object", "additionalProperties": false, "properties": wishes});
        let scope = json!({"description": about, "type": "object", "additionalProperties": each});
        definitions.insert((*name).to_owned(), scope);
        properties.insert((*name).to_owned(), reference(name));
    }
    let mut profile = properties.clone();
    let inherits = "The name of a profile that this one builds on";
    profile.insert("inherits".to_owned(), json!({"description": inherits, "type": "string"}));
    properties.insert("profile".to_owned(), json!({
        "description": "Settings that hold besides those at the top where `--profile NAME` chooses them",
        "type": "object",
        "additionalProperties": {
            "type": "object", "additionalProperties": false, "properties": profile,
        },
    }));
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "shardwright.toml",
        "description": "Settings of shardwright: every flag under its long name",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "definitions": definitions,
    });
    let mut text = serde_json::to_string_pretty(&schema).expect("names and texts are JSON");
    text.push('\n');
    text
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

fn of_key(key: &Key) -> Value {
    let one = of_shapes(&key.shapes);
    let mut shown = match (key.is_list, key.inner) {
        (false, _) => one,
        (true, None) => json!({"anyOf": [one, {"type": "array", "items": one}]}),
        (true, Some(inner)) => {
            let table = json!({"type": "object", "additionalProperties": false,
                "required": [inner], "properties": {inner: {"type": "string"}}});
            let lists = [&one, &table].map(|item| json!({"type": "array", "items": item}));
            json!({"anyOf": [one, lists[0], lists[1]]})
        }
    };
    shown["description"] = json!(described(key));
    if let Some(default) = &key.default {
        shown["default"] = of_default(default, &key.shapes);
    }
    shown
}

/// What it is for, and what each of its words stands for.
fn described(key: &Key) -> String {
    let word = |shape: &Shape| match shape {
        Shape::Word { name, about } if !about.is_empty() => Some(format!("\n- `{name}`: {about}")),
        Shape::Word { .. }
        | Shape::Truth
        | Shape::Whole { .. }
        | Shape::Number { .. }
        | Shape::Text { .. } => None,
    };
    let words: String = key.shapes.iter().filter_map(word).collect();
    if words.is_empty() { key.about.clone() } else { format!("{}\n{words}", key.about) }
}

fn of_shapes(shapes: &[Shape]) -> Value {
    let words: Vec<&str> = shapes.iter().filter_map(|shape| word(shape)).collect();
    let words = (!words.is_empty()).then(|| json!({"enum": words}));
    let others = shapes.iter().filter(|shape| word(shape).is_none()).map(of_shape);
    let mut all: Vec<Value> = others.chain(words).collect();
    if all.len() == 1 { all.remove(0) } else { json!({"anyOf": all}) }
}

fn word(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Word { name, .. } => Some(name),
        Shape::Truth | Shape::Whole { .. } | Shape::Number { .. } | Shape::Text { .. } => None,
    }
}

fn of_shape(shape: &Shape) -> Value {
    let mut shown = match shape {
        Shape::Truth => json!({"type": "boolean"}),
        Shape::Whole { least, most } => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Shape::Number { least, most } => {
            json!({"type": "number", "minimum": least, "maximum": most})
        }
        Shape::Text { pattern: "" } => json!({"type": "string"}),
        Shape::Text { pattern } => json!({"type": "string", "pattern": pattern}),
        Shape::Word { name, .. } => json!({"const": name}),
    };
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    shown
}

/// What is built in, as one would write it.
fn of_default(text: &str, shapes: &[Shape]) -> Value {
    let number = |shape: &Shape| match shape {
        Shape::Truth => text.parse::<bool>().ok().map(Value::from),
        Shape::Whole { .. } => text.parse::<u64>().ok().map(Value::from),
        Shape::Number { .. } => text.parse::<f64>().ok().map(Value::from),
        Shape::Word { .. } | Shape::Text { .. } => None,
    };
    shapes.iter().find_map(number).unwrap_or_else(|| json!(text))
}
