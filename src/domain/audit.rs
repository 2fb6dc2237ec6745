//! The chain of events: each row's hash covers the one before it and what the row says, so that a change, a gap or a
//! row that was moved shows at the first bad row. What was cut off at the end shows where an older head is kept elsewhere.
//!
//! The words of an event are covered by a salted digest: where a case is forgotten, words and salt go and the digest
//! stays. Such a row passes only where the chain itself says, further on, that its case was forgotten.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::time::Timestamp;

/// Whose story an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A case.
    Case,
    /// A reviewer's account, or what a person did that is about no case.
    Reviewer,
    /// A customer's account.
    Account,
}

impl Origin {
    /// The word in the store.
    pub fn key(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Reviewer => "reviewer",
            Self::Account => "account",
        }
    }

    /// The origin of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Case, Self::Reviewer, Self::Account].into_iter().find(|origin| origin.key() == text)
    }
}

/// A row of the chain without its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place in the one order of the installation, from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// Whose story.
    pub origin: Origin,
    /// The case's number, or the key of the reviewer or account.
    pub about: String,
    /// Its place in that story.
    pub place: i64,
    /// Who did it, by key; empty for the service.
    pub person: String,
    /// What: a word of a fixed list.
    pub what: String,
    /// [`digest`] of the words.
    pub detail_digest: String,
}

/// What stands for an event's words in the chain, in hexadecimal.
pub fn digest(salt: &str, detail: &str) -> String {
    let mut sha = Sha256::new();
    fields(&mut sha, &[salt, detail]);
    hex(sha)
}

impl Link {
    /// The row's hash behind `previous`, in hexadecimal; `previous` is empty for the first row.
    pub fn hash(&self, previous: &str) -> String {
        let mut sha = Sha256::new();
        let (n, at, place) = (self.n.to_string(), self.at.0.to_string(), self.place.to_string());
        let all = [
            "caseconsultant audit 1",
            previous,
            &n,
            &at,
            self.origin.key(),
            &self.about,
            &place,
            &self.person,
            &self.what,
            &self.detail_digest,
        ];
        fields(&mut sha, &all);
        hex(sha)
    }
}

/// Each with its length before it: two fields never read like two others.
fn fields(sha: &mut Sha256, all: &[&str]) {
    for field in all {
        sha.update((field.len() as u64).to_be_bytes());
        sha.update(field.as_bytes());
    }
}

fn hex(sha: Sha256) -> String {
    use std::fmt::Write as _;
    sha.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row as it was found, beside its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The row.
    pub link: Link,
    /// The day it is listed under.
    pub day: String,
    /// The salt of its words; empty where they were forgotten.
    pub salt: String,
    /// Its hash.
    pub hash: String,
    /// When, what and the words, as the event itself says; none where it is gone.
    pub event: Option<(Timestamp, String, String)>,
}

/// What is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A row is not there.
    #[error("event {0} is missing: it was deleted")]
    Missing(i64),
    /// The row is there, and what it tells of is not.
    #[error("event {n} ({about}): its own record is missing")]
    Gone {
        /// Its place.
        n: i64,
        /// Whose story.
        about: String,
    },
    /// Something in it is not what was written.
    #[error("event {n} ({about}): {field} was changed")]
    Changed {
        /// Its place.
        n: i64,
        /// Whose story.
        about: String,
        /// What differs.
        field: &'static str,
    },
    /// Its hash does not follow from the row before it and its own fields.
    #[error("event {n} ({about}) does not follow from the one before it: it was changed, moved or put in")]
    Broken {
        /// Its place.
        n: i64,
        /// Whose story.
        about: String,
    },
    /// Its words were taken out, and its case was never forgotten.
    #[error("event {n} ({about}): its words were taken out, and the chain does not say that the case was forgotten")]
    TakenOut {
        /// Its place.
        n: i64,
        /// Whose story.
        about: String,
    },
    /// An event that the chain does not hold.
    #[error("{about} has an event (number {place}) that stands outside the chain: it was put in")]
    Outside {
        /// Whose story.
        about: String,
        /// Its place in it.
        place: i64,
    },
    /// The head that was kept is not in the chain.
    #[error("the head {0} is not in the chain: events were cut off at its end, or changed")]
    NoHead(String),
}

/// What a walk to the end found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many events are chained.
    pub events: i64,
    /// The hash of the last one; empty where there is none.
    pub head: String,
    /// When the last one was.
    pub at: Timestamp,
}

/// Walks through the rows in their order.
#[derive(Debug, Default)]
pub struct Walk {
    events: i64,
    head: String,
    at: Timestamp,
    /// The head that was kept elsewhere, until it is met.
    wanted: Option<String>,
    /// Cases whose words are out, with the first such row, until the chain says that they were forgotten.
    out: BTreeMap<String, i64>,
}

impl Walk {
    /// Begins at the first row; with a head that must be met on the way.
    pub fn new(wanted: Option<&str>) -> Self {
        Self { wanted: wanted.map(str::to_owned), ..Self::default() }
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, found: Found) -> Result<(), Fault> {
        let Found { link, day, salt, hash, event } = found;
        let (n, about) = (link.n, link.about.clone());
        let next = self.events.saturating_add(1);
        if n != next {
            return Err(Fault::Missing(next));
        }
        let Some((at, what, detail)) = event else { return Err(Fault::Gone { n, about }) };
        let same = [
            ("its time", at == link.at && day == link.at.date().to_string()),
            ("what happened", what == link.what),
            ("what it says", salt.is_empty() && detail.is_empty() || digest(&salt, &detail) == link.detail_digest),
        ];
        if let Some((field, _)) = same.into_iter().find(|(_, same)| !same) {
            return Err(Fault::Changed { n, about, field });
        }
        if link.hash(&self.head) != hash {
            return Err(Fault::Broken { n, about });
        }
        if salt.is_empty() {
            self.out.entry(about).or_insert(n);
        } else if link.origin == Origin::Case && link.what == "forgotten" {
            self.out.remove(&about);
        }
        if self.wanted.as_ref() == Some(&hash) {
            self.wanted = None;
        }
        (self.events, self.head, self.at) = (n, hash, link.at);
        Ok(())
    }

    /// The last row taken.
    pub fn place(&self) -> i64 {
        self.events
    }

    /// Ends the walk.
    ///
    /// # Errors
    /// What only the end shows.
    pub fn end(self) -> Result<Verified, Fault> {
        if let Some((about, n)) = self.out.into_iter().min_by_key(|(_, n)| *n) {
            return Err(Fault::TakenOut { n, about });
        }
        match self.wanted {
            Some(head) => Err(Fault::NoHead(head)),
            None => Ok(Verified { events: self.events, head: self.head, at: self.at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of so many events about two cases.
    fn chain(events: i64) -> Vec<Found> {
        let mut head = String::new();
        (1..=events)
            .map(|n| {
                let (about, salt) = (format!("CC-222{}", 2 + n % 2), format!("{n:032x}"));
                let (at, what, detail) = (Timestamp(n * 1_000_000), "sent".to_owned(), format!("answer {n}"));
                let link = Link {
                    n,
                    at,
                    origin: Origin::Case,
                    about,
                    place: (n + 1) / 2,
                    person: String::new(),
                    what: what.clone(),
                    detail_digest: digest(&salt, &detail),
                };
                head = link.hash(&head);
                Found { link, day: "1970-01-01".to_owned(), salt, hash: head.clone(), event: Some((at, what, detail)) }
            })
            .collect()
    }

    fn walk(rows: Vec<Found>, head: Option<&str>) -> Result<Verified, Fault> {
        let mut walk = Walk::new(head);
        rows.into_iter().try_for_each(|row| walk.step(row))?;
        walk.end()
    }

    fn fault(change: impl FnOnce(&mut Vec<Found>)) -> String {
        let mut rows = chain(9);
        change(&mut rows);
        walk(rows, None).unwrap_err().to_string()
    }

    #[test]
    fn a_chain_holds_and_its_head_is_the_last_hash() {
        let rows = chain(9);
        let head = rows[8].hash.clone();
        let earlier = rows[3].hash.clone();
        assert_eq!(walk(rows, Some(&earlier)), Ok(Verified { events: 9, head, at: Timestamp(9_000_000) }));
        assert_eq!(walk(Vec::new(), None).unwrap().events, 0);
    }

    #[test]
    fn the_first_bad_row_is_named_whatever_was_done_to_it() {
        assert_eq!(fault(|rows| drop(rows.remove(4))), "event 5 is missing: it was deleted");
        let moved = "event 5 (CC-2223) does not follow from the one before it: it was changed, moved or put in";
        let renumbered = |rows: &mut Vec<Found>| {
            rows.remove(4);
            rows.iter_mut().skip(4).for_each(|row| row.link.n -= 1);
        };
        assert!(fault(renumbered).starts_with("event 5 (CC-2222) does not follow"));
        let swapped = |rows: &mut Vec<Found>| {
            rows.swap(4, 6);
            (rows[4].link.n, rows[6].link.n) = (5, 7);
        };
        assert_eq!(fault(swapped), moved);
        assert_eq!(fault(|rows| rows[4].link.person = "rv_1".to_owned()), moved);
        assert_eq!(fault(|rows| rows[4].hash = rows[3].hash.clone()), moved);
        assert!(fault(|rows| rows[4].event = None).ends_with("its own record is missing"));
        assert!(fault(|rows| rows[4].day = "1970-01-02".to_owned()).ends_with("its time was changed"));
        let said = |rows: &mut Vec<Found>| rows[4].event.as_mut().unwrap().2 = "answer 6".to_owned();
        assert_eq!(fault(said), "event 5 (CC-2223): what it says was changed");
    }

    #[test]
    fn what_was_cut_off_at_the_end_shows_where_a_head_was_kept() {
        let rows = chain(9);
        let head = rows[8].hash.clone();
        assert!(walk(rows[..7].to_vec(), None).is_ok());
        assert_eq!(walk(rows[..7].to_vec(), Some(&head)), Err(Fault::NoHead(head)));
    }

    #[test]
    fn words_are_out_only_where_the_chain_says_that_the_case_was_forgotten() {
        let mut rows = chain(6);
        let out = |row: &mut Found| {
            row.salt = String::new();
            row.event.as_mut().unwrap().2 = String::new();
        };
        out(&mut rows[1]);
        assert_eq!(walk(rows.clone(), None), Err(Fault::TakenOut { n: 2, about: "CC-2222".to_owned() }));
        let mut link = Link { n: 7, what: "forgotten".to_owned(), about: "CC-2222".to_owned(), ..rows[5].link.clone() };
        link.detail_digest = digest("s", "");
        let hash = link.hash(&rows[5].hash);
        let event = Some((link.at, link.what.clone(), String::new()));
        rows.push(Found { link, day: "1970-01-01".to_owned(), salt: "s".to_owned(), hash, event });
        assert_eq!(walk(rows, None).map(|found| found.events), Ok(7));
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
    }
}
