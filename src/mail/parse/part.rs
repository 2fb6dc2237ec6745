//! The parts of a message in the order in which they stand, those of messages within it included.

use std::borrow::Cow;

use mail_parser::{Encoding, Message, MessagePart, MimeHeaders as _, PartType};

use crate::mail::{charset, limits, transfer, words};

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Shown as the text of the message: its plain form.
    Plain,
    /// Shown as the text of the message: its HTML form.
    Html,
    /// A file, or a picture within the text.
    File,
    /// A message within the message.
    Message,
}

/// One part with content.
pub struct Part<'a> {
    /// What it is for. Text that is shown in both forms appears once, as what it is.
    pub role: Role,
    /// True for text that the parser counts to the body.
    pub shown: bool,
    /// `type/subtype`, in lower case.
    pub media_type: String,
    /// Its declared charset.
    pub charset: Option<String>,
    /// `format=flowed`, and whether with `delsp=yes`.
    pub flowed: Option<bool>,
    /// The name it was given, one line.
    pub name: String,
    /// True for what stands within the text, as a picture of a signature does (RFC 2183 section 2.1, RFC 2392).
    pub inline: bool,
    /// Its bytes, transfer encoding undone.
    pub bytes: Cow<'a, [u8]>,
    /// How many messages it stands within; 0 for the parts of the message itself.
    pub level: usize,
}

impl Part<'_> {
    /// Its bytes as text.
    pub fn text(&self) -> String {
        let declared = self
            .charset
            .clone()
            .or_else(|| (self.media_type == "text/html").then(|| meta_charset(&self.bytes)).flatten());
        charset::decode(&self.bytes, declared.as_deref())
    }
}

/// The charset that an HTML page names in its head.
fn meta_charset(html: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&html[..html.len().min(2_000)]).to_ascii_lowercase();
    let rest = head.split_once("charset=")?.1.trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| c.is_whitespace() || "\"'>;/".contains(c))?;
    Some(rest[..end].to_owned())
}

/// Every part with content, at most as many as are read of a message.
pub fn list<'a>(message: &'a Message<'a>) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    collect(message, 0, &mut found);
    found
}

fn collect<'a>(message: &'a Message<'a>, level: usize, found: &mut Vec<Part<'a>>) {
    for (n, part) in message.parts.iter().enumerate() {
        if found.len() >= limits::PARTS {
            return;
        }
        let id = u32::try_from(n).unwrap_or(u32::MAX);
        let shown = message.text_body.contains(&id) || message.html_body.contains(&id);
        let role = match &part.body {
            PartType::Multipart(_) => continue,
            PartType::Message(_) => Role::Message,
            PartType::Html(_) => Role::Html,
            PartType::Text(_) => Role::Plain,
            PartType::Binary(_) | PartType::InlineBinary(_) => Role::File,
        };
        let (media_type, charset, flowed) = kind(part);
        // A text that ends with the message instead of its boundary is text all the same.
        let torn = part.is_encoding_problem && matches!(media_type.as_str(), "" | "text/plain" | "text/html");
        let shown = shown || (torn && part.attachment_name().is_none());
        let role = if role == Role::Plain && media_type == "text/html" { Role::Html } else { role };
        let plain = role == Role::Plain && !matches!(media_type.as_str(), "" | "text/plain");
        found.push(Part {
            role: if plain && !shown { Role::File } else { role },
            shown: shown && matches!(role, Role::Plain | Role::Html),
            charset,
            flowed,
            name: part
                .attachment_name()
                .map(|name| words::one_line(&words::decode(name.as_bytes(), None), 300))
                .unwrap_or_default(),
            inline: part.content_id().is_some() || part.content_disposition().is_some_and(|kind| kind.is_inline()),
            bytes: bytes(message, part),
            media_type: if media_type.is_empty() { "text/plain".to_owned() } else { media_type },
            level,
        });
        if let PartType::Message(inner) = &part.body
            && level < limits::DEPTH
        {
            collect(inner, level + 1, found);
        }
    }
}

fn kind(part: &MessagePart<'_>) -> (String, Option<String>, Option<bool>) {
    let Some(declared) = part.content_type() else { return (String::new(), None, None) };
    let subtype = declared.subtype().unwrap_or(if declared.ctype().eq_ignore_ascii_case("text") {
        "plain"
    } else {
        "octet-stream"
    });
    let is = |name: &str, value: &str| declared.attribute(name).is_some_and(|v| v.eq_ignore_ascii_case(value));
    (
        words::one_line(&format!("{}/{subtype}", declared.ctype()).to_ascii_lowercase(), 120),
        declared.attribute("charset").map(str::to_owned),
        is("format", "flowed").then(|| is("delsp", "yes")),
    )
}

/// The bytes of a part as they were before their transfer encoding. From the raw message, because the parser has
/// turned text into another charset already.
fn bytes<'a>(message: &'a Message<'a>, part: &'a MessagePart<'a>) -> Cow<'a, [u8]> {
    let (begin, end) = (part.offset_body as usize, part.offset_end as usize);
    let raw = message.raw_message.get(begin..end.max(begin)).unwrap_or_default();
    let declared = part.content_transfer_encoding().unwrap_or("").trim().to_ascii_lowercase();
    match part.encoding {
        Encoding::Base64 => Cow::Owned(transfer::base64(raw)),
        Encoding::QuotedPrintable => Cow::Owned(transfer::quoted_printable(raw)),
        Encoding::None if declared == "base64" && !part.is_message() => Cow::Owned(transfer::base64(raw)),
        Encoding::None if declared == "quoted-printable" && !part.is_message() => {
            Cow::Owned(transfer::quoted_printable(raw))
        }
        Encoding::None if declared.ends_with("uuencode") || declared == "x-uue" => {
            let (_, files) = transfer::uuencoded(&String::from_utf8_lossy(raw));
            files.into_iter().next().map_or(Cow::Borrowed(raw), |file| Cow::Owned(file.bytes))
        }
        Encoding::None => Cow::Borrowed(raw),
    }
}

/// Why the parts stand too deep in each other, if they do.
pub fn fault(message: &Message<'_>) -> Option<String> {
    let depth = depth(message, 0);
    (depth > limits::DEPTH).then(|| "its parts stand too deep in each other".to_owned())
}

/// The depth of the deepest part, found without calling deeper than the limit.
fn depth(message: &Message<'_>, level: usize) -> usize {
    if level > limits::DEPTH {
        return level;
    }
    let mut depths = vec![level; message.parts.len()];
    let mut deepest = level;
    for (n, part) in message.parts.iter().enumerate() {
        let here = depths[n];
        deepest = deepest.max(here);
        match &part.body {
            // Parts are listed before those within them.
            PartType::Multipart(inner) => {
                for id in inner.iter().map(|id| *id as usize).filter(|id| *id > n && *id < message.parts.len()) {
                    depths[id] = here + 1;
                }
            }
            PartType::Message(inner) => deepest = deepest.max(depth(inner, here + 1)),
            _ => {}
        }
    }
    deepest
}
