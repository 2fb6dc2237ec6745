//! Which case a mail says it belongs to: by a token of ours, or by the mails it names. Said is not proved: whether its
//! sender may join is asked of the database.

use sha2::{Digest as _, Sha256};

use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::message::{InboundMessage, MessageId};
use crate::identity::seal::KeyRing;
use crate::mail::headers;

/// What a mail names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The row that a token of ours names: of the address it was sent to, or of the mail it answers.
    pub signed: Option<CaseId>,
    /// The mails it names, the nearest first.
    pub mails: Vec<MessageId>,
}

/// Mails of a thread that are looked up; a longer list is no conversation.
const MOST: usize = 20;

/// Reads the addresses and thread headers of a mail. `own` is the service's address.
pub fn named(raw: &[u8], message: &InboundMessage, keys: &KeyRing, own: &str) -> Named {
    let nearest = message.in_reply_to.iter().chain(message.references.iter().rev());
    let mut mails: Vec<MessageId> = Vec::new();
    for id in nearest {
        if mails.len() < MOST && !mails.contains(id) {
            mails.push(id.clone());
        }
    }
    let headers = headers::scan(raw);
    let delivered = ["delivered-to", "x-original-to", "envelope-to"].into_iter();
    let delivered = delivered.flat_map(|name| headers.list(name).map(str::to_owned).collect::<Vec<_>>());
    let shown = message.to.iter().chain(&message.cc).map(|shown| shown.address.clone());
    let by_address = shown.chain(delivered).take(100).find_map(|address| by_address(&address, keys, own));
    let signed = by_address.or_else(|| mails.iter().find_map(|id| by_mail(id, keys)));
    Named { signed, mails }
}

/// `consult+cc-7f3k2wx.token@example.test`.
fn by_address(text: &str, keys: &KeyRing, own: &str) -> Option<CaseId> {
    let address = Address::parse(text.trim().trim_matches(['<', '>'])).ok()?;
    let (local, domain) = address.expose().split_once('@')?;
    let (own_local, own_domain) = own.split_once('@')?;
    let (name, tag) = local.split_once('+')?;
    let ours = name.eq_ignore_ascii_case(own_local) && domain.eq_ignore_ascii_case(own_domain);
    if ours { keys.read_thread(tag) } else { None }
}

/// `<cc-7f3k2wx.1.token@example.test>`.
fn by_mail(id: &MessageId, keys: &KeyRing) -> Option<CaseId> {
    let inner = id.as_str().trim_matches(['<', '>']);
    keys.read_thread(inner.split_once('@')?.0)
}

/// True for a Message-ID that only we can have made.
pub fn is_signed(message_id: &str, keys: &KeyRing) -> bool {
    MessageId::parse(message_id).is_some_and(|id| by_mail(&id, keys).is_some())
}

/// What a mail is found by later: SHA-256 of its Message-ID, which may hold names.
pub fn mail_key(message_id: &str) -> String {
    Sha256::digest(message_id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse;

    fn keys() -> KeyRing {
        KeyRing::parse(&KeyRing::write_key("k", [3; 32])).unwrap()
    }

    fn of(fields: &str) -> Named {
        let raw = format!("From: ann@clinic.test\r\n{fields}\r\nThe payer is Aetna.");
        let message = parse::parse(raw.as_bytes(), &[]);
        named(raw.as_bytes(), &message, &keys(), "consult@example.test")
    }

    #[test]
    fn a_token_is_read_from_the_address_or_the_mail_that_is_answered() {
        let case = CaseId::parse("CC-7F3K2WX").unwrap();
        let token = keys().thread_token(&case).unwrap();
        for fields in [
            format!("To: Consult <consult+cc-7f3k2wx.{token}@example.test>\r\n"),
            format!("Delivered-To: CONSULT+CC-7F3K2WX.{token}@example.test\r\n"),
            format!("In-Reply-To: <cc-7f3k2wx.1.{token}@example.test>\r\n"),
            format!("References: <a@x.test> <cc-7f3k2wx.1.{token}@example.test> <b@x.test>\r\n"),
        ] {
            assert_eq!(of(&fields).signed, Some(case.clone()), "{fields}");
        }
    }

    #[test]
    fn a_forged_token_names_nothing() {
        let token = keys().thread_token(&CaseId::parse("CC-7F3K2WX").unwrap()).unwrap();
        for fields in [
            "To: consult+cc-7f3k2wx.aaaaaaaaaaaaaaaa@example.test\r\n".to_owned(),
            "To: consult+cc-7f3k2wx@example.test\r\n".to_owned(),
            "In-Reply-To: <cc-7f3k2wx.1@example.test>\r\n".to_owned(),
            "In-Reply-To: <cc-7f3k2wx.1.@example.test>\r\n".to_owned(),
            format!("In-Reply-To: <cc-7f3k2wy.1.{token}@example.test>\r\n"),
            format!("To: other+cc-7f3k2wx.{token}@example.test\r\n"),
            format!("To: consult+cc-7f3k2wx.{token}@elsewhere.test\r\n"),
            "Subject: Re: polyps [CC-7F3K2WX]\r\n".to_owned(),
        ] {
            assert_eq!(of(&fields).signed, None, "{fields}");
        }
    }

    #[test]
    fn the_nearest_mail_of_a_thread_is_looked_up_first() {
        let named = of("In-Reply-To: <c@x.test>\r\nReferences: <a@x.test> <b@x.test> <c@x.test>\r\n");
        let ids: Vec<&str> = named.mails.iter().map(MessageId::as_str).collect();
        assert_eq!(ids, ["<c@x.test>", "<b@x.test>", "<a@x.test>"]);
    }
}
