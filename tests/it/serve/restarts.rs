//! SIGKILL at any moment between two mails: every mail is answered, none twice.

use super::{IMPLICIT, PROVED, Servers, is_reply_to};

const QUESTION: &str = "What is the MUE of 45385 on 2024-08-01, Medicare?";

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_mails_it_answers_each_exactly_once() {
    let servers = Servers::start().await;
    let mut service = servers.service(IMPLICIT, "");
    service.start();
    let mut asked = Vec::new();
    for round in 0..3 {
        let id = servers.ask(&format!("while-up-{round}"), PROVED, QUESTION).await;
        servers.reply_to(&id).await;
        service.kill();
        asked.push(id);
        asked.push(servers.ask(&format!("while-down-{round}"), PROVED, QUESTION).await);
        service.start();
        servers.reply_to(&asked[asked.len() - 1]).await;
    }
    servers.until_filed(asked.len()).await;
    let last = servers.ask("last", PROVED, QUESTION).await;
    servers.reply_to(&last).await;
    asked.push(last);
    let replies = servers.replies();
    for id in &asked {
        assert_eq!(replies.iter().filter(|reply| is_reply_to(reply, id)).count(), 1, "replies to {id}");
    }
    assert_eq!(replies.len(), asked.len());
}
