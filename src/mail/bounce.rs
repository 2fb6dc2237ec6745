//! Notices that a mail did not arrive: RFC 3464 reports, and the free forms of qmail, Exim, sendmail, Postfix, Exchange,
//! Notes and the big providers.
//!
//! A free form is believed only of a mail system: its sender, its null return path or its own fields say that it is one.
//! A person who forwards a notice asks about it.

mod original;
mod reason;
mod report;
mod wording;

use super::headers::Headers;
use super::limits;
use super::parse::part::{Part, Role};
use crate::domain::message::{Bounce, BounceKind};

/// Reads a notice; [`Bounce::is`] is false when the message is none.
pub fn read(headers: &Headers, subject: &str, parts: &[Part<'_>], full_text: &str) -> Bounce {
    let kind = headers.find("content-type").unwrap_or("").to_ascii_lowercase();
    if kind.contains("feedback-report") || kind.contains("disposition-notification") {
        return Bounce::default();
    }
    let text = own_text(parts, full_text);
    let (words, copy) = wording::split(&text);
    let groups = report::groups(parts, &text);
    let failed = groups.iter().find(|group| group.is_failure());
    let named = headers.find("x-failed-recipients").filter(|value| value.contains('@'));
    let system = wording::is_system(headers)
        || (wording::is_unattended(headers) && words.to_lowercase().contains("be delivered"));
    let told = system && (wording::in_subject(subject) || wording::in_text(&words) || reason::reply(&words).is_some());
    let arrived = failed.is_none() && groups.iter().any(|group| group.is_success());
    if arrived || (failed.is_none() && named.is_none() && !told) {
        return Bounce::default();
    }
    // A report within a person's mail is something they ask about.
    if failed.is_some() && !system && !kind.starts_with("multipart/report") && !wording::in_subject(subject) {
        return Bounce::default();
    }
    let diagnostic = failed.map(|group| group.diagnostic.as_str()).unwrap_or_default();
    let given = failed.and_then(|group| group.status.clone());
    let status = reason::plainest_status(diagnostic)
        .or_else(|| given.as_deref().and_then(reason::plainest_status))
        .or_else(|| reason::plainest_status(&words))
        .or(given)
        .or_else(|| reason::status(&words));
    let recipient = failed
        .and_then(|group| group.recipient.clone())
        .or_else(|| named.and_then(wording::first_address))
        .or_else(|| wording::recipient(&words, headers));
    let hard = reason::is_hard(diagnostic, &words, status.as_deref(), failed.is_some_and(|group| group.delayed));
    Bounce {
        is: true,
        recipient,
        status,
        kind: Some(if hard { BounceKind::Hard } else { BounceKind::Soft }),
        original_message_id: original::message_id(headers, parts, &copy, &text),
    }
}

/// What a server's refusal says: hard or soft, and the enhanced status code (RFC 3463) if it gives one.
pub fn refusal(said: &str) -> (BounceKind, Option<String>) {
    let status = reason::plainest_status(said).or_else(|| reason::status(said));
    let hard = reason::is_hard(said, said, status.as_deref(), false);
    (if hard { BounceKind::Hard } else { BounceKind::Soft }, status)
}

/// The text of the notice itself, not of the messages within it.
fn own_text(parts: &[Part<'_>], full_text: &str) -> String {
    let own = parts.iter().filter(|part| part.level == 0 && part.role == Role::Plain);
    let text = own.map(Part::text).collect::<Vec<_>>().join("\n");
    let text = if text.trim().is_empty() { full_text } else { &text };
    text.chars().take(limits::TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests;
