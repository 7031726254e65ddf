//! A test case as an older Playwright wrote it goes in, the same as a newer page reads it comes out.
//!
//! Pages of a newer age take for granted what older data lacks: `tags`, lists of attachments and
//! annotations, and errors that are objects.

use std::io;

use serde_json::{Value, json};

use crate::report::playwright_html::data::{Fields, raw};
use crate::report::playwright_html::page::Age;

/// Adds what a page of age `reader` would miss in a test of `FILEID.json`.
pub(super) fn test(fields: &mut Fields, reader: Age) -> io::Result<()> {
    for name in ["tags", "annotations", "results"] {
        add_list(fields, name)?;
    }
    let results: Vec<Fields> = serde_json::from_str(fields["results"].get())?;
    let results =
        results.into_iter().map(|one| result(one, reader)).collect::<io::Result<Vec<Fields>>>()?;
    fields.insert("results".to_owned(), raw(&results)?);
    Ok(())
}

fn result(mut fields: Fields, reader: Age) -> io::Result<Fields> {
    for name in ["annotations", "attachments"] {
        add_list(&mut fields, name)?;
    }
    if let Some(errors) = fields.get("errors").filter(|_| reader.error_objects) {
        let errors: Vec<Value> = serde_json::from_str(errors.get())?;
        let errors: Vec<Value> = errors.into_iter().map(error).collect();
        fields.insert("errors".to_owned(), raw(&errors)?);
    }
    if let Some(steps) = fields.get("steps") {
        let mut steps: Vec<Value> = serde_json::from_str(steps.get())?;
        steps.iter_mut().for_each(step);
        fields.insert("steps".to_owned(), raw(&steps)?);
    }
    Ok(fields)
}

fn error(error: Value) -> Value {
    if error.is_string() { json!({ "message": error }) } else { error }
}

fn step(step: &mut Value) {
    let Some(fields) = step.as_object_mut() else { return };
    fields.entry("attachments").or_insert_with(|| Value::Array(Vec::new()));
    if let Some(Value::Array(steps)) = fields.get_mut("steps") {
        steps.iter_mut().for_each(self::step);
    }
}

fn add_list(fields: &mut Fields, name: &str) -> io::Result<()> {
    if !fields.contains_key(name) {
        fields.insert(name.to_owned(), raw(&Value::Array(Vec::new()))?);
    }
    Ok(())
}
