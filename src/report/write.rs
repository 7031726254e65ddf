//! A path and what to write go in, a whole file comes out, or none.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::platform;
use crate::report::ReportError;

/// Replaces a file, making its folders. Who reads at the same time sees the old file or the
/// whole new one, and a failure leaves the old one as it was.
pub(crate) fn replace_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), ReportError> {
    try_replace(path, write)
        .map_err(|source| ReportError::Write { path: path.to_path_buf(), source })
}

fn try_replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    // Reports are for others to read: the umask decides, as for any new file.
    let mut builder = tempfile::Builder::new();
    let file = platform::as_any_new_file(builder.prefix(".shardwright-")).tempfile_in(folder)?;
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.persist(path).map_err(|failure| failure.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use super::replace_file;

    #[test]
    fn folders_are_made_and_the_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file.txt");
        replace_file(&path, |out| out.write_all(b"old")).unwrap();
        replace_file(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.txt");
        fs::write(&path, "old").unwrap();
        let failure = replace_file(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        })
        .unwrap_err();
        assert_eq!(failure.to_string(), format!("cannot write `{}`", path.display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("taken"), "").unwrap();
        let path = folder.path().join("taken/file.txt");
        assert!(replace_file(&path, |_| Ok(())).is_err());
    }
}
