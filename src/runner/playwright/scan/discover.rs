//! Options -> suite: the steps of a scan.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use super::config::{self, Config};
use super::error::ScanError;
use super::files::{collect, relative};
use super::groups::form;
use super::outline::{Outline, TestNode};
use super::parse::outline;
use super::projects::{ProjectSpec, Role, closure, filter};
use super::select::Selection;
use super::titles::{full_title, tags};
use super::{Options, Scan};
use crate::model::id::TestKey;
use crate::model::suite::{RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::platform::regular::{self, SOURCE};

/// Deeply nested sources need more than a thread's usual stack.
const STACK: usize = 64 << 20;

/// Finds and reads the spec files of a project folder, and selects and groups their tests.
pub(crate) fn scan(options: &Options) -> Result<Scan, ScanError> {
    let root = std::path::absolute(&options.root)
        .map_err(|source| ScanError::Read { path: options.root.clone(), source })?;
    let root = super::files::normal(&root);
    let mut config = config::read(&root, options.config.as_deref())?;
    name_projects(&mut config, &options.projects);
    let selection = Selection::new(options, &root)?;
    let chosen = filter(&config.projects, &options.projects)?;
    let files = files_of(&config, &closure(&config.projects, &chosen), &selection, &root)?;
    let outlines = parse_all(&root, &files)?;
    let everything = options.everything;
    let collector = Collector { root: &root, config, selection, files, outlines, everything };
    Ok(collector.collect(&chosen))
}

/// Refuses a choice of tests that Playwright cannot make either: a regular expression that is none;
/// where all of the configuration is known, a project that it has not, or paths of which none
/// matches a file.
pub(crate) fn check(options: &Options) -> Result<(), ScanError> {
    let root = std::path::absolute(&options.root)
        .map_err(|source| ScanError::Read { path: options.root.clone(), source })?;
    let root = super::files::normal(&root);
    Selection::new(options, &root)?;
    // Playwright may read what we cannot.
    let Ok(config) = config::read(&root, options.config.as_deref()) else { return Ok(()) };
    if !config.projects_known || !config.notes.is_empty() {
        return Ok(());
    }
    let chosen = closure(&config.projects, &filter(&config.projects, &options.projects)?);
    let mut unmatched = Ok(());
    for glob in &options.globs {
        let alone = Options { globs: vec![glob.clone()], ..Options::default() };
        match files_of(&config, &chosen, &Selection::new(&alone, &root)?, &root) {
            Ok(_) => return Ok(()),
            Err(error) => unmatched = unmatched.and(Err(error)),
        }
    }
    unmatched
}

/// Where the configuration does not tell its projects, those that the user names are believed in.
fn name_projects(config: &mut Config, names: &[String]) {
    if config.projects_known || names.iter().any(|name| name.contains('*')) {
        return;
    }
    let Some(model) = config.projects.first().cloned() else { return };
    if config.projects.len() == 1 && model.name.is_empty() && !names.is_empty() {
        config.projects =
            names.iter().map(|name| ProjectSpec { name: name.clone(), ..model.clone() }).collect();
    }
}

/// The files of each project that takes part, absolute and in order.
type ProjectFiles = BTreeMap<usize, Vec<PathBuf>>;

/// Whatever is shared keeps all its files; what is dealt, those that the user chose.
fn files_of(
    config: &Config,
    roles: &BTreeMap<usize, Role>,
    selection: &Selection,
    root: &Path,
) -> Result<ProjectFiles, ScanError> {
    let mut folders = BTreeMap::new();
    let mut matched = BTreeSet::new();
    let mut files = ProjectFiles::new();
    for (&index, role) in roles {
        let project = &config.projects[index];
        let all = folders
            .entry((project.test_dir.clone(), project.gitignore))
            .or_insert_with_key(|(folder, gitignore)| collect(folder, *gitignore));
        let taken = all.iter().filter(|file| project.takes(file));
        let taken: Vec<(String, &PathBuf)> =
            taken.map(|file| (relative(root, file), file)).collect();
        matched.extend(taken.iter().map(|(path, _)| path.clone()));
        let kept = taken
            .into_iter()
            .filter(|(path, _)| *role == Role::Shared || selection.paths.keeps_file(path));
        files.insert(index, kept.map(|(_, file)| file.clone()).collect());
    }
    selection.paths.check(&matched.into_iter().collect::<Vec<_>>())?;
    Ok(files)
}

/// Parses every file once, on all processors.
fn parse_all(root: &Path, files: &ProjectFiles) -> Result<BTreeMap<PathBuf, Outline>, ScanError> {
    let distinct: BTreeSet<&PathBuf> = files.values().flatten().collect();
    let distinct: Vec<&PathBuf> = distinct.into_iter().collect();
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = distinct.len().div_ceil(threads).max(1);
    let parsed = thread::scope(|scope| {
        let workers: Vec<_> = distinct
            .chunks(share)
            .map(|chunk| {
                let work = move || chunk.iter().map(|file| parse(root, file)).collect();
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)
            })
            .collect();
        let mut parsed: Vec<Result<Outline, ScanError>> = Vec::with_capacity(distinct.len());
        for worker in workers {
            let worker =
                worker.map_err(|source| ScanError::Read { path: root.to_owned(), source })?;
            match worker.join() {
                Ok(part) => parsed.extend::<Vec<_>>(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<_, ScanError>(parsed)
    })?;
    let mut outlines = BTreeMap::new();
    let mut errors = Vec::new();
    for (file, result) in distinct.into_iter().zip(parsed) {
        match result {
            Ok(outline) => drop(outlines.insert(file.clone(), outline)),
            Err(ScanError::Syntax(more)) => errors.extend(more),
            Err(other) => return Err(other),
        }
    }
    if errors.is_empty() { Ok(outlines) } else { Err(ScanError::Syntax(errors)) }
}

fn parse(root: &Path, file: &Path) -> Result<Outline, ScanError> {
    let source = regular::read(file, SOURCE)
        .map_err(|source| ScanError::Read { path: file.to_owned(), source })?;
    let source = String::from_utf8_lossy(&source);
    outline(&relative(root, file), &source).map_err(|error| ScanError::Syntax(vec![error]))
}

/// Everything that is known before tests are chosen and grouped.
struct Collector<'r> {
    root: &'r Path,
    config: Config,
    selection: Selection,
    files: ProjectFiles,
    outlines: BTreeMap<PathBuf, Outline>,
    everything: bool,
}

impl Collector<'_> {
    /// Chooses and groups. A project without tests takes no part, nor does what only it needs.
    fn collect(mut self, chosen: &[usize]) -> Scan {
        self.set_duplicates_apart();
        let focused = self.focused(chosen);
        let mut groups: BTreeMap<usize, Vec<TestGroup>> = BTreeMap::new();
        for &index in chosen {
            groups.insert(index, self.project_groups(index, Role::Dealt, focused));
        }
        groups.retain(|_, groups| !groups.is_empty());
        let roles = closure(&self.config.projects, &groups.keys().copied().collect::<Vec<_>>());
        let mut dealt = Vec::new();
        let mut shared = Vec::new();
        for (&index, role) in &roles {
            match role {
                Role::Dealt => dealt.extend(groups.remove(&index).unwrap_or_default()),
                Role::Shared => {
                    let all = self.project_groups(index, Role::Shared, Focus::Nothing);
                    shared.extend(all.into_iter().flat_map(|group| group.tests));
                }
            }
        }
        let projects = roles.keys().map(|index| self.config.projects[*index].to_model()).collect();
        let settings = RunnerSettings { servers: self.config.servers, ..RunnerSettings::default() };
        Scan {
            suite: Suite { source: Source::Scan, groups: dealt, shared, projects, settings },
            root_dir: self.config.root_dir,
            notes: self.config.notes,
        }
    }

    /// Playwright refuses two tests of the same titles in one file. Where a scan sees such, one of
    /// them may come from a branch not taken: the file is left to Playwright as a whole.
    fn set_duplicates_apart(&mut self) {
        for (file, outline) in &mut self.outlines {
            let mut seen = BTreeSet::new();
            let titles: Vec<_> = outline.tests.iter().map(|test| outline.titles(test)).collect();
            let mut fresh = titles.into_iter().map(|titles| seen.insert(titles));
            let before = outline.tests.len();
            outline.tests.retain(|_| fresh.next().unwrap_or(true));
            if outline.tests.len() < before {
                outline.opaque = true;
                let file = relative(self.root, file);
                self.config.notes.push(format!("`{file}` declares tests of the same title"));
            }
        }
    }

    /// Whether any chosen file is focused by `only`: then all that is not is left out, as in a run
    /// of Playwright.
    fn focused(&mut self, chosen: &[usize]) -> Focus {
        if self.everything {
            return Focus::Nothing;
        }
        let files = chosen.iter().filter_map(|index| self.files.get(index)).flatten();
        let focused =
            files.filter_map(|file| self.outlines.get(file).map(|outline| (file, outline)));
        let Some((file, _)) = focused.into_iter().find(|(_, outline)| outline.has_only()) else {
            return Focus::Nothing;
        };
        let file = relative(self.root, file);
        self.config.notes.push(format!("only what is focused by `only` runs, as in `{file}`"));
        Focus::Only
    }

    fn project_groups(&self, index: usize, role: Role, focus: Focus) -> Vec<TestGroup> {
        let project = &self.config.projects[index];
        let files = self.files.get(&index).into_iter().flatten();
        let files: Vec<_> = files
            .filter_map(|file| self.outlines.get(file).map(|outline| (file, outline)))
            .collect();
        let mut groups = Vec::new();
        for repeat in 0..project.repeats {
            for (file, outline) in &files {
                let name = relative(&self.config.root_dir, file);
                let kept = self.kept(project, role, focus, file, outline);
                let tests = kept
                    .into_iter()
                    .map(|node| (node, self.test_case(project, &name, outline, node, repeat)))
                    .collect();
                groups.extend(form(project, &name, outline, tests));
            }
        }
        groups
    }

    /// The tests of a file that a project runs.
    fn kept<'o>(
        &self,
        project: &ProjectSpec,
        role: Role,
        focus: Focus,
        file: &Path,
        outline: &'o Outline,
    ) -> Vec<&'o TestNode> {
        let name = relative(&self.config.root_dir, file);
        let path = relative(self.root, file);
        let keeps = |test: &&TestNode| {
            let title = full_title(&project.name, &name, &self.config.tags, outline, test);
            let chosen = || {
                let tags = tags(&self.config.tags, outline, test);
                self.selection.keeps(&path, outline, test, &title, &tags)
            };
            (self.everything || project.keeps(&title))
                && (role == Role::Shared || chosen())
                && (focus == Focus::Nothing || outline.focused(test))
        };
        outline.tests.iter().filter(keeps).collect()
    }

    fn test_case(
        &self,
        project: &ProjectSpec,
        file: &str,
        outline: &Outline,
        test: &TestNode,
        repeat: u32,
    ) -> TestCase {
        TestCase {
            key: TestKey {
                file: file.to_owned(),
                project: project.name.clone(),
                titles: outline.titles(test),
                repeat,
            },
            runner_id: None,
            tags: tags(&self.config.tags, outline, test),
            line: test.place.line,
            column: test.place.column,
        }
    }
}

/// Whether something is focused by `only`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Only,
    Nothing,
}
