//! What a child answers with: one JSON object of bounded length.

use serde::{Deserialize, Serialize};

use crate::domain::attachment::Skip;

/// Characters of text that are handed over of one file: a hundred pages.
pub const TEXT_CHARS: usize = 200_000;
/// Bytes of the longest frame: pictures of pages in base64, which take more than a text with each character escaped.
pub const FRAME_BYTES: usize = 9_000_000;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// Its text, and whether there is more of it.
    Text {
        /// The text.
        text: String,
        /// True where it was cut.
        cut: bool,
    },
    /// Pictures of pages, in base64: nothing but an OCR reads them.
    Scans {
        /// The pictures, a page each.
        pages: Vec<String>,
        /// True where there are more pages.
        more: bool,
    },
    /// Nothing, and why.
    Nothing(Skip),
}

impl Found {
    /// Text in lines without control characters and runs of empty lines, cut to what is handed over; nothing where no
    /// letter or figure is in it.
    pub fn text(text: &str, cut: bool) -> Self {
        let mut kept = String::with_capacity(text.len().min(TEXT_CHARS));
        let (mut chars, mut empty, mut more) = (0, 0, cut);
        for line in text.lines() {
            let line = line.trim_end();
            empty = if line.is_empty() { empty + 1 } else { 0 };
            if empty > 1 {
                continue;
            }
            for c in line.chars().filter(|c| *c == '\t' || !c.is_control()).chain(['\n']) {
                chars += 1;
                if chars > TEXT_CHARS {
                    more = true;
                    break;
                }
                kept.push(c);
            }
            if more && chars > TEXT_CHARS {
                break;
            }
        }
        let text = kept.trim_matches('\n').to_owned();
        if text.contains(char::is_alphanumeric) { Self::Text { text, cut: more } } else { Self::Nothing(Skip::Empty) }
    }

    /// The frame.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What a frame says; `None` for anything else.
    pub fn decode(frame: &[u8]) -> Option<Self> {
        serde_json::from_slice(frame).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_and_without_control_characters() {
        assert_eq!(Found::text("a\u{1}b\n\n\n\nc \n", false), Found::Text { text: "ab\n\nc".to_owned(), cut: false });
        assert_eq!(Found::text(" \n\u{c}\n-", false), Found::Nothing(Skip::Empty));
        let Found::Text { text, cut } = Found::text(&"\u{10400}".repeat(TEXT_CHARS + 5), false) else { panic!() };
        assert_eq!((text.chars().count(), cut), (TEXT_CHARS, true));
    }

    #[test]
    fn the_longest_text_fits_into_a_frame() {
        let found = Found::Text { text: "\u{7f}\"\t".repeat(TEXT_CHARS / 3), cut: true };
        let frame = found.encode();
        assert!(frame.len() < FRAME_BYTES);
        assert_eq!(Found::decode(&frame), Some(found));
        assert_eq!(Found::decode(b"thread panicked"), None);
    }
}
