//! Names of files go in, names of objects come out, and back. What lies in a storage may have been
//! put there by anybody, so a name that leads out of its folder is refused.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use object_store::path::{Path as Key, PathPart};
use sha2::{Digest, Sha256};

/// What a file system takes as the name of one file, less what stands behind it while it is written.
const LONGEST_PART: usize = 200;
/// What all kinds of storage take as a name, in bytes, less a little.
const LONGEST: usize = 1_000;
/// What people still read of a name that is shortened.
const KEPT: usize = 80;

/// The name of the object for a file below a folder. What is too long for storage, and what is no
/// text, ends in a digest behind `~`, which stands in no other name: so no two files have the same.
pub(super) fn of(base: &Key, inner: &Path) -> Key {
    let names: Vec<&OsStr> = inner.components().map(Component::as_os_str).collect();
    let parts = names.iter().map(|name| plain(name).unwrap_or_else(|| shortened(name)));
    let key = joined(base, parts);
    if key.as_ref().len() <= LONGEST {
        return key;
    }
    // By its first parts, as in `shards/2`, it is known whose a file is.
    let known = if inner.starts_with("shards") { 2 } else { 1 }.min(names.len() - 1);
    let rest: PathBuf = names[known..].iter().collect();
    let known = names[..known].iter().map(|name| plain(name).unwrap_or_else(|| shortened(name)));
    joined(base, known.chain([shortened(rest.as_os_str())]))
}

/// What the name of a file would be were there no bounds; none where it is no text.
pub(super) fn unbounded(inner: &Path) -> Option<String> {
    let names = inner.components().map(|part| part.as_os_str().to_str());
    let names: Option<Vec<String>> = names.map(|name| Some(encoded(name?))).collect();
    Some(names?.join("/"))
}

/// What follows a folder in a name.
pub(super) fn below<'a>(location: &'a Key, folder: &Key) -> Option<&'a str> {
    if folder.is_root() {
        return Some(location.as_ref());
    }
    location.as_ref().strip_prefix(folder.as_ref())?.strip_prefix('/')
}

/// Parts that are encoded already, behind a name.
fn joined(base: &Key, parts: impl Iterator<Item = String>) -> Key {
    parts.fold(base.clone(), |key, part| match PathPart::parse(&part) {
        Ok(part) => key.join(part),
        Err(_) => key.join(part.as_str()),
    })
}

fn encoded(name: &str) -> String {
    PathPart::from(name).as_ref().to_owned()
}

/// A name as it is, where it can be that.
fn plain(name: &OsStr) -> Option<String> {
    name.to_str().map(encoded).filter(|encoded| encoded.len() <= LONGEST_PART)
}

/// As in `the beginning of it~0123456789abcdef0123456789abcdef.png`.
fn shortened(name: &OsStr) -> String {
    let last = Path::new(name);
    let stem = last.file_stem().unwrap_or_default().to_string_lossy();
    let mut text = String::new();
    for part in stem.chars().map(|c| encoded(c.encode_utf8(&mut [0; 4]))) {
        if text.len() + part.len() > KEPT {
            break;
        }
        text += &part;
    }
    let digest = Sha256::digest(name.as_encoded_bytes());
    text.push('~');
    text.extend(digest[..16].iter().map(|byte| format!("{byte:02x}")));
    let end = last.extension().and_then(OsStr::to_str);
    let is_end = |end: &&str| end.len() <= 10 && end.chars().all(|c| c.is_ascii_alphanumeric());
    if let Some(end) = end.filter(is_end) {
        text.push('.');
        text += end;
    }
    text
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

    use super::{decoded, file, of, unbounded};

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
    fn a_name_that_is_too_long_is_shortened_and_stays_one_of_its_own() {
        let base = Key::from("p".repeat(300));
        let title = "\u{6f22}\u{5b57}".repeat(40);
        let deep = vec!["a folder"; 150].join("/");
        let names = [
            format!("shards/2/attempt-1/out/{title}/a.png"),
            format!("shards/2/attempt-1/out/{title}/b.png"),
            format!("shards/2/attempt-1/out/{title}1.png"),
            format!("shards/2/attempt-1/out/{title}2.png"),
            format!("shards/2/{deep}/a.png"),
            format!("shards/2/{deep}/b.png"),
            format!("playwright/data/{deep}/c.png"),
        ];
        let mut keys: Vec<String> =
            names.iter().map(|name| of(&base, name.as_ref()).to_string()).collect();
        for (key, name) in keys.iter().zip(&names) {
            assert!(
                key.len() <= 1_000 && key.split('/').skip(1).all(|part| part.len() <= 200),
                "{key}"
            );
            let inner = key.strip_prefix(base.as_ref()).unwrap().strip_prefix('/').unwrap();
            assert!(name.starts_with("playwright/") || inner.starts_with("shards/2/"), "{key}");
            assert_eq!(Path::new(key).extension(), Some("png".as_ref()));
            // What is left of it is a name.
            assert!(file(inner).is_ok(), "{key}");
            assert_eq!(file(&unbounded(name.as_ref()).unwrap()).unwrap(), Path::new(name));
        }
        keys.dedup();
        assert_eq!(keys.len(), names.len());
    }

    #[test]
    fn names_that_are_no_text_do_not_become_one() {
        use std::os::unix::ffi::OsStrExt;
        let of = |name: &[u8]| of(&Key::ROOT, std::ffi::OsStr::from_bytes(name).as_ref());
        assert_ne!(of(b"shards/1/\xff"), of(b"shards/1/\xfe"));
        // Nor one that another file may have.
        let (key, text) = (of(b"shards/1/\xff"), "shards/1/\u{fffd}".as_bytes());
        assert_ne!(key, of(text));
        assert_ne!(key, of(file(key.as_ref()).unwrap().to_str().unwrap().as_bytes()));
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
