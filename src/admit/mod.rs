//! Admit: is it mail for us, from whom, may they, how much is left? What must not go further stops here.

pub mod caps;

use jiff::civil::Date;

use sha2::{Digest as _, Sha256};

use crate::config::{Config, PeriodLength};
use crate::domain::account::{Account, FREE};
use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::client as domain_client;
use crate::domain::message::{InboundMessage, SenderTrust, TrustVerdict};
use crate::domain::outbox::OutboxKind;
use crate::domain::quota::Quota;
use crate::identity::{Deidentified, deidentify};
use crate::mail::{headers, parse, trust};
use crate::store::{Store, StoreError};

/// A message that was read, with the verdict on its sender.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The message.
    pub message: InboundMessage,
    /// The verdict.
    pub trust: SenderTrust,
}

/// What is to be done with a message before any quota is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// A question from a proved sender.
    Open(Address),
    /// No person's question: nothing is sent.
    Ignore(String),
    /// A person must look; nothing is sent, because the address is not proved to be its sender's.
    Hold(String),
    /// A polite no to a proved sender.
    Refuse(Address, OutboxKind, String),
}

/// Reads a message and judges its sender.
pub fn read(raw: &[u8], config: &Config) -> Arrival {
    let message = parse::parse(raw, &[&config.service.address]);
    let trust = trust::judge(&headers::scan(raw), message.from.as_ref(), &config.trust.authserv_id);
    Arrival { message, trust }
}

/// Decides what goes further. `size` is what the server announced.
pub fn gate(arrival: &Arrival, size: u64, config: &Config) -> Gate {
    let message = &arrival.message;
    if message.automatic.is {
        return Gate::Ignore(format!("automatic mail: {}", message.automatic.why));
    }
    let Some(from) = message.from.clone().filter(|_| message.quarantined.is_none()) else {
        return Gate::Hold(format!("quarantined: {}", message.quarantined.as_deref().unwrap_or("no sender")));
    };
    if arrival.trust.verdict != TrustVerdict::Proved && !config.trust.assume_proved {
        return Gate::Hold(format!("sender not proved: {}", arrival.trust.why));
    }
    if size > config.source.max_message_bytes {
        return Gate::Refuse(from, OutboxKind::TooLarge, format!("{size} bytes"));
    }
    if words(message).is_empty() {
        return Gate::Refuse(from, OutboxKind::Empty, "no text".to_owned());
    }
    Gate::Open(from)
}

/// What finds a question again: its words in lower case and the practice it is about, as SHA-256.
pub fn question_digest(question: &str, client: &str) -> String {
    let words = question.to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty()).collect();
    let text = format!("{}\n{}", domain_client::key(client), words.join(" "));
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name of the practice that a line `Client: …` gives, and the message without that line.
pub fn client(message: &InboundMessage) -> (Option<String>, InboundMessage) {
    let (name, text) = domain_client::named(&message.text);
    let full_text = domain_client::named(&message.full_text).1;
    (name, InboundMessage { text, full_text, ..message.clone() })
}

/// The question without identity: the text, with the subject in front where it names something that the text does not.
/// Where the text only points at what stands below it, all of the message is the question.
pub fn question(message: &InboundMessage) -> Deidentified {
    deidentify(&words(message))
}

fn words(message: &InboundMessage) -> String {
    let text = if points_below(message) { message.full_text.trim() } else { message.text.trim() };
    let mut subject = message.subject.trim();
    while let Some((prefix, rest)) = subject.split_once(':') {
        if prefix.len() > 6 || prefix.contains(' ') {
            break;
        }
        subject = rest.trim();
    }
    // The number of a case, which our replies carry, names no code.
    let subject = without_case_numbers(subject);
    let subject = subject.as_str();
    let names_more = subject
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .any(|word| word.len() >= 3 && word.bytes().filter(u8::is_ascii_digit).count() >= 2 && !text.contains(word));
    match (text.is_empty(), names_more) {
        (true, _) => subject.to_owned(),
        (false, true) => format!("{subject}\n{text}"),
        (false, false) => text.to_owned(),
    }
}

fn without_case_numbers(subject: &str) -> String {
    let is_number = |word: &str| CaseId::parse(word.trim_matches(['[', ']', '(', ')', ',', '.'])).is_some();
    if !subject.split_whitespace().any(is_number) {
        return subject.to_owned();
    }
    subject.split_whitespace().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

/// Words that hand something on and ask nothing themselves.
const POINTERS: [&str; 14] = [
    "see below",
    "below",
    "fyi",
    "please advise",
    "pls advise",
    "please review",
    "please help",
    "can you help",
    "thoughts",
    "see attached",
    "forwarding",
    "what do you think",
    "siehe unten",
    "zur info",
];

/// True for "FYI", "see below" and the like above a mail that is handed on: nothing with a number in it, in a few words.
/// A reply to our own answer quotes that answer; so it must be a forward, or begin a thread.
fn points_below(message: &InboundMessage) -> bool {
    let subject = message.subject.to_lowercase();
    let forward = ["fw:", "fwd:", "wg:", "tr:", "rv:", "i:"].iter().any(|mark| subject.starts_with(mark));
    if !forward && !message.references.is_empty() {
        return false;
    }
    let low = message.text.to_lowercase();
    let short = low.split_whitespace().count() <= 15 && !low.bytes().any(|b| b.is_ascii_digit());
    let more = message.full_text.trim().len() > message.text.trim().len();
    more && short && (low.trim().is_empty() || POINTERS.iter().any(|words| low.contains(words)))
}

/// Who pays, and out of which allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The account's id, or `guest:` and the address.
    pub key: String,
    /// The allowance of the plan.
    pub quota: Quota,
    /// Answers that were bought beside it.
    pub pack: Option<Quota>,
    /// The account; `None` for a guest.
    pub account: Option<Account>,
}

impl Payer {
    /// What may be booked on, in its order.
    pub fn quotas(&self) -> Vec<Quota> {
        std::iter::once(self.quota.clone()).chain(self.pack.clone()).collect()
    }
}

/// Finds the account of a sender and its allowance today; an address that no account owns is a guest.
///
/// # Errors
/// The database failed.
pub async fn payer(store: &Store, from: &Address, today: Date, config: &Config) -> Result<Payer, StoreError> {
    Ok(match store.find_account_of(from).await? {
        Some(account) => {
            let bought = store.count_pack(&account.id).await?;
            Payer {
                key: account.id.clone(),
                quota: allowance(&account, today, config),
                pack: (bought > 0).then(|| Quota::pack(bought)),
                account: Some(account),
            }
        }
        None => Payer {
            key: format!("guest:{}", from.key()),
            quota: Quota::guest(config.quota.guest_answers),
            pack: None,
            account: None,
        },
    })
}

fn allowance(account: &Account, today: Date, config: &Config) -> Quota {
    let paid = (account.plan != FREE).then(|| config.plans.get(&account.plan).copied()).flatten();
    let answers = paid.unwrap_or(config.quota.free_answers);
    match config.quota.period {
        PeriodLength::Month => Quota::monthly(answers, today),
        PeriodLength::Year => Quota::yearly(answers, today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(authserv_id: &str) -> Config {
        let mut config = Config::defaults();
        config.trust.authserv_id = authserv_id.to_owned();
        config
    }

    const PROVED: &str = "Authentication-Results: mx.example.test; dmarc=pass header.from=clinic.test\r\n";

    fn gate_of(raw: &str) -> Gate {
        let config = config("mx.example.test");
        gate(&read(raw.as_bytes(), &config), raw.len() as u64, &config)
    }

    #[test]
    fn a_proved_question_goes_further() {
        let gate = gate_of(&format!("{PROVED}From: ann@clinic.test\r\n\r\nIs 45385 valid?"));
        assert!(matches!(gate, Gate::Open(from) if from.expose() == "ann@clinic.test"));
    }

    #[test]
    fn an_unproved_sender_is_held_and_never_written_to() {
        assert!(matches!(gate_of("From: ann@clinic.test\r\n\r\nIs 45385 valid?"), Gate::Hold(_)));
        assert!(matches!(gate_of("From: a@x.test\r\nFrom: b@x.test\r\n\r\nIs 45385 valid?"), Gate::Hold(_)));
    }

    #[test]
    fn automatic_mail_is_ignored_even_when_proved() {
        let gate = gate_of(&format!("{PROVED}Auto-Submitted: auto-replied\r\nFrom: ann@clinic.test\r\n\r\nI am away"));
        assert!(matches!(gate, Gate::Ignore(_)));
    }

    #[test]
    fn a_mail_with_nothing_to_read_gets_a_polite_no() {
        let gate = gate_of(&format!("{PROVED}From: ann@clinic.test\r\n\r\n\r\n"));
        assert!(matches!(gate, Gate::Refuse(_, OutboxKind::Empty, _)));
    }

    #[test]
    fn the_subject_is_part_of_the_question_only_where_it_names_more() {
        let of = |subject: &str, text: &str| {
            let raw = format!("From: ann@clinic.test\r\nSubject: {subject}\r\n\r\n{text}");
            question(&read(raw.as_bytes(), &config("")).message).as_str().to_owned()
        };
        assert_eq!(of("Re: 45385 units", "How many?"), "45385 units\nHow many?");
        assert_eq!(of("polyps", "Is 45385 valid?"), "Is 45385 valid?");
        assert_eq!(of("Is 45385 valid?", ""), "Is 45385 valid?");
        assert_eq!(of("Re: polyps [CC-FW54CE7]", "Is 45385 valid?"), "Is 45385 valid?");
        assert_eq!(of("Re: 45380 [CC-FW54CE7]", "Is it valid?"), "45380\nIs it valid?");
    }

    #[test]
    fn a_word_above_a_forward_is_no_question_but_the_forward_is() {
        let of = |subject: &str, fields: &str, text: &str| {
            let raw = format!("From: ann@clinic.test\r\nSubject: {subject}\r\n{fields}\r\n{text}");
            question(&read(raw.as_bytes(), &config("")).message).as_str().to_owned()
        };
        let below =
            "-----Original Message-----\r\nFrom: Roe\r\nSent: Monday\r\nTo: Ann\r\nSubject: s\r\n\r\nIs 45385 valid?";
        assert!(of("Fwd: polyps", "", &format!("FYI, see below\r\n\r\n{below}")).contains("Is 45385 valid?"));
        assert_eq!(of("Fwd: polyps", "", &format!("Is 45380 valid?\r\n\r\n{below}")), "Is 45380 valid?");
        let reply =
            of("Re: polyps", "In-Reply-To: <r1@example.test>\r\n", &format!("Thanks, see below\r\n\r\n{below}"));
        assert_eq!(reply, "Thanks, see below");
    }
}
