//! Is the image there, and has it the browsers of the installed Playwright?

use crate::cli::commands::beforehand;
use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::cli::commands::dry_run::quoted;
use crate::config::isolation::{check_image, tagged_version};
use crate::runner::playwright::install::Version;

pub(super) const IMAGE: Check = Check { name: "image", look };

fn look(subject: &Subject<'_>) -> Found {
    if let Some(why) = subject.without_containers() {
        return Found::ok(format!("not needed: {why}"));
    }
    if let Err(refused) = beforehand::image(&subject.args.sandbox) {
        return Found::refused(&refused.into());
    }
    let install = subject.install.as_ref().ok();
    if let Some(install) = install
        && let Err(error) = check_image(&subject.args.sandbox, install)
    {
        return Found::refused(&error.into());
    }
    let engine = match subject.answering() {
        Ok(engine) => engine,
        Err(why) => return Found::unseen(why),
    };
    let Some(image) = &engine.image else {
        return Found::unseen("which it is follows from the installed Playwright");
    };
    let name = &image.name;
    if !image.is_here {
        let pull = format!("{} pull {}", engine.program, quoted(name));
        return Found::warning(format!("`{name}` is not here: a run begins with pulling it"))
            .with_command(pull);
    }
    let (tagged, installed) = (tagged_version(name), install.map(|install| &install.version));
    match (tagged, installed) {
        (Some(tagged), Some(Version { major, minor, text })) if tagged != (*major, *minor) => {
            let (image_major, image_minor) = tagged;
            Found::warning(format!(
                "`{name}` looks like an image of Playwright {image_major}.{image_minor}, and \
                 {text} is installed: its browsers may be missing"
            ))
            .with_advice("name an image of that version with --image")
        }
        (Some(_), Some(version)) => {
            Found::ok(format!("`{name}` is here, as of the installed Playwright {version}"))
        }
        (_, _) => Found::ok(format!("`{name}` is here")),
    }
}
