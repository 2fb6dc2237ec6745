//! One batch of messages: which are new, how large they are, then their bytes, each in one command for many.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath};

use super::fault::Refusal;
use super::session::Session;
use super::uid_set::sets;
use crate::mail::{Batch, Cursor, Fetched, MailError, Raw, Uid};

/// The bytes of one batch, at most, unless a single message is larger.
const BATCH_BYTES: u64 = 32 * 1024 * 1024;
/// The part of a header block that is fetched of a message over the limit.
const HEADER_BYTES: u64 = 64 * 1024;
/// A download may take one second more for each so many bytes announced.
const SLOWEST_BYTES_PER_SECOND: u64 = 100_000;

/// How this source reads.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Messages over this many bytes are not downloaded.
    pub max_message_bytes: u64,
    /// Without a cursor, begin at the first message instead of the mailbox's end.
    pub from_beginning: bool,
}

/// Numbers that were found and not fetched yet, so that a long catch-up searches once. Dies with its connection.
#[derive(Default)]
pub struct Backlog {
    waiting: VecDeque<u32>,
    /// The cursor that these follow.
    after: u32,
    /// False until the first fetch: a freshly selected mailbox needs no NOOP, and may hold news of its own.
    pub looked: bool,
}

/// The next batch after `cursor`.
pub async fn batch(
    session: &mut Session,
    backlog: &mut Backlog,
    rules: Rules,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Batch, MailError> {
    let validity = i64::from(session.mailbox.uid_validity.unwrap_or_default());
    let at = |last: u32| Cursor { uid_validity: validity, last_uid: i64::from(last) };
    let fresh = !std::mem::replace(&mut backlog.looked, true);
    let after = match cursor {
        Some(cursor) if cursor.uid_validity == validity => u32::try_from(cursor.last_uid.max(0)).unwrap_or(u32::MAX),
        Some(_) => 0,
        None if rules.from_beginning => 0,
        None => {
            let end = present_end(session).await?;
            return Ok(Batch { cursor: at(end), messages: Vec::new(), more: false });
        }
    };
    if backlog.waiting.is_empty() || backlog.after != after {
        refill(session, backlog, after, fresh).await?;
    }
    let chunk: Vec<u32> = backlog.waiting.iter().copied().take(limit.max(1)).collect();
    let sizes = sizes(session, &chunk).await?;
    let (count, bytes) = affordable(&chunk, &sizes, rules.max_message_bytes);
    let messages = download(session, &chunk[..count], &sizes, rules.max_message_bytes, bytes).await?;
    backlog.waiting.drain(..count);
    backlog.after = count.checked_sub(1).map_or(after, |last| chunk[last]);
    let more = !backlog.waiting.is_empty() || session.mailbox.news;
    Ok(Batch { cursor: at(backlog.after), messages, more })
}

/// The highest number in use. UIDNEXT is optional in the answer to SELECT (RFC 3501 section 6.3.1).
async fn present_end(session: &mut Session) -> Result<u32, MailError> {
    match session.mailbox.uid_next {
        Some(next) => Ok(next.saturating_sub(1)),
        None => Ok(search(session, "ALL").await?.last().copied().unwrap_or(0)),
    }
}

async fn refill(session: &mut Session, backlog: &mut Backlog, after: u32, fresh: bool) -> Result<(), MailError> {
    if !fresh {
        // A server need not look at its mailbox before it searches; NOOP makes it (RFC 9051 section 6.1.2).
        session.demand("NOOP", "", &mut |_| {}).await?;
    }
    // Whatever is announced from here on may be too late for the search.
    session.mailbox.news = false;
    backlog.after = after;
    backlog.waiting.clear();
    if let Some(first) = after.checked_add(1) {
        let found = search(session, &format!("UID {first}:*")).await?;
        // `n:*` always includes the last message, also when its number is below n (RFC 9051 section 6.4.8).
        backlog.waiting = found.into_iter().filter(|uid| *uid > after).collect();
    }
    Ok(())
}

async fn search(session: &mut Session, key: &str) -> Result<Vec<u32>, MailError> {
    let mut found = Vec::new();
    let mut each = |response: &Response<'_>| {
        if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
            found.extend_from_slice(uids);
        }
    };
    session.demand("UID SEARCH", key, &mut each).await?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What each message will cost. A number without an answer was expunged meanwhile.
async fn sizes(session: &mut Session, uids: &[u32]) -> Result<HashMap<u32, u64>, MailError> {
    let mut sizes = HashMap::new();
    for set in sets(uids) {
        let mut each = |response: &Response<'_>| {
            let Response::Fetch(_, attributes) = response else { return };
            let size = attributes.iter().find_map(|attribute| match attribute {
                AttributeValue::Rfc822Size(size) => Some(u64::from(*size)),
                _ => None,
            });
            if let (Some(uid), Some(size)) = (uid_of(attributes), size) {
                sizes.insert(uid, size);
            }
        };
        session.demand("UID FETCH", &format!("{set} (UID RFC822.SIZE)"), &mut each).await?;
    }
    sizes.retain(|uid, _| uids.binary_search(uid).is_ok());
    Ok(sizes)
}

/// How many of `chunk` fit into one batch, and how many bytes they announce.
fn affordable(chunk: &[u32], sizes: &HashMap<u32, u64>, max_message_bytes: u64) -> (usize, u64) {
    let mut total = 0;
    for (count, uid) in chunk.iter().enumerate() {
        let cost = match sizes.get(uid) {
            Some(size) if *size > max_message_bytes => HEADER_BYTES,
            Some(size) => *size,
            None => 0,
        };
        if count > 0 && total + cost > BATCH_BYTES {
            return (count, total);
        }
        total += cost;
    }
    (chunk.len(), total)
}

async fn download(
    session: &mut Session,
    uids: &[u32],
    sizes: &HashMap<u32, u64>,
    max_message_bytes: u64,
    bytes: u64,
) -> Result<Vec<Fetched>, MailError> {
    let known = uids.iter().copied().filter(|uid| sizes.contains_key(uid));
    let (small, mut large): (Vec<u32>, Vec<u32>) = known.partition(|uid| sizes[uid] <= max_message_bytes);
    let whole = ask(session, &small, Part::Whole, bytes).await?;
    // What the server cannot give whole, it may give in part: a person can then see which message it was.
    large.extend_from_slice(&whole.refused);
    large.sort_unstable();
    let header = ask(session, &large, Part::Header, bytes).await?;
    if let Some(refusal) =
        header.refusal.or(whole.refusal).filter(|_| whole.found.is_empty() && header.found.is_empty())
    {
        return Err(refusal.of(&session.host, "UID FETCH"));
    }
    let mut messages: Vec<Fetched> = Vec::with_capacity(uids.len());
    let mut add = |uid: u32, raw: Raw| messages.push(Fetched { uid: Uid(i64::from(uid)), size: sizes[&uid], raw });
    for (uid, body) in whole.found {
        // Some servers announce less than they send; what is above the limit is not kept.
        let fits = body.len() as u64 <= max_message_bytes;
        add(uid, if fits { Raw::Whole(body) } else { Raw::HeaderOnly(header_block(body)) });
    }
    for (uid, block) in header.found {
        add(uid, Raw::HeaderOnly(header_block(block)));
    }
    for uid in header.refused {
        tracing::warn!(uid, "the server refuses this message, whole and in part; it is taken in without content");
        add(uid, Raw::HeaderOnly(Vec::new()));
    }
    messages.sort_unstable_by_key(|message| message.uid);
    for uid in uids.iter().filter(|uid| messages.binary_search_by_key(&i64::from(**uid), |m| m.uid.0).is_err()) {
        tracing::info!(uid, "the server has no content for this message (any more); it is passed over");
    }
    Ok(messages)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Header,
}

#[derive(Default)]
struct Answers {
    found: HashMap<u32, Vec<u8>>,
    refused: Vec<u32>,
    refusal: Option<Refusal>,
}

/// One FETCH for all. Where the server says NO, each that is missing is asked for alone: some servers refuse a
/// whole set for the sake of one damaged message, and that one must not stop the others.
async fn ask(session: &mut Session, uids: &[u32], part: Part, bytes: u64) -> Result<Answers, MailError> {
    let mut answers = Answers::default();
    for set in sets(uids) {
        answers.refusal = fetch(session, &set, part, bytes, &mut answers.found).await?.or(answers.refusal);
    }
    answers.found.retain(|uid, _| uids.binary_search(uid).is_ok());
    if answers.refusal.is_none() {
        return Ok(answers);
    }
    for uid in uids.iter().filter(|uid| !answers.found.contains_key(uid)).copied().collect::<Vec<_>>() {
        let refusal = fetch(session, &uid.to_string(), part, bytes, &mut answers.found).await?;
        if refusal.is_some_and(|refusal| refusal.code != "EXPUNGEISSUED") {
            answers.refused.push(uid);
        }
    }
    Ok(answers)
}

/// One FETCH. A NO is returned for the caller to judge; BAD is an error: then we said something wrong.
async fn fetch(
    session: &mut Session,
    set: &str,
    part: Part,
    bytes: u64,
    found: &mut HashMap<u32, Vec<u8>>,
) -> Result<Option<Refusal>, MailError> {
    let items = match part {
        Part::Whole => "(UID BODY.PEEK[])".to_owned(),
        Part::Header => format!("(UID BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"),
    };
    let limit = session.limit + Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND);
    let mut each = |response: &Response<'_>| {
        let Response::Fetch(_, attributes) = response else { return };
        let data = attributes.iter().find_map(|attribute| match attribute {
            AttributeValue::BodySection { section, data: Some(data), .. } if is_part(section.as_ref(), part) => {
                Some(data.to_vec())
            }
            _ => None,
        });
        if let (Some(uid), Some(data)) = (uid_of(attributes), data) {
            found.insert(uid, data);
        }
    };
    match session.run("UID FETCH", &format!("{set} {items}"), limit, &mut each).await? {
        Ok(()) => Ok(None),
        Err(refusal) if refusal.bad => Err(refusal.of(&session.host, "UID FETCH")),
        Err(refusal) => Ok(Some(refusal)),
    }
}

fn is_part(section: Option<&SectionPath>, part: Part) -> bool {
    match part {
        Part::Whole => section.is_none(),
        Part::Header => matches!(section, Some(SectionPath::Full(MessageSection::Header))),
    }
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

/// The bytes up to and with the empty line that ends the header, bounded.
fn header_block(mut message: Vec<u8>) -> Vec<u8> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n").map_or(message.len(), |start| start + 4);
    message.truncate(end.min(usize::try_from(HEADER_BYTES).unwrap_or(usize::MAX)));
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_stops_before_the_message_that_would_make_it_too_large() {
        let sizes = HashMap::from([(1, BATCH_BYTES / 2), (2, BATCH_BYTES / 2), (3, 1)]);
        assert_eq!(affordable(&[1, 2, 3], &sizes, BATCH_BYTES), (2, BATCH_BYTES));
    }

    #[test]
    fn one_message_larger_than_a_batch_is_a_batch() {
        let sizes = HashMap::from([(1, BATCH_BYTES * 2), (2, 1)]);
        assert_eq!(affordable(&[1, 2], &sizes, u64::MAX), (1, BATCH_BYTES * 2));
    }

    #[test]
    fn a_message_over_the_limit_costs_only_its_header_and_one_that_is_gone_nothing() {
        let sizes = HashMap::from([(1, 1 << 40)]);
        assert_eq!(affordable(&[1, 2], &sizes, 1_000), (2, HEADER_BYTES));
    }

    #[test]
    fn a_header_block_ends_with_its_empty_line() {
        assert_eq!(header_block(b"A: b\r\n\r\nbody".to_vec()), b"A: b\r\n\r\n");
        assert_eq!(header_block(b"A: b\r\n".to_vec()), b"A: b\r\n");
        assert_eq!(header_block(vec![b'x'; 100_000]).len(), 65_536);
    }
}
