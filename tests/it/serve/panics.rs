//! A panic in a mail library is a fault like others: the service goes on.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use caseconsultant::app::{App, consultant};
use caseconsultant::clock::Clock;
use caseconsultant::config::Config;
use caseconsultant::mail::memory::{MemorySource, MemoryTransport};
use caseconsultant::mail::{
    Batch, Cursor, Disposition, Envelope, MailError, MailSource, MailTransport, SendError, Uid,
};
use caseconsultant::pipeline::Pipeline;
use caseconsultant::store::Store;
use tokio_util::sync::CancellationToken;

use crate::support::eventually;

/// A mailbox whose first call panics, as a parser might on a hostile line.
struct PanicsOnce(MemorySource, bool);

#[async_trait]
impl MailSource for PanicsOnce {
    fn name(&self) -> &str {
        "panics once"
    }

    async fn fetch(&mut self, after: Option<Cursor>, limit: usize) -> Result<Batch, MailError> {
        assert!(std::mem::replace(&mut self.1, true), "a hostile line");
        self.0.fetch(after, limit).await
    }

    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError> {
        self.0.settle(uids, disposition).await
    }

    async fn wait(&mut self, limit: Duration) -> Result<(), MailError> {
        self.0.wait(limit).await
    }

    async fn reset(&mut self) {
        self.0.reset().await;
    }
}

/// A transport that panics on its first message, which may or may not have left by then.
struct FirstPanics(MemoryTransport, std::sync::atomic::AtomicBool);

#[async_trait]
impl MailTransport for FirstPanics {
    async fn send(&self, envelope: &Envelope, wire: &[u8]) -> Result<String, SendError> {
        assert!(self.1.swap(true, std::sync::atomic::Ordering::SeqCst), "a hostile reply");
        self.0.send(envelope, wire).await
    }

    async fn probe(&self) -> Result<String, MailError> {
        self.0.probe().await
    }
}

#[tokio::test]
async fn loops_that_panicked_begin_anew_and_half_sent_mail_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::defaults();
    config.data_dir = folder.path().to_path_buf();
    config.trust.assume_proved = true;
    let config = Arc::new(config);
    let store = Store::open(&config).await.unwrap().with_keys(crate::support::keys());
    let pipeline =
        Pipeline::new(consultant(config, Clock::System).unwrap(), store.clone(), caseconsultant::mail::dns::Dns::Off);
    let (mailbox, sent) = (MemorySource::new(), MemoryTransport::new());
    let question =
        |n: u32| format!("From: ann{n}@clinic.test\r\nMessage-ID: <{n}@clinic.test>\r\n\r\nMUE of 45385?\r\n");
    mailbox.push(question(1));
    let source = Box::new(PanicsOnce(mailbox.clone(), false));
    let transport = Arc::new(FirstPanics(sent.clone(), false.into()));
    let stop = CancellationToken::new();
    let app = tokio::spawn(App::assemble(pipeline, Some(source), Some(transport)).run(stop.clone()));
    eventually("the mailbox is read after the panic", || mailbox.settled().len() == 1).await;
    let uncertain = async {
        loop {
            let states = store.count_outbox().await.unwrap();
            if states.iter().any(|(state, n)| state.key() == "uncertain" && *n == 1) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), uncertain).await.expect("the half-sent reply is uncertain");
    mailbox.push(question(2));
    eventually("the next question is answered", || sent.sent().len() == 1).await;
    assert_eq!(sent.sent()[0].envelope.to, "ann2@clinic.test");
    stop.cancel();
    app.await.unwrap().unwrap();
}
