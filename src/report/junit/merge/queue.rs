//! Paths go in, several threads read the files, each into a spool of its own.

use std::hash::RandomState;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::report::junit::merge::JunitMergeError;
use crate::report::junit::merge::intake::{Intake, Taken};

/// The inputs, dealt to threads one by one.
pub(super) struct Queue<'a> {
    inputs: &'a [PathBuf],
    same: &'a [Option<usize>],
    next: AtomicUsize,
    /// The first in the order of the inputs that could not be read.
    bad: Mutex<Option<(usize, JunitMergeError)>>,
}

/// What the threads made of the inputs, by thread, and where each input stands.
pub(super) type Read = (Vec<Intake>, Vec<Option<(usize, Taken)>>);

impl<'a> Queue<'a> {
    /// `same` says of which inputs there is a twin before.
    pub(super) fn new(inputs: &'a [PathBuf], same: &'a [Option<usize>]) -> Self {
        Self { inputs, same, next: AtomicUsize::new(0), bad: Mutex::new(None) }
    }

    /// Reads all of them. Whether test cases are compared makes no difference for one input.
    pub(super) fn read(
        &self,
        threads: usize,
        compared: bool,
        folder: &Path,
    ) -> Result<Read, JunitMergeError> {
        let hashing = RandomState::new();
        let mut intakes = Vec::new();
        for _ in 0..threads {
            let intake = Intake::new(folder, compared, hashing.clone());
            intakes.push(intake.map_err(JunitMergeError::Spool)?);
        }
        let work = |intake: &mut Intake| self.work(intake);
        let taken: Vec<Vec<(usize, Taken)>> = thread::scope(|scope| {
            let others: Vec<_> =
                intakes.iter_mut().map(|intake| scope.spawn(move || work(intake))).collect();
            others
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        });
        if let Some((_, error)) = self.bad.lock().ok().and_then(|mut bad| bad.take()) {
            return Err(error);
        }
        let mut places: Vec<_> = self.inputs.iter().map(|_| None).collect();
        for (thread, taken) in taken.into_iter().enumerate() {
            for (input, taken) in taken {
                places[input] = Some((thread, taken));
            }
        }
        Ok((intakes, places))
    }

    /// Reads inputs until there are no more, or one is bad.
    fn work(&self, intake: &mut Intake) -> Vec<(usize, Taken)> {
        let mut done = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = self.inputs.get(number) else { return done };
            if self.same[number].is_some() {
                continue;
            }
            let input = u32::try_from(number).unwrap_or(u32::MAX);
            match intake.take(input, path) {
                Ok(taken) => done.push((number, taken)),
                Err(error) => {
                    self.next.store(self.inputs.len(), Ordering::Relaxed);
                    self.blame(number, error);
                    return done;
                }
            }
        }
    }

    fn blame(&self, number: usize, error: JunitMergeError) {
        let Ok(mut bad) = self.bad.lock() else { return };
        if bad.as_ref().is_none_or(|(known, _)| number < *known) {
            *bad = Some((number, error));
        }
    }
}
