//! The runner's root folder as a sandbox sees it goes in, its path in the user's repository comes
//! out: the place that others know its spec files by.

use std::path::Path;

use crate::runner::playwright::install::{Install, normal};

/// The path of `root` from the top of the repository, with forward slashes, empty for the top
/// itself. `workspace` is where the sandbox shows `install.workspace`. None for a folder outside
/// of the workspace, or of any repository.
pub(crate) fn sources(install: &Install, workspace: &Path, root: &str) -> Option<String> {
    let root = normal(Path::new(root));
    let root = install.workspace.join(root.strip_prefix(workspace).ok()?);
    // In a worktree or a submodule it is a file.
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let inside = root.strip_prefix(top).ok()?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::sources;
    use crate::runner::playwright::install::Install;

    #[test]
    fn the_root_folder_is_told_from_the_top_of_the_repository() {
        let repository = tempfile::tempdir().unwrap();
        let install = Install::scripted(&repository.path().join("apps/web"));
        let of = |root: &str| sources(&install, Path::new("/workspace"), root);
        assert_eq!(of("/workspace/tests"), None, "no repository");
        fs::create_dir(repository.path().join(".git")).unwrap();
        assert_eq!(of("/workspace/tests").as_deref(), Some("apps/web/tests"));
        assert_eq!(of("/workspace/./a/../tests/").as_deref(), Some("apps/web/tests"));
        assert_eq!(of("/workspace/../../etc"), None, "it leads out of the workspace");
        assert_eq!(of("/elsewhere"), None);
        fs::create_dir_all(repository.path().join("apps/web")).unwrap();
        fs::write(repository.path().join("apps/web/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(of("/workspace").as_deref(), Some(""), "a repository inside of another one");
    }
}
