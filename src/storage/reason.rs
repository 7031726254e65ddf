//! An error of the client goes in; what a person is told of it comes out: what the server answered,
//! or what lies at the bottom of it. Servers repeat requests in their answers, signatures and
//! tokens included, so no answer is shown as it came.

use std::error::Error as _;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use super::error::{Answer, Refusal};

/// What to tell.
pub(super) fn answer(error: &Error) -> Answer {
    let mut all = vec![error.to_string()];
    let mut source = error.source();
    while let Some(below) = source {
        all.push(below.to_string());
        source = below.source();
    }
    if let Some(told) = all.iter().find_map(|text| status(text)) {
        return Answer(format!("the server answered {told}"));
    }
    if let Some(code) = all.iter().find_map(|text| code(text)) {
        return Answer(format!("the server answered {code}"));
    }
    let last = all.last().map_or("", String::as_str);
    // Where a request was to go may be signed.
    let told = last.split(" for url (").next().unwrap_or_default();
    let told = told.lines().next().unwrap_or_default();
    Answer(match told {
        "URL scheme is not allowed" => {
            "its endpoint is no `https:`; AWS_ALLOW_HTTP=true (or GOOGLE_, AZURE_) allows `http:`"
                .to_owned()
        }
        _ => told.to_owned(),
    })
}

/// Whether nobody said anything at all.
pub(super) fn is_silence(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(below) = source {
        let kind = below.downcast_ref::<HttpError>().map(HttpError::kind);
        if matches!(kind, Some(HttpErrorKind::Connect | HttpErrorKind::Timeout)) {
            return true;
        }
        source = below.source();
    }
    false
}

/// As in `503 Service Unavailable (SlowDown)`.
fn status(text: &str) -> Option<String> {
    let (_, after) = text.split_once("status code: ")?;
    let status = after.split([':', '\n']).next().unwrap_or_default().trim();
    let code = code(after).map(|code| format!(" ({code})")).unwrap_or_default();
    Some(format!("{status}{code}"))
}

/// The word by which storage names what is wrong.
fn code(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("<Code>")?;
    let (code, _) = after.split_once("</Code>")?;
    let is_word = !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric());
    is_word.then_some(code)
}

/// What a person can do something about.
pub(super) fn refusal(error: &Error) -> Refusal {
    if let Error::NotFound { .. } = error {
        return Refusal::NotFound;
    }
    let is_denied = matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. });
    // Of who has none and asked the machine for them, the answer is in the words.
    let Answer(told) = answer(error);
    // Lists of objects have no kinds of errors.
    if told.starts_with("the server answered 404") {
        return Refusal::NotFound;
    }
    let says_so = ["answered 401", "answered 403"].iter().any(|status| told.contains(status));
    if is_denied || says_so || error.to_string().contains("credentials") {
        return Refusal::Denied;
    }
    Refusal::Other
}

#[cfg(test)]
mod tests {
    use object_store::Error;

    use super::{answer, refusal};
    use crate::storage::error::Refusal;

    fn told(text: &str) -> String {
        answer(&Error::Generic { store: "S3", source: text.to_owned().into() }).0
    }

    #[test]
    fn of_an_answer_only_its_status_and_its_word_are_told() {
        let body = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?>\
                    <Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA1</AWSAccessKeyId>\
                    <CanonicalRequest>x-amz-security-token:secret</CanonicalRequest></Error>";
        assert_eq!(told(body), "the server answered 403 Forbidden (SignatureDoesNotMatch)");
        let plain = "Server returned non-2xx status code: 500 Internal Server Error: token=secret";
        assert_eq!(told(plain), "the server answered 500 Internal Server Error");
        let forged = "status code: 403 Forbidden: <Code>secret token</Code>";
        assert_eq!(told(forged), "the server answered 403 Forbidden");
        let late = "Server returned error response: <Error><Code>InternalError</Code>secret";
        assert_eq!(told(late), "the server answered InternalError");
    }

    #[test]
    fn of_what_never_arrived_the_bottom_is_told() {
        assert_eq!(told("Connection refused (os error 111)"), "Connection refused (os error 111)");
        let signed = "error sending request for url (https://x/y?sig=secret)";
        assert_eq!(told(signed), "error sending request");
    }

    #[test]
    fn what_a_person_can_mend_is_told_apart() {
        let path = || "x".to_owned();
        let not_found = Error::NotFound { path: path(), source: "".into() };
        let denied = Error::PermissionDenied { path: path(), source: "".into() };
        let other = Error::Generic { store: "S3", source: "503".into() };
        assert_eq!(
            [&not_found, &denied, &other].map(refusal),
            [Refusal::NotFound, Refusal::Denied, Refusal::Other]
        );
    }
}
