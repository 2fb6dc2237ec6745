//! One's own account, and what the operator does to it.

use std::process::Command;

use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::identity::seal::KeyRing;
use caseconsultant::store::Store;

use super::{Browser, DANA, Office, PASSWORD, Phone};

async fn closed(office: &Office, browser: &Browser) {
    office.store.close_reviewer("rv_dana", "operator", office.clock.now()).await.unwrap();
    assert!(!browser.is_in().await, "the session of a closed reviewer ends at once");
}

#[tokio::test]
async fn a_closed_reviewer_is_out_at_once_and_stays_out() {
    let office = Office::open().await;
    let (browser, phone, recovery) = office.enrolled(DANA, Role::Admin).await;
    let invitation = office.invitation("rv_dana").await;
    closed(&office, &browser).await;
    office.minutes(1);
    let guest = office.browser();
    assert_eq!(guest.sign_in(DANA, PASSWORD, &phone.code(&office.clock)).await.status, 422);
    assert_eq!(guest.sign_in(DANA, PASSWORD, &recovery[0]).await.status, 422);
    assert_eq!(guest.get(&invitation).await.status, 404);
}

#[tokio::test]
async fn who_becomes_an_admin_acts_as_one_only_with_a_second_factor() {
    let office = Office::open().await;
    let id = office.add(DANA, Role::Reviewer, Standing::Invited).await;
    let path = office.invitation(&id).await;
    let browser = office.browser();
    browser.send(&path, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    office.store.set_role(&id, Role::Admin, "operator", office.clock.now()).await.unwrap();
    assert!(!browser.is_in().await, "a page drawn for the old role does not stay open");
    browser.sign_in(DANA, PASSWORD, "").await;
    assert!(browser.get("/me").await.text.contains("you act as a reviewer"));
    let page = browser.get("/me/authenticator").await;
    let code = Phone::scan(&page).code(&office.clock);
    let wrong = browser.send("/me/authenticator", "/me/authenticator", &[("code", &code), ("password", "no")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("This is not your password."), "{}", wrong.text);
    let before = browser.cookie("__Host-session");
    let done = browser.send("/me/authenticator", "/me/authenticator", &[("code", &code), ("password", PASSWORD)]).await;
    assert!(done.status == 200 && done.text.contains("Keep these recovery codes"), "{}", done.text);
    assert_ne!(browser.cookie("__Host-session"), before, "under a new token");
    assert!(!browser.get("/me").await.text.contains("you act as a reviewer"));
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let office = Office::open().await;
    let (browser, phone, _) = office.enrolled(DANA, Role::Reviewer).await;
    office.minutes(1);
    let other = office.browser();
    other.sign_in(DANA, PASSWORD, &phone.code(&office.clock)).await;
    assert!(other.is_in().await);
    let new = "velvet harbor nine clocks";
    let change = async |current: &str, again: &str| {
        browser.send("/me", "/me/password", &[("current", current), ("password", new), ("again", again)]).await
    };
    assert!(change("wrong", new).await.text.contains("not your present password"));
    assert!(change(PASSWORD, "typo").await.text.contains("differ"));
    assert_eq!(change(PASSWORD, new).await.to(), "/me?done=password");
    assert!(browser.is_in().await && !other.is_in().await);
    office.minutes(1);
    assert_eq!(other.sign_in(DANA, PASSWORD, &phone.code(&office.clock)).await.status, 422);
    assert_eq!(other.sign_in(DANA, new, &phone.code(&office.clock)).await.to(), "/queue");
    assert_eq!(browser.send("/me", "/me/sign-out-everywhere", &[]).await.to(), "/sign-in");
    assert!(!browser.is_in().await && !other.is_in().await);
}

#[tokio::test]
async fn ones_certificate_is_kept_and_its_letters_are_signed_with() {
    let office = Office::open().await;
    let browser = office.signed_in(DANA, Role::Reviewer).await;
    let save = async |letters: &str, until: &str| {
        let fields = [("letters", letters), ("number", "0123"), ("until", until)];
        browser.send("/me", "/me/credential", &fields).await
    };
    assert_eq!(save("CPC", "2027-06-30").await.to(), "/me?done=credential");
    assert!(browser.get("/me").await.text.contains("<dd>Dana Lee, CPC</dd>"));
    assert_eq!(save("CPC", "2026-06-30").await.to(), "/me?done=credential");
    assert!(browser.get("/me").await.text.contains("Your certificate has ended"));
    let refused = save("<script>alert(1)</script>", "").await;
    assert!(refused.status == 422 && !refused.text.contains("<script>"), "{}", refused.text);
}

#[tokio::test]
async fn what_happened_to_accounts_is_kept_in_order() {
    let office = Office::open().await;
    let (browser, _, _) = office.enrolled(DANA, Role::Reviewer).await;
    office.browser().sign_in(DANA, "not the password", "").await;
    browser.send("/me", "/me/sign-out-everywhere", &[]).await;
    office.store.set_role("rv_dana", Role::Admin, "operator", office.clock.now()).await.unwrap();
    closed(&office, &browser).await;
    let story = [
        "added reviewer",
        "invited",
        "accepted with authenticator",
        "signed in invitation",
        "refused password",
        "signed out everywhere",
        "role admin",
        "closed",
    ];
    assert_eq!(office.story().await, story);
}

#[tokio::test]
async fn the_secret_of_an_authenticator_is_sealed_and_sealed_anew_with_a_new_key() {
    let office = Office::open().await;
    office.enrolled(DANA, Role::Admin).await;
    assert_eq!(office.store.count_seals().await.unwrap(), [("test".to_owned(), 1)]);
    let both = format!("{} {}", KeyRing::write_key("newer", [9; 32]), KeyRing::write_key("test", [7; 32]));
    let store: Store = office.store.clone().with_keys(KeyRing::parse(&both).unwrap());
    let before = store.find_proofs("rv_dana").await.unwrap().totp.unwrap();
    store.reseal(|| [3; 32]).await.unwrap();
    let newer = KeyRing::parse(&KeyRing::write_key("newer", [9; 32])).unwrap();
    let store = store.with_keys(newer);
    assert_eq!(store.find_proofs("rv_dana").await.unwrap().totp.unwrap(), before);
}

#[test]
fn the_operator_adds_lists_and_closes_reviewers_at_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caseconsultant"));
        let done = command.arg("--data-dir").arg(folder.path()).arg("reviewer").args(words).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let add = ["add", DANA, "--name", "Dana Lee", "--credential", "CPC", "--until", "2027-06-30", "--specialty", "GI"];
    let (code, link, _) = run(&add);
    assert!(code == 0 && link.contains("/invitation/") && link.lines().count() == 1, "{link}");
    assert_eq!(run(&add).0, 1, "one address, one reviewer");
    let (code, fresh, _) = run(&["reset", DANA]);
    assert!(code == 0 && fresh != link);
    assert!(run(&["role", DANA, "admin"]).1.contains("is an admin; they act as one when"));
    assert_eq!(run(&["list"]).1, "admin    invited  dana@example.test  Dana Lee, CPC\n");
    assert!(run(&["close", "DANA@example.test"]).1.contains("is closed"));
    assert!(run(&["list", "--json"]).1.contains("\"state\":\"closed\""));
    assert_eq!(run(&["close", "kim@example.test"]).0, 1);
    assert_eq!(run(&["add", "no address", "--name", "X"]).0, 2);
    assert_eq!(run(&["add", "x@example.test", "--name", "X\nY"]).0, 2);
}
