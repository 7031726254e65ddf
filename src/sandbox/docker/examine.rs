//! An engine's command and an image go in; what the engine says of itself and whether it has the
//! image comes out. Nothing is started, pulled or written.

use serde::Deserialize;

use crate::sandbox::SandboxError;
use crate::sandbox::docker::engine::{ANSWER, Engine};
use crate::sandbox::docker::image;
use crate::sandbox::docker::info::Info;
use crate::sandbox::secrets::Secrets;

/// What is known of an engine.
#[derive(Debug)]
pub(crate) struct Examination {
    /// Its command.
    pub(crate) program: String,
    /// The engine's own version; an engine that hangs is an error, too.
    pub(crate) version: Result<String, SandboxError>,
    /// None where it says nothing of itself that can be read.
    pub(crate) about: Option<About>,
    /// It says that it filters no system calls.
    pub(crate) is_unfiltered: bool,
    /// None where it was not asked.
    pub(crate) image: Option<Image>,
}

/// An image that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// As it may be shown.
    pub(crate) name: String,
    pub(crate) is_here: bool,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// `overlay2`, `vfs`.
    pub(crate) storage: String,
    /// What it cannot limit: `memory`, `CPUs`, `processes`.
    pub(crate) unlimited: Vec<&'static str>,
    /// `1` or `2`; empty where it does not say.
    pub(crate) cgroups: String,
    /// Bytes of the machine that it runs on.
    pub(crate) memory: u64,
    pub(crate) cpus: u32,
}

/// Asks the engine with this command. It may take ten seconds for its first answer.
pub(crate) async fn examine(program: &str, image: Option<&str>, secrets: Secrets) -> Examination {
    let (program, env) = (program.to_owned(), Vec::new());
    let engine = Engine { program: program.clone(), env, secrets };
    let version = image::version(&engine, ANSWER).await;
    if version.is_err() {
        return Examination { program, version, about: None, is_unfiltered: false, image: None };
    }
    let told = engine.ask(&["info", "--format", "{{json .}}"]).await;
    // What hangs is not asked twice.
    let is_unfiltered = told.is_ok() && Info::of(&engine).await.is_unfiltered();
    let about = told.ok().and_then(|text| About::read(&text));
    let image = match image {
        Some(name) => {
            let is_here = image::is_here(&engine, name).await;
            Some(Image { name: engine.secrets.hide(name), is_here })
        }
        None => None,
    };
    Examination { program, version, about, is_unfiltered, image }
}

/// What `docker info` says, as far as it is of use here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Docker {
    driver: String,
    memory_limit: bool,
    cpu_cfs_quota: bool,
    pids_limit: bool,
    #[serde(default)]
    cgroup_version: String,
    #[serde(default)]
    mem_total: u64,
    #[serde(rename = "NCPU", default)]
    cpus: u32,
}

/// What `podman info` says.
#[derive(Deserialize)]
struct Podman {
    host: Host,
    store: Store,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Host {
    cgroup_controllers: Option<Vec<String>>,
    #[serde(default)]
    cgroup_version: String,
    #[serde(default)]
    mem_total: u64,
    #[serde(default)]
    cpus: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Store {
    graph_driver_name: String,
}

impl About {
    fn read(text: &str) -> Option<Self> {
        let docker = serde_json::from_str::<Docker>(text).map(Self::from);
        docker.or_else(|_| serde_json::from_str::<Podman>(text).map(Self::from)).ok()
    }
}

impl From<Docker> for About {
    fn from(docker: Docker) -> Self {
        let limits = [
            (docker.memory_limit, "memory"),
            (docker.cpu_cfs_quota, "CPUs"),
            (docker.pids_limit, "processes"),
        ];
        Self {
            storage: docker.driver,
            unlimited: missing(limits),
            cgroups: docker.cgroup_version,
            memory: docker.mem_total,
            cpus: docker.cpus,
        }
    }
}

impl From<Podman> for About {
    fn from(Podman { host, store }: Podman) -> Self {
        let controllers = host.cgroup_controllers.unwrap_or_default();
        let has = |name: &str| controllers.iter().any(|controller| controller == name);
        let limits = [(has("memory"), "memory"), (has("cpu"), "CPUs"), (has("pids"), "processes")];
        Self {
            storage: store.graph_driver_name,
            unlimited: missing(limits),
            cgroups: host.cgroup_version.trim_start_matches('v').to_owned(),
            memory: host.mem_total,
            cpus: host.cpus,
        }
    }
}

fn missing(limits: [(bool, &'static str); 3]) -> Vec<&'static str> {
    limits.into_iter().filter(|(is_there, _)| !is_there).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::About;

    #[test]
    fn docker_and_podman_say_the_same_in_other_words() {
        let docker = r#"{"Driver":"overlay2","MemoryLimit":true,"CpuCfsQuota":true,
            "PidsLimit":false,"CgroupVersion":"1","MemTotal":2048,"NCPU":2,"More":null}"#;
        let podman = r#"{"host":{"cgroupControllers":["cpu","memory"],"cgroupVersion":"v1",
            "memTotal":2048,"cpus":2},"store":{"graphDriverName":"overlay2"},"version":{}}"#;
        let about = About::read(docker).unwrap();
        assert_eq!(about.unlimited, ["processes"]);
        assert_eq!((about.storage.as_str(), about.cgroups.as_str()), ("overlay2", "1"));
        assert_eq!((about.memory, about.cpus), (2048, 2));
        assert_eq!(About::read(podman), Some(about));
        let rootless = r#"{"host":{"cgroupControllers":null},"store":{"graphDriverName":"vfs"}}"#;
        let rootless = About::read(rootless).unwrap();
        assert_eq!(rootless.unlimited, ["memory", "CPUs", "processes"]);
        assert_eq!(About::read("<no value>"), None);
    }
}
