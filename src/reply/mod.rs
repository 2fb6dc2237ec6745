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

/// A rendered body as a message in the asker's thread. Recipient, sender and thread are taken from the message
/// that is answered and from the configuration; no text can set them.
///
/// # Errors
/// The message would not be well formed.
pub fn message(
    to: &Address,
    asked: &InboundMessage,
    case: &CaseId,
    kind: OutboxKind,
    body: &Body,
    config: &Config,
    now: Timestamp,
) -> Result<NewOutbox, ReplyError> {
    let own = |text: &str| Address::parse(text).map_err(|_| ReplyError::OwnAddress);
    let from = own(&config.service.address)?.named(Some(&config.service.name));
    let reply_to = if config.service.reply_to.is_empty() { None } else { Some(own(&config.service.reply_to)?) };
    let serial = OutboxKind::ALL.iter().position(|k| *k == kind).map_or(1, |n| n + 1);
    let message_id = compose::message_id(case.as_str(), u32::try_from(serial).unwrap_or(1), from.domain());
    let subject = compose::reply_subject(&asked.subject, case.as_str());
    let references: Vec<String> = asked.references.iter().map(|id| id.as_str().to_owned()).collect();
    let wire = compose::compose(&Outgoing {
        from: &from,
        reply_to: reply_to.as_ref(),
        to,
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
        wire,
    })
}
