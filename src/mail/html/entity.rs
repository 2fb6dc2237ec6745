//! Characters that HTML writes by name or number.

use std::borrow::Cow;

/// The longest name of the standard is `CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;

/// Replaces each `&name;` and `&#number;`; what is neither stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match reference(rest) {
            Some((decoded, length)) => {
                out.push_str(&decoded);
                rest = &rest[length..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text of the reference at the beginning, and its length behind the `&`.
fn reference(rest: &str) -> Option<(String, usize)> {
    let window = rest.as_bytes().get(..LONGEST.min(rest.len()))?;
    if window.first() == Some(&b'#') {
        let hex = matches!(window.get(1), Some(b'x' | b'X'));
        let begin = if hex { 2 } else { 1 };
        let digits = window[begin..].iter().take_while(|b| (**b as char).is_digit(if hex { 16 } else { 10 })).count();
        let number = u32::from_str_radix(rest.get(begin..begin + digits)?, if hex { 16 } else { 10 }).ok()?;
        let length = begin + digits + usize::from(window.get(begin + digits) == Some(&b';'));
        return Some((numbered(number)?.to_string(), length));
    }
    let name = window.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    // With its semicolon first; the names of HTML 2 also stand without one, where no letter follows them.
    let closed = window.get(name) == Some(&b';');
    let key = rest.get(..name + usize::from(closed))?;
    let (first, second) = markup5ever::data::NAMED_ENTITIES.get(key).copied().filter(|(first, _)| *first != 0)?;
    let text = [first, second].into_iter().filter(|c| *c != 0).filter_map(char::from_u32).collect();
    Some((text, key.len()))
}

/// As browsers do: 80 to 9F mean the characters of Windows-1252.
fn numbered(number: u32) -> Option<char> {
    if let (0x80..=0x9f, Ok(byte)) = (number, u8::try_from(number)) {
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
    }
    char::from_u32(number).filter(|c| *c != '\0')
}
