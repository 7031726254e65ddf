//! The kernel's files go in, how much memory there is for us comes out.
//!
//! Where we are in a control group with a limit of its own, as in a container of a CI system, what
//! is left of that limit counts, too; both versions of control groups, and all groups above ours.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel shows its files: `/`, or a folder like it.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    root: PathBuf,
}

/// What is known of the memory at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Bytes that can be had without swapping.
    pub(crate) available: u64,
    /// How much is taken, in percent, where most is.
    pub(crate) used: u64,
}

/// Memory that one limit holds for, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pool {
    total: u64,
    available: u64,
}

/// The names of a control group's files: limit, usage, and what of the usage the kernel can take
/// back. Version 2 first.
const FILES: [[&str; 3]; 2] = [
    ["memory.max", "memory.current", "inactive_file"],
    ["memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"],
];

impl Machine {
    /// That whose `/proc` and `/sys` stand below `root`.
    pub(crate) fn below(root: PathBuf) -> Self {
        Self { root }
    }

    /// Reads what there is now; none where the kernel does not say.
    pub(crate) fn read(&self) -> Option<Reading> {
        let text = fs::read_to_string(self.root.join("proc/meminfo")).ok()?;
        let kilobytes = |name| Some(named(&text, name)?.saturating_mul(1024));
        let (total, available) = (kilobytes("MemTotal:")?, kilobytes("MemAvailable:")?);
        let whole = Pool { total, available };
        // A limit that is none is a huge number in version 1.
        let groups = self.groups().into_iter().filter(|pool| pool.total < whole.total);
        let pools = || groups.clone().chain([whole]);
        Some(Reading {
            available: pools().map(|pool| pool.available).min()?,
            used: pools().map(Pool::used).max()?,
        })
    }

    /// The limits of the control groups that we are in.
    fn groups(&self) -> Vec<Pool> {
        let text = fs::read_to_string(self.root.join("proc/self/cgroup")).unwrap_or_default();
        let mount = self.root.join("sys/fs/cgroup");
        let folders = text.lines().filter_map(|line| {
            let mut fields = line.splitn(3, ':');
            let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
            let is_ours = controllers.is_empty() || controllers.split(',').any(|c| c == "memory");
            let mount =
                if controllers.is_empty() { mount.clone() } else { mount.join(controllers) };
            is_ours.then(|| (mount, PathBuf::from(path.trim_start_matches('/'))))
        });
        // In a container the path may be the host's, of which nothing but the mount is seen.
        let above = |(mount, path): (PathBuf, PathBuf)| {
            path.ancestors().filter_map(|path| group(&mount.join(path))).collect::<Vec<_>>()
        };
        folders.flat_map(above).collect()
    }
}

impl Pool {
    fn used(self) -> u64 {
        let taken = self.total.saturating_sub(self.available);
        taken.saturating_mul(100).checked_div(self.total).unwrap_or(100)
    }
}

/// The memory of one control group, where it has a limit.
fn group(folder: &Path) -> Option<Pool> {
    FILES.iter().find_map(|[limit, usage, inactive]| {
        let number = |name| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
        let (total, usage) = (number(limit)?, number(usage)?);
        let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let taken = usage.saturating_sub(named(&stat, inactive).unwrap_or_default());
        Some(Pool { total, available: total.saturating_sub(taken) })
    })
}

/// A number of a text with a name and a number on each line.
fn named(text: &str, name: &str) -> Option<u64> {
    let mut words = text.lines().map(str::split_whitespace);
    words.find_map(|mut words| (words.next()? == name).then(|| words.next()?.parse().ok())?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Machine, Reading};

    const GIB: u64 = 1 << 30;
    const MEMINFO: &str = "MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable:  4194304 kB\n";

    /// What is read where these files stand.
    fn read(files: &[(&str, &str)]) -> Option<Reading> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Machine::below(root.path().to_path_buf()).read()
    }

    #[test]
    fn this_machine_has_memory() {
        let reading = Machine::below(Path::new("/").to_path_buf()).read().unwrap();
        assert!(reading.available > 0 && reading.used <= 100, "{reading:?}");
    }

    #[test]
    fn without_a_limit_the_whole_machine_counts() {
        let half = Some(Reading { available: 4 * GIB, used: 50 });
        assert_eq!(read(&[("proc/meminfo", MEMINFO)]), half);
        let files = [("proc/self/cgroup", "0::/a/b\n"), ("sys/fs/cgroup/a/memory.max", "max\n")];
        assert_eq!(read(&[&files[..], &[("proc/meminfo", MEMINFO)]].concat()), half);
        let files = [
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "4:memory:/x\n0::/\n"),
            ("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "4096\n"),
        ];
        assert_eq!(read(&files), half);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("proc/meminfo", "MemTotal: many\n")]), None);
    }

    #[test]
    fn the_least_of_all_limits_above_us_counts() {
        let files = [
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "0::/ci/job/step\n"),
            ("sys/fs/cgroup/ci/job/step/memory.max", "max\n"),
            ("sys/fs/cgroup/ci/memory.max", "3221225472\n"),
            ("sys/fs/cgroup/ci/memory.current", "3221225472\n"),
            ("sys/fs/cgroup/ci/memory.stat", "anon 7\ninactive_file 1073741824\n"),
        ];
        assert_eq!(read(&files), Some(Reading { available: GIB, used: 66 }));
    }

    #[test]
    fn in_a_container_of_version_1_its_own_mount_counts() {
        let files = [
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "9:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "536870912\n"),
        ];
        assert_eq!(read(&files), Some(Reading { available: 3 * GIB / 2, used: 50 }));
    }
}
