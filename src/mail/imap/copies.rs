//! Copies of what left: counted by Message-ID in the folders that hold them, and kept in one.

use async_imap::imap_proto::{MailboxDatum, Response};

use super::fault::protocol;
use super::login::quoted;
use super::session::{Heard, Session, within};
use crate::mail::MailError;

/// How many messages with each of the Message-IDs lie in the folders. Each folder is opened for reading only; one that is
/// not there is an error: nothing can be told from it.
pub async fn count(session: &mut Session, folders: &[String], ids: &[String]) -> Result<Vec<usize>, MailError> {
    let mut counts = vec![0; ids.len()];
    for folder in folders {
        let name =
            quoted(folder).ok_or_else(|| protocol(&session.host, "EXAMINE", "the folder's name is not ASCII"))?;
        session.demand("EXAMINE", &name, &mut |_| {}).await?;
        for (id, count) in ids.iter().zip(&mut counts) {
            let id = quoted(id).ok_or_else(|| protocol(&session.host, "UID SEARCH", "no Message-ID of ours"))?;
            let mut each = |response: &Response<'_>| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                    *count += uids.len();
                }
            };
            session.demand("UID SEARCH", &format!("HEADER Message-ID {id}"), &mut each).await?;
        }
    }
    Ok(counts)
}

/// Appends a message that is read already. A missing folder is made.
pub async fn keep(session: &mut Session, folder: &str, wire: &[u8]) -> Result<(), MailError> {
    let refused = |host: &str, reason: &str| protocol(host, "APPEND", reason);
    let name = quoted(folder).ok_or_else(|| refused(&session.host, "the folder's name is not ASCII"))?;
    let text = std::str::from_utf8(wire).map_err(|_| refused(&session.host, "the message is not 7-bit text"))?;
    let limit = session.limit;
    for again in [false, true] {
        if again {
            // Refused when another connection was faster: the second APPEND tells.
            let _ = session.run("CREATE", &name, limit, &mut |_| {}).await?;
        }
        let outcome = within("APPEND", limit, async {
            let tag = session.send("APPEND", &format!("{name} (\\Seen) {{{}}}", text.len())).await?;
            loop {
                match session.hear(&mut |_| {}).await? {
                    Heard::Continue => session.send_literal(text).await?,
                    Heard::Done(of, outcome) if of == tag => return Ok(outcome),
                    Heard::Done(..) => return Err(refused(&session.host, "an answer to another command came")),
                    Heard::Data => {}
                }
            }
        })
        .await?;
        match outcome {
            Ok(()) => return Ok(()),
            Err(refusal) if refusal.code == "TRYCREATE" && !again => {}
            Err(refusal) => return Err(refusal.of(&session.host, "APPEND")),
        }
    }
    Ok(())
}
