//! The start of an element goes in, its attributes come out one by one, checked and decoded.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart};

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
        let (place, element) = (spot.place(), clipped(start.name().as_ref()).into());
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
            Cow::Borrowed(_) | Cow::Owned(_) => meant(&attribute).map_err(fail)?,
        };
        take(name, value);
    }
    Ok(())
}

/// The value with its references resolved; those to no character, e.g. `&#0;`, mean nothing.
fn meant<'a>(attribute: &Attribute<'a>) -> quick_xml::Result<Cow<'a, str>> {
    let error = match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let mended = without_strays(&attribute.value);
    if mended == attribute.value {
        return Err(error);
    }
    let mended = Attribute { key: attribute.key, value: mended.as_str().into() };
    mended.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned().into())
}

/// Without references to what is no character of XML.
fn without_strays(value: &str) -> String {
    let mut parts = value.split("&#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let reference = part.split_once(';');
        let resolved = |name: &str| {
            BytesRef::new(format!("#{name}")).resolve_char_ref().ok().flatten().is_some()
        };
        match reference {
            Some((name, rest)) if is_number(name) && !resolved(name) => out.push_str(rest),
            _ => {
                out.push_str("&#");
                out.push_str(part);
            }
        }
    }
    out
}

/// `10` or `x1f`.
fn is_number(name: &str) -> bool {
    match name.strip_prefix('x') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit()),
        None => !name.is_empty() && name.bytes().all(|it| it.is_ascii_digit()),
    }
}

/// Whether a value means what it says: no reference, and nothing that is read as a space.
fn is_literal(value: &str) -> bool {
    !value.bytes().any(|byte| byte == b'&' || byte < b' ')
}

#[cfg(test)]
mod tests {
    use super::without_strays;

    #[test]
    fn references_to_no_character_are_left_out() {
        for (value, kept) in [
            ("a&#0;b&#x110000;&#xD800;c", "abc"),
            ("&#10;&#x1F6D2;", "&#10;&#x1F6D2;"),
            ("&#;&#q;&#", "&#;&#q;&#"),
            ("&#99999999999999999999;x", "x"),
        ] {
            assert_eq!(without_strays(value), kept);
        }
    }
}
