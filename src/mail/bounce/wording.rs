//! The words of a notice in free form: who writes such, how it speaks of failure, and where the copy of the mail begins.

use crate::mail::headers::Headers;

/// In the subject, in lower case.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "undelivered",
    "delivery failure",
    "delivery failed",
    "delivery status notification",
    "delivery notification",
    "failure notice",
    "failure notification",
    "failed delivery",
    "returned mail",
    "returned email",
    "returned to sender",
    "mail delivery fail",
    "mail delivery error",
    "message delivery fail",
    "mail failure",
    "mail system error",
    "non-delivery",
    "nondelivery",
    "non delivery",
    "failed addresses",
    "no valid recipients",
    "unknown host",
    "could not be delivered",
    "couldn't be delivered",
    "cannot be delivered",
    "not delivered",
    "unable to deliver",
    "delivery problem",
    "delivery delayed",
    "delayed mail",
    "warning: could not send",
    "delay notice",
    "message you sent blocked",
    "mail could not be",
    "bounce notification",
    "permanent delivery failure",
    "rejected mail",
    "error sending",
    "delivery report",
    "recipient unknown",
    "user unknown",
    "invalid recipient",
    "no such user",
    "mail error",
    "unzustellbar",
    "nicht zugestellt",
    "unzustellbare",
    "non remis",
    "échec de la remise",
    "no se puede entregar",
    "no se ha podido entregar",
    "impossibile recapitare",
    "не доставлен",
    "配信",
];
/// In the text, in lower case.
const PHRASES: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "cannot be delivered",
    "can't be delivered",
    "was not delivered",
    "not be delivered",
    "wasn't able to deliver",
    "was unable to deliver",
    "were unable to deliver",
    "unable to deliver",
    "not able to deliver",
    "had permanent fatal errors",
    "had delivery errors",
    "had permanent delivery errors",
    "had transient",
    "delivery failed",
    "delivery has failed",
    "delivery to the following",
    "did not reach the following",
    "undeliverable",
    "undelivered",
    "following address(es) failed",
    "following addresses failed",
    "failed permanently",
    "delivery attempts",
    "has not been delivered",
    "not yet been delivered",
    "delivery is delayed",
    "returned to sender",
    "returning message",
    "unable to relay",
    "rejected your message",
    "message was rejected",
    "mail was rejected",
    "has been rejected",
    "was rejected by",
    "bounced",
    "delivery error",
    "error while",
    "failed recipient",
    "failure reasons",
    "permanent error",
    "mailbox full",
    "mailbox is full",
    "exceeds allowed size",
    "unknown user",
    "user unknown",
    "invalid recipient",
    "no such user",
    "not a member",
    "disabled",
    "message transfer agent",
    "undelivered mail",
    "konnte nicht zugestellt",
    "n'a pas pu être",
    "no se pudo entregar",
    "送信できません",
    "не может быть доставлено",
];
/// Local parts and names of mail systems, in lower case.
const SYSTEMS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "postmaster",
    "mail delivery",
    "mail deliver",
    "delivery subsystem",
    "mail administrator",
    "mailer daemon",
    "mail system",
    "system administrator",
    "mail transport",
    "message delivery",
    "bounce",
    "mail-delivery",
    "delivery service",
    "mdaemon",
    "mail server",
    "mail router",
    "microsoft outlook",
];

/// True for a message that a mail system sent.
pub fn is_system(headers: &Headers) -> bool {
    let from = headers.find("from").unwrap_or("").to_ascii_lowercase();
    let decoded = crate::mail::words::decode(headers.find_raw("from").unwrap_or_default(), None).to_lowercase();
    let path = headers.find("return-path").map(str::to_ascii_lowercase);
    let null = path.is_some_and(|path| {
        path.trim() == "<>" || path.trim().is_empty() || path.contains("mailer-daemon") || path.contains("postmaster")
    });
    let report =
        headers.find("content-type").is_some_and(|value| value.to_ascii_lowercase().contains("delivery-status"));
    let listed =
        ["x-failed-recipients", "x-ms-exchange-message-is-ndr"].iter().any(|name| headers.find(name).is_some());
    let nobody = matches!(from.trim(), "" | "<>");
    let from = from.replace('_', "");
    null || report || listed || nobody || SYSTEMS.iter().any(|name| from.contains(name) || decoded.contains(name))
}

/// True for an address that takes no answers.
pub fn is_unattended(headers: &Headers) -> bool {
    let from = headers.find("from").unwrap_or("").to_ascii_lowercase().replace(['-', '_'], "");
    from.contains("noreply@")
}

/// True for a subject that speaks of failure.
pub fn in_subject(subject: &str) -> bool {
    let low = subject.to_lowercase();
    SUBJECTS.iter().any(|phrase| low.contains(phrase))
}

/// True for words that do.
pub fn in_text(words: &str) -> bool {
    let low = words.to_lowercase();
    let low = low.split_whitespace().collect::<Vec<_>>().join(" ");
    PHRASES.iter().any(|phrase| low.contains(phrase))
}

/// The notice's own words, and the copy of the mail that systems without MIME hang below them: it begins with the first
/// trace field of a header.
pub fn split(text: &str) -> (String, String) {
    const TRACE: &[&str] = &["received:", "return-path:", "dkim-signature:", "x-received:"];
    let mut place = text.len();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let low: String =
            line.trim_start_matches([' ', '>', '|']).chars().take(16).collect::<String>().to_ascii_lowercase();
        if TRACE.iter().any(|name| low.starts_with(name)) {
            place = at;
            break;
        }
        at += line.len();
    }
    (text[..place].to_owned(), text[place..].to_owned())
}

/// The first thing that is shaped like an address.
pub fn first_address(text: &str) -> Option<String> {
    addresses(text).next()
}

fn addresses(text: &str) -> impl Iterator<Item = String> + '_ {
    let cut = |c: char| c.is_whitespace() || "<>()[]\"',;:{}".contains(c);
    let bare = text.split(cut).map(|word| word.trim_matches(['.', '*', '`', '=']).trim_start_matches("mailto"));
    let shaped = |word: &&str| {
        word.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.len() > 2 && !domain.contains('@') && domain.is_ascii()
        })
    };
    bare.filter(shaped).map(str::to_owned)
}

/// The address that the words are about: the first that is neither the system's own nor the one the notice went to.
pub fn recipient(words: &str, headers: &Headers) -> Option<String> {
    let known: Vec<String> = ["from", "to", "return-path", "delivered-to"]
        .iter()
        .flat_map(|name| headers.list(name))
        .flat_map(addresses)
        .map(|a| a.to_lowercase())
        .collect();
    let lines = words
        .lines()
        .filter(|line| !line.to_lowercase().contains("message-id") && !line.to_lowercase().contains("from:"));
    let mut found = lines.flat_map(addresses);
    found.find(|address| !known.contains(&address.to_lowercase())).or_else(|| first_address(words))
}
