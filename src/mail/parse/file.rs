//! A file that came with a message, with its bytes.

use md5::{Digest as _, Md5};

use crate::domain::attachment::Skip;
use crate::domain::message::Attachment;
use crate::mail::words;

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The name it was given, one line: data, never a path.
    pub name: String,
    /// Its declared media type.
    pub media_type: String,
    /// Its declared charset, where it is text.
    pub charset: Option<String>,
    /// True where it stands within the text of the mail.
    pub inline: bool,
    /// Its bytes, transfer encoding undone.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file with its declared type.
    pub fn new(name: &str, media_type: &str, bytes: Vec<u8>) -> Self {
        Self {
            name: words::one_line(name, 300),
            media_type: media_type.to_owned(),
            charset: None,
            inline: false,
            bytes,
        }
    }

    /// A file of a container that tells no types.
    pub fn untyped(name: &str, bytes: Vec<u8>) -> Self {
        Self::new(name, "application/octet-stream", bytes)
    }

    /// How a message lists it before anything has read it.
    pub fn listed(&self) -> Attachment {
        Attachment {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size: self.bytes.len(),
            md5: Md5::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            text_chars: 0,
            skipped: Skip::Off.words().to_owned(),
        }
    }
}
