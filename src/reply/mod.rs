//! Replies: rendered from templates, put into the outbox with their case's new state, delivered.

use crate::clock;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::message::InboundMessage;
use crate::domain::outbox::OutboxKind;
use crate::domain::time::Timestamp;
use crate::mail::compose::{self, AutoSubmitted, ComposeError, Outgoing};
use crate::store::outbox::NewOutbox;

pub mod command;
pub mod copies;
pub mod deliver;
pub mod notice;
pub mod render;
mod wrap;

use render::Body;

/// Why a reply could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// A template failed.
    #[error(transparent)]
    Render(#[from] render::RenderError),
    /// The finished message would not have been well formed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The service's own address is no address.
    #[error("service.address in the configuration is not a plain address")]
    OwnAddress,
}

/// Where a message belongs.
#[derive(Debug, Clone)]
pub struct Thread<'a> {
    /// The row it answers.
    pub row: &'a CaseId,
    /// The number that people see.
    pub shown: &'a CaseId,
    /// The token by which an answer to it is known.
    pub token: Option<String>,
    /// Who gets a copy.
    pub copies: &'a [Address],
}

/// A rendered body as a message in the asker's thread. Recipient, sender and thread are taken from the message
/// that is answered and from the configuration; no text can set them.
///
/// # Errors
/// The message would not be well formed.
pub fn message(
    to: &Address,
    asked: &InboundMessage,
    thread: &Thread<'_>,
    kind: OutboxKind,
    body: &Body,
    config: &Config,
    now: Timestamp,
) -> Result<NewOutbox, ReplyError> {
    let own = |text: &str| Address::parse(text).map_err(|_| ReplyError::OwnAddress);
    let from = own(&config.service.address)?.named(Some(&config.service.name));
    let reply_to = if config.service.reply_to.is_empty() {
        plus_address(thread, config)
    } else {
        Some(own(&config.service.reply_to)?)
    };
    let serial = OutboxKind::ALL.iter().position(|k| *k == kind).map_or(1, |n| n + 1);
    let token = thread.token.as_deref();
    let message_id = compose::message_id(thread.row.as_str(), u32::try_from(serial).unwrap_or(1), token, from.domain());
    let subject = compose::reply_subject(&asked.subject, thread.shown.as_str());
    let references: Vec<String> = asked.references.iter().map(|id| id.as_str().to_owned()).collect();
    // The name in a From line is its sender's to choose, and may be anybody's: it is not repeated, and kept nowhere.
    let nameless = to.clone().named(None);
    let wire = compose::compose(&Outgoing {
        from: &from,
        reply_to: reply_to.as_ref(),
        to: &nameless,
        cc: thread.copies,
        subject: &subject,
        message_id: &message_id,
        in_reply_to: asked.message_id.as_ref().map(|id| id.as_str()),
        references: &references,
        date: now,
        text: &body.text,
        html: &body.html,
        table: body.lines.as_deref().map(|lines| (render::LINES_FILE, lines)),
        auto_submitted: AutoSubmitted::AutoReplied,
    })?;
    Ok(NewOutbox {
        id: format!("{:016x}{:016x}", clock::random(), clock::random()),
        message_id,
        envelope_from: from.expose().to_owned(),
        envelope_to: to.expose().to_owned(),
        copies: thread.copies.iter().map(|copy| copy.expose().to_owned()).collect(),
        wire,
    })
}

/// `consult+cc-7f3k2wx.token@example.test`, where the mailbox takes such addresses.
fn plus_address(thread: &Thread<'_>, config: &Config) -> Option<Address> {
    let token = thread.token.as_deref().filter(|_| config.service.plus_addresses)?;
    let (local, domain) = config.service.address.split_once('@')?;
    let case = thread.row.as_str().to_ascii_lowercase();
    let address = Address::parse(&format!("{local}+{case}.{token}@{domain}")).ok()?;
    Some(address.named(Some(&config.service.name)))
}
