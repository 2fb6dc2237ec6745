//! In and out: what proves somebody, how often one may try, how long a session lasts.

use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::review::link;
use caseconsultant::review::password::work;

use super::{DANA, Office, PASSWORD};

#[tokio::test]
async fn a_session_ends_when_it_rests_and_when_it_has_lasted() {
    let office = Office::open().await;
    let browser = office.signed_in(DANA, Role::Reviewer).await;
    for _ in 0..10 {
        office.minutes(29);
        assert!(browser.is_in().await);
    }
    office.minutes(31);
    assert!(!browser.is_in().await, "it rested for 31 minutes");
    let (browser, phone, _) = office.enrolled("kim@example.test", Role::Reviewer).await;
    for _ in 0..25 {
        office.minutes(29);
        browser.get("/me").await;
    }
    assert!(!browser.is_in().await, "it lasted for more than twelve hours");
    assert_eq!(browser.sign_in("kim@example.test", PASSWORD, &phone.code(&office.clock)).await.to(), "/queue");
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn a_code_works_once_and_so_does_a_recovery_code() {
    let office = Office::open().await;
    let (_, phone, recovery) = office.enrolled(DANA, Role::Admin).await;
    assert_eq!(recovery.len(), 10);
    let code = phone.code(&office.clock);
    let browser = office.browser();
    assert_eq!(browser.sign_in(DANA, PASSWORD, &code).await.status, 422, "the invitation used that code");
    office.minutes(1);
    let code = phone.code(&office.clock);
    assert_eq!(browser.sign_in(DANA, PASSWORD, &code).await.to(), "/queue");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, &code).await.status, 422, "a second time");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, "").await.status, 422, "without a code");
    let written = recovery[0].to_uppercase().replace('-', "");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, &written).await.to(), "/queue");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, &recovery[0]).await.status, 422, "a second time");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, &recovery[1]).await.to(), "/queue");
}

#[tokio::test]
async fn an_invitation_works_once_and_for_seven_days() {
    let office = Office::open().await;
    let id = office.add(DANA, Role::Reviewer, Standing::Invited).await;
    let path = office.invitation(&id).await;
    let browser = office.browser();
    for (password, again, words) in [
        ("short", "short", "at least 12"),
        ("passwordpassword", "passwordpassword", "guessed soon"),
        (PASSWORD, "another", "differ"),
    ] {
        let page = browser.send(&path, &path, &[("password", password), ("again", again)]).await;
        assert!(page.status == 422 && page.text.contains(words), "{password}: {}", page.text);
    }
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let (first, second) = (office.browser(), office.browser());
    assert_eq!(first.send(&path, &path, &fields).await.to(), "/queue");
    assert!(first.is_in().await);
    assert_eq!(second.get(&path).await.status, 404);
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, "").await.to(), "/queue");

    let (old, new) = (office.invitation(&id).await, office.invitation(&id).await);
    assert!(!first.is_in().await, "who is invited anew is signed out");
    assert_eq!(office.browser().sign_in(DANA, PASSWORD, "").await.status, 422, "and their password is forgotten");
    assert_eq!((browser.get(&old).await.status, browser.get(&new).await.status), (404, 200));
    office.minutes(7 * 24 * 60);
    assert_eq!(browser.get(&new).await.status, 404);
}

#[tokio::test]
async fn an_admin_cannot_do_without_an_authenticator() {
    let office = Office::open().await;
    let id = office.add(DANA, Role::Admin, Standing::Invited).await;
    let path = office.invitation(&id).await;
    let browser = office.browser();
    let page = browser.send(&path, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert!(page.status == 422 && page.text.contains("Admins need an authenticator"), "{}", page.text);
    let fields = [("password", PASSWORD), ("again", PASSWORD), ("code", "000000")];
    assert!(browser.send(&path, &path, &fields).await.text.contains("not the one of this picture"));
}

#[tokio::test]
async fn a_sign_in_link_is_used_up_by_its_button_alone() {
    let office = Office::open().await;
    let id = office.add(DANA, Role::Reviewer, Standing::Active).await;
    let make = async || {
        let url = link::sign_in(&office.store, &office.config.web, &id, "operator", office.clock.now()).await.unwrap();
        url.strip_prefix(&office.config.web.origin()).unwrap().to_owned()
    };
    let path = make().await;
    let browser = office.browser();
    for _ in 0..3 {
        assert!(browser.get(&path).await.text.contains("Sign in as Dana Lee"), "looking uses nothing up");
    }
    let form = browser.get(&path).await.form();
    assert_eq!(browser.send(&path, &path, &[]).await.to(), "/queue");
    assert!(browser.is_in().await);
    let again = office.browser();
    assert_eq!(again.get(&path).await.status, 404);
    let ours = office.config.web.origin();
    assert_eq!(again.post(&path, Some(&ours), &[("form", &form)]).await.status, 403);
    let late = make().await;
    office.minutes(15);
    assert_eq!(again.get(&late).await.status, 404);
}

#[tokio::test]
async fn guessing_is_slowed_down_alike_for_accounts_that_exist_and_that_do_not() {
    let office = Office::alone().await;
    let (_, phone, _) = office.enrolled(DANA, Role::Reviewer).await;
    let mut told = Vec::new();
    for email in [DANA, "nobody@example.test", "no address"] {
        let browser = office.browser();
        for n in 0..5 {
            let before = work();
            let page = browser.sign_in(email, "not the password", "").await;
            assert_eq!((page.status, work() - before), (422, 1), "{email}, attempt {n}");
        }
        let before = work();
        let page = browser.sign_in(email, PASSWORD, &phone.code(&office.clock)).await;
        assert_eq!((page.status, work() - before), (429, 0), "{email}: waits, and costs no work");
        assert!(page.text.contains("Try again in 1 minute."), "{}", page.text);
        told.push(page.text.replace(email, "").replace(&page.form(), ""));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "the words tell who exists");
    office.minutes(1);
    let browser = office.browser();
    assert_eq!(browser.sign_in(DANA, "not the password", "").await.status, 422);
    assert!(browser.sign_in(DANA, PASSWORD, "").await.text.contains("in 2 minutes"));
    office.minutes(2);
    assert_eq!(browser.sign_in(DANA, PASSWORD, &phone.code(&office.clock)).await.to(), "/queue");
}

#[tokio::test]
async fn guessing_many_accounts_from_one_address_is_slowed_down_too() {
    let office = Office::open().await;
    let browser = office.browser();
    for n in 0..20 {
        let email = format!("nobody{n}@example.test");
        assert_eq!(browser.sign_in(&email, "not the password", "").await.status, 422, "{n}");
    }
    assert_eq!(browser.sign_in(DANA, PASSWORD, "").await.status, 429);
    let refused = office.story().await;
    assert_eq!(refused.iter().filter(|line| *line == "refused password").count(), 20);
    let events = office.store.list_reviewer_events(100).await.unwrap();
    assert!(!format!("{events:?}").contains('@'), "no address in what is kept of it");
}

#[tokio::test]
async fn a_session_has_a_new_token_at_each_sign_in_for_this_host_over_tls_alone_and_ends_with_sign_out() {
    let office = Office::open().await;
    let (browser, phone, _) = office.enrolled(DANA, Role::Reviewer).await;
    let first = browser.cookie("__Host-session").unwrap();
    assert_eq!(first.len(), 64);
    let done = browser.send("/me", "/sign-out", &[]).await;
    assert_eq!(done.to(), "/sign-in");
    assert_eq!(browser.cookie("__Host-session"), None);
    browser.jar.lock().unwrap().insert("__Host-session".to_owned(), first.clone());
    assert!(!browser.is_in().await, "it has ended at the server too");
    office.minutes(1);
    let page = browser.sign_in(DANA, PASSWORD, &phone.code(&office.clock)).await;
    let cookie = page.cookies().into_iter().find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
    let flags: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(flags, ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]);
    assert_ne!(browser.cookie("__Host-session").unwrap(), first);
}
