//! Cases found by their words, views that are kept, and what is looked up and put into an answer.

use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::reviewer::Role;
use caseconsultant::store::forget::Forgotten;

use super::DANA;
use super::review::{ANN, ASKED, Desk, form_of, send, with};
use crate::support::app::{QUESTION, mail};

const ELI: &str = "eli@example.test";

async fn desk() -> (Desk, CaseId) {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    (desk, id)
}

#[tokio::test]
async fn a_case_is_found_by_number_word_code_account_and_sender_until_it_is_forgotten() {
    let (desk, id) = desk().await;
    let other = desk.arrive(&mail(ANN, "Locum", "l1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    for number in [id.to_string(), id.to_string().to_lowercase()] {
        let found = dana.get(&format!("/search?q=+{number}+")).await;
        assert_eq!((found.status, found.to()), (303, format!("/cases/{id}").as_str()));
    }
    let holds = async |words: &str| {
        let page = dana.get(&format!("/search?q={words}")).await;
        assert_eq!(page.status, 200);
        (page.text.contains(id.as_str()), page.text.contains(other.as_str()))
    };
    assert_eq!(holds("polyps").await, (true, true), "a plural finds the singular of the other");
    assert_eq!(holds("person+polyp").await, (true, false));
    assert_eq!(holds("45385").await, (true, true));
    assert_eq!(holds("lakeside").await, (true, true));
    assert_eq!(holds("ann%40lakeside.test+locum").await, (false, true));
    assert_eq!(holds("polyps+nowhere").await, (false, false));
    assert_eq!(holds("%27%22%3B--").await, (false, false));
    desk.office.minutes(1);
    assert_eq!(desk.office.store.forget(&other, desk.office.clock.now()).await.unwrap(), Forgotten::Done);
    assert_eq!(holds("locum").await, (false, false));
    assert!(desk.office.store.list_words(&other).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_answer_says_finds_its_case_too() {
    let (desk, id) = desk().await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let page = dana.get(&format!("/cases/{id}")).await;
    let edited = [("d0.headline", "Yes, as two separate wombats [1]."), ("decision", "answer")];
    assert_eq!(send(&dana, &id, "decide", &with(form_of(&page), &edited)).await.status, 303);
    assert!(dana.get("/search?q=wombat").await.text.contains(id.as_str()));
}

#[tokio::test]
async fn a_filter_is_kept_under_a_name_by_the_person_who_made_it() {
    let (desk, _) = desk().await;
    let (dana, eli) =
        (desk.office.signed_in(DANA, Role::Reviewer).await, desk.office.signed_in(ELI, Role::Reviewer).await);
    let page = "/queue?pile=human&specialty=GI+%26+more";
    let kept = [("name", "Mine & theirs"), ("query", "pile=human&specialty=GI+%26+more&said=closed&evil=1")];
    let saved = dana.send(page, "/queue/views", &kept).await;
    assert_eq!((saved.status, saved.to()), (303, page));
    let queue = dana.get("/queue").await;
    assert!(queue.text.contains("Mine &#38; theirs") && queue.text.contains("/queue?pile=human&#38;specialty=GI"));
    assert!(!queue.text.contains("evil"), "an address keeps filters alone");
    assert!(!eli.get("/queue").await.text.contains("Mine &#38; theirs"));
    assert_eq!(dana.send(page, "/queue/views", &[("name", " "), ("query", "")]).await.status, 422);
    for n in 0..19 {
        let name = format!("view {n}");
        assert_eq!(dana.send(page, "/queue/views", &[("name", &name), ("query", "mine=1")]).await.status, 303);
    }
    assert_eq!(dana.send(page, "/queue/views", &[("name", "one more"), ("query", "mine=1")]).await.status, 409);
    dana.send("/queue", "/queue/views/drop", &[("name", "Mine & theirs")]).await;
    assert!(!dana.get("/queue").await.text.contains("Mine &#38; theirs"));
}

#[tokio::test]
async fn what_is_looked_up_becomes_a_numbered_source_and_a_statement_of_the_answer() {
    let (desk, id) = desk().await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    let page = dana.get(&format!("/cases/{id}")).await;
    let before = desk.office.store.get_work(&id).await.unwrap().0.unwrap().citations.len();
    let edited =
        with(form_of(&page), &[("d0.headline", "Yes: 45385 and 45380-59 [1]."), ("find", "45378 colonoscopy")]);
    let found = send(&dana, &id, "insert", &edited).await;
    assert!(found.status == 200 && found.text.contains("check/code_status/45378"), "{}", found.text);
    assert!(found.text.contains("Yes: 45385 and 45380-59"), "what was edited is still there");
    let taken = send(&dana, &id, "insert", &with(edited.clone(), &[("add", "check/code_status/45378")])).await;
    let mark = format!("[{}]", before + 1);
    let own = form_of(&taken).into_iter().rfind(|(name, _)| name == "d0.text").unwrap().1;
    assert!(own.contains("45378") && own.ends_with(&mark), "{own}");
    let evidence = desk.office.store.get_work(&id).await.unwrap().0.unwrap();
    assert_eq!(evidence.citations.len(), before + 1);
    assert!(!taken.text.contains("tag bad"), "what the tables say is proved: {}", taken.text);
    let again = send(&dana, &id, "insert", &with(edited.clone(), &[("add", "check/code_status/45378")])).await;
    assert!(
        again.status == 200 && desk.office.store.get_work(&id).await.unwrap().0.unwrap().citations.len() == before + 1
    );
    for strange in ["check/code_status/99999", "card/none", "paragraph/none", "passage/", "x"] {
        assert_eq!(
            send(&dana, &id, "insert", &with(edited.clone(), &[("add", strange)])).await.status,
            404,
            "{strange}"
        );
    }
    assert_eq!(send(&dana, &id, "insert", &with(edited, &[("add", "card/x"), ("into", "7")])).await.status, 422);
    let sent = send(&dana, &id, "decide", &with(form_of(&taken), &[("decision", "answer")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    desk.office.minutes(2);
    desk.work().await;
    let letter = desk.letters().remove(1);
    assert!(letter.said().contains("FROM THE REVIEWER") && letter.said().contains("45378"), "{}", letter.text);
}

#[tokio::test]
async fn a_paragraph_is_written_by_an_admin_and_inserted_by_everybody() {
    let (desk, id) = desk().await;
    let (dana, eli) =
        (desk.office.signed_in(DANA, Role::Reviewer).await, desk.office.signed_in(ELI, Role::Admin).await);
    let own =
        [("title", "Query the physician"), ("body", "Ask the physician before the note is changed.\nKeep the query.")];
    assert_eq!(dana.send("/paragraphs", "/paragraphs", &own).await.status, 403);
    assert_eq!(eli.send("/paragraphs", "/paragraphs", &own).await.status, 303);
    let named = [("title", "x"), ("body", "As for patient Jane Roe, MRN 4471123, do nothing.")];
    assert_eq!(eli.send("/paragraphs", "/paragraphs", &named).await.status, 422);
    assert_eq!(eli.send("/paragraphs", "/paragraphs", &[("title", "x"), ("body", " ")]).await.status, 422);
    assert!(dana.get("/paragraphs").await.text.contains("Query the physician"));
    dana.send("/queue", "/queue/next", &[]).await;
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let found = send(&dana, &id, "insert", &with(form.clone(), &[("find", "physician query")])).await;
    let key = regex::Regex::new("value=\"(paragraph/pa_[0-9a-f]{12})\"").unwrap();
    let key = key.captures(&found.text).unwrap_or_else(|| panic!("{}", found.text))[1].to_owned();
    let taken = send(&dana, &id, "insert", &with(form, &[("find", "physician query"), ("add", &key)])).await;
    assert!(taken.text.contains("no source for: Keep the query."), "{}", taken.text);
    assert!(!taken.text.contains("tag bad"), "a reviewer's own words are settled by the reviewer");
    let sent = send(&dana, &id, "decide", &with(form_of(&taken), &[("decision", "answer")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let id = key.strip_prefix("paragraph/").unwrap();
    assert_eq!(eli.send("/paragraphs", "/paragraphs/remove", &[("id", id)]).await.status, 303);
    assert_eq!(eli.send("/paragraphs", "/paragraphs/remove", &[("id", id)]).await.status, 404);
    assert!(!dana.get("/paragraphs").await.text.contains("Query the physician"));
}
