//! What the pages look like to a program: snapshots, without what is different each time.

use caseconsultant::domain::reviewer::{Role, Standing};
use regex::Regex;

use super::review::{ANN, ASKED, Desk};
use super::{DANA, Office, PASSWORD, Page};
use crate::support::app::mail;

/// The page with random parts, names of files and pictures as dots.
fn steady(page: &Page) -> String {
    let mut text = page.text.clone();
    for pattern in [
        "[0-9a-f]{64}",
        r"/assets/[0-9a-f]{16}",
        r#"<path d="[^"]+""#,
        // A picture is as large as its mask needs.
        r#"viewBox="0 0 \d+ \d+""#,
        "Key: <code>[A-Z2-7 ]+",
        r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}",
        // Numbers of cases, and the edition, which follows from every text of ours.
        "CC-[2-9A-Z]{7}",
        "starter-[0-9a-f]{12}",
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, "…").into_owned();
    }
    // The tabs belong to the pages that they lead to.
    Regex::new("(?s)<nav .*?</nav>").unwrap().replace_all(&text, "<nav>…</nav>").into_owned()
}

#[tokio::test]
async fn pages_on_the_way_in() {
    let office = Office::with(|config| {
        config.web.oidc.issuer = "https://login.example.test".to_owned();
        config.web.oidc.name = "Lakeside".to_owned();
    })
    .await;
    let browser = office.browser();
    insta::assert_snapshot!("sign_in", steady(&browser.get("/sign-in?next=/cases/CC-1%3Ftab%3Dx").await));
    insta::assert_snapshot!("sign_in_refused", steady(&browser.sign_in("<i>@example.test", PASSWORD, "").await));
    let id = office.add(DANA, Role::Admin, Standing::Invited).await;
    let path = office.invitation(&id).await;
    insta::assert_snapshot!("invitation", steady(&browser.get(&path).await));
    let (kim, _, _) = office.enrolled("kim@example.test", Role::Reviewer).await;
    insta::assert_snapshot!("me", steady(&kim.get("/me").await));
    insta::assert_snapshot!("authenticator", steady(&kim.get("/me/authenticator").await));
    insta::assert_snapshot!("link_over", steady(&browser.get("/sign-in/x").await));
}

#[tokio::test]
async fn pages_of_the_work() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    insta::assert_snapshot!("queue", steady(&dana.get("/queue").await));
    dana.send("/queue", "/queue/next", &[]).await;
    insta::assert_snapshot!("case", steady(&dana.get(&format!("/cases/{id}")).await));
    insta::assert_snapshot!("search", steady(&dana.get("/search?q=polyps").await));
    insta::assert_snapshot!("accounts", steady(&dana.get("/accounts").await));
    insta::assert_snapshot!("reviewers", steady(&dana.get("/reviewers").await));
    insta::assert_snapshot!("quality", steady(&dana.get("/quality").await));
}
