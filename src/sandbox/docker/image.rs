//! The image of a run: here already, or pulled.

use crate::sandbox::docker::engine::Engine;
use crate::sandbox::{SandboxError, Say};

/// Sees that the engine answers and has the image.
pub(super) async fn ensure(engine: &Engine, image: &str, say: &Say) -> Result<(), SandboxError> {
    let no_engine = |source| SandboxError::NoEngine { engine: engine.program.clone(), source };
    engine.call(&["version", "--format", "{{.Server.Version}}"]).await.map_err(no_engine)?;
    if engine.call(&["image", "inspect", "--format", "{{.Id}}", image]).await.is_ok() {
        return Ok(());
    }
    let shown = engine.secrets.hide(image);
    say.line(&format!("pulling {shown} (about 2 GB, once)"));
    let no_image = |source| SandboxError::NoImage { image: shown, source };
    let pull = ["pull", image];
    let pulled =
        if say.draws { engine.call_shown(&pull).await } else { engine.call(&pull).await.map(drop) };
    pulled.map_err(no_image)
}
