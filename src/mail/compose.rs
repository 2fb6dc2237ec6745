//! A reply as the bytes that leave: RFC 5322 header, two alternative texts (RFC 2046 section 5.1.4).
//!
//! The caller gives values, never header lines. Everything a stranger may have chosen (subject, names, the ids of
//! their thread) is cleaned here, and the finished bytes are checked once more before anyone may send them: lettre
//! had header and line-end holes before (GHSA-qc36-q22q-cjw3, RUSTSEC-2026-0561).

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MessageBuilder, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};

use crate::domain::address::Address;
use crate::domain::time::Timestamp;
use subject::plain;

mod subject;

pub use subject::{listed_subject, reply_subject};

/// Bytes of the References header; longer threads keep their first id and the latest ones, as RFC 5322 section
/// 3.6.4 leaves to us and RFC 1036 once asked.
const MAX_REFERENCES: usize = 1500;

/// Characters of the subject. One that is a single word cannot be folded, and a line ends at 998 bytes.
const MAX_SUBJECT: usize = 250;

/// One mail to one recipient.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// From: the service.
    pub from: &'a Address,
    /// Reply-To, when answers go elsewhere.
    pub reply_to: Option<&'a Address>,
    /// To: the one recipient.
    pub to: &'a Address,
    /// Who is copied.
    pub cc: &'a [Address],
    /// The subject as text, cut at 250 characters; see [`reply_subject`].
    pub subject: &'a str,
    /// Message-ID with its angle brackets; see [`message_id`].
    pub message_id: &'a str,
    /// The Message-ID of the mail that is answered, with angle brackets; left out when it is not a clean id.
    pub in_reply_to: Option<&'a str>,
    /// The References of the mail that is answered, oldest first. Its own id is added at the end when missing.
    pub references: &'a [String],
    /// The Date header.
    pub date: Timestamp,
    /// The text for text/plain; any line ends.
    pub text: &'a str,
    /// The same for text/html.
    pub html: &'a str,
    /// A table for spreadsheets, with its file name.
    pub table: Option<(&'a str, &'a str)>,
    /// Whether a machine wrote it.
    pub auto_submitted: AutoSubmitted,
}

/// The Auto-Submitted header (RFC 3834 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// A machine answers a mail: other machines must not answer it.
    AutoReplied,
    /// A person sends it; the header is left out.
    No,
}

/// Why a mail could not be composed. None of these passes by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// An address that the builder does not take.
    #[error("the {0} address cannot stand in a header")]
    Address(&'static str),
    /// Our own Message-ID is not of the form `<local@domain>`.
    #[error("the Message-ID is malformed")]
    MessageId,
    /// The builder refused, or produced bytes that must not be sent.
    #[error("the message could not be built: {0}")]
    Build(String),
}

/// The complete message: 7-bit, CRLF line ends only, no line over 998 bytes. The same value gives the same bytes.
///
/// # Errors
/// See [`ComposeError`].
pub fn compose(outgoing: &Outgoing<'_>) -> Result<Vec<u8>, ComposeError> {
    if !is_message_id(outgoing.message_id) {
        return Err(ComposeError::MessageId);
    }
    let mut builder = MessageBuilder::new()
        .from(mailbox(outgoing.from, "From")?)
        .to(mailbox(outgoing.to, "To")?)
        .subject(plain(outgoing.subject).chars().take(MAX_SUBJECT).collect::<String>())
        .date(system_time(outgoing.date))
        .message_id(Some(outgoing.message_id.to_owned()));
    for address in outgoing.cc {
        builder = builder.cc(mailbox(address, "Cc")?);
    }
    if let Some(address) = outgoing.reply_to {
        builder = builder.reply_to(mailbox(address, "Reply-To")?);
    }
    let parent = outgoing.in_reply_to.filter(|id| is_message_id(id));
    if let Some(id) = parent {
        builder = builder.in_reply_to(id.to_owned());
    }
    if let Some(references) = references(outgoing.references, parent) {
        builder = builder.references(references);
    }
    if outgoing.auto_submitted == AutoSubmitted::AutoReplied {
        builder = builder.raw_header(header("Auto-Submitted", "auto-replied"));
        // Exchange and Outlook heed this one instead.
        builder = builder.raw_header(header("X-Auto-Response-Suppress", "All"));
    }
    builder = builder.raw_header(header("Content-Language", "en"));
    let message = builder.multipart(body(outgoing)?).map_err(|error| ComposeError::Build(error.to_string()))?;
    checked(message.formatted())
}

/// The Message-ID of a case's mail number `serial`: always the same for the same mail, so that a copy sent after
/// an uncertain attempt can be told (and is dropped by many servers) as a copy. The token says that it is ours.
pub fn message_id(case_id: &str, serial: u32, token: Option<&str>, domain: &str) -> String {
    let token = token.map(|token| format!(".{token}")).unwrap_or_default();
    format!("<{case_id}.{serial}{token}@{domain}>").to_ascii_lowercase()
}

/// True for `<id>` of printable ASCII without space or further angle brackets, at most 200 characters inside.
pub fn is_message_id(id: &str) -> bool {
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).is_some_and(|inside| {
        (1..=200).contains(&inside.len())
            && inside.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
    })
}

fn mailbox(address: &Address, role: &'static str) -> Result<Mailbox, ComposeError> {
    let (local, domain) = address.expose().split_once('@').ok_or(ComposeError::Address(role))?;
    let spec = lettre::Address::new(local, domain).map_err(|_| ComposeError::Address(role))?;
    Ok(Mailbox::new(address.name().map(plain).filter(|name| !name.is_empty()), spec))
}

/// Clean ids only, the parent's last, cut in the middle of the thread when too long.
fn references(ids: &[String], parent: Option<&str>) -> Option<String> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).filter(|id| is_message_id(id)).collect();
    if let Some(parent) = parent {
        ids.retain(|id| *id != parent);
        ids.push(parent);
    }
    let (first, rest) = ids.split_first()?;
    let mut left = MAX_REFERENCES - first.len();
    let latest = rest.iter().rev().take_while(|id| {
        let fits = left > id.len();
        left = left.saturating_sub(id.len() + 1);
        fits
    });
    let mut kept: Vec<&str> = latest.copied().collect();
    kept.push(first);
    kept.reverse();
    Some(kept.join(" "))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Years after 9999 have no RFC 5322 date, and lettre panics on them.
fn system_time(date: Timestamp) -> SystemTime {
    const LAST: u64 = 253_402_300_799_000_000;
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(date.0).unwrap_or(0).min(LAST))
}

fn body(outgoing: &Outgoing<'_>) -> Result<MultiPart, ComposeError> {
    // "=_" never occurs in quoted-printable text (RFC 2045 section 6.7), so that no text can end its own part.
    let digest = Sha256::digest(outgoing.message_id.as_bytes());
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let part = |kind: ContentType, text: &str| {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let encoding = ContentTransferEncoding::QuotedPrintable;
        let body = Body::new_with_encoding(lines, encoding).map_err(|_| ComposeError::Build("encoding".into()))?;
        Ok(SinglePart::builder().header(kind).body(body))
    };
    let texts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("=_cc_{hex}"))
        .singlepart(part(ContentType::TEXT_PLAIN, outgoing.text)?)
        .singlepart(part(ContentType::TEXT_HTML, outgoing.html)?);
    let Some((name, table)) = outgoing.table else { return Ok(texts) };
    let kind = ContentType::parse("text/csv; charset=utf-8; header=present");
    let kind = kind.map_err(|_| ComposeError::Build("media type".into()))?;
    let sheet = Body::new_with_encoding(table.to_owned(), ContentTransferEncoding::Base64);
    let sheet = sheet.map_err(|_| ComposeError::Build("encoding".into()))?;
    let sheet = SinglePart::builder().header(kind).header(ContentDisposition::attachment(&plain(name))).body(sheet);
    Ok(MultiPart::builder()
        .kind(MultiPartKind::Mixed)
        .boundary(format!("=_cc_{hex}_mixed"))
        .multipart(texts)
        .singlepart(sheet))
}

/// The last look at the bytes: whatever a builder does, this is what SMTP can carry unchanged.
fn checked(wire: Vec<u8>) -> Result<Vec<u8>, ComposeError> {
    let text = std::str::from_utf8(&wire).map_err(|_| ComposeError::Build("not 7-bit text".into()))?;
    let fault = text.split("\r\n").find_map(|line| {
        if line.len() > 998 {
            Some("a line over 998 bytes")
        } else if line.contains(['\r', '\n', '\0']) || !line.is_ascii() {
            Some("a bare line end or a character outside ASCII")
        } else {
            None
        }
    });
    fault.map_or(Ok(wire), |fault| Err(ComposeError::Build(fault.into())))
}

#[cfg(test)]
mod tests;
