//! A token endpoint on this machine, as honest and as bad as a test wants it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the endpoint does with one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Answers.
    Say(u16, String),
    /// Reads the request and never answers.
    Hang,
}

/// A form as it was posted.
pub type Form = BTreeMap<String, String>;

#[derive(Default)]
struct State {
    acts: VecDeque<Act>,
    forms: Vec<Form>,
}

/// Answers requests in the order of its script; beyond that each renewal rotates: `refresh-2` and `access-2` after
/// `refresh-1`, and an older refresh token is void.
pub struct TokenEndpoint {
    pub port: u16,
    state: Arc<Mutex<State>>,
    _server: JoinSet<()>,
}

impl TokenEndpoint {
    pub async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { acts: acts.into_iter().collect(), forms: Vec::new() }));
        let mut server = JoinSet::new();
        let shared = state.clone();
        server.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(answer(stream, shared.clone()));
            }
        });
        Self { port, state, _server: server }
    }

    /// Every form that was posted.
    pub fn forms(&self) -> Vec<Form> {
        self.state.lock().unwrap().forms.clone()
    }

    /// What it does next, before it goes on by itself.
    pub fn then(&self, act: Act) {
        self.state.lock().unwrap().acts.push_back(act);
    }
}

/// An error as RFC 6749 section 5.2 has it, with a description that nobody should see.
pub fn refusal(code: &str) -> Act {
    Act::Say(
        400,
        format!("{{\"error\":\"{code}\",\"error_description\":\"AADSTS70000: hidden words of ann@example.test\"}}"),
    )
}

/// What section 5.1 has.
pub fn grant(access: &str, refresh: &str, expires_in: u64) -> Act {
    Act::Say(
        200,
        format!(
            "{{\"access_token\":\"{access}\",\"token_type\":\"Bearer\",\"expires_in\":{expires_in},\"refresh_token\":\"{refresh}\"}}"
        ),
    )
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(body) = read(&mut stream).await else { return };
    let form: Form = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let act = {
        let mut state = state.lock().unwrap();
        let used = state.forms.iter().filter_map(|form| form.get("refresh_token")).cloned().collect::<Vec<_>>();
        state.forms.push(form.clone());
        state.acts.pop_front().unwrap_or_else(|| rotate(form.get("refresh_token"), &used))
    };
    let Act::Say(status, text) = act else {
        return std::future::pending().await;
    };
    let head = format!(
        "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    let _ = stream.write_all(format!("{head}{text}").as_bytes()).await;
}

fn rotate(token: Option<&String>, used: &[String]) -> Act {
    let number = token.and_then(|token| token.strip_prefix("refresh-")).and_then(|n| n.parse::<u32>().ok());
    match (number, token) {
        (Some(n), Some(token)) if !used.contains(token) => {
            grant(&format!("access-{}", n + 1), &format!("refresh-{}", n + 1), 3_600)
        }
        _ => refusal("invalid_grant"),
    }
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length: usize = length.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
            if body.len() >= length {
                return Some(body.to_owned());
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
