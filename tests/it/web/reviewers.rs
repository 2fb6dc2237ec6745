//! Colleagues as an admin keeps them: invited, closed, their roles and certificates; and whose case is whose.

use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::client::Facts;
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::store::change::{Author, Change};

use super::review::Desk;
use super::{Browser, DANA, Office, PASSWORD, Page, Phone};
use crate::support::app::mail;

const KIM: &str = "kim@example.test";
const ASKED: &str = "I want a person to look: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier?";

async fn with_admin() -> (Office, Browser) {
    let office = Office::open().await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    (office, dana)
}

/// The path of the invitation that a page shows.
fn link_on(page: &Page, office: &Office) -> String {
    let at = page.text.find(&format!("{}/invitation/", office.config.web.origin()));
    let at = at.unwrap_or_else(|| panic!("no link on {}: {}", page.status, page.text));
    page.text[at..].split('<').next().unwrap().trim().strip_prefix(&office.config.web.origin()).unwrap().to_owned()
}

/// Sends a form of somebody's page.
async fn act(dana: &Browser, id: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    dana.send("/reviewers", &format!("/reviewers/{id}/{path}"), fields).await
}

async fn standing(office: &Office, id: &str) -> Standing {
    office.store.find_reviewer(id).await.unwrap().unwrap().standing
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_lets_its_owner_in() {
    let (office, dana) = with_admin().await;
    let fields = [
        ("email", "Kim@Example.test"),
        ("name", "Kim Park"),
        ("role", "reviewer"),
        ("letters", "CPC"),
        ("number", "0123"),
        ("until", "2027-06-30"),
        ("specialties", "GI, surgery"),
    ];
    let shown = dana.send("/reviewers", "/reviewers", &fields).await;
    assert_eq!(shown.status, 200);
    let link = link_on(&shown, &office);
    let profile = office.store.find_reviewer_by_email(KIM).await.unwrap().unwrap();
    assert_eq!((profile.specialties.len(), profile.standing), (2, Standing::Invited));
    for page in ["/reviewers".to_owned(), format!("/reviewers/{}", profile.id)] {
        let page = dana.get(&page).await;
        assert!(page.text.contains("Kim Park") && page.text.contains("CPC 0123, until 2027-06-30"), "{}", page.text);
        assert!(!page.text.contains("/invitation/"), "shown once");
    }
    let kim = office.browser();
    let done = kim.send(&link, &link, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(kim.is_in().await);
    assert_eq!(dana.send("/reviewers", "/reviewers", &fields).await.status, 409, "one address, one reviewer");
    for (name, wrong) in [("email", "nobody"), ("name", " "), ("role", "king"), ("letters", "<b>"), ("until", "soon")] {
        let fields: Vec<_> =
            fields.iter().map(|(own, value)| (*own, if *own == name { wrong } else { value })).collect();
        let fields: Vec<_> = fields.iter().map(|(own, value)| (*own, value.replace("Kim@E", "lee@e"))).collect();
        let fields: Vec<_> = fields.iter().map(|(own, value)| (*own, value.as_str())).collect();
        assert_eq!(dana.send("/reviewers", "/reviewers", &fields).await.status, 422, "{name}");
    }
}

#[tokio::test]
async fn role_specialties_and_certificate_are_changed_and_written_down() {
    let (office, dana) = with_admin().await;
    let id = office.add(KIM, Role::Reviewer, Standing::Active).await;
    let saved = format!("/reviewers/{id}?said=saved");
    assert_eq!(act(&dana, &id, "specialties", &[("specialties", "cardiology, GI")]).await.to(), saved);
    let certificate = [("letters", "CCS-P"), ("number", "77"), ("until", "2026-12-24")];
    assert_eq!(act(&dana, &id, "credential", &certificate).await.to(), saved);
    assert_eq!(act(&dana, &id, "role", &[("role", "admin")]).await.to(), saved);
    let page = dana.get(&saved).await;
    for shown in ["cardiology, GI", "CCS-P 77, until 2026-12-24", "ends soon", "<dd>Admin</dd>", "by_whom"] {
        assert_eq!(page.text.contains(shown), shown != "by_whom", "{shown}: {}", page.text);
    }
    let told = office.store.list_events_of(&id, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|e| format!("{}: {} {}", e.by, e.what, e.detail)).collect();
    assert_eq!(
        told,
        [
            "rv_dana: role admin",
            "rv_dana: credential CCS-P 77 2026-12-24",
            "rv_dana: specialties cardiology, GI",
            "operator: added reviewer"
        ]
    );
    assert!(dana.get("/reviewers").await.text.contains("none yet"), "an admin without a second factor");
    assert_eq!(act(&dana, &id, "role", &[("role", "king")]).await.status, 422);
    for path in ["role", "specialties", "credential", "close", "invitation"] {
        assert_eq!(act(&dana, "rv_none", path, &[("role", "admin")]).await.status, 404, "{path}");
    }
    assert_eq!(dana.get("/reviewers/rv_none").await.status, 404);
}

#[tokio::test]
async fn who_is_closed_is_out_at_once_and_comes_back_by_a_new_invitation_alone() {
    let (office, dana) = with_admin().await;
    let (kim, phone, _) = office.enrolled(KIM, Role::Reviewer).await;
    assert!(act(&dana, "rv_kim", "close", &[]).await.to().ends_with("said=saved"));
    assert!(!kim.is_in().await);
    office.minutes(1);
    assert_eq!(kim.sign_in(KIM, PASSWORD, &phone.code(&office.clock)).await.status, 422);
    let shown = act(&dana, "rv_kim", "invitation", &[]).await;
    let link = link_on(&shown, &office);
    assert_eq!(standing(&office, "rv_kim").await, Standing::Invited);
    assert_eq!(
        kim.sign_in(KIM, PASSWORD, &phone.code(&office.clock)).await.status,
        422,
        "what proved them is forgotten"
    );
    let fresh = office.browser();
    let code = Phone::scan(&fresh.get(&link).await).code(&office.clock);
    let fields = [("password", PASSWORD), ("again", PASSWORD), ("code", &code)];
    assert_eq!(fresh.send(&link, &link, &fields).await.status, 200);
    assert!(fresh.is_in().await);
}

#[tokio::test]
async fn the_last_active_admin_is_neither_closed_nor_demoted_nor_locked_out() {
    let (office, dana) = with_admin().await;
    office.add(KIM, Role::Admin, Standing::Invited).await;
    let page = dana.get("/reviewers/rv_dana").await;
    assert!(page.text.contains("Make another admin first") && !page.text.contains("Close the account"));
    for (path, fields) in [("close", vec![]), ("role", vec![("role", "reviewer")]), ("invitation", vec![])] {
        let refused = act(&dana, "rv_dana", path, &fields).await;
        assert!(refused.status == 409 && refused.text.contains("last active admin"), "{path}: {}", refused.text);
    }
    assert!(dana.is_in().await && standing(&office, "rv_dana").await == Standing::Active);
    let lee = office.signed_in("lee@example.test", Role::Admin).await;
    let (one, two) = tokio::join!(act(&dana, "rv_lee", "close", &[]), act(&lee, "rv_dana", "close", &[]));
    // The slower one may find that its session has ended with its account, and is sent to sign in.
    let done = [one, two].iter().filter(|page| page.status == 303 && page.to().ends_with("said=saved")).count();
    assert_eq!(done, 1, "of two, one stays");
    let active = [standing(&office, "rv_dana").await, standing(&office, "rv_lee").await];
    assert_eq!(active.iter().filter(|own| **own == Standing::Active).count(), 1);
}

#[tokio::test]
async fn a_list_says_what_each_has_in_hand_and_has_decided_and_closing_frees_it() {
    let desk = Desk::open().await;
    let first = desk.arrive(&mail("ann@lakeside.test", "One", "q1@lakeside.test", ASKED)).await;
    let second = desk.arrive(&mail("ann@lakeside.test", "Two", "q2@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let kim = desk.office.signed_in(KIM, Role::Reviewer).await;
    for id in [&first, &second] {
        kim.send("/queue", &format!("/cases/{id}/claim"), &[]).await;
    }
    kim.send("/queue", &format!("/cases/{first}/decide"), &[("decision", "close")]).await;
    let page = dana.get("/reviewers").await;
    let row = page.text.split("<tr>").find(|row| row.contains(KIM)).unwrap();
    assert!(row.contains(r#"data-label="In hand" class="number">1<"#), "{row}");
    assert!(row.contains(r#"data-label="Decided in 30 days" class="number">1<"#), "{row}");
    assert!(page.text.len() < 60_000);
    act(&dana, "rv_kim", "close", &[]).await;
    assert_eq!(desk.office.store.find_waiting(&second).await.unwrap().unwrap().held_by, "");
}

#[tokio::test]
async fn the_next_case_is_of_ones_specialty_until_another_would_be_late_for_it() {
    let desk = Desk::open().await;
    let (store, now) = (&desk.office.store, desk.office.clock.now());
    let account = Account { id: "ac_river".to_owned(), name: "River GI".to_owned(), plan: FREE.to_owned() };
    store.insert_account(account, vec![Address::parse("kim@river.test").unwrap()], now).await.unwrap();
    let facts = Facts { specialty: "Gastroenterology".to_owned(), ..Facts::default() };
    store
        .change_account("ac_river", Change::Client(String::new(), Some(facts)), Author::operator(), now)
        .await
        .unwrap();
    let general = desk.arrive(&mail("ann@lakeside.test", "General", "q1@lakeside.test", ASKED)).await;
    let known = desk.arrive(&mail("kim@river.test", "Known", "q1@river.test", ASKED)).await;
    let second = desk.arrive(&mail("kim@river.test", "Known too", "q2@river.test", ASKED)).await;
    // Everybody's specialty in these tests is gastroenterology.
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    let taken = dana.send("/queue", "/queue/next", &[]).await;
    assert_eq!(taken.to(), format!("/cases/{known}"), "the more urgent one can wait");
    let due = store.find_waiting(&general).await.unwrap().unwrap().due;
    let left = u64::try_from((due.0 - desk.office.clock.now().0) / 60_000_000).unwrap();
    desk.office.minutes(left - 29);
    let kim = desk.office.signed_in(KIM, Role::Reviewer).await;
    let taken = kim.send("/queue", "/queue/next", &[]).await;
    assert_eq!(taken.to(), format!("/cases/{general}"), "two cases of a quarter of an hour need thirty minutes");
    assert_ne!(taken.to(), format!("/cases/{second}"));
}
