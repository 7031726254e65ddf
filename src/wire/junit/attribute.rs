//! The start of an element goes in, its attributes come out one by one, checked and decoded.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use crate::wire::junit::error::{JunitError, MAX_ATTRIBUTES};
use crate::wire::junit::name::is_name;
use crate::wire::junit::walk::{Spot, clipped};

/// Hands each attribute's name and value over. The value is as meant: references are resolved,
/// line ends are spaces.
pub(crate) fn each<'a>(
    spot: &Spot,
    start: &'a BytesStart<'_>,
    mut take: impl FnMut(&'a str, Cow<'a, str>),
) -> Result<(), JunitError> {
    let fail = |source| {
        let (place, element) = (spot.place(), clipped(start.name().as_ref()));
        JunitError::Attributes { place, element, source }
    };
    for (count, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|source| fail(source.into()))?;
        let name = attribute.key.into_inner();
        if !is_name(name) {
            return Err(JunitError::Name { place: spot.place() });
        }
        if count == MAX_ATTRIBUTES {
            return Err(JunitError::Crowded { place: spot.place() });
        }
        let value = match attribute.value {
            Cow::Borrowed(value) if is_literal(value) => Cow::Borrowed(value),
            _ => attribute.normalized_value(XmlVersion::Implicit1_0).map_err(fail)?,
        };
        take(name, value);
    }
    Ok(())
}

/// Whether a value means what it says: no reference, and nothing that is read as a space.
fn is_literal(value: &str) -> bool {
    !value.bytes().any(|byte| byte == b'&' || byte < b' ')
}
