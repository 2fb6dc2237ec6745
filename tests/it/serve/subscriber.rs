//! A subscriber's way: guest, account, question, our question back, follow-up, the end of the quota, history, forgetting.

use mail_parser::Message;

use super::{IMPLICIT, KeyRing, PASSWORD, PROGRAM, PROVED, Servers, case_of, parsed};
use crate::support::service::Service;

const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?";

/// A service that knows nobody yet, and gives two answers a year.
fn service(servers: &Servers) -> Service {
    let ca = &servers.dovecot.certs.ca;
    Service::install(
        PROGRAM,
        &format!(
            "[service]\nmode = \"production\"\n[trust]\nauthserv_id = \"mx.example.test\"\n[seal]\nkeys = \"{}\"\n\
             [quota]\nfree_answers = 2\nperiod = \"year\"\n{}{}",
            KeyRing::write_key("test", [7; 32]),
            servers.source(ca, IMPLICIT, PASSWORD),
            servers.transport(ca, PASSWORD)
        ),
    )
}

fn text(message: &Message<'_>) -> String {
    message.body_text(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes in answer to one of our mails, or anew; what comes back.
async fn exchange(servers: &Servers, name: &str, to: Option<&[u8]>, words: &str) -> Vec<u8> {
    let named = to.map(|raw| format!("In-Reply-To: <{}>\r\n", parsed(raw).message_id().unwrap()));
    let id = servers.ask(name, &format!("{PROVED}{}", named.unwrap_or_default()), words).await;
    servers.reply_to(&id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_becomes_a_subscriber_asks_on_and_is_forgotten() {
    let servers = Servers::start().await;
    let mut service = service(&servers);
    service.start();
    service.until_logged("serving").await;

    let guest = exchange(&servers, "guest", None, QUESTION).await;
    assert!(text(&parsed(&guest)).contains("Reply with REGISTER, alone"), "{}", text(&parsed(&guest)));
    let welcome = exchange(&servers, "join", Some(&guest), "REGISTER").await;
    assert!(text(&parsed(&welcome)).starts_with("Welcome: your account is open."));

    let back = exchange(&servers, "vague", None, "Hi team, please help.").await;
    let case = case_of(&parsed(&back));
    let answer = exchange(&servers, "facts", Some(&back), &QUESTION.replace("08-01", "08-02")).await;
    assert_eq!(case_of(&parsed(&answer)), case, "it joins the case of our question");
    assert!(text(&parsed(&answer)).contains("1 of 2 answers left"), "{}", text(&parsed(&answer)));
    let corrected = exchange(&servers, "correction", Some(&answer), "DOS was 9/3/2024, not 8/2/2024.").await;
    let said = text(&parsed(&corrected));
    assert_eq!(case_of(&parsed(&corrected)), case);
    assert!(said.contains("2024-09-03") && said.contains("1 of 2 answers left"), "{said}");

    let last = exchange(&servers, "last", None, "Is 37253 an add-on code? Date of service 2024-09-03.").await;
    let said = text(&parsed(&last));
    assert!(said.contains("2 of 2 answers of this period are used (100 %)"), "{said}");
    let over = exchange(&servers, "over", None, "What is the MUE of 45385 on 2024-08-01, Medicare?").await;
    assert!(text(&parsed(&over)).contains("Your question is kept"), "{}", text(&parsed(&over)));

    let history = exchange(&servers, "history", None, "HISTORY").await;
    let said = text(&parsed(&history));
    assert!(said.contains(&case) && said.contains("45380-59") && said.contains("is kept"), "{said}");
    let forgotten = exchange(&servers, "forget", None, &format!("FORGET {case}")).await;
    assert!(text(&parsed(&forgotten)).contains(&format!("Case {case} is forgotten.")));
    let history = exchange(&servers, "after", None, "HISTORY").await;
    assert!(!text(&parsed(&history)).contains(&case));

    servers.until_filed(10).await;
    let shown = service.run(&["account", "show", super::ANN]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("2 of 2 answers used") && shown.contains("1 questions are kept"), "{shown}");
    service.terminate(std::time::Duration::from_secs(5)).await.expect("it ends");
    assert!(!service.log().contains("ERROR"), "{}", service.log());
}
