//! From nothing to a selected mailbox: TCP, TLS, greeting, login, SELECT.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::login::{login, quoted};
use super::session::{Session, within};
use super::wire::Wire;
use crate::config::{Imap, Tls};
use crate::mail::{MailError, tls};

/// Opens the mailbox. `largest` is how many bytes of one response's literals are kept.
pub async fn open(settings: &Imap, largest: usize) -> Result<Session<TlsStream<TcpStream>>, MailError> {
    let label = format!("{}:{}", settings.host, settings.port);
    let limit = Duration::from_secs(settings.command_seconds);
    // Before the first packet: what is wrong with the certificates here is no fault of the server.
    let config = tls::client_config(&label, &settings.ca_file)?;
    let mut tcp = within("connecting", limit, dial(settings, &label)).await?;
    if settings.tls == Tls::Starttls {
        tcp = starttls(tcp, &label, limit).await?;
    }
    let stream = within("TLS handshake", limit, tls::connect(tcp, config, &settings.host, &label)).await?;
    let mut session = Session::new(Wire::new(stream, largest), label, limit);
    if settings.tls == Tls::Implicit {
        session.greeting().await?;
    }
    // What was said before TLS was said by anybody (RFC 9051 section 6.2.1): ask again, before and after login.
    session.learn_capabilities().await?;
    login(&mut session, settings).await?;
    session.learn_capabilities().await?;
    select(&mut session, &settings.mailbox).await?;
    Ok(session)
}

async fn dial(settings: &Imap, label: &str) -> Result<TcpStream, MailError> {
    let failed = |error: std::io::Error| MailError::Connection { host: label.to_owned(), reason: error.to_string() };
    let tcp = TcpStream::connect((settings.host.as_str(), settings.port)).await.map_err(failed)?;
    tcp.set_nodelay(true).map_err(failed)?;
    Ok(tcp)
}

async fn starttls(tcp: TcpStream, label: &str, limit: Duration) -> Result<TcpStream, MailError> {
    let mut plain = Session::new(Wire::new(tcp, 0), label.to_owned(), limit);
    plain.greeting().await?;
    plain.learn_capabilities().await?;
    let refused = |reason: &str| MailError::Tls { host: label.to_owned(), reason: reason.to_owned() };
    if !plain.capabilities.has("STARTTLS") {
        return Err(refused("the server does not offer STARTTLS, and there is no plain text"));
    }
    plain.demand("STARTTLS", "", &mut |_| {}).await?;
    match plain.into_inner() {
        (tcp, false) => Ok(tcp),
        // Somebody on the wire put answers in front of the encrypted ones (CVE-2011-0411 and its kin).
        (_, true) => Err(refused("data came between STARTTLS and TLS")),
    }
}

async fn select(session: &mut Session<TlsStream<TcpStream>>, mailbox: &str) -> Result<(), MailError> {
    let Some(name) = quoted(mailbox) else {
        return Err(session.protocol("SELECT", "source.imap.mailbox is not plain ASCII (modified UTF-7)"));
    };
    session.demand("SELECT", &name, &mut |_| {}).await?;
    if session.mailbox.uid_validity.is_none() {
        return Err(session.protocol("SELECT", "no UIDVALIDITY: this mailbox has no lasting message numbers"));
    }
    // What SELECT counts is not news: whoever fetches on this connection sees it all.
    session.mailbox.news = false;
    Ok(())
}
