//! The pages where a case is taken, edited and decided, as a browser uses them.

use std::sync::Arc;

use caseconsultant::attachment::Reader;
use caseconsultant::config::Config;
use caseconsultant::corpus::Shelf;
use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::mail::dns::Dns;
use caseconsultant::mail::memory::{MemorySource, MemoryTransport};
use caseconsultant::pipeline::{Consultant, Pipeline};
use caseconsultant::receive;
use caseconsultant::reply::deliver;

use super::{Browser, DANA, Office, Page};
use crate::support::app::{BORDER, Letter, QUESTION, mail, reply};
use crate::support::{made, starter};

pub const ANN: &str = "ann@lakeside.test";
pub const ASKED: &str =
    "I want a person to look: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier?";

/// The pages beside the pipeline over the same database.
pub struct Desk {
    pub office: Office,
    pub pipeline: Pipeline,
    pub transport: MemoryTransport,
    source: MemorySource,
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(starter::edition(), change).await
    }

    /// Over another shelf.
    pub async fn on(shelf: Arc<Shelf>, change: impl FnOnce(&mut Config)) -> Self {
        let office = Office::on(shelf.clone(), |config| {
            config.trust.authserv_id = BORDER.to_owned();
            change(config);
        })
        .await;
        let program = env!("CARGO_BIN_EXE_caseconsultant").into();
        let reader = Arc::new(Reader::new(program, office.config.attachments.clone()));
        let consultant =
            Consultant { shelf, model: None, config: office.config.clone(), clock: office.clock.clone(), reader };
        let dns = Dns::open(&office.config.trust).unwrap();
        let pipeline = Pipeline::new(consultant, office.store.clone(), dns);
        let account = Account { id: "ac_lakeside".to_owned(), name: "Lakeside GI".to_owned(), plan: FREE.to_owned() };
        let senders = vec![Address::parse(ANN).unwrap()];
        office.store.insert_account(account, senders, office.clock.now()).await.unwrap();
        Self { office, pipeline, transport: MemoryTransport::new(), source: MemorySource::new() }
    }

    /// Takes a mail in and works until it rests; its case.
    pub async fn arrive(&self, mail: &str) -> CaseId {
        self.source.push(mail);
        let mut source = self.source.clone();
        let (store, clock) = (&self.office.store, &self.office.clock);
        receive::poll(&mut source, store, clock, &self.office.config, |_| {}).await.unwrap();
        self.office.minutes(1);
        self.work().await;
        store.list_cases(None, 1).await.unwrap().remove(0).id
    }

    pub async fn work(&self) {
        while self.pipeline.step().await.unwrap() {}
        let (store, clock) = (&self.office.store, &self.office.clock);
        while deliver::run(store, &self.transport, clock, &self.office.config).await.unwrap() > 0 {}
    }

    pub async fn status(&self, id: &CaseId) -> CaseStatus {
        self.office.store.find_case(id).await.unwrap().unwrap().status
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.transport.sent().iter().map(Letter::read).collect()
    }
}

/// What a browser would send of the draft's form: its fields as they stand on the page.
pub fn form_of(page: &Page) -> Vec<(String, String)> {
    let field = regex::Regex::new(
        r#"(?s)<textarea[^>]* name="(d\d+\.[a-z]+)"[^>]*>(.*?)</textarea>|<input type="(?:text|hidden)" name="(d\d+\.[a-z]+)" value="([^"]*)"|<select[^>]* name="(d\d+\.verdict)">(.*?)</select>"#,
    )
    .unwrap();
    let chosen = regex::Regex::new(r#"<option value="([^"]*)" selected"#).unwrap();
    let plain = |text: &str| {
        let text = text.strip_prefix('\n').unwrap_or(text);
        text.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
    };
    field
        .captures_iter(&page.text)
        .map(|found| {
            if let Some(name) = found.get(1) {
                (name.as_str().to_owned(), plain(&found[2]))
            } else if let Some(name) = found.get(3) {
                (name.as_str().to_owned(), plain(&found[4]))
            } else {
                let value = chosen.captures(&found[6]).map_or_else(String::new, |c| c[1].to_owned());
                (found[5].to_owned(), value)
            }
        })
        .collect()
}

pub async fn send(browser: &Browser, id: &CaseId, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.send(&format!("/cases/{id}"), &format!("/cases/{id}/{path}"), &fields).await
}

pub fn with(mut form: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        match form.iter_mut().find(|(own, _)| own == name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => form.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    form
}

#[tokio::test]
async fn a_reviewer_takes_a_case_corrects_it_and_sends_it_under_her_name() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let queue = dana.get("/queue").await;
    assert!(queue.text.contains("Two polyps") && queue.text.contains("asks for a person"), "{}", queue.text);
    assert!(queue.text.len() < 60_000);
    let taken = dana.send("/queue", "/queue/next", &[]).await;
    assert_eq!((taken.status, taken.to()), (303, format!("/cases/{id}").as_str()));
    let page = dana.get(taken.to()).await;
    assert!(page.text.contains("edit, modifier allowed") && page.text.contains("Lakeside GI"), "{}", page.text);
    let form = form_of(&page);
    assert!(form.iter().any(|(name, value)| name == "d0.code" && value == "45380"), "{form:?}");
    let edited = with(form, &[("d0.headline", "Yes: 45385, and 45380 with modifier 59 or XS [1].")]);
    let checked = send(&dana, &id, "check", &with(edited.clone(), &[("part", "1")])).await;
    assert_eq!(checked.status, 200);
    assert!(checked.text.contains("<ins>") && !checked.text.contains("<html"), "{}", checked.text);
    let sent = send(&dana, &id, "decide", &with(edited, &[("decision", "answer")])).await;
    assert_eq!((sent.status, sent.to()), (303, format!("/cases/{id}?said=decided").as_str()), "{}", sent.text);
    assert!(dana.get(sent.to()).await.text.contains("Undo"));
    assert_eq!(desk.letters().len(), 1, "the holding notice, and nothing else yet");
    desk.office.minutes(2);
    desk.work().await;
    let letters = desk.letters();
    assert_eq!(letters.len(), 2);
    assert!(letters[1].said().starts_with("Yes: 45385, and 45380 with modifier 59 or XS"), "{}", letters[1].text);
    assert!(letters[1].said().contains("Reviewed by Dana Lee"), "{}", letters[1].text);
    assert_eq!(desk.status(&id).await, CaseStatus::Answered);
}

#[tokio::test]
async fn a_decision_is_undone_from_the_page() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    send(&dana, &id, "decide", &with(form, &[("decision", "answer")])).await;
    let undone = send(&dana, &id, "undo", &[]).await;
    assert_eq!((undone.status, undone.to()), (303, format!("/cases/{id}?said=undone").as_str()));
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.letters().len(), 1);
    assert_eq!(desk.status(&id).await, CaseStatus::InReview);
}

#[tokio::test]
async fn what_blocks_is_overruled_by_an_admin_with_a_reason_and_by_nobody_else() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let path = format!("/cases/{id}");
    dana.send(&path, &format!("{path}/claim"), &[]).await;
    let form = form_of(&dana.get(&path).await);
    let wrong =
        with(form, &[("d0.verdict", "no"), ("d0.headline", "No, 99999 is billed [1]."), ("decision", "answer")]);
    let refused = send(&dana, &id, "decide", &wrong).await;
    assert!(refused.status == 409 && refused.text.contains("Objections stand"), "{} {}", refused.status, refused.text);
    let overruling = with(wrong, &[("overrule", "1"), ("reason", "a letter of the contractor says so")]);
    assert_eq!(send(&dana, &id, "decide", &overruling).await.status, 403);
    let eli = desk.office.signed_in("eli@example.test", Role::Admin).await;
    let taken = eli.send(&path, &format!("{path}/claim"), &[]).await;
    assert!(taken.status == 409 && taken.text.contains("Dana Lee is working on"), "{}", taken.text);
    send(&dana, &id, "hand-over", &[]).await;
    eli.send(&path, &format!("{path}/claim"), &[]).await;
    let short = send(&eli, &id, "decide", &with(overruling.clone(), &[("reason", "so")])).await;
    assert_eq!(short.status, 422);
    assert_eq!(send(&eli, &id, "decide", &overruling).await.status, 303);
    let review = desk.office.store.list_reviews(&id).await.unwrap().remove(0);
    assert_eq!(review.review.overruled(), "a letter of the contractor says so");
    desk.office.minutes(2);
    desk.work().await;
}

#[tokio::test]
async fn nobody_is_written_to_whose_sender_is_not_proved() {
    let desk = Desk::open().await;
    let forged = mail(ANN, "Urgent", "f1@lakeside.test", ASKED).replace("dmarc=pass", "dmarc=fail");
    let id = desk.arrive(&forged).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let page = dana.get(&format!("/cases/{id}")).await;
    assert!(!page.text.contains("Send this answer"), "{}", page.text);
    for decision in ["answer", "ask", "decline"] {
        let fields = [("decision", decision), ("question", "Who are you?"), ("decline", "No.")];
        let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(send(&dana, &id, "decide", &fields).await.status, 409, "{decision}");
    }
    let closed = send(&dana, &id, "decide", &[("decision".to_owned(), "close".to_owned())]).await;
    assert_eq!((closed.status, closed.to()), (303, "/queue?said=closed"));
    desk.work().await;
    assert!(desk.letters().is_empty());
}

#[tokio::test]
async fn corrected_assumptions_bring_a_new_draft() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let fields = [("date".to_owned(), "2019-03-04".to_owned())];
    let again = send(&dana, &id, "again", &fields).await;
    assert_eq!((again.status, again.to()), (303, format!("/cases/{id}?said=again").as_str()), "{}", again.text);
    let page = dana.get(&format!("/cases/{id}")).await;
    assert!(page.text.contains("2019-03-04") && page.text.contains("not checked"), "{}", page.text);
}

#[tokio::test]
async fn an_original_is_shown_as_text_and_only_for_a_reason() {
    let desk = Desk::open().await;
    let evil = format!("<script>alert(1)</script><img src=x onerror=alert(2)> {ASKED}");
    let id = desk.arrive(&mail(ANN, "\"><svg onload=alert(3)>", "q1@lakeside.test", &evil)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    for path in ["/queue".to_owned(), format!("/cases/{id}")] {
        let page = dana.get(&path).await;
        for raw in ["<script>alert", "<img src=x", "<svg onload"] {
            assert!(!page.text.contains(raw), "{path}: {raw}");
        }
    }
    assert_eq!(send(&dana, &id, "original", &[("reason".to_owned(), " ".to_owned())]).await.status, 422);
    let reason = [("reason".to_owned(), "the draft names no date".to_owned())];
    let shown = send(&dana, &id, "original", &reason).await;
    assert!(shown.status == 200 && shown.text.contains("&#60;script&#62;"), "{}", shown.text);
    assert!(!shown.text.contains("<script>alert"));
    assert_eq!(desk.office.store.list_openings(&id).await.unwrap()[0].reason, "the draft names no date");
}

#[tokio::test]
async fn of_two_people_who_reach_for_a_case_one_has_it() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let eli = desk.office.signed_in("eli@example.test", Role::Reviewer).await;
    let path = format!("/cases/{id}");
    let claim = format!("{path}/claim");
    let (first, second) = tokio::join!(dana.send(&path, &claim, &[]), eli.send(&path, &claim, &[]));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[tokio::test]
async fn counts_are_told_as_they_change_and_end_with_the_service() {
    let desk = Desk::open().await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let mut open = dana.listen("/queue/live").await;
    let first = String::from_utf8(open.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("event: counts") && first.contains("\"total\":1"), "{first}");
    assert!(desk.office.ends().await, "an open page keeps nothing from stopping");
}

#[tokio::test]
async fn a_complaint_is_upheld_by_the_right_answer_once_that_left_and_not_before() {
    let desk = Desk::open().await;
    let asked = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answer = desk.letters().remove(0);
    desk.office.minutes(1);
    let complaint = desk.arrive(&reply(&answer, ANN, "b1@lakeside.test", "BAD the polyps lay in one segment")).await;
    let told = desk.letters().len();
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let page = dana.get(&format!("/cases/{complaint}")).await;
    assert!(page.text.contains("The answer stands") && page.text.contains("45380"), "{}", page.text);
    let form = with(form_of(&page), &[("decision", "answer")]);
    assert_eq!(send(&dana, &complaint, "decide", &form).await.status, 303);
    assert_eq!(desk.office.store.list_feedback(&asked).await.unwrap()[0].decision, "");
    assert_eq!(send(&dana, &complaint, "undo", &[]).await.status, 303);
    assert_eq!(send(&dana, &complaint, "complaint", &[("why".to_owned(), "no".to_owned())]).await.status, 422);
    assert_eq!(send(&dana, &complaint, "decide", &form).await.status, 303);
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.office.store.list_feedback(&asked).await.unwrap()[0].decision, "upheld");
    let letters = desk.letters();
    assert_eq!(letters.len(), told + 1, "the right answer, and no second mail about it");
    assert!(letters[told].said().contains("Reviewed by Dana Lee"), "{}", letters[told].text);
}

#[tokio::test]
async fn a_complaint_that_is_not_right_is_answered_with_the_reason() {
    let desk = Desk::open().await;
    let asked = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answer = desk.letters().remove(0);
    desk.office.minutes(1);
    let complaint = desk.arrive(&reply(&answer, ANN, "b1@lakeside.test", "BAD I do not like it")).await;
    let told = desk.letters().len();
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let why = [("why".to_owned(), "Two polyps and two techniques are two services.".to_owned())];
    let done = send(&dana, &complaint, "complaint", &why).await;
    assert_eq!((done.status, done.to()), (303, "/queue?said=told"), "{}", done.text);
    desk.work().await;
    assert_eq!(desk.office.store.list_feedback(&asked).await.unwrap()[0].decision, "rejected");
    let letters = desk.letters();
    assert!(letters.len() == told + 1 && letters[told].said().contains("two techniques are two services"));
}

#[tokio::test]
async fn a_reviewer_may_be_of_another_opinion_than_a_rule_and_not_than_a_table() {
    let desk = Desk::open().await;
    let asked = "Our locum tenens physician saw established patients of an NP. May we bill incident-to, and under whose number?";
    let id = desk.arrive(&mail(ANN, "Locum", "l1@lakeside.test", asked)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let verdict = form.iter().find(|(name, _)| name == "d0.verdict").unwrap().1.clone();
    let other = if verdict == "depends" { "no" } else { "depends" };
    let edited = with(form, &[("d0.verdict", other), ("decision", "answer")]);
    let checked = send(&dana, &id, "check", &with(edited.clone(), &[("part", "1")])).await;
    assert!(checked.text.contains("the draft says") && !checked.text.contains("blocks</span>"), "{}", checked.text);
    assert_eq!(send(&dana, &id, "decide", &edited).await.status, 303);
    send(&dana, &id, "undo", &[]).await;
}

#[tokio::test]
async fn a_case_is_handed_to_an_active_colleague_and_to_nobody_else() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let eli = desk.office.add("eli@example.test", Role::Reviewer, Standing::Closed).await;
    let kim = desk.office.add("kim@example.test", Role::Reviewer, Standing::Active).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let to = |email: &str| [("to".to_owned(), email.to_owned())];
    assert_eq!(send(&dana, &id, "hand-over", &to("eli@example.test")).await.status, 422);
    assert_eq!(send(&dana, &id, "hand-over", &to("Kim@example.test")).await.status, 303);
    let holder = desk.office.store.find_waiting(&id).await.unwrap().unwrap().held_by;
    assert!(holder == kim && holder != eli);
}

#[tokio::test]
async fn what_files_say_is_shown_without_identity_and_read_again_with_the_question() {
    let desk = Desk::open().await;
    let note =
        "Patient: Jane Roe, MRN 4471123. Two polyps: one snared in the cecum, one taken by forceps in the sigmoid.";
    let asked = format!("{ASKED} The operative note is attached.");
    let mail = made::mail_with(ANN, "f1@lakeside.test", &asked, &[made::file("note.txt", note)]);
    let id = desk.arrive(&mail).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    for again in [false, true] {
        if again {
            let fields = [("date".to_owned(), "2024-08-02".to_owned())];
            assert_eq!(send(&dana, &id, "again", &fields).await.status, 303);
        }
        let page = dana.get(&format!("/cases/{id}")).await;
        assert!(page.text.contains("one snared in the cecum"), "{again}: {}", page.text);
        assert!(!page.text.contains("Jane Roe") && !page.text.contains("4471123"), "{again}");
    }
}

#[tokio::test]
async fn spam_is_closed_and_called_so() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let done = send(&dana, &id, "decide", &[("decision".to_owned(), "spam".to_owned())]).await;
    assert_eq!((done.status, done.to()), (303, "/queue?said=closed"));
    assert_eq!(desk.office.store.list_reviews(&id).await.unwrap()[0].note, "spam.");
    assert_eq!(desk.status(&id).await, CaseStatus::Ignored);
}
