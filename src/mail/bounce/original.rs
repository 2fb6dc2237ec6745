//! The Message-ID of the mail that bounced.

use crate::domain::message::MessageId;
use crate::mail::headers::{Headers, scan};
use crate::mail::parse::part::{Part, Role};

/// Looked for where it stands surest first: in the returned message, in its returned header, in the copy below the
/// words, in a field of the report, and at last in the thread that the notice says it belongs to.
pub fn message_id(headers: &Headers, parts: &[Part<'_>], copy: &str, text: &str) -> Option<MessageId> {
    let returned =
        parts.iter().filter(|part| part.role == Role::Message || part.media_type.ends_with("rfc822-headers"));
    let returned =
        returned.filter(|part| part.level == 0).find_map(|part| crate::mail::sender::message_id(&scan(&part.bytes)));
    returned
        .or_else(|| in_lines(copy))
        .or_else(|| {
            parts
                .iter()
                .filter(|part| part.media_type.ends_with("delivery-status"))
                .find_map(|part| in_lines(&part.text()))
        })
        .or_else(|| in_lines(text))
        .or_else(|| crate::mail::sender::in_reply_to(headers))
        .or_else(|| crate::mail::sender::references(headers).pop())
}

/// A line `Message-ID: <…>`, also under the names that systems give it in their own text.
fn in_lines(text: &str) -> Option<MessageId> {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let low = line.to_ascii_lowercase();
        let Some(at) = low.find("message-id:").or_else(|| low.find("message id:")).or_else(|| low.find("messageid:"))
        else {
            continue;
        };
        // The id may stand in the next line, folded.
        let after = line.get(at..).unwrap_or("").split_once(':').map_or("", |(_, rest)| rest);
        let joined = format!("{after} {}", lines.peek().copied().unwrap_or(""));
        let bracketed =
            joined.split_once('<').and_then(|(_, rest)| rest.split_once('>')).and_then(|(id, _)| MessageId::parse(id));
        let bare = after.split_whitespace().next().filter(|id| id.contains('@'));
        if let Some(id) = bracketed.or_else(|| bare.and_then(MessageId::parse)) {
            return Some(id);
        }
    }
    None
}
