//! Accounts, plans and clients as an admin keeps them: found, opened, changed with who and why, held, taken out.

use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::reviewer::Role;
use caseconsultant::domain::time::Timestamp;
use serde_json::Value;

use super::review::Desk;
use super::{Browser, DANA, Office, Page};
use crate::support::app::{QUESTION, mail, with_header};

const ANN: &str = "ann@lakeside.test";
const LAKESIDE: &str = "/accounts/ac_lakeside";
const WHY: (&str, &str) = ("why", "the practice asked for it");

async fn insert(office: &Office, id: &str, name: &str, address: &str, plan: &str) {
    let account = Account { id: id.to_owned(), name: name.to_owned(), plan: plan.to_owned() };
    let sender = Address::parse(address).unwrap();
    office.store.insert_account(account, vec![sender], office.clock.now()).await.unwrap();
}

async fn with_lakeside() -> (Office, Browser) {
    let office = Office::open().await;
    insert(&office, "ac_lakeside", "Lakeside GI", ANN, FREE).await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    (office, dana)
}

/// Sends the form of a change from the account's page.
async fn change(dana: &Browser, what: &str, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = [("what", what)].into_iter().chain(fields.iter().copied()).collect();
    dana.send(LAKESIDE, &format!("{LAKESIDE}/change"), &fields).await
}

async fn changed(dana: &Browser, what: &str, fields: &[(&str, &str)]) {
    let done = change(dana, what, fields).await;
    assert_eq!((done.status, done.to()), (303, format!("{LAKESIDE}?said=changed").as_str()), "{what}: {}", done.text);
}

/// What the story says, the newest first.
async fn story(office: &Office) -> Vec<String> {
    let events = office.store.list_account_events("ac_lakeside", None, 100).await.unwrap();
    events.into_iter().map(|e| format!("{}: {} {} ({})", e.by, e.what, e.detail, e.why)).collect()
}

#[tokio::test]
async fn accounts_are_listed_page_by_page_and_found_by_what_one_knows_of_them() {
    let office = Office::open().await;
    for n in 0..60 {
        let plan = if n % 10 == 0 { "solo" } else { FREE };
        insert(&office, &format!("ac_{n:02}"), &format!("Practice {n:02} North"), &format!("p{n}@p{n}.test"), plan)
            .await;
    }
    insert(&office, "ac_x", "<script>alert(1)</script>", "x@x.test", FREE).await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    let first = dana.get("/accounts").await;
    assert!(first.text.len() < 60_000, "{}", first.text.len());
    assert!(first.text.contains("Practice 00 North") && !first.text.contains("Practice 55 North"));
    assert!(first.text.contains("&#60;script&#62;") && !first.text.contains("<script>alert"));
    let next = regex::Regex::new(r#"href="(/accounts\?[^"]*after=[^"]*)""#).unwrap();
    let next = next.captures(&first.text).unwrap()[1].replace("&#38;", "&");
    let second = dana.get(&next).await;
    assert!(second.text.contains("Practice 55 North") && !second.text.contains("Practice 00 North"));
    assert!(!second.text.contains("The next ones"));
    for (question, found, not) in [
        ("q=north", "Practice 07 North", "alert(1)"),
        ("q=Practice+07", "ac_07", "ac_08"),
        ("q=P33%40p33.test", "ac_33", "ac_34"),
        ("q=anybody%2Bx%40p33.test", "No account", "ac_33"),
        ("q=p33%2Btag%40p33.test", "ac_33", "ac_34"),
        ("q=ac_12", "Practice 12 North", "Practice 13 North"),
        ("plan=solo", "Practice 10 North", "Practice 11 North"),
        ("standing=held", "No account", "Practice 10 North"),
        ("standing=no-agreement", "Practice 10 North", "No account"),
    ] {
        let page = dana.get(&format!("/accounts?{question}")).await;
        assert!(page.text.contains(found) && !page.text.contains(not), "{question}: {}", page.text);
    }
    let plans = dana.get("/plans").await;
    assert!(plans.text.contains(r#"class="number">250</td>"#) && plans.text.contains(r#"class="number">6</td>"#));
}

#[tokio::test]
async fn an_account_is_opened_with_its_addresses_or_not_at_all() {
    let (office, dana) = with_lakeside().await;
    let open = async |name: &str, plan: &str, senders: &str| {
        let fields = [("name", name), ("plan", plan), ("senders", senders), WHY];
        dana.send("/accounts", "/accounts", &fields).await
    };
    let done = open("Riverbend Surgery", "practice", "kim@river.test\r\nlee@river.test").await;
    assert!(done.status == 303 && done.to().starts_with("/accounts/ac_"), "{}", done.text);
    let page = dana.get(done.to()).await;
    assert!(page.text.contains("Riverbend Surgery") && page.text.contains("kim@river.test"), "{}", page.text);
    assert!(
        page.text.contains("<dd>0 of 250; new ones begin") && page.text.contains("agreement missing"),
        "{}",
        page.text
    );
    assert!(page.text.contains("<strong>opened</strong>") && page.text.contains("the practice asked for it"));
    assert_eq!(open("Other", FREE, ANN).await.status, 409);
    assert_eq!(open("Other", "gold", "a@b.test").await.status, 422);
    assert_eq!(open("Other", FREE, "nobody").await.status, 422);
    assert_eq!(open("Other", FREE, " ").await.status, 422);
    assert_eq!(open("MRN 12345678 of 03/04/1950", FREE, "a@b.test").await.status, 422);
    assert_eq!(office.store.list_accounts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_changed_is_written_down_with_who_and_why() {
    let (office, dana) = with_lakeside().await;
    assert_eq!(change(&dana, "plan", &[("plan", "solo")]).await.status, 422, "a plan changes for a reason");
    changed(&dana, "plan", &[("plan", "solo"), WHY]).await;
    changed(&dana, "quota", &[("quota", "sender"), WHY]).await;
    changed(&dana, "policy", &[("policy", "border"), WHY]).await;
    changed(&dana, "sees", &[("sees", "own")]).await;
    changed(&dana, "sender", &[("address", "Ben@Lakeside.test")]).await;
    changed(&dana, "sender-remove", &[("address", "ben@lakeside.test")]).await;
    changed(&dana, "domain", &[("domain", "@lakeside.test")]).await;
    changed(&dana, "colleague", &[("address", "boss@lakeside.test"), ("every", "1")]).await;
    changed(&dana, "name", &[("name", "Lakeside Gastro")]).await;
    let digest = "ab".repeat(32);
    changed(&dana, "agreement", &[("on", "2026-11-20"), ("digest", &digest), WHY]).await;
    changed(&dana, "hold", &[("hold", "1"), ("why", "letter about John Smith, DOB 03/04/1950")]).await;
    let told = story(&office).await;
    assert!(
        told[0].starts_with("rv_dana: hold ") && !told[0].contains("1950"),
        "reasons keep no identity: {}",
        told[0]
    );
    assert_eq!(
        told[1..],
        [
            format!("rv_dana: agreement of 2026-11-20, SHA-256 {digest} (the practice asked for it)"),
            "rv_dana: name from Lakeside GI to Lakeside Gastro ()".to_owned(),
            "rv_dana: colleague boss@lakeside.test, on every answer ()".to_owned(),
            "rv_dana: domain added lakeside.test ()".to_owned(),
            "rv_dana: sender removed ben@lakeside.test ()".to_owned(),
            "rv_dana: sender added ben@lakeside.test ()".to_owned(),
            "rv_dana: sees from all to own ()".to_owned(),
            "rv_dana: policy from default to border (the practice asked for it)".to_owned(),
            "rv_dana: quota from pooled to sender (the practice asked for it)".to_owned(),
            "rv_dana: plan from free to solo (the practice asked for it)".to_owned(),
            "operator: opened on plan free ()".to_owned(),
        ]
    );
    let page = dana.get(LAKESIDE).await;
    for shown in
        ["Lakeside Gastro", "0; each sender has 50", "legal hold", "everybody @lakeside.test", "on every answer"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(!page.text.contains("agreement missing") && page.text.len() < 60_000);
    let found = dana.get("/accounts?q=gastro").await;
    assert!(found.text.contains("Lakeside Gastro"), "found by the new name");
    assert!(dana.get("/accounts?standing=held").await.text.contains("Lakeside Gastro"));
}

#[tokio::test]
async fn what_cannot_be_changed_is_said_and_nothing_is_written() {
    let (office, dana) = with_lakeside().await;
    insert(&office, "ac_other", "Other", "kim@other.test", FREE).await;
    let before = story(&office).await;
    for (what, fields, status) in [
        ("sender", ("address", "kim@other.test"), 409),
        ("sender", ("address", "no address"), 422),
        ("sender-remove", ("address", ANN), 409),
        ("domain", ("domain", "gmail.com"), 422),
        ("agreement", ("on", "soon"), 422),
        ("client-new", ("client", "MRN 12345678"), 422),
        ("drop", ("x", "y"), 422),
    ] {
        let refused = change(&dana, what, &[fields, WHY]).await;
        assert_eq!(refused.status, status, "{what}: {}", refused.text);
    }
    let same = change(&dana, "plan", &[("plan", FREE), WHY]).await;
    assert_eq!(same.to(), format!("{LAKESIDE}?said=same"));
    assert_eq!(story(&office).await, before);
    let fields = [("what", "plan"), ("plan", "solo"), WHY];
    assert_eq!(dana.send(LAKESIDE, "/accounts/ac_none/change", &fields).await.status, 404);
    for path in ["/accounts/ac_none", "/accounts/ac_none/usage.csv", "/accounts/%00"] {
        assert_eq!(dana.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_client_is_added_changed_and_taken_away() {
    let (office, dana) = with_lakeside().await;
    changed(&dana, "client-new", &[("client", "North Clinic"), ("state", "oh"), ("payer", "Medicare")]).await;
    changed(&dana, "client", &[("client", "North Clinic"), ("state", "OH"), ("specialty", "GI")]).await;
    let client = office.store.find_client("ac_lakeside", "north clinic").await.unwrap().unwrap();
    assert_eq!((client.facts.state.as_str(), client.facts.payer.as_str()), ("OH", ""), "an emptied field is not known");
    assert!(dana.get(LAKESIDE).await.text.contains("North Clinic · OH · GI"));
    changed(&dana, "client-remove", &[("client", "North Clinic")]).await;
    assert!(office.store.list_clients("ac_lakeside").await.unwrap().is_empty());
}

#[tokio::test]
async fn answers_beside_the_plan_count_once_for_each_payment_and_each_form() {
    let (office, dana) = with_lakeside().await;
    let payment = [("answers", "10"), ("reference", "invoice 7"), WHY];
    changed(&dana, "pack", &payment).await;
    assert_eq!(change(&dana, "pack", &payment).await.status, 409);
    let gift = [("answers", "5"), ("once", "f00d"), WHY];
    changed(&dana, "pack", &gift).await;
    assert_eq!(change(&dana, "pack", &gift).await.status, 409, "one click, or two, on one button");
    assert_eq!(office.store.count_pack("ac_lakeside").await.unwrap(), 15);
    assert!(dana.get(LAKESIDE).await.text.contains("0 of 15 used"));
}

#[tokio::test]
async fn a_hold_keeps_a_case_from_being_forgotten_and_its_original_from_being_purged_until_it_is_lifted() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let (dana, store) = (desk.office.signed_in(DANA, Role::Admin).await, &desk.office.store);
    let held = [("hold", "1"), ("why", "a court asks for it")];
    changed(&dana, "hold", &held).await;
    let forget = async || {
        let fields = [("case", id.as_str()), ("why", "its sender asked on the phone")];
        dana.send(LAKESIDE, &format!("{LAKESIDE}/forget"), &fields).await
    };
    let refused = forget().await;
    assert!(refused.status == 409 && refused.text.contains("legal hold"), "{}", refused.text);
    desk.arrive(&mail(ANN, "", "f1@lakeside.test", &format!("FORGET {id}"))).await;
    assert!(desk.letters().last().unwrap().said().contains("kept by a legal hold"));
    let never = Timestamp(i64::MAX);
    assert_eq!(store.purge_originals(never, desk.office.clock.now()).await.unwrap(), 0);
    changed(&dana, "hold", &[("hold", "0"), ("why", "the court is done")]).await;
    let done = forget().await;
    assert_eq!((done.status, done.to()), (303, format!("{LAKESIDE}?said=forgotten").as_str()), "{}", done.text);
    assert!(store.find_question(&id).await.unwrap().is_empty());
    assert!(store.purge_originals(never, desk.office.clock.now()).await.unwrap() > 0, "the mail of the command");
    let told = story(&desk.office).await;
    assert_eq!(told[0], format!("rv_dana: case forgotten {id} (its sender asked on the phone)"));
    assert!(told[1].contains("hold ended") && told[2].contains("hold "), "{told:?}");
    let strange = [("case", "CC-2345678"), WHY];
    assert_eq!(dana.send(LAKESIDE, &format!("{LAKESIDE}/forget"), &strange).await.status, 422);
}

#[tokio::test]
async fn an_export_holds_everything_of_the_account_and_no_sealed_original() {
    let desk = Desk::open().await;
    let marked = with_header(ANN, "Two polyps", "q1@lakeside.test", "X-Marker: violet-heron\r\n", QUESTION);
    let id = desk.arrive(&marked).await;
    let other = mail("guest@elsewhere.test", "Guest", "g1@elsewhere.test", &QUESTION.replace("45380", "45384"));
    let guest = desk.arrive(&other).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let path = format!("{LAKESIDE}/export");
    assert_eq!(dana.send(LAKESIDE, &path, &[("why", " ")]).await.status, 422);
    let file = dana.send(LAKESIDE, &path, &[WHY]).await;
    assert_eq!(file.status, 200);
    let said = |name: &str| file.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(said("content-disposition"), "attachment; filename=\"account-2026-11-24.json\"");
    let whole: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(whole["account"]["name"], "Lakeside GI");
    assert_eq!(whole["senders"][0], ANN);
    let cases = whole["cases"].as_array().unwrap();
    assert_eq!((cases.len(), cases[0]["id"].as_str()), (1, Some(id.as_str())));
    assert!(cases[0]["question"].as_str().unwrap().contains("45385") && cases[0]["draft"]["headline"].is_object());
    assert_eq!(cases[0]["booked"][0]["state"], "settled");
    assert!(!file.text.contains("violet-heron") && !file.text.contains(guest.as_str()));
    assert!(story(&desk.office).await[0].starts_with("rv_dana: exported"), "who took it is written down");
}

#[tokio::test]
async fn the_month_is_a_table_whose_cells_are_no_formulas() {
    let desk = Desk::open().await;
    desk.arrive(&mail(ANN, "One", "q1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    changed(&dana, "client-new", &[("client", "=1+1"), ("state", "OH")]).await;
    let asked = format!("Client: =1+1\r\n{}", QUESTION.replace("08-01", "08-02"));
    desk.arrive(&mail(ANN, "Two", "q2@lakeside.test", &asked)).await;
    let table = dana.get(&format!("{LAKESIDE}/usage.csv?month=2026-11")).await;
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        table.text,
        "month,sender,client,topic,questions,answered,in work,free\n\
         2026-11,ann@lakeside.test,,codes together,1,1,0,0\n\
         2026-11,ann@lakeside.test,'=1+1,codes together,1,1,0,0\n"
    );
    assert_eq!(dana.get(&format!("{LAKESIDE}/usage.csv?month=2026-10")).await.text.lines().count(), 1);
    assert_eq!(dana.get(&format!("{LAKESIDE}/usage.csv?month=soon")).await.status, 422);
    let page = dana.get(LAKESIDE).await;
    let picture = page.text.split("<svg class=\"chart\"").nth(1).unwrap().split("</svg>").next().unwrap();
    assert!(picture.contains("role=\"img\"") && picture.contains("2, of them 2 in the present one"), "{picture}");
    assert!(picture.matches("<rect").count() == 12 && !picture.contains("style="), "{picture}");
    assert!(page.text.contains("<tr><th scope=\"row\">2026-11</th><td class=\"number\">2</td></tr>"), "{}", page.text);
    assert!(page.text.contains("<dd>2 of 5; new ones begin"), "{}", page.text);
}

#[tokio::test]
async fn the_cases_of_an_account_are_shown_a_page_at_a_time() {
    let desk = Desk::open().await;
    for n in 1..=27 {
        let asked = QUESTION.replace("08-01", &format!("08-{n:02}"));
        desk.arrive(&mail(ANN, &format!("Number {n}."), &format!("q{n}@lakeside.test"), &asked)).await;
    }
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let first = dana.get(LAKESIDE).await;
    assert!(first.text.contains("Number 27.") && !first.text.contains("Number 2.<"), "{}", first.text);
    assert!(first.text.contains("22 questions until there are answers") && first.text.len() < 60_000);
    let older = regex::Regex::new(r#"href="(/accounts/ac_lakeside\?cases=[^"]*)""#).unwrap();
    let second = dana.get(&older.captures(&first.text).unwrap()[1]).await;
    assert!(second.text.contains("Number 2.<") && second.text.contains("Number 1.<"), "{}", second.text);
    assert!(!second.text.contains("Number 3.<"));
    let kept = desk.office.store.list_cases(Some(CaseStatus::Kept), 100).await.unwrap();
    assert_eq!(kept.len(), 22);
}
