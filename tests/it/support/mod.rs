//! What the tests stand on: real servers on free ports, certificates, and a patient way to wait.

use std::net::TcpListener;
use std::time::{Duration, Instant};

pub mod app;
pub mod certs;
pub mod chromium;
pub mod dovecot;
pub mod endpoint;
pub mod engine;
pub mod fault_proxy;
pub mod made;
pub mod obeys;
pub mod pdf;
pub mod ports;
pub mod postfix;
pub mod postgres;
pub mod program;
pub mod sasl;
pub mod scripted;
pub mod service;
pub mod signed;
pub mod sink;
pub mod starter;
pub mod until;

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Asks until `condition` holds, and fails with `what` when it does not within 20 seconds.
pub async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A key to seal originals with.
pub fn keys() -> caseconsultant::identity::seal::KeyRing {
    use caseconsultant::identity::seal::KeyRing;
    KeyRing::parse(&KeyRing::write_key("test", [7; 32])).unwrap()
}
