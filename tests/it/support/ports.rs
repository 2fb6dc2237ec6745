//! Free ports.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range from which the system picks ports for outgoing connections (from 32,768 on Linux): there,
/// another test's connection could take the port between this choice and the server's start.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;
static NEXT: AtomicU16 = AtomicU16::new(0);

/// `N` ports that nobody listens on and that no other test of this process is given.
pub fn free<const N: usize>() -> [u16; N] {
    std::array::from_fn(|_| {
        for _ in 0..COUNT {
            // Another process that tests at the same time begins elsewhere.
            let start = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).expect("below COUNT");
            let offset = (start + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
            if TcpListener::bind(("127.0.0.1", FIRST + offset)).is_ok() {
                return FIRST + offset;
            }
        }
        panic!("no free port from {FIRST} on");
    })
}
