//! The service with a folder for mail in and one for mail out, and the mails that go through it.

use std::path::PathBuf;

use base64::Engine as _;
use caseconsultant::identity::seal::KeyRing;
use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;

use super::planted;
use crate::support::obeys::Obeys;
use crate::support::ports;
use crate::support::service::Service;
use crate::support::until::until;

/// Who asks; the address is needed to answer.
pub const ANN: &str = "ann@lakeside.test";
/// The sender's name as the From line of one mail shows it: an identity too, and a correspondent's.
pub const DISPLAYED: &str = "Wilhelmina Featherstone";
const QUESTION: &str =
    "snare polypectomy 45385 and biopsy 45380 of another polyp, same session, Medicare, DOS 2024-08-01. Modifier?";
const PROGRAM: &str = env!("CARGO_BIN_EXE_caseconsultant");

/// A running installation.
pub struct Installed {
    /// The program.
    pub service: Service,
    /// The port of its page.
    pub web: u16,
    mail: TempDir,
}

impl Installed {
    /// Installs and starts it, with this model.
    pub async fn start(endpoint: &Obeys) -> Self {
        let mail = tempfile::tempdir().unwrap();
        let [web] = ports::free();
        let at = |name: &str| mail.path().join(name).display().to_string();
        std::fs::create_dir_all(mail.path().join("in/new")).unwrap();
        let configuration = format!(
            "[service]\nmode = \"trial\"\naddress = \"consult@example.test\"\n[trust]\nauthserv_id = \"mx.example.test\"\n\
             [seal]\nkeys = \"{}\"\n[log]\nlevel = \"trace\"\n[web]\nlisten = \"127.0.0.1:{web}\"\n\
             [source]\nkind = \"maildir\"\npoll_seconds = 1\n[source.maildir]\npath = \"{}\"\n\
             [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"{}\"\n\
             [model]\nkind = \"openai\"\nname = \"obedient\"\nbase_url = \"{}\"\n",
            KeyRing::write_key("test", [7; 32]),
            at("in"),
            at("out"),
            endpoint.base_url,
        );
        let mut service = Service::install(PROGRAM, &configuration);
        let added = service.run(&["account", "add", "Lakeside", "--sender", ANN, "--plan", "network"]);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        service.start();
        service.until_logged("serving").await;
        Self { service, web, mail }
    }

    /// Where mail leaves to.
    pub fn out(&self) -> PathBuf {
        self.mail.path().join("out")
    }

    /// What left.
    pub fn replies(&self) -> Vec<Vec<u8>> {
        let Ok(entries) = std::fs::read_dir(self.out().join("new")) else { return Vec::new() };
        entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
    }

    /// Puts a mail into the mailbox and waits until its case rests.
    async fn send(&self, mail: &str) {
        let before = self.cases().len();
        let name = format!("{before:04}.mail");
        std::fs::write(self.mail.path().join(&name), mail).unwrap();
        std::fs::rename(self.mail.path().join(&name), self.mail.path().join("in/new").join(&name)).unwrap();
        let open = ["received", "admitted", "researched", "drafted", "verified", "replying"];
        until("the case rests", 60, || async {
            let cases = self.cases();
            let rests = |case: &Value| !open.contains(&case["status"].as_str().unwrap());
            (cases.len() > before && cases.iter().all(rests)).then_some(())
        })
        .await;
    }

    fn cases(&self) -> Vec<Value> {
        let listed = self.service.run(&["case", "list", "--json", "--limit", "200"]);
        let value: Value = serde_json::from_slice(&listed.stdout).unwrap();
        value["cases"].as_array().unwrap().clone()
    }

    /// Commands that tell of cases, each with its words. `message` is left out, which shows what would be removed.
    pub fn commands(&self) -> Vec<Vec<String>> {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut commands: Vec<Vec<String>> = [
            "case list",
            "case list --json",
            "account list",
            "account list --json",
            "seal status",
            "check",
            "corpus status",
        ]
        .iter()
        .map(|text| words(text))
        .collect();
        commands.push(words(&format!("account show {ANN}")));
        for case in self.cases() {
            let id = case["id"].as_str().unwrap();
            commands.push(words(&format!("case show {id}")));
            commands.push(words(&format!("case show {id} --json")));
            commands.push(words(&format!("case retry {id}x")));
        }
        commands
    }

    /// Waits for the reply to a message, and returns its Message-ID.
    async fn reply_to(&self, id: &str) -> String {
        until(&format!("a reply to {id}"), 30, || async {
            self.replies().iter().find_map(|raw| {
                let message = MessageParser::default().parse(raw)?;
                (message.in_reply_to().as_text() == Some(id)).then(|| message.message_id().unwrap().to_owned())
            })
        })
        .await
    }
}

/// A head whose sender is proved.
fn head(from: &str, subject: &str, id: &str, more: &str) -> String {
    let domain = from.rsplit('@').next().unwrap().trim_end_matches('>');
    format!(
        "Authentication-Results: mx.example.test; dmarc=pass header.from={domain}\r\n{more}From: {from}\r\n\
         To: consult@example.test\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\
         MIME-Version: 1.0\r\n"
    )
}

fn plain(from: &str, subject: &str, id: &str, more: &str, text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    format!("{}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n", head(from, subject, id, more))
}

/// Some of the identifiers of a place, as a short line has room for.
fn short(n: usize) -> String {
    let all = planted::all(n);
    let said: Vec<&str> = all.iter().take(4).map(|canary| canary.said.as_str()).collect();
    said.join(", ")
}

/// Everything in one mail: subject, text, quotation, signature, the name of a file and what is in it.
fn crowded(id: &str) -> String {
    let body = format!(
        "{}\n\n{QUESTION} The attached note tells more.\n\n-- \n{}\n\nOn Mon, Nov 23, 2026, the front desk wrote:\n> {}\n",
        planted::told(2),
        planted::told(4),
        planted::told(3),
    );
    let file = base64::engine::general_purpose::STANDARD.encode(format!("Operative note. {}\n", planted::told(6)));
    let named = planted::person(5).replace(' ', "_");
    let mrn = &planted::all(5)[3].needles[0];
    let name = format!("{named}_MRN{mrn}_note.txt");
    format!(
        "{}Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n\
         --=_b\r\nContent-Type: text/plain; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{file}\r\n--=_b--\r\n",
        head(&format!("{DISPLAYED} <{ANN}>"), &short(7), id, ""),
        body.replace('\n', "\r\n"),
    )
}

/// The whole of it.
pub async fn journey(installed: &Installed) {
    let asked = |n: usize| format!("{}: {QUESTION}", short(n));
    let shown = format!("\"{} MRN {}\" <{ANN}>", planted::person(1), planted::all(1)[3].needles[0]);
    installed.send(&plain(&shown, &short(0), "q1@lakeside.test", "", &asked(0))).await;
    let reply = installed.reply_to("q1@lakeside.test").await;
    installed.send(&crowded("q2@lakeside.test")).await;
    let thread = format!("In-Reply-To: <{reply}>\r\n");
    for (n, text) in [
        format!("DOS was 9/3/2024, not 8/1/2024. {}", planted::told(8)),
        format!("BAD because {} was in another room", short(9)),
        "MORE".to_owned(),
        "SHORT".to_owned(),
        "HUMAN".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        installed.send(&plain(ANN, "Re: polyps", &format!("t{n}@lakeside.test"), &thread, text)).await;
    }
    let (person, mrn) = (planted::person(9), &planted::all(9)[3].needles[0]);
    for (n, text) in [
        format!("FIND {person} {mrn}"),
        format!("PROFILE client=\"{person} MRN {mrn}\" state=OH"),
        "HISTORY".to_owned(),
        "STATUS".to_owned(),
        format!("Client: {person} MRN {mrn}\n{QUESTION}"),
        format!("FORGET {person} {mrn}"),
    ]
    .iter()
    .enumerate()
    {
        installed.send(&plain(ANN, "", &format!("c{n}@lakeside.test"), "", text)).await;
    }
    let register = format!("REGISTER {person} MRN {mrn}");
    installed.send(&plain("new@riverside.test", "", "r1@riverside.test", "", &register)).await;
    not_answered(installed).await;
}

/// What is held, refused or passed over leaves no more behind than what is answered.
async fn not_answered(installed: &Installed) {
    let told = planted::told(9);
    let subject = short(7);
    let question = |from: &str, id: &str, more: &str| plain(from, &subject, id, more, &format!("{told} {QUESTION}"));
    installed.send(&question(ANN, "u1@lakeside.test", "").replace("dmarc=pass", "dmarc=fail")).await;
    installed.send(&question(ANN, "u2@lakeside.test", "Auto-Submitted: auto-replied\r\n")).await;
    installed.send(&question(ANN, "u3@lakeside.test", "From: other@lakeside.test\r\n")).await;
    let shown = format!("\"{} other@riverside.test\" <{ANN}>", planted::person(1));
    installed.send(&question(&shown, "u4@lakeside.test", "")).await;
    installed.send(&plain(ANN, &subject, "u5@lakeside.test", "", "")).await;
    let locked = "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234\n=abcd\n-----END PGP MESSAGE-----";
    installed.send(&plain(ANN, &subject, "u6@lakeside.test", "", locked)).await;
    let report = format!(
        "{}Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_r\"\r\n\r\n--=_r\r\n\
         Content-Type: text/plain\r\n\r\n{told}\r\n--=_r\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822; {ANN}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 {subject}\r\n\r\n--=_r--\r\n",
        head("mailer-daemon@example.test", &subject, "b1@example.test", ""),
    );
    installed.send(&report).await;
}
