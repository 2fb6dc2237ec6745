//! The loops towards the world: messages out, the copies that prove it, and webhooks.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::loops::{Loops, SharedSource, keep};
use crate::mail::MailTransport;
use crate::webhook::Sender;

/// What goes out by what; nothing where this process does not do it.
pub struct Outward {
    /// Tells programs of others.
    pub sender: Option<Sender>,
    /// Where copies of what left are looked for.
    pub copies: Option<SharedSource>,
    /// Sends mail.
    pub transport: Option<Arc<dyn MailTransport>>,
}

/// Starts them.
pub fn spawn(tasks: &mut JoinSet<()>, loops: &Loops, outward: Outward) {
    let stop = &loops.stop;
    if let Some(sender) = outward.sender {
        let loops = loops.clone();
        tasks.spawn(keep("webhooks", stop.clone(), move || loops.clone().tell(sender.clone())));
    }
    if let Some(copies) = outward.copies {
        let loops = loops.clone();
        tasks.spawn(keep("copies", stop.clone(), move || loops.clone().look_for_copies_in_turn(copies.clone())));
    }
    if let Some(transport) = outward.transport {
        let loops = loops.clone();
        tasks.spawn(keep("outbox", stop.clone(), move || loops.clone().send(transport.clone())));
    }
}
