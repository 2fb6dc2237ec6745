//! Where messages go once they are taken in.

use std::path::Path;

use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{Disposition, MailSource, Uid};

use super::{ALICE, LIMIT, implicit, message, source, uids};
use crate::support::dovecot::{Dovecot, Options};

#[tokio::test]
async fn messages_that_were_taken_in_are_moved_and_a_second_time_is_no_error() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..3).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    assert!(server.read_mailbox(ALICE, "Processed").is_empty());
    for _ in 0..2 {
        source.settle(&uids(&batch)[..2], Disposition::Processed).await.unwrap();
        assert_eq!(server.read_mailbox(ALICE, "Processed").len(), 2);
        assert_eq!(server.read_mailbox(ALICE, "INBOX").len(), 1);
    }
    let after = source.fetch(Some(batch.cursor), 10).await.unwrap();
    assert!(after.messages.is_empty() && !after.more);
    source.settle(&[], Disposition::Processed).await.unwrap();
    source.settle(&[Uid(-1), Uid(0), Uid(i64::MAX)], Disposition::Processed).await.unwrap();
}

#[tokio::test]
async fn a_message_that_could_not_be_read_stays_in_sight_and_flagged() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    for _ in 0..2 {
        source.settle(&uids(&batch), Disposition::Quarantined).await.unwrap();
    }
    assert!(server.keywords(ALICE).contains("$CaseConsultant"));
    let files = server.message_files(ALICE, "INBOX");
    assert!(matches!(&files[..], [file] if flags(file).contains('F') && flags(file).contains('a')), "{files:?}");
}

#[tokio::test]
async fn a_server_without_move_gets_the_keyword() {
    let extra = "imap_capability = IMAP4rev1 LITERAL+ IDLE AUTH=PLAIN\n".to_owned();
    let server = Dovecot::start_with(Options { extra, ..Options::default() }).await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    for _ in 0..2 {
        source.settle(&uids(&batch), Disposition::Processed).await.unwrap();
    }
    let files = server.message_files(ALICE, "INBOX");
    assert!(files.len() == 2 && files.iter().all(|file| flags(file) == "a"), "{files:?}");
    assert!(source.probe().await.unwrap().contains("MOVE no"));
}

#[tokio::test]
async fn a_move_that_is_refused_falls_back_to_the_keyword() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut settings = implicit(&server);
    settings.processed_folder = "INBOX/no/../such".to_owned();
    let mut source = ImapSource::new(&settings, LIMIT, true);
    let batch = source.fetch(None, 10).await.unwrap();
    source.settle(&uids(&batch), Disposition::Processed).await.unwrap();
    let files = server.message_files(ALICE, "INBOX");
    assert!(matches!(&files[..], [file] if flags(file) == "a"), "{files:?}");
}

fn flags(file: &Path) -> &str {
    file.to_str().and_then(|path| path.split_once(":2,")).map_or("", |(_, flags)| flags)
}

#[tokio::test]
async fn a_renumbered_mailbox_is_read_from_its_beginning_and_old_numbers_move_nothing() {
    let mut server = Dovecot::start().await;
    server.deliver(ALICE, &(0..3).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let old = source.fetch(None, 10).await.unwrap();
    server.delete_mailbox(ALICE).await;
    server.deliver(ALICE, &[message(7)]).await;
    source.reset().await;
    source.settle(&uids(&old), Disposition::Processed).await.unwrap();
    assert_eq!(server.read_mailbox(ALICE, "INBOX").len(), 1);
    let new = source.fetch(Some(old.cursor), 10).await.unwrap();
    assert_ne!(new.cursor.uid_validity, old.cursor.uid_validity);
    assert_eq!(new.cursor.last_uid, 1);
    assert!(matches!(&new.messages[..], [one] if one.raw.bytes().ends_with(&message(7))));
}
