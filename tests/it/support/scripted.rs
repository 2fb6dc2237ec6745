//! A server over TLS that says what it is told to say.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::certs::Certs;

/// What the server says to a command: a text in which `{tag}` stands for its tag and `{last}` for the one before,
/// or `None` to say nothing and close.
pub type Script = fn(&str) -> Option<String>;

/// A listening server; ends when dropped.
pub struct Scripted {
    /// Where.
    pub port: u16,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// TLS from the first byte, then `greeting` (empty: none), then the script for every command line.
pub async fn tls(certs: &Certs, greeting: &'static str, script: Script) -> Scripted {
    let acceptor = acceptor(certs);
    serve(move |tcp| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(tcp).await {
                converse(stream, greeting, script).await;
            }
        }
    })
    .await
}

/// TLS after the first command; what is `injected` comes in plain text with the consent to it.
pub async fn starttls(certs: &Certs, injected: &'static str, script: Script) -> Scripted {
    let acceptor = acceptor(certs);
    serve(move |mut tcp| {
        let acceptor = acceptor.clone();
        async move {
            let mut command = [0; 64];
            tcp.write_all(b"* OK hello\r\n").await.expect("an open connection");
            let length = tcp.read(&mut command).await.expect("a command");
            let tag = std::str::from_utf8(&command[..length]).ok().and_then(|line| line.split(' ').next());
            let consent = format!("{} OK begin\r\n{injected}", tag.expect("a tag"));
            tcp.write_all(consent.as_bytes()).await.expect("an open connection");
            if let Ok(stream) = acceptor.accept(tcp).await {
                converse(stream, "", script).await;
            }
        }
    })
    .await
}

fn acceptor(certs: &Certs) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(&certs.server).expect("a file");
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_file(&certs.key).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate that fits its key");
    TlsAcceptor::from(Arc::new(config))
}

/// The same without TLS.
pub async fn plain(greeting: &'static str, script: Script) -> Scripted {
    serve(move |tcp| converse(tcp, greeting, script)).await
}

/// A token information service (for Dovecot's oauth2 passdb): the token `good` is alice's, every other nobody's.
pub async fn tokeninfo() -> Scripted {
    serve(|tcp| async move {
        let mut stream = BufReader::new(tcp);
        let mut request = String::new();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
            request.push_str(&std::mem::take(&mut line));
        }
        let good = request.starts_with("GET /tokeninfo?access_token=good ");
        let (status, body) = if good {
            ("200 OK", r#"{"email":"alice@example.test","active":true}"#)
        } else {
            ("401 Unauthorized", r#"{"error":"invalid_token"}"#)
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n");
        let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await
}

async fn serve<F: Future<Output = ()> + Send + 'static>(
    serve_one: impl Fn(TcpStream) -> F + Send + 'static,
) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound port").port();
    let task = tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(serve_one(tcp));
        }
    });
    Scripted { port, task }
}

async fn converse(stream: impl AsyncReadExt + AsyncWriteExt + Unpin, greeting: &str, script: Script) {
    let mut stream = BufReader::new(stream);
    if stream.write_all(greeting.as_bytes()).await.is_err() || stream.flush().await.is_err() {
        return;
    }
    let (mut line, mut last) = (String::new(), String::new());
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let Some(answer) = script(command) else { break };
        let answer = answer.replace("{tag}", tag).replace("{last}", &last);
        last = tag.to_owned();
        if stream.write_all(answer.as_bytes()).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        line.clear();
    }
    let _ = stream.shutdown().await;
}
