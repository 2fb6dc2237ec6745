//! Every page is judged by axe-core (WCAG 2.2 AA and its own good practice), in light and in the dark, for a desk and for a
//! phone.

use std::path::Path;

use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::review::link;
use caseconsultant::web::routes::{Access, Verb};
use regex::Regex;
use serde_json::Value;

use super::review::{ANN, ASKED, Desk, form_of, send, with};
use super::seen::signed_in;
use super::{Browser, DANA};
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

/// What is asked for and is no page: streams, files, health, ways on.
const NO_PAGES: [&str; 12] = [
    "/",
    "/health",
    "/live",
    "/ready",
    "/metrics",
    "/assets/{name}",
    "/queue/live",
    "/shelf/live",
    "/oidc/callback",
    "/accounts/{key}/usage.csv",
    "/proposals/golden.toml",
    "/proposals/accepted.txt",
];

/// Every page that there is, at an address where it shows something. A page that is new is judged without being named here.
async fn addresses(desk: &Desk, eli: &Browser, id: &CaseId) -> Vec<(Access, String)> {
    let office = &desk.office;
    let kim = office.add("kim@example.test", Role::Admin, Standing::Invited).await;
    let link = link::sign_in(&office.store, &office.config.web, &kim, "operator", office.clock.now()).await.unwrap();
    let mut pages = vec![(Access::Anyone, "/nothing-here".to_owned())];
    for route in caseconsultant::web::routes() {
        if route.verb != Verb::Get || NO_PAGES.contains(&route.path) || route.path.starts_with("/api/") {
            continue;
        }
        let address = match route.path {
            "/cases/{id}" => format!("/cases/{id}"),
            "/accounts/{key}" => "/accounts/ac_lakeside".to_owned(),
            "/reviewers/{id}" => format!("/reviewers/{kim}"),
            "/invitation/{token}" => office.invitation(&kim).await,
            "/sign-in/{token}" => link.strip_prefix(&office.config.web.origin()).unwrap().to_owned(),
            listed if listed.contains('{') => {
                let list = listed.split_once("/{").unwrap().0;
                let page = eli.get(list).await;
                let link = Regex::new(&format!("href=\"({list}/[^\"?]+)\"")).unwrap();
                let links = link.captures_iter(&page.text).map(|link| link[1].to_owned());
                // A file or another list beside the rows is no row.
                let mut rows =
                    links.filter(|link| !caseconsultant::web::routes().iter().any(|other| other.path == link));
                rows.next().unwrap_or_else(|| panic!("{list} lists nothing: {}", page.text))
            }
            plain => plain.to_owned(),
        };
        pages.push((route.access, address));
    }
    // What leads to a session is judged before there is one.
    pages.sort_by_key(|(access, _)| *access != Access::Anyone);
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_a_serious_fault_for_those_who_see_or_move_differently() {
    let Some(axe) = axe() else { return };
    let desk = Desk::open().await;
    let eli = desk.office.signed_in("eli@example.test", Role::Admin).await;
    // An answer that was changed leaves a proposal behind; another case is in hand.
    let first = desk.arrive(&mail(ANN, "One polyp", "q0@lakeside.test", ASKED)).await;
    eli.send("/queue", "/queue/next", &[]).await;
    let form = form_of(&eli.get(&format!("/cases/{first}")).await);
    let edited = [("d0.headline", "Yes: 45385, and 45380 with modifier 59 or XS [1]."), ("decision", "answer")];
    assert_eq!(send(&eli, &first, "decide", &with(form, &edited)).await.status, 303);
    desk.office.minutes(2);
    desk.work().await;
    let asked = ASKED.replace("08-01", "08-02");
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", &asked)).await;
    let dana = desk.office.add(DANA, Role::Admin, Standing::Active).await;
    let pages = addresses(&desk, &eli, &id).await;
    let (mut faults, origin) = (Vec::new(), desk.office.config.web.origin());
    for window in [DESKTOP.window, (390, 844)] {
        let browser = Chromium::with(Setting { window, ..DESKTOP }).await;
        let mut known = false;
        for (access, path) in &pages {
            if !known && *access != Access::Anyone {
                signed_in(&desk.office, &browser, &dana).await;
                known = true;
                if window == DESKTOP.window {
                    browser.press("Take the next case").await;
                    browser.until_at(&format!("/cases/{id}")).await;
                }
            }
            browser.goto(&format!("{origin}{path}")).await;
            // Nobody is led elsewhere: what is judged is the page that was asked for.
            assert_eq!(&browser.path().await, path);
            // What is folded away is read too.
            browser.run("document.querySelectorAll('details').forEach(d => d.open = true)").await;
            for scheme in ["light", "dark"] {
                browser.prefer(scheme).await;
                faults.extend(judge(&browser, &axe, &format!("{path} {scheme} {window:?}")).await);
            }
        }
        browser.close().await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
