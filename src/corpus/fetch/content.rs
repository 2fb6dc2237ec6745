//! What a file is by its bytes, so that no error page and no half of an archive is taken for an official file.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde::Deserialize;

use super::error::Fault;

/// What the files of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A ZIP archive; a workbook is one.
    Zip,
    /// A PDF.
    Pdf,
    /// A gzip stream.
    Gzip,
    /// Text: anything that is no web page.
    Text,
}

impl Content {
    /// How many bytes [`Content::check_start`] needs, unless the file is shorter.
    pub const START: usize = 1024;

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zip => "ZIP archive",
            Self::Pdf => "PDF",
            Self::Gzip => "gzip file",
            Self::Text => "text",
        }
    }

    /// Looks at the first bytes.
    ///
    /// # Errors
    /// They are those of a web page, or of another kind of file.
    pub fn check_start(self, start: &[u8]) -> Result<(), Fault> {
        if is_page(start) {
            return Err(Fault::Page);
        }
        let right = match self {
            Self::Zip => start.starts_with(b"PK\x03\x04"),
            // Some writers put a line before the header; the standard's readers search a kilobyte.
            Self::Pdf => start.windows(5).take(Self::START).any(|five| five == b"%PDF-"),
            Self::Gzip => start.starts_with(&[0x1f, 0x8b]),
            Self::Text => !start.is_empty(),
        };
        if right { Ok(()) } else { Err(Fault::Content(self.name())) }
    }

    /// Looks at both ends of a whole file: an archive ends in its directory, a PDF in its trailer.
    ///
    /// # Errors
    /// As [`Content::check_start`], or the end is missing; `Err(Err(_))` when the file cannot be read.
    pub fn check_file(self, path: &Path) -> Result<(), Result<Fault, std::io::Error>> {
        let ends = || -> std::io::Result<(Vec<u8>, Vec<u8>)> {
            let mut file = File::open(path)?;
            let mut start = Vec::new();
            (&file).take(Self::START as u64).read_to_end(&mut start)?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
            let mut tail = Vec::new();
            file.take(TAIL).read_to_end(&mut tail)?;
            Ok((start, tail))
        };
        let (start, tail) = ends().map_err(Err)?;
        self.check_start(&start).map_err(Ok)?;
        let whole = match self {
            Self::Zip => holds(&tail, b"PK\x05\x06"),
            Self::Pdf => holds(&tail, b"%%EOF"),
            Self::Gzip | Self::Text => true,
        };
        if whole { Ok(()) } else { Err(Ok(Fault::NoEnd(self.name()))) }
    }
}

/// An archive's directory ends within this many bytes of the file's end: 22 and a comment of up to 65,535.
const TAIL: u64 = 65_557;

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// True for the first bytes of a web page.
pub fn is_page(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = start.trim_ascii_start().to_ascii_lowercase();
    let head = &text[..text.len().min(512)];
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body", b"<script"].iter().any(|tag| head.starts_with(tag))
        || (head.starts_with(b"<!--") || head.starts_with(b"<?xml")) && holds(head, b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_content_is_known_by_its_first_bytes() {
        assert_eq!(Content::Zip.check_start(b"PK\x03\x04rest"), Ok(()));
        assert_eq!(Content::Pdf.check_start(b"\n%PDF-1.7\n"), Ok(()));
        assert_eq!(Content::Gzip.check_start(&[0x1f, 0x8b, 8]), Ok(()));
        assert_eq!(Content::Text.check_start(b"a,b\n"), Ok(()));
        assert_eq!(Content::Zip.check_start(b"%PDF-1.7"), Err(Fault::Content("ZIP archive")));
        assert_eq!(Content::Zip.check_start(b"PK\x05\x06"), Err(Fault::Content("ZIP archive")), "an empty archive");
        assert_eq!(Content::Text.check_start(b""), Err(Fault::Content("text")));
    }

    #[test]
    fn a_page_is_a_page_in_any_dress() {
        for page in ["<!DOCTYPE html>", "\u{feff}\r\n <HTML lang>", "<!-- x --><html>", "<?xml version='1.0'?><html>"] {
            for content in [Content::Zip, Content::Pdf, Content::Text] {
                assert_eq!(content.check_start(page.as_bytes()), Err(Fault::Page), "{page}");
            }
        }
        assert!(!is_page(b"<?xml version='1.0'?><ICD10CM.tabular>"));
    }

    #[test]
    fn a_file_without_its_end_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let check = |content: Content, bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            content.check_file(&path).map_err(|error| error.unwrap())
        };
        let mut archive = b"PK\x03\x04".to_vec();
        archive.resize(200_000, 7);
        assert_eq!(check(Content::Zip, &archive), Err(Fault::NoEnd("ZIP archive")));
        archive.extend_from_slice(b"PK\x05\x06");
        archive.resize(archive.len() + 18, 0);
        assert_eq!(check(Content::Zip, &archive), Ok(()));
        assert_eq!(check(Content::Pdf, b"%PDF-1.4 x"), Err(Fault::NoEnd("PDF")));
        assert_eq!(check(Content::Pdf, b"%PDF-1.4 x\n%%EOF\n"), Ok(()));
        assert!(matches!(Content::Zip.check_file(&folder.path().join("none")), Err(Err(_))));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(0u8.., 0..2000)) {
            for content in [Content::Zip, Content::Pdf, Content::Gzip, Content::Text] {
                let _ = content.check_start(&bytes);
            }
        }
    }
}
