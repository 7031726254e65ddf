//! The image of a run: here already, or pulled.

use std::time::Duration;

use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::pull;
use crate::sandbox::{SandboxError, Say};

/// How long an engine may take to answer for the first time: it may just have been started.
const PATIENCE: Duration = Duration::from_mins(1);

/// The version of an engine that answers within the limit.
pub(super) async fn version(engine: &Engine, limit: Duration) -> Result<String, SandboxError> {
    let no_engine = |source| SandboxError::NoEngine { engine: engine.program.clone(), source };
    engine.version(limit).await.map_err(no_engine)
}

/// Whether the engine has the image.
pub(super) async fn is_here(engine: &Engine, image: &str) -> bool {
    engine.call(&["image", "inspect", "--format", "{{.Id}}", image]).await.is_ok()
}

/// Sees that the engine answers and has the image.
pub(super) async fn ensure(engine: &Engine, image: &str, say: &Say) -> Result<(), SandboxError> {
    version(engine, PATIENCE).await?;
    if is_here(engine, image).await {
        return Ok(());
    }
    let shown = engine.secrets.hide(image);
    say.line(&format!("pulling {shown} (about 2 GB, once)"));
    let pulled = pull::with_patience(engine, image, say).await;
    pulled.map_err(|source| SandboxError::NoImage { image: shown, source })
}
