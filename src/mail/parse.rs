//! Bytes to a message: any bytes become a readable message, or one that is held with the reason; never a crash.
//!
//! Our own readers look first: [`headers`](super::headers) at the header block, `structure` at the
//! shape. What is over a limit is not parsed at all. Then mail-parser builds the parts, and where it reads another
//! sender or thread than we do, the message is held. A message that is held is still read as far as it can be, since a
//! person will look at it.

mod armor;
mod body;
mod file;
pub mod part;

use std::borrow::Cow;

use mail_parser::MessageParser;

use super::headers::{Headers, scan};
use super::{automatic, bounce, limits, sender, structure, text, words};
use crate::domain::message::{Automatic, InboundMessage, ShownAddress};
pub use file::File;

/// Characters of a subject that are kept.
const SUBJECT_CHARS: usize = 500;

/// Reads a message. `own` are our addresses: mail from them is our own. Where a library panics on it, the message is
/// held: one mail must not stop its mailbox.
pub fn parse(raw: &[u8], own: &[&str]) -> InboundMessage {
    let lines = with_line_feeds(raw);
    std::panic::catch_unwind(|| read(&lines, own)).unwrap_or_else(|_| {
        let headers = scan(&lines);
        InboundMessage { quarantined: Some("its reader failed on it".to_owned()), ..empty(&headers, own) }
    })
}

/// The files of a message with their bytes, in the order in which [`parse`] lists them. None of a message that is not
/// parsed.
pub fn files(raw: &[u8]) -> Vec<File> {
    let lines = with_line_feeds(raw);
    std::panic::catch_unwind(|| {
        let refused = scan(&lines).oversized || structure::fault(&lines).is_some();
        let parsed = (!refused).then(|| MessageParser::default().parse(&*lines)).flatten();
        parsed.map(|parsed| body::read(&part::list(&parsed)).files).unwrap_or_default()
    })
    .unwrap_or_default()
}

/// Some systems store mail with bare carriage returns. Where there is no line feed at all, they are its line ends.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', raw).is_some() || memchr::memchr(b'\r', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect())
}

/// What the header block alone tells.
fn empty(headers: &Headers, own: &[&str]) -> InboundMessage {
    let from = sender::strict(headers);
    let subject = headers.find_raw("subject").map(|raw| words::decode(raw, charset_hint(headers).as_deref()));
    let subject = words::one_line(&subject.unwrap_or_default(), SUBJECT_CHARS);
    InboundMessage {
        shown_from: sender::shown(headers),
        to: Vec::new(),
        cc: Vec::new(),
        date: headers.find("date").and_then(date),
        message_id: sender::message_id(headers),
        in_reply_to: sender::in_reply_to(headers),
        references: sender::references(headers),
        text: String::new(),
        full_text: String::new(),
        attachments: Vec::new(),
        automatic: automatic::judge(headers, from.as_ref(), &subject, own),
        bounce: Default::default(),
        encrypted: false,
        quarantined: None,
        from,
        subject,
    }
}

fn read(raw: &[u8], own: &[&str]) -> InboundMessage {
    let headers = scan(raw);
    let mut message = empty(&headers, own);
    let refused = if headers.oversized { headers.fault.clone() } else { structure::fault(raw) };
    if let Some(why) = refused {
        return InboundMessage { quarantined: headers.fault.or(Some(why)), ..message };
    }
    let Some(parsed) = MessageParser::default().parse(raw) else {
        return InboundMessage {
            quarantined: headers.fault.or(Some("its structure cannot be read".to_owned())),
            ..message
        };
    };
    message.quarantined = headers.fault.clone().or_else(|| fault(&headers, &message, &parsed));
    message.to = addresses(parsed.to());
    message.cc = addresses(parsed.cc());
    let parts = part::list(&parsed);
    let body = body::read(&parts);
    message.full_text = cut(text::line::join(&body.lines).trim_matches('\n').trim_end());
    message.text = cut(&text::written_now(&body.lines));
    message.attachments = body.files.iter().map(File::listed).collect();
    message.encrypted = body.encrypted;
    message.bounce = bounce::read(&headers, &message.subject, &parts, &message.full_text);
    if message.bounce.is && !message.automatic.is {
        message.automatic = Automatic { is: true, why: "a notice that a mail did not arrive".to_owned() };
    }
    message
}

fn fault(headers: &Headers, message: &InboundMessage, parsed: &mail_parser::Message<'_>) -> Option<String> {
    let Some(from) = &message.from else { return Some("its From line is not one plain address".to_owned()) };
    sender::disagreement(headers, from, parsed).or_else(|| part::fault(parsed))
}

/// The charset of the body: what raw 8-bit header text is written in, if anything tells.
fn charset_hint(headers: &Headers) -> Option<String> {
    let value = headers.find("content-type")?;
    let at = value.to_ascii_lowercase().find("charset=")?;
    let rest = value.get(at + 8..)?.trim_start_matches(['"', '\'']);
    rest.split(|c: char| c.is_whitespace() || "\"';".contains(c)).next().map(str::to_owned)
}

fn date(value: &str) -> Option<jiff::civil::Date> {
    let date = mail_parser::DateTime::parse_rfc822(value)?;
    jiff::civil::Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?)
        .ok()
}

fn addresses(list: Option<&mail_parser::Address<'_>>) -> Vec<ShownAddress> {
    let all = list.into_iter().flat_map(|list| list.iter()).take(limits::ADDRESSES);
    all.filter_map(|one| {
        let name = one.name().map(|name| words::one_line(&words::decode(name.as_bytes(), None), 120));
        Some(ShownAddress { address: words::one_line(one.address()?, 320), name: name.filter(|name| !name.is_empty()) })
    })
    .collect()
}

/// Text of bounded length, without control characters.
fn cut(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).take(limits::TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests;
