//! How large a picture says that it is, from its first bytes: nothing is unpacked.

/// Width and height in points; `None` where the format does not tell it at a fixed place.
pub fn size(bytes: &[u8]) -> Option<(u64, u64)> {
    match bytes {
        // PNG: the first chunk is IHDR (RFC 2083 section 4.1.1).
        [0x89, b'P', b'N', b'G', ..] => Some((number(bytes, 16, 4, false)?, number(bytes, 20, 4, false)?)),
        [b'G', b'I', b'F', ..] => Some((number(bytes, 6, 2, true)?, number(bytes, 8, 2, true)?)),
        [b'B', b'M', ..] => {
            // A height below zero means that the rows begin at the top.
            let height = u32::try_from(number(bytes, 22, 4, true)?).ok()?.cast_signed().unsigned_abs();
            Some((number(bytes, 18, 4, true)?, u64::from(height)))
        }
        [0xff, 0xd8, ..] => jpeg(bytes),
        [b'I', b'I', ..] => tiff(bytes, true),
        [b'M', b'M', ..] => tiff(bytes, false),
        _ => None,
    }
}

/// An empty page of 400 by 200 points, as a bitmap of one bit a point.
pub fn blank() -> Vec<u8> {
    const ROWS: u32 = 200;
    const ROW_BYTES: u32 = 52;
    let size = ROWS * ROW_BYTES;
    let mut bytes = b"BM".to_vec();
    // The file header, the information header of 40 bytes, and a palette of white and white (MS bitmap format).
    for number in [62 + size, 0, 62, 40, 400, ROWS, 1 | 1 << 16, 0, size, 2835, 2835, 2, 2, 0x00ff_ffff, 0x00ff_ffff] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.resize(bytes.len() + size as usize, 0);
    bytes
}

fn number(bytes: &[u8], at: usize, length: usize, little: bool) -> Option<u64> {
    let figures = bytes.get(at..at.checked_add(length)?)?;
    let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    Some(if little { figures.iter().rev().fold(0, join) } else { figures.iter().fold(0, join) })
}

/// The frame header among the segments (ITU-T T.81, B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0x00 | 0x02..0xc0 | 0xc4 | 0xc8 | 0xcc | 0xd9..=0xfe => {
                at += 2 + usize::try_from(number(bytes, at + 2, 2, false)?).ok()?
            }
            _ => return Some((number(bytes, at + 7, 2, false)?, number(bytes, at + 5, 2, false)?)),
        }
    }
}

/// Tags 256 and 257 of the first directory (TIFF 6.0, section 2).
fn tiff(bytes: &[u8], little: bool) -> Option<(u64, u64)> {
    let directory = usize::try_from(number(bytes, 4, 4, little)?).ok()?;
    let entries = usize::try_from(number(bytes, directory, 2, little)?).ok()?;
    let value = |tag: u64| {
        let mut all = (0..entries).map(|n| directory + 2 + n * 12);
        let at = all.find(|at| number(bytes, *at, 2, little) == Some(tag))?;
        let length = if number(bytes, at + 2, 2, little)? == 3 { 2 } else { 4 };
        number(bytes, at + 8, length, little)
    };
    Some((value(256)?, value(257)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_size_of_a_picture_is_read_from_its_head() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x02\0\x08\x02";
        assert_eq!(size(png), Some((1024, 512)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x02\0\x04\0";
        assert_eq!(size(jpeg), Some((1024, 512)));
        assert_eq!(size(b"GIF89a\0\x04\0\x02"), Some((1024, 512)));
        let tiff = b"II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\0\x04\0\0\x01\x01\x04\0\x01\0\0\0\0\x02\0\0";
        assert_eq!(size(tiff), Some((1024, 512)));
        assert_eq!(size(b"RIFF\0\0\0\0WEBP"), None);
        assert_eq!((size(&blank()), blank().len()), (Some((400, 200)), 62 + 200 * 52));
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(begin in "\u{89}PNG|GIF|BM|II|MM|", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = size(&[begin.as_bytes(), &bytes].concat());
            let _ = size(&[&[0xff, 0xd8][..], &bytes].concat());
        }
    }
}
