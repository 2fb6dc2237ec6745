//! What became of a file that came with a message: read, or left unread and why.

use serde::{Deserialize, Serialize};

/// Why a file was not read: a closed list, each with its words for whoever sent the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Encrypted, or locked by a password.
    Locked,
    /// A kind that is not read.
    Kind,
    /// An archive of files.
    Archive,
    /// The signature of a signed mail.
    Signature,
    /// It holds no text.
    Empty,
    /// Its pages are pictures.
    Scanned,
    /// A picture, and nothing here reads text from pictures.
    NoOcr,
    /// A picture too small to hold text: a logo, a line.
    Small,
    /// More bytes, or more points of a picture, than are read.
    TooLarge,
    /// Behind the last of the files that are read of one message.
    TooMany,
    /// Reading it took more time or memory than one file may take.
    TooCostly,
    /// Damaged, or not what its name says.
    Damaged,
    /// It could not be opened here, which is no fault of the file.
    Unavailable,
    /// Files are not read, by the settings or because the message went no further.
    Off,
}

impl Skip {
    /// Why, in words that follow "not read:".
    pub fn words(self) -> &'static str {
        match self {
            Self::Locked => "it is encrypted or locked by a password",
            Self::Kind => "files of this kind are not read; please send PDF, DOCX, XLSX or text",
            Self::Archive => "an archive is not opened; please send the files themselves",
            Self::Signature => "it is the signature of a mail",
            Self::Empty => "no text was found in it",
            Self::Scanned => "its pages are pictures without text",
            Self::NoOcr => "text in pictures is not read here",
            Self::Small => "it is too small a picture to hold text",
            Self::TooLarge => "it is too large",
            Self::TooMany => "there are more files than are read of one mail",
            Self::TooCostly => "reading it takes more time or memory than one file may take",
            Self::Damaged => "it is damaged, or not what its name says",
            Self::Unavailable => "it could not be opened just now",
            Self::Off => "files are not read",
        }
    }

    /// True for what no sender thinks of as a file: it is not on the receipt.
    pub fn is_beside_the_point(self) -> bool {
        matches!(self, Self::Signature | Self::Small)
    }
}

/// One file on the receipt of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its name without what identifies.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its text was read with the question.
    Read {
        /// Characters that were read.
        chars: usize,
        /// True where it holds more.
        cut: bool,
    },
    /// Its text was read, and left aside: the question stands by itself and does not speak of it.
    Aside,
    /// It was not read.
    Skipped(Skip),
}

impl Receipt {
    /// One line for the reply.
    pub fn line(&self) -> String {
        let name = if self.name.trim().is_empty() { "a file without a name" } else { self.name.trim() };
        match self.outcome {
            Outcome::Read { cut: false, .. } => format!("{name}: read"),
            Outcome::Read { chars, cut: true } => format!("{name}: its first {chars} characters were read"),
            Outcome::Aside => format!("{name}: not used, since your question does not speak of it"),
            Outcome::Skipped(skip) => format!("{name}: not read: {}", skip.words()),
        }
    }
}
