//! Paths go in; which of the files hold the same bytes as one before comes out.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::wire::input;
use crate::wire::junit::error::JunitError;

/// In bytes: files that differ mostly differ here, in a time or a name.
const HEAD: usize = 1 << 12;

/// For each file the first one with the same content, if that is not itself.
pub(super) fn find(inputs: &[PathBuf]) -> Result<Vec<Option<usize>>, JunitError> {
    let heads = groups(inputs, 0..inputs.len(), head)?;
    let mut twins = vec![None; inputs.len()];
    for alike in heads.into_values().filter(|alike| alike.len() > 1) {
        for same in groups(inputs, alike, digest)?.into_values() {
            for twin in &same[1..] {
                twins[*twin] = Some(same[0]);
            }
        }
    }
    Ok(twins)
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
    let read = file.read_at(&mut head, 0)?;
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
            paths.push(path);
        }
        let expected = [None, None, Some(0), None, None, Some(4), None];
        assert_eq!(find(&paths).unwrap(), expected);
        paths.push(folder.path().join("none"));
        assert!(find(&paths).is_err());
    }
}
