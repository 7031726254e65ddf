//! A project goes in, the browsers that its Playwright looks for come out, each as the name of the
//! folder that holds it.

use std::path::Path;

use serde::Deserialize;

use crate::platform::regular::{self, SOURCE};
use crate::runner::playwright::core;

/// Whatever else Playwright fetches starts no test.
const BROWSERS: [&str; 4] = ["chromium", "chromium-headless-shell", "firefox", "webkit"];

#[derive(Deserialize)]
struct File {
    browsers: Vec<Browser>,
}

#[derive(Deserialize)]
struct Browser {
    name: String,
    revision: String,
}

/// As in `chromium_headless_shell-1255`; none where the project's Playwright does not say.
pub(crate) fn wanted(project: &Path) -> Vec<String> {
    let file = core::find(project).map(|core| core.join("browsers.json"));
    let text = file.and_then(|file| regular::text(&file, SOURCE).ok()).unwrap_or_default();
    folders(&text)
}

fn folders(text: &str) -> Vec<String> {
    let Ok(File { browsers }) = serde_json::from_str(text) else { return Vec::new() };
    let of_tests = browsers.iter().filter(|browser| BROWSERS.contains(&browser.name.as_str()));
    of_tests
        .map(|Browser { name, revision }| format!("{}-{revision}", name.replace('-', "_")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::folders;

    #[test]
    fn browsers_are_named_as_their_folders() {
        let text = r#"{"comment":"","browsers":[{"name":"chromium-headless-shell","revision":"12",
            "installByDefault":true},{"name":"ffmpeg","revision":"1"},
            {"name":"webkit","revision":"7"}]}"#;
        assert_eq!(folders(text), ["chromium_headless_shell-12", "webkit-7"]);
        assert_eq!(folders("nothing"), Vec::<String>::new());
    }
}
