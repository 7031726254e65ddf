//! The inputs of a merge go in; those that are places in object storage come out as folders of this
//! machine, with what is known to be missing of them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::cli::commands::parts::Parts;
use crate::cli::commands::patience::patiently;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::outcome::Contradiction;
use crate::report::{facts, text};
use crate::run::cancel;
use crate::sandbox::Wish;
use crate::storage::download::{self, Fetched};
use crate::storage::{Options, Place, place};

/// What a merge reads.
pub(crate) struct Inputs {
    /// Files and folders of this machine.
    pub(crate) paths: Vec<PathBuf>,
    fetched: Vec<Download>,
}

/// What was downloaded from one place. It goes when the merge has ended.
struct Download {
    place: String,
    folder: TempDir,
    starts: Vec<Fetched>,
}

impl Inputs {
    /// Downloads what is to be downloaded.
    pub(crate) fn of(
        inputs: &[PathBuf],
        environment: &Environment,
        streams: &mut Streams,
    ) -> anyhow::Result<Self> {
        let url =
            |input: &Path| input.to_str().filter(|text| place::is_url(text)).map(str::to_owned);
        let places: Vec<Option<Place>> = inputs
            .iter()
            .map(|input| url(input).map(|url| parsed(&url)).transpose())
            .collect::<Result<_, _>>()?;
        let mut all = Self { paths: Vec::new(), fetched: Vec::new() };
        for (input, place) in inputs.iter().zip(places) {
            let Some(place) = place else {
                all.paths.push(input.clone());
                continue;
            };
            let download = Download::of(place, environment, streams)?;
            all.paths.push(download.folder.path().to_path_buf());
            all.fetched.push(download);
        }
        Ok(all)
    }

    /// Says what is there in part, and names places as the user did.
    pub(crate) fn explain(&self, parts: &mut Parts) {
        for download in &self.fetched {
            let mut notes = Vec::new();
            for start in &download.starts {
                let from = format!("{}/{}", download.place, start.name);
                if start.is_empty {
                    notes.push(format!("`{from}` has no results: what began there left none"));
                }
                for (shard, what) in &start.partial {
                    let folder = start.folder.join("shards").join(shard.to_string());
                    let title = format!("`{from}` has only a part of shard {shard}");
                    if has_another(parts, &folder, self) {
                        notes.push(format!("{title} ({what}): another upload has it whole"));
                        continue;
                    }
                    let text = format!(
                        "{what}\nrun the node of that shard again, or take the results from where \
                         it ran"
                    );
                    parts.contradictions.push(Contradiction { title, text });
                }
            }
            let folder = download.folder.path().display().to_string();
            let named = |text: &mut String| *text = text.replace(&folder, &download.place);
            parts.notes.iter_mut().for_each(named);
            for Contradiction { title, text } in &mut parts.contradictions {
                named(title);
                named(text);
            }
            parts.notes.extend(notes);
        }
    }

    /// Whether a folder of a shard is there in part.
    fn is_partial(&self, folder: &Path) -> bool {
        let starts = self.fetched.iter().flat_map(|download| &download.starts);
        let partial = starts.flat_map(|start| {
            let shards = start.folder.join("shards");
            start.partial.keys().map(move |shard| shards.join(shard.to_string()))
        });
        partial.into_iter().any(|partial| partial == folder)
    }
}

/// Whether the shard of this folder was also run where all of it is there.
fn has_another(parts: &Parts, folder: &Path, inputs: &Inputs) -> bool {
    let mut shards = parts.shards.values();
    let runs = shards.find(|runs| runs.iter().any(|run| run.folder == folder));
    runs.is_some_and(|runs| runs.iter().any(|run| !inputs.is_partial(&run.folder)))
}

fn parsed(url: &str) -> Result<Place, Refused> {
    url.parse().map_err(|reason: String| Refused {
        message: format!("cannot use `{}`: {reason}", text::terminal(&place::shown(url))),
        hint: None,
        exit: Exit::Usage,
    })
}

impl Download {
    fn of(place: Place, environment: &Environment, streams: &mut Streams) -> anyhow::Result<Self> {
        let name = place.to_string();
        let cache = environment.cache_folder();
        std::fs::create_dir_all(&cache)?;
        let folder = tempfile::Builder::new().prefix("artifacts-").tempdir_in(cache)?;
        let options = Options { place, variables: environment.all() };
        let download = async {
            let mut wishes = cancel::wishes()?;
            tokio::select! {
                starts = download::fetch(&options, folder.path()) => Ok(starts?),
                Ok(_) = wishes.wait_for(|wish| *wish > Wish::Run) => {
                    let message = format!("the download from `{}` was interrupted", options.place);
                    Err(anyhow::Error::from(Refused { message, hint: None, exit: Exit::Interrupted }))
                }
            }
        };
        let starts = Runtime::new()?.block_on(patiently(download, &name, streams))?;
        tell_left_out(&name, &starts, streams);
        let uploads = facts::number_of(starts.len(), "upload");
        streams.say(&format!("downloaded {uploads} from {}", text::terminal(&name)));
        Ok(Self { place: name, folder, starts })
    }
}

/// What is not there as it was uploaded, so many of it that a log stays one.
fn tell_left_out(place: &str, starts: &[Fetched], streams: &mut Streams) {
    const SHOWN: usize = 5;
    for Fetched { name, left_out, .. } in starts {
        for (file, why) in left_out.iter().take(SHOWN) {
            let file = text::terminal(file);
            streams.warn(&format!("warning: `{file}` in `{place}/{name}` was left out: {why}"));
        }
        if let Some(more) = left_out.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let more = facts::number_of(more, "more file");
            streams.warn(&format!("warning: {more} in `{place}/{name}` were left out"));
        }
    }
}
