//! Wires that are cut, stalled and throttled at every command and at many bytes, towards both servers.

use std::time::{Duration, Instant};

use super::scene::{Scene, Tally};
use crate::support::fault_proxy::{Fault, FaultProxy, Place};

/// What the service says to its mailbox, in the order in which it says it. LOGIN is said as a command or as AUTHENTICATE.
const IMAP: [&str; 8] = ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE", "IDLE", "NOOP"];
/// And to its submission server.
const SMTP: [&str; 7] = ["EHLO", "AUTH", "MAIL FROM", "RCPT TO", "DATA", "SUBJECT:", "."];

/// A submission server says at least so many bytes for one message.
const SMTP_SAYS: usize = 300;

/// Which wire, and where it breaks.
#[derive(Debug, Clone, Copy)]
enum Wire {
    Imap,
    Smtp,
}

/// What one wire went through.
#[derive(Debug, Default)]
pub struct Struck {
    /// Faults that happened.
    pub hit: usize,
    /// Places that were never reached, by name.
    pub missed: Vec<String>,
}

fn proxy(scene: &Scene, wire: Wire) -> &FaultProxy {
    match wire {
        Wire::Imap => &scene.imap,
        Wire::Smtp => &scene.smtp,
    }
}

/// Breaks one place with one mail on the way, and waits until it has happened and the mail is answered.
async fn strike(scene: &mut Scene, wire: Wire, place: Place, fault: Fault, struck: &mut Struck) {
    proxy(scene, wire).arm(place, fault);
    // What is said at the beginning of a connection is said again.
    proxy(scene, wire).cut_all();
    scene.ask(1).await;
    let end = Instant::now() + Duration::from_secs(20);
    while !proxy(scene, wire).has_hit() && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    if proxy(scene, wire).disarm() {
        struck.hit += 1;
    } else {
        struck.missed.push(format!("{wire:?} {place:?}"));
    }
    scene.until_answered(60).await;
}

/// Each command of both servers, before and after it is heard.
pub async fn verbs(faults: &[Fault]) -> (Tally, Struck) {
    let mut scene = Scene::new("").await;
    scene.service.start();
    let mut struck = Struck::default();
    let said = IMAP.map(|verb| (Wire::Imap, verb)).into_iter().chain(SMTP.map(|verb| (Wire::Smtp, verb)));
    for (wire, verb) in said {
        for fault in faults {
            for place in [Place::Before(verb), Place::After(verb)] {
                strike(&mut scene, wire, place, *fault, &mut struck).await;
            }
        }
    }
    (scene.end(60).await, struck)
}

/// After so many bytes from either server.
pub async fn bytes(faults: &[Fault], steps: impl Iterator<Item = usize>) -> (Tally, Struck) {
    let mut scene = Scene::new("").await;
    scene.service.start();
    let mut struck = Struck::default();
    for at in steps {
        for fault in faults {
            strike(&mut scene, Wire::Imap, Place::Byte(at), *fault, &mut struck).await;
            if at < SMTP_SAYS {
                strike(&mut scene, Wire::Smtp, Place::Byte(at), *fault, &mut struck).await;
            }
        }
    }
    (scene.end(60).await, struck)
}

#[tokio::test(flavor = "multi_thread")]
async fn wires_cut_at_every_command_lose_nothing_and_send_nothing_twice() {
    let (tally, struck) = verbs(&[Fault::Cut]).await;
    assert!(tally.is_all_answered(), "{tally:?} {struck:?}");
    assert!(struck.missed.is_empty(), "{struck:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wires_that_fall_silent_or_slow_lose_nothing_and_send_nothing_twice() {
    let (tally, struck) = bytes(&[Fault::Stall, Fault::Throttle], [40, 250, 700].into_iter()).await;
    assert!(tally.is_all_answered(), "{tally:?} {struck:?}");
    assert!(struck.missed.is_empty(), "{struck:?}");
}
