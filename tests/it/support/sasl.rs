//! As much of Dovecot's authentication protocol as Postfix asks for: one user, one password.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Answers on a TCP port as Dovecot's auth service does.
pub struct Sasl {
    pub port: u16,
    _server: JoinSet<()>,
}

impl Sasl {
    /// Accepts whoever shows `plain`, the base64 of NUL user NUL password.
    pub async fn start(plain: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                sessions.spawn(answer(stream, plain));
            }
        });
        Self { port, _server: server }
    }
}

async fn answer(stream: TcpStream, plain: &str) {
    let mut stream = BufReader::new(stream);
    let hello =
        "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00000000000000000000000000000000\nDONE\n";
    let mut said = stream.write_all(hello.as_bytes()).await;
    let mut line = String::new();
    while said.is_ok() && stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let fields: Vec<&str> = line.trim_end().split('\t').collect();
        if let ["AUTH", id, "PLAIN", ..] = fields[..] {
            let good = fields.iter().any(|field| field.strip_prefix("resp=") == Some(plain));
            let verdict = if good { "OK" } else { "FAIL" };
            said = stream.write_all(format!("{verdict}\t{id}\tuser=ann\n").as_bytes()).await;
        }
        line.clear();
    }
}
