//! The first process of a container goes in, what the kernel counted for all of the container
//! comes out. Only where the engine runs on this machine; both versions of control groups.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::event::Usage;

/// Where control groups are mounted.
const MOUNT: &str = "/sys/fs/cgroup";

/// The files of a container's control group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cgroup {
    pids: PathBuf,
    memory: PathBuf,
    cpu: PathBuf,
}

impl Cgroup {
    /// That of a process; none where this machine does not know it.
    pub(super) fn of(process: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/cgroup")).ok()?;
        let unified = Path::new(MOUNT).join("cgroup.controllers").exists();
        Self::read(&text, Path::new(MOUNT), unified)
    }

    fn read(text: &str, mount: &Path, unified: bool) -> Option<Self> {
        let folder = |controller: &str| {
            text.lines().find_map(|line| {
                let mut fields = line.splitn(3, ':');
                let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
                let is_it = if unified {
                    controllers.is_empty()
                } else {
                    controllers.split(',').any(|name| name == controller)
                };
                let path = path.trim_start_matches('/');
                // The root group is the whole machine's.
                (is_it && !path.is_empty()).then(|| mount.join(controllers).join(path))
            })
        };
        let (pids, memory, cpu) = (folder("pids")?, folder("memory")?, folder("cpuacct"));
        Some(Self { pids, cpu: cpu.unwrap_or_else(|| memory.clone()), memory })
    }

    /// Brings what was counted up to date. A group that is gone leaves it as it is.
    pub(super) fn count(&self, usage: &mut Usage) {
        let number = |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        let peak = number(self.memory.join("memory.peak"))
            .or_else(|| number(self.memory.join("memory.max_usage_in_bytes")));
        usage.peak_memory = usage.peak_memory.max(peak);
        let cpu = named(&self.cpu.join("cpu.stat"), "usage_usec")
            .map(Duration::from_micros)
            .or_else(|| number(self.cpu.join("cpuacct.usage")).map(Duration::from_nanos));
        usage.cpu = usage.cpu.max(cpu);
        let refused = named(&self.pids.join("pids.events"), "max").unwrap_or_default();
        usage.refused_processes = usage.refused_processes.max(refused);
    }
}

/// What is known of where a container's control group is.
#[derive(Debug, Default)]
pub(super) enum Sought {
    /// The container has not begun yet, or nobody has looked.
    #[default]
    NotYet,
    /// This machine does not know it.
    Hidden,
    Found(Cgroup),
}

impl Sought {
    /// Whether the kernel says that it has killed nothing in it for its memory.
    pub(super) fn has_killed_nothing(&self) -> bool {
        matches!(self, Self::Found(cgroup) if cgroup.killed() == Some(0))
    }
}

impl Cgroup {
    /// How many processes of it the kernel killed for its memory limit; none where it does not say.
    fn killed(&self) -> Option<u64> {
        let files = ["memory.events", "memory.oom_control"];
        files.into_iter().find_map(|file| named(&self.memory.join(file), "oom_kill "))
    }
}

/// A number of a file with a name and a number on each line.
fn named(path: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::Cgroup;
    use crate::model::event::Usage;

    #[test]
    fn each_controller_has_a_folder_of_its_own_or_all_have_one() {
        let first = "8:pids:/docker/x\n4:memory:/docker/x\n2:cpu,cpuacct:/docker/x\n0::/docker/x\n";
        let found = Cgroup::read(first, Path::new("/m"), false).unwrap();
        assert_eq!(found.pids, PathBuf::from("/m/pids/docker/x"));
        assert_eq!(found.cpu, PathBuf::from("/m/cpu,cpuacct/docker/x"));
        let second = "0::/system.slice/docker-x.scope\n";
        let found = Cgroup::read(second, Path::new("/m"), true).unwrap();
        let folder = PathBuf::from("/m/system.slice/docker-x.scope");
        assert_eq!(found, Cgroup { pids: folder.clone(), memory: folder.clone(), cpu: folder });
        for text in ["", "nonsense", "0::/\n"] {
            assert_eq!(Cgroup::read(text, Path::new("/m"), true), None);
        }
    }

    #[test]
    fn what_was_counted_only_grows() {
        let folder = tempfile::tempdir().unwrap();
        let group = Cgroup::read("0::/x\n", folder.path(), true).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join("x").join(name), text);
        fs::create_dir(folder.path().join("x")).unwrap();
        let mut usage = Usage::default();
        group.count(&mut usage);
        assert_eq!(usage, Usage::default());
        write("memory.peak", "4096\n").unwrap();
        write("cpu.stat", "usage_usec 1500\nuser_usec 1\n").unwrap();
        write("pids.events", "max 7\n").unwrap();
        group.count(&mut usage);
        assert_eq!(group.killed(), None);
        write("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n").unwrap();
        assert_eq!(group.killed(), Some(2));
        write("memory.events", "low 0\noom 3\noom_kill 0\noom_group_kill 1\n").unwrap();
        assert_eq!(group.killed(), Some(0));
        fs::remove_dir_all(folder.path().join("x")).unwrap();
        group.count(&mut usage);
        let expected = Usage {
            peak_memory: Some(4096),
            cpu: Some(Duration::from_micros(1500)),
            refused_processes: 7,
            out_of_memory: false,
        };
        assert_eq!(usage, expected);
    }
}
