//! An attachment as a blob tells of it goes in, the same as an HTML report tells of it comes out.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::report::playwright_html::data::id_of;
use crate::report::playwright_html::files::ATTACHMENTS;
use crate::report::playwright_html::input::InputError;
use crate::wire::blob::call::Attachment;

/// Where a blob keeps the files.
pub(in crate::report::playwright_html) const RESOURCES: &str = "resources";

/// One of `attachments`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
}

/// The same attachments; bodies that are no text are written into `data`.
pub(super) fn all(attachments: Vec<Attachment>, data: &Path) -> Result<Vec<Attached>, InputError> {
    let all = attachments.into_iter().map(|one| attached(one, data));
    all.collect::<io::Result<_>>().map_err(InputError::Spill)
}

fn attached(attachment: Attachment, data: &Path) -> io::Result<Attached> {
    let Attachment { name, content_type, path, base64 } = attachment;
    let plain = Attached { name, content_type, path: None, body: None };
    if let Some(path) = path {
        // Whatever else it names is no file of the blob.
        let file = path.strip_prefix("resources/").or_else(|| path.strip_prefix("resources\\"));
        let path = file.filter(|file| is_plain(file)).map(|file| format!("{ATTACHMENTS}/{file}"));
        return Ok(Attached { path, ..plain });
    }
    let Some(Ok(bytes)) = base64.map(|text| STANDARD.decode(text)) else { return Ok(plain) };
    let text = ["text/", "application/json"];
    if text.iter().any(|kind| plain.content_type.starts_with(kind)) {
        let body = String::from_utf8_lossy(&bytes).into_owned();
        return Ok(Attached { body: Some(body), ..plain });
    }
    let file = format!("{}.{}", id_of(&bytes), extension(&plain.name, &plain.content_type));
    fs::create_dir_all(data)?;
    match fs::File::create_new(data.join(&file)) {
        Ok(mut new) => io::Write::write_all(&mut new, &bytes)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    Ok(Attached { path: Some(format!("{ATTACHMENTS}/{file}")), ..plain })
}

/// Whether a name is that of a file in a folder, and no way out of it.
pub(in crate::report::playwright_html) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// How a file is named that was given as bytes: as its name says, or as its type.
fn extension(name: &str, content_type: &str) -> String {
    let own = Path::new(name).extension().and_then(|own| own.to_str());
    let plain = |own: &&str| own.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let of_type = match content_type {
        "image/png" => "png",
        "image/jpeg" => "jpeg",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "video/webm" => "webm",
        "video/mp4" => "mp4",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/octet-stream" => "bin",
        _ => "dat",
    };
    own.filter(plain).unwrap_or(of_type).to_owned()
}
