//! A server that speaks S3 on this machine, and a way to it that breaks when a test wants it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::support::python;

/// Part of every credential of these tests.
pub(crate) const CANARY: &str = "c4naryKey";

/// The server asks for a name, and not whether it is true.
const SOMEBODY: &str = "AWS4-HMAC-SHA256 Credential=somebody/20261122/us-east-1/s3/aws4_request, \
                        SignedHeaders=host, Signature=0";

/// A bucket of a test's own, on a server that all tests share.
pub(crate) struct Bucket {
    pub(crate) name: String,
    port: u16,
}

/// The server goes when the tests do: its standard input ends.
fn port() -> u16 {
    static SERVER: OnceLock<(Mutex<Child>, u16)> = OnceLock::new();
    let (_, port) = SERVER.get_or_init(|| {
        // Of a process that is killed, too.
        let script = "import os, sys, threading\n\
                      def leave():\n    sys.stdin.buffer.read()\n    os._exit(0)\n\
                      threading.Thread(target=leave, daemon=True).start()\n\
                      from moto.server import main\nmain(['-H', '127.0.0.1', '-p', '0'])\n";
        let mut command: Command = python::program("python");
        command.args(["-c", script]).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut server = command.stdout(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(server.stderr.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "moto ended");
            if let Some((_, address)) = line.split_once("http://127.0.0.1:") {
                break address.trim().parse().unwrap();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        (Mutex::new(server), port)
    });
    *port
}

impl Bucket {
    pub(crate) fn new(name: &str) -> Self {
        let bucket = Self { name: name.to_owned(), port: port() };
        assert_eq!(bucket.request("PUT", "", &[]).0, 200, "{name}");
        bucket
    }

    /// Where results of a run go.
    pub(crate) fn url(&self, prefix: &str) -> String {
        format!("s3://{}/{prefix}", self.name)
    }

    /// Lets a command reach it.
    pub(crate) fn known_to<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        known(command, self.port)
    }

    /// The names of all objects.
    pub(crate) fn keys(&self) -> Vec<String> {
        let (status, body) = self.request("GET", "?list-type=2&max-keys=1000", &[]);
        assert_eq!(status, 200);
        let body = String::from_utf8(body).unwrap();
        let keys = body.split("<Key>").skip(1).map(|rest| rest.split("</Key>").next().unwrap());
        keys.map(str::to_owned).collect()
    }

    /// The one name that ends so.
    pub(crate) fn key(&self, end: &str) -> String {
        let mut keys = self.keys();
        keys.retain(|key| key.ends_with(end));
        assert_eq!(keys.len(), 1, "{end}: {keys:?}");
        keys.remove(0)
    }

    pub(crate) fn get(&self, key: &str) -> Vec<u8> {
        let (status, body) = self.request("GET", &format!("/{key}"), &[]);
        assert_eq!(status, 200, "{key}");
        body
    }

    pub(crate) fn put(&self, key: &str, body: &[u8]) {
        assert_eq!(self.request("PUT", &format!("/{key}"), body).0, 200, "{key}");
    }

    pub(crate) fn delete(&self, key: &str) {
        assert_eq!(self.request("DELETE", &format!("/{key}"), &[]).0, 204, "{key}");
    }

    /// `path` goes to the server as it is.
    fn request(&self, method: &str, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "{method} /{}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\nConnection: \
             close\r\nAuthorization: {SOMEBODY}\r\n\r\n",
            self.name,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = String::from_utf8_lossy(&answer[..end]).split(' ').nth(1).unwrap().parse();
        (status.unwrap(), answer.split_off(end + 4))
    }
}

fn known(command: &mut Command, port: u16) -> &mut Command {
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
    command.env("AWS_ALLOW_HTTP", "true").env("AWS_ACCESS_KEY_ID", format!("AKIA{CANARY}"));
    command.env("AWS_SECRET_ACCESS_KEY", format!("{CANARY}-secret"));
    command.env("AWS_SESSION_TOKEN", format!("{CANARY}-token")).env("NO_PROXY", "127.0.0.1")
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Pass,
    /// The server is said to answer this.
    Status(u16, &'static str),
    /// The connection ends in the middle of the request.
    Drop,
}

/// A way to the server of [`Bucket`] on which not every request arrives.
pub(crate) struct Way {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Way {
    /// `fate` is asked with the number of the request, from 0, and with its method and path.
    pub(crate) fn new(fate: impl Fn(usize, &str) -> Fate + Send + Sync + 'static) -> Self {
        let (listener, server) = (TcpListener::bind("127.0.0.1:0").unwrap(), port());
        let port = listener.local_addr().unwrap().port();
        let (requests, fate) = (Arc::new(Mutex::new(Vec::new())), Arc::new(fate));
        let known = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (known, fate) = (Arc::clone(&known), Arc::clone(&fate));
                std::thread::spawn(move || pass(&stream.unwrap(), server, &known, &*fate).ok());
            }
        });
        Self { port, requests }
    }

    /// Lets a command go this way.
    pub(crate) fn known_to<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        known(command, self.port)
    }

    /// All that came, as in `PUT /bucket/key`.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Passes one request on and ends the connection.
fn pass(
    client: &TcpStream,
    server: u16,
    known: &Mutex<Vec<String>>,
    fate: &dyn Fn(usize, &str) -> Fate,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if !lower.starts_with("connection:") {
            head += &line;
        }
    }
    let what = head.split(" HTTP/").next().unwrap_or_default().to_owned();
    let number = {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(what.clone());
        known.len() - 1
    };
    let fate = fate(number, &what);
    if fate == Fate::Drop {
        return Ok(());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut client = client;
    if let Fate::Status(status, code) = fate {
        // As real servers do, it repeats what it was told.
        let body = format!("<Error><Code>{code}</Code><Request>{head}</Request></Error>");
        let length = body.len();
        return write!(
            client,
            "HTTP/1.1 {status} No\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    }
    let mut upstream = TcpStream::connect(("127.0.0.1", server))?;
    write!(upstream, "{head}Connection: close\r\n\r\n")?;
    upstream.write_all(&body)?;
    std::io::copy(&mut upstream, &mut client).map(drop)
}
