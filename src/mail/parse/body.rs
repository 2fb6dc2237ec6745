//! The text of a message, and its files.

use mail_parser::MessageParser;

use super::File;
use super::armor;
use super::part::{self, Part, Role};
use crate::mail::text::line::{self, Line};
use crate::mail::{cms, flowed, html, limits, structure, tnef, transfer, words};

/// The readable content of a message.
#[derive(Default)]
pub struct Body {
    /// The lines of its text.
    pub lines: Vec<Line>,
    /// The files that came with it.
    pub files: Vec<File>,
    /// True where what was written is encrypted.
    pub encrypted: bool,
}

/// Signed texts within signed texts that are opened: a list that signs what was signed.
const SIGNED_DEPTH: usize = 3;
/// So few words beside something encrypted are no question: what a mail program or a list adds.
const FEW_WORDS: usize = 12;

/// Chooses the text and lists the files. A message whose boundary is not declared is given the one that its lines show.
pub fn read(parts: &[Part<'_>]) -> Body {
    let mut body = within_signatures(parts, 0);
    let (lines, encrypted) = armor::take_off(std::mem::take(&mut body.lines));
    body.lines = lines;
    body.encrypted |= encrypted;
    let words = body.lines.iter().flat_map(|line| line.text.split_whitespace());
    body.encrypted &= words.filter(|word| word.contains(char::is_alphanumeric)).take(FEW_WORDS).count() < FEW_WORDS;
    body
}

/// The content of a signed text that is packed as one part (RFC 8551 section 3.5.2), or of the parts as they are.
fn within_signatures(parts: &[Part<'_>], depth: usize) -> Body {
    let packed = parts.iter().enumerate().filter(|(_, part)| part.level == 0 && is_smime(part));
    let mut encrypted = parts.iter().any(|part| part.level == 0 && is_envelope(&part.media_type));
    for (n, part) in packed {
        match cms::open(&part.bytes) {
            cms::Content::Envelope => encrypted = true,
            cms::Content::Signed(entity) if depth < SIGNED_DEPTH && structure::fault(&entity).is_none() => {
                let Some(parsed) = MessageParser::default().parse(&entity) else { continue };
                let mut body = within_signatures(&part::list(&parsed), depth + 1);
                let mut lines = Vec::new();
                for (_, other) in parts.iter().enumerate().filter(|(m, part)| *m != n && part.level == 0 && !part.shown)
                {
                    list(other, &mut lines, &mut body.files);
                }
                return body;
            }
            _ => {}
        }
    }
    Body { encrypted, ..plainly(parts) }
}

fn is_smime(part: &Part<'_>) -> bool {
    matches!(part.media_type.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
        || part.name.to_ascii_lowercase().ends_with(".p7m")
}

/// Types that say that something is encrypted (RFC 3156 section 4; rights management of Microsoft).
fn is_envelope(media_type: &str) -> bool {
    matches!(media_type, "application/pgp-encrypted" | "application/x-microsoft-rpmsg-message")
}

fn plainly(parts: &[Part<'_>]) -> Body {
    if let [only] = parts
        && only.media_type.starts_with("multipart/")
    {
        return match undeclared_boundary(&only.bytes) {
            Some(message) => MessageParser::default().parse(&message).map(|parsed| arrange(&part::list(&parsed))),
            None => None,
        }
        .unwrap_or_else(|| Body { lines: line::of_plain(&only.text()), ..Body::default() });
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
    let mut files = Vec::new();
    let plain = plain_lines(&own, &mut files);
    let rich: Vec<Line> = own
        .iter()
        .filter(|part| part.shown && part.role == Role::Html)
        .flat_map(|part| html::lines(&part.text()))
        .collect();
    let mut lines = choose(plain, rich);
    for part in own.iter().filter(|part| !part.shown) {
        list(part, &mut lines, &mut files);
    }
    if !lines.iter().any(|line| line.text.chars().any(char::is_alphanumeric)) {
        lines = within(parts);
    }
    files.truncate(limits::ATTACHMENTS);
    Body { lines, files, encrypted: false }
}

/// The lines of the plain parts; files that stand in the text are taken out of it.
fn plain_lines(own: &[&Part<'_>], files: &mut Vec<File>) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in own.iter().filter(|part| part.shown && part.role == Role::Plain) {
        let (text, within) = transfer::uuencoded(&plain(part));
        lines.extend(line::of_plain(&text));
        files.extend(within.into_iter().map(|file| File::untyped(&file.name, file.bytes)));
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
fn list(part: &Part<'_>, lines: &mut Vec<Line>, files: &mut Vec<File>) {
    let outlook = part.media_type.ends_with("ms-tnef") || part.name.eq_ignore_ascii_case("winmail.dat");
    let Some(opened) = outlook.then(|| tnef::read(&part.bytes)).flatten() else {
        let name =
            if part.role == Role::Message && part.name.is_empty() { subject(&part.bytes) } else { part.name.clone() };
        let charset = part.charset.clone();
        files.push(File { charset, inline: part.inline, ..File::new(&name, &part.media_type, part.bytes.to_vec()) });
        return;
    };
    if !lines.iter().any(|line| line.text.chars().any(char::is_alphanumeric)) {
        *lines = opened.lines;
    }
    files.extend(opened.files.into_iter().map(|file| File::untyped(&file.name, file.bytes)));
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
