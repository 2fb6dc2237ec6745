//! What reviewers do with a case, in a real browser: with two people at once, without a mouse, without scripts, and with a
//! session that ended.

use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::review::link;

use super::review::{ANN, ASKED, Desk};
use super::{DANA, Office};
use crate::support::app::mail;
use crate::support::chromium::{Chromium, DESKTOP, Setting};
use crate::support::until::until;

/// A browser that somebody is signed in with, by a link.
pub async fn signed_in(office: &Office, browser: &Chromium, id: &str) {
    let url = link::sign_in(&office.store, &office.config.web, id, "operator", office.clock.now()).await.unwrap();
    browser.goto(&url).await;
    browser.press("Sign in").await;
    browser.until_at("/queue").await;
}

async fn waiting() -> (Desk, CaseId) {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    (desk, id)
}

async fn opened(desk: &Desk, email: &str, role: Role) -> Chromium {
    let id = desk.office.add(email, role, Standing::Active).await;
    let browser = Chromium::open().await;
    signed_in(&desk.office, &browser, &id).await;
    browser
}

fn address(desk: &Desk, path: &str) -> String {
    format!("{}{path}", desk.office.config.web.origin())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_browsers_one_has_the_case_and_of_two_sendings_one_counts() {
    let (desk, id) = waiting().await;
    let (dana, eli) =
        (opened(&desk, DANA, Role::Reviewer).await, opened(&desk, "eli@example.test", Role::Reviewer).await);
    let page = address(&desk, &format!("/cases/{id}"));
    dana.goto(&page).await;
    eli.goto(&page).await;
    tokio::join!(dana.press("Take it"), eli.press("Take it"));
    let refused = async |browser: &Chromium| browser.text().await.contains("That did not happen");
    let (dana_lost, eli_lost) = (refused(&dana).await, refused(&eli).await);
    assert!(dana_lost != eli_lost, "one of them has it");
    let winner = if dana_lost { &eli } else { &dana };
    // The same person, in two windows.
    let first = winner.client.window().await.unwrap();
    let second = winner.client.new_window(false).await.unwrap().handle;
    for window in [&first, &second] {
        winner.client.switch_to_window(window.clone()).await.unwrap();
        winner.goto(&page).await;
        winner.until_says("Send this answer").await;
    }
    winner.press("Send this answer").await;
    winner.until_says("Nothing has left yet").await;
    winner.client.switch_to_window(first).await.unwrap();
    winner.press("Send this answer").await;
    winner.until_says("That did not happen").await;
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.letters().len(), 2, "the notice and one answer");
    assert_eq!(desk.status(&id).await, CaseStatus::Answered);
    dana.close().await;
    eli.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_overrules_with_a_reason_what_a_reviewer_cannot_send() {
    let (desk, id) = waiting().await;
    let eli = opened(&desk, "eli@example.test", Role::Admin).await;
    eli.press("Take the next case").await;
    eli.until_at(&format!("/cases/{id}")).await;
    eli.fill("[name='d0.headline']", "Yes, and 99999 is billed too [1].").await;
    eli.until_says("What blocks says that the draft is wrong").await;
    eli.press("Send this answer").await;
    let refused = eli.until_says("Objections stand against it").await;
    assert!(refused.contains("99999"), "{refused}");
    eli.client.back().await.unwrap();
    eli.until_says("Overrule what blocks").await;
    let kept = eli.run("return document.querySelector(\"[name='d0.headline']\").value").await;
    assert_eq!(kept, "Yes, and 99999 is billed too [1].", "what was written is still there");
    eli.press("Overrule what blocks").await;
    eli.run("document.querySelector('[name=overrule]').click()").await;
    eli.fill("#reason", "the contractor's letter of May names it").await;
    eli.press("Send this answer").await;
    eli.until_says("Nothing has left yet").await;
    let review = desk.office.store.list_reviews(&id).await.unwrap().remove(0);
    assert_eq!(review.review.overruled(), "the contractor's letter of May names it");
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.status(&id).await, CaseStatus::Answered);
    eli.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_sends_nothing_and_leads_back_to_the_page() {
    let (desk, id) = waiting().await;
    let dana = opened(&desk, DANA, Role::Reviewer).await;
    dana.press("Take the next case").await;
    dana.until_at("/cases/").await;
    desk.office.minutes(31);
    dana.press("Send this answer").await;
    dana.until_at("/sign-in").await;
    desk.work().await;
    assert_eq!(desk.status(&id).await, CaseStatus::InReview);
    let page = address(&desk, &format!("/cases/{id}"));
    dana.goto(&page).await;
    dana.until_at("/sign-in").await;
    assert!(dana.path().await.contains("next=%2Fcases%2F"), "{}", dana.path().await);
    dana.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_decided_with_the_keyboard_alone() {
    let (desk, id) = waiting().await;
    let reviewer = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let office = &desk.office;
    let url =
        link::sign_in(&office.store, &office.config.web, &reviewer, "operator", office.clock.now()).await.unwrap();
    let dana = Chromium::open().await;
    dana.goto(&url).await;
    dana.type_keys("\u{e007}").await; // Enter, on the button that has the focus
    dana.until_at("/queue").await;
    dana.type_keys("?").await;
    let keys = dana.until_says("to the queue").await;
    assert!(keys.contains("Take the next case") && keys.contains("the next case"), "{keys}");
    dana.type_keys("\u{e00c}").await; // Escape
    dana.type_keys("j").await;
    dana.type_keys("\u{e007}").await;
    dana.until_at(&format!("/cases/{id}")).await;
    dana.type_keys("c").await;
    dana.until_says("Send this answer").await;
    until_focused(&dana, "d0.headline").await;
    dana.type_keys("\u{e009}\u{e010}").await; // Ctrl End
    dana.type_keys(" Two polyps, two techniques.").await;
    dana.until_says("What you changed").await;
    dana.type_keys("\u{e009}\u{e007}").await; // Ctrl Enter
    dana.until_says("Nothing has left yet").await;
    dana.type_keys("u").await;
    dana.until_says("Undone: nothing was sent").await;
    dana.type_keys("s").await;
    dana.until_says("Nothing has left yet").await;
    desk.office.minutes(2);
    desk.work().await;
    let letters = desk.letters();
    assert!(letters[1].said().contains("Two polyps, two techniques."), "{}", letters[1].text);
    dana.close().await;
}

/// Presses Tab until the field of that name has the focus.
async fn until_focused(browser: &Chromium, name: &str) {
    for _ in 0..80 {
        browser.type_keys("\u{e004}").await;
        if browser.run("return document.activeElement.getAttribute('name')").await == name {
            return;
        }
    }
    panic!("80 times Tab, and {name} never had the focus");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_decided_without_scripts() {
    let (desk, id) = waiting().await;
    let reviewer = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let dana = Chromium::with(Setting { scripts: false, ..DESKTOP }).await;
    signed_in(&desk.office, &dana, &reviewer).await;
    dana.press("Take the next case").await;
    dana.until_at(&format!("/cases/{id}")).await;
    dana.fill("[name='d0.headline']", "Yes, with modifier 59; bill 99999 as well [1].").await;
    dana.press("Check it").await;
    let objects = dana.until_says("What blocks says that the draft is wrong").await;
    assert!(objects.contains("99999"), "{objects}");
    dana.fill("[name='d0.headline']", "Yes: 45385, and 45380 with modifier 59 or XS [1].").await;
    dana.press("Send this answer").await;
    dana.until_says("Nothing has left yet").await;
    dana.press("Undo").await;
    dana.until_says("Undone: nothing was sent").await;
    dana.press("Send this answer").await;
    dana.until_says("Nothing has left yet").await;
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.status(&id).await, CaseStatus::Answered);
    assert_eq!(desk.letters().len(), 2);
    dana.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_an_open_queue_change_by_themselves() {
    let (desk, _) = waiting().await;
    let dana = opened(&desk, DANA, Role::Reviewer).await;
    let count = || async { dana.run("return document.querySelector('[data-count=total]').textContent").await };
    assert_eq!(count().await, "1");
    desk.arrive(&mail(ANN, "Another", "q2@lakeside.test", ASKED)).await;
    until("the page counts two", 30, || async { (count().await == "2").then_some(()) }).await;
    dana.close().await;
}
