//! A message made safe to transmit: the server must find its end where we put it, and nowhere else.

use crate::mail::SendError;

/// Every line end as CRLF and every leading dot doubled (RFC 5321 sections 2.3.8 and 4.5.2), with a line end last.
///
/// A lone CR or LF becomes a line end *before* the dots are doubled: servers disagree on whether `LF . LF` ends a
/// message, and what follows it would be taken for commands (SMTP smuggling, CVE-2023-51764).
pub(super) fn transmissible(wire: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(wire.len() + wire.len() / 50 + 2);
    let mut rest = wire;
    while !rest.is_empty() {
        if rest[0] == b'.' {
            out.push(b'.');
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match after {
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            [] => after,
        };
    }
    out
}

/// Refuses what could end the path in `MAIL FROM:<…>` early or begin another command.
pub(super) fn check_path(path: &str, may_be_empty: bool) -> Result<(), SendError> {
    let fit = path.len() <= 254 && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte));
    if fit && (path.contains('@') || (path.is_empty() && may_be_empty)) {
        Ok(())
    } else {
        Err(SendError::Permanent("the envelope holds an address that SMTP cannot carry".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_line_end_is_crlf_and_every_leading_dot_is_doubled() {
        for (given, sent) in [
            (&b"a\r\n.b\r\n"[..], &b"a\r\n..b\r\n"[..]),
            (b"a\n.\nMAIL FROM:<x@y>\n", b"a\r\n..\r\nMAIL FROM:<x@y>\r\n"),
            (b"a\r.\r", b"a\r\n..\r\n"),
            (b"a\r\r\n.", b"a\r\n\r\n..\r\n"),
            (b".", b"..\r\n"),
            (b"a", b"a\r\n"),
            (b"\n", b"\r\n"),
            (b"", b""),
        ] {
            assert_eq!(transmissible(given), sent, "{:?}", String::from_utf8_lossy(given));
        }
    }

    #[test]
    fn a_path_cannot_carry_a_second_command() {
        for path in ["a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b>", "ä@b", "", "nobody"] {
            assert!(check_path(path, false).is_err(), "{path:?}");
        }
        assert!(check_path("a@b.test", false).is_ok() && check_path("", true).is_ok());
    }

    proptest! {
        #[test]
        fn a_receiver_finds_exactly_the_lines_that_were_sent(wire in "[a\\r\\n.]{0,40}") {
            let sent = transmissible(wire.as_bytes());
            let text = String::from_utf8(sent).unwrap();
            prop_assert!(text.is_empty() || text.ends_with("\r\n"));
            let lines: Vec<&str> = text.split_terminator("\r\n").collect();
            prop_assert!(lines.iter().all(|line| !line.contains(['\r', '\n']) && *line != "."));
            let received: Vec<&str> = lines.iter().map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            let given = wire.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(received, given.split_terminator('\n').collect::<Vec<_>>());
        }
    }
}
