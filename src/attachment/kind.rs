//! What a file is: by its first bytes, and where these tell nothing by its type and name.

use crate::domain::attachment::Skip;

/// A kind that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Portable Document Format (ISO 32000).
    Pdf,
    /// A package of Office Open XML (ECMA-376): a document or a workbook.
    Package,
    /// A compound file (MS-CFB): a workbook of old, or a package that is encrypted.
    Compound,
    /// Rich Text Format.
    Rtf,
    /// HTML.
    Html,
    /// A mail (RFC 5322).
    Mail,
    /// A table in text: comma, semicolon or tab between its cells.
    Table,
    /// Plain text.
    Text,
    /// A picture, for a reader of text in pictures.
    Picture,
}

/// Magic numbers of pictures: PNG, JPEG, GIF, TIFF of both orders, BMP. WebP begins as RIFF.
const PICTURES: [&[u8]; 6] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM"];
/// Of archives: gzip, RAR, 7z, xz, bzip2.
const ARCHIVES: [&[u8]; 5] = [b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ", b"BZh"];
/// How far from its beginning a PDF may begin (ISO 32000-1, annex H, note 13).
const PDF_WITHIN: usize = 1024;
/// Bytes that are looked at to tell text from anything else.
const SAMPLE: usize = 4096;

impl Kind {
    /// The kind of a file.
    ///
    /// # Errors
    /// It is of none that is read, and why.
    pub fn of(name: &str, media_type: &str, bytes: &[u8]) -> Result<Self, Skip> {
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
        let is = |types: &[&str], ends: &[&str]| types.contains(&media_type) || ends.contains(&end.as_str());
        if is(SIGNATURES.0, SIGNATURES.1) {
            return Err(Skip::Signature);
        }
        if is(ENVELOPES.0, ENVELOPES.1) || memchr::memmem::find(head(bytes), b"-----BEGIN PGP MESSAGE-----").is_some() {
            return Err(Skip::Locked);
        }
        if bytes.is_empty() {
            return Err(Skip::Empty);
        }
        if let Some(kind) = by_content(bytes) {
            return kind;
        }
        if is(&["message/rfc822", "message/global"], &["eml"]) {
            return Ok(Self::Mail);
        }
        if !is_text(bytes) {
            return Err(Skip::Kind);
        }
        if is(&["text/html", "application/xhtml+xml"], &["html", "htm", "xhtml"]) || begins_as_html(bytes) {
            return Ok(Self::Html);
        }
        if is(&["text/csv", "text/tab-separated-values"], &["csv", "tsv"]) {
            return Ok(Self::Table);
        }
        let plain = is(&["text/plain", "text/markdown", "text/x-markdown"], &["txt", "text", "md", "log"]);
        if plain && !is(&[], &["xml", "json", "js", "ics", "vcf", "css", "svg"]) {
            Ok(Self::Text)
        } else {
            Err(Skip::Kind)
        }
    }
}

/// Types and endings of signatures.
const SIGNATURES: (&[&str], &[&str]) = (
    &[
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    ],
    &["p7s", "sig"],
);
/// Types and endings of what is encrypted, whatever is in it.
const ENVELOPES: (&[&str], &[&str]) = (
    &[
        "application/pgp-encrypted",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/x-microsoft-rpmsg-message",
    ],
    &["p7m", "pgp", "gpg", "rpmsg"],
);

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(SAMPLE)]
}

fn by_content(bytes: &[u8]) -> Option<Result<Kind, Skip>> {
    let begins = |magic: &&[u8]| bytes.starts_with(magic);
    if memchr::memmem::find(&bytes[..bytes.len().min(PDF_WITHIN)], b"%PDF-").is_some() {
        return Some(Ok(Kind::Pdf));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(Ok(Kind::Package));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(Ok(Kind::Compound));
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some(Ok(Kind::Rtf));
    }
    if ARCHIVES.iter().any(begins) {
        return Some(Err(Skip::Archive));
    }
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    // "BM" begins many a text.
    (webp || PICTURES.iter().any(begins) && !(bytes.starts_with(b"BM") && is_text(bytes))).then_some(Ok(Kind::Picture))
}

fn begins_as_html(bytes: &[u8]) -> bool {
    let head = head(bytes).trim_ascii_start().to_ascii_lowercase();
    [&b"<!doctype html"[..], b"<html", b"<body"].iter().any(|mark| head.starts_with(mark))
}

/// No zero byte, unless every second one is (UTF-16).
fn is_text(bytes: &[u8]) -> bool {
    let head = head(bytes);
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    zeros == 0 || head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_more_than_a_name() {
        let of = |name: &str, kind: &str, bytes: &[u8]| Kind::of(name, kind, bytes);
        assert_eq!(of("a.txt", "text/plain", b"%PDF-1.7"), Ok(Kind::Pdf));
        assert_eq!(of("note", "application/octet-stream", b"{\\rtf1 x}"), Ok(Kind::Rtf));
        assert_eq!(of("note.docx", "application/octet-stream", b"PK\x03\x04"), Ok(Kind::Package));
        assert_eq!(of("x.bin", "application/octet-stream", b"<!DOCTYPE html><p>"), Ok(Kind::Html));
        assert_eq!(of("x.png", "image/png", b"\x89PNG\r\n\x1a\n\0"), Ok(Kind::Picture));
        assert_eq!(of("BMI.txt", "text/plain", b"BMI 31"), Ok(Kind::Text));
        assert_eq!(of("CODES.CSV", "application/vnd.ms-excel", b"a,b\n1,2\n"), Ok(Kind::Table));
        assert_eq!(of("", "message/rfc822", b"From: a@x.test\n\nx"), Ok(Kind::Mail));
    }

    #[test]
    fn what_is_not_read_is_told_apart() {
        let of = |name: &str, kind: &str, bytes: &[u8]| Kind::of(name, kind, bytes);
        assert_eq!(of("smime.p7s", "application/pkcs7-signature", b"0"), Err(Skip::Signature));
        assert_eq!(of("note.pdf.pgp", "application/octet-stream", b"\x85"), Err(Skip::Locked));
        assert_eq!(of("smime.p7m", "application/pkcs7-mime", b"0"), Err(Skip::Locked));
        assert_eq!(of("a.rar", "application/octet-stream", b"Rar!\x1a"), Err(Skip::Archive));
        assert_eq!(of("a.xml", "application/xml", b"<?xml"), Err(Skip::Kind));
        assert_eq!(of("a.txt", "text/plain", b"a\0b"), Err(Skip::Kind));
        assert_eq!(of("a.txt", "text/plain", b""), Err(Skip::Empty));
    }
}
