//! Files go in; which of them are copies of one before comes out.
//!
//! A copy holds the same bytes. Where files of different turns say no time two attempts can do so,
//! too: the same failure before a pass and after it. Those are no copies.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use quick_xml::events::Event;

use crate::platform;
use crate::report::junit::merge::Input;
use crate::report::junit::merge::clock::Stamp;
use crate::wire::input;
use crate::wire::junit::attribute;
use crate::wire::junit::error::JunitError;
use crate::wire::junit::walk::Walk;

/// In bytes: files that differ mostly differ here, in a time or a name.
const HEAD: usize = 1 << 12;

/// For each file the first one that it is a copy of, if that is not itself.
pub(super) fn find(files: &[Input]) -> Result<Vec<Option<usize>>, JunitError> {
    let inputs: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let inputs = inputs.as_slice();
    let heads = groups(inputs, 0..inputs.len(), head)?;
    let mut twins = vec![None; inputs.len()];
    for alike in heads.into_values().filter(|alike| alike.len() > 1) {
        for same in groups(inputs, alike, digest)?.into_values().filter(|same| same.len() > 1) {
            let stamped = is_stamped(&inputs[same[0]]);
            for (number, twin) in same.iter().enumerate() {
                let is_copy = |first: &&usize| stamped || is_of(&files[*twin], &files[**first]);
                twins[*twin] = same[..number].iter().find(is_copy).copied();
            }
        }
    }
    Ok(twins)
}

/// Whether a file with the same bytes, which say no time, is a copy: two ways to one file, or
/// nobody says that they are of different runs.
fn is_of(file: &Input, first: &Input) -> bool {
    let place = |file: &Input| file.path.canonicalize().ok();
    file.turn == first.turn || place(file).is_some_and(|own| Some(own) == place(first))
}

/// Whether a file says anywhere when something in it ran. One that cannot be read says nothing here:
/// why that is will be told when it is joined.
fn is_stamped(path: &Path) -> bool {
    let look = || -> Result<bool, JunitError> {
        let (mut walk, mut stamped) = (Walk::open(path)?, false);
        while let Some((spot, _, event)) = walk.step()? {
            let Event::Start(start) = event else { continue };
            attribute::each(&spot, &start, |name, value| {
                stamped |= name == "timestamp" && Stamp::parse(&value).is_some();
            })?;
            if stamped {
                return Ok(true);
            }
        }
        Ok(false)
    };
    look().unwrap_or(false)
}

/// The files by what is seen of each.
fn groups<K: Eq + std::hash::Hash>(
    inputs: &[PathBuf],
    files: impl IntoIterator<Item = usize>,
    look: fn(&File) -> io::Result<K>,
) -> Result<HashMap<K, Vec<usize>>, JunitError> {
    let mut groups = HashMap::<K, Vec<usize>>::new();
    for file in files {
        let path: &Path = &inputs[file];
        let seen = input::open(path).and_then(|file| look(&file));
        let seen = seen.map_err(|source| JunitError::Read { path: path.to_path_buf(), source })?;
        groups.entry(seen).or_default().push(file);
    }
    Ok(groups)
}

/// The length, and a digest of the begin.
fn head(file: &File) -> io::Result<(u64, [u8; 32])> {
    let mut head = [0; HEAD];
    let read = platform::read_at(file, &mut head, 0)?;
    Ok((file.metadata()?.len(), Sha256::digest(&head[..read]).into()))
}

fn digest(mut file: &File) -> io::Result<[u8; 32]> {
    let (mut digest, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(digest.finalize().into()),
            Ok(read) => digest.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::report::junit::merge::Input;

    #[test]
    fn only_files_with_the_same_bytes_are_twins() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(100_000);
        let texts = [&long, &long.replacen('x', "y", 1), &long, &(long.clone() + "x"), "", ""];
        let last = long.strip_suffix('x').unwrap().to_owned() + "z";
        let mut paths = Vec::new();
        for (number, text) in
            texts.into_iter().map(AsRef::as_ref).chain([last.as_str()]).enumerate()
        {
            let path = folder.path().join(number.to_string());
            std::fs::write(&path, text).unwrap();
            paths.push(Input { path, turn: 0 });
        }
        let expected = [None, None, Some(0), None, None, Some(4), None];
        assert_eq!(find(&paths).unwrap(), expected);
        // In turns of their own they are attempts, unless it is one file.
        (paths[2].turn, paths[5].turn) = (1, 1);
        paths.push(Input { turn: 2, ..paths[0].clone() });
        paths.push(Input { path: folder.path().join("0"), turn: 1 });
        let expected = [None, None, None, None, None, None, None, Some(0), Some(0)];
        assert_eq!(find(&paths).unwrap(), expected);
        paths.push(Input { path: folder.path().join("none"), turn: 0 });
        assert!(find(&paths).is_err());
    }
}
