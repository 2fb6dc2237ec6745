//! What systemd is told (sd_notify(3)): that the service is ready, that it is alive, that it stops. Where nobody started it
//! who wants to hear, nothing is said.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use tokio_util::sync::CancellationToken;

use crate::config;

/// Every part of it turns.
pub fn is_alive() {
    say("WATCHDOG=1");
}

/// Says that the service is ready for work, and when it stops, that it finishes what it has in hand.
pub async fn until_stopped(stop: CancellationToken) {
    say("READY=1");
    stop.cancelled().await;
    say("STOPPING=1");
}

fn say(words: &str) {
    let Some(place) = config::supervisor() else { return };
    if let Err(error) = tell(&place, words) {
        tracing::debug!(%error, "the supervisor could not be told");
    }
}

fn tell(place: &str, words: &str) -> std::io::Result<()> {
    let address = match place.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(place)?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.send_to_addr(words.as_bytes(), &address).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_hears_by_a_file_and_by_a_name_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("caseconsultant-test-{}", std::process::id());
        let by_name = SocketAddr::from_abstract_name(&name).unwrap();
        for (heard, place) in [
            (UnixDatagram::bind(&path).unwrap(), path.display().to_string()),
            (UnixDatagram::bind_addr(&by_name).unwrap(), format!("@{name}")),
        ] {
            tell(&place, "READY=1").unwrap();
            let mut words = [0; 32];
            let n = heard.recv(&mut words).unwrap();
            assert_eq!(&words[..n], b"READY=1");
        }
        assert!(tell("/nowhere/at/all", "READY=1").is_err());
    }
}
