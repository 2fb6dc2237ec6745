//! Waiting for news: IDLE (RFC 2177), or just listening where the server has none. Not by async-imap's IDLE handle:
//! that hangs when IDLE is refused, and is silent about a connection that ended.

use std::time::Duration;

use async_imap::imap_proto::RequestId;
use tokio::time::{Instant, timeout_at};

use super::session::{Heard, Session, within};
use crate::mail::MailError;

/// Returns at news or after `limit`. One IDLE lasts at most `renew`: connections that are silent for long are
/// dropped by the machines between, without telling.
pub async fn wait(session: &mut Session, limit: Duration, renew: Duration) -> Result<(), MailError> {
    let end = Instant::now() + limit;
    while !session.mailbox.news && Instant::now() < end {
        if session.capabilities.contains("IDLE") {
            idle(session, end.min(Instant::now() + renew)).await?;
        } else if let Ok(lost) = timeout_at(end, listen(session, None)).await {
            lost?;
        }
    }
    Ok(())
}

/// One IDLE. News that comes before the server's `+` counts as well: the session notes it whenever it comes.
async fn idle(session: &mut Session, end: Instant) -> Result<(), MailError> {
    let limit = session.limit;
    let tag = within("IDLE", limit, async {
        let tag = session.send("IDLE", "").await?;
        loop {
            match session.hear(&mut |_| {}).await? {
                Heard::Continue => return Ok(Some(tag)),
                Heard::Done(..) => return Ok(None),
                Heard::Data => {}
            }
        }
    })
    .await?;
    let listening = match &tag {
        // The limit is outside: the server's "still here" must not prolong it.
        Some(tag) => timeout_at(end, listen(session, Some(tag))).await.unwrap_or(Ok(true))?,
        None => false,
    };
    let Some(tag) = tag.filter(|_| listening) else {
        // Refused, or ended without being asked: asking again at once would be a storm.
        session.capabilities.remove("IDLE");
        return Ok(());
    };
    within("DONE", limit, async {
        session.send_done().await?;
        loop {
            match session.hear(&mut |_| {}).await? {
                Heard::Done(of, outcome) if of == tag => {
                    return outcome.map_err(|refusal| refusal.of(&session.host, "IDLE"));
                }
                _ => {}
            }
        }
    })
    .await
}

/// Until news (true), or until the server ends the command `tag` by itself (false).
async fn listen(session: &mut Session, tag: Option<&RequestId>) -> Result<bool, MailError> {
    while !session.mailbox.news {
        if matches!(session.hear(&mut |_| {}).await?, Heard::Done(of, _) if Some(&of) == tag) {
            return Ok(false);
        }
    }
    Ok(true)
}
