//! A scripted SMTP server in this process: it keeps what it takes, and answers, hangs or closes as told.
//!
//! It is strict where it matters: a command ends with CRLF, a message ends with CRLF . CRLF and with nothing else.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use lines::{path, read_command, read_line, say};

#[path = "sink_lines.rs"]
mod lines;

/// The points at which the sink can be told to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    Greeting,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After 354, before the message is read.
    Body,
    Dot,
    Rset,
}

/// What it does there instead of its usual answer.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// The usual answer: for scripts whose later entries matter.
    Usual,
    Reply(&'static str),
    Hang,
    Close,
    /// At the dot: the message is kept, and the answer never comes.
    KeepAndHang,
    /// At the dot: the message is kept, and the connection ends without an answer.
    KeepAndClose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    Implicit,
    Starttls,
    /// As an LMTP server behind Postfix.
    None,
}

#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: String,
    /// After dot-unstuffing.
    pub bytes: Vec<u8>,
    /// When its final dot was read.
    #[allow(dead_code, reason = "read by the bench")]
    pub at: Instant,
}

#[derive(Clone)]
pub struct Options {
    pub security: Security,
    pub auth: Option<Credentials>,
    /// Lines of the EHLO answer beside STARTTLS and AUTH.
    pub extensions: &'static [&'static str],
}

#[derive(Clone, Copy)]
pub struct Credentials {
    /// base64 of NUL user NUL password.
    pub plain: &'static str,
    /// base64 of the user, and of the password.
    pub login: (&'static str, &'static str),
    pub mechanisms: &'static str,
}

/// `ann` with the password `secret`.
pub const ANN: Credentials =
    Credentials { plain: "AGFubgBzZWNyZXQ=", login: ("YW5u", "c2VjcmV0"), mechanisms: "PLAIN LOGIN" };

#[derive(Default)]
struct State {
    script: HashMap<At, VecDeque<Act>>,
    received: Vec<Received>,
    commands: Vec<String>,
    connections: usize,
    open: usize,
}

pub struct Sink {
    pub port: u16,
    /// A folder with its certificate and key: `cert.pem` and `key.pem`.
    pub folder: tempfile::TempDir,
    state: Arc<Mutex<State>>,
    closing: watch::Sender<u32>,
    _server: JoinSet<()>,
}

impl Sink {
    pub async fn start(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("cert.pem"), own.cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), own.signing_key.serialize_pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (closing, closed) = watch::channel(0);
        let state = Arc::new(Mutex::new(State::default()));
        let mut server = JoinSet::new();
        server.spawn(accept(listener, acceptor, options, Arc::clone(&state), closed));
        Self { port, folder, state, closing, _server: server }
    }

    /// Its certificate, to be trusted.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// What to do at the next times that `at` is reached.
    pub fn script(&self, at: At, acts: &[Act]) {
        self.state.lock().unwrap().script.insert(at, acts.iter().copied().collect());
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// How many it took.
    pub fn count(&self) -> usize {
        self.state.lock().unwrap().received.len()
    }

    /// Every command line, without AUTH's argument.
    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }

    /// How often someone connected.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    pub fn open(&self) -> usize {
        self.state.lock().unwrap().open
    }

    /// Ends all connections that are open, without a word.
    pub async fn close_all(&self) {
        self.closing.send_modify(|generation| *generation += 1);
        super::eventually("the sink's connections are closed", || self.open() == 0).await;
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    options: Options,
    state: Arc<Mutex<State>>,
    closed: watch::Receiver<u32>,
) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        let mut session = Session { options: options.clone(), state: Arc::clone(&state), encrypted: false };
        let (acceptor, mut closed) = (acceptor.clone(), closed.clone());
        closed.mark_unchanged();
        sessions.spawn(async move {
            session.state.lock().unwrap().connections += 1;
            session.state.lock().unwrap().open += 1;
            let state = Arc::clone(&session.state);
            tokio::select! {
                _ = session.run(stream, &acceptor) => {}
                _ = closed.changed() => {}
            }
            state.lock().unwrap().open -= 1;
        });
    }
}

struct Session {
    options: Options,
    state: Arc<Mutex<State>>,
    encrypted: bool,
}

/// The connection is over: by either side, or as told.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

enum Next {
    Encrypt,
    Quit,
}

impl Session {
    async fn run(&mut self, stream: TcpStream, acceptor: &TlsAcceptor) -> Result<(), Over> {
        match self.options.security {
            Security::None => self.dialog(&mut BufReader::new(stream), true).await.map(drop),
            Security::Implicit => {
                self.encrypted = true;
                self.dialog(&mut BufReader::new(acceptor.accept(stream).await?), true).await.map(drop)
            }
            Security::Starttls => {
                let mut plain = BufReader::new(stream);
                if let Next::Encrypt = self.dialog(&mut plain, true).await? {
                    self.encrypted = true;
                    let stream = acceptor.accept(plain.into_inner()).await?;
                    self.dialog(&mut BufReader::new(stream), false).await?;
                }
                Ok(())
            }
        }
    }

    async fn dialog<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
        greet: bool,
    ) -> Result<Next, Over> {
        if greet {
            self.answer(stream, At::Greeting, "220 sink.test ready").await?;
        }
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = read_command(stream).await?;
            let verb = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
            let logged = if verb == "AUTH" { verb.clone() } else { line.clone() };
            self.state.lock().unwrap().commands.push(logged);
            match verb.as_str() {
                "EHLO" | "LHLO" => {
                    let lines = self.extensions();
                    self.answer(stream, At::Ehlo, &lines).await?;
                }
                "STARTTLS" => {
                    self.answer(stream, At::Starttls, "220 go ahead").await?;
                    return Ok(Next::Encrypt);
                }
                "AUTH" => self.auth(stream, &line).await?,
                "MAIL" => {
                    from = path(&line);
                    self.answer(stream, At::Mail, "250 2.1.0 ok").await?;
                }
                "RCPT" => {
                    to = path(&line);
                    self.answer(stream, At::Rcpt, "250 2.1.5 ok").await?;
                }
                "DATA" if self.answer(stream, At::Data, "354 go ahead").await? => {
                    self.message(stream, &from, &to).await?
                }
                "DATA" => {}
                "RSET" => drop(self.answer(stream, At::Rset, "250 ok").await?),
                "NOOP" => say(stream, "250 ok").await?,
                "QUIT" => {
                    say(stream, "221 bye").await?;
                    return Ok(Next::Quit);
                }
                _ => say(stream, "500 what?").await?,
            }
        }
    }

    fn extensions(&self) -> String {
        let mut lines = vec!["sink.test".to_owned()];
        if self.options.security == Security::Starttls && !self.encrypted {
            lines.push("STARTTLS".into());
        }
        lines.extend(self.options.extensions.iter().map(|line| (*line).to_owned()));
        if let (Some(auth), true) = (&self.options.auth, self.encrypted) {
            lines.push(format!("AUTH {}", auth.mechanisms));
        }
        let last = lines.len() - 1;
        let mark = |n: usize| if n == last { ' ' } else { '-' };
        lines.iter().enumerate().map(|(n, line)| format!("250{}{line}", mark(n))).collect::<Vec<_>>().join("\r\n")
    }

    /// The scripted act, or the usual answer; true when it was the usual one.
    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
        at: At,
        usual: &str,
    ) -> Result<bool, Over> {
        match self.act(at) {
            Act::Usual => say(stream, usual).await.map(|()| true),
            Act::Reply(line) => {
                say(stream, line).await?;
                if line.starts_with("421") { Err(Over) } else { Ok(false) }
            }
            Act::Hang | Act::KeepAndHang => std::future::pending().await,
            Act::Close | Act::KeepAndClose => Err(Over),
        }
    }

    fn act(&self, at: At) -> Act {
        let mut state = self.state.lock().unwrap();
        state.script.get_mut(&at).and_then(VecDeque::pop_front).unwrap_or(Act::Usual)
    }

    async fn auth<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
        line: &str,
    ) -> Result<(), Over> {
        let known = self.options.auth.unwrap_or(ANN);
        let good = match line.split_once("PLAIN ").or_else(|| line.split_once("XOAUTH2 ")) {
            Some((_, response)) if response == known.plain => true,
            Some(_) if line.contains("XOAUTH2") => {
                say(stream, "334 eyJzdGF0dXMiOiI0MDEifQ==").await?;
                !read_command(stream).await?.is_empty()
            }
            Some(_) => false,
            None => {
                say(stream, "334 VXNlcm5hbWU6").await?;
                let user = read_command(stream).await?;
                say(stream, "334 UGFzc3dvcmQ6").await?;
                let password = read_command(stream).await?;
                (user.as_str(), password.as_str()) == known.login
            }
        };
        let usual = if good { "235 2.7.0 welcome" } else { "535 5.7.8 <ann.smith@clinic.test> not known" };
        self.answer(stream, At::Auth, usual).await.map(drop)
    }

    async fn message<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
        from: &str,
        to: &str,
    ) -> Result<(), Over> {
        match self.act(At::Body) {
            Act::Usual => {}
            Act::Hang => return std::future::pending().await,
            Act::Reply(line) => {
                // Reads on: closing on unread bytes would reset the connection and take the reply with it.
                say(stream, line).await?;
                loop {
                    read_line(stream).await?;
                }
            }
            _ => return Err(Over),
        }
        let mut bytes = Vec::new();
        loop {
            let mut line = read_line(stream).await?;
            if line == b".\r\n" {
                break;
            }
            if line.first() == Some(&b'.') {
                line.remove(0);
            }
            bytes.extend_from_slice(&line);
        }
        let act = self.act(At::Dot);
        if matches!(act, Act::Usual | Act::KeepAndHang | Act::KeepAndClose) {
            let received = Received { from: from.into(), to: to.into(), bytes, at: Instant::now() };
            self.state.lock().unwrap().received.push(received);
        }
        match act {
            Act::Usual => say(stream, "250 2.0.0 taken as 1").await,
            act => {
                let script = VecDeque::from([act]);
                self.state.lock().unwrap().script.insert(At::Dot, script);
                self.answer(stream, At::Dot, "").await.map(drop)
            }
        }
    }
}
