//! Programs written in Python that the set-up of the tests installs, and what they say.

use std::process::Command;

use crate::support::place::Place;
use crate::support::{repository, said};

/// One of the programs, to be called.
pub(crate) fn program(name: &str) -> Command {
    let program = repository().join("target/machine/python/bin").join(name);
    assert!(program.is_file(), "no {name}: run fixtures/machine/setup test");
    Command::new(program)
}

/// What a schema that check-jsonschema brings along says against a text.
pub(crate) fn checked(schema: &str, text: &str) -> Result<(), String> {
    let place = Place::new();
    place.write("workflow.yml", text);
    let mut command = program("check-jsonschema");
    command.current_dir(place.path("")).arg("--builtin-schema").arg(format!("vendor.{schema}"));
    if schema == "azure-pipelines" {
        // Its schema has escapes that Unicode expressions do not know.
        command.args(["--data-transform", schema, "--regex-variant", "nonunicode"]);
    }
    let said = said(command.arg("workflow.yml").output().unwrap());
    if said.code == 0 { Ok(()) } else { Err(said.stdout + &said.stderr) }
}
