//! Second looks, seeded drafts, and the page that tells how well it all goes.

use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::reviewer::Role;
use caseconsultant::domain::sample::Look;
use caseconsultant::domain::waits::Waits;
use caseconsultant::store::queue::Wanted;

use super::review::{ANN, ASKED, Desk, form_of, send, with};
use super::{Browser, DANA, Page};
use crate::support::app::{QUESTION, mail, reply};

async fn piles(desk: &Desk) -> Vec<(Waits, i64)> {
    desk.office.store.count_waiting().await.unwrap()
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// A number beside its words on the page.
fn told(page: &Page, what: &str) -> String {
    let fact = regex::Regex::new(&format!("<dt>{what}</dt><dd>([^<]*)</dd>")).unwrap();
    fact.captures(&page.text).unwrap_or_else(|| panic!("{what}: {}", page.text))[1].to_owned()
}

#[tokio::test]
async fn a_drawn_answer_leaves_at_once_and_waits_for_a_second_look_afterwards() {
    let desk = Desk::with(|config| config.review.sample_percent = 100).await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    assert_eq!((desk.letters().len(), desk.status(&id).await), (1, CaseStatus::Answered), "nothing held it up");
    assert_eq!(piles(&desk).await, [(Waits::Sample, 1)]);
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let page = dana.get(&format!("/cases/{id}")).await;
    assert!(page.text.contains("It was right") && !page.text.contains("Send this answer"), "{}", page.text);
    assert_eq!(send(&dana, &id, "second-look", &[field("look", "wrong")]).await.status, 422, "not without why");
    let why = "Modifier XS fits better. The patient is Maria Gonzalez.";
    let looked = send(&dana, &id, "second-look", &[field("look", "wrong"), field("why", why)]).await;
    assert_eq!((looked.status, looked.to()), (303, "/queue?said=looked"), "{}", looked.text);
    let look = desk.office.store.find_look(&id).await.unwrap().unwrap();
    assert_eq!((look.look, look.reviewer.as_str()), (Some(Look::Wrong), "rv_dana"));
    assert!(look.why.contains("XS fits") && !look.why.contains("Gonzalez"), "{}", look.why);
    assert!(piles(&desk).await.is_empty());
    let again = send(&dana, &id, "second-look", &[field("look", "right")]).await;
    assert_eq!(again.status, 409, "once");
    desk.work().await;
    assert_eq!(desk.letters().len(), 1, "nothing more was sent");
    let page = dana.get("/quality").await;
    assert_eq!((told(&page, "looked at"), told(&page, "wrong")), ("1".to_owned(), "1".to_owned()));
    assert!(told(&page, "share of errors").starts_with("100.0 % (with 95 % certainty 20.7 %"), "{}", page.text);
}

#[tokio::test]
async fn nothing_is_drawn_where_nothing_is_to_be_drawn_and_no_waiting_case_is() {
    let desk = Desk::with(|config| config.review.sample_percent = 0).await;
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    assert!(piles(&desk).await.is_empty());
    let desk = Desk::with(|config| config.review.sample_percent = 100).await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    assert_eq!(piles(&desk).await, [(Waits::Human, 1)]);
    assert!(desk.office.store.find_look(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_second_look_leads_to_the_complaint_from_which_a_correction_goes_out() {
    let desk = Desk::with(|config| config.review.sample_percent = 100).await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answer = desk.letters().remove(0);
    desk.office.minutes(1);
    let complaint = desk.arrive(&reply(&answer, ANN, "b1@lakeside.test", "BAD the polyps lay in one segment")).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let path = format!("/cases/{id}");
    dana.send(&path, &format!("{path}/claim"), &[]).await;
    assert!(dana.get(&path).await.text.contains(&format!("href=\"/cases/{complaint}\"")));
}

/// A seeded draft in Dana's hands: one answer left by itself, one case waits, and one is planted.
async fn seeded(desk: &Desk) -> (Browser, CaseId) {
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    desk.arrive(&mail(ANN, "A person please", "q2@lakeside.test", ASKED)).await;
    let waiting = desk.office.store.list_waiting(&Wanted::default(), 10).await.unwrap();
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    let mut seeds = Vec::new();
    for one in waiting {
        seeds.extend(desk.office.store.find_seed(&one.id).await.unwrap().map(|_| one.id));
    }
    let seed = seeds.pop().expect("one of the two is planted");
    assert!(seeds.is_empty());
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let path = format!("/cases/{seed}");
    assert_eq!(dana.send(&path, &format!("{path}/claim"), &[]).await.status, 303);
    (dana, seed)
}

async fn seeding() -> Desk {
    Desk::with(|config| config.review.seed_percent = 100).await
}

#[tokio::test]
async fn a_seeded_draft_looks_like_the_others_until_it_is_decided() {
    let desk = seeding().await;
    let (dana, id) = seeded(&desk).await;
    for path in ["/queue".to_owned(), format!("/cases/{id}")] {
        let page = dana.get(&path).await;
        assert_eq!(page.status, 200);
        for word in ["seed", "planted", "exercise"] {
            assert!(!page.text.to_lowercase().contains(word), "{path} says {word}: {}", page.text);
        }
    }
    let page = dana.get(&format!("/cases/{id}")).await;
    assert!(page.text.contains("Send this answer") && page.text.contains("mail holding: sent"), "{}", page.text);
    assert!(!page.text.contains("<span class=\"tag bad\">blocks</span>"), "nothing gives it away: {}", page.text);
    assert!(!page.text.contains("lakeside"), "whose question it was, nobody sees");
    assert_eq!(send(&dana, &id, "original", &[field("reason", "to see it all")]).await.status, 409);
}

#[tokio::test]
async fn a_seeded_draft_that_is_sent_as_it_is_sends_nothing_and_is_told_as_missed() {
    let desk = seeding().await;
    let (dana, id) = seeded(&desk).await;
    let before = desk.letters().len();
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let sent = send(&dana, &id, "decide", &with(form, &[("decision", "answer")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = dana.get(sent.to()).await;
    assert!(page.text.contains("This was an exercise") && page.text.contains("It was still there"), "{}", page.text);
    assert!(!page.text.contains("The mail leaves"), "{}", page.text);
    desk.office.minutes(5);
    desk.work().await;
    assert_eq!((desk.letters().len(), desk.status(&id).await), (before, CaseStatus::Ignored));
    assert!(desk.office.store.list_outbox(&id).await.unwrap().is_empty());
    assert_eq!(desk.office.store.find_seed(&id).await.unwrap().unwrap().caught, Some(false));
    assert!(
        desk.office
            .store
            .list_proposals(caseconsultant::domain::proposal::ProposalState::Open, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let quality = dana.get("/quality").await;
    assert!(quality.text.contains("<td class=\"number\">1</td><td class=\"number\">0</td>"), "{}", quality.text);
    assert_eq!(told(&quality, "mails taken in"), "2", "it counts nowhere else");
}

#[tokio::test]
async fn a_seeded_draft_is_caught_by_a_question_and_by_mending_it() {
    let desk = seeding().await;
    let (dana, id) = seeded(&desk).await;
    let fields = [field("decision", "ask"), field("question", "Which of the two polyps was it, and where?")];
    let asked = send(&dana, &id, "decide", &fields).await;
    assert!(dana.get(asked.to()).await.text.contains("You caught it."), "{}", asked.text);
    desk.office.minutes(5);
    desk.work().await;
    assert!(desk.office.store.list_outbox(&id).await.unwrap().is_empty());

    let desk = seeding().await;
    let (dana, id) = seeded(&desk).await;
    let plant = desk.office.store.find_seed(&id).await.unwrap().unwrap().plant;
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let bare = |text: &str| text.trim_start_matches("modifier ").to_owned();
    let mended = form.into_iter().map(|(name, value)| {
        let value = value.replace(&plant.wrong, &plant.right);
        let value =
            if name == "d0.modifiers" { value.replace(&bare(&plant.wrong), &bare(&plant.right)) } else { value };
        (name, value)
    });
    let sent = send(&dana, &id, "decide", &with(mended.collect(), &[("decision", "answer")])).await;
    assert!(dana.get(sent.to()).await.text.contains("You caught it."), "{plant:?} {}", sent.text);
}

#[tokio::test]
async fn no_way_leads_a_seeded_draft_into_the_pipeline_or_the_outbox() {
    let desk = seeding().await;
    let (dana, id) = seeded(&desk).await;
    assert_eq!(send(&dana, &id, "retry", &[]).await.status, 409);
    assert!(!desk.office.store.reopen(&id, desk.office.clock.now()).await.unwrap());
    assert!(desk.office.store.close_by_hand(&id, "Dana", desk.office.clock.now()).await.is_err());
    let lease = caseconsultant::store::case::Lease {
        case: id.clone(),
        thread: None,
        status: CaseStatus::InReview,
        token: 0,
        attempts: 1,
        share: String::new(),
        suspect: false,
    };
    // Even with a release in hand, and everything else besides, the database makes no row.
    let release =
        caseconsultant::domain::release::Release::notice(caseconsultant::domain::outbox::OutboxKind::Holding, "a test");
    let message = caseconsultant::store::outbox::NewOutbox {
        id: "ob_seed".to_owned(),
        message_id: "<seed@example.test>".to_owned(),
        envelope_from: "consult@example.test".to_owned(),
        envelope_to: ANN.to_owned(),
        copies: Vec::new(),
        wire: b"x".to_vec(),
    };
    let now = desk.office.clock.now();
    for to in [CaseStatus::InReview, CaseStatus::Replying, CaseStatus::Ignored] {
        let made = desk
            .office
            .store
            .enqueue(&lease, release.as_ref().unwrap(), message.clone(), to, Default::default(), now)
            .await;
        assert!(made.is_err(), "{to:?}");
    }
    assert!(desk.office.store.list_outbox(&id).await.unwrap().is_empty());
    assert_eq!(desk.status(&id).await, CaseStatus::InReview);
}

#[tokio::test]
async fn no_program_is_told_of_a_seeded_draft() {
    let desk = seeding().await;
    let mut beside = crate::support::engine::beside(&desk.office.config.data_dir).await;
    let wanted = "INSERT INTO webhook_event (kind, webhook) VALUES ('case.waiting', 'office')";
    sqlx::query(wanted).execute(&mut beside).await.unwrap();
    let (_, seed) = seeded(&desk).await;
    let told: Vec<(String,)> =
        sqlx::query_as("SELECT turn_id FROM webhook_message").fetch_all(&mut beside).await.unwrap();
    assert!(told.len() == 1 && told[0].0 != seed.as_str(), "{told:?}");
}

#[tokio::test]
async fn the_page_counts_what_happened() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answer = desk.letters().remove(0);
    desk.office.minutes(1);
    desk.arrive(&reply(&answer, ANN, "g1@lakeside.test", "GOOD")).await;
    let waits = desk.arrive(&mail(ANN, "A person", "q2@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let form = form_of(&dana.get(&format!("/cases/{waits}")).await);
    let wrong = [("d0.headline", "No, 99999 is billed [1]."), ("decision", "answer"), ("overrule", "1")];
    let reason = [("reason", "a letter of the contractor says so")];
    let sent = send(&dana, &waits, "decide", &with(with(form, &wrong), &reason)).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!((desk.status(&id).await, desk.status(&waits).await), (CaseStatus::Answered, CaseStatus::Answered));
    for days in ["7", "30", "90", "none"] {
        let page = dana.get(&format!("/quality?days={days}")).await;
        assert_eq!(told(&page, "answered"), "2");
        assert_eq!(told(&page, "of these by themselves"), "1 (50 %)");
        assert_eq!(told(&page, "went to a person"), "1");
        assert_eq!(told(&page, "changed by a person before they left"), "1 (100 %)");
        assert_eq!((told(&page, "rated GOOD"), told(&page, "rated BAD")), ("1".to_owned(), "0".to_owned()));
        assert!(page.text.contains("a letter of the contractor says so") && page.text.contains("role=\"img\""));
        assert!(page.text.len() < 60_000, "{}", page.text.len());
    }
}

#[tokio::test]
async fn a_hundred_thousand_cases_do_not_make_the_page_slow() {
    let desk = Desk::open().await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let mut beside = crate::support::engine::beside(&desk.office.config.data_dir).await;
    let now = desk.office.clock.now().0;
    // Five months of 20,000 cases: one every two minutes.
    let each = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)";
    for statement in [
        format!(
            "{each} INSERT INTO message (id, mailbox, uid_validity, uid, digest, size, received_at, settled, raw)
             SELECT 'm' || i, 'many', 1, i, 'd' || i, 1, 0, 1, '' FROM n"
        ),
        format!(
            "{each} INSERT INTO consultation (id, message_id, status, run_at, created_at, updated_at)
             SELECT 'CC-' || i, 'm' || i, 'replying', 0, {now} - CAST(i AS BIGINT) * 130000000, {now} - CAST(i AS BIGINT) * 130000000 FROM n"
        ),
        "UPDATE consultation SET status = 'answered' WHERE status = 'replying'".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut beside).await.unwrap();
    }
    let mut fastest = u128::MAX;
    for _ in 0..5 {
        let began = std::time::Instant::now();
        let page = dana.get("/quality?days=90").await;
        fastest = fastest.min(began.elapsed().as_millis());
        let counted: i64 = told(&page, "answered").parse().unwrap();
        assert!((58_000..=60_500).contains(&counted), "{counted}");
        assert!(page.text.len() < 60_000, "{}", page.text.len());
    }
    println!("the quality page over 100,000 cases: {fastest} ms");
    assert!(fastest < 500, "{fastest} ms, without optimization");
}
