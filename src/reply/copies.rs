//! Whether a message left whose last answer was lost: looked for among the copies of what left, never guessed.
//!
//! A server that took a message and died before it said so leaves its client with one question (RFC 1047). Where the
//! server files what it takes, or where every message also goes to an address of ours in the same transaction, the copy is
//! the answer. Without a copy after some minutes the operator's rule decides: a person looks, or the message is sent once
//! more with the same Message-ID, and never a third time.

use std::time::Duration;

use crate::clock::Clock;
use crate::config::{Copies, CopiesKind, Missing};
use crate::domain::time::Timestamp;
use crate::mail::{MailError, MailSource};
use crate::store::copies::Lost;
use crate::store::{Store, StoreError};

/// Messages looked for in one go.
const TOGETHER: i64 = 50;

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looked {
    /// Their copy was found.
    pub left: usize,
    /// No copy in time: they are sent once more.
    pub again: usize,
    /// No copy, and nothing more can be told: they wait for a person.
    pub unknown: usize,
    /// No copy so far: looked for again soon.
    pub waiting: usize,
    /// Copies kept in a folder.
    pub kept: usize,
}

/// Why a look failed. Nothing is changed by it.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The mailbox could not be looked into.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks for the copies of what is uncertain, and keeps copies of what left.
///
/// # Errors
/// The mailbox or the database failed; the call may be repeated.
pub async fn run(
    store: &Store,
    source: &mut dyn MailSource,
    clock: &Clock,
    rules: &Copies,
) -> Result<Looked, LookError> {
    let mut looked = Looked::default();
    if !rules.save.is_empty() {
        looked.kept = keep(store, source, clock, &rules.save).await?;
    }
    if rules.kind == CopiesKind::None {
        return Ok(looked);
    }
    let lost = store.list_uncertain(TOGETHER).await?;
    if lost.is_empty() {
        return Ok(looked);
    }
    let ids: Vec<String> = lost.iter().map(|lost| lost.message_id.clone()).collect();
    // Looked at before the mailbox is: what arrives during the search is found by the next look.
    let now = clock.now();
    let found = source.count_copies(&rules.folders, &ids).await?;
    for (lost, found) in lost.iter().zip(found) {
        match judge(lost, found, rules, now) {
            Verdict::Left => looked.left += usize::from(store.settle_by_copy(&lost.id, clock.now()).await?),
            Verdict::Wait => looked.waiting += 1,
            Verdict::Missing { again } => {
                let sent = store.give_up_copy(&lost.id, again, clock.now()).await?;
                looked.again += usize::from(sent);
                looked.unknown += usize::from(!sent);
            }
        }
    }
    Ok(looked)
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Left,
    Wait,
    Missing { again: bool },
}

/// What a number of copies says of one message.
fn judge(lost: &Lost, found: usize, rules: &Copies, now: Timestamp) -> Verdict {
    if found >= lost.sent + lost.unknown {
        return Verdict::Left;
    }
    if now < lost.since.plus(Duration::from_secs(rules.wait_seconds)) {
        return Verdict::Wait;
    }
    // Copies that belong to some of several messages with one Message-ID do not tell to which.
    let clear = found == lost.sent;
    let asked = rules.kind == CopiesKind::Sent || lost.copied;
    Verdict::Missing { again: clear && asked && !lost.resent && rules.missing == Missing::Once }
}

/// Keeps copies of what left; that one could not be kept changes nothing but its own row.
async fn keep(store: &Store, source: &mut dyn MailSource, clock: &Clock, folder: &str) -> Result<usize, StoreError> {
    let mut done = 0;
    for kept in store.list_to_keep(TOGETHER).await? {
        let fault = source.keep(folder, &kept.wire).await.err();
        if let Some(error) = &fault {
            tracing::warn!(case.id = %kept.case, %error, "a copy of what left could not be kept");
            source.reset().await;
        }
        done += usize::from(fault.is_none());
        let ended = fault.is_some();
        store.record_kept(&kept, fault.map(|error| error.to_string()), clock.now()).await?;
        if ended {
            break; // The next look tries again, on a new connection.
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::domain::case::CaseId;

    const MINUTE: i64 = 60_000_000;

    fn lost() -> Lost {
        Lost {
            id: "o".to_owned(),
            case: CaseId::from_random("CC", 7),
            message_id: "<a@b.test>".to_owned(),
            since: Timestamp(0),
            copied: true,
            resent: false,
            told: false,
            sent: 0,
            unknown: 1,
        }
    }

    fn rules(kind: CopiesKind, missing: Missing) -> Copies {
        let mut rules = Config::defaults().copies;
        (rules.kind, rules.missing, rules.wait_seconds) = (kind, missing, 600);
        rules
    }

    #[test]
    fn a_copy_proves_that_it_left_and_its_absence_proves_something_only_in_time() {
        let rules = rules(CopiesKind::Sent, Missing::Once);
        assert_eq!(judge(&lost(), 1, &rules, Timestamp(0)), Verdict::Left);
        assert_eq!(judge(&lost(), 0, &rules, Timestamp(9 * MINUTE)), Verdict::Wait);
        assert_eq!(judge(&lost(), 0, &rules, Timestamp(10 * MINUTE)), Verdict::Missing { again: true });
    }

    #[test]
    fn without_a_copy_it_is_sent_once_more_only_by_the_rule_and_only_once() {
        let late = Timestamp(11 * MINUTE);
        let person = Verdict::Missing { again: false };
        assert_eq!(judge(&lost(), 0, &rules(CopiesKind::Sent, Missing::Hold), late), person);
        let twice = Lost { resent: true, ..lost() };
        assert_eq!(judge(&twice, 0, &rules(CopiesKind::Sent, Missing::Once), late), person);
        let unasked = Lost { copied: false, ..lost() };
        assert_eq!(judge(&unasked, 0, &rules(CopiesKind::SelfCopy, Missing::Once), late), person);
    }

    #[test]
    fn copies_of_several_messages_with_one_id_settle_them_only_when_they_leave_no_doubt() {
        let (rules, late) = (rules(CopiesKind::SelfCopy, Missing::Once), Timestamp(11 * MINUTE));
        let one_of_two = Lost { sent: 1, unknown: 1, ..lost() };
        assert_eq!(judge(&one_of_two, 2, &rules, late), Verdict::Left);
        assert_eq!(judge(&one_of_two, 1, &rules, late), Verdict::Missing { again: true });
        let two_unknown = Lost { unknown: 2, ..lost() };
        assert_eq!(judge(&two_unknown, 1, &rules, late), Verdict::Missing { again: false });
    }
}
