//! From a host name to a connection that may send: TCP, TLS, EHLO, AUTH.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::auth;
use super::channel::{Channel, Fault};
use super::reply::{Reply, shown};
use super::transaction::Session;
use crate::config::{self, Secret, SignIn, Tls};
use crate::mail::{MailError, token};

/// What is said where tokens cannot be used.
const NO_XOAUTH2: &str = "the server offers no AUTH XOAUTH2: use a password, or its submission port for OAuth2";

/// The server, and how we come to it.
pub(super) struct Target {
    /// Host and port as configured, for messages.
    pub(super) host: Arc<str>,
    /// The limit of the answer to a whole message.
    pub(super) message_limit: Duration,
    address: (String, u16),
    name: ServerName<'static>,
    tls: Tls,
    connector: TlsConnector,
    hello: String,
    user: String,
    password: Secret,
    /// Prints access tokens; empty where a password is used.
    token_command: Vec<String>,
    limit: Duration,
}

/// What the server says it can do (RFC 5321 section 4.1.1.1), as far as we use it.
#[derive(Debug, Default, Clone)]
pub(super) struct Extensions {
    pub(super) starttls: bool,
    pub(super) eight_bit: bool,
    pub(super) size: Option<u64>,
    pub(super) mechanisms: Vec<String>,
}

impl Target {
    pub(super) fn new(settings: &config::Smtp, hello: &str, tls: Arc<rustls::ClientConfig>) -> Result<Self, MailError> {
        let host: Arc<str> = format!("{}:{}", settings.host, settings.port).into();
        let name = ServerName::try_from(settings.host.clone())
            .map_err(|error| MailError::Tls { host: host.to_string(), reason: error.to_string() })?;
        // Nothing but a host name or an address literal may follow EHLO.
        let hello: String = hello.chars().filter(|c| c.is_ascii_alphanumeric() || ".-[]:".contains(*c)).collect();
        Ok(Self {
            host,
            message_limit: Duration::from_secs(settings.message_seconds.max(1)),
            address: (settings.host.clone(), settings.port),
            name,
            tls: settings.tls,
            connector: TlsConnector::from(tls),
            hello: if hello.is_empty() { "localhost".into() } else { hello },
            user: settings.user.clone(),
            password: settings.password.clone(),
            token_command: match settings.auth {
                SignIn::Xoauth2 => settings.token_command.clone(),
                SignIn::Password => Vec::new(),
            },
            limit: Duration::from_secs(settings.command_seconds.max(1)),
        })
    }

    /// A connection that is encrypted, greeted and signed in.
    pub(super) async fn open(&self) -> Result<Session, MailError> {
        let stream = timeout(self.limit, TcpStream::connect(&self.address))
            .await
            .map_err(|_| self.late("connect"))?
            .map_err(|error| self.lost(&error.to_string()))?;
        // Without this the final dot waits 40 ms for the acknowledgement of the body (Nagle, delayed ACK).
        stream.set_nodelay(true).map_err(|error| self.lost(&error.to_string()))?;
        let mut channel = match self.tls {
            Tls::Implicit => {
                let mut channel = Channel::new(self.encrypt(stream).await?, self.limit);
                self.greeting(&mut channel).await?;
                channel
            }
            Tls::Starttls => self.starttls(stream).await?,
        };
        // What was offered before TLS counts for nothing (RFC 3207 section 4.2).
        let extensions = self.hello(&mut channel).await?;
        let mechanism = self.sign_in(&mut channel, &extensions).await?;
        Ok(Session::new(channel, extensions, mechanism))
    }

    async fn starttls(&self, stream: TcpStream) -> Result<Channel<TlsStream<TcpStream>>, MailError> {
        let mut channel = Channel::new(stream, self.limit);
        self.greeting(&mut channel).await?;
        if !self.hello(&mut channel).await?.starttls {
            return Err(self.tls("the server offers no STARTTLS, and nothing is sent in plain text"));
        }
        let reply = channel.command("STARTTLS").await.map_err(|fault| self.fault("STARTTLS", fault))?;
        match reply.class() {
            2 => {}
            4 => return Err(self.lost(&reply.shown())),
            _ => return Err(self.tls(&reply.shown())),
        }
        let stream = channel.into_stream().map_err(|fault| self.tls(&fault.to_string()))?;
        Ok(Channel::new(self.encrypt(stream).await?, self.limit))
    }

    async fn encrypt(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, MailError> {
        let handshake = self.connector.connect(self.name.clone(), stream);
        let refused = |error: std::io::Error| {
            // Only what rustls itself objects to needs a person; a cut wire is mended by time.
            let by_rustls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
            if by_rustls { self.tls(&error.to_string()) } else { self.lost(&error.to_string()) }
        };
        timeout(self.limit, handshake).await.map_err(|_| self.late("TLS handshake"))?.map_err(refused)
    }

    async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(&self, channel: &mut Channel<S>) -> Result<(), MailError> {
        let reply = channel.reply(self.limit).await.map_err(|fault| self.fault("greeting", fault))?;
        self.expect_success("greeting", &reply)
    }

    async fn hello<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        channel: &mut Channel<S>,
    ) -> Result<Extensions, MailError> {
        let command = format!("EHLO {}", self.hello);
        let reply = channel.command(&command).await.map_err(|fault| self.fault("EHLO", fault))?;
        self.expect_success("EHLO", &reply)?;
        Ok(Extensions::parse(&reply))
    }

    async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        channel: &mut Channel<S>,
        extensions: &Extensions,
    ) -> Result<Option<&'static str>, MailError> {
        if self.user.is_empty() {
            return Ok(None);
        }
        let refused = |reason: String| MailError::Credentials { host: self.host.to_string(), reason };
        let by_token = !self.token_command.is_empty();
        let mechanism = auth::choose(&extensions.mechanisms, by_token).ok_or_else(|| {
            refused(if by_token { NO_XOAUTH2 } else { "the server offers neither AUTH PLAIN nor AUTH LOGIN" }.into())
        })?;
        let secret = match by_token {
            true => Secret::new(token::fetch(&self.token_command, self.limit).await?),
            false => self.password.clone(),
        };
        let reply =
            auth::sign_in(channel, mechanism, &self.user, &secret).await.map_err(|fault| self.fault("AUTH", fault))?;
        match reply.class() {
            2 => Ok(Some(mechanism)),
            // 454: the server cannot look the password up just now (RFC 4954 section 4.7.3).
            4 => Err(self.lost(&reply.shown())),
            _ => Err(refused(reply.shown())),
        }
    }

    fn expect_success(&self, command: &'static str, reply: &Reply) -> Result<(), MailError> {
        match reply.class() {
            2 => Ok(()),
            4 => Err(self.lost(&reply.shown())),
            _ => Err(MailError::Protocol { host: self.host.to_string(), command, reason: reply.shown() }),
        }
    }

    fn fault(&self, step: &'static str, fault: Fault) -> MailError {
        match fault {
            Fault::Lost(reason) => self.lost(&reason),
            Fault::Timeout(limit) => MailError::Timeout { what: step, seconds: limit.as_secs() },
            Fault::Malformed(reason) => MailError::Protocol { host: self.host.to_string(), command: step, reason },
        }
    }

    fn late(&self, what: &'static str) -> MailError {
        MailError::Timeout { what, seconds: self.limit.as_secs() }
    }

    fn lost(&self, reason: &str) -> MailError {
        MailError::Connection { host: self.host.to_string(), reason: shown(reason) }
    }

    fn tls(&self, reason: &str) -> MailError {
        MailError::Tls { host: self.host.to_string(), reason: shown(reason) }
    }
}

impl Extensions {
    fn parse(reply: &Reply) -> Self {
        let mut found = Self::default();
        // The first line is the server's name.
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace();
            match words.next().map(str::to_ascii_uppercase).as_deref() {
                Some("STARTTLS") => found.starttls = true,
                Some("8BITMIME") => found.eight_bit = true,
                // 0 means no fixed limit (RFC 1870 section 3).
                Some("SIZE") => found.size = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0),
                Some("AUTH") => found.mechanisms = words.map(str::to_owned).collect(),
                _ => {}
            }
        }
        found
    }
}
