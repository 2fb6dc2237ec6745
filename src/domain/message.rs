//! One email as it was received, and the verdict on who sent it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::address::Address;

/// A Message-ID (RFC 5322 section 3.6.4) with its angle brackets: printable ASCII, no space, at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Accepts `<left@right>` only; anything else is not copied into a header of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('<').unwrap_or(text);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let sound = !inner.is_empty()
            && inner.len() <= 198
            && inner.bytes().all(|b| (b'!'..=b'~').contains(&b) && !b"<>\"\\()".contains(&b));
        sound.then(|| Self(format!("<{inner}>")))
    }

    /// The id with its brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the From address may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustVerdict {
    /// Enough was found for the policy that applies.
    Proved,
    /// Nothing that proves it, and nothing that denies it.
    Unproved,
    /// It was denied, or the header is malformed.
    Failed,
}

/// What proves a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// DMARC passed (RFC 7489): a signature or a host of the domain, aligned as the domain wishes.
    Dmarc,
    /// A DKIM signature of the very domain (RFC 6376).
    Dkim,
    /// An unbroken ARC chain whose sealers are configured, the first of which saw a proof (RFC 8617).
    Arc,
    /// SPF passed for the very domain (RFC 7208): the host may send for it, whoever uses the host.
    Spf,
}

/// Who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The configured border, in its Authentication-Results (RFC 8601).
    Border,
    /// This program, with the DNS.
    Own,
}

/// The best proof that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What.
    pub method: Method,
    /// Who looked.
    pub witness: Witness,
}

/// How much must be proved before a sender is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustPolicy {
    /// DMARC, an aligned signature, or ARC of a configured sealer.
    Strict,
    /// SPF of the very domain is enough too.
    Border,
    /// The sender's word is enough, unless it is denied. For trials.
    Open,
}

impl TrustPolicy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Border, Self::Open];

    /// The word for it in settings and tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Border => "border",
            Self::Open => "open",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.key() == text)
    }
}

/// The verdict on the sender, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderTrust {
    /// The verdict under the configured policy.
    pub verdict: TrustVerdict,
    /// The domain it is about.
    pub domain: String,
    /// Why, for an operator.
    pub why: String,
    /// The best proof, also where it is not enough.
    pub by: Option<Proof>,
    /// True when the DNS did not answer: another look later may find a proof.
    pub temporary: bool,
}

impl SenderTrust {
    /// True when the sender is proved enough for a policy.
    pub fn suffices(&self, policy: TrustPolicy) -> bool {
        match policy {
            TrustPolicy::Strict => self.by.is_some_and(|proof| proof.method != Method::Spf),
            TrustPolicy::Border => self.by.is_some(),
            TrustPolicy::Open => self.verdict != TrustVerdict::Failed,
        }
    }
}

/// Why a message is no person's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// True when it must not be answered.
    pub is: bool,
    /// The header or sign that says so.
    pub why: String,
}

/// Whether a later mail to the same address can arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BounceKind {
    /// The address or its domain does not exist, has moved or takes no mail: writing again is pointless.
    Hard,
    /// Everything else: a full mailbox, a policy, a filter, a server that was away. The address may be good.
    Soft,
}

impl BounceKind {
    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}

/// A message that says that another one did not arrive (RFC 3464, and the free forms older than it).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Bounce {
    /// True when it is one.
    pub is: bool,
    /// The address that was not reached.
    pub recipient: Option<String>,
    /// The enhanced status code (RFC 3463), as told or as understood from the words.
    pub status: Option<String>,
    /// Hard or soft; `None` when it is no bounce.
    pub kind: Option<BounceKind>,
    /// The Message-ID of the mail that bounced.
    pub original_message_id: Option<MessageId>,
}

/// A file that came with a message. Its name is data, never a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The name it was given.
    pub name: String,
    /// Its declared media type.
    pub media_type: String,
    /// Its decoded size in bytes.
    pub size: usize,
    /// MD5 of its decoded bytes, in hexadecimal digits: to tell files apart in tests and logs, no protection.
    pub md5: String,
    /// Characters of text that were read from it.
    pub text_chars: usize,
    /// Why it was not read; empty when it was.
    pub skipped: String,
}

/// An address as a header shows it: text of a stranger, neither checked nor folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAddress {
    /// What stands for the address.
    pub address: String,
    /// The display name, if there is one.
    pub name: Option<String>,
}

/// A message as understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundMessage {
    /// The one sender; `None` when there is none or more than one.
    pub from: Option<Address>,
    /// What the From line shows, however malformed: for the operator's eyes, never to match or to write to.
    pub shown_from: Option<ShownAddress>,
    /// The addresses of To, as shown.
    pub to: Vec<ShownAddress>,
    /// The addresses of Cc, as shown.
    pub cc: Vec<ShownAddress>,
    /// The subject, one line.
    pub subject: String,
    /// The date it carries, if it can be read.
    pub date: Option<Date>,
    /// Its id, if well formed.
    pub message_id: Option<MessageId>,
    /// The message that it answers, by its own word.
    pub in_reply_to: Option<MessageId>,
    /// The ids of the thread, oldest first.
    pub references: Vec<MessageId>,
    /// What the sender wrote now, without quotes and signature.
    pub text: String,
    /// All of the text.
    pub full_text: String,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// Whether a machine sent it.
    pub automatic: Automatic,
    /// Whether it says that another message did not arrive.
    pub bounce: Bounce,
    /// True where what was written is encrypted (OpenPGP, S/MIME): nothing of it can be read here.
    #[serde(default)]
    pub encrypted: bool,
    /// Why it cannot be treated as a question at all: malformed sender, unreadable.
    pub quarantined: Option<String>,
}
