//! Tag lists by the letter (RFC 6376 section 3.2). Readers that forgive differ in what they forgive.

/// The tags of a signature or a seal; `None` where a name is odd or stands twice, a tag is empty, or a byte is none that
/// people write.
pub fn parse(value: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(value).ok()?;
    if text.chars().any(|c| c.is_control() && !c.is_ascii_whitespace()) {
        return None;
    }
    let text = text.trim();
    let text = text.strip_suffix(';').unwrap_or(text);
    let mut found: Vec<(String, String)> = Vec::new();
    for tag in text.split(';') {
        let (name, value) = tag.split_once('=')?;
        let name = name.trim();
        // Names are told apart by case, and every one that is in use is in lower case.
        let sound = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !sound || found.iter().any(|(other, _)| other == name) {
            return None;
        }
        found.push((name.to_owned(), value.trim().to_owned()));
    }
    Some(found)
}

/// The value of a tag.
pub fn find<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    tags.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_is_read_by_the_letter() {
        let tags = parse(b" a=rsa-sha256; d = clinic.test ;\r\n\tb=Ab=;").unwrap();
        assert_eq!(find(&tags, "d"), Some("clinic.test"));
        assert_eq!(find(&tags, "b"), Some("Ab="));
        for odd in ["a=x; a=y", "a=x;; b=y", "S=x", "_=", "a", "", "s=x\u{0}y"] {
            assert_eq!(parse(odd.as_bytes()), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse(&value);
        }
    }
}
