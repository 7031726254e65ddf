//! Linux, macOS and their like.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, lchown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitStatus};

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat};
use nix::sys::signal::{Signal, killpg};
use nix::sys::stat::{FchmodatFlags, Mode, SFlag, fchmodat, fstatat};
use nix::unistd::{AccessFlags, Gid, Pid, Uid, access, fchownat};
use tokio::signal::unix::{self, SignalKind};

/// Whether suites can be run here.
pub(crate) const RUNS: bool = true;

/// Reads from a place in a file, as much as there is at once.
pub(crate) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    file.read_at(bytes, at)
}

/// Fills `bytes` from a place in a file.
pub(crate) fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(bytes, at)
}

/// Writes to a place in a file.
pub(crate) fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    file.write_all_at(bytes, at)
}

/// The path without links and `..`; an error where nothing stands there.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// The path with `/` between its parts.
pub(crate) fn slashed(path: &Path) -> Cow<'_, str> {
    path.to_string_lossy()
}

/// Makes temporary files that others may read where the umask says so, as they may any new file.
pub(crate) fn as_any_new_file<'a, 'b>(
    builder: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    builder.permissions(Permissions::from_mode(0o666))
}

/// An error where this process may not write to what stands there.
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    access(path, AccessFlags::W_OK).map_err(io::Error::from)
}

/// An error where this process may not start what stands there.
pub(crate) fn check_startable(path: &Path) -> io::Result<()> {
    access(path, AccessFlags::X_OK).map_err(io::Error::from)
}

/// Opens what foreign code may have put there: follows no link and waits for no pipe.
pub(crate) fn open_foreign(path: &Path) -> io::Result<File> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
}

/// Opens what stands at `inner` below a folder: follows no link on the way from there, which foreign
/// code could put in the place of any folder, and waits for no pipe.
pub(super) fn open_below(folder: &Path, inner: &Path) -> io::Result<File> {
    let last = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let mut at = OwnedFd::from(File::open(folder)?);
    let mut parts = inner.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
        let flags = if parts.peek().is_some() { last | OFlag::O_DIRECTORY } else { last };
        at = openat(&at, name, flags, Mode::empty()).map_err(|error| {
            let is_link = [Errno::ELOOP, Errno::ENOTDIR].contains(&error);
            let link = || io::Error::other("it is a link, or below one");
            if is_link { link() } else { io::Error::from(error) }
        })?;
    }
    Ok(File::from(at))
}

/// Opens a file and waits for nobody, should it be a pipe.
pub(super) fn open_unwaiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)
}

/// Brings to the disk what a folder says of its files.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// In bytes.
pub(crate) fn size_on_disk(meta: &Metadata) -> u64 {
    meta.blocks() * 512
}

/// Whom a process or a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl User {
    pub(crate) fn is_root(self) -> bool {
        self.uid == 0
    }
}

/// Lets this thread of root find files as closed as anybody else does.
#[cfg(test)]
pub(crate) fn look_as_nobody() {
    #[cfg(target_os = "linux")]
    if ourselves().is_root() {
        const NOBODY: u32 = 65_534;
        nix::unistd::setfsgid(Gid::from_raw(NOBODY));
        nix::unistd::setfsuid(Uid::from_raw(NOBODY));
    }
}

/// Whom this process belongs to.
pub(crate) fn ourselves() -> User {
    User { uid: Uid::effective().as_raw(), gid: Gid::effective().as_raw() }
}

/// Whom a file belongs to.
pub(crate) fn owner(meta: &Metadata) -> User {
    User { uid: meta.uid(), gid: meta.gid() }
}

/// A user's home folder, as the system knows it.
pub(crate) fn home(user: User) -> Option<PathBuf> {
    let known = nix::unistd::User::from_uid(Uid::from_raw(user.uid)).ok()??;
    Some(known.dir)
}

/// Gives a folder away and all that is in it, not what links in it lead to. Whoever writes there
/// meanwhile cannot lead us out of it.
pub(crate) fn give(folder: &Path, uid: u32, gid: u32) -> io::Result<()> {
    lchown(folder, Some(uid), Some(gid))?;
    below(&Dir::open(folder, FOLDER, Mode::empty())?, DEPTH, &mut |inside, name, _| {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
        fchownat(inside, name, Some(uid), Some(gid), AtFlags::AT_SYMLINK_NOFOLLOW)
    })
}

/// Lets us into all folders in a folder, those that we took that right from included. Whoever writes
/// there meanwhile cannot lead us out of it.
pub(crate) fn open_up(folder: &Path) -> io::Result<()> {
    below(&Dir::open(folder, FOLDER, Mode::empty())?, DEPTH, &mut |inside, name, is_folder| {
        let open = |mode| fchmodat(inside, name, mode, FchmodatFlags::NoFollowSymlink);
        if is_folder { open(Mode::S_IRWXU) } else { Ok(()) }
    })
}

/// How a folder is opened that is no link to one.
const FOLDER: OFlag =
    OFlag::O_RDONLY.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);
/// Folders deeper than this in each other are an error: each one is open while we are in it.
const DEPTH: usize = 200;

/// Does something with all that is in a folder, with a folder before what is in it. Each is known by
/// the folder that it is in and its name there.
fn below(
    folder: &Dir,
    depth: usize,
    each: &mut impl FnMut(BorrowedFd<'_>, &CStr, bool) -> nix::Result<()>,
) -> io::Result<()> {
    // Reads by itself, so that `folder` is no more than a place.
    let mut names = Dir::openat(folder, c".", FOLDER, Mode::empty())?;
    for entry in names.iter() {
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let is_folder = if let Some(kind) = entry.file_type() {
            kind == Type::Directory
        } else {
            // Not every file system says so there.
            let stat = fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW)?;
            SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFDIR
        };
        each(folder.as_fd(), name, is_folder)?;
        if is_folder {
            let depth = depth.checked_sub(1).ok_or(Errno::EMFILE)?;
            below(&Dir::openat(folder, name, FOLDER, Mode::empty())?, depth, each)?;
        }
    }
    Ok(())
}

/// Lets everybody write into a folder; as in `/tmp`, nobody can remove what is another's.
pub(crate) fn share(folder: &Path) -> io::Result<()> {
    std::fs::set_permissions(folder, Permissions::from_mode(0o1777))
}

/// The error of a full disk.
pub(crate) fn disk_full() -> io::Error {
    io::Error::from(Errno::ENOSPC)
}

/// The signal that ended a process.
pub(crate) fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Starts a command in a process group of its own.
pub(crate) fn in_own_group(command: &mut Command) -> &mut Command {
    command.process_group(0)
}

/// The process group of a child that was started in its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group(Option<Pid>);

impl Group {
    /// That of the child with this number, which nobody has waited for yet.
    pub(crate) fn of(id: Option<u32>) -> Self {
        Self(id.and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw))
    }

    /// Asks all of it to end.
    pub(crate) fn interrupt(self) {
        self.signal(Signal::SIGINT);
    }

    /// Lets all of it go on that somebody stopped.
    pub(crate) fn resume(self) {
        self.signal(Signal::SIGCONT);
    }

    /// Ends all of it.
    pub(crate) fn kill(self) {
        self.signal(Signal::SIGKILL);
    }

    fn signal(self, signal: Signal) {
        if let Some(group) = self.0 {
            // It is no error that the group has ended before.
            killpg(group, signal).ok();
        }
    }
}

/// The signals that ask this process to end: SIGINT and SIGTERM.
pub(crate) struct Signals(unix::Signal, unix::Signal);

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self(unix::signal(SignalKind::interrupt())?, unix::signal(SignalKind::terminate())?))
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}
