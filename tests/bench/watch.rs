//! A second pair of eyes on a mailbox: an IDLE connection of the bench's own, which notes when news was announced.

use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A connection in IDLE.
pub struct Watch {
    stream: BufReader<TcpStream>,
}

impl Watch {
    /// Logs in, opens INBOX and listens.
    pub async fn start(port: u16, user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut watch = Self { stream: BufReader::new(stream) };
        let commands =
            [(format!("a LOGIN {user} {password}"), "a OK"), ("b SELECT INBOX".into(), "b OK"), ("c IDLE".into(), "+")];
        for (command, end) in commands {
            watch.stream.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
            while !watch.line().await.starts_with(end) {}
        }
        watch
    }

    /// When the next announcement of that kind came.
    pub async fn until(&mut self, kind: &str) -> Instant {
        while !self.line().await.trim_end().ends_with(kind) {}
        Instant::now()
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(60), self.stream.read_line(&mut line)).await;
        assert!(read.expect("the server speaks").unwrap() > 0, "Dovecot closed the connection");
        line
    }
}
