//! A subscriber's way through real servers, her mail signed with DKIM and nothing else to prove it: guest, account, our
//! question, her answer, a correction, the end of the quota, history, forgetting. In its middle, mail that others write.

use std::time::Duration;

use caseconsultant::identity::seal::KeyRing;
use mail_parser::Message;

use crate::serve::{ANN, CONSULT, IMPLICIT, PROGRAM, STARTTLS, Servers, case_of, is_reply_to, parsed};
use crate::support::dovecot::PASSWORD;
use crate::support::service::{Server, Service, source, transport};
use crate::support::signed::{key_line, sign, signer};
use crate::support::until::until;

const EVE: &str = "eve@example.test";
const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?";

/// The servers, and a service beside them that knows nobody yet, believes signatures alone, and gives two answers a year.
struct Stage {
    servers: Servers,
    service: Service,
    _zone: tempfile::TempDir,
}

impl Stage {
    async fn open() -> Self {
        let servers = Servers::start().await;
        let folder = tempfile::tempdir().unwrap();
        let zone = folder.path().join("zone");
        std::fs::write(&zone, format!("{}{}", key_line("example.test"), key_line("evil.test"))).unwrap();
        let ca = &servers.dovecot.certs.ca;
        let mailbox = Server { port: servers.dovecot.imaps, tls: IMPLICIT, ca, user: CONSULT, password: PASSWORD };
        let relay = Server { port: servers.postfix.submission, tls: STARTTLS, ca, user: CONSULT, password: PASSWORD };
        let mut service = Service::install(
            PROGRAM,
            &format!(
                "[service]\nmode = \"production\"\n[trust]\ndns = \"zone\"\nzone_file = {:?}\n[seal]\nkeys = \"{}\"\n\
                 [quota]\nfree_answers = 2\nperiod = \"year\"\n{}{}",
                zone.display().to_string(),
                KeyRing::write_key("test", [7; 32]),
                source(&mailbox),
                transport(&relay)
            ),
        );
        service.start();
        service.until_logged("serving").await;
        Self { servers, service, _zone: folder }
    }

    /// A mail of Ann's, unsigned; in reply to one of ours, or anew.
    fn letter(&self, name: &str, to: Option<&[u8]>, words: &str) -> String {
        let named = to.map(|raw| format!("In-Reply-To: <{}>\r\n", parsed(raw).message_id().unwrap()));
        self.servers.question(name, &named.unwrap_or_default(), words)
    }

    /// Ann writes, with the signature of her domain; what comes back into her mailbox.
    async fn exchange(&self, name: &str, to: Option<&[u8]>, words: &str) -> Vec<u8> {
        self.servers.submit(&sign(signer("example.test"), &self.letter(name, to, words))).await;
        self.servers.reply_to(&format!("<{name}@client.example.test>")).await
    }

    fn shown(&self, command: &[&str]) -> String {
        String::from_utf8(self.service.run(command).stdout).unwrap()
    }

    /// What the case list says, as soon as `count` mails wait because nothing proved their sender.
    async fn until_held(&self, count: usize) {
        until("what others wrote waits for a person", 60, || async {
            let listed = self.shown(&["case", "list", "--status", "in_review"]);
            (listed.matches("sender not proved").count() == count).then_some(())
        })
        .await;
    }
}

fn text(raw: &[u8]) -> String {
    let message: Message<'_> = parsed(raw);
    message.body_text(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Message-ID of one of ours, with another token.
fn forged_token(answer: &[u8]) -> String {
    let ours = parsed(answer).message_id().unwrap().to_owned();
    let (left, right) = ours.split_once('@').unwrap();
    let (head, token) = left.rsplit_once('.').unwrap();
    let other = if token.starts_with('a') { 'b' } else { 'a' };
    format!("In-Reply-To: <{head}.{other}{}@{right}>\r\n", &token[1..])
}

/// What others write into her thread: in her name without a signature, with another domain's, with a token made up, and
/// one who has the true token but is not of her account.
async fn others_write(stage: &Stage, answer: &[u8]) {
    const CHANGE: &str = "DOS was 9/9/2024.";
    let servers = &stage.servers;
    let before = servers.replies().len();
    let border = "Authentication-Results: mail.example.test; dkim=pass header.d=example.test; dmarc=pass\r\n";
    servers.submit_as(EVE, &format!("{border}{}", stage.letter("bare", Some(answer), CHANGE))).await;
    servers.submit_as(EVE, &sign(signer("evil.test"), &stage.letter("foreign", Some(answer), CHANGE))).await;
    let changed = sign(signer("example.test"), &stage.letter("changed", Some(answer), CHANGE)).replace("9/9", "9/8");
    servers.submit_as(EVE, &changed).await;
    servers.submit_as(EVE, &servers.question("token", &forged_token(answer), CHANGE)).await;
    stage.until_held(4).await;

    let hers = stage.letter("eve", Some(answer), CHANGE).replace(ANN, EVE).replace("Ann Weber", "Eve");
    servers.submit_as(EVE, &sign(signer("example.test"), &hers)).await;
    let back = until("Eve is written to on her own account", 60, || async {
        servers.dovecot.read_mailbox(EVE, "INBOX").into_iter().find(|raw| is_reply_to(raw, "<eve@client.example.test>"))
    })
    .await;
    assert_ne!(case_of(&parsed(&back)), case_of(&parsed(answer)), "the true token in another's hand joins nothing");
    assert!(!text(&back).contains("45385"), "{}", text(&back));
    assert_eq!(servers.replies().len(), before, "nobody is written to for what was not proved");
    let account = stage.shown(&["account", "show", ANN]);
    assert!(account.contains("1 of 2 answers used"), "{account}");
    let case = stage.shown(&["case", "show", &case_of(&parsed(answer))]);
    assert!(!case.contains("9/9/2024") && !case.contains("2024-09-09"), "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_becomes_a_subscriber_asks_on_and_is_forgotten_while_others_write_in_her_name() {
    let mut stage = Stage::open().await;
    let guest = stage.exchange("guest", None, QUESTION).await;
    assert!(text(&guest).contains("Reply with REGISTER, alone"), "{}", text(&guest));
    let welcome = stage.exchange("join", Some(&guest), "REGISTER").await;
    assert!(text(&welcome).starts_with("Welcome: your account is open."), "{}", text(&welcome));

    let back = stage.exchange("vague", None, "Hi team, please help.").await;
    let case = case_of(&parsed(&back));
    let answer = stage.exchange("facts", Some(&back), &QUESTION.replace("08-01", "08-02")).await;
    assert_eq!(case_of(&parsed(&answer)), case, "it joins the case of our question");
    assert!(text(&answer).contains("1 of 2 answers left"), "{}", text(&answer));

    others_write(&stage, &answer).await;

    let corrected = stage.exchange("correction", Some(&answer), "DOS was 9/3/2024, not 8/2/2024.").await;
    let said = text(&corrected);
    assert_eq!(case_of(&parsed(&corrected)), case);
    assert!(said.contains("2024-09-03") && said.contains("1 of 2 answers left"), "{said}");

    // Her own signed mail with a token made up is read, but as a mail of its own: it has to say what it is about.
    let alone = stage.servers.question("alone", &forged_token(&answer), "DOS was 9/4/2024.");
    stage.servers.submit(&sign(signer("example.test"), &alone)).await;
    let alone = stage.servers.reply_to("<alone@client.example.test>").await;
    assert_ne!(case_of(&parsed(&alone)), case, "a token that is not ours joins nothing");

    let last = stage.exchange("last", None, "Is 37253 an add-on code? Date of service 2024-09-03.").await;
    assert!(text(&last).contains("2 of 2 answers of this period are used (100 %)"), "{}", text(&last));
    let over = stage.exchange("over", None, "What is the MUE of 45385 on 2024-08-01, Medicare?").await;
    assert!(text(&over).contains("Your question is kept"), "{}", text(&over));

    let history = stage.exchange("history", None, "HISTORY").await;
    let said = text(&history);
    assert!(said.contains(&case) && said.contains("45380-59") && said.contains("is kept"), "{said}");
    let forgotten = stage.exchange("forget", None, &format!("FORGET {case}")).await;
    assert!(text(&forgotten).contains(&format!("Case {case} is forgotten.")));
    let history = stage.exchange("after", None, "HISTORY").await;
    assert!(!text(&history).contains(&case));

    stage.servers.until_filed(16).await;
    let account = stage.shown(&["account", "show", ANN]);
    assert!(account.contains("2 of 2 answers used") && account.contains("1 questions are kept"), "{account}");
    assert_eq!(stage.servers.replies().len(), 11, "one reply to each mail of hers");
    stage.service.terminate(Duration::from_secs(5)).await.expect("it ends");
    assert!(!stage.service.log().contains("ERROR"), "{}", stage.service.log());
}
