//! AUTH PLAIN, LOGIN and XOAUTH2 (RFC 4954, RFC 4616). Only ever called over TLS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncWrite};

use super::channel::{Channel, Fault};
use super::reply::Reply;
use crate::config::Secret;
use crate::mail::token;

/// Which of the offered mechanisms is used: XOAUTH2 for tokens; for passwords PLAIN before LOGIN.
pub(super) fn choose(offered: &[String], by_token: bool) -> Option<&'static str> {
    let has = |name: &str| offered.iter().any(|mechanism| mechanism.eq_ignore_ascii_case(name));
    let usable: &[&'static str] = if by_token { &["XOAUTH2"] } else { &["PLAIN", "LOGIN"] };
    usable.iter().copied().find(|name| has(name))
}

/// Signs in; the last reply says whether it worked.
pub(super) async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    channel: &mut Channel<S>,
    mechanism: &str,
    user: &str,
    password: &Secret,
) -> Result<Reply, Fault> {
    if mechanism == "XOAUTH2" {
        let response = STANDARD.encode(token::xoauth2(user, password.expose()));
        let reply = channel.command(&format!("AUTH XOAUTH2 {response}")).await?;
        // What is wrong comes as a challenge; only an answer to it brings the refusal.
        return if reply.code == 334 { channel.command("").await } else { Ok(reply) };
    }
    if mechanism == "PLAIN" {
        let response = STANDARD.encode(format!("\0{user}\0{}", password.expose()));
        return channel.command(&format!("AUTH PLAIN {response}")).await;
    }
    let mut reply = channel.command("AUTH LOGIN").await?;
    for answer in [user, password.expose()] {
        if reply.code != 334 {
            return Ok(reply);
        }
        reply = channel.command(&STANDARD.encode(answer)).await?;
    }
    Ok(reply)
}
