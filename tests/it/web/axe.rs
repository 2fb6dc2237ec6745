//! Every page is judged by axe-core (WCAG 2.2 AA and its own good practice), in light and in the dark, for a desk and for a
//! phone.

use std::path::Path;

use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::web::routes::{Access, Verb};
use serde_json::Value;

use super::DANA;
use super::review::{ANN, ASKED, Desk};
use super::seen::signed_in;
use crate::support::app::mail;
use crate::support::chromium::{Chromium, DESKTOP, Setting};

/// `tests/run` fetches it; it is no part of the repository.
fn axe() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/axe.min.js");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("not tested: target/axe/axe.min.js is not there; tests/run fetches it");
    }
    text
}

const JUDGE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations
        .filter(v => v.impact === 'serious' || v.impact === 'critical')
        .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | '))))";

async fn judge(browser: &Chromium, axe: &str, what: &str) -> Vec<String> {
    browser.client.execute(axe, Vec::new()).await.unwrap();
    let found = browser.client.execute_async(JUDGE, Vec::new()).await.unwrap();
    let words = found.as_array().unwrap().iter().filter_map(Value::as_str);
    words.map(|violation| format!("{what}: {violation}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_a_serious_fault_for_those_who_see_or_move_differently() {
    let Some(axe) = axe() else { return };
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.add(DANA, Role::Admin, Standing::Active).await;
    let invited = desk.office.add("kim@example.test", Role::Admin, Standing::Invited).await;
    let before = ["/sign-in".to_owned(), desk.office.invitation(&invited).await, "/nothing-here".to_owned()];
    let shown = caseconsultant::web::routes();
    let shown = shown.iter().filter(|route| route.verb == Verb::Get && route.access != Access::Anyone);
    let mut pages: Vec<String> = shown.map(|route| route.path.to_owned()).filter(|path| !path.contains('{')).collect();
    pages.push(format!("/cases/{id}"));
    let (mut faults, origin) = (Vec::new(), desk.office.config.web.origin());
    for window in [DESKTOP.window, (390, 844)] {
        let browser = Chromium::with(Setting { window, ..DESKTOP }).await;
        let schemes = ["light", "dark"];
        for path in &before {
            browser.goto(&format!("{origin}{path}")).await;
            for scheme in schemes {
                browser.prefer(scheme).await;
                faults.extend(judge(&browser, &axe, &format!("{path} {scheme} {window:?}")).await);
            }
        }
        signed_in(&desk.office, &browser, &dana).await;
        browser.goto(&format!("{origin}/queue")).await;
        if browser.text().await.contains("Nobody") || window == DESKTOP.window {
            browser.press("Take the next case").await;
        }
        for path in &pages {
            let kind = browser.run(&format!("const r = new XMLHttpRequest(); r.open('HEAD', '{path}', false); try {{ r.send() }} catch {{}} return r.getResponseHeader('content-type') ?? ''")).await;
            if !kind.as_str().unwrap_or_default().starts_with("text/html") {
                continue;
            }
            browser.goto(&format!("{origin}{path}")).await;
            // What is folded away is read too.
            browser.run("document.querySelectorAll('details').forEach(d => d.open = true)").await;
            for scheme in schemes {
                browser.prefer(scheme).await;
                faults.extend(judge(&browser, &axe, &format!("{path} {scheme} {window:?}")).await);
            }
        }
        browser.close().await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
