//! From nothing to a selected mailbox: TCP, TLS, greeting, login, SELECT.

use std::collections::HashSet;
use std::fmt::Debug;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::{Response, Status};
use async_imap::types::UnsolicitedResponse;
use tokio::io::{AsyncRead, AsyncWrite, BufWriter};
use tokio::net::TcpStream;

use super::fault::{broken, judged, lost, protocol, shorten};
use super::login::{login, quoted};
use super::session::{Session, Stream, names, within};
use crate::config::{Imap, Tls};
use crate::mail::{MailError, tls};

/// Opens the mailbox.
pub async fn open(settings: &Imap) -> Result<Session, MailError> {
    let label = format!("{}:{}", settings.host, settings.port);
    let limit = Duration::from_secs(settings.command_seconds);
    // Before the first packet: what is wrong with the certificates here is no fault of the server.
    let config = tls::client_config(&label, &settings.ca_file)?;
    let mut tcp = within("connecting", limit, dial(settings, &label)).await?;
    if settings.tls == Tls::Starttls {
        tcp = within("STARTTLS", limit, starttls(tcp, &label)).await?;
    }
    let stream = within("TLS handshake", limit, tls::connect(tcp, config, &settings.host, &label)).await?;
    let mut client = Client::new(BufWriter::new(stream));
    if settings.tls == Tls::Implicit {
        within("greeting", limit, greeting(&mut client, &label)).await?;
    }
    let offered = within("CAPABILITY", limit, capabilities(&mut client, &label)).await?;
    let imap = login(client, settings, &label, limit, offered.contains("LOGINDISABLED")).await?;
    let mut session = Session::new(imap, label, limit);
    // After login a server may offer more (RFC 9051 section 6.2).
    session.demand("CAPABILITY", "", &mut |_| {}).await?;
    select(&mut session, &settings.mailbox).await?;
    Ok(session)
}

async fn dial(settings: &Imap, label: &str) -> Result<TcpStream, MailError> {
    let tcp =
        TcpStream::connect((settings.host.as_str(), settings.port)).await.map_err(|e| lost(label, &e.to_string()))?;
    tcp.set_nodelay(true).map_err(|error| lost(label, &error.to_string()))?;
    Ok(tcp)
}

/// Reads the greeting (RFC 9051 section 7.1.5).
async fn greeting<S>(client: &mut Client<S>, label: &str) -> Result<(), MailError>
where
    S: AsyncRead + AsyncWrite + Unpin + Debug + Send,
{
    let read = client.read_response().await;
    match read.as_ref().map(|response| response.as_ref().map(|response| response.parsed())) {
        Ok(Some(Response::Data { status: Status::Ok, .. })) => Ok(()),
        Ok(Some(Response::Data { status: Status::Bye, outcome })) => {
            let words = shorten(outcome.information.as_deref().unwrap_or_default());
            Err(lost(label, &format!("the server said goodbye: {words}")))
        }
        Ok(None) => Err(lost(label, "closed by the server")),
        Err(error) if error.kind() != std::io::ErrorKind::Other => Err(broken(label, error)),
        // A connection that is already logged in belongs to somebody else's user, or to a man in the middle.
        _ => Err(protocol(label, "greeting", "not the greeting of an IMAP server that wants a login")),
    }
}

async fn starttls(tcp: TcpStream, label: &str) -> Result<TcpStream, MailError> {
    let mut plain = Client::new(tcp);
    greeting(&mut plain, label).await?;
    let answer = plain.run_command_and_check_ok("STARTTLS", None).await;
    judged(label, "STARTTLS", answer)?.map_err(|refusal| MailError::Tls {
        host: label.to_owned(),
        reason: format!("the server does not do STARTTLS, and there is no plain text: {refusal}"),
    })?;
    // What somebody on the wire put in front of the encrypted answers (CVE-2011-0411 and its kin) was either read
    // ahead, and ends here with the client that read it, or it breaks the handshake.
    Ok(plain.into_inner())
}

/// What is offered before login. What was said before TLS was said by anybody (RFC 9051 section 6.2.1).
async fn capabilities(client: &mut Client<Stream>, label: &str) -> Result<HashSet<String>, MailError> {
    let (heard, answers) = async_channel::bounded(100);
    let asked = client.run_command_and_check_ok("CAPABILITY", Some(heard)).await;
    judged(label, "CAPABILITY", asked)?.map_err(|refusal| refusal.of(label, "CAPABILITY"))?;
    let mut offered = HashSet::new();
    while let Ok(answer) = answers.try_recv() {
        if let UnsolicitedResponse::Other(data) = answer
            && let Response::Capabilities(list) = data.parsed()
        {
            offered = names(list);
        }
    }
    Ok(offered)
}

async fn select(session: &mut Session, mailbox: &str) -> Result<(), MailError> {
    let Some(name) = quoted(mailbox) else {
        let reason = "source.imap.mailbox is not plain ASCII (modified UTF-7)";
        return Err(protocol(&session.host, "SELECT", reason));
    };
    session.demand("SELECT", &name, &mut |_| {}).await?;
    if session.mailbox.uid_validity.is_none() {
        let reason = "no UIDVALIDITY: this mailbox has no lasting message numbers";
        return Err(protocol(&session.host, "SELECT", reason));
    }
    // What SELECT counts is not news: whoever fetches on this connection sees it all.
    session.mailbox.news = false;
    Ok(())
}
