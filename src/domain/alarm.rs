//! What must not go on unseen, and when it is said: once when it begins, again while it lasts, and when it is over.

use std::collections::BTreeMap;

use super::time::Timestamp;

/// Something that a person must know of. Its words hold no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The mailbox could not be read for so many minutes.
    Mailbox {
        /// Minutes since it last could.
        minutes: u64,
    },
    /// No access token can be had.
    Token {
        /// How the command failed.
        reason: String,
    },
    /// Messages may or may not have left.
    Uncertain {
        /// How many.
        count: u64,
    },
    /// A mail has waited for the machine for so long.
    Unanswered {
        /// Minutes since it came.
        minutes: u64,
    },
    /// A case has waited for a person for so long.
    Review {
        /// Hours since it came.
        hours: u64,
    },
    /// Originals cannot be opened.
    SealKey {
        /// How many are sealed with a key that is missing.
        count: u64,
    },
    /// Webhooks that did not take their messages in a day.
    Webhook {
        /// Messages that were given up.
        count: u64,
    },
    /// The program's secret with the provider of the tokens ends soon.
    Secret {
        /// Days until then; below nought when it has ended.
        days: i64,
    },
    /// No call to the model went well for so long, and it is left alone again and again.
    Model {
        /// Minutes since it began.
        minutes: u64,
    },
    /// The disk of the data folder is nearly full.
    Disk {
        /// What is free, of a hundred.
        percent: u64,
    },
    /// A loop of the service neither goes through nor fails.
    Loop {
        /// Which.
        name: &'static str,
        /// Minutes since its last sign.
        minutes: u64,
    },
    /// The database does not answer.
    Database,
}

impl Trouble {
    /// The word in the log and on the page; one trouble of each at a time.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Mailbox { .. } => "mailbox",
            Self::Token { .. } => "token",
            Self::Uncertain { .. } => "uncertain",
            Self::Unanswered { .. } => "unanswered",
            Self::Review { .. } => "review",
            Self::SealKey { .. } => "seal_key",
            Self::Webhook { .. } => "webhook",
            Self::Secret { .. } => "secret",
            Self::Model { .. } => "model",
            Self::Disk { .. } => "disk",
            Self::Loop { .. } => "loop",
            Self::Database => "database",
        }
    }

    /// One of each kind, for the documents and the figures to be held against.
    pub fn each() -> [Self; 12] {
        [
            Self::Mailbox { minutes: 10 },
            Self::Token { reason: "refused".to_owned() },
            Self::Secret { days: 14 },
            Self::Uncertain { count: 1 },
            Self::Unanswered { minutes: 60 },
            Self::Review { hours: 72 },
            Self::SealKey { count: 1 },
            Self::Webhook { count: 1 },
            Self::Model { minutes: 10 },
            Self::Disk { percent: 4 },
            Self::Loop { name: "outbox", minutes: 30 },
            Self::Database,
        ]
    }

    /// The page of `deploy/RUNBOOK.md` that says what to do.
    pub fn page(&self) -> &'static str {
        match self {
            Self::Mailbox { .. } => "The mailbox is silent",
            Self::Token { .. } => "The token cannot be renewed",
            Self::Uncertain { .. } => "A message is `uncertain`",
            Self::Unanswered { .. } => "A mail is not answered",
            Self::Review { .. } => "A case waits too long for a person",
            Self::SealKey { .. } => "A key of the seal is missing",
            Self::Webhook { .. } => "A webhook was given up",
            Self::Secret { .. } => "A client secret is about to end",
            Self::Model { .. } => "The model fails",
            Self::Disk { .. } => "The disk is nearly full",
            Self::Loop { .. } => "A part of the service stands still",
            Self::Database => "The database is damaged, or the disk is full",
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mailbox { minutes } => write!(f, "the mailbox could not be read for {minutes} minutes"),
            Self::Token { reason } => write!(f, "no access token can be had for the mailbox: {reason}"),
            Self::Uncertain { count: 1 } => write!(f, "1 message may or may not have left"),
            Self::Uncertain { count } => write!(f, "{count} messages may or may not have left"),
            Self::Unanswered { minutes } => write!(f, "a mail has waited for {minutes} minutes and is not answered"),
            Self::Review { hours } => write!(f, "a case has waited for a person for {hours} hours"),
            Self::SealKey { count } => write!(f, "{count} originals are sealed with a key that is missing"),
            Self::Webhook { count } => write!(f, "messages to webhooks that were given up: {count}"),
            Self::Secret { days } if *days < 0 => f.write_str("the client secret for access tokens has ended"),
            Self::Secret { days: 1 } => f.write_str("the client secret for access tokens ends in 1 day"),
            Self::Secret { days } => write!(f, "the client secret for access tokens ends in {days} days"),
            Self::Model { minutes } => write!(f, "the model's endpoint has failed for {minutes} minutes"),
            Self::Disk { percent } => write!(f, "the disk of the data folder has {percent} % left"),
            Self::Loop { name, minutes } => write!(f, "the loop {name} has stood still for {minutes} minutes"),
            Self::Database => f.write_str("the database does not answer"),
        }?;
        write!(f, " (runbook: {})", self.page().replace('`', ""))
    }
}

/// What is said when nothing is wrong any more.
pub const ALL_WELL: &str = "all is well again";

/// What is to be said now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Troubles that began: for the log, once each.
    pub began: Vec<Trouble>,
    /// Troubles that ended.
    pub ended: Vec<&'static str>,
    /// The one argument of the alarm's command, where it is to be run.
    pub ring: Option<String>,
}

/// Remembers what was said.
#[derive(Debug, Default)]
pub struct Bell {
    present: BTreeMap<&'static str, Trouble>,
    /// When the command runs next; `None` when there is nothing to say.
    due: Option<Timestamp>,
}

/// A command that failed is run again after so many microseconds.
const RETRY_MICROS: i64 = 60_000_000;

impl Bell {
    /// What is to be said of `troubles` at `now`; while they last, again after `again` microseconds.
    pub fn look(&mut self, troubles: &[Trouble], now: Timestamp, again: i64) -> Said {
        let found: BTreeMap<&'static str, Trouble> = troubles.iter().map(|t| (t.key(), t.clone())).collect();
        let began: Vec<Trouble> =
            found.values().filter(|trouble| !self.present.contains_key(trouble.key())).cloned().collect();
        let ended: Vec<&'static str> = self.present.keys().filter(|key| !found.contains_key(*key)).copied().collect();
        self.present = found;
        let ring = !began.is_empty() || !ended.is_empty() || self.due.is_some_and(|due| now >= due);
        let mut said = Said { began, ended, ring: None };
        if ring {
            said.ring = Some(self.words());
            self.due = (!self.present.is_empty()).then_some(Timestamp(now.0.saturating_add(again)));
        }
        said
    }

    /// The command could not be run: it is due again in a minute.
    pub fn unheard(&mut self, now: Timestamp) {
        self.due = Some(Timestamp(now.0.saturating_add(RETRY_MICROS)));
    }

    fn words(&self) -> String {
        if self.present.is_empty() {
            return ALL_WELL.to_owned();
        }
        self.present.values().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(minutes: i64) -> Timestamp {
        Timestamp(minutes * 60_000_000)
    }

    #[test]
    fn it_rings_when_something_changes_hourly_while_it_lasts_and_once_when_all_is_well() {
        let mut bell = Bell::default();
        let mut rings = |troubles: &[Trouble], minute| bell.look(troubles, at(minute), HOUR);
        assert_eq!(rings(&[], 0), Said::default());
        let mailbox = Trouble::Mailbox { minutes: 10 };
        let first = rings(std::slice::from_ref(&mailbox), 10);
        assert_eq!(first.began.as_slice(), std::slice::from_ref(&mailbox));
        assert_eq!(
            first.ring.as_deref(),
            Some("the mailbox could not be read for 10 minutes (runbook: The mailbox is silent)")
        );
        assert_eq!(rings(&[Trouble::Mailbox { minutes: 40 }], 40), Said::default(), "the same, only older");
        let hourly = rings(&[Trouble::Mailbox { minutes: 70 }], 70);
        assert!(hourly.began.is_empty() && hourly.ring.unwrap().contains("70 minutes"));
        let more = rings(&[mailbox, Trouble::Uncertain { count: 1 }], 80);
        assert_eq!(more.began, [Trouble::Uncertain { count: 1 }]);
        assert!(more.ring.unwrap().contains("10 minutes"));
        let less = rings(&[Trouble::Uncertain { count: 1 }], 90);
        assert_eq!((less.ended, less.ring.is_some()), (vec!["mailbox"], true));
        assert_eq!(rings(&[], 100).ring.as_deref(), Some(ALL_WELL));
        assert_eq!(rings(&[], 1_000), Said::default());
    }

    #[test]
    fn each_alarm_has_a_key_of_its_own_and_its_words_end_with_its_page() {
        let each = Trouble::each();
        let keys: std::collections::BTreeSet<&str> = each.iter().map(Trouble::key).collect();
        let words = include_str!("alarm.rs").split("pub fn key(").nth(1).unwrap().split("pub fn each").next().unwrap();
        assert_eq!((keys.len(), words.matches("=> \"").count()), (each.len(), each.len()), "each() lacks one");
        for trouble in each {
            assert!(trouble.to_string().ends_with(&format!(" (runbook: {})", trouble.page().replace('`', ""))));
        }
    }

    #[test]
    fn what_could_not_be_said_is_said_again_in_a_minute_good_news_too() {
        let mut bell = Bell::default();
        bell.look(&[Trouble::Database], at(0), HOUR);
        bell.unheard(at(0));
        assert!(bell.look(&[Trouble::Database], at(0), HOUR).ring.is_none());
        assert!(bell.look(&[Trouble::Database], at(1), HOUR).ring.is_some());
        assert!(bell.look(&[], at(2), HOUR).ring.is_some());
        bell.unheard(at(2));
        assert_eq!(bell.look(&[], at(3), HOUR).ring.as_deref(), Some(ALL_WELL));
        assert!(bell.look(&[], at(9), HOUR).ring.is_none());
    }
}
