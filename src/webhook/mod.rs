//! Telling programs of others what happened: signed, tried again with growing pauses, never following a redirect.
//!
//! ```text
//! message   the body, and its signature (Standard Webhooks 1.0)
//! address   which addresses of the network may be spoken to
//! send      one attempt over HTTP
//! deliver   takes what is due, records what came of it
//! ```
//!
//! What is told is queued by the database itself, in the transaction of what it tells of. A body holds ids, states and
//! times: no identity, and nothing of a question.

mod address;
pub mod deliver;
pub mod message;
pub mod send;

pub use send::Sender;
