//! The variables that a kind of storage is given by go in; one that its client cannot bear comes
//! out. The client breaks where an address is none, or where a key does not fit into a header.

use super::error::StorageError;

/// What is no credential and may hold more than a header can: the content of a file.
const TEXTS: [&str; 2] = ["SERVICE_ACCOUNT_KEY", "CA_CERTIFICATE"];

/// Refuses the first variable that cannot be, by its name alone: its value may be a secret.
pub(super) fn check(variables: &[(String, String)]) -> Result<(), StorageError> {
    let wrong = variables.iter().find_map(|(name, value)| Some((name, wrong(name, value)?)));
    wrong.map_or(Ok(()), |(name, expected)| {
        Err(StorageError::Variable { name: name.clone(), expected })
    })
}

/// What is expected in the place of a value.
fn wrong(name: &str, value: &str) -> Option<&'static str> {
    let ends = |all: &[&str]| all.iter().any(|end| name.ends_with(end));
    if ends(&TEXTS) {
        return None;
    }
    let is_switch = name.contains("_USE_");
    let is_url = name.contains("ENDPOINT") || ends(&["_BASE_URL", "_SERVICE_URL", "_FULL_URI"]);
    if !is_switch && (is_url || ends(&["AUTHORITY_HOST"])) {
        return (!is_address(value)).then_some("an address that begins with `http:` or `https:`");
    }
    if ends(&["REGION", "ACCOUNT_NAME"]) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        return (!value.chars().all(is_name)).then_some("a name of letters, digits and `-`");
    }
    let is_file = ends(&["_FILE", "_PATH", "_CREDENTIALS", "SERVICE_ACCOUNT"]);
    let fits = |c: char| if is_file { !c.is_control() } else { c == ' ' || c.is_ascii_graphic() };
    (!value.chars().all(fits)).then_some(if is_file {
        "the name of a file, without line feeds and the like"
    } else {
        "plain text in one line (a line feed at its end counts)"
    })
}

/// Whether a request can go there.
fn is_address(value: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| value.strip_prefix(scheme));
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?[]@!$&'()*+,;=%".contains(c);
    let is_plain = rest.is_some_and(|rest| rest.chars().all(is_part));
    is_plain && reqwest::Url::parse(value).is_ok_and(|url| url.has_host())
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn addresses_are_whole_and_keys_fit_into_a_header() {
        for (name, value) in [
            ("AWS_ENDPOINT_URL", "http://minio:9000"),
            ("AWS_ENDPOINT_URL", "https://[::1]:9000/below"),
            ("AWS_SECRET_ACCESS_KEY", "a/b+c=="),
            ("AWS_REGION", "eu-central-1"),
            ("AZURE_USE_FABRIC_ENDPOINT", "true"),
            ("AZURE_STORAGE_SAS_TOKEN", "?sv=2024&sig=a%2Fb"),
            ("GOOGLE_APPLICATION_CREDENTIALS", "/home/\u{e9}/key.json"),
            ("GOOGLE_SERVICE_ACCOUNT_KEY", "{\n\"a\": 1}\n"),
        ] {
            assert_eq!(wrong(name, value), None, "{name}={value}");
        }
        for (name, value) in [
            ("AWS_ENDPOINT_URL", "minio:9000"),
            ("AWS_ENDPOINT_URL_S3", "ftp://minio"),
            ("AWS_ENDPOINT", "http:minio:9000"),
            ("AWS_ENDPOINT_URL", "http://"),
            ("AWS_ENDPOINT_URL", "http://a b"),
            ("AWS_ENDPOINT_URL", "http://a/{b}"),
            ("AWS_ENDPOINT_URL", "http://a:99999"),
            ("AWS_ENDPOINT_URL", "http://a\n"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "localhost"),
            ("AZURE_STORAGE_ENDPOINT", "azurite:10000"),
            ("AZURE_AUTHORITY_HOST", "login.example"),
            ("IDENTITY_ENDPOINT", "localhost"),
            ("GOOGLE_BASE_URL", "localhost:4443"),
            ("AWS_ACCESS_KEY_ID", "AKIA\n"),
            ("AWS_SESSION_TOKEN", "\u{e9}"),
            ("AWS_REGION", "eu central"),
            ("AZURE_STORAGE_ACCOUNT_KEY", "a\rb"),
            ("AZURE_STORAGE_ACCOUNT_NAME", "a/b"),
            ("GOOGLE_BEARER_TOKEN", "a\tb"),
            ("GOOGLE_APPLICATION_CREDENTIALS", "key.json\n"),
        ] {
            assert!(wrong(name, value).is_some(), "{name}={value}");
        }
    }
}
