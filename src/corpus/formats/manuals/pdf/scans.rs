//! The pages of a scanned PDF as pictures: what a scanner or a fax put there, taken out as it is and never unpacked here.

use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use super::{dictionary, resources_of};

/// Bytes of all pictures together.
const BYTES: usize = 6_000_000;

/// The largest picture of each of the first pages, as a file of its own (JPEG, or TIFF of a fax), and whether there are
/// more pages. Pictures that are packed in other ways are passed over.
pub fn scans(bytes: &[u8], most: usize) -> (Vec<Vec<u8>>, bool) {
    let Ok(document) = Document::load_mem(bytes) else { return (Vec::new(), false) };
    let pages = document.get_pages();
    let (mut found, mut left, more) = (Vec::new(), BYTES, pages.len() > most);
    for id in pages.into_values().take(most) {
        let picture = largest(&document, id).and_then(|stream| file_of(&document, stream));
        let Some(picture) = picture.filter(|picture| picture.len() <= left) else { continue };
        left -= picture.len();
        found.push(picture);
    }
    (found, more)
}

fn largest(document: &Document, page: ObjectId) -> Option<&Stream> {
    let resources = resources_of(document, page)?;
    let named = dictionary(document, resources.get(b"XObject").ok()?)?;
    let pictures = named.iter().filter_map(|(_, object)| document.dereference(object).ok()?.1.as_stream().ok());
    let pictures = pictures.filter(|stream| name(document, &stream.dict, b"Subtype") == Some(b"Image"));
    pictures.max_by_key(|stream| points(document, &stream.dict))
}

fn points(document: &Document, dict: &Dictionary) -> i64 {
    number(document, dict, b"Width").unwrap_or(0).saturating_mul(number(document, dict, b"Height").unwrap_or(0))
}

fn number(document: &Document, dict: &Dictionary, key: &[u8]) -> Option<i64> {
    document.dereference(dict.get(key).ok()?).ok()?.1.as_i64().ok()
}

fn name<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    sole(document, dict.get(key).ok()?)?.as_name().ok()
}

/// A value, or the only one of a list.
fn sole<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    let object = document.dereference(object).ok()?.1;
    match object.as_array() {
        Ok(list) if list.len() == 1 => Some(document.dereference(&list[0]).ok()?.1),
        Ok(_) => None,
        Err(_) => Some(object),
    }
}

fn file_of(document: &Document, stream: &Stream) -> Option<Vec<u8>> {
    match name(document, &stream.dict, b"Filter")? {
        b"DCTDecode" => Some(stream.content.clone()),
        b"CCITTFaxDecode" => fax(document, stream),
        _ => None,
    }
}

/// A fax (ISO 32000-1, 7.4.6) as TIFF 6.0: the same bytes behind a directory.
fn fax(document: &Document, stream: &Stream) -> Option<Vec<u8>> {
    let settings = stream.dict.get(b"DecodeParms").ok().and_then(|object| sole(document, object)?.as_dict().ok());
    let of = |key: &[u8]| settings.and_then(|dict| number(document, dict, key));
    let width = u32::try_from(of(b"Columns").unwrap_or(1728)).ok()?;
    let height = u32::try_from(number(document, &stream.dict, b"Height")?).ok()?;
    let length = u32::try_from(stream.content.len()).ok()?;
    let group: u32 = if of(b"K").unwrap_or(0) < 0 { 4 } else { 3 };
    const ENTRIES: u16 = 9;
    let begin = 8 + 2 + u32::from(ENTRIES) * 12 + 4;
    let (short, long) = (3_u16, 4_u16);
    let entries: [(u16, u16, u32); ENTRIES as usize] = [
        (256, long, width),
        (257, long, height),
        (258, short, 1),
        (259, short, group),
        (262, short, 0),
        (273, long, begin),
        (277, short, 1),
        (278, long, height),
        (279, long, length),
    ];
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend_from_slice(&ENTRIES.to_le_bytes());
    for (tag, kind, value) in entries {
        file.extend_from_slice(&tag.to_le_bytes());
        file.extend_from_slice(&kind.to_le_bytes());
        file.extend_from_slice(&1_u32.to_le_bytes());
        file.extend_from_slice(&value.to_le_bytes());
    }
    file.extend_from_slice(&0_u32.to_le_bytes());
    file.extend_from_slice(&stream.content);
    Some(file)
}
