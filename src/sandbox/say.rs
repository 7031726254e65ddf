//! What a sandbox does before anything runs goes in, lines for people come out.

/// Takes lines for people.
pub(crate) struct Say {
    tell: Box<dyn Fn(&str) + Send + Sync>,
    /// Whether an engine may show its own progress on our standard error.
    pub(super) draws: bool,
}

impl Say {
    pub(crate) fn new(draws: bool, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { tell: Box::new(tell), draws }
    }

    pub(super) fn line(&self, text: &str) {
        (self.tell)(text);
    }
}
