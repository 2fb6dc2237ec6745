//! What a mail asks: its own words, with the exchange before it and what is known of the practice.

use super::admission::Letter;
use super::{Pipeline, StageError};
use crate::admit;
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::client::Facts;
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Assumption;
use crate::domain::time::Timestamp;
use crate::identity::Deidentified;
use crate::research::follow::{self, Follow};
use crate::store::case::Lease;
use crate::store::thread::Answered;

/// A question, ready for the tables.
pub(super) struct Asked {
    /// Its text.
    pub question: Deidentified,
    /// What finds the same question again.
    pub digest: String,
    /// The practice it is about.
    pub client: String,
    /// It costs nothing.
    pub is_free: bool,
    /// The answer that left to the same question.
    pub repeats: Option<Answered>,
    follow: Option<Follow>,
    /// A practice was named that the account does not have.
    unknown_client: bool,
}

impl Asked {
    /// Tells in the evidence what was taken from elsewhere than this mail.
    pub fn note(&self, evidence: &mut Evidence) {
        let mut note = |what: &str, value: String| {
            evidence.inquiry.assumptions.push(Assumption { what: what.to_owned(), value, assumed: false });
        };
        if self.unknown_client {
            note("client", "not known to your account, so nothing was taken from it".to_owned());
        } else if !self.client.is_empty() {
            note("client", self.client.clone());
        }
        let Some(follow) = &self.follow else { return };
        if !follow.corrected.is_empty() {
            note("as you corrected it:", follow.corrected.join(", "));
        }
        // The same tables would say the same again: a person looks.
        evidence.inquiry.wants_person |= follow.only_doubts();
    }
}

/// Where a question stands: whose, in which case, about which practice.
struct Place<'a> {
    account: Option<&'a str>,
    root: Option<&'a CaseId>,
    client: String,
    unknown_client: bool,
}

impl Pipeline {
    /// What a mail asks, and whether it costs anything.
    pub(super) async fn asked(&self, lease: &Lease, letter: &Letter<'_>) -> Result<Asked, StageError> {
        let account = letter.payer.account.as_ref().map(|account| account.id.as_str());
        let (named, message) = admit::client(&letter.arrival.message);
        let mut client = letter.parent.as_ref().map(|parent| parent.client.clone()).unwrap_or_default();
        let mut unknown_client = false;
        if let (Some(account), Some(name)) = (account, &named) {
            let known = self.store.find_client(account, name).await?;
            unknown_client = known.is_none();
            client = known.map(|known| known.name).unwrap_or_default();
        }
        let root = letter.parent.as_ref().map(|parent| &parent.root);
        let own = admit::question(&message);
        let mut asked = self.joined(lease, &own, Place { account, root, client, unknown_client }).await?;
        let (rules, now) = (&self.consultant.config.quota, self.consultant.clock.now());
        // The same words over another file are another question.
        let may_repeat = rules.repeat_days > 0 && message.attachments.is_empty();
        if let (Some(account), None, true) = (account, root, may_repeat) {
            let since = Timestamp(now.0.saturating_sub_unsigned(rules.repeat_days.saturating_mul(super::DAY_MICROS)));
            asked.repeats = self.store.find_repeated(account, &asked.digest, since).await?;
            asked.is_free |= asked.repeats.is_some();
        }
        Ok(asked)
    }

    /// The same at a later stage, from what admission recorded, with the files read; `named` where a practice is.
    pub(super) async fn asked_again(
        &self,
        lease: &Lease,
        own: &Deidentified,
        named: bool,
    ) -> Result<Asked, StageError> {
        let client = self.store.find_client_of(&lease.case).await?;
        let account = self.store.find_case(&lease.case).await?.map(|case| case.account).unwrap_or_default();
        let account = Some(account.as_str()).filter(|account| !account.starts_with("guest:"));
        let unknown_client = account.is_some() && named && client.is_empty();
        let root = lease.thread.as_ref();
        self.joined(lease, own, Place { account, root, client, unknown_client }).await
    }

    async fn joined(&self, lease: &Lease, own: &Deidentified, place: Place<'_>) -> Result<Asked, StageError> {
        let earlier = match place.root {
            Some(root) => self.store.find_earlier(root, &lease.case).await?,
            None => None,
        };
        let mut is_free = false;
        let mut question = own.clone();
        let mut follow = None;
        if let (Some(root), Some(earlier)) = (place.root, earlier) {
            let today = self.consultant.clock.now().date();
            let joined = follow::join(&self.consultant.shelf.current(), &earlier.question, own.as_str(), today);
            question = own.excerpt(&joined.text);
            let answered = matches!(earlier.status, CaseStatus::Answered | CaseStatus::Replying);
            if answered && joined.is_clarification() {
                let free = self.consultant.config.quota.free_follow_ups;
                is_free = self.store.count_free_turns(root).await? < free;
            }
            follow = Some(joined);
        }
        let facts = self.facts(place.account, &place.client).await?;
        let lines = follow::complete(question.as_str(), &facts);
        if !lines.is_empty() {
            question = question.excerpt(&format!("{}\n{}", question.as_str(), lines.join("\n")));
        }
        let digest = admit::question_digest(question.as_str(), &place.client);
        let (client, unknown_client) = (place.client, place.unknown_client);
        Ok(Asked { question, digest, client, is_free, repeats: None, follow, unknown_client })
    }

    /// What is known of the account, and over it of the practice.
    pub(super) async fn facts(&self, account: Option<&str>, client: &str) -> Result<Facts, StageError> {
        let Some(account) = account else { return Ok(Facts::default()) };
        let own = self.store.find_client(account, "").await?.map(|own| own.facts).unwrap_or_default();
        if client.is_empty() {
            return Ok(own);
        }
        let of_client = self.store.find_client(account, client).await?.map(|client| client.facts).unwrap_or_default();
        Ok(own.with(&of_client))
    }
}
