//! AUTH PLAIN and LOGIN (RFC 4954, RFC 4616). Only ever called over TLS.

use tokio::io::{AsyncRead, AsyncWrite};

use super::channel::{Channel, Fault};
use super::reply::Reply;
use crate::config::Secret;

/// Which of the offered mechanisms is used: PLAIN before LOGIN.
pub(super) fn choose(offered: &[String]) -> Option<&'static str> {
    let has = |name: &str| offered.iter().any(|mechanism| mechanism.eq_ignore_ascii_case(name));
    ["PLAIN", "LOGIN"].into_iter().find(|name| has(name))
}

/// Signs in; the last reply says whether it worked.
pub(super) async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    channel: &mut Channel<S>,
    mechanism: &str,
    user: &str,
    password: &Secret,
) -> Result<Reply, Fault> {
    if mechanism == "PLAIN" {
        let response = base64(format!("\0{user}\0{}", password.expose()).as_bytes());
        return channel.command(&format!("AUTH PLAIN {response}")).await;
    }
    let mut reply = channel.command("AUTH LOGIN").await?;
    for answer in [user, password.expose()] {
        if reply.code != 334 {
            return Ok(reply);
        }
        reply = channel.command(&base64(answer.as_bytes())).await?;
    }
    Ok(reply)
}

/// RFC 4648 section 4, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
