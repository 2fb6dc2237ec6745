//! Mail in and out through memory. Used by tests, and open to anyone who embeds the library: a mailbox that a
//! program fills, and a transport whose mail a program reads. Nothing survives the process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

use super::{Batch, Cursor, Disposition, Envelope, Fetched, MailError, MailSource, MailTransport, Raw, SendError, Uid};

/// A mailbox in memory. Clones share it: keep one to push into while another is being read from.
#[derive(Clone, Default)]
pub struct MemorySource {
    mailbox: Arc<Mutex<Mailbox>>,
    news: Arc<Notify>,
}

#[derive(Default)]
struct Mailbox {
    messages: Vec<Fetched>,
    last: i64,
    settled: Vec<(Uid, Disposition)>,
    copies: Vec<(String, Vec<u8>)>,
    failures: VecDeque<MailError>,
}

impl MemorySource {
    /// An empty mailbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// Delivers a complete message; returns its number.
    pub fn push(&self, message: impl Into<Vec<u8>>) -> Uid {
        let message = message.into();
        self.push_raw(message.len() as u64, Raw::Whole(message))
    }

    /// Delivers a message as a server with a size limit would show it.
    pub fn push_raw(&self, size: u64, raw: Raw) -> Uid {
        let mut mailbox = lock(&self.mailbox);
        mailbox.last += 1;
        let uid = Uid(mailbox.last);
        mailbox.messages.push(Fetched { uid, size, raw });
        self.news.notify_one();
        uid
    }

    /// Lets the next calls of `fetch` fail, one error each.
    pub fn fail_next(&self, errors: impl IntoIterator<Item = MailError>) {
        lock(&self.mailbox).failures.extend(errors);
    }

    /// What was filed away, in order.
    pub fn settled(&self) -> Vec<(Uid, Disposition)> {
        lock(&self.mailbox).settled.clone()
    }

    /// Files a message in another folder of the same user.
    pub fn file(&self, folder: &str, message: impl Into<Vec<u8>>) {
        lock(&self.mailbox).copies.push((folder.to_owned(), message.into()));
    }

    /// What lies in a folder, in the order in which it was filed.
    pub fn filed(&self, folder: &str) -> Vec<Vec<u8>> {
        let mailbox = lock(&self.mailbox);
        mailbox.copies.iter().filter(|(name, _)| name == folder).map(|(_, message)| message.clone()).collect()
    }

    /// How many messages still lie in the mailbox.
    pub fn unsettled(&self) -> usize {
        lock(&self.mailbox).messages.len()
    }
}

#[async_trait]
impl MailSource for MemorySource {
    fn name(&self) -> &str {
        "memory"
    }

    async fn fetch(&mut self, after: Option<Cursor>, limit: usize) -> Result<Batch, MailError> {
        let mut mailbox = lock(&self.mailbox);
        if let Some(error) = mailbox.failures.pop_front() {
            return Err(error);
        }
        let last_uid = after.map_or(0, |cursor| cursor.last_uid);
        let mut waiting = mailbox.messages.iter().filter(|message| message.uid.0 > last_uid);
        let messages: Vec<Fetched> = waiting.by_ref().take(limit).cloned().collect();
        let last_uid = messages.last().map_or(last_uid, |message| message.uid.0);
        Ok(Batch { cursor: Cursor { uid_validity: 1, last_uid }, messages, more: waiting.next().is_some() })
    }

    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError> {
        let mut mailbox = lock(&self.mailbox);
        for uid in uids {
            let before = mailbox.messages.len();
            mailbox.messages.retain(|message| message.uid != *uid);
            if mailbox.messages.len() < before {
                mailbox.settled.push((*uid, disposition));
            }
        }
        Ok(())
    }

    async fn wait(&mut self, limit: Duration) -> Result<(), MailError> {
        // Either end of the wait is a reason to look.
        drop(tokio::time::timeout(limit, self.news.notified()).await);
        Ok(())
    }

    async fn reset(&mut self) {}

    async fn count_copies(&mut self, folders: &[String], ids: &[String]) -> Result<Vec<usize>, MailError> {
        let mut mailbox = lock(&self.mailbox);
        if let Some(error) = mailbox.failures.pop_front() {
            return Err(error);
        }
        let within = mailbox.copies.iter().filter(|(folder, _)| folders.contains(folder));
        let found: Vec<Option<String>> = within.map(|(_, message)| own_id(message)).collect();
        Ok(ids.iter().map(|id| found.iter().flatten().filter(|known| *known == id).count()).collect())
    }

    async fn keep(&mut self, folder: &str, wire: &[u8]) -> Result<(), MailError> {
        if let Some(error) = lock(&self.mailbox).failures.pop_front() {
            return Err(error);
        }
        self.file(folder, wire);
        Ok(())
    }
}

/// One mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its envelope.
    pub envelope: Envelope,
    /// Its bytes.
    pub wire: Vec<u8>,
}

/// A transport that keeps what is sent. Clones share it.
#[derive(Clone, Default)]
pub struct MemoryTransport {
    post: Arc<Mutex<Post>>,
}

#[derive(Default)]
struct Post {
    accepted: Vec<Sent>,
    attempts: usize,
    outcomes: VecDeque<SendError>,
}

impl MemoryTransport {
    /// A transport that takes everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the next sendings fail, one error each; those after them succeed. A mail that fails is not kept, also
    /// when its failure is [`SendError::Uncertain`].
    pub fn fail_next(&self, outcomes: Vec<SendError>) {
        lock(&self.post).outcomes.extend(outcomes);
    }

    /// Everything that was taken, in order.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.post).accepted.clone()
    }

    /// How often something was handed over, failures included.
    pub fn attempts(&self) -> usize {
        lock(&self.post).attempts
    }
}

#[async_trait]
impl MailTransport for MemoryTransport {
    async fn send(&self, envelope: &Envelope, wire: &[u8]) -> Result<String, SendError> {
        let mut post = lock(&self.post);
        post.attempts += 1;
        if let Some(error) = post.outcomes.pop_front() {
            return Err(error);
        }
        post.accepted.push(Sent { envelope: envelope.clone(), wire: wire.to_vec() });
        Ok(format!("250 kept in memory as number {}", post.accepted.len()))
    }

    async fn probe(&self) -> Result<String, MailError> {
        Ok("mail is kept in memory; nobody is reached".into())
    }
}

fn own_id(message: &[u8]) -> Option<String> {
    super::headers::scan(message).find("message-id").map(|id| id.trim().to_owned())
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mailbox_is_read_by_cursor_and_emptied_by_settling() {
        let handle = MemorySource::new();
        let mut source = handle.clone();
        let (first, second) = (handle.push("one"), handle.push("two"));
        source.wait(Duration::from_secs(20)).await.unwrap();
        let batch = source.fetch(None, 1).await.unwrap();
        assert!(batch.more && batch.messages[0].uid == first);
        let batch = source.fetch(Some(batch.cursor), 1).await.unwrap();
        assert!(!batch.more && batch.messages[0].uid == second);
        source.settle(&[first], Disposition::Processed).await.unwrap();
        source.settle(&[first], Disposition::Processed).await.unwrap();
        assert_eq!((handle.settled(), handle.unsettled()), (vec![(first, Disposition::Processed)], 1));
    }

    #[tokio::test]
    async fn a_transport_fails_as_told_and_then_keeps_mail() {
        let transport = MemoryTransport::new();
        transport.fail_next(vec![SendError::Temporary("busy".into())]);
        let envelope = Envelope { from: "a@b.test".into(), to: "c@d.test".into(), copy: String::new() };
        assert_eq!(transport.send(&envelope, b"x").await, Err(SendError::Temporary("busy".into())));
        transport.send(&envelope, b"x").await.unwrap();
        assert_eq!((transport.sent().len(), transport.attempts()), (1, 2));
    }
}
