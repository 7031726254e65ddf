//! Where the files of an attempt stand in its shard's folder: `attempt-2`, and `files-2` for those
//! of the project (`files` for those of the first attempt). Names go in, those with other numbers
//! come out.

/// A name in a shard's folder as of an attempt with another number; none where `number` gives
/// none. What is of no attempt keeps its name.
pub(crate) fn renamed(name: &str, number: impl Fn(u32) -> Option<u32>) -> Option<String> {
    let of = |prefix: &str| name.strip_prefix(prefix)?.parse::<u32>().ok();
    if let Some(attempt) = of("attempt-") {
        return Some(format!("attempt-{}", number(attempt)?));
    }
    let files = if name == "files" { Some(1) } else { of("files-") };
    match files {
        None => Some(name.to_owned()),
        Some(attempt) => Some(match number(attempt)? {
            1 => "files".to_owned(),
            attempt => format!("files-{attempt}"),
        }),
    }
}

/// A path below an output folder as of a shard and an attempt with other numbers; one that leads
/// elsewhere stays.
pub(super) fn moved(
    path: &str,
    shard: impl Fn(u32) -> u32,
    attempt: impl Fn(u32) -> u32,
) -> Option<String> {
    let (number, rest) = path.strip_prefix("shards/")?.split_once('/')?;
    let (name, rest) = rest.split_once('/')?;
    let name = renamed(name, |number| Some(attempt(number)))?;
    Some(format!("shards/{}/{name}/{rest}", shard(number.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::{moved, renamed};

    #[test]
    fn the_files_of_an_attempt_move_with_it() {
        let later = |number: u32| number + 2;
        for (from, to) in [
            ("shards/1/attempt-1/out/a.png", Some("shards/5/attempt-3/out/a.png")),
            ("shards/2/files/test-results/b/c.zip", Some("shards/6/files-3/test-results/b/c.zip")),
            ("shards/2/files-4/x", Some("shards/6/files-6/x")),
            ("shards/2/log.txt/x", Some("shards/6/log.txt/x")),
            ("/here/shards/2/files/x", None),
            ("shards/x/files/y", None),
            ("elsewhere", None),
        ] {
            assert_eq!(moved(from, |shard| shard + 4, later).as_deref(), to, "{from}");
        }
        let back = |number: u32| number.checked_sub(2).filter(|number| *number > 0);
        assert_eq!(renamed("files-3", back).as_deref(), Some("files"));
        assert_eq!(renamed("attempt-2", back), None);
        assert_eq!(renamed("attempt-x", back).as_deref(), Some("attempt-x"));
    }
}
