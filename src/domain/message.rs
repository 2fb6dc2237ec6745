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

/// Whether the From address may be believed (RFC 8601, Authentication-Results of the configured border only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustVerdict {
    /// DMARC passed, or an aligned DKIM or SPF result did.
    Proved,
    /// The border said nothing of use.
    Unproved,
    /// The border said that it failed, or the header is malformed.
    Failed,
}

/// The verdict on the sender, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderTrust {
    /// The verdict.
    pub verdict: TrustVerdict,
    /// The domain it is about.
    pub domain: String,
    /// Why, for an operator.
    pub why: String,
}

/// Why a message is no person's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// True when it must not be answered.
    pub is: bool,
    /// The header or sign that says so.
    pub why: String,
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
    /// Why it was not read.
    pub skipped: String,
}

/// A message as understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundMessage {
    /// The one sender; `None` when there is none or more than one.
    pub from: Option<Address>,
    /// The subject, one line.
    pub subject: String,
    /// The date it carries, if it can be read.
    pub date: Option<Date>,
    /// Its id, if well formed.
    pub message_id: Option<MessageId>,
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
    /// Why it cannot be treated as a question at all: malformed sender, unreadable.
    pub quarantined: Option<String>,
}
