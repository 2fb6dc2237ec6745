//! One reader a kind: bytes to text. They run in the child alone.

use base64::Engine as _;

use super::frame::Found;
use super::kind::Kind;
use crate::corpus::formats::manuals::pdf;
use crate::domain::attachment::Skip;
use crate::mail;

mod compound;
mod document;
mod letter;
mod package;
mod sheet;
mod table;

use super::frame::TEXT_CHARS;

/// Pages of a scanned file that are handed to an OCR.
const SCANS: usize = 4;

fn scanned(bytes: &[u8]) -> Found {
    let (pages, more) = pdf::scans(bytes, SCANS);
    if pages.is_empty() {
        return Found::Nothing(Skip::Scanned);
    }
    let pages = pages.iter().map(|page| base64::engine::general_purpose::STANDARD.encode(page)).collect();
    Found::Scans { pages, more }
}

/// Reads a file. `depth` is how many mails it stands in.
pub fn read(kind: Kind, charset: Option<&str>, bytes: &[u8], depth: usize) -> Found {
    match kind {
        Kind::Text => Found::text(&mail::text_of_bytes(bytes, charset), false),
        Kind::Html => Found::text(&mail::text_of_html(&mail::text_of_bytes(bytes, charset)), false),
        Kind::Rtf => Found::text(&mail::text_of_rtf(bytes), false),
        Kind::Table => table::read(&mail::text_of_bytes(bytes, charset)),
        Kind::Pdf => match pdf::plain(bytes, TEXT_CHARS) {
            Ok(page) if page.text.contains(char::is_alphanumeric) => Found::text(&page.text, page.cut),
            Ok(page) if page.pictures => scanned(bytes),
            Ok(_) => Found::Nothing(Skip::Empty),
            Err(pdf::Unreadable::Locked) => Found::Nothing(Skip::Locked),
            Err(pdf::Unreadable::Broken(_)) => Found::Nothing(Skip::Damaged),
        },
        Kind::Package => package::read(bytes),
        Kind::Compound => compound::read(bytes),
        Kind::Mail => letter::read(bytes, depth),
        // Pictures are read by a program of their own.
        Kind::Picture => Found::Nothing(Skip::NoOcr),
    }
}
