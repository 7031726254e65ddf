//! JSON of any type goes in, what of it can be used comes out; the rest is nothing, never an error.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A value of any type.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Loose {
    Text(String),
    Whole(u64),
    Number(f64),
    Truth(bool),
    Other(IgnoredAny),
    #[default]
    Nothing,
}

impl Loose {
    /// The text; empty where it is none.
    pub(super) fn text(&self) -> &str {
        if let Self::Text(text) = self { text.trim() } else { "" }
    }

    /// Whether it is this text.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text() == text
    }

    /// Whether it says yes, in whatever way.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Truth(truth) => *truth,
            Self::Text(text) => text.eq_ignore_ascii_case("true"),
            Self::Whole(_) | Self::Number(_) | Self::Other(_) | Self::Nothing => false,
        }
    }

    /// A number that counts something; none where it is less than nothing.
    pub(super) fn whole(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Number(number) => rounded(*number),
            Self::Text(text) => rounded(text.trim().parse().ok()?),
            Self::Truth(_) | Self::Other(_) | Self::Nothing => None,
        }
    }

    /// Milliseconds.
    pub(super) fn millis(&self) -> Duration {
        Duration::from_millis(self.whole().unwrap_or_default())
    }
}

fn rounded(number: f64) -> Option<u64> {
    /// The largest whole number of which every smaller one is one, too: 2 to the 53rd.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let rounded = number.round();
    if !(0.0..=LARGEST).contains(&rounded) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
    Some(rounded as u64)
}

/// A value of this type, or nothing.
pub(super) fn maybe<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Maybe<T> {
        Fits(T),
        Other(IgnoredAny),
    }
    Ok(match Maybe::deserialize(deserializer)? {
        Maybe::Fits(value) => Some(value),
        Maybe::Other(_) => None,
    })
}

/// The values of a list, one value as a list of it, or none.
pub(super) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum List {
        Many(Vec<Loose>),
        One(String),
        Other(IgnoredAny),
    }
    Ok(match List::deserialize(deserializer)? {
        List::Many(values) => values
            .iter()
            .map(|value| value.text().to_owned())
            .filter(|text| !text.is_empty())
            .collect(),
        // How reporters join the names of suites.
        List::One(text) => text
            .split(" > ")
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect(),
        List::Other(_) => Vec::new(),
    })
}
