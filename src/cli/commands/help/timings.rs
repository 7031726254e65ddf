//! `help timings`: where the predicted times come from.

const TEXT: &str = "\
timings.json holds how long each test took, how it ended last and how often it
was flaky. Plans are made from it; without it every test counts the same.

  1. Learn:   shardwright run --shards 4 --update-timings
              after a matrix: shardwright merge all-reports --update-timings
  2. Commit:  shardwright timings commit all-reports --push
              where it is worth a commit; it never starts CI again
  3. Look:    shardwright timings show

The file is made to be committed: one line for each spec file, sorted, times
rounded, and an entry changes only when the time really did. A broken file is
named with line and column, and left as it is.

From other tools:  shardwright timings import junit.xml
Renamed or gone:   shardwright timings prune --dry-run
After a conflict:  shardwright timings merge --conflicted

Flags of the command: shardwright timings --help
";

pub(super) fn text() -> String {
    TEXT.to_owned()
}
