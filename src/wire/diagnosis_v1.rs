//! What a machine and a project lack as JSON, version 1: what `doctor --format json` prints.

use serde::Serialize;

use crate::model::diagnosis::{Diagnosis, Finding, Level};

#[derive(Serialize)]
struct DiagnosisFile<'a> {
    format: &'static str,
    version: u32,
    /// The worst of all findings.
    level: &'static str,
    exit_code: u8,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    check: &'a str,
    level: &'static str,
    message: &'a str,
    /// None where nothing has to be done.
    remedy: Option<RemedyEntry<'a>>,
}

#[derive(Serialize)]
struct RemedyEntry<'a> {
    advice: Option<&'a str>,
    /// For a POSIX shell, in the folder where the tool was called.
    command: Option<&'a str>,
}

/// The text, with a line feed at its end.
pub(crate) fn write(diagnosis: &Diagnosis) -> String {
    let file = DiagnosisFile {
        format: "shardwright.doctor",
        version: 1,
        level: diagnosis.worst().word(),
        exit_code: diagnosis.exit_code,
        findings: diagnosis.findings.iter().map(FindingEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("words and numbers are JSON");
    text.push('\n');
    text
}

impl<'a> From<&'a Finding> for FindingEntry<'a> {
    fn from(finding: &'a Finding) -> Self {
        let Finding { check, level, message, remedy } = finding;
        let (advice, command) = (remedy.advice.as_deref(), remedy.command.as_deref());
        let is_none = *level == Level::Ok || (advice.is_none() && command.is_none());
        let remedy = (!is_none).then_some(RemedyEntry { advice, command });
        Self { check, level: level.word(), message, remedy }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::diagnosis::{Diagnosis, Finding, Level, Remedy};
    use crate::wire::diagnosis_v1::write;

    const GOLDEN: &str = include_str!("../../fixtures/wire/doctor-v1.json");

    #[test]
    fn the_golden_file_of_version_1_is_what_is_written() {
        let finding = |check, level, message: &str, advice: Option<&str>, command: Option<&str>| {
            let remedy =
                Remedy { advice: advice.map(str::to_owned), command: command.map(str::to_owned) };
            Finding { check, level, message: message.to_owned(), remedy }
        };
        let findings = vec![
            finding("engine", Level::Ok, "`docker` answers, version 20.10.24", None, None),
            finding("timings", Level::Note, "no timings yet", None, Some("shardwright run")),
            finding("memory", Level::Warning, "too little", Some("fewer at once"), Some("x -j 1")),
            finding("config", Level::Error, "no \"configuration\"", Some("name it"), None),
        ];
        assert_eq!(write(&Diagnosis { findings, exit_code: 5 }), GOLDEN);
    }
}
