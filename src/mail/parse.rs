//! Bytes to a message: any bytes become a readable message or a quarantined one, never a crash.

use mail_parser::{MessageParser, MimeHeaders as _, PartType};

use super::headers::{Headers, scan};
use super::text;
use crate::domain::address::Address;
use crate::domain::message::{Attachment, Automatic, InboundMessage, MessageId};

/// Reads a message. `own` are our addresses: mail from them is our own. Where a library panics on it, the message is
/// quarantined: one mail must not stop its mailbox.
pub fn parse(raw: &[u8], own: &[&str]) -> InboundMessage {
    std::panic::catch_unwind(|| read(raw, own)).unwrap_or_else(|_| InboundMessage {
        from: None,
        subject: String::new(),
        date: None,
        message_id: None,
        references: Vec::new(),
        text: String::new(),
        full_text: String::new(),
        attachments: Vec::new(),
        automatic: Automatic { is: false, why: String::new() },
        quarantined: Some("its reader failed on it".to_owned()),
    })
}

fn read(raw: &[u8], own: &[&str]) -> InboundMessage {
    let headers = scan(raw);
    let parsed = if headers.fault.is_none() { MessageParser::default().parse(raw) } else { None };
    let from = sender(&headers);
    let quarantined = headers.fault.clone().or_else(|| match (&parsed, &from) {
        (None, _) => Some("its structure cannot be read".to_owned()),
        (Some(_), None) => Some("its From line is not one plain address".to_owned()),
        _ => None,
    });
    let full_text = parsed.as_ref().map(body).unwrap_or_default();
    let subject = parsed.as_ref().and_then(|message| message.subject()).map(one_line).unwrap_or_default();
    InboundMessage {
        automatic: automatic(&headers, from.as_ref(), own),
        date: parsed.as_ref().and_then(|message| message.date()).and_then(|date| {
            jiff::civil::Date::new(
                i16::try_from(date.year).ok()?,
                i8::try_from(date.month).ok()?,
                i8::try_from(date.day).ok()?,
            )
            .ok()
        }),
        message_id: headers.find("message-id").and_then(MessageId::parse),
        references: references(&headers),
        text: text::written_now(&full_text),
        full_text,
        attachments: parsed.as_ref().map(attachments).unwrap_or_default(),
        from,
        subject,
        quarantined,
    }
}

/// The one From address, read by our own strict rule: `local@domain`, bare or behind a display name.
fn sender(headers: &Headers) -> Option<Address> {
    let value = headers.find("from")?;
    let (name, spec) = match (value.rfind('<'), value.strip_suffix('>')) {
        (Some(at), Some(_)) => (Some(value[..at].trim()), &value[at + 1..value.len() - 1]),
        (None, None) => (None, value),
        _ => return None,
    };
    // A display name that holds an address or an angle bracket of its own is a disguise.
    if name.is_some_and(|name| name.contains(['<', '>'])) || spec.contains(',') {
        return None;
    }
    if name.is_some_and(|name| !name.starts_with('"') && (name.contains('@') || name.contains(','))) {
        return None;
    }
    let name = name.map(|name| name.trim_matches('"').to_owned());
    Address::parse(spec).ok().map(|address| address.named(name.as_deref()))
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In-Reply-To and References, oldest first; only well-formed ids.
fn references(headers: &Headers) -> Vec<MessageId> {
    let listed = headers.find("references").unwrap_or("").split_whitespace();
    let replied = headers.find("in-reply-to").unwrap_or("").split_whitespace();
    let mut ids: Vec<MessageId> = Vec::new();
    for id in listed.chain(replied).filter(|word| word.starts_with('<')).filter_map(MessageId::parse) {
        if !ids.contains(&id) && ids.len() < 100 {
            ids.push(id);
        }
    }
    ids
}

/// The text of the message: its plain part, else its HTML part as text.
fn body(message: &mail_parser::Message<'_>) -> String {
    let plain: Vec<String> = message
        .text_bodies()
        .filter_map(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            PartType::Html(html) => Some(text::from_html(html)),
            _ => None,
        })
        .collect();
    let joined = plain.join("\n");
    let chosen = if joined.trim().is_empty() {
        let html = message.html_bodies().filter_map(|part| match &part.body {
            PartType::Html(html) => Some(text::from_html(html)),
            _ => None,
        });
        html.collect::<Vec<_>>().join("\n")
    } else {
        joined
    };
    let kept = chosen.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).take(text::MAX_TEXT);
    kept.collect()
}

fn attachments(message: &mail_parser::Message<'_>) -> Vec<Attachment> {
    let parts = message.attachments().take(100);
    parts
        .map(|part| Attachment {
            name: one_line(part.attachment_name().unwrap_or("")),
            media_type: part
                .content_type()
                .map(|t| format!("{}/{}", t.ctype(), t.subtype().unwrap_or("octet-stream")).to_ascii_lowercase())
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            size: part.len(),
            skipped: "attachments are not read".to_owned(),
        })
        .collect()
}

/// Signs of a machine (RFC 3834 section 2; the lists and dialects of today's mail systems).
fn automatic(headers: &Headers, from: Option<&Address>, own: &[&str]) -> Automatic {
    let value = |name: &str| headers.find(name).unwrap_or("").to_ascii_lowercase();
    let local = from.map(|f| f.key()).unwrap_or_default();
    let local = local.split('@').next().unwrap_or("");
    let has = |name: &str| headers.find(name).is_some();
    let submitted = value("auto-submitted");
    let reason = if has("auto-submitted") && !submitted.starts_with("no") {
        "Auto-Submitted"
    } else if value("return-path").trim() == "<>" {
        "null Return-Path"
    } else if value("content-type").starts_with("multipart/report") {
        "a delivery report"
    } else if ["bulk", "list", "junk", "auto_reply"].contains(&value("precedence").trim()) {
        "Precedence"
    } else if ["list-id", "list-post", "list-unsubscribe", "list-help"].iter().any(|name| has(name)) {
        "a mailing list"
    } else if [
        "x-autoreply",
        "x-autorespond",
        "x-auto-response",
        "x-autoresponse",
        "x-mail-autoreply",
        "x-failed-recipients",
    ]
    .iter()
    .any(|name| has(name))
    {
        "an auto-reply header"
    } else if ["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"]
        .contains(&local)
    {
        "a machine's address"
    } else if has("x-caseconsultant") || from.is_some_and(|f| own.iter().any(|o| o.eq_ignore_ascii_case(f.expose()))) {
        "our own mail"
    } else {
        ""
    };
    Automatic { is: !reason.is_empty(), why: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: [&str; 1] = ["consult@example.test"];

    #[test]
    fn an_ordinary_question_is_read() {
        let raw = b"From: \"Ann, CPC\" <ann@Clinic.test>\r\nTo: consult@example.test\r\nSubject: =?utf-8?q?Pr=C3=BCfung?=\r\nMessage-ID: <q1@clinic.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nIs 45385 valid?\r\n\r\n-- \r\nAnn\r\n";
        let message = parse(raw, &OWN);
        assert_eq!(message.quarantined, None);
        assert_eq!(message.from.as_ref().map(Address::expose), Some("ann@clinic.test"));
        assert_eq!((message.subject.as_str(), message.text.as_str()), ("Prüfung", "Is 45385 valid?"));
        assert_eq!(message.message_id.as_ref().map(MessageId::as_str), Some("<q1@clinic.test>"));
        assert!(!message.automatic.is);
    }

    #[test]
    fn machines_and_our_own_mail_are_told_from_people() {
        for fields in [
            "Auto-Submitted: auto-replied\r\n",
            "Return-Path: <>\r\n",
            "Precedence: bulk\r\n",
            "List-Id: <x.test>\r\n",
            "X-Autoreply: yes\r\n",
            "Content-Type: multipart/report; report-type=delivery-status\r\n",
        ] {
            assert!(parse(format!("{fields}From: ann@clinic.test\r\n\r\nx").as_bytes(), &OWN).automatic.is, "{fields}");
        }
        for from in ["MAILER-DAEMON@x.test", "no-reply@x.test", "Consult@example.test"] {
            assert!(parse(format!("From: {from}\r\n\r\nx").as_bytes(), &OWN).automatic.is, "{from}");
        }
        let raw = b"Auto-Submitted: no\r\nReturn-Path: <ann@clinic.test>\r\nFrom: ann@clinic.test\r\n\r\nx";
        assert!(!parse(raw, &OWN).automatic.is);
    }

    #[test]
    fn a_sender_in_disguise_is_held() {
        for from in [
            "<any@attack.test>admin@legit.test",
            "admin@legit.test <x@attack.test>",
            "a@x.test, b@x.test",
            "<@evil.test:ann@clinic.test>",
            "ann@clinic.test\0@evil.test",
            "Ann <ann@clinic.test> <x@evil.test>",
            "",
        ] {
            let message = parse(format!("From: {from}\r\n\r\nx").as_bytes(), &OWN);
            assert!(message.quarantined.is_some(), "{from:?} gave {:?}", message.from);
        }
    }

    #[test]
    fn unknown_charset_and_encoded_line_breaks_do_no_harm() {
        let raw = b"From: ann@clinic.test\r\nSubject: =?utf-8?Q?q=0D=0ABcc:_x@evil.test?=\r\nContent-Type: text/plain; charset=x-martian\r\n\r\nIs 45385 valid? \xff\xfe\r\n";
        let message = parse(raw, &OWN);
        assert!(!message.subject.contains(['\r', '\n']));
        assert!(message.text.contains("Is 45385 valid?"));
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_message(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&raw, &OWN);
        }

        #[test]
        fn any_headers_become_a_message(fields in "(From|To|Subject|Content-Type|Message-ID): [ -~]{0,40}\r\n", body in "(\\PC|\r\n){0,80}") {
            let _ = parse(format!("{fields}From: a@x.test\r\n\r\n{body}").as_bytes(), &OWN);
        }
    }
}
