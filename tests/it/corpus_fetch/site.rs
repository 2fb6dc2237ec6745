//! A site on this machine that serves files as the official ones do on their good days and on their bad ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// One file of the site, and how it is served.
#[derive(Clone)]
pub struct Doc {
    body: Vec<u8>,
    content_type: &'static str,
    etag: Option<String>,
    status: u16,
    headers: Vec<(&'static str, String)>,
    ranges: bool,
    announced: Option<usize>,
    chunked: bool,
    head: Option<u16>,
    cuts: Vec<usize>,
    silent: bool,
    failures: usize,
    next: Option<Box<Doc>>,
}

impl Doc {
    /// A file with a tag that honours ranges.
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            content_type: "application/octet-stream",
            etag: Some("\"one\"".to_owned()),
            status: 200,
            headers: Vec::new(),
            ranges: true,
            announced: None,
            chunked: false,
            head: None,
            cuts: Vec::new(),
            silent: false,
            failures: 0,
            next: None,
        }
    }

    /// A web page.
    pub fn page(text: impl Into<String>) -> Self {
        Self { content_type: "text/html; charset=utf-8", etag: None, ..Self::new(text.into()) }
    }

    /// Nothing but a status.
    pub fn status(status: u16) -> Self {
        Self { status, content_type: "text/html", etag: None, ..Self::new("<html>no</html>") }
    }

    /// A redirect.
    pub fn to(address: &str) -> Self {
        Self { status: 301, ..Self::new("") }.header("Location", address)
    }

    /// A header more.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With another tag, or none.
    pub fn etag(mut self, etag: Option<&str>) -> Self {
        self.etag = etag.map(str::to_owned);
        self
    }

    /// Every answer is the whole file.
    pub fn without_ranges(mut self) -> Self {
        self.ranges = false;
        self
    }

    /// Announces another length than it has.
    pub fn announcing(mut self, length: usize) -> Self {
        self.announced = Some(length);
        self
    }

    /// Announces no length at all.
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Answers HEAD with a status of its own.
    pub fn head(mut self, status: u16) -> Self {
        self.head = Some(status);
        self
    }

    /// The connection breaks after so many bytes of a body, once for each number.
    pub fn cut_after(mut self, bytes: &[usize]) -> Self {
        self.cuts = bytes.to_vec();
        self
    }

    /// Where it would break, it falls silent instead.
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Answers 503 so many times first, and asks for three seconds.
    pub fn failing(mut self, times: usize) -> Self {
        self.failures = times;
        self
    }

    /// After its first body it is replaced by another file.
    pub fn then(mut self, next: Doc) -> Self {
        self.next = Some(Box::new(next));
        self
    }
}

type Docs = Arc<Mutex<BTreeMap<String, Doc>>>;

/// The site.
pub struct Site {
    /// `http://127.0.0.1:port`.
    pub base: String,
    docs: Docs,
    log: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Serves the files at their paths.
    pub async fn start<const N: usize>(docs: [(&str, Doc); N]) -> Self {
        let docs: Docs = Arc::new(Mutex::new(docs.into_iter().map(|(path, doc)| (path.to_owned(), doc)).collect()));
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (served, kept) = (Arc::clone(&docs), Arc::clone(&log));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&served), Arc::clone(&kept)));
            }
        });
        Self { base, docs, log }
    }

    /// Puts a file in place of another.
    pub fn put(&self, path: &str, doc: Doc) {
        self.docs.lock().unwrap().insert(path.to_owned(), doc);
    }

    /// What was asked: method, path and, where one was asked for, the range.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// How often the bodies of a path were asked for.
    pub fn bodies(&self, path: &str) -> usize {
        let line = format!("GET {path}");
        self.log().iter().filter(|asked| **asked == line || asked.starts_with(&format!("{line} "))).count()
    }
}

/// One request a connection: each answer closes it.
async fn serve(mut stream: TcpStream, docs: Docs, log: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let header = |name: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    let range = header("range");
    log.lock()
        .unwrap()
        .push([method.clone(), path.clone()].into_iter().chain(range.clone()).collect::<Vec<_>>().join(" "));
    let doc = take(&docs, &path, method == "GET");
    let resumes = doc.ranges && doc.status == 200 && header("if-range").is_none_or(|tag| Some(tag) == doc.etag);
    let first = range
        .filter(|_| resumes)
        .and_then(|range| range.strip_prefix("bytes=")?.split('-').next()?.parse::<usize>().ok());
    let (answer, body) = respond(&doc, first, method == "HEAD");
    let _ = stream.write_all(answer.as_bytes()).await;
    if method == "GET" {
        let end = doc.cuts.first().map_or(body.len(), |cut| (*cut).min(body.len()));
        let _ = stream.write_all(&body[..end]).await;
        if doc.silent && end < body.len() {
            tokio::time::sleep(std::time::Duration::from_secs(600)).await;
        }
    }
    let _ = stream.shutdown().await;
}

/// The file as this request is to have it; what happens once is used up.
fn take(docs: &Docs, path: &str, body: bool) -> Doc {
    let mut docs = docs.lock().unwrap();
    let plain = path.split('?').next().unwrap().to_owned();
    let key = if docs.contains_key(path) { path.to_owned() } else { plain };
    let Some(doc) = docs.get_mut(&key) else { return Doc::status(404) };
    let now = doc.clone();
    if doc.failures > 0 {
        doc.failures -= 1;
        return Doc::status(503).header("Retry-After", "3");
    }
    if body {
        if !doc.cuts.is_empty() {
            doc.cuts.remove(0);
        }
        if let Some(next) = doc.next.take() {
            *doc = *next;
        }
    }
    now
}

fn respond(doc: &Doc, first: Option<usize>, head: bool) -> (String, Vec<u8>) {
    let total = doc.body.len();
    let (status, from) = match (first, doc.head.filter(|_| head)) {
        (_, Some(status)) => (status, 0),
        (Some(first), None) if first < total => (206, first),
        (Some(_), None) => (416, total),
        (None, None) => (doc.status, 0),
    };
    let rest = &doc.body[from..];
    let mut answer = format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Type: {}\r\n", doc.content_type);
    let mut line = |name: &str, value: String| answer += &format!("{name}: {value}\r\n");
    if let Some(etag) = &doc.etag {
        line("ETag", etag.clone());
    }
    match status {
        206 => line("Content-Range", format!("bytes {from}-{}/{total}", total - 1)),
        416 => line("Content-Range", format!("bytes */{total}")),
        _ => {}
    }
    for (name, value) in &doc.headers {
        line(name, value.clone());
    }
    if doc.chunked && !head {
        answer += "Transfer-Encoding: chunked\r\n\r\n";
        let mut body = format!("{:x}\r\n", rest.len()).into_bytes();
        body.extend_from_slice(rest);
        body.extend_from_slice(b"\r\n0\r\n\r\n");
        return (answer, body);
    }
    if !doc.chunked {
        line("Content-Length", doc.announced.unwrap_or(rest.len()).to_string());
    }
    answer += "\r\n";
    (answer, rest.to_vec())
}
