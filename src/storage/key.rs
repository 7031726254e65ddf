//! Names of files go in, names of objects come out, and back. What lies in a storage may have been
//! put there by anybody, so a name that leads out of its folder is refused.

use std::path::{Path, PathBuf};

use object_store::path::{Path as Key, PathPart};

/// The name of the object for a file below a folder. Names that are no text lose what is none.
pub(super) fn of(base: &Key, inner: &Path) -> Key {
    let names = inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    names.fold(base.clone(), |key, name| key.join(PathPart::from(name)))
}

/// Where the file of an object stands below a folder, given what follows the folder in its name.
///
/// # Errors
///
/// A name that leads elsewhere.
pub(super) fn file(inner: &str) -> Result<PathBuf, &'static str> {
    let parts = inner.split('/').map(|part| {
        let name = decoded(part).ok_or("its name is no text")?;
        match name.as_str() {
            "" => Err("a part of its name is empty"),
            "." | ".." => Err("its name leads out of its folder"),
            name if name.contains(['/', '\0']) => Err("its name leads out of its folder"),
            name if cfg!(windows) && name.contains(['\\', ':']) => {
                Err("its name leads out of its folder")
            }
            _ => Ok(name),
        }
    });
    parts.collect()
}

/// A text in which `%41` stands for `A`; none where what comes out is no text.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use object_store::path::Path as Key;

    use super::{decoded, file, of};

    #[test]
    fn names_of_files_survive_the_way_there_and_back() {
        let base = Key::from("ci/run-1");
        for name in [
            "shards/2/events.ndjson",
            "shards/1/attempt-1/out/a [b] {c}?*.png",
            "shards/1/files/100% #1 ~ é › 漢字.zip",
            "a%2Fb/%2e%2e/%41",
            "line\nend/tab\t",
        ] {
            let key = of(&base, Path::new(name));
            let inner = key.as_ref().strip_prefix("ci/run-1/").unwrap();
            assert_eq!(file(inner).unwrap(), Path::new(name), "{key}");
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for name in [
            "..",
            "../x",
            "a/../x",
            ".",
            "a/./b",
            "",
            "/etc/passwd",
            "a//b",
            "a/",
            "%2e%2e/x",
            "%2E%2E",
            "a%2Fb",
            "..%2f..%2fx",
            "a%00b",
            "%FF",
        ] {
            assert!(file(name).is_err(), "{name}");
        }
        assert_eq!(file("...").unwrap(), Path::new("..."));
    }

    #[test]
    fn only_what_is_encoded_is_decoded() {
        assert_eq!(decoded("100%").as_deref(), Some("100%"));
        assert_eq!(decoded("%4x%41%é").as_deref(), Some("%4xA%é"));
        assert_eq!(decoded("%ff"), None);
    }
}
