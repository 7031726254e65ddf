//! The shards of all runs on a machine: tickets in a folder go in, whose turn it is comes out.
//!
//! A ticket is a file. Its name says its number in the line, whose it is, and whether it waits or
//! runs. Its run holds a lock on it, which ends with the run however that ends: a ticket that
//! nobody holds is taken away by whoever sees it. Whoever reads or changes the line holds the lock
//! of its door meanwhile. No lock is ever waited for.

use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Holding its lock is being at the line.
const DOOR: &str = "door";

/// What a run wants of the line.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    /// The same for all runs that share.
    pub(crate) folder: PathBuf,
    /// This run starts no shard where so many run on the machine.
    pub(crate) most: NonZeroUsize,
    /// Another word for each run, of letters and digits.
    pub(crate) run: String,
}

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
#[error("cannot share the machine with other runs (--machine-limit) by files in `{}`", folder.display())]
pub(crate) struct LineError {
    folder: PathBuf,
    source: io::Error,
}

impl Share {
    /// Sees whether the folder can be used.
    pub(crate) fn check(&self) -> Result<(), LineError> {
        let wrap = |source| LineError { folder: self.folder.clone(), source };
        self.door().map(drop).map_err(wrap)
    }

    /// The door, held; none where somebody else is at the line.
    fn door(&self) -> io::Result<Option<File>> {
        fs::create_dir_all(&self.folder)?;
        let door = File::create(self.folder.join(DOOR))?;
        match door.try_lock() {
            Ok(()) => Ok(Some(door)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// One run's place in the line.
#[derive(Debug)]
pub(super) struct Line<'a> {
    share: &'a Share,
    waiting: Option<Ticket>,
}

/// A place in the line, or the right to run; given back when it goes.
#[derive(Debug)]
pub(super) struct Ticket {
    path: PathBuf,
    number: u64,
    /// Holds the lock.
    _file: File,
}

/// Whose turn it is.
#[derive(Debug)]
pub(super) enum Turn {
    Ours(Ticket),
    /// So many shards of other runs are running, and so many runs are before us.
    Later {
        others: usize,
        before: usize,
    },
    /// Somebody else is at the line, for an instant.
    Busy,
}

/// What a ticket's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    number: u64,
    run: String,
    runs: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(share: &'a Share) -> Self {
        Self { share, waiting: None }
    }

    /// Asks whether a shard may start; who may not keeps the place in the line.
    pub(super) fn ask(&mut self) -> io::Result<Turn> {
        let Some(_door) = self.share.door()? else { return Ok(Turn::Busy) };
        let mut line = self.live()?;
        let has_place = |ticket: &Ticket| line.iter().any(|name| name.number == ticket.number);
        let mine = match self.waiting.take().filter(has_place) {
            Some(mine) => mine,
            None => self.draw(&line)?,
        };
        line.retain(|name| name.number != mine.number);
        let running = line.iter().filter(|name| name.runs).count();
        let before = line.iter().filter(|name| !name.runs && name.number < mine.number).count();
        if running < self.share.most.get() && before == 0 {
            return self.begin(mine).map(Turn::Ours);
        }
        self.waiting = Some(mine);
        let others = line.iter().filter(|name| name.runs && name.run != self.share.run).count();
        Ok(Turn::Later { others, before })
    }

    /// Whether we have a place.
    pub(super) fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// Gives the place up.
    pub(super) fn leave(&mut self) {
        self.waiting = None;
    }

    /// Goes to the end of the line.
    fn draw(&self, line: &[Name]) -> io::Result<Ticket> {
        let number = line.iter().map(|name| name.number).max().unwrap_or_default() + 1;
        let path = self.path(number, false);
        let file = File::create(&path)?;
        file.try_lock()?;
        Ok(Ticket { path, number, _file: file })
    }

    /// Takes what waited from the line.
    fn begin(&self, mut ticket: Ticket) -> io::Result<Ticket> {
        let path = self.path(ticket.number, true);
        fs::rename(&ticket.path, &path)?;
        ticket.path = path;
        Ok(ticket)
    }

    fn path(&self, number: u64, runs: bool) -> PathBuf {
        let state = if runs { RUNS } else { WAITS };
        self.share.folder.join(format!("{number}-{}-{state}", self.share.run))
    }

    /// The tickets that somebody holds; the others go.
    fn live(&self) -> io::Result<Vec<Name>> {
        let mut line = Vec::new();
        for entry in fs::read_dir(&self.share.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_str().and_then(Name::read);
            let Some(name) = name else { continue };
            if is_held(&entry.path()) {
                line.push(name);
            } else {
                fs::remove_file(entry.path()).ok();
            }
        }
        Ok(line)
    }
}

const WAITS: &str = "waits";
const RUNS: &str = "runs";

impl Name {
    fn read(name: &str) -> Option<Self> {
        let mut parts = name.split('-');
        let (number, run, state) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let is_known = [WAITS, RUNS].contains(&state) && parts.next().is_none();
        is_known.then(|| Self { number, run: run.to_owned(), runs: state == RUNS })
    }
}

/// Whether somebody holds a ticket. What cannot be asked is taken to be held, but for what is gone.
fn is_held(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::num::NonZeroUsize;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Line, Share, Ticket, Turn};

    fn share(folder: &Path, most: usize, run: &str) -> Share {
        let most = NonZeroUsize::new(most).unwrap();
        Share { folder: folder.to_path_buf(), most, run: run.to_owned() }
    }

    fn ours(line: &mut Line<'_>) -> Option<Ticket> {
        match line.ask().unwrap() {
            Turn::Ours(ticket) => Some(ticket),
            Turn::Later { .. } | Turn::Busy => None,
        }
    }

    /// How many shards of others run and how many runs are before this one.
    fn later(line: &mut Line<'_>) -> (usize, usize) {
        match line.ask().unwrap() {
            Turn::Later { others, before } => (others, before),
            turn @ (Turn::Ours(_) | Turn::Busy) => panic!("{turn:?}"),
        }
    }

    fn tickets(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count() - 1
    }

    #[test]
    fn who_came_first_starts_first() {
        let folder = tempfile::tempdir().unwrap();
        let shares = ["a", "b", "c"].map(|run| share(folder.path(), 2, run));
        let [mut a, mut b, mut c] = shares.each_ref().map(Line::new);
        let (first, second) = (ours(&mut a).unwrap(), ours(&mut a).unwrap());
        assert_eq!((later(&mut b), later(&mut c), later(&mut a)), ((2, 0), (2, 1), (0, 2)));
        drop(first);
        assert_eq!((later(&mut a), later(&mut c)), ((0, 2), (1, 1)));
        let third = ours(&mut b).unwrap();
        assert_eq!(later(&mut c), (2, 0));
        drop((second, third));
        assert!(ours(&mut a).is_none());
        let fourth = ours(&mut c);
        assert!(fourth.is_some() && ours(&mut a).is_some());
    }

    #[test]
    fn each_run_keeps_to_its_own_limit_and_nobody_is_overtaken() {
        let folder = tempfile::tempdir().unwrap();
        let shares = [("a", 3), ("b", 1), ("c", 3)].map(|(run, k)| share(folder.path(), k, run));
        let [mut a, mut b, mut c] = shares.each_ref().map(Line::new);
        let held = (ours(&mut a).unwrap(), ours(&mut a).unwrap());
        assert_eq!((later(&mut b), later(&mut c)), ((2, 0), (2, 1)));
        b.leave();
        assert!(ours(&mut c).is_some());
        assert_eq!(later(&mut b), (2, 0));
        drop(held);
        assert!(ours(&mut b).is_some());
        assert_eq!(tickets(folder.path()), 0);
    }

    #[test]
    fn tickets_that_nobody_holds_are_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["1-dead-runs", "2-dead-waits", "notes.txt", "x-y-runs", "3-a-b-runs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let share = share(folder.path(), 1, "a");
        let mut line = Line::new(&share);
        let ticket = ours(&mut line);
        assert!(ticket.is_some());
        // What is not a ticket stays.
        assert_eq!(tickets(folder.path()), 4);
    }

    #[test]
    fn a_place_that_was_swept_away_is_taken_anew() {
        let folder = tempfile::tempdir().unwrap();
        let shares = ["a", "b"].map(|run| share(folder.path(), 1, run));
        let [mut a, mut b] = shares.each_ref().map(Line::new);
        let held = ours(&mut a);
        assert_eq!(later(&mut b), (1, 0));
        fs::remove_dir_all(folder.path()).unwrap();
        assert!(ours(&mut b).is_some());
        drop(held);
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = share(file.path(), 1, "a").check().unwrap_err();
        assert!(error.to_string().contains(&*file.path().to_string_lossy()), "{error}");
    }

    #[test]
    fn never_do_more_run_than_may_and_all_come_to_their_turn() {
        let folder = tempfile::tempdir().unwrap();
        let (running, most, all) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |name: usize| {
            let share = share(folder.path(), 3, &format!("run{name}"));
            let mut line = Line::new(&share);
            for _ in 0..10 {
                let ticket = loop {
                    if let Some(ticket) = ours(&mut line) {
                        break ticket;
                    }
                    std::thread::yield_now();
                };
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                drop(ticket);
                all.fetch_add(1, Ordering::SeqCst);
            }
        };
        std::thread::scope(|scope| {
            for name in 0..8 {
                scope.spawn(move || work(name));
            }
        });
        assert!(most.into_inner() <= 3);
        assert_eq!((all.into_inner(), tickets(folder.path())), (80, 0));
    }
}
