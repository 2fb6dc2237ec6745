//! Free ports.

use std::net::TcpListener;

/// `N` ports that nobody listens on. All are held until all are chosen, so that no two are the same.
pub fn free<const N: usize>() -> [u16; N] {
    let held: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    std::array::from_fn(|i| held[i].local_addr().expect("a bound port").port())
}
