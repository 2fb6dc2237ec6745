//! A wire between the service and a server that breaks where it is told: it ends the encryption on both sides, so that it
//! sees each command, and cuts, stalls or throttles before the server hears one or before the client hears the answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::certs::Certs;

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both sides lose the connection.
    Cut,
    /// Nothing passes any more, and nobody is told.
    Stall,
    /// From there on a few bytes at a time.
    Throttle,
}

/// Where it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of the client that begins so (in IMAP without its tag): the server does not hear it.
    Before(&'static str),
    /// The same, but the server hears it, and the client does not hear the answer.
    After(&'static str),
    /// After so many bytes from the server.
    Byte(usize),
}

/// The server behind the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// IMAP with TLS from the first byte.
    Imaps,
    /// Submission with STARTTLS.
    Submission,
}

/// Listens on a port of its own, with TLS from the first byte.
pub struct FaultProxy {
    pub port: u16,
    rule: Arc<Mutex<Option<(Place, Fault)>>>,
    cut: watch::Sender<u32>,
    _task: JoinSet<()>,
}

impl FaultProxy {
    pub async fn start(behind: Behind, port: u16, certs: &Certs) -> Self {
        let acceptor = acceptor(certs);
        let connector = connector(certs);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let rule = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&rule);
        let (cut, cutting) = watch::channel(0);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut wires = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, connector, rule) = (acceptor.clone(), connector.clone(), Arc::clone(&shared));
                let mut cutting = cutting.clone();
                cutting.mark_unchanged();
                wires.spawn(async move {
                    let _ = client.set_nodelay(true);
                    tokio::select! {
                        _ = wire(client, &acceptor, &connector, behind, port, rule) => {}
                        _ = cutting.changed() => {}
                    }
                });
            }
        });
        Self { port: own, rule, cut, _task: task }
    }

    /// Breaks once at a place; the next connection to reach it is hit.
    pub fn arm(&self, place: Place, fault: Fault) {
        *self.rule.lock().unwrap() = Some((place, fault));
    }

    /// Cuts every connection that is open.
    pub fn cut_all(&self) {
        self.cut.send_modify(|generation| *generation += 1);
    }

    /// True when it has happened.
    pub fn has_hit(&self) -> bool {
        self.rule.lock().unwrap().is_none()
    }

    /// Nothing is to happen any more; false where it has not happened.
    pub fn disarm(&self) -> bool {
        self.rule.lock().unwrap().take().is_none()
    }
}

fn acceptor(certs: &Certs) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(&certs.server).unwrap()];
    let key = PrivateKeyDer::from_pem_file(&certs.key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()))
}

fn connector(certs: &Certs) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certs.ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// What both directions of one connection share.
struct Shared {
    rule: Arc<Mutex<Option<(Place, Fault)>>>,
    /// What holds back the server's answers from now on.
    held: Mutex<Option<Fault>>,
    cut: Notify,
}

impl Shared {
    /// The fault of a place, which happens once.
    fn strike(&self, here: impl Fn(Place) -> bool) -> Option<Fault> {
        let mut rule = self.rule.lock().unwrap();
        let (place, fault) = (*rule)?;
        if here(place) {
            *rule = None;
            return Some(fault);
        }
        None
    }

    fn is_due(&self, here: impl Fn(Place) -> bool) -> bool {
        self.rule.lock().unwrap().is_some_and(|(place, _)| here(place))
    }
}

async fn wire(
    client: TcpStream,
    acceptor: &TlsAcceptor,
    connector: &TlsConnector,
    behind: Behind,
    port: u16,
    rule: Arc<Mutex<Option<(Place, Fault)>>>,
) -> std::io::Result<()> {
    let mut client = acceptor.accept(client).await?;
    let (server, greeting) = reach(connector, behind, port).await?;
    client.write_all(&greeting).await?;
    client.flush().await?;
    let shared = Arc::new(Shared { rule, held: Mutex::new(None), cut: Notify::new() });
    let (from_client, to_client) = split(client);
    let (from_server, to_server) = split(server);
    tokio::select! {
        _ = up(from_client, to_server, &shared, behind) => {}
        _ = down(from_server, to_client, &shared) => {}
        () = shared.cut.notified() => {}
    }
    Ok(())
}

/// The server, encrypted, and what it said before.
async fn reach(
    connector: &TlsConnector,
    behind: Behind,
    port: u16,
) -> std::io::Result<(TlsStream<TcpStream>, Vec<u8>)> {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).await?;
    tcp.set_nodelay(true)?;
    let mut greeting = Vec::new();
    if behind == Behind::Submission {
        greeting = answer(&mut tcp).await?;
        for command in ["EHLO proxy.test\r\n", "STARTTLS\r\n"] {
            tcp.write_all(command.as_bytes()).await?;
            answer(&mut tcp).await?;
        }
    }
    Ok((connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await?, greeting))
}

/// One SMTP reply, all of its lines.
async fn answer(tcp: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        bytes.push(tcp.read_u8().await?);
        let last = bytes.strip_suffix(b"\r\n").map(|rest| rest.rsplit(|byte| *byte == b'\n').next().unwrap_or(rest));
        if last.is_some_and(|line| line.get(3) != Some(&b'-')) {
            return Ok(bytes);
        }
    }
}

/// From the client, line by line.
async fn up<C, S>(mut from: ReadHalf<C>, mut to: WriteHalf<S>, shared: &Shared, behind: Behind) -> std::io::Result<()>
where
    C: AsyncRead,
    S: AsyncWrite,
{
    let (mut buffer, mut unsent) = ([0; 16 * 1024], Vec::new());
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        unsent.extend_from_slice(&buffer[..count]);
        let whole = unsent.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let ready: Vec<u8> = unsent.drain(..whole).collect();
        for line in ready.split_inclusive(|byte| *byte == b'\n') {
            let said = said(line, behind);
            if let Some(fault) = shared.strike(|place| matches!(place, Place::Before(verb) if said.starts_with(verb))) {
                suffer(fault, shared).await;
            }
            let after = |place: Place| matches!(place, Place::After(verb) if said.starts_with(verb));
            if shared.is_due(after) {
                *shared.held.lock().unwrap() = shared.strike(after);
            }
            to.write_all(line).await?;
        }
        to.flush().await?;
    }
}

/// A command without its tag, in capitals.
fn said(line: &[u8], behind: Behind) -> String {
    let line = String::from_utf8_lossy(&line[..line.len().min(64)]).to_ascii_uppercase();
    let line = line.trim_end();
    match behind {
        Behind::Imaps => line.split_once(' ').map_or(line, |(_, command)| command).to_owned(),
        Behind::Submission => line.to_owned(),
    }
}

/// From the server.
async fn down<S, C>(mut from: ReadHalf<S>, mut to: WriteHalf<C>, shared: &Shared) -> std::io::Result<()>
where
    S: AsyncRead,
    C: AsyncWrite,
{
    let (mut buffer, mut passed, mut slow) = ([0; 16 * 1024], 0, false);
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let held = shared.held.lock().unwrap().take();
        if let Some(fault) = held {
            slow |= fault == Fault::Throttle;
            suffer(fault, shared).await;
        }
        let mut bytes = &buffer[..count];
        let total = passed + count;
        let due = |place: Place| matches!(place, Place::Byte(at) if at < total);
        let place = shared.rule.lock().unwrap().map(|(place, _)| place);
        if let Some(fault) = shared.strike(due) {
            if let Some(Place::Byte(at)) = place {
                // Everything up to that byte is heard.
                let (heard, rest) = bytes.split_at(at.saturating_sub(passed).min(count));
                to.write_all(heard).await?;
                to.flush().await?;
                bytes = rest;
            }
            slow |= fault == Fault::Throttle;
            suffer(fault, shared).await;
        }
        passed = total;
        while slow && !bytes.is_empty() {
            let (few, rest) = bytes.split_at(bytes.len().min(7));
            to.write_all(few).await?;
            to.flush().await?;
            tokio::time::sleep(Duration::from_micros(200)).await;
            bytes = rest;
        }
        to.write_all(bytes).await?;
        to.flush().await?;
    }
}

/// Returns only where the wire goes on.
async fn suffer(fault: Fault, shared: &Shared) {
    match fault {
        Fault::Cut => {
            shared.cut.notify_one();
            std::future::pending::<()>().await;
        }
        Fault::Stall => std::future::pending::<()>().await,
        Fault::Throttle => {}
    }
}
