//! A mail that came as a file: what a reader of it sees, and the text of its own files.

use super::Found;
use crate::attachment::kind::Kind;
use crate::domain::attachment::Skip;
use crate::mail::parse;

/// Mails within mails that are opened.
const DEPTH: usize = 2;
/// Files of one such mail that are opened.
const FILES: usize = 5;

/// Reads a mail.
pub fn read(bytes: &[u8], depth: usize) -> Found {
    let message = parse::parse(bytes, &[]);
    if message.encrypted {
        return Found::Nothing(Skip::Locked);
    }
    let mut text = String::new();
    if !message.subject.is_empty() {
        text = format!("Subject: {}\n", message.subject);
    }
    if let Some(date) = message.date {
        text.push_str(&format!("Sent: {date}\n"));
    }
    text.push('\n');
    text.push_str(&message.full_text);
    let (mut cut, mut locked) = (false, false);
    if depth < DEPTH {
        for file in parse::files(bytes).iter().take(FILES) {
            let Ok(kind) = Kind::of(&file.name, &file.media_type, &file.bytes) else { continue };
            match super::read(kind, file.charset.as_deref(), &file.bytes, depth + 1) {
                Found::Text { text: inner, cut: more } => {
                    text.push_str(&format!("\n\n{inner}"));
                    cut |= more;
                }
                Found::Scans { .. } => cut = true,
                Found::Nothing(skip) => locked |= skip == Skip::Locked,
            }
        }
    }
    match Found::text(&text, cut) {
        Found::Nothing(_) if locked => Found::Nothing(Skip::Locked),
        found => found,
    }
}
