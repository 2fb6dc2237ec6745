//! Receive: raw bytes durable first, then the mailbox is told. One bad message never stops the next.

pub mod thread;

use sha2::{Digest as _, Sha256};

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::case::{CaseId, CaseStatus};
use crate::identity::seal::{KeyRing, SealError};
use crate::mail::{Cursor, Disposition, Fetched, MailError, MailSource, Raw, Uid, compose, headers, parse};
use crate::point;
use crate::store::message::{NewMessage, TakenIn};
use crate::store::{Store, StoreError};

/// Messages fetched and committed together, at most.
const BATCH: usize = 200;

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Polled {
    /// Messages that opened a case.
    pub opened: usize,
    /// Copies and messages known before.
    pub known: usize,
    /// True when the mailbox holds more: poll again at once.
    pub more: bool,
}

/// Why a poll failed. Nothing is lost: what was committed stays, the rest is still in the mailbox.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The mailbox could not be used.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What arrived could not be sealed, and is kept nowhere else.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Takes in what the mailbox holds: fetch, commit, call `committed`, and only then file the messages away.
///
/// # Errors
/// The mailbox or the database failed; the call may be repeated.
pub async fn poll(
    source: &mut dyn MailSource,
    store: &Store,
    clock: &Clock,
    config: &Config,
    committed: impl Fn(usize) + Send,
) -> Result<Polled, ReceiveError> {
    let mailbox = source.name().to_owned();
    let cursor = store.find_cursor(&mailbox).await?;
    let after = cursor.map(|(uid_validity, last_uid)| Cursor { uid_validity, last_uid });
    let batch = source.fetch(after, BATCH).await?;
    point!("fetched");
    let mut polled = Polled { more: batch.more, ..Polled::default() };
    if !batch.messages.is_empty() || after != Some(batch.cursor) {
        let sealed = batch.messages.into_iter().map(|m| read(m, config, store.keys()));
        let messages = sealed.collect::<Result<Vec<NewMessage>, _>>()?;
        let Cursor { uid_validity, last_uid } = batch.cursor;
        let outcomes = store.take_in(&mailbox, uid_validity, last_uid, messages, clock.now()).await?;
        point!("taken-in");
        polled.opened = outcomes.iter().filter(|outcome| **outcome == TakenIn::Opened).count();
        polled.known = outcomes.len() - polled.opened;
        committed(polled.opened);
    }
    file_away(source, store, &mailbox, batch.cursor.uid_validity).await?;
    Ok(polled)
}

/// Files away everything that is committed and still lies in the mailbox: this batch, and what an earlier process
/// left behind between its commit and its move. What could not be read stays in sight there, flagged.
async fn file_away(
    source: &mut dyn MailSource,
    store: &Store,
    mailbox: &str,
    uid_validity: i64,
) -> Result<(), ReceiveError> {
    let waiting = store.list_unsettled(mailbox, uid_validity, 1_000).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    for (quarantined, disposition) in [(false, Disposition::Processed), (true, Disposition::Quarantined)] {
        let chosen: Vec<i64> = waiting.iter().filter(|(_, q)| *q == quarantined).map(|(uid, _)| *uid).collect();
        if !chosen.is_empty() {
            let uids: Vec<Uid> = chosen.iter().map(|uid| Uid(*uid)).collect();
            source.settle(&uids, disposition).await?;
            point!("filed-away");
            store.record_settled(mailbox, uid_validity, chosen).await?;
        }
    }
    Ok(())
}

fn read(fetched: Fetched, config: &Config, keys: &KeyRing) -> Result<NewMessage, SealError> {
    let raw = fetched.raw.bytes();
    let message = parse::parse(raw, &[&config.service.address]);
    let cut = matches!(fetched.raw, Raw::HeaderOnly(_)) && fetched.size <= config.source.max_message_bytes;
    let quarantined = message.quarantined.or_else(|| cut.then(|| "the server did not give its body".to_owned()));
    // A machine's mail is looked at by nobody, however badly it is formed; admission says why it goes no further.
    let (status, reason) = match quarantined.filter(|_| !message.automatic.is) {
        Some(why) => (CaseStatus::InReview, format!("quarantined: {why}")),
        None => (CaseStatus::Received, String::new()),
    };
    let id = format!("{:016x}{:016x}", clock::random(), clock::random());
    // Our own word, come back: the copy that `copies.address` gets. Whether it is ours, its Message-ID tells.
    let own = Address::parse(&config.service.address)
        .is_ok_and(|own| message.from.as_ref().is_some_and(|f| f.key() == own.key()));
    let own_id = message.message_id.as_ref().filter(|_| own).map(|id| id.as_str().to_owned()).unwrap_or_default();
    Ok(NewMessage {
        own_id,
        uid: fetched.uid.0,
        digest: digest(raw),
        size: i64::try_from(fetched.size).unwrap_or(i64::MAX),
        case: CaseId::from_random(&config.service.case_prefix, clock::random()),
        sender: message.from.map(|from| from.key()).unwrap_or_default(),
        subject: compose::listed_subject(&message.subject),
        mail_id: message.message_id.as_ref().map(|id| thread::mail_key(id.as_str())).unwrap_or_default(),
        status,
        reason,
        raw: keys.seal(raw, &id, clock::random_bytes())?,
        id,
    })
}

/// SHA-256 over everything that is the same in every copy of a message: all but the trace fields that each
/// delivery adds (RFC 5322 section 3.6.7, RFC 8601). Never the Message-ID alone, which anyone may choose. A header
/// block that cannot be read by the letter is hashed as it is: two unreadable mails are not copies of each other.
pub fn digest(raw: &[u8]) -> String {
    const TRACE: [&str; 9] = [
        "received",
        "return-path",
        "delivered-to",
        "x-original-to",
        "authentication-results",
        "arc-authentication-results",
        "arc-message-signature",
        "arc-seal",
        "received-spf",
    ];
    let mut hash = Sha256::new();
    let headers = headers::scan(raw);
    if headers.fault.is_some() {
        hash.update(raw);
    }
    for field in headers.fields.iter().filter(|field| !TRACE.contains(&field.name.as_str())) {
        hash.update(field.name.as_bytes());
        hash.update([0]);
        hash.update(field.value.as_bytes());
        hash.update([0]);
    }
    hash.update(body(raw));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn body(raw: &[u8]) -> &[u8] {
    let end = |pattern: &[u8]| raw.windows(pattern.len()).position(|w| w == pattern).map(|at| at + pattern.len());
    match (end(b"\r\n\r\n"), end(b"\n\n")) {
        (Some(a), Some(b)) => &raw[a.min(b)..],
        (Some(at), None) | (None, Some(at)) => &raw[at..],
        (None, None) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_took_another_way_has_the_same_digest() {
        let mail = "From: a@x.test\r\nMessage-ID: <1@x.test>\r\n\r\nIs 45385 valid?\r\n";
        let other_way = format!("Received: from y\r\n by z\r\nDelivered-To: b@x.test\r\n{mail}");
        assert_eq!(digest(mail.as_bytes()), digest(other_way.as_bytes()));
    }

    #[test]
    fn two_unreadable_mails_are_no_copies_of_each_other() {
        assert_ne!(digest(b"\xff\xfegarbage"), digest(b""));
        assert_ne!(digest(b"no header at all"), digest(b"none here either"));
    }

    #[test]
    fn two_mails_with_one_message_id_have_two_digests() {
        let mail = |body: &str| digest(format!("From: a@x.test\r\nMessage-ID: <1@x.test>\r\n\r\n{body}").as_bytes());
        assert_ne!(mail("Is 45385 valid?"), mail("Is 45380 valid?"));
    }
}
