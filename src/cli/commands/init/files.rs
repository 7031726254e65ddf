//! A path and a text go in; the file comes out whole or not at all, and what is there already stays
//! unless its replacement is wished for.

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

/// Writes a new file, with its folders. One that has come there meanwhile stays, and is an error.
pub(super) fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let file = beside(folder, text, None)?;
    file.persist_noclobber(path).map_err(|failure| failure.error)?;
    Ok(())
}

/// Replaces a file; who may read it stays as it was.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let permissions = path.symlink_metadata()?.permissions();
    let file = beside(path.parent().unwrap_or(Path::new(".")), text, Some(permissions.clone()))?;
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map_err(|failure| failure.error)?;
    Ok(())
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

    use super::{There, look, replace, seen_from, write_new};
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
        write_new(&file, b"one").unwrap();
        assert!(write_new(&file, b"two").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        replace(&file, b"two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_is_named_from_where_one_stands() {
        for (path, seen) in [("/a/b/c", "c"), ("/a/d", "../d"), ("/e", "../../e")] {
            assert_eq!(seen_from(Path::new("/a/b"), Path::new(path)), Path::new(seen));
        }
    }
}
