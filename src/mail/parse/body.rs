//! The text of a message, and the list of its files.

use mail_parser::MessageParser;
use md5::{Digest as _, Md5};

use super::part::{self, Part, Role};
use crate::domain::message::Attachment;
use crate::mail::text::line::{self, Line};
use crate::mail::{flowed, html, limits, tnef, transfer, words};

/// The readable content of a message.
pub struct Body {
    /// The lines of its text.
    pub lines: Vec<Line>,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
}

/// Chooses the text and lists the files. A message whose boundary is not declared is given the one that its lines show.
pub fn read(parts: &[Part<'_>]) -> Body {
    if let [only] = parts
        && only.media_type.starts_with("multipart/")
    {
        return match undeclared_boundary(&only.bytes) {
            Some(message) => MessageParser::default().parse(&message).map(|parsed| arrange(&part::list(&parsed))),
            None => None,
        }
        .unwrap_or_else(|| Body { lines: line::of_plain(&only.text()), attachments: Vec::new() });
    }
    arrange(parts)
}

/// The same content under a header that names its boundary: the first line of `--` and a word that comes twice.
fn undeclared_boundary(bytes: &[u8]) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end).collect();
    let marks =
        |line: &&&[u8]| line.len() > 4 && line.starts_with(b"--") && !line.contains(&b' ') && !line.contains(&b'"');
    let first = lines.iter().find(marks)?;
    let again = lines.iter().filter(|line| line.starts_with(first)).count() > 1;
    let head = format!("Content-Type: multipart/mixed; boundary=\"{}\"\r\n\r\n", String::from_utf8_lossy(&first[2..]));
    again.then(|| [head.as_bytes(), bytes].concat())
}

fn arrange(parts: &[Part<'_>]) -> Body {
    let own: Vec<&Part<'_>> = parts.iter().filter(|part| part.level == 0).collect();
    let mut attachments = Vec::new();
    let plain = plain_lines(&own, &mut attachments);
    let rich: Vec<Line> = own
        .iter()
        .filter(|part| part.shown && part.role == Role::Html)
        .flat_map(|part| html::lines(&part.text()))
        .collect();
    let mut lines = choose(plain, rich);
    for part in own.iter().filter(|part| !part.shown) {
        list(part, &mut lines, &mut attachments);
    }
    if !lines.iter().any(|line| line.text.chars().any(char::is_alphanumeric)) {
        lines = within(parts);
    }
    attachments.truncate(limits::ATTACHMENTS);
    Body { lines, attachments }
}

/// The lines of the plain parts; files that stand in the text are taken out of it.
fn plain_lines(own: &[&Part<'_>], attachments: &mut Vec<Attachment>) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in own.iter().filter(|part| part.shown && part.role == Role::Plain) {
        let (text, files) = transfer::uuencoded(&plain(part));
        lines.extend(line::of_plain(&text));
        for file in files {
            attachments.push(attachment(&file.name, "application/octet-stream", &file.bytes));
        }
    }
    lines
}

fn plain(part: &Part<'_>) -> String {
    let text = part.text();
    match part.flowed {
        Some(delete_space) => flowed::join(&text, delete_space),
        None => text,
    }
}

/// HTML where both are there: it is what the sender saw, its lines are whole, and it says what is quoted. Plain text
/// where it holds much more: then the HTML is a frame around something that is not text.
fn choose(plain: Vec<Line>, rich: Vec<Line>) -> Vec<Line> {
    let letters = |lines: &[Line]| {
        lines.iter().map(|line| line.text.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>()
    };
    let (in_plain, in_rich) = (letters(&plain), letters(&rich));
    if in_rich == 0 || in_plain > in_rich * 3 { plain } else { rich }
}

/// Adds a part to the list of files. The container of Outlook is opened: its files are what was sent.
fn list(part: &Part<'_>, lines: &mut Vec<Line>, attachments: &mut Vec<Attachment>) {
    let outlook = part.media_type.ends_with("ms-tnef") || part.name.eq_ignore_ascii_case("winmail.dat");
    let Some(opened) = outlook.then(|| tnef::read(&part.bytes)).flatten() else {
        let name =
            if part.role == Role::Message && part.name.is_empty() { subject(&part.bytes) } else { part.name.clone() };
        attachments.push(attachment(&name, &part.media_type, &part.bytes));
        return;
    };
    if !lines.iter().any(|line| line.text.chars().any(char::is_alphanumeric)) {
        *lines = opened.lines;
    }
    for file in opened.files {
        attachments.push(attachment(&file.name, "application/octet-stream", &file.bytes));
    }
}

fn attachment(name: &str, media_type: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        name: words::one_line(name, 300),
        media_type: media_type.to_owned(),
        size: bytes.len(),
        md5: Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        text_chars: 0,
        skipped: "attachments are not read".to_owned(),
    }
}

/// A message within the message is named by its subject.
fn subject(raw: &[u8]) -> String {
    let headers = crate::mail::headers::scan(raw);
    let subject = headers.find_raw("subject").map(|raw| words::decode(raw, None)).unwrap_or_default();
    format!("{}.eml", words::one_line(&subject, 200))
}

/// The text of the messages within a message that has none of its own: one that is forwarded as a file, or a digest.
fn within(parts: &[Part<'_>]) -> Vec<Line> {
    let inner: Vec<&Part<'_>> = parts.iter().filter(|part| part.level > 0 && part.shown).collect();
    let plain: Vec<Line> =
        inner.iter().filter(|part| part.role == Role::Plain).flat_map(|part| line::of_plain(&plain(part))).collect();
    let rich: Vec<Line> =
        inner.iter().filter(|part| part.role == Role::Html).flat_map(|part| html::lines(&part.text())).collect();
    choose(plain, rich)
}
