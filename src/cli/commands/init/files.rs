//! A path and a text go in; the file comes out whole or not at all, and what is there already stays
//! unless its replacement is wished for. Several files are staged before the first is put in its
//! place: whatever cannot be written shows before anything is.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use crate::platform::{self, regular, regular::SOURCE};
use crate::runner::playwright::install::real;

/// What stands where a text is to go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum There {
    Nothing,
    /// The same text.
    Same,
    Other(Vec<u8>),
    /// No file: a link, a folder or a device, with its name.
    NoFile(&'static str),
    /// A folder that a link leads to, outside of where files may be written.
    Outside(PathBuf),
}

/// Looks at a path; `within` is the real folder that nothing leads out of.
pub(super) fn look(path: &Path, within: &Path, text: &str) -> io::Result<There> {
    let folder = real(path.parent().unwrap_or(within));
    if !folder.starts_with(within) {
        return Ok(There::Outside(folder));
    }
    let found = match path.symlink_metadata() {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(error),
    };
    if found.is_symlink() {
        return Ok(There::NoFile("a link"));
    }
    if !found.is_file() {
        return Ok(There::NoFile(if found.is_dir() { "a folder" } else { "no file" }));
    }
    let bytes = regular::read(path, SOURCE)?;
    Ok(if bytes == text.as_bytes() { There::Same } else { There::Other(bytes) })
}

/// A file that is written, but not in its place yet; it goes where it is not put there.
#[derive(Debug)]
pub(super) struct Staged {
    file: tempfile::NamedTempFile,
    path: PathBuf,
    replaces: bool,
}

impl Staged {
    /// A new file.
    pub(super) fn new(path: &Path, text: &[u8]) -> io::Result<Self> {
        let file = beside(&nearest_folder(path)?, text, None)?;
        Ok(Self { file, path: path.to_path_buf(), replaces: false })
    }

    /// What takes the place of a file; who may read that stays as it was.
    pub(super) fn replacing(path: &Path, text: &[u8]) -> io::Result<Self> {
        let permissions = path.symlink_metadata()?.permissions();
        let file = beside(&nearest_folder(path)?, text, Some(permissions.clone()))?;
        file.as_file().set_permissions(permissions)?;
        Ok(Self { file, path: path.to_path_buf(), replaces: true })
    }

    /// Puts it in its place, with the folders above. Where a new file is to be and one has come
    /// meanwhile, that stays, and it is an error.
    pub(super) fn put(self) -> io::Result<()> {
        let Self { file, path, replaces } = self;
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let put = if replaces { file.persist(path) } else { file.persist_noclobber(path) };
        put.map(drop).map_err(|failure| failure.error)
    }
}

/// The nearest folder above a file that is there; an error where something else is in its way.
fn nearest_folder(path: &Path) -> io::Result<PathBuf> {
    let above = path.ancestors().skip(1).find(|above| above.symlink_metadata().is_ok());
    let above = above.unwrap_or(Path::new("."));
    // Of a link that leads nowhere the system says no more than that nothing is there.
    let leads = |_| io::Error::other("a link above it leads nowhere");
    if above.metadata().map_err(leads)?.is_dir() {
        Ok(above.to_path_buf())
    } else {
        Err(io::Error::from(ErrorKind::NotADirectory))
    }
}

fn beside(
    folder: &Path,
    text: &[u8],
    permissions: Option<fs::Permissions>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".shardwright-");
    let builder = match permissions {
        Some(permissions) => builder.permissions(permissions),
        None => platform::as_any_new_file(&mut builder),
    };
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A path as it is seen from a folder; both are absolute.
pub(super) fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let common = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Staged, There, look, seen_from};
    use crate::runner::playwright::install::real;

    #[test]
    fn what_is_there_is_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let top = real(place.path()).join("top");
        fs::create_dir_all(top.join("folder")).unwrap();
        fs::create_dir(place.path().join("outside")).unwrap();
        fs::write(top.join("file"), "text").unwrap();
        std::os::unix::fs::symlink("file", top.join("link")).unwrap();
        std::os::unix::fs::symlink("folder", top.join("inside")).unwrap();
        std::os::unix::fs::symlink("../outside", top.join("out")).unwrap();
        let there = |name: &str, text: &str| look(&top.join(name), &top, text).unwrap();
        assert_eq!(there("file", "text"), There::Same);
        assert_eq!(there("file", "other"), There::Other(b"text".to_vec()));
        assert_eq!(there("new/and/deep", ""), There::Nothing);
        assert_eq!(there("inside/new", ""), There::Nothing);
        assert_eq!(there("folder", ""), There::NoFile("a folder"));
        assert_eq!(there("link", "text"), There::NoFile("a link"));
        let outside = real(&place.path().join("outside"));
        assert_eq!(there("out/new", ""), There::Outside(outside.clone()));
        assert_eq!(there("out/new/deeper", ""), There::Outside(outside.join("new")));
        assert!(look(&top.join("file/below"), &top, "").is_err());
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("a/b/file");
        Staged::new(&file, b"one").and_then(Staged::put).unwrap();
        assert!(Staged::new(&file, b"two").and_then(Staged::put).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        Staged::replacing(&file, b"two").and_then(Staged::put).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_staged_and_not_put_leaves_nothing_behind() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("a/b/file");
        drop(Staged::new(&file, b"one").unwrap());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        std::os::unix::fs::symlink("nowhere", place.path().join("a")).unwrap();
        assert!(Staged::new(&file, b"one").is_err());
    }

    #[test]
    fn a_path_is_named_from_where_one_stands() {
        for (path, seen) in [("/a/b/c", "c"), ("/a/d", "../d"), ("/e", "../../e")] {
            assert_eq!(seen_from(Path::new("/a/b"), Path::new(path)), Path::new(seen));
        }
    }
}
