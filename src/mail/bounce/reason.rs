//! Why a mail did not arrive, as far as it matters: whether the address is no good, or something else stood in the way.

/// The address or its domain is not there, has moved, or takes no mail. In lower case.
const GONE: &[&str] = &[
    "user unknown", "unknown user", "unknown recipient", "unknown address", "unknown account", "unknown local", "unknown or illegal", "no such user", "no such recipient", "no such address", "no such mailbox", "no such person", "no such account", "no such local user", "no such domain", "no mailbox here", "no mailbox by that name", "no account by that name", "does not exist", "doesn't exist", "do not exist", "not exist",
    "invalid recipient", "invalid address", "invalid mailbox", "invalid user", "is not a valid", "isn't a valid", "not a valid recipient", "recipient not found", "user not found", "mailbox not found", "address not found", "account not found", "not found in", "recipnotfound", "couldn't be found", "could not be found", "wasn't found", "was not found", "cannot be found", "not listed in", "is not listed", "name is not recognized", "no match was found", "unrouteable", "unroutable", "undeliverable address", "bad destination", "address unknown", "addressee unknown", "recipient unknown", "mailbox unknown", "not our customer", "not known at", "no longer available", "no longer valid", "no longer in use", "no longer employed", "has moved", "account closed",
    "host unknown", "unknown host", "host not found", "domain not found", "name not found", "non-existent", "nonexistent", "nxdomain", "no mx", "null mx", "nullmx", "no smtp service", "does not accept mail",
];
/// Something else stood in the way. In lower case.
const OTHERWISE: &[&str] = &[
    "mailbox full", "mailbox is full", "full mailbox", "over quota", "overquota", "over the quota", "quota exceed", "exceeded quota", "exceeded its quota", "quota", "exceeds allowed size", "exceeded storage", "storage allocation", "too much mail", "disk space", "insufficient", "disabled", "suspended", "inactive", "deactivated", "is locked",
    "spam", "junk", "spf", "dkim", "dmarc", "blocked", "black list", "blacklist", "block list", "blocklist", "rbl", "dnsbl", "banned", "denied", "policy", "policies", "prohibit", "not permitted", "not allowed", "not authorized", "unauthorized", "authenticat", "relay", "greylist", "graylist", "try again", "try later", "temporar", "timed out", "time out", "timeout", "connection refused", "refused to talk", "refused connection", "no route to host", "network is unreachable", "network unreachable", "too many", "rate limit", "throttl", "too large", "too big", "size limit", "exceeds maximum", "message size", "maximum size",
    "virus", "malware", "content", "reputation", "reverse dns", "ptr", "helo", "sender rejected", "sender address", "sender verify", "deferred", "delayed", "retry timeout", "loop", "hop count", "encryption", "tls", "certificate", "local configuration", "access control", "administrat",
];

/// Whether the address is no good. `diagnostic` is what the report quotes, `words` the notice in full.
pub fn is_hard(diagnostic: &str, words: &str, status: Option<&str>, delayed: bool) -> bool {
    // The class and subject of a status are plainer than words: 4 is temporary, x.2 is a mailbox that exists.
    if delayed || status.is_some_and(|status| status.starts_with('4') || status.starts_with("5.2.")) {
        return false;
    }
    let judged = judge(diagnostic).or_else(|| judge(words));
    match (judged, status) {
        (Some(hard), _) => hard,
        (None, Some(status)) => ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.310"].contains(&status),
        (None, None) => false,
    }
}

/// What the words say, where they say anything: what comes first in them is what the system says itself.
fn judge(text: &str) -> Option<bool> {
    let low = text.to_lowercase();
    let low = low.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = |list: &[&str]| list.iter().filter_map(|word| low.find(word)).min();
    match (first(GONE), first(OTHERWISE)) {
        (Some(gone), Some(otherwise)) => Some(gone < otherwise),
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        (None, None) => None,
    }
}

/// The first enhanced status code in a text: `5.1.1`, standing alone, so that no version or address is taken for it.
pub fn status(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c.is_alphabetic() || c == '/'));
    words.find_map(|word| {
        let word = word.trim_matches('.');
        let parts: Vec<&str> = word.split('.').collect();
        let sized = parts.len() == 3 && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
        (sized && ["2", "4", "5"].contains(&parts[0])).then(|| word.to_owned())
    })
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
        (apart && after && spoken && second <= 5 && (code >= 420 || code < 500)).then_some(code)
    })
}
