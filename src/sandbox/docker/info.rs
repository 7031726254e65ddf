//! What the engine says of itself goes in; how it locks containers up comes out.

use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::User;

/// How an engine locks up every container, whatever it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// Who `root` in a container is on this machine, where that is another: user namespaces.
    root: Option<User>,
    /// System calls are filtered; none where the engine does not say.
    filters: Option<bool>,
}

impl Info {
    /// Asks. Nothing is known of an engine that has no such answer.
    pub(super) async fn of(engine: &Engine) -> Self {
        let format = "{{json .SecurityOptions}}\n{{.DockerRootDir}}";
        let answer = engine.call(&["info", "--format", format]).await;
        answer.ok().and_then(|text| Self::read(&text)).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let (options, folder) = text.split_once('\n')?;
        // No list at all where there is no lock at all.
        let options: Option<Vec<String>> = serde_json::from_str(options).ok()?;
        let options = options.unwrap_or_default();
        let named =
            |name: &str| options.iter().find(|option| option.split(',').next() == Some(name));
        let filters = named("name=seccomp");
        Some(Self {
            root: named("name=userns").and_then(|_| last(folder)),
            filters: Some(filters.is_some_and(|option| !option.contains("profile=unconfined"))),
        })
    }

    /// Who a container's user is on this machine.
    pub(super) fn owner(&self, User { uid, gid }: User) -> User {
        let root = self.root.unwrap_or(User { uid: 0, gid: 0 });
        User { uid: root.uid.saturating_add(uid), gid: root.gid.saturating_add(gid) }
    }

    /// Whether a container's user is another on this machine.
    pub(super) fn is_remapped(&self) -> bool {
        self.root.is_some()
    }

    /// Whether the engine says that it filters no system calls.
    pub(super) fn is_unfiltered(&self) -> bool {
        self.filters == Some(false)
    }
}

/// An engine that remaps keeps everything in a folder `UID.GID`, named after whom it takes for
/// root.
fn last(folder: &str) -> Option<User> {
    let (uid, gid) = folder.trim().rsplit('/').next()?.split_once('.')?;
    Some(User { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::Info;
    use crate::sandbox::docker::options::User;

    const SOMEBODY: User = User { uid: 1000, gid: 100 };

    #[test]
    fn a_user_is_the_same_unless_the_engine_remaps() {
        let plain = "[\"name=seccomp,profile=default\"]\n/var/lib/docker";
        let plain = Info::read(plain).unwrap();
        assert_eq!((plain.owner(SOMEBODY), plain.is_remapped()), (SOMEBODY, false));
        let remapped = "[\"name=seccomp,profile=builtin\",\"name=userns\"]\n/data/165536.231072";
        let remapped = Info::read(remapped).unwrap();
        assert_eq!(remapped.owner(SOMEBODY), User { uid: 166_536, gid: 231_172 });
        assert!(remapped.is_remapped());
    }

    #[test]
    fn an_engine_is_unfiltered_where_it_says_so() {
        for (options, is_unfiltered) in [
            (r#"["name=apparmor","name=seccomp,profile=builtin","name=cgroupns"]"#, false),
            (r#"["name=seccomp,profile=unconfined"]"#, true),
            (r#"["name=apparmor"]"#, true),
            ("null", true),
        ] {
            let info = Info::read(&format!("{options}\n/var/lib/docker")).unwrap();
            assert_eq!(info.is_unfiltered(), is_unfiltered, "{options}");
        }
        assert_eq!(Info::read("<no value>"), None);
        assert!(!Info::default().is_unfiltered());
    }
}
