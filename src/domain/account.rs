//! Who pays: accounts, their sender addresses, their plan, and what was agreed with them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id: `ac_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `free`, or the name of a paid plan in the configuration.
    pub plan: String,
}

/// The plan of an account that pays nothing.
pub const FREE: &str = "free";

/// How the answers of a plan are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// By all senders of the account.
    #[default]
    Pooled,
    /// Each sender has the number alone.
    Sender,
}

impl Sharing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Pooled, Self::Sender];

    /// The word in the store and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pooled => "pooled",
            Self::Sender => "sender",
        }
    }

    /// The sharing of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sharing| sharing.key() == text)
    }

    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pooled => "shared by all senders",
            Self::Sender => "for each sender alone",
        }
    }
}

/// A business associate agreement (45 CFR 164.504(e)) as it is on record: not its text, only what proves which text it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The day of the last signature.
    pub on: Date,
    /// SHA-256 of the document in hexadecimal, in small letters.
    pub digest: String,
}

/// What of an agreement on a form cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// The day.
    #[error("write the day of the agreement as 2026-11-24")]
    Day,
    /// The digest.
    #[error("the SHA-256 of the document is 64 letters and figures (0-9, a-f), as `sha256sum FILE` prints it")]
    Digest,
}

impl Agreement {
    /// Reads a day and a digest; none where both are empty.
    ///
    /// # Errors
    /// Which of the two cannot be read.
    pub fn parse(on: &str, digest: &str) -> Result<Option<Self>, AgreementError> {
        let (on, digest) = (on.trim(), digest.trim().to_ascii_lowercase());
        if on.is_empty() && digest.is_empty() {
            return Ok(None);
        }
        let on = on.parse::<Date>().map_err(|_| AgreementError::Day)?;
        if digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(AgreementError::Digest);
        }
        Ok(Some(Self { on, digest }))
    }
}

/// The longest name of an account, in characters.
const LONGEST_NAME: usize = 80;

/// A name as it is kept: one line, without blanks around it; none where nothing is left, or too much.
pub fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sound = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    sound.then_some(name)
}

/// The name in small letters from each of its words on: what a search compares with.
pub fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let begins = |at: usize| at == 0 || lower[..at].ends_with(' ') && !lower[at..].starts_with(' ');
    lower.char_indices().filter(|(at, _)| begins(*at)).map(|(at, _)| lower[at..].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_has_a_day_and_the_digest_of_its_document() {
        let digest = "AB".repeat(32);
        let read = Agreement::parse(" 2026-11-24 ", &digest).unwrap().unwrap();
        assert_eq!((read.on, read.digest), (jiff::civil::date(2026, 11, 24), digest.to_lowercase()));
        assert_eq!(Agreement::parse("", " "), Ok(None));
        assert_eq!(Agreement::parse("soon", &digest), Err(AgreementError::Day));
        assert_eq!(Agreement::parse("2026-11-24", "ab"), Err(AgreementError::Digest));
        assert_eq!(Agreement::parse("2026-11-24", &"g".repeat(64)), Err(AgreementError::Digest));
    }

    #[test]
    fn a_name_is_found_from_each_of_its_words() {
        assert_eq!(words("Lakeside  GI Östlich"), ["lakeside  gi östlich", "gi östlich", "östlich"]);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn a_name_is_one_line_of_some_length() {
        assert_eq!(name(" Lakeside\n GI "), Some("Lakeside GI".to_owned()));
        assert_eq!(name(" "), None);
        assert_eq!(name(&"x".repeat(81)), None);
        assert_eq!(name("a\u{7}b"), None);
    }

    #[test]
    fn a_sharing_reads_back_as_itself() {
        for sharing in Sharing::ALL {
            assert_eq!(Sharing::parse(sharing.key()), Some(sharing));
        }
    }
}
