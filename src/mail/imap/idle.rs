//! Waiting for news: IDLE (RFC 2177), or just listening where the server has none.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::answer::Answer;
use super::session::{Session, within};
use super::wire::Stream;
use crate::mail::MailError;

/// Returns at news or after `limit`. One IDLE lasts at most `renew`: connections that are silent for long are
/// dropped by the machines between, without telling.
pub async fn wait<S: Stream>(session: &mut Session<S>, limit: Duration, renew: Duration) -> Result<(), MailError> {
    let end = Instant::now() + limit;
    while !session.mailbox.news && Instant::now() < end {
        if session.capabilities.has("IDLE") {
            idle(session, end.min(Instant::now() + renew)).await?;
        } else if let Ok(lost) = timeout_at(end, listen(session, None)).await {
            lost?;
        }
    }
    Ok(())
}

/// One IDLE. News that comes before the server's `+` counts as well: the session notes it whenever it comes.
async fn idle<S: Stream>(session: &mut Session<S>, end: Instant) -> Result<(), MailError> {
    let limit = session.limit;
    let tag = within("IDLE", limit, async {
        let tag = session.send("IDLE", "").await?;
        loop {
            match Answer::parse(&session.receive().await?) {
                Answer::Continue => return Ok(Some(tag)),
                Answer::Done { .. } => return Ok(None),
                _ => {}
            }
        }
    })
    .await?;
    let ended = match &tag {
        None => true,
        // The limit is outside: the server's "still here" must not prolong it.
        Some(tag) => match timeout_at(end, listen(session, Some(tag))).await {
            Ok(ended) => ended?,
            Err(_) => false,
        },
    };
    if ended {
        // Refused, or ended without being asked: asking again at once would be a storm.
        session.capabilities.withdraw("IDLE");
        return Ok(());
    }
    let tag = tag.unwrap_or_default();
    within("DONE", limit, async {
        session.write("DONE").await?;
        loop {
            match Answer::parse(&session.receive().await?) {
                Answer::Done { tag: of, outcome } if of == tag => {
                    return outcome.map_err(|refusal| session.refused("IDLE", &refusal));
                }
                _ => {}
            }
        }
    })
    .await
}

/// Until news (false), or until the server ends the command `tag` by itself (true).
async fn listen<S: Stream>(session: &mut Session<S>, tag: Option<&str>) -> Result<bool, MailError> {
    while !session.mailbox.news {
        let bytes = session.receive().await?;
        if matches!(Answer::parse(&bytes), Answer::Done { tag: of, .. } if Some(of) == tag) {
            return Ok(true);
        }
    }
    Ok(false)
}
