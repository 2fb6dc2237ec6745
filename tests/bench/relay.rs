//! A wire that notes when something passed: between the service and Dovecot it sees the announcement of new mail
//! (the first bytes from the server after a silence) without reading it, for it is encrypted.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::until::until;

/// The wire is silent when nothing has passed for so long: the service is in IDLE.
const SILENCE: Duration = Duration::from_millis(25);

#[derive(Default)]
struct Passed {
    last: Option<Instant>,
    from_server: Vec<Instant>,
}

/// Listens on a port of its own and passes everything on.
pub struct Relay {
    pub port: u16,
    passed: Arc<Mutex<Passed>>,
    _tasks: JoinSet<()>,
}

impl Relay {
    pub async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let passed = Arc::new(Mutex::new(Passed::default()));
        let mut tasks = JoinSet::new();
        let notes = Arc::clone(&passed);
        tasks.spawn(async move {
            let mut wires = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                wires.spawn(pass(from_client, to_server, Arc::clone(&notes), false));
                wires.spawn(pass(from_server, to_client, Arc::clone(&notes), true));
            }
        });
        Self { port, passed, _tasks: tasks }
    }

    /// Waits until nothing passes any more; forgets what has passed.
    pub async fn silence(&self) {
        until("silence on the wire", 20, || async {
            let mut passed = self.passed.lock().unwrap();
            let silent = passed.last.is_some_and(|last| last.elapsed() >= SILENCE);
            silent.then(|| passed.from_server.clear())
        })
        .await;
    }

    /// When the server first said something since the silence.
    pub fn broken(&self) -> Instant {
        *self.passed.lock().unwrap().from_server.first().expect("the server announced the mail")
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, notes: Arc<Mutex<Passed>>, is_server: bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        {
            let mut passed = notes.lock().unwrap();
            let now = Instant::now();
            passed.last = Some(now);
            if is_server {
                passed.from_server.push(now);
            }
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
