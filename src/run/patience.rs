//! Signs of life of an attempt go in, whether it has stalled comes out.

use std::time::Duration;

use tokio::time::Instant;

/// How long nothing may be heard.
#[derive(Debug)]
pub(super) struct Patience {
    /// None waits for ever.
    limit: Option<Duration>,
    last: Instant,
    is_worried: bool,
    is_over: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Fine,
    /// Half of the time is over, for the first time since something was heard.
    Worried(Duration),
    /// All of it is.
    Over,
}

impl Patience {
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self { limit, last: Instant::now(), is_worried: false, is_over: false }
    }

    /// Looks, knowing whether something was heard since the last look.
    pub(super) fn look(&mut self, heard: bool) -> Look {
        if heard {
            (self.last, self.is_worried) = (Instant::now(), false);
        }
        let Some(limit) = self.limit else { return Look::Fine };
        let silent = self.last.elapsed();
        if silent >= limit {
            self.is_over = true;
            return Look::Over;
        }
        if silent >= limit / 2 && !self.is_worried {
            self.is_worried = true;
            return Look::Worried(limit / 2);
        }
        Look::Fine
    }

    /// Whether the attempt was given up.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Look, Patience};

    #[tokio::test(start_paused = true)]
    async fn half_of_the_time_worries_once_and_all_of_it_ends() {
        let second = Duration::from_secs(1);
        let mut patience = Patience::new(Some(second * 10));
        let mut looks = Vec::new();
        for (passes, heard) in
            [(4, false), (2, false), (1, false), (1, true), (6, false), (5, false)]
        {
            tokio::time::advance(second * passes).await;
            looks.push(patience.look(heard));
        }
        let worried = Look::Worried(second * 5);
        assert_eq!(looks, [Look::Fine, worried, Look::Fine, Look::Fine, worried, Look::Over]);
        assert!(patience.is_over());
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nothing_stalls() {
        let mut patience = Patience::new(None);
        tokio::time::advance(Duration::from_hours(99)).await;
        assert_eq!(patience.look(false), Look::Fine);
    }
}
