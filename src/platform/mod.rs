//! What systems do differently, one file each with the same functions: nothing above asks which
//! system this is. In come files, processes and this process; out comes what the system says of them.
//! Beside them the one way to read what lies in a checkout: [`regular`].

pub(crate) mod regular;

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

pub(crate) use self::system::{
    Group, RUNS, Signals, User, as_any_new_file, canonical, check_startable, check_writable,
    disk_full, give, home, in_own_group, open_foreign, open_up, ourselves, owner, read_at,
    read_exact_at, share, signal_of, size_on_disk, slashed, sync_folder, write_all_at,
};

#[cfg(all(test, unix))]
pub(crate) use self::system::look_as_nobody;
