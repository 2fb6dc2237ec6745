//! What every route has in common, walked over the table that the router is built from.

use caseconsultant::domain::reviewer::Role;
use caseconsultant::web::routes::{Access, Route, Verb};

use super::{DANA, Office};

fn routes(verb: Verb) -> Vec<(String, Access)> {
    let of = |route: &Route| (route.path.replace(['{', '}'], ""), route.access);
    // What programs ask for is walked in `api`: it takes no cookie and no form.
    let pages = |route: &&Route| route.verb == verb && !matches!(route.access, Access::Token(_));
    caseconsultant::web::routes().iter().filter(pages).map(of).collect()
}

#[tokio::test]
async fn every_form_refuses_who_has_no_session_no_token_another_origin_or_not_the_role() {
    let office = Office::open().await;
    let (nobody, reviewer) = (office.browser(), office.signed_in(DANA, Role::Reviewer).await);
    let ours = office.config.web.origin();
    let (token, before) = (reviewer.get("/me").await.form(), nobody.get("/sign-in").await.form());
    assert!(!token.is_empty() && !before.is_empty() && token != before);
    for (path, access) in routes(Verb::Post) {
        let form = [("form", token.as_str())];
        if access == Access::Anyone {
            let own = [("form", before.as_str())];
            assert_eq!(nobody.post(&path, Some(&ours), &[]).await.status, 403, "{path} without a token");
            assert_eq!(nobody.post(&path, Some(&ours), &form).await.status, 403, "{path} with another token");
            assert_eq!(nobody.post(&path, Some("https://evil.test"), &own).await.status, 403, "{path} from elsewhere");
            assert_eq!(nobody.post(&path, None, &own).await.status, 403, "{path} from nowhere");
            continue;
        }
        let unknown = nobody.post(&path, Some(&ours), &form).await;
        assert_eq!((unknown.status, unknown.to()), (303, "/sign-in"), "{path} without a session");
        for wrong in [&[][..], &[("form", before.as_str())], &[("form", "")]] {
            assert_eq!(reviewer.post(&path, Some(&ours), wrong).await.status, 403, "{path} with {wrong:?}");
        }
        for elsewhere in [Some("https://evil.test"), Some("null"), None] {
            assert_eq!(reviewer.post(&path, elsewhere, &form).await.status, 403, "{path} from {elsewhere:?}");
        }
        if access == Access::Admin {
            let page = reviewer.post(&path, Some(&ours), &form).await;
            assert!(page.status == 403 && page.text.contains("Only an admin"), "{path} as a reviewer: {}", page.status);
        }
    }
    assert!(reviewer.is_in().await, "nothing was done by any of these");
}

#[tokio::test]
async fn every_page_of_reviewers_sends_strangers_to_sign_in_and_brings_them_back() {
    let office = Office::open().await;
    let (nobody, reviewer) = (office.browser(), office.signed_in(DANA, Role::Reviewer).await);
    for (path, access) in routes(Verb::Get) {
        let page = nobody.get(&path).await;
        if access == Access::Anyone {
            assert!(page.status == 200 || page.status == 404 || page.to() == "/queue", "{path}: {}", page.status);
            continue;
        }
        let encoded: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!((page.status, page.to()), (303, format!("/sign-in?next={encoded}").as_str()), "{path}");
        if access == Access::Admin {
            assert_eq!(reviewer.get(&path).await.status, 403, "{path} as a reviewer");
        }
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_keep_nothing_and_to_run_nothing_of_others() {
    let office = Office::open().await;
    let browser = office.signed_in(DANA, Role::Admin).await;
    for (path, _) in routes(Verb::Get).into_iter().chain([("/nothing-here".to_owned(), Access::Anyone)]) {
        let page = browser.get(&path).await;
        let said = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let policy = said("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(said("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(said("x-frame-options"), "DENY", "{path}");
        if !path.starts_with("/assets/") {
            assert_eq!(said("cache-control"), "no-store", "{path}");
        }
        assert!(!page.text.contains("<script>") && !page.text.contains(" style=") && !page.text.contains(" onclick="));
    }
}

#[tokio::test]
async fn a_form_that_is_too_long_or_of_another_kind_is_not_read() {
    let office = Office::open().await;
    let browser = office.signed_in(DANA, Role::Reviewer).await;
    let (form, ours) = (browser.get("/me").await.form(), office.config.web.origin());
    let long = "x".repeat(300 * 1024);
    let page = browser.post("/me/credential", Some(&ours), &[("form", &form), ("letters", &long)]).await;
    assert_eq!(page.status, 422);
    let json = browser.client.post(format!("{ours}/me/credential")).header("content-type", "application/json");
    let page = browser.ask(json.header("origin", &ours).header("x-form", &form).body("{}")).await;
    assert_eq!(page.status, 422);
    // A script sends its token in a header.
    let script = browser.client.post(format!("{ours}/sign-out")).header("sec-fetch-site", "same-origin");
    assert_eq!(browser.ask(script.header("x-form", &form)).await.to(), "/sign-in");
    assert!(!browser.is_in().await);
}
