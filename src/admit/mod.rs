//! Admit: is it mail for us, from whom, may they, how much is left? What must not go further stops here.

pub mod caps;

use sha2::{Digest as _, Sha256};

use crate::attachment::FileText;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::attachment::Receipt;
use crate::domain::case::CaseId;
use crate::domain::client as domain_client;
use crate::domain::message::{InboundMessage, SenderTrust};
use crate::domain::outbox::OutboxKind;
use crate::identity::{Deidentified, deidentify};
use crate::mail::dns::Dns;
use crate::mail::{headers, parse, trust};

mod sender;

pub use sender::{Payer, Sender, allowance, find_sender, payer};

mod files;

pub use files::Question;

/// A message that was read, with the verdict on its sender.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The message.
    pub message: InboundMessage,
    /// The verdict.
    pub trust: SenderTrust,
    /// What became of its files; empty before they are read.
    pub files: Vec<Receipt>,
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
    /// The DNS did not answer, and without it the sender is not proved: look again later.
    Later(String),
    /// A polite no to a proved sender.
    Refuse(Address, OutboxKind, String),
}

/// Reads a message and judges its sender by the word of the border.
pub fn read(raw: &[u8], config: &Config) -> Arrival {
    let message = parse::parse(raw, &[&config.service.address]);
    let trust = trust::at_border(&headers::scan(raw), message.from.as_ref(), &config.trust);
    Arrival { message, trust, files: Vec::new() }
}

/// Reads a message and judges its sender, where the border's word is not enough by a check of our own.
pub async fn read_and_check(raw: &[u8], config: &Config, dns: &Dns) -> Arrival {
    let mut arrival = read(raw, config);
    // A machine's mail and what cannot be read safely go no further, whoever sent them.
    if !arrival.message.automatic.is && arrival.message.quarantined.is_none() {
        let headers = headers::scan(raw);
        arrival.trust = trust::judge(raw, &headers, arrival.message.from.as_ref(), &config.trust, dns).await;
    }
    arrival
}

/// Decides what goes further. `size` is what the server announced.
pub fn gate(arrival: &Arrival, size: u64, sender: &Sender, config: &Config) -> Gate {
    let message = &arrival.message;
    if message.automatic.is {
        return Gate::Ignore(format!("automatic mail: {}", message.automatic.why));
    }
    let Some(from) = message.from.clone().filter(|_| message.quarantined.is_none()) else {
        return Gate::Hold(format!("quarantined: {}", message.quarantined.as_deref().unwrap_or("no sender")));
    };
    let believed = config.trust.assume_proved;
    if !believed && !arrival.trust.suffices(sender.policy) {
        let why = format!("sender not proved: {}", arrival.trust.why);
        return match &sender.resembles {
            Some(whom) => Gate::Hold(format!("{why}; {whom}")),
            None if arrival.trust.temporary => Gate::Later(why),
            None => Gate::Hold(why),
        };
    }
    if shows_another(&from) {
        return Gate::Hold("the name in its From line shows another address than the one it comes from".to_owned());
    }
    if let Some(whom) = sender.resembles.as_ref().filter(|_| !believed) {
        return Gate::Hold(format!("a person must look: {whom}"));
    }
    if size > config.source.max_message_bytes {
        return Gate::Refuse(from, OutboxKind::TooLarge, format!("{size} bytes"));
    }
    if message.encrypted {
        return Gate::Refuse(from, OutboxKind::Encrypted, "the message is encrypted".to_owned());
    }
    if words(message).is_empty() && !files::may_ask(message) {
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

/// The same with the files of the message, which are noted in its list.
pub fn question_with(message: &mut InboundMessage, found: &[FileText]) -> Question {
    for (listed, file) in message.attachments.iter_mut().zip(found) {
        match &file.found {
            Ok((text, _)) => (listed.text_chars, listed.skipped) = (text.chars().count(), String::new()),
            Err(skip) => listed.skipped = skip.words().to_owned(),
        }
    }
    files::question(message, found)
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

/// True where the display name holds an address that is not the sender's: what many mail programs show instead of it.
fn shows_another(from: &Address) -> bool {
    let words = from.name().unwrap_or_default().split(|c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c));
    words.filter_map(|word| Address::parse(word).ok()).any(|shown| shown.base_key() != from.base_key())
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
        gate(&read(raw.as_bytes(), &config), raw.len() as u64, &Sender::stranger(&config), &config)
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
    fn a_name_that_shows_another_address_is_held() {
        for (from, open) in [
            ("\"ann@clinic.test\" <ann@clinic.test>", true),
            ("Ann Weber <ann@clinic.test>", true),
            ("\"bob@lakeside.test\" <ann@clinic.test>", false),
            ("=?utf-8?q?bob=40lakeside.test?= <ann@clinic.test>", false),
        ] {
            let gate = gate_of(&format!("{PROVED}From: {from}\r\n\r\nIs 45385 valid?"));
            assert_eq!(matches!(gate, Gate::Open(_)), open, "{from}: {gate:?}");
        }
    }

    #[test]
    fn who_resembles_an_account_is_held_even_when_proved() {
        let config = config("mx.example.test");
        let raw = format!("{PROVED}From: ann@clinic.test\r\n\r\nIs 45385 valid?");
        let sender = Sender { resembles: Some("it resembles another".to_owned()), ..Sender::stranger(&config) };
        let gate = gate(&read(raw.as_bytes(), &config), 100, &sender, &config);
        assert!(matches!(gate, Gate::Hold(why) if why.contains("resembles")));
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
