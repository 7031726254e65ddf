//! The lines of a blob go in one by one; its tests with their results and steps come out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::report::playwright_html::blob::attached;
use crate::report::playwright_html::blob::case::{Case, Run, RunStep, SpecFile};
use crate::report::playwright_html::input::{InputError, Seat, Told};
use crate::report::text::strip_ansi;
use crate::wire::blob::call::{
    Attach, Config, Configure, End, Ended, Entry, Error, Metadata, NEWEST, OnError, OnProject,
    ResultEnd, Shard, StdIo, Step, StepBegin, StepEnd, Suite, TestBegin, TestEnd, TestEnded,
};
use crate::wire::blob::read::{Call, Listener};

/// In bytes: the names of all tests. Each says again what the file says only once.
const MOST_NAMES: usize = 256 << 20;
/// Steps in steps; what is deeper is shown at this depth. JSON readers give up at some depth.
const DEEPEST: usize = 40;

/// What a blob says.
pub(in crate::report::playwright_html) struct Heard {
    pub(super) projects: Vec<String>,
    pub(super) files: Vec<SpecFile>,
    pub(super) cases: Vec<Case>,
    pub(super) runs: Vec<Run>,
    /// What went wrong outside of any test.
    pub(super) errors: Vec<Error>,
    pub(super) config: Config,
    pub(super) name: Option<String>,
    pub(super) end: Option<Ended>,
    shard: Option<Shard>,
    backslashes: bool,
    by_file: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    by_run: HashMap<String, usize>,
    names: usize,
    data: PathBuf,
}

impl Heard {
    /// Nothing yet; the bodies of attachments are written into `data`.
    pub(super) fn new(data: &Path) -> Self {
        Self {
            projects: Vec::new(),
            files: Vec::new(),
            cases: Vec::new(),
            runs: Vec::new(),
            errors: Vec::new(),
            config: Config::default(),
            name: None,
            end: None,
            shard: None,
            backslashes: false,
            by_file: HashMap::new(),
            by_id: HashMap::new(),
            by_run: HashMap::new(),
            names: 0,
            data: data.to_owned(),
        }
    }

    /// Itself, if it is a report of a run.
    pub(super) fn whole(self) -> Result<Self, InputError> {
        if self.end.is_some() { Ok(self) } else { Err(InputError::Foreign) }
    }

    /// What an HTML report of the same run would not say.
    pub(in crate::report::playwright_html) fn told(&self) -> Told {
        let seat = Seat { environment: self.environment(), shard: self.shard() };
        let status = self.end.unwrap_or_default().status;
        Told { seat, status, fails_on_flaky: self.config.fail_on_flaky_tests }
    }

    /// Which part of the suite it is.
    pub(super) fn shard(&self) -> Option<Shard> {
        self.config.shard.or(self.shard)
    }

    /// What tells its environment apart from others, e.g. `@macos`.
    pub(super) fn environment(&self) -> String {
        let named = self.name.iter().map(|name| format!("@{name}"));
        named.chain(self.config.tags.iter().cloned()).collect::<Vec<_>>().join(" ")
    }

    /// How many workers there were, by their greatest number.
    pub(in crate::report::playwright_html) fn workers(&self) -> i64 {
        self.runs.iter().map(|run| run.worker + 1).max().unwrap_or(0)
    }

    /// Whether there are traces, which need a viewer.
    pub(in crate::report::playwright_html) fn traced(&self) -> bool {
        self.runs.iter().flat_map(|run| &run.attachments).any(|one| one.name == "trace")
    }

    /// Start and duration in milliseconds.
    pub(in crate::report::playwright_html) fn span(&self) -> (f64, f64) {
        let end = self.end.unwrap_or_default();
        (end.start_time, end.duration)
    }

    /// A path as HTML reports have it.
    pub(super) fn slashed(&self, path: &str) -> String {
        if self.backslashes { path.replace('\\', "/") } else { path.to_owned() }
    }

    fn metadata(&mut self, metadata: Metadata) -> Result<(), InputError> {
        let Metadata { version, name, shard, path_separator } = metadata;
        if version > NEWEST {
            return Err(InputError::Newer { version });
        }
        self.backslashes = path_separator.is_some_and(|separator| separator == "\\");
        (self.name, self.shard) = (name, shard);
        Ok(())
    }

    fn suite(&mut self, suite: Suite, project: usize) -> Result<(), InputError> {
        let place = suite.location.as_ref().map(|location| location.file.as_str());
        let name = place.filter(|file| !file.is_empty()).unwrap_or(&suite.title);
        let name = self.slashed(name);
        let next = self.files.len();
        let file = *self.by_file.entry(name.clone()).or_insert(next);
        if file == next {
            self.files.push(SpecFile { name, cases: Vec::new() });
        }
        self.entries(suite, (project, file), &Arc::from([]))
    }

    /// Takes the tests of a suite; `path` has the titles above them. Suites in suites are no deeper
    /// than JSON is read.
    fn entries(
        &mut self,
        suite: Suite,
        (project, file): (usize, usize),
        path: &Arc<[String]>,
    ) -> Result<(), InputError> {
        for entry in suite.entries() {
            match entry {
                Entry::Suite(suite) => {
                    let title = (!suite.title.is_empty()).then(|| suite.title.clone());
                    let path = path.iter().cloned().chain(title).collect();
                    self.entries(suite, (project, file), &path)?;
                }
                Entry::Test(test) => {
                    let above: usize = path.iter().map(String::len).sum();
                    self.names += above + test.title.len() + self.files[file].name.len();
                    if self.names > MOST_NAMES {
                        return Err(InputError::TooLarge);
                    }
                    let number = self.cases.len();
                    self.by_id.insert(test.id.clone(), number);
                    self.files[file].cases.push(number);
                    let (path, expected) = (Arc::clone(path), Box::from("passed"));
                    self.cases.push(Case { test, project, path, expected, runs: Vec::new() });
                }
            }
        }
        Ok(())
    }

    fn test_begin(&mut self, TestBegin { test_id, result }: TestBegin<'_>) -> Option<()> {
        let case = *self.by_id.get(&*test_id)?;
        self.cases[case].runs.push(self.runs.len());
        self.by_run.insert(result.id.to_string(), self.runs.len());
        self.runs.push(Run::begun(&result));
        Some(())
    }

    fn run(&mut self, id: &str) -> Option<&mut Run> {
        self.by_run.get(id).map(|run| &mut self.runs[*run])
    }

    fn test_end(&mut self, TestEnd { test, result }: TestEnd<'_>) -> Result<(), Missing> {
        let TestEnded { test_id, expected_status, annotations } = test;
        let ResultEnd { id, duration, status, errors, annotations: own, attachments } = result;
        let attachments = attached::all(attachments, &self.data)?;
        let run = self.run(&id).ok_or(Missing::Thing)?;
        run.duration = duration;
        run.status = Some(Box::from(status));
        run.errors = errors;
        run.annotations = own.clone().unwrap_or_default();
        run.ids = HashMap::new();
        if !attachments.is_empty() {
            run.attachments = attachments;
        }
        let case = *self.by_id.get(&*test_id).ok_or(Missing::Thing)?;
        let case = &mut self.cases[case];
        case.expected = Box::from(expected_status);
        let told = own.unwrap_or(annotations);
        if !told.is_empty() {
            case.test.annotations = told;
        }
        Ok(())
    }

    fn attach(&mut self, Attach { result_id, attachments }: Attach<'_>) -> Result<(), Missing> {
        let attachments = attached::all(attachments, &self.data)?;
        self.run(&result_id).ok_or(Missing::Thing)?.attachments.extend(attachments);
        Ok(())
    }

    fn step_begin(&mut self, StepBegin { result_id, step }: StepBegin<'_>) -> Option<()> {
        let run = self.run(&result_id)?;
        let Step { id, parent_step_id, title, subtitle, category, start_time, location } = step;
        let mut parent = parent_step_id.and_then(|id| run.ids.get(&*id).copied());
        let mut depth = parent.map_or(0, |parent| run.steps[parent].depth + 1);
        if depth > DEEPEST {
            (parent, depth) = (parent.and_then(|parent| run.steps[parent].parent), DEEPEST);
        }
        run.ids.insert(id.into_owned(), run.steps.len());
        run.steps.push(RunStep {
            parent,
            depth,
            title: title.into_owned(),
            subtitle: subtitle.map(std::borrow::Cow::into_owned),
            category: Box::from(category),
            start: start_time,
            duration: -1.0,
            location,
            error: None,
            attachments: Vec::new(),
            annotations: Vec::new(),
        });
        Some(())
    }

    /// The end of a step can come after that of its test, and is lost then.
    fn step_end(&mut self, StepEnd { result_id, step }: StepEnd<'_>) {
        let Some(run) = self.run(&result_id) else { return };
        let Some(number) = run.ids.get(&*step.id).copied() else { return };
        let known = &mut run.steps[number];
        known.duration = step.duration;
        known.error = step.error.map(|error| error.message.unwrap_or_default());
        known.attachments = step.attachments;
        known.annotations = step.annotations;
    }

    /// What a test said; what nobody can be named for is in no HTML report either.
    fn output(&mut self, StdIo { result_id, stream, data, is_base64 }: &StdIo<'_>) {
        let Some(run) = result_id.as_deref().and_then(|id| self.run(id)) else { return };
        let bytes = is_base64.then(|| STANDARD.decode(&**data).unwrap_or_default());
        let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = strip_ansi(text.as_deref().unwrap_or(data)).into_owned();
        if stream == "stdout" { run.stdout.push_str(&text) } else { run.stderr.push_str(&text) }
    }
}

/// Why a line has no effect.
enum Missing {
    /// It speaks of a test or of a result that no line announced.
    Thing,
    Input(InputError),
}

impl From<InputError> for Missing {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl Listener for Heard {
    type Error = InputError;

    fn hear(&mut self, call: &Call<'_>) -> Result<(), InputError> {
        let known = match call.method {
            "onStepBegin" => self.step_begin(call.params()?).ok_or(Missing::Thing),
            "onStepEnd" => {
                self.step_end(call.params()?);
                Ok(())
            }
            "onTestBegin" => self.test_begin(call.params()?).ok_or(Missing::Thing),
            "onTestEnd" => self.test_end(call.params()?),
            "onAttach" => self.attach(call.params()?),
            "onStdIO" => {
                self.output(&call.params()?);
                Ok(())
            }
            "onError" => {
                let OnError { error } = call.params()?;
                self.errors.push(error);
                Ok(())
            }
            "onBlobReportMetadata" => return self.metadata(call.params()?),
            "onConfigure" => {
                let Configure { config } = call.params()?;
                self.config = config;
                Ok(())
            }
            "onProject" => {
                let OnProject { project } = call.params()?;
                self.projects.push(project.name);
                let number = self.projects.len() - 1;
                return project.suites.into_iter().try_for_each(|suite| self.suite(suite, number));
            }
            "onEnd" => {
                let End { result } = call.params()?;
                self.end = Some(result);
                Ok(())
            }
            _ => Ok(()),
        };
        known.map_err(|missing| match missing {
            Missing::Input(error) => error,
            Missing::Thing => {
                let problem = "speaks of a test that no line announced";
                call.wrong(problem.to_owned()).into()
            }
        })
    }
}
