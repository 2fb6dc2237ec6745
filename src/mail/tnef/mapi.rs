//! The list of MAPI properties within a container (MS-OXTNEF section 2.1.3.4).

use crate::mail::charset;

/// PidTagBody.
pub const BODY: u16 = 0x1000;
/// PidTagRtfCompressed.
pub const RTF_COMPRESSED: u16 = 0x1009;
/// PidTagBodyHtml.
pub const BODY_HTML: u16 = 0x1013;
/// PidTagAttachLongFilename.
pub const FILE_LONG_NAME: u16 = 0x3707;
/// PidTagAttachDataObject.
pub const FILE_OBJECT: u16 = 0x3701;

/// Properties of one list that are read: Outlook writes about a hundred.
const MOST: u32 = 2_000;
const UNICODE: u16 = 0x001f;

/// One property.
pub struct Property {
    /// Its number.
    pub id: u16,
    kind: u16,
    /// Its first value, as bytes.
    pub value: Vec<u8>,
}

impl Property {
    /// The value as text.
    pub fn text(&self, page: &str) -> String {
        let label = if self.kind & 0x0fff == UNICODE { "utf-16le" } else { page };
        charset::decode(&self.value, Some(label)).trim_end_matches('\0').to_owned()
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A length and as many bytes, filled up to a multiple of four.
    fn counted(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let value = self.take(length)?;
        self.take(length.next_multiple_of(4) - length)?;
        Some(value)
    }
}

/// The properties, up to the first that cannot be read.
pub fn read(data: &[u8]) -> Vec<Property> {
    let mut reader = Reader { rest: data };
    let count = reader.number().unwrap_or(0).min(MOST);
    (0..count).map_while(|_| property(&mut reader)).collect()
}

fn property(reader: &mut Reader<'_>) -> Option<Property> {
    let head = reader.number()?.to_le_bytes();
    let (kind, id) = (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
    if id >= 0x8000 {
        reader.take(16)?;
        match reader.number()? {
            0 => drop(reader.number()?),
            _ => drop(reader.counted()?),
        }
    }
    let many = kind & 0x1000 != 0;
    let width = match kind & 0x0fff {
        0x0002..=0x0004 | 0x000a | 0x000b => Some(4),
        0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        0x000d | 0x001e | 0x001f | 0x0102 => None,
        _ => return None,
    };
    let count = if many || width.is_none() { reader.number()? } else { 1 };
    let mut first = Vec::new();
    for n in 0..count.min(MOST) {
        let value = match width {
            Some(width) => reader.take(width)?,
            None => reader.counted()?,
        };
        if n == 0 {
            first = value.to_vec();
        }
    }
    Some(Property { id, kind, value: first })
}
