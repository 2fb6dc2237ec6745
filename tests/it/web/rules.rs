//! Recalled rule cards are compared with their sources by people: what they confirm counts, what they find wrong carries no
//! verdict out unread.

use std::sync::Arc;

use caseconsultant::corpus::{Card, Shelf};
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::confirmation::Word;
use caseconsultant::domain::reviewer::Role;

use super::review::{ANN, Desk};
use super::{DANA, Office};
use crate::support::app::mail;
use crate::support::program::run_in;
use crate::support::starter;

/// The first card of the shelf that nobody confirmed.
fn recalled(shelf: &Shelf) -> Card {
    shelf.current().cards().iter().find(|card| !card.confirmed).unwrap().clone()
}

#[tokio::test]
async fn a_rule_that_is_found_wrong_leaves_the_list_and_is_written_down() {
    let shelf = starter::unshared();
    let (office, card) = (Office::on(shelf.clone(), |_| {}).await, recalled(&shelf));
    let dana = office.signed_in(DANA, Role::Reviewer).await;
    let list = dana.get("/rules").await;
    assert!(list.status == 200 && list.text.contains(&card.id) && list.text.len() < 60_000, "{}", list.text.len());
    let path = format!("/rules/{}", card.id);
    let page = dana.get(&path).await;
    assert!(page.text.contains("Your shelf holds no passage") && page.text.len() < 60_000, "{}", page.text);
    let decide = format!("{path}/decide");
    assert_eq!(dana.send(&path, &decide, &[("word", "wrong"), ("why", "no")]).await.status, 422);
    assert_eq!(dana.send(&path, &decide, &[("word", "certainly")]).await.status, 422);
    let unproved = [("word", "confirmed"), ("passage", "none"), ("quote", "the card is quite right")];
    assert_eq!(dana.send(&path, &decide, &unproved).await.status, 422, "nothing is confirmed without its document");
    let fields = [("word", "wrong"), ("why", "The manual says the opposite since 2024.")];
    assert_eq!(dana.send(&path, &decide, &fields).await.to(), "/rules?said=decided");
    assert!(!dana.get("/rules").await.text.contains(&format!("/rules/{}\"", card.id)));
    assert!(dana.get("/rules?show=wrong").await.text.contains(&card.id));
    assert!(dana.get(&path).await.text.contains("The manual says the opposite since 2024."));
    let story = office.story().await;
    assert!(story.iter().any(|line| *line == format!("rule card {} wrong", card.id)), "{story:?}");
    assert_eq!(dana.get("/rules/no-such-card").await.status, 404);
    assert_eq!(dana.send("/rules", "/rules/no-such-card/decide", &fields).await.status, 404);
}

#[tokio::test]
async fn a_rule_is_confirmed_by_words_that_stand_in_a_document_of_the_shelf() {
    let folder = tempfile::tempdir().unwrap();
    let card = recalled(&starter::edition());
    let page = format!(
        "CMS Lamp Services web page (cms.gov/medicare/lamp-services), last revised February 2026.\n\n{}\n{}\n",
        "What the rule says", card.statement
    );
    let file = folder.path().join("lamp.txt");
    std::fs::write(&file, page).unwrap();
    let data = folder.path().join("data");
    let ran = run_in(&data, &["corpus", "import", file.to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{ran:?}");
    let shelf = Arc::new(Shelf::open(&data).unwrap());
    let office = Office::on(shelf.clone(), |_| {}).await;
    let dana = office.signed_in(DANA, Role::Reviewer).await;
    let path = format!("/rules/{}", card.id);
    let page = dana.get(&path).await;
    let key = regex::Regex::new("name=\"passage\" value=\"([^\"]+)\"").unwrap();
    let key = key.captures(&page.text).expect("the passage is found")[1].to_owned();
    let quote: String = card.statement.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let decide = async |quote: &str| {
        let fields = [("word", "confirmed"), ("passage", key.as_str()), ("quote", quote)];
        dana.send(&path, &format!("{path}/decide"), &fields).await
    };
    assert_eq!(decide(&quote.to_uppercase()).await.status, 422, "verbatim");
    assert_eq!(decide(&format!("{quote} entirely otherwise")).await.status, 422);
    assert!(!shelf.current().find_card(&card.id).unwrap().confirmed);
    assert_eq!(decide(&quote).await.to(), "/rules?said=decided");
    assert!(shelf.current().find_card(&card.id).unwrap().confirmed, "from now on, without a restart");
    let page = dana.get(&path).await;
    assert!(page.text.contains("confirmed by this office") && page.text.contains("Lamp Services"), "{}", page.text);
    let words = office.store.list_confirmations_of(&card.id).await.unwrap();
    assert_eq!((words.len(), words[0].word, words[0].quote.as_str()), (1, Word::Confirmed, quote.as_str()));
}

#[tokio::test]
async fn a_rule_that_was_found_wrong_answers_nobody_without_a_person() {
    let shelf = starter::unshared();
    let desk = Desk::on(shelf.clone(), |_| {}).await;
    // A question that a confirmed rule answers by itself.
    let asked = "Can we bill 36415 for drawing the blood and 99000 for handling it, Medicare, DOS 2024-08-01?";
    let first = desk.arrive(&mail(ANN, "Blood", "q1@lakeside.test", asked)).await;
    let (evidence, ..) = desk.office.store.get_work(&first).await.unwrap();
    let before = desk.status(&first).await;
    let Some(id) = evidence.and_then(|evidence| rule_of(&evidence)) else { panic!("a rule settles it: {before:?}") };
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let fields = [("word", "wrong"), ("why", "The contractor says otherwise in its article.")];
    dana.send("/rules", &format!("/rules/{id}/decide"), &fields).await;
    let second = desk.arrive(&mail(ANN, "Blood again", "q2@lakeside.test", &format!("{asked} Thank you."))).await;
    assert_eq!(desk.status(&second).await, CaseStatus::InReview);
    let (.., report) = desk.office.store.get_work(&second).await.unwrap();
    let found = format!("{report:?}");
    assert!(found.contains(&format!("rule {id} was found wrong by a reviewer of this office")), "{found}");
}

fn rule_of(evidence: &caseconsultant::domain::evidence::Evidence) -> Option<String> {
    use caseconsultant::domain::ruling::Basis;
    match &evidence.ruling.as_ref()?.basis {
        Basis::Rule { card, .. } => Some(card.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn rules_that_recent_answers_used_stand_first() {
    let shelf = starter::unshared();
    let desk = Desk::on(shelf.clone(), |_| {}).await;
    let asked = "Our locum tenens physician saw established patients of an NP. May we bill incident-to, and under whose number?";
    let id = desk.arrive(&mail(ANN, "Locum", "l1@lakeside.test", asked)).await;
    let (evidence, ..) = desk.office.store.get_work(&id).await.unwrap();
    let used = evidence.unwrap().citations.into_iter().map(|citation| citation.source.fact.key);
    let uses = desk.office.store.count_card_uses(desk.office.clock.now()).await.unwrap();
    assert!(!uses.is_empty() && uses.iter().all(|(_, n)| *n == 1), "{uses:?}");
    let used: Vec<String> = used.collect();
    assert!(uses.iter().all(|(card, _)| used.contains(card)));
    desk.office.store.forget(&id, desk.office.clock.now()).await.unwrap();
    let uses = desk.office.store.count_card_uses(desk.office.clock.now()).await.unwrap();
    assert!(uses.iter().all(|(_, n)| *n == 0), "what is forgotten is not counted: {uses:?}");
}
