//! The whole way of a case that waits, between real servers and in a real browser: invited, signed in with an
//! authenticator, taken, edited, checked while typing, sent, undone, sent again, and found in the asker's mailbox.

use caseconsultant::clock::Clock;
use regex::Regex;

use super::{PASSWORD, Phone};
use crate::serve::{IMPLICIT, Servers, case_of, is_reply_to, parsed};
use crate::support::chromium::Chromium;
use crate::support::ports;
use crate::support::until::until;

const ASKED: &str = "I want a person to look: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier?";
const PROVED: &str = "Authentication-Results: mx.example.test; dmarc=pass header.from=example.test\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_decided_in_a_browser_and_its_answer_lies_in_the_askers_mailbox() {
    let servers = Servers::start().await;
    let [web] = ports::free();
    let origin = format!("http://127.0.0.1:{web}");
    let more = format!("[web]\nlisten = \"127.0.0.1:{web}\"\n[review]\nundo_seconds = 5\n");
    let mut service = servers.service(IMPLICIT, &more);
    service.start();
    service.until_logged("serving").await;
    let asked = servers.ask("one", PROVED, ASKED).await;
    let added = service.run(&["reviewer", "add", "dana@example.test", "--name", "Dana Lee", "--role", "admin"]);
    let printed = String::from_utf8(added.stdout).unwrap();
    let link = Regex::new(r"http://\S+/invitation/\S+").unwrap();
    let link = link.find(&printed).unwrap_or_else(|| panic!("{printed}")).as_str().to_owned();

    let browser = Chromium::open().await;
    browser.goto(&link).await;
    let page = browser.text().await;
    let key = Regex::new("Key: ([A-Z2-7 ]+)").unwrap();
    let phone = Phone::of(&key.captures(&page).unwrap_or_else(|| panic!("{page}"))[1]);
    let now = || Clock::System.now().0 / 1_000_000;
    browser.fill("#password", PASSWORD).await;
    browser.fill("#again", PASSWORD).await;
    browser.fill("#code", &phone.code_at(now())).await;
    browser.press("Begin").await;
    browser.until_says("Keep these recovery codes").await;
    browser.press("I have kept them").await;
    browser.until_at("/queue").await;
    browser.press("Sign out").await;
    browser.until_at("/sign-in").await;
    browser.fill("#email", "dana@example.test").await;
    browser.fill("#password", PASSWORD).await;
    // The code of a moment ago is used up; the next one is taken a step early.
    browser.fill("#code", &phone.code_at(now() + 30)).await;
    browser.press("Sign in").await;
    browser.until_at("/queue").await;

    until("the case waits", 60, || async {
        browser.goto(&format!("{origin}/queue")).await;
        browser.text().await.contains("Polyps one").then_some(())
    })
    .await;
    browser.press("Take the next case").await;
    browser.until_at("/cases/").await;
    let before = browser.text().await;
    assert!(before.contains("edit, modifier allowed"), "{before}");
    let blocking =
        "return [...document.querySelectorAll('#checked .tag.bad')].map(t => t.parentElement.innerText).join()";
    assert_eq!(browser.run(blocking).await, "");
    browser.fill("[name='d0.headline']", "Yes, with modifier 59; bill 99999 as well [1].").await;
    until("typing brings an objection", 30, || async {
        browser.run(blocking).await.as_str().is_some_and(|text| text.contains("99999")).then_some(())
    })
    .await;
    browser.fill("[name='d0.headline']", "Yes: 45385, and 45380 with modifier 59 or XS [1].").await;
    until("the objection is gone", 30, || async {
        let text = browser.text().await;
        (browser.run(blocking).await == "" && text.contains("What you changed")).then_some(())
    })
    .await;
    browser.press("Send this answer").await;
    browser.until_says("Nothing has left yet").await;
    browser.press("Undo").await;
    browser.until_says("Undone: nothing was sent").await;
    let kept = browser.run("return document.querySelector(\"[name='d0.headline']\").value").await;
    assert_eq!(kept, "Yes: 45385, and 45380 with modifier 59 or XS. [1]");
    browser.press("Send this answer").await;
    browser.until_says("Nothing has left yet").await;

    let replies = || servers.replies().into_iter().filter(|raw| is_reply_to(raw, &asked)).collect::<Vec<_>>();
    let answers =
        || replies().into_iter().filter(|raw| text_of(raw).contains("Reviewed by Dana Lee")).collect::<Vec<_>>();
    until("the answer is in the mailbox", 60, || async { (!answers().is_empty()).then_some(()) }).await;
    let answer = answers().remove(0);
    assert!(text_of(&answer).starts_with("Yes: 45385, and 45380 with modifier 59 or XS"), "{}", text_of(&answer));
    let case = case_of(&parsed(&answer));
    until("the case page says so", 60, || async {
        browser.goto(&format!("{origin}/cases/{case}")).await;
        browser.text().await.contains("answered").then_some(())
    })
    .await;
    assert_eq!((answers().len(), replies().len()), (1, 2), "one notice that it waits, and one answer");
    let elsewhere: Vec<String> = browser.asked_for().await.into_iter().filter(|to| !to.starts_with(&origin)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    browser.close().await;
}

fn text_of(raw: &[u8]) -> String {
    parsed(raw).body_text(0).unwrap().into_owned()
}
