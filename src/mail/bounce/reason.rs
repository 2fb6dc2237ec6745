//! Why a mail did not arrive, as far as it matters: whether the address is no good, or something else stood in the way.
//!
//! The words "user unknown" alone do not settle it. Filters say them too, after the whole mail was sent and the
//! recipient had been accepted. So they count where the address itself was refused: with a status of class 5.1, in
//! reply to RCPT, or in a system's own words without the reply of another.

/// Says that the address or its domain is not there, has moved, or takes no mail; nothing else is meant by it.
const GONE: &[&str] = &[
    "doesn't have a",
    "does not have an account",
    "does not have a mailbox",
    "recipient address rejected: access denied",
    "domain is not reachable",
    "dns lookup failure",
    "host unknown",
    "unknown host",
    "host not found",
    "domain not found",
    "illegal host",
    "invalid domain",
    "invalid host",
    "unknown domain",
    "nxdomain",
    "find a mail exchanger",
    "null mx",
    "nullmx",
    "no smtp service",
    "no mx found",
    "no mx record",
    "does not accept mail",
    "doesn't accept mail",
    "not accepting network messages",
    "has moved",
    "not our user",
    "not our customer",
    "no valid recipients",
    "no longer employed",
    "no longer works",
    "unrouteable address",
    "unroutable address",
    "unrouteable mail domain",
    "name or service not known",
    "name is not recognized",
    "final delivery userid",
    "見つかりません",
    "リストにありません",
    "存在しません",
    "宛先不明",
];
/// Says that the recipient is not known.
const UNKNOWN: &[&str] = &[
    "user unknown",
    "unknown user",
    "unknown recipient",
    "unknown address",
    "unknown account",
    "unknown local",
    "unknown or illegal",
    "no such user",
    "no such recipient",
    "no such address",
    "no such mailbox",
    "no such person",
    "no such account",
    "no such local user",
    "no such domain",
    "no mailbox here",
    "no mailbox by that name",
    "no account by that name",
    "does not exist",
    "doesn't exist",
    "do not exist",
    "not exist",
    "invalid recipient",
    "invalid address",
    "invalid mailbox",
    "invalid user",
    "is not a valid",
    "isn't a valid",
    "not a valid recipient",
    "recipient not found",
    "user not found",
    "mailbox not found",
    "address not found",
    "account not found",
    "not found in",
    "recipnotfound",
    "couldn't be found",
    "could not be found",
    "wasn't found",
    "was not found",
    "cannot be found",
    "not listed in",
    "is not listed",
    "no match was found",
    "undeliverable address",
    "bad destination",
    "address unknown",
    "addressee unknown",
    "recipient unknown",
    "mailbox unknown",
    "not known at",
    "no longer available",
    "no longer valid",
    "no longer in use",
    "account closed",
    "name not found",
    "non-existent",
    "nonexistent",
];
/// The mailbox is there and cannot take more, or the mailbox's own program failed.
const FULL: &[&str] = &[
    "mailbox full",
    "mailbox is full",
    "full mailbox",
    "over quota",
    "overquota",
    "over the quota",
    "quota exceed",
    "exceeded quota",
    "exceeded its quota",
    "out of quota",
    "quota",
    "exceeds allowed size",
    "exceeded storage",
    "storage allocation",
    "too much mail",
    "disk space",
    "insufficient system storage",
    "not found, try again",
    "account is disabled",
    "一杯のため",
];
/// Something else stood in the way.
const OTHERWISE: &[&str] = &[
    "may not exist",
    "disabled",
    "suspended",
    "inactive",
    "deactivated",
    "is locked",
    "spam",
    "junk",
    "spf",
    "dkim",
    "dmarc",
    "blocked",
    "black list",
    "blacklist",
    "block list",
    "blocklist",
    "rbl",
    "dnsbl",
    "banned",
    "denied",
    "policy",
    "policies",
    "prohibit",
    "not permitted",
    "not allowed",
    "not authorized",
    "unauthorized",
    "authenticat",
    "relay",
    "greylist",
    "graylist",
    "try again",
    "try later",
    "temporar",
    "timed out",
    "time out",
    "timeout",
    "connection refused",
    "refused to talk",
    "refused connection",
    "no route to host",
    "network is unreachable",
    "network unreachable",
    "too many",
    "rate limit",
    "throttl",
    "too large",
    "too big",
    "size limit",
    "exceeds maximum",
    "message size",
    "maximum size",
    "virus",
    "malware",
    "content",
    "reputation",
    "reverse dns",
    "ptr",
    "helo",
    "spamhaus",
    "sender rejected",
    "sender address",
    "sender verify",
    "deferred",
    "delayed",
    "retry timeout",
    "loop",
    "hop count",
    "encryption",
    "tls",
    "certificate",
    "local configuration",
    "access control",
    "administrat",
];

/// Said of the sender: a status about the address then does not mean the recipient's.
const REFUSED: &[&str] = &[
    "spam",
    "block",
    "blacklist",
    "too many",
    "rate limit",
    "throttl",
    "policy",
    "reputation",
    "dmarc",
    "spf",
    "dkim",
];

/// The command that the reply answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sender,
    Recipient,
    Content,
    Unknown,
}

/// Whether the address is no good. `diagnostic` is what the report quotes, `words` the notice in full.
pub fn is_hard(diagnostic: &str, words: &str, status: Option<&str>, delayed: bool) -> bool {
    let status = status.unwrap_or("");
    // A class of 4 is temporary, and 2.2 a mailbox that is full.
    if delayed || status.starts_with('4') || status == "5.2.2" {
        return false;
    }
    let (diagnostic, words) = (fold(diagnostic), fold(words));
    let stage = stage(&diagnostic, &words);
    // The mailbox's own program failed, whatever it then says of the user.
    let program = words.contains("command output");
    if stage == Stage::Sender || program || first(&diagnostic, FULL).is_some() {
        return false;
    }
    let judged = judge(&diagnostic, status, stage).or_else(|| judge(&words, status, stage));
    let about_address = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.310"].contains(&status);
    let meant = about_address
        && stage != Stage::Content
        && first(&words, FULL).is_none()
        && first(&diagnostic, REFUSED).is_none();
    match judged {
        Some(hard) => hard || meant,
        None => about_address || (stage == Stage::Recipient && words.contains("recipient address rejected.")),
    }
}

/// What the words say, where they say anything: what comes first in them is what the system says itself.
fn judge(text: &str, status: &str, stage: Stage) -> Option<bool> {
    let other = [first(text, FULL), first(text, OTHERWISE)].into_iter().flatten().min();
    if let Some(gone) = first(text, GONE) {
        return Some(other.is_none_or(|other| gone <= other));
    }
    match (first(text, UNKNOWN), other) {
        (Some(unknown), other) if other.is_none_or(|other| unknown < other) => Some(is_confirmed(text, status, stage)),
        (None, None) => None,
        _ => Some(false),
    }
}

fn is_confirmed(text: &str, status: &str, stage: Stage) -> bool {
    match stage {
        Stage::Recipient => true,
        _ if status.starts_with("5.1.") || status == "5.2.1" => true,
        Stage::Content | Stage::Sender => false,
        Stage::Unknown => reply(text).is_none(),
    }
}

fn stage(diagnostic: &str, words: &str) -> Stage {
    let all = [diagnostic, words];
    let has = |names: &[&str]| all.iter().any(|text| names.iter().any(|name| text.contains(name)));
    if has(&[
        "reply to rcpt",
        "after rcpt",
        "rcpt_to",
        "our rcpt to",
        ">>> rcpt",
        "for rcpt to",
        "smtp:rcpt",
        "has rejected address",
    ]) {
        Stage::Recipient
    } else if has(&["reply to mail from", "after mail from", "mail_from]", ">>> mail from"]) {
        Stage::Sender
    } else if has(&["end of data", ">>> data", "smtp command data", "[data]", "after data"]) {
        Stage::Content
    } else {
        Stage::Unknown
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{2019}', "'")
}

fn first(low: &str, list: &[&str]) -> Option<usize> {
    list.iter().filter_map(|word| low.find(word)).min()
}

/// The status that says most: a detail before a subject alone (`5.1.0`). `5.0.0` says nothing.
pub fn plainest_status(text: &str) -> Option<String> {
    let all = statuses(text);
    let detail = all.iter().find(|status| !status.ends_with(".0"));
    detail.or_else(|| all.iter().find(|status| !status.ends_with(".0.0"))).cloned()
}

/// The first enhanced status code in a text.
pub fn status(text: &str) -> Option<String> {
    statuses(text).into_iter().next()
}

/// The codes like `5.1.1` that stand alone, so that no version or address is taken for one.
fn statuses(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c.is_alphabetic() || c == '/'));
    let codes = words.filter_map(|word| {
        let word = word.trim_matches('.');
        let parts: Vec<&str> = word.split('.').collect();
        let sized = parts.len() == 3
            && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
        (sized && ["2", "4", "5"].contains(&parts[0])).then(|| word.to_owned())
    });
    codes.take(20).collect()
}

/// The first negative SMTP reply in a text: three digits of class 4 or 5 that words or a status follow.
pub fn reply(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    text.match_indices(['4', '5']).find_map(|(at, _)| {
        let code: u16 = text.get(at..at + 3)?.parse().ok()?;
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let apart = before.is_none_or(|b| b.is_ascii_whitespace() || b"(:[<\"'".contains(&b));
        let second = (code / 10) % 10;
        let after = matches!(bytes.get(at + 3), Some(b' ' | b'-' | b'_'));
        let spoken = bytes.get(at + 4).is_some_and(|b| !b.is_ascii_whitespace());
        (apart && after && spoken && second <= 5).then_some(code)
    })
}
