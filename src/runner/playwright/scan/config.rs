//! Playwright's configuration file -> what it says literally about files and projects. It is
//! parsed, never run: what is not a literal is noted and taken for Playwright's default.

use std::path::{Path, PathBuf};

use oxc_ast::ast::{
    AssignmentTarget, ExportDefaultDeclarationKind, Expression, Program, Statement,
};
use regress::Regex;

use super::error::ScanError;
use super::files::{Gitignore, normal, relative};
use super::parse::with_program;
use super::pattern::to_regex;
use super::projects::ProjectSpec;
use super::regex::literal;
use super::value::{Fields, Value};
use super::walk::Walker;
use crate::model::suite::Servers;
use crate::platform::regular::{self, SOURCE};

/// Playwright's default `testMatch`.
const TEST_MATCH: &str = "**/*.@(spec|test).?(c|m)[jt]s?(x)";

/// What a configuration says, as far as it is known.
#[derive(Debug)]
pub(super) struct Config {
    /// The folder that paths in the suite are relative to: `testDir`, or the configuration's own.
    pub(super) root_dir: PathBuf,
    /// In their order; at least one unless the configuration names none at all.
    pub(super) projects: Vec<ProjectSpec>,
    /// Whether the projects are those that the configuration names, and all of them.
    pub(super) projects_known: bool,
    /// Tags of every test.
    pub(super) tags: Vec<String>,
    pub(super) servers: Servers,
    pub(super) notes: Vec<String>,
}

/// Reads the configuration of a project folder, both absolute; without one, all is default.
pub(super) fn read(root: &Path, config: Option<&Path>) -> Result<Config, ScanError> {
    let Some(config) = config else {
        return Ok(Config {
            servers: Servers::Unknown,
            ..Reader::new(root.to_owned()).read(&Fields::default())?
        });
    };
    let path = normal(&root.join(config));
    let source = regular::text(&path, SOURCE)
        .map_err(|source| ScanError::Read { path: config.to_owned(), source })?;
    let folder = path.parent().unwrap_or(root).to_owned();
    from_source(&relative(root, &path), &source, folder)
}

/// Reads the text of a configuration that lies in `folder`; `name` is its name in messages.
pub(super) fn from_source(name: &str, source: &str, folder: PathBuf) -> Result<Config, ScanError> {
    with_program(name, source, |program| {
        let mut walker = Walker::new(source);
        walker.program(program);
        let mut reader = Reader::new(folder);
        let value = exported(program).map(|expression| walker.value(expression));
        if let Some(Value::Object(fields)) = value {
            return reader.read(&fields);
        }
        let config = reader.read(&Fields { entries: Vec::new(), open: true })?;
        // One word for the whole instead of one for every key.
        let note = format!(
            "`{name}` exports no object that can be read without running it: defaults are assumed"
        );
        Ok(Config { notes: vec![note], ..config })
    })
    .map_err(|error| ScanError::Syntax(vec![error]))?
}

/// What a module exports as its default or as a whole.
pub(super) fn exported<'a>(program: &'a Program<'a>) -> Option<&'a Expression<'a>> {
    program.body.iter().rev().find_map(|statement| match statement {
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(_)
            | ExportDefaultDeclarationKind::ClassDeclaration(_) => None,
            other => other.as_expression(),
        },
        Statement::TSExportAssignment(export) => Some(&export.expression),
        Statement::ExpressionStatement(statement) => {
            let Expression::AssignmentExpression(assignment) = &statement.expression else {
                return None;
            };
            whole_module(&assignment.left).then_some(&assignment.right)
        }
        _ => None,
    })
}

/// `module.exports` or `exports.default`.
fn whole_module(target: &AssignmentTarget<'_>) -> bool {
    target.as_member_expression().is_some_and(|member| {
        member.is_specific_member_access("module", "exports")
            || member.is_specific_member_access("exports", "default")
    })
}

/// Reads keys, and notes those that are not known.
struct Reader {
    folder: PathBuf,
    notes: Vec<String>,
}

/// Where a key stands: in a project, and in the configuration around it.
type Layers<'f, 'a> = [(&'f str, &'f Fields<'a>)];

impl Reader {
    fn new(folder: PathBuf) -> Self {
        Self { folder, notes: Vec::new() }
    }

    fn read(&mut self, top: &Fields<'_>) -> Result<Config, ScanError> {
        let layers = [("", top)];
        let test_dir = self.text("testDir", &layers);
        let root_dir = test_dir.map_or(self.folder.clone(), |dir| normal(&self.folder.join(dir)));
        let (listed, projects_known) = self.projects(top);
        let mut projects = Vec::new();
        match &listed {
            Some(listed) => {
                for fields in listed {
                    let name = fields.get("name").as_text().unwrap_or_default().to_owned();
                    projects.push(self.project(&[(&name, fields), ("", top)])?);
                }
            }
            None => projects.push(self.project(&layers)?),
        }
        self.notes.dedup();
        Ok(Config {
            root_dir,
            projects,
            projects_known,
            tags: self.texts("tag", &layers),
            servers: servers(top),
            notes: std::mem::take(&mut self.notes),
        })
    }

    /// The objects in `projects`; none where there is no such list. And whether they are all.
    fn projects<'a>(&mut self, top: &Fields<'a>) -> (Option<Vec<Fields<'a>>>, bool) {
        match top.get("projects") {
            Value::Undefined => (None, true),
            Value::List(items) => {
                let known: Vec<_> = items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Object(fields) if fields.get("name").as_text().is_some() => {
                            Some((**fields).clone())
                        }
                        _ => None,
                    })
                    .collect();
                let all = known.len() == items.len();
                if !all {
                    self.notes
                        .push("some `projects` have no literal `name` and are left out".into());
                }
                (Some(known), all)
            }
            _ => {
                self.notes
                    .push("`projects` is no literal: one project without a name is assumed".into());
                (None, false)
            }
        }
    }

    fn project(&mut self, layers: &Layers<'_, '_>) -> Result<ProjectSpec, ScanError> {
        let test_dir = self.text("testDir", layers);
        let gitignore = match self.first("respectGitIgnore", layers) {
            Value::Bool(true) => Gitignore::Obeyed,
            Value::Bool(false) => Gitignore::Ignored,
            _ if test_dir.is_none() => Gitignore::Obeyed,
            _ => Gitignore::Ignored,
        };
        let own = &layers[..1];
        let fully_parallel = matches!(self.first("fullyParallel", layers), Value::Bool(true));
        let repeats = match self.first("repeatEach", layers) {
            Value::Number(number) if (1.0..1e6).contains(&number) => {
                format!("{number:.0}").parse().unwrap_or(1)
            }
            _ => 1,
        };
        Ok(ProjectSpec {
            name: self.text("name", layers).unwrap_or_default(),
            test_dir: test_dir.map_or(self.folder.clone(), |dir| normal(&self.folder.join(dir))),
            gitignore,
            test_match: self.patterns("testMatch", layers, Some(TEST_MATCH))?,
            test_ignore: self.patterns("testIgnore", layers, None)?,
            grep: self.regexes("grep", layers)?,
            grep_invert: self.regexes("grepInvert", layers)?,
            fully_parallel,
            repeats,
            dependencies: if layers.len() > 1 {
                self.texts("dependencies", own)
            } else {
                Vec::new()
            },
            teardown: if layers.len() > 1 { self.text("teardown", own) } else { None },
        })
    }

    /// The first value that is set; one that is not known is noted and passed over.
    fn first<'a>(&mut self, key: &str, layers: &Layers<'_, 'a>) -> Value<'a> {
        for (project, fields) in layers {
            match fields.get(key) {
                Value::Undefined => {}
                Value::Unknown | Value::Foreign(_) => self.unknown(key, project),
                value => return value,
            }
        }
        Value::Undefined
    }

    fn unknown(&mut self, key: &str, project: &str) {
        let of =
            if project.is_empty() { String::new() } else { format!(" of project `{project}`") };
        let note = format!("`{key}`{of} is no literal: the default is assumed");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn text(&mut self, key: &str, layers: &Layers<'_, '_>) -> Option<String> {
        self.first(key, layers).as_text().map(str::to_owned)
    }

    fn texts(&mut self, key: &str, layers: &Layers<'_, '_>) -> Vec<String> {
        let value = self.first(key, layers);
        let texts: Option<Vec<_>> =
            items(&value).iter().map(|item| item.as_text().map(str::to_owned)).collect();
        texts.unwrap_or_else(|| {
            self.unknown(key, layers.first().map_or("", |(project, _)| *project));
            Vec::new()
        })
    }

    fn patterns(
        &mut self,
        key: &str,
        layers: &Layers<'_, '_>,
        default: Option<&str>,
    ) -> Result<Vec<Regex>, ScanError> {
        let mut regexes = Vec::new();
        for item in items(&self.first(key, layers)) {
            match item {
                Value::Text(glob) => regexes.push(literal(key, &to_regex(&glob), "i")?),
                Value::Regex(source, flags) => regexes.push(literal(key, &source, &flags)?),
                _ => self.unknown(key, layers.first().map_or("", |(project, _)| *project)),
            }
        }
        if let (true, Some(default)) = (regexes.is_empty(), default) {
            regexes.push(literal(key, &to_regex(default), "i")?);
        }
        Ok(regexes)
    }

    fn regexes(&mut self, key: &str, layers: &Layers<'_, '_>) -> Result<Vec<Regex>, ScanError> {
        let mut regexes = Vec::new();
        for item in items(&self.first(key, layers)) {
            match item {
                Value::Regex(source, flags) => regexes.push(literal(key, &source, &flags)?),
                _ => self.unknown(key, layers.first().map_or("", |(project, _)| *project)),
            }
        }
        Ok(regexes)
    }
}

/// The items of a list, or the one value in place of a list.
fn items<'a>(value: &Value<'a>) -> Vec<Value<'a>> {
    match value {
        Value::Undefined | Value::Null => Vec::new(),
        Value::List(items) => items.to_vec(),
        other => vec![other.clone()],
    }
}

/// What the configuration starts besides tests.
fn servers(top: &Fields<'_>) -> Servers {
    let mut parts = Vec::new();
    for key in ["webServer", "globalSetup"] {
        match top.get(key) {
            Value::Undefined | Value::Null => {}
            Value::Unknown if top.open && !top.entries.iter().any(|(name, _)| &**name == key) => {
                return Servers::Unknown;
            }
            value => {
                let details: Vec<String> = items(&value).iter().filter_map(server).collect();
                parts.push(if details.is_empty() {
                    key.to_owned()
                } else {
                    format!("{key} {}", details.join(", "))
                });
            }
        }
    }
    if parts.is_empty() { Servers::None } else { Servers::Configured(parts.join("; ")) }
}

/// Where a server listens, or how it is started.
fn server(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Object(fields) => {
            let literals = ["url", "port", "command"].iter().map(|key| fields.get(key));
            let mut literals =
                literals.filter(|value| matches!(value, Value::Text(_) | Value::Number(_)));
            literals.next()?.to_text().map(|text| text.to_string())
        }
        _ => None,
    }
}
