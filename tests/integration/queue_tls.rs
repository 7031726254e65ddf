//! `run --queue rediss://`: a real server with a certificate of its own; machines trust whom their
//! system trusts, and nobody else.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::place::Place;
use crate::support::redis::{Redis, free_port};
use crate::support::script::twelve;
use crate::support::{Said, read};

/// A server behind TLS whose certificate an authority of the test's own gave it.
struct Guarded {
    _redis: Redis,
    address: String,
    authority: PathBuf,
}

impl Guarded {
    /// With a certificate for this address.
    fn start(place: &Place, certified: &str) -> Self {
        let folder = place.path("certificates");
        std::fs::create_dir_all(&folder).unwrap();
        let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
        openssl(&folder, &request, "-keyout ca.key -out ca.pem -subj /CN=authority");
        std::fs::write(folder.join("names"), format!("subjectAltName=IP:{certified}\n")).unwrap();
        openssl(
            &folder,
            &["req"],
            "-newkey rsa:2048 -nodes -keyout key.pem -out csr.pem -subj /CN=x",
        );
        let sign = "-req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem";
        openssl(&folder, &["x509"], sign);
        let path = |name: &str| folder.join(name).display().to_string();
        let port = free_port().to_string();
        let redis = Redis::with(&[
            "--tls-port",
            &port,
            "--tls-cert-file",
            &path("cert.pem"),
            "--tls-key-file",
            &path("key.pem"),
            "--tls-ca-cert-file",
            &path("ca.pem"),
            "--tls-auth-clients",
            "no",
            "--requirepass",
            "hunter2-secret",
        ]);
        let address = format!("rediss://127.0.0.1:{port}");
        Self { _redis: redis, address, authority: folder.join("ca.pem") }
    }
}

/// A whole run of one machine that trusts the authorities of a file.
fn run(place: &Place, trusted: &Path, address: &str) -> Said {
    let mut tool = place.tool(&["run", "--queue", address, "--run-id", "r", "--shards", "1"]);
    tool.args(["--fake", "suite.json", "--log-level", "trace"]);
    tool.env("SHARDWRIGHT_QUEUE_PASSWORD", "hunter2-secret");
    place.answer(tool.env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR"))
}

fn openssl(folder: &Path, words: &[&str], more: &str) {
    let mut command = Command::new("openssl");
    command.args(words).args(more.split(' ')).current_dir(folder);
    let output = command.output().expect("no openssl: run fixtures/machine/setup test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_server_that_the_system_trusts_is_used_and_nobody_else_is() {
    let place = Place::scripted(&twelve());
    let server = Guarded::start(&place, "127.0.0.1");
    let good = run(&place, &server.authority, &server.address);
    assert_eq!(good.code, 0, "{}", good.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert!(verdicts.len() == 24 && verdicts.values().all(|it| it == "passed"), "{verdicts:?}");

    let stranger = Place::scripted(&twelve());
    let other = Guarded::start(&stranger, "127.0.0.1");
    let wrong_name = Place::scripted(&twelve());
    let elsewhere = Guarded::start(&wrong_name, "127.0.0.2");
    let plain = server.address.replace("rediss://", "redis://");
    for (what, trusted, address) in [
        ("of another authority", &other.authority, &server.address),
        ("of another host", &elsewhere.authority, &elsewhere.address),
        ("without TLS", &server.authority, &plain),
    ] {
        let place = Place::scripted(&twelve());
        let said = run(&place, trusted, address);
        assert_eq!(said.code, 6, "{what}: {}", said.stderr);
        let told = format!("cannot use the queue `{address}`: ");
        assert!(said.flat().contains(&told), "{what}: {}", said.stderr);
        let help = "with TLS it is rediss://, and SSL_CERT_FILE names an authority of your own";
        assert!(said.flat().contains(help), "{what}: {}", said.stderr);
        assert!(!said.stderr.contains("secret"), "{what}: {}", said.stderr);
        assert!(!place.path("shardwright-report/results.json").exists(), "{what}");
    }
}
