//! A question's way from a mail client to the reply in its thread.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{ANN, CONSULT, IMPLICIT, PROVED, STARTTLS, Servers, case_of, parsed};
use crate::support::dovecot::PASSWORD;
use crate::support::ports;
use crate::support::until::until;

const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?";

#[tokio::test(flavor = "multi_thread")]
async fn a_submitted_question_is_answered_in_its_thread_and_only_when_its_sender_is_proved() {
    let servers = Servers::start().await;
    let [web] = ports::free();
    let mut service = servers.service(IMPLICIT, &format!("[web]\nlisten = \"127.0.0.1:{web}\"\n"));
    service.start();
    service.until_logged("serving").await;
    let first = servers.ask("one", PROVED, QUESTION).await;
    let reply = servers.reply_to(&first).await;
    well_formed(&reply);

    servers.ask("unproved", "", QUESTION).await;
    let machine = format!("{PROVED}Auto-Submitted: auto-replied\r\n");
    servers.ask("machine", &machine, "I am out of the office until Monday. 45385").await;
    let last = servers.ask("last", PROVED, "What is the MUE of 45385 on 2024-08-01, Medicare?").await;
    servers.reply_to(&last).await;
    servers.until_filed(4).await;
    let settled = until("all four are settled", 60, || async {
        let page = health(web).await;
        (page.contains("cases answered 2") && page.contains("cases in_review 1")).then_some(page)
    })
    .await;
    assert!(settled.starts_with("HTTP/1.1 200") && settled.contains("cases ignored 1"), "{settled}");
    assert_eq!(servers.replies().len(), 2, "held and ignored mail gets no word");
    assert!(servers.dovecot.read_mailbox(CONSULT, "INBOX").is_empty());

    let ended = service.terminate(Duration::from_secs(5)).await.expect("SIGTERM ends it within 5 s");
    assert_eq!(ended.code(), Some(0));
    let log = service.log();
    for secret in [ANN, CONSULT, "Weber", "Polyps", "client.example.test", PASSWORD, "polypectomy"] {
        assert!(!log.contains(secret), "{secret:?} is in the log:\n{log}");
    }
    assert!(!log.contains('\u{1b}'), "no colours in a file");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "nothing went wrong:\n{log}");
}

fn well_formed(raw: &[u8]) {
    let reply = parsed(raw);
    let references: Vec<String> = reply.references().as_text_list().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(references, ["thread-one@client.example.test", "one@client.example.test"]);
    let case = case_of(&reply);
    assert!(reply.subject().unwrap().starts_with("Re: Polyps one"), "{:?}", reply.subject());
    let (text, html) = (reply.body_text(0).unwrap(), reply.body_html(0).unwrap());
    let first: Vec<&str> = text.lines().take(3).collect();
    assert!(first.join(" ").contains("45385 and 45380-59"), "{text}");
    assert!(text.contains("edit, modifier allowed") && text.contains(&case), "{text}");
    assert!(html.contains("45380") && html.contains(&case));
    assert_eq!((reply.text_body.len(), reply.html_body.len()), (1, 1));
    assert_eq!(reply.from().unwrap().first().unwrap().address(), Some(CONSULT));
}

async fn health(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the health page listens");
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn over_starttls_and_after_a_restart_of_the_mail_server_the_next_mail_is_answered() {
    let mut servers = Servers::start().await;
    let mut service = servers.service(STARTTLS, "");
    service.start();
    let before = servers.ask("before", PROVED, QUESTION).await;
    servers.reply_to(&before).await;
    servers.until_filed(1).await;
    servers.dovecot.restart().await;
    let after = servers.ask("after", PROVED, QUESTION).await;
    servers.reply_to(&after).await;
    servers.until_filed(2).await;
    assert_eq!(servers.replies().len(), 2);
}
