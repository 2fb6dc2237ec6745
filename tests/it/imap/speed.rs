//! How fast it is: measured on demand.

use std::time::Instant;

use caseconsultant::mail::{Disposition, MailSource, Uid};

use super::{ALICE, message, source};
use crate::support::dovecot::Dovecot;
use crate::support::until::until;

/// How fast small mail comes in. Not a question of right or wrong, so only on demand.
#[tokio::test]
#[ignore = "a measurement: cargo test --test it -- --ignored --nocapture small_mail"]
async fn small_mail_comes_in_fast() {
    let server = Dovecot::start().await;
    let mut padded = message(1);
    padded.extend_from_slice(&b"filler line of some sixty letters, as a question would be\r\n".repeat(50));
    server.deliver(ALICE, &vec![padded; 5_000]).await;
    for limit in [1, 100, 200] {
        for round in ["cold", "warm"] {
            let mut source = source(&server);
            let (mut cursor, mut count) = (None, 0);
            let begin = Instant::now();
            loop {
                let batch = source.fetch(cursor, limit).await.unwrap();
                cursor = Some(batch.cursor);
                count += batch.messages.len();
                if !batch.more {
                    break;
                }
            }
            let rate = count as f64 / begin.elapsed().as_secs_f64();
            println!("{count} messages of 3 KB, {limit} at a time, {round}: {rate:.0} a second");
        }
    }
    let mut source = source(&server);
    source.fetch(None, 1).await.unwrap();
    let all: Vec<Uid> = (1..=5_000).map(Uid).collect();
    let begin = Instant::now();
    source.settle(&all, Disposition::Processed).await.unwrap();
    println!("5,000 moved in {:?}", begin.elapsed());
    until("all are moved", 10, || async { (server.read_mailbox(ALICE, "Processed").len() == 5_000).then_some(()) })
        .await;
}
