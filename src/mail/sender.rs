//! The one From address and the ids of the thread, by our own strict reading, and whether the parser reads the same.
//!
//! What two readers see differently is what a forger needs: one of them is the border that proved the sender, the other
//! is the program that answers. So where they differ the message is held, and nobody guesses.

use super::headers::Headers;
use super::{limits, words};
use crate::domain::address::Address;
use crate::domain::message::{MessageId, ShownAddress};

/// Characters of a display name that are kept.
const NAME_CHARS: usize = 120;

/// The one From address: `local@domain`, bare, in angle brackets behind a display name, or before a comment.
pub fn strict(headers: &Headers) -> Option<Address> {
    let value = headers.find("from")?;
    let (name, spec) = match (value.rfind('<'), value.strip_suffix('>')) {
        (Some(at), Some(_)) => (Some(value[..at].trim()), &value[at + 1..value.len() - 1]),
        (None, None) => match value.split_once(" (") {
            // The form of RFC 822: `ann@clinic.test (Ann)`.
            Some((spec, comment)) => (Some(comment.strip_suffix(')')?), spec.trim()),
            None => (None, value),
        },
        _ => return None,
    };
    // A display name that holds an address or an angle bracket of its own is a disguise, unless it is the address.
    if name.is_some_and(|name| name.contains(['<', '>'])) || spec.contains(',') {
        return None;
    }
    let repeated = name.is_some_and(|name| name.trim_matches(['"', '\'']).eq_ignore_ascii_case(spec));
    if name.is_some_and(|name| !name.starts_with('"') && !repeated && without_words(name).contains(['@', ','])) {
        return None;
    }
    let shown = name.map(|name| display(name, headers));
    Address::parse(spec).ok().map(|address| address.named(shown.as_deref()))
}

/// The name without its encoded words: what is packed in one separates nothing (RFC 2047 section 5).
fn without_words(name: &str) -> String {
    name.split_whitespace().filter(|word| !(word.starts_with("=?") && word.ends_with("?="))).collect()
}

/// A display name as people read it. Raw 8-bit names are decoded from the bytes of the field.
fn display(name: &str, headers: &Headers) -> String {
    let bytes = match headers.find_raw("from") {
        Some(raw) if name.contains('\u{fffd}') => raw.split(|b| *b == b'<').next().unwrap_or(raw),
        _ => name.as_bytes(),
    };
    let decoded = words::decode(bytes.trim_ascii(), None);
    words::one_line(decoded.trim().trim_matches('"'), NAME_CHARS)
}

/// What the From lines show, for a person to look at: the first thing that looks like an address.
pub fn shown(headers: &Headers) -> Option<ShownAddress> {
    let values: Vec<&str> = headers.list("from").collect();
    let bracketed = |value: &str| {
        value.split('<').skip(1).find_map(|rest| {
            rest.split_once('>').map(|(spec, _)| spec.trim().to_owned()).filter(|spec| !spec.is_empty())
        })
    };
    let words = |value: &str| {
        value.split(|c: char| c.is_whitespace() || ",;<>()\"".contains(c)).map(str::to_owned).collect::<Vec<_>>()
    };
    let found = values
        .iter()
        .find_map(|value| bracketed(value).or_else(|| words(value).into_iter().find(|word| word.contains('@'))));
    let found = found.or_else(|| {
        values
            .iter()
            .flat_map(|value| words(value))
            .find(|word| word.len() > 2 && word.is_ascii() && !word.contains("=?"))
    })?;
    let name = values.first().and_then(|value| value.split('<').next()).map(|name| display(name, headers));
    Some(ShownAddress {
        address: words::one_line(&found, 320),
        name: name.filter(|name| !name.is_empty() && *name != found),
    })
}

/// The message's own id.
pub fn message_id(headers: &Headers) -> Option<MessageId> {
    let value = headers.find("message-id")?;
    ids(value).into_iter().next().or_else(|| MessageId::parse(value))
}

/// The message that is answered: the first id of In-Reply-To.
pub fn in_reply_to(headers: &Headers) -> Option<MessageId> {
    headers.find("in-reply-to").and_then(|value| ids(value).into_iter().next())
}

/// References and In-Reply-To, oldest first, each once.
pub fn references(headers: &Headers) -> Vec<MessageId> {
    let mut found: Vec<MessageId> = Vec::new();
    for id in ["references", "in-reply-to"].iter().flat_map(|name| headers.find(name)).flat_map(ids) {
        if !found.contains(&id) && found.len() < limits::THREAD_IDS {
            found.push(id);
        }
    }
    found
}

/// The well-formed ids in angle brackets.
fn ids(value: &str) -> Vec<MessageId> {
    let inner = value.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(id, _)| id));
    inner.filter_map(MessageId::parse).take(limits::THREAD_IDS).collect()
}

/// Where the parser reads another sender or thread than we do, which.
pub fn disagreement(headers: &Headers, from: &Address, message: &mail_parser::Message<'_>) -> Option<String> {
    let senders: Vec<&mail_parser::HeaderValue<'_>> = message.header_values(mail_parser::HeaderName::From).collect();
    let [value] = senders.as_slice() else { return Some(format!("a parser sees {} From lines", senders.len())) };
    let addresses: Vec<&str> =
        value.as_address().map(|list| list.iter().filter_map(|one| one.address()).collect()).unwrap_or_default();
    let same = |text: &&str| Address::parse(text).is_ok_and(|other| other.expose().eq_ignore_ascii_case(from.expose()));
    if addresses.len() != 1 || !addresses.iter().all(same) {
        return Some("two readings of its From line differ".to_owned());
    }
    let parsed_id = message.message_id();
    let differs = message_id(headers).is_some_and(|id| parsed_id.is_none_or(|other| bare(&id) != other.trim()));
    if differs {
        return Some("two readings of its Message-ID differ".to_owned());
    }
    let thread = [message.references(), message.in_reply_to()];
    let seen: Vec<&str> = thread.iter().flat_map(|value| texts(value)).map(str::trim).collect();
    let missing = references(headers).iter().any(|id| !seen.contains(&bare(id)));
    missing.then(|| "two readings of its thread differ".to_owned())
}

fn bare(id: &MessageId) -> &str {
    id.as_str().trim_start_matches('<').trim_end_matches('>')
}

fn texts<'a>(value: &'a mail_parser::HeaderValue<'_>) -> Vec<&'a str> {
    match value {
        mail_parser::HeaderValue::Text(text) => vec![text],
        mail_parser::HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::headers::scan;

    fn of(from: &str) -> Option<Address> {
        strict(&scan(format!("From: {from}\r\n\r\nx").as_bytes()))
    }

    #[test]
    fn the_forms_that_programs_write_are_read() {
        for (from, name) in [
            ("ann@clinic.test", None),
            ("<ann@clinic.test>", None),
            ("Ann <ann@clinic.test>", Some("Ann")),
            ("\"Smith, Ann\" <ann@clinic.test>", Some("Smith, Ann")),
            ("ann@clinic.test (Ann Smith)", Some("Ann Smith")),
            ("ann@clinic.test <ann@clinic.test>", Some("ann@clinic.test")),
            ("=?utf-8?q?Pr=C3=BCfer?= <ann@clinic.test>", Some("Prüfer")),
            ("=?utf-8?q?Smith,=20Ann?= <ann@clinic.test>", Some("Smith, Ann")),
        ] {
            let address = of(from).unwrap();
            assert_eq!((address.expose(), address.name()), ("ann@clinic.test", name), "{from}");
        }
    }

    #[test]
    fn a_sender_in_disguise_is_none() {
        for from in [
            "<any@attack.test>admin@legit.test",
            "admin@legit.test <x@attack.test>",
            "a@x.test, b@x.test",
            "<@evil.test:ann@clinic.test>",
            "ann@clinic.test\0@evil.test",
            "Ann <ann@clinic.test> <x@evil.test>",
            "\"Ann <ann@clinic.test>\" <x@evil.test>",
            "ann@clinic.test (x@evil.test",
            "",
        ] {
            assert_eq!(of(from), None, "{from:?}");
        }
    }

    #[test]
    fn what_a_malformed_sender_shows_is_told_and_never_matched() {
        let shown = |from: &str| shown(&scan(format!("From: {from}\r\n\r\nx").as_bytes())).map(|shown| shown.address);
        assert_eq!(shown("\"A\" <bob@x.test>, \"B\" <ly@x.test>").as_deref(), Some("bob@x.test"));
        assert_eq!(shown("\"A\" <>, \"B\" <ly@x.test>").as_deref(), Some("ly@x.test"));
        assert_eq!(shown("MAILER-DAEMON (Mail Delivery System)").as_deref(), Some("MAILER-DAEMON"));
    }
}
