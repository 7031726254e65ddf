//! The image of a run: here already, or pulled.

use std::time::Duration;

use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::pull;
use crate::sandbox::{SandboxError, Say};

/// How long an engine may take to answer for the first time: it may just have been started.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sees that the engine answers and has the image.
pub(super) async fn ensure(engine: &Engine, image: &str, say: &Say) -> Result<(), SandboxError> {
    let no_engine = |source| SandboxError::NoEngine { engine: engine.program.clone(), source };
    engine.version(PATIENCE).await.map_err(no_engine)?;
    if engine.call(&["image", "inspect", "--format", "{{.Id}}", image]).await.is_ok() {
        return Ok(());
    }
    let shown = engine.secrets.hide(image);
    say.line(&format!("pulling {shown} (about 2 GB, once)"));
    let pulled = pull::with_patience(engine, image, say).await;
    pulled.map_err(|source| SandboxError::NoImage { image: shown, source })
}
