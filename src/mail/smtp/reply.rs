//! What the server says (RFC 5321 section 4.2), and the part of it that may be shown.

use std::sync::LazyLock;

use regex::Regex;

/// Bytes of a reply that are shown or stored.
const SHOWN: usize = 200;

/// A complete reply: its code, and its text with line ends as spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// 2 for 2yz, and so on.
    pub(super) fn class(&self) -> u16 {
        self.code / 100
    }

    /// Code and text in one short line without addresses.
    pub(super) fn shown(&self) -> String {
        shown(&format!("{} {}", self.code, self.lines.join(" ")))
    }
}

/// One line of a reply: its code, whether another line follows, and its text.
pub(super) fn parse_line(line: &str) -> Option<(u16, bool, &str)> {
    let code = line.get(..3)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit()) || !(b'2'..=b'5').contains(&code.as_bytes()[0]) {
        return None;
    }
    let (more, text) = match line.as_bytes().get(3) {
        None => (false, ""),
        Some(b' ') => (false, &line[4..]),
        Some(b'-') => (true, &line[4..]),
        Some(_) => return None,
    };
    Some((code.parse().ok()?, more, text))
}

/// A stranger's words made fit for a log: one short line, no control characters, addresses masked.
pub(super) fn shown(text: &str) -> String {
    static LOCAL_PART: LazyLock<Regex> = LazyLock::new(|| {
        let plain = r#"([^\s<>@"'(),:;\[\]/?&])[^\s<>@"'(),:;\[\]/?&]*?(@|%40)"#;
        Regex::new(&format!(r#""[^"]*"@|{plain}"#)).expect("a literal, covered by the tests below")
    });
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let masked = LOCAL_PART.replace_all(&words, "${1}…@").into_owned();
    if masked.len() <= SHOWN {
        return masked;
    }
    format!("{}…", &masked[..masked.floor_char_boundary(SHOWN)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_code_a_mark_and_a_text() {
        assert_eq!(parse_line("250-SIZE 1000"), Some((250, true, "SIZE 1000")));
        assert_eq!(parse_line("250 ok"), Some((250, false, "ok")));
        assert_eq!(parse_line("354"), Some((354, false, "")));
        for line in ["", "25", "2x0 ok", "250ok", "999 no", "SSH-2.0", "25é ok"] {
            assert_eq!(parse_line(line), None, "{line:?}");
        }
    }

    #[test]
    fn nobody_is_named_in_what_is_shown() {
        assert_eq!(shown("550 <ann.smith@clinic.test>: unknown\r\n\u{1b}[31m"), "550 <a…@clinic.test>: unknown [31m");
        assert_eq!(shown("\"ann smith\"@clinic.test no"), "…@clinic.test no");
        assert_eq!(shown("see http://x.test/?e=ann%40clinic.test"), "see http://x.test/?e…@clinic.test");
        assert!(shown(&"ä".repeat(500)).len() <= SHOWN + 3);
    }
}
