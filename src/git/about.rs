//! A folder goes in; what git knows of the repository around it comes out.

use std::path::{Path, PathBuf};

use super::command::git;

/// The top of the working tree that a folder is in; none where it is in none.
pub(crate) fn top(folder: &Path) -> Option<PathBuf> {
    let is_top = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    folder.ancestors().find(is_top).map(Path::to_path_buf)
}

/// The hosts of its remotes, as in `github.com`. Where git cannot tell, there are none.
pub(crate) fn hosts(top: &Path) -> Vec<String> {
    let urls = git(top, &["config", "--get-regexp", r"^remote\..*\.url$"]).text();
    let urls = urls.unwrap_or_default();
    urls.lines().filter_map(|line| host(line.split_once(' ')?.1)).collect()
}

/// The branch that everything is merged into; none where git does not know.
pub(crate) fn main_branch(top: &Path) -> Option<String> {
    let answer = |reference: &str| {
        // The short name is a longer one where a tag has it as well.
        git(top, &["symbolic-ref", "--quiet", reference]).answer().ok().flatten()
    };
    let within = |name: String, folder| Some(name.strip_prefix(folder)?.to_owned());
    let of_origin = answer("refs/remotes/origin/HEAD");
    let of_origin = of_origin.and_then(|name| within(name, "refs/remotes/origin/"));
    // What is checked out may be anything.
    let here = || answer("HEAD").and_then(|name| within(name, "refs/heads/"));
    let here = || here().filter(|name| ["main", "master", "trunk"].contains(&&**name));
    of_origin.or_else(here)
}

/// The host of a URL, or of `user@host:path`; in small letters.
fn host(url: &str) -> Option<String> {
    let place = match url.split_once("://") {
        Some((_, rest)) => rest.split('/').next()?,
        None => url.split_once(':')?.0,
    };
    let place = place.rsplit('@').next()?;
    let host = place.split(':').next()?;
    (!host.is_empty() && !host.contains('/')).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn every_kind_of_url_has_its_host() {
        for (url, told) in [
            ("https://github.com/us/shop.git", Some("github.com")),
            ("https://user:key@GitHub.com:443/us/shop", Some("github.com")),
            ("ssh://git@github.com:22/us/shop", Some("github.com")),
            ("git@github.com:us/shop.git", Some("github.com")),
            ("github.com:us/shop.git", Some("github.com")),
            ("https://example.org/github.com/shop", Some("example.org")),
            ("../github.com/shop", None),
            ("file:///github.com/shop", None),
            ("./a:b", None),
        ] {
            assert_eq!(host(url).as_deref(), told, "{url}");
        }
    }
}
