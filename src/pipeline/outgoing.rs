//! What leaves: the notice, the reply, and who gets a copy of it.

use super::admission::Letter;
use super::{Pipeline, StageError};
use crate::admit::{self, Arrival};
use crate::domain::address::Address;
use crate::domain::attachment::Receipt;
use crate::domain::case::CaseStatus;
use crate::domain::outbox::OutboxKind;
use crate::domain::release::Release;
use crate::reply::notice::Notice;
use crate::reply::render::{Body, Footing, Link};
use crate::reply::{self, ReplyError, Thread};
use crate::store::case::{Lease, Progress};

/// Copies of one reply, at most.
const MOST_COPIES: usize = 10;

impl Pipeline {
    /// A polite no: once per address, kind and day; after that the case is closed without a word.
    pub(super) async fn refuse(
        &self,
        lease: &Lease,
        letter: &Letter<'_>,
        kind: OutboxKind,
        status: CaseStatus,
        progress: Progress,
    ) -> Result<(), StageError> {
        let now = self.consultant.clock.now();
        let config = &self.consultant.config;
        if !self.store.claim_notice(&letter.from.key(), kind, now.date().to_string()).await? {
            let progress = Progress { reason: format!("{}; told earlier today", progress.reason), ..progress };
            self.store.close_quietly(lease, status, progress, now).await?;
            return Ok(());
        }
        let mut foot = self.footing(lease, &letter.arrival.files);
        let notice = match kind {
            OutboxKind::TooLarge => Notice::too_large(config.source.max_message_bytes),
            OutboxKind::OverQuota => {
                let payer = &letter.payer;
                let guest = payer.account.is_none() && config.joining.open;
                foot.link = guest.then(|| self.registration_link());
                Notice::over_quota(payer.quota.answers, payer.quota.resets, guest)
            }
            OutboxKind::Encrypted => Notice::encrypted(letter.arrival.message.encrypted),
            OutboxKind::Capped => Notice::capped(config.caps.sender_per_day),
            _ => Notice::empty(),
        };
        let body = notice.render(&foot).map_err(ReplyError::from)?;
        let release = Release::notice(kind, progress.reason.clone()).ok_or(StageError::Missing("release"))?;
        self.send(lease, &release, letter.arrival, &letter.from, &body, status, progress).await
    }

    #[expect(clippy::too_many_arguments, reason = "each is one part of the message; a struct would only rename them")]
    pub(super) async fn send(
        &self,
        lease: &Lease,
        release: &Release,
        arrival: &Arrival,
        to: &Address,
        body: &Body,
        status: CaseStatus,
        progress: Progress,
    ) -> Result<(), StageError> {
        let now = self.consultant.clock.now();
        let config = &self.consultant.config;
        let copies = match release.kind() {
            OutboxKind::Answer => self.copies(arrival, to).await?,
            _ => Vec::new(),
        };
        let shown = progress.thread.as_ref().unwrap_or(lease.root());
        let token = self.store.keys().thread_token(&lease.case);
        let thread = Thread { row: &lease.case, shown, token, copies: &copies };
        let message = reply::message(to, &arrival.message, &thread, release.kind(), body, config, now)?;
        self.store.enqueue(lease, release, message, status, progress, now).await?;
        Ok(())
    }

    /// Whom the asker copies and the account allows, and whom it wants copied on everything. Nobody else is written to.
    async fn copies(&self, arrival: &Arrival, to: &Address) -> Result<Vec<Address>, StageError> {
        let today = self.consultant.clock.now().date();
        let payer = admit::payer(&self.store, to, today, &self.consultant.config).await?;
        let Some(account) = payer.account else { return Ok(Vec::new()) };
        let colleagues = self.store.list_colleagues(&account.id).await?;
        let senders = self.store.find_account(&account.id).await?.map(|(_, senders)| senders).unwrap_or_default();
        let message = &arrival.message;
        let shown = message.to.iter().chain(&message.cc).filter_map(|shown| Address::parse(&shown.address).ok());
        let allowed = |key: &String| colleagues.iter().any(|c| c.address == *key) || senders.contains(key);
        let asked = shown.filter(|address| allowed(&address.key()));
        let every = colleagues.iter().filter(|c| c.every).filter_map(|c| Address::parse(&c.address).ok());
        let own = self.consultant.config.service.address.to_ascii_lowercase();
        let mut copies: Vec<Address> = Vec::new();
        for address in asked.chain(every) {
            let key = address.key();
            let known = key == to.key() || key == own || copies.iter().any(|copy| copy.key() == key);
            if !known && copies.len() < MOST_COPIES && !self.store.is_silent(&key).await? {
                copies.push(address);
            }
        }
        Ok(copies)
    }

    pub(super) fn footing(&self, lease: &Lease, files: &[Receipt]) -> Footing {
        Footing {
            case: lease.root().to_string(),
            files: files.iter().map(Receipt::line).collect(),
            service: self.consultant.config.service.name.clone(),
            year: self.consultant.clock.now().date().year(),
            ..Footing::default()
        }
    }

    /// A link that writes REGISTER to us.
    pub(super) fn registration_link(&self) -> Link {
        let address = format!("mailto:{}?subject=REGISTER", self.consultant.config.service.address);
        Link { address, words: "Open a free account".to_owned() }
    }
}
