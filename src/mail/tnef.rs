//! winmail.dat: the container in which Outlook sends its own format (MS-OXTNEF). Its files and its text are taken out.

mod mapi;
mod rtf;

pub use rtf::to_text as text_of_rtf;

use super::text::line::{self, Line};
use super::{charset, html, limits};

/// A file of the container.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// The name it was given.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the container holds.
#[derive(Debug, Default)]
pub struct Opened {
    /// The text of the message.
    pub lines: Vec<Line>,
    /// Its files.
    pub files: Vec<File>,
}

const SIGNATURE: u32 = 0x223E_9F78;
const BODY: u32 = 0x0002_800C;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const CODE_PAGE: u32 = 0x0006_9007;
const NEW_FILE: u32 = 0x0006_9002;
const FILE_TITLE: u32 = 0x0001_8010;
const FILE_DATA: u32 = 0x0006_800F;
const FILE_PROPERTIES: u32 = 0x0006_9005;

/// Opens the container; `None` when it is none. What is cut off or garbled ends it where it is.
pub fn read(bytes: &[u8]) -> Option<Opened> {
    let mut rest = bytes.get(6..).filter(|_| number(bytes, 0) == Some(SIGNATURE))?;
    let mut opened = Opened::default();
    let mut page = String::from("windows-1252");
    let mut total = 0_usize;
    while let Some((tag, data, next)) = attribute(rest) {
        rest = next;
        total = total.saturating_add(data.len());
        if total > limits::UNPACKED_BYTES || opened.files.len() > limits::ATTACHMENTS {
            break;
        }
        match tag {
            CODE_PAGE => page = number(data, 0).map_or(page, |number| format!("windows-{number}")),
            BODY if opened.lines.is_empty() => opened.lines = line::of_plain(&text(data, &page)),
            MESSAGE_PROPERTIES => message(data, &page, &mut opened),
            NEW_FILE => opened.files.push(File { name: String::new(), bytes: Vec::new() }),
            _ => {
                if let Some(file) = opened.files.last_mut() {
                    part_of_file(tag, data, &page, file);
                }
            }
        }
    }
    opened.files.retain(|file| !file.bytes.is_empty() || !file.name.is_empty());
    Some(opened)
}

/// Level, tag, length, data, checksum.
fn attribute(rest: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let tag = number(rest, 1)?;
    let length = usize::try_from(number(rest, 5)?).ok()?;
    let data = rest.get(9..9_usize.checked_add(length)?)?;
    Some((tag, data, rest.get(9 + length + 2..).unwrap_or_default()))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn text(bytes: &[u8], page: &str) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    charset::decode(&bytes[..end], Some(page))
}

fn message(data: &[u8], page: &str, opened: &mut Opened) {
    let properties = mapi::read(data);
    let find = |id: u16| properties.iter().find(|property| property.id == id);
    if let Some(page) = find(mapi::BODY_HTML).map(|property| &property.value) {
        opened.lines = html::lines(&charset::decode(page, None));
    } else if let Some(body) = find(mapi::BODY).map(|property| property.text(page)) {
        opened.lines = line::of_plain(&body);
    } else if let Some(packed) = find(mapi::RTF_COMPRESSED)
        && let Some(unpacked) = rtf::unpack(&packed.value)
    {
        opened.lines = line::of_plain(&rtf::to_text(&unpacked));
    }
}

fn part_of_file(tag: u32, data: &[u8], page: &str, file: &mut File) {
    match tag {
        FILE_TITLE if file.name.is_empty() => file.name = text(data, page),
        FILE_DATA => file.bytes = data.to_vec(),
        FILE_PROPERTIES => {
            for property in mapi::read(data) {
                match property.id {
                    mapi::FILE_LONG_NAME => file.name = property.text(page),
                    // An object begins with the sixteen bytes of its interface.
                    mapi::FILE_OBJECT if file.bytes.is_empty() => {
                        file.bytes = property.value.get(16..).unwrap_or_default().to_vec();
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A container with a text and one file.
    fn container() -> Vec<u8> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        bytes.extend([1, 0]);
        let mut add = |level: u8, tag: u32, data: &[u8]| {
            bytes.push(level);
            bytes.extend(tag.to_le_bytes());
            bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
            bytes.extend(data);
            bytes.extend([0, 0]);
        };
        add(1, BODY, b"Is 45385 right?\0");
        add(2, NEW_FILE, &[0; 14]);
        add(2, FILE_TITLE, b"note.txt\0");
        add(2, FILE_DATA, b"polyp");
        bytes
    }

    #[test]
    fn text_and_files_are_taken_out() {
        let opened = read(&container()).unwrap();
        assert_eq!(line::join(&opened.lines), "Is 45385 right?\n");
        assert_eq!(opened.files, [File { name: "note.txt".to_owned(), bytes: b"polyp".to_vec() }]);
        assert!(read(b"no container at all").is_none());
    }

    proptest! {
        #[test]
        fn a_garbled_container_does_no_harm(at in 6..80_usize, byte: u8, cut in 0..100_usize) {
            let mut bytes = container();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(6));
            let _ = read(&bytes);
        }
    }
}
