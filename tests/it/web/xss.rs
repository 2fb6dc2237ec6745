//! What strangers, models and colleagues write is shown as text, wherever it stands: in a real browser no dialog opens, no
//! policy is broken, nothing else is asked for, and no element is there that a page of ours does not have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::draft::Assertion;
use caseconsultant::domain::reviewer::{Role, Standing};
use serde_json::Value;

use super::DANA;
use super::review::{ANN, ASKED, Desk};
use super::seen::signed_in;
use crate::support::chromium::Chromium;

/// Ways to become an element, a handler, an address or a template.
const OWN: [&str; 16] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>",
    "'><input autofocus onfocus=alert(4)>",
    "</textarea><script>alert(5)</script>",
    "</title><script>alert(6)</script>",
    "</pre></details><iframe srcdoc='<script>parent.alert(7)</script>'></iframe>",
    "javascript:alert(8)",
    "<a href=\"javascript:alert(9)\">open</a>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<form action=//evil.test><button>Send</button></form>",
    "<meta http-equiv=refresh content=\"0;url=//evil.test\">",
    "<base href=//evil.test/>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(10)&gt;\">",
    "<object data=//evil.test/x></object><embed src=//evil.test/y>",
];

/// Collected elsewhere: DOMPurify's own tests, where the material for tests is at hand.
fn collected() -> Vec<String> {
    #[expect(clippy::disallowed_methods, reason = "a test is told where its material lies")]
    let shared = std::env::var("TEST_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let Ok(text) = std::fs::read_to_string(format!("{shared}/security/xss/dompurify_payloads.jsonl")) else {
        eprintln!("not tested: {shared}/security/xss is not there");
        return Vec::new();
    };
    let payload = |line: &str| serde_json::from_str::<Value>(line).unwrap()["payload"].as_str().unwrap().to_owned();
    text.lines().map(payload).collect()
}

/// A mail that says it everywhere, but for its Message-ID, which is that.
fn mail(id: &str, payload: &str) -> String {
    let line: String = payload.split_whitespace().collect::<Vec<_>>().join(" ");
    let word = format!("=?utf-8?B?{}?=", STANDARD.encode(&line));
    let name: String = form_urlencoded::byte_serialize(line.as_bytes()).collect::<String>().replace('+', "%20");
    let quoted: String = line.chars().filter(|c| c.is_ascii() && !matches!(c, '"' | '\\')).take(120).collect();
    format!(
        "Authentication-Results: mx.example.test; dmarc=pass header.from=lakeside.test\r\nFrom: {word} <{ANN}>\r\n\
         To: consult@example.test\r\nSubject: {word}\r\nMessage-ID: <{id}@lakeside.test>\r\n\
         Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         {ASKED} {payload}\r\n--b\r\nContent-Type: \"{quoted}\"/x; name=\"{quoted}\"\r\n\
         Content-Disposition: attachment; filename*=utf-8''{name}\r\n\r\n{payload}\r\n--b--\r\n"
    )
}

/// It as a Message-ID, number `n`: many of these are no mail that is read, and are held with what they say.
fn as_id(n: usize, payload: &str) -> String {
    let id: String = payload.chars().filter(|c| c.is_ascii_graphic() && *c != '>' && *c != '@').take(80).collect();
    format!("{id}{n}")
}

/// Puts it into the draft too, as a model might; false where the mail led to none.
async fn spoil(desk: &Desk, id: &CaseId, reviewer: &str, payload: &str) -> bool {
    let (store, now) = (&desk.office.store, desk.office.clock.now());
    let until = now.plus(std::time::Duration::from_secs(600));
    store.claim(id, reviewer, now, until).await.unwrap();
    let (_, draft, report) = store.get_work(id).await.unwrap();
    let (Some(mut draft), Some(mut report)) = (draft, report) else { return false };
    draft.headline = Assertion::new(payload, vec![1]);
    draft.writer = payload.to_owned();
    for line in &mut draft.lines {
        payload.clone_into(&mut line.role);
    }
    for section in &mut draft.sections {
        payload.clone_into(&mut section.heading);
        section.items.push(Assertion::new(payload, Vec::new()));
    }
    for finding in &mut report.findings {
        payload.clone_into(&mut finding.text);
    }
    store.record_work(id, reviewer, (None, draft, report), "edited", now).await.unwrap()
}

const TAGS: &str = "return [...new Set([...document.querySelectorAll('*')].map(e => e.tagName.toLowerCase()))]";
const HANDLERS: &str = "return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length";

async fn tags(browser: &Chromium) -> Vec<String> {
    let found = browser.run(TAGS).await;
    found.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
}

async fn harmless(browser: &Chromium, known: &[String], payload: &str) {
    assert!(browser.client.get_alert_text().await.is_err(), "a dialog by {payload:?}");
    let strange: Vec<String> = tags(browser).await.into_iter().filter(|tag| !known.contains(tag)).collect();
    assert!(strange.is_empty(), "{strange:?} by {payload:?}");
    assert_eq!(browser.run(HANDLERS).await, 0, "a handler by {payload:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_anybody_writes_is_shown_as_text_wherever_it_stands() {
    // One sender writes them all, which no cap and no quota may keep from being read.
    let desk = Desk::with(|config| {
        config.quota.free_answers = 100_000;
        config.caps.sender_per_day = 100_000;
        config.caps.address_per_day = 100_000;
        config.caps.total_per_day = 100_000;
    })
    .await;
    let origin = desk.office.config.web.origin();
    let reviewer = desk.office.add(DANA, Role::Admin, Standing::Active).await;
    let plain = desk.arrive(&mail("plain", "nothing strange")).await;
    assert!(spoil(&desk, &plain, &reviewer, "nothing strange").await);
    let browser = Chromium::open().await;
    signed_in(&desk.office, &browser, &reviewer).await;
    let mut known = tags(&browser).await;
    browser.goto(&format!("{origin}/cases/{plain}")).await;
    browser.press("Check it").await;
    browser.until_says("Objections").await;
    known.extend(tags(&browser).await);
    known.extend(["ins", "del", "ul", "li"].map(str::to_owned));

    let payloads: Vec<String> = OWN.iter().map(|own| (*own).to_owned()).chain(collected()).collect();
    let mut without = Vec::new();
    for (n, payload) in payloads.iter().enumerate() {
        let held = desk.arrive(&mail(&as_id(n, payload), payload)).await;
        browser.goto(&format!("{origin}/cases/{held}")).await;
        harmless(&browser, &known, payload).await;
        let id = desk.arrive(&mail(&format!("mail{n}"), payload)).await;
        if !spoil(&desk, &id, &reviewer, payload).await {
            without.push(format!("{:?} {payload:?}", desk.office.store.find_case(&id).await.unwrap().unwrap().reason));
        }
        browser.goto(&format!("{origin}/cases/{id}")).await;
        harmless(&browser, &known, payload).await;
        if n >= OWN.len() {
            continue;
        }
        let shown = browser.text().await;
        let first: String = payload.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(12).collect();
        assert!(shown.contains(&first), "{payload:?} is not shown:\n{shown}");
        let form = browser.client.find(fantoccini::Locator::Css("#note")).await.unwrap();
        form.send_keys(payload).await.unwrap();
        browser.press("Close without a word").await;
        browser.until_at("/queue").await;
        browser.goto(&format!("{origin}/cases/{id}")).await;
        browser.press("Thread and history").await;
        harmless(&browser, &known, payload).await;
    }
    // Where a mail is held before anything is drafted, its text stands nowhere else than in its subject.
    assert!(without.len() * 10 <= payloads.len(), "{} without a draft: {without:#?}", without.len());
    let mut more = format!("{origin}/queue");
    loop {
        browser.goto(&more).await;
        harmless(&browser, &known, "the queue").await;
        let next = browser.run("return document.querySelector('a[rel=next]')?.href ?? ''").await;
        match next.as_str() {
            Some(next) if !next.is_empty() => next.clone_into(&mut more),
            _ => break,
        }
    }
    let elsewhere: Vec<String> = browser.asked_for().await.into_iter().filter(|to| !to.starts_with(&origin)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let said = browser.log("browser").await;
    let broken: Vec<&Value> =
        said.iter().filter(|line| line["message"].as_str().is_some_and(|m| m.contains("olicy"))).collect();
    assert!(broken.is_empty(), "{broken:?}");
    browser.close().await;
}
