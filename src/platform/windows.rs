//! Windows: files as anywhere; suites are not run here, see [`RUNS`].

use std::borrow::Cow;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use tokio::signal::windows::{self, CtrlBreak, CtrlC};

/// Whether suites can be run here: nobody has tried how shards are kept apart and ended.
pub(crate) const RUNS: bool = false;

/// `FILE_FLAG_OPEN_REPARSE_POINT`: opens a link itself.
const NO_LINK: u32 = 0x0020_0000;
/// `CREATE_NEW_PROCESS_GROUP`.
const NEW_GROUP: u32 = 0x0000_0200;
/// `ERROR_DISK_FULL`.
const DISK_FULL: i32 = 112;

/// Reads from a place in a file, as much as there is at once.
pub(crate) fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    // Here reading from a place goes there.
    let before = file.stream_position()?;
    let read = file.seek_read(bytes, at)?;
    file.seek(SeekFrom::Start(before))?;
    Ok(read)
}

/// Fills `bytes` from a place in a file.
pub(crate) fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = read_at(file, bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

/// Writes to a place in a file.
pub(crate) fn write_all_at(mut file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    let before = file.stream_position()?;
    while !bytes.is_empty() {
        let written = file.seek_write(bytes, at)?;
        bytes = &bytes[written..];
        at += written as u64;
    }
    file.seek(SeekFrom::Start(before)).map(drop)
}

/// The path without links and `..`, and without the `\\?\` that the system puts before it where a path can do
/// without; an error where nothing stands there.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    dunce::canonicalize(path)
}

/// The path with `/` between its parts.
pub(crate) fn slashed(path: &Path) -> Cow<'_, str> {
    path.to_string_lossy().replace('\\', "/").into()
}

/// Temporary files are as any new file: the folder says who may read them.
pub(crate) fn as_any_new_file<'a, 'b>(
    builder: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    builder
}

/// An error where what stands there may only be read.
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    let is_locked = std::fs::metadata(path)?.permissions().readonly();
    if is_locked { Err(io::Error::from(io::ErrorKind::PermissionDenied)) } else { Ok(()) }
}

/// An error where nothing stands there; the system starts what its name says to be a program.
pub(crate) fn check_startable(path: &Path) -> io::Result<()> {
    std::fs::metadata(path).map(drop)
}

/// Opens what foreign code may have put there; a link is opened itself and is no regular file.
pub(crate) fn open_foreign(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(NO_LINK).open(path)
}

/// Opens what stands at `inner` below a folder, unless a link is on the way from there.
pub(super) fn open_below(folder: &Path, inner: &Path) -> io::Result<File> {
    let mut path = folder.to_path_buf();
    for part in inner.components() {
        path.push(part);
        if path.is_symlink() {
            return Err(io::Error::other("it is a link, or below one"));
        }
    }
    open_foreign(&path)
}

/// Opens a file; pipes are no files here.
pub(super) fn open_unwaiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The system does that with the file.
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// In bytes.
pub(crate) fn size_on_disk(meta: &Metadata) -> u64 {
    meta.len()
}

/// Whom a process or a file belongs to: users have no numbers here.
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

/// Somebody ordinary, as users of images are.
const SOMEBODY: User = User { uid: 1000, gid: 1000 };

/// Whom this process belongs to.
pub(crate) fn ourselves() -> User {
    SOMEBODY
}

/// Whom a file belongs to.
pub(crate) fn owner(_meta: &Metadata) -> User {
    SOMEBODY
}

/// Nobody is known by a number.
pub(crate) fn home(_user: User) -> Option<PathBuf> {
    None
}

/// Files have no such owner.
pub(crate) fn give(_folder: &Path, _uid: u32, _gid: u32) -> io::Result<()> {
    Ok(())
}

/// Nobody shuts us out of what is ours.
pub(crate) fn open_up(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Folders that containers see can be written to by everybody.
pub(crate) fn share(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The error of a full disk.
pub(crate) fn disk_full() -> io::Error {
    io::Error::from_raw_os_error(DISK_FULL)
}

/// No process ends by a signal.
pub(crate) fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// Starts a command in a group of its own, which no Ctrl-C for this process reaches; it cannot be ended as a whole.
pub(crate) fn in_own_group(command: &mut Command) -> &mut Command {
    command.creation_flags(NEW_GROUP)
}

/// A child; whoever started it ends it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group;

impl Group {
    pub(crate) fn of(_id: Option<u32>) -> Self {
        Self
    }

    pub(crate) fn interrupt(self) {}

    pub(crate) fn resume(self) {}

    pub(crate) fn kill(self) {}
}

/// What asks this process to end: Ctrl-C and Ctrl-Break.
pub(crate) struct Signals(CtrlC, CtrlBreak);

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self(windows::ctrl_c()?, windows::ctrl_break()?))
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}
