//! A registry of npm packages on this machine: what is published to it can be installed from it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::engine;

/// What was published.
#[derive(Debug, Default)]
struct Store {
    /// Descriptions of packages by name.
    packages: BTreeMap<String, Value>,
    /// Archives by the path of their address.
    archives: BTreeMap<String, Vec<u8>>,
    /// The names in the order in which they came.
    order: Vec<String>,
}

/// A registry that serves as long as the tests run.
#[derive(Debug)]
pub(crate) struct Registry {
    address: String,
    store: Arc<Mutex<Store>>,
}

impl Registry {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let store = Arc::new(Mutex::new(Store::default()));
        let served = Arc::clone(&store);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let served = Arc::clone(&served);
                // A client that goes away is no trouble of the registry.
                std::thread::spawn(move || answer(&stream.unwrap(), &served).ok());
            }
        });
        Self { address, store }
    }

    /// The names of all packages, in the order in which they were published.
    pub(crate) fn order(&self) -> Vec<String> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).order.clone()
    }

    /// A program that knows no other registry, with a home of its own in `home`.
    pub(crate) fn client(&self, program: &str, home: &Path) -> Command {
        std::fs::create_dir_all(home).unwrap();
        let token = format!("//{}/:_authToken=nobody\n", self.address);
        std::fs::write(home.join(".npmrc"), token).unwrap();
        let mut command = Command::new(program);
        command.env_clear().env("PATH", engine::path()).env("HOME", home);
        command.env("npm_config_registry", format!("http://{}/", self.address));
        for (name, value) in [("audit", "false"), ("fund", "false"), ("update_notifier", "false")] {
            command.env(format!("npm_config_{name}"), value);
        }
        command
    }
}

/// Answers one request and ends the connection.
fn answer(stream: &TcpStream, store: &Mutex<Store>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let length = lines.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let mut words = lines.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.trim_start_matches('/').replace("%2f", "/").replace("%2F", "/");
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    let found = match method {
        "PUT" => {
            store.publish(serde_json::from_slice(&body).unwrap());
            Some(b"{}".to_vec())
        }
        _ => match store.packages.get(&path) {
            Some(package) => Some(package.to_string().into_bytes()),
            None => store.archives.get(&path).cloned(),
        },
    };
    let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
    let body = found.unwrap_or_else(|| b"{}".to_vec());
    let mut stream = stream;
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

impl Store {
    fn publish(&mut self, mut package: Value) {
        let name = package["name"].as_str().unwrap().to_owned();
        let attached = package.as_object_mut().unwrap().remove("_attachments").unwrap();
        let data = attached.as_object().unwrap().values().next().unwrap()["data"].as_str().unwrap();
        let version = package["versions"].as_object().unwrap().values().next().unwrap();
        let address = version["dist"]["tarball"].as_str().unwrap();
        let path = address.split_once("://").unwrap().1.split_once('/').unwrap().1.to_owned();
        self.archives.insert(path, STANDARD.decode(data).unwrap());
        self.order.push(name.clone());
        self.packages.insert(name, package);
    }
}
