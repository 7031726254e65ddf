//! The sandbox flags go in, the sandbox comes out. To add one: a line in [`sandbox`] and a value
//! of `--isolation`.

use std::path::Path;
use std::sync::Arc;

use crate::config::environment::Environment;
use crate::config::flags::run::DEFAULT_OUTPUT;
use crate::config::flags::sandbox::{EngineName, Isolation, NetworkName, SandboxFlags, in_bytes};
use crate::platform;
use crate::runner::playwright::install::{Install, OFFICIAL, Version};
use crate::sandbox::Sandbox;
use crate::sandbox::docker::examine::{self, Examination};
use crate::sandbox::docker::{DockerSandbox, Limits, Network, Options, User};
use crate::sandbox::fake::FakeSandbox;
use crate::sandbox::process::ProcessSandbox;
use crate::sandbox::secrets::{Secrets, log_in};

/// Variables that change how a suite behaves and hold no secret: what a shard sees must be what
/// the user's own run sees.
const ALWAYS_LET_IN: [&str; 2] = ["CI", "TZ"];
/// Whom containers run as where the project belongs to root.
const SOMEBODY: u32 = 1000;

/// The sandbox that the flags describe; `output` is the run's folder, which jobs must not see.
pub(crate) fn sandbox(
    flags: &SandboxFlags,
    install: &Install,
    environment: &Environment,
    output: &Path,
) -> Arc<dyn Sandbox> {
    if let Some(script) = &flags.fake {
        return Arc::new(FakeSandbox::new(script.clone()));
    }
    match flags.isolation {
        Isolation::Docker => {
            Arc::new(DockerSandbox::new(docker(flags, install, environment, output)))
        }
        Isolation::Process => Arc::new(ProcessSandbox::new(
            install.project.clone(),
            install.workspace.clone(),
            given(flags),
        )),
    }
}

fn docker(
    flags: &SandboxFlags,
    install: &Install,
    environment: &Environment,
    output: &Path,
) -> Options {
    let named = flags.env.iter().map(|variable| (variable.name.clone(), variable.value.clone()));
    let always = ALWAYS_LET_IN
        .into_iter()
        .filter(|name| environment.get(name).is_some())
        .filter(|name| flags.env.iter().all(|variable| variable.name != **name))
        .map(|name| (name.to_owned(), None));
    let run = format!("{:x}-{:x}", std::process::id(), started());
    Options {
        engine: engine(flags).to_owned(),
        image: image(flags, install),
        limits: Limits {
            memory: flags.memory.clone(),
            cpus: flags.cpus,
            granted_cpus: flags.cpus.min(processors()),
            pids: flags.pids_limit,
            tmp: flags.tmp_size.clone(),
            disk: in_bytes(&flags.disk),
        },
        network: match flags.network {
            NetworkName::Bridge => Network::Bridge,
            NetworkName::None => Network::None,
            NetworkName::Host => Network::Host,
        },
        env: named.chain(always).collect(),
        secrets: secrets(flags, environment),
        user: user(&install.workspace),
        workspace: install.workspace.clone(),
        project: install.project.clone(),
        // The results of an earlier run are as little a test's business as this one's.
        hidden: vec![output.to_path_buf(), install.project.join(DEFAULT_OUTPUT)],
        scratch: output.join("shards").join("list").join("in"),
        writable: flags.writable.iter().map(|folder| install.project.join(folder)).collect(),
        lock: environment.cache_folder().join("runs").join(&run),
        run,
    }
}

/// The engine's command.
fn engine(flags: &SandboxFlags) -> &'static str {
    match flags.engine {
        EngineName::Docker => "docker",
        EngineName::Podman => "podman",
    }
}

/// The image of all shards.
fn image(flags: &SandboxFlags, install: &Install) -> String {
    flags.image.clone().unwrap_or_else(|| install.version.image())
}

/// What the engine that [`sandbox`] would use says of itself and of the image; none where shards
/// run in no container. Without an installed Playwright only an image that was named is known.
pub(crate) async fn examine(
    flags: &SandboxFlags,
    install: Option<&Install>,
    environment: &Environment,
) -> Option<Examination> {
    if flags.fake.is_some() || flags.isolation != Isolation::Docker {
        return None;
    }
    let image = install.map(|install| image(flags, install)).or_else(|| flags.image.clone());
    let secrets = secrets(flags, environment);
    Some(examine::examine(engine(flags), image.as_deref(), secrets).await)
}

/// What the engine has, which is taken to be what this machine has.
fn processors() -> f64 {
    let seen = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    f64::from(u32::try_from(seen).unwrap_or(u32::MAX))
}

/// The version of Playwright that the tag of an image names, whoever made it.
pub(crate) fn tagged_version(image: &str) -> Option<(u32, u32)> {
    let (name, tag) = image.rsplit('/').next()?.split_once(':')?;
    let mut numbers = tag.trim_start_matches('v').split(['.', '-']);
    let version = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    name.contains("playwright").then_some(version)
}

/// Whether an engine could take it for the name of an image; which there are is for it to say.
pub(crate) fn is_reference(image: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    !image.is_empty() && !image.starts_with('-') && !image.contains(is_odd)
}

/// An image that cannot work: its browsers are those of another Playwright.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the image `{image}` has no browsers for the project's Playwright {version}")]
pub(crate) struct ImageError {
    image: String,
    version: Version,
}

/// Refuses an official image of another version of Playwright than the project's. What an image of
/// anybody else holds, only its browsers tell.
pub(crate) fn check_image(flags: &SandboxFlags, install: &Install) -> Result<(), ImageError> {
    let image = flags.image.as_deref().unwrap_or_default();
    let Some(tag) = image.strip_prefix(OFFICIAL) else { return Ok(()) };
    let of = |text: &str| -> Vec<u32> {
        text.split(['.', '-']).take(2).map_while(|part| part.parse().ok()).collect()
    };
    let Version { major, minor, .. } = install.version;
    if flags.isolation != Isolation::Docker || of(tag) == [major, minor] {
        return Ok(());
    }
    Err(ImageError { image: image.to_owned(), version: install.version.clone() })
}

/// Ourselves, or where we are root the project's owner, or where that is root too somebody else.
fn user(workspace: &Path) -> User {
    let mut user = platform::ourselves();
    if user.is_root() {
        user = workspace.metadata().map_or(user, |meta| platform::owner(&meta));
    }
    let platform::User { uid, gid } = user;
    if user.is_root() { User { uid: SOMEBODY, gid: SOMEBODY } } else { User { uid, gid } }
}

/// What is shown nowhere: the values of named variables, ours and given ones, and a log-in in front
/// of the image.
fn secrets(flags: &SandboxFlags, environment: &Environment) -> Secrets {
    let values = flags.env.iter().filter_map(|variable| {
        variable.value.as_deref().or_else(|| environment.get(&variable.name))
    });
    let log_in = flags.image.as_deref().and_then(log_in);
    Secrets::new(values.chain(log_in).map(str::to_owned))
}

/// Variables that the user gave a value.
fn given(flags: &SandboxFlags) -> Vec<(String, String)> {
    let value = |variable: &crate::config::flags::sandbox::Variable| {
        Some((variable.name.clone(), variable.value.clone()?))
    };
    flags.env.iter().filter_map(value).collect()
}

/// Enough to tell two runs of one process number apart.
fn started() -> u128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_millis()
}

#[cfg(test)]
mod tests {
    use super::{is_reference, tagged_version};

    #[test]
    fn a_name_of_an_image_is_one_word() {
        for image in ["", " ", "a b", "a\n", "--rm", "a\u{1b}"] {
            assert!(!is_reference(image), "{image:?}");
        }
        for image in ["a", "127.0.0.1:5000/a/b:1", "a@sha256:0", "https://me:x@registry/x"] {
            assert!(is_reference(image), "{image}");
        }
    }

    #[test]
    fn the_tag_of_a_playwright_image_names_its_version() {
        for (image, version) in [
            ("mcr.microsoft.com/playwright:v1.65.1-noble", Some((1, 65))),
            ("127.0.0.1:5000/own/my-playwright:1.40", Some((1, 40))),
            ("playwright:latest", None),
            ("playwright:v2", None),
            ("127.0.0.1:5000/node:20.1", None),
            ("playwright", None),
        ] {
            assert_eq!(tagged_version(image), version, "{image}");
        }
    }
}
