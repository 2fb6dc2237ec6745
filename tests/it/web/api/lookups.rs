//! Accounts, checks, questions and codes by program; and the call that the README shows.

use std::process::Command;

use caseconsultant::domain::api_token::ApiScope;
use serde_json::{Value, json};

use super::super::Office;
use super::Program;

#[tokio::test]
async fn an_account_is_added_found_and_counted() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::AccountsRead, ApiScope::AccountsWrite], None).await;
    let new = json!({"name": "Lakeside GI", "plan": "practice", "senders": ["Ann@lakeside.test"]});
    let added = program.post("/api/v1/accounts", &new).await;
    let path = added.header("location").to_owned();
    assert_eq!(added.status, 201, "{added:?}");
    let account = added.good();
    assert_eq!(path, format!("/api/v1/accounts/{}", account["id"].as_str().unwrap()));
    assert_eq!(account["senders"], json!(["ann@lakeside.test"]));
    let taken = program.post("/api/v1/accounts", &json!({"name": "Other", "senders": ["ann@lakeside.test"]})).await;
    assert_eq!((taken.status, taken.code()), (409, "conflict"));
    let grown = program.post(&format!("{path}/senders"), &json!({"address": "ben@lakeside.test"})).await.good();
    assert_eq!(grown["senders"], json!(["ann@lakeside.test", "ben@lakeside.test"]));
    assert_eq!(program.get(&path).await.good(), grown);
    let usage = program.get(&format!("{path}/usage")).await.good();
    assert_eq!(
        (&usage["plan"], &usage["period"], &usage["resets"]),
        (&json!("practice"), &json!("2026-11"), &json!("2026-12-01"))
    );
    assert_eq!(usage["plan_answers"], json!({"answers": 250, "used": 0, "in_work": 0, "left": 250}));
    assert_eq!(usage["shared"], "pooled");
    assert_eq!((&usage["bought"], &usage["kept"]), (&Value::Null, &json!(0)));
    program.post("/api/v1/accounts", &json!({"name": "Other", "senders": ["x@other.test"]})).await.good();
    let first = program.get("/api/v1/accounts?limit=1").await.good();
    let next = first["next"].as_str().unwrap();
    let second = program.get(&format!("/api/v1/accounts?limit=1&after={next}")).await.good();
    assert_ne!(first["accounts"], second["accounts"]);
    assert_eq!(second["next"], Value::Null);
    for wrong in [
        json!({"name": "", "senders": ["a@b.test"]}),
        json!({"name": "two\nlines", "senders": ["a@b.test"]}),
        json!({"name": "x", "senders": []}),
        json!({"name": "x", "senders": ["no address"]}),
        json!({"name": "x", "senders": ["a@b.test"], "plan": "gold"}),
        json!({"name": "x", "senders": ["a@b.test"], "colour": "red"}),
        json!({"name": "x"}),
        json!([]),
    ] {
        let reply = program.post("/api/v1/accounts", &wrong).await;
        assert_eq!((reply.status, reply.code()), (422, "invalid"), "{wrong}");
    }
    let events = office.store.list_account_events(account["id"].as_str().unwrap(), None, 9).await.unwrap();
    let story: Vec<&str> = events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(story, ["sender added", "opened"]);
    assert!(events.iter().all(|event| event.by.starts_with("tk_")), "{events:?}");
}

#[tokio::test]
async fn the_tables_are_asked_for_the_lines_that_were_sent_and_nothing_else() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::ChecksRead], None).await;
    let claimed = json!({
        "codes": [{"code": "45385"}, {"code": "45380", "modifiers": ["59"], "units": 3}],
        "date": "2024-08-01", "setting": "practitioner", "payer": "medicare",
    });
    let answer = program.post("/api/v1/checks", &claimed).await.good();
    let checks = answer["checks"].as_array().unwrap();
    let find = |kind: &str, code: &str| {
        let of = |check: &&Value| check["kind"] == kind && check["subjects"].as_array().unwrap().contains(&json!(code));
        checks.iter().find(of).unwrap_or_else(|| panic!("{kind} {code}: {checks:#?}"))
    };
    assert_eq!(find("code_status", "45385")["outcome"], "active");
    let pair = find("ptp", "45380");
    assert_eq!((&pair["outcome"], &pair["words"]), (&json!("edit_modifier_allowed"), &json!("edit, modifier allowed")));
    assert!(pair["rows"][0]["locator"].as_str().unwrap().starts_with("ptp/45385+45380"), "{pair}");
    assert_eq!(find("units", "45380")["outcome"], "over_limit");
    assert_eq!(find("modifier_fit", "45380")["outcome"], "allowed");
    assert!(checks.iter().all(|check| check["date"] == "2024-08-01" && check["payer"] == "medicare"), "{checks:#?}");
    // A date that no table here speaks for is not checked, and says what was last known.
    let late = json!({"codes": [{"code": "45385"}, {"code": "45380"}], "date": "2030-01-01"});
    let late = program.post("/api/v1/checks", &late).await.good();
    let pair = late["checks"].as_array().unwrap().iter().find(|check| check["kind"] == "ptp").unwrap().clone();
    assert_eq!((&pair["outcome"], pair["last_known"].is_object()), (&json!("not_checked"), true));
    for wrong in [
        json!({"codes": []}),
        json!({"codes": [{"code": "4538"}]}),
        json!({"codes": [{"code": "45385", "modifiers": ["5"]}]}),
        json!({"codes": [{"code": "45385", "units": 0}]}),
        json!({"codes": [{"code": "45385"}], "date": "yesterday"}),
        json!({"codes": [{"code": "45385"}], "payer": "aetna"}),
        json!({"codes": vec![json!({"code": "45385"}); 13]}),
    ] {
        let reply = program.post("/api/v1/checks", &wrong).await;
        assert_eq!((reply.status, reply.code()), (422, "invalid"), "{wrong}: {reply:?}");
    }
}

#[tokio::test]
async fn a_question_is_masked_answered_and_kept_nowhere() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::ChecksRead], None).await;
    let question =
        "Patient Maria Kowalczyk, MRN 00481516: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Modifier?";
    let reply = program.post("/api/v1/ask", &json!({"question": question})).await.good();
    let text = reply.to_string();
    assert!(!text.contains("Kowalczyk") && !text.contains("00481516"), "{text}");
    assert_eq!(reply["draft"]["answers"][0]["says"]["lines"][1]["code"], "45380", "{}", reply["draft"]);
    assert!(reply["reply"].as_str().unwrap().contains("45385"), "{text}");
    assert!(reply["would_leave"].is_boolean() && reply["findings"].is_array());
    assert!(office.store.list_cases(None, 9).await.unwrap().is_empty());
    for file in ["caseconsultant.sqlite", "caseconsultant.sqlite-wal"] {
        let kept = std::fs::read(office.config.data_dir.join(file)).unwrap();
        assert!(!kept.windows(9).any(|window| window == b"Kowalczyk"), "{file}");
    }
    for wrong in
        [json!({"question": ""}), json!({"question": " \n"}), json!({"question": "x".repeat(20_001)}), json!({})]
    {
        assert_eq!(program.post("/api/v1/ask", &wrong).await.code(), "invalid");
    }
}

#[tokio::test]
async fn a_code_has_its_page_on_a_date_and_is_found_by_words() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::CodesRead], None).await;
    let page = program.get("/api/v1/codes/45385?date=2024-08-01").await.good();
    assert_eq!((&page["code"], &page["code_set"], &page["billable"]), (&json!("45385"), &json!("cpt"), &json!(true)));
    assert_eq!(page["status"]["outcome"], "active");
    assert_eq!(page["official_title"], Value::Null, "no descriptor of the AMA without a licence");
    assert!(!page["units"].as_array().unwrap().is_empty() && !page["edits"].as_array().unwrap().is_empty(), "{page}");
    let diagnosis = program.get("/api/v1/codes/e119").await.good();
    assert_eq!((&diagnosis["code"], &diagnosis["code_set"]), (&json!("E11.9"), &json!("icd10cm")));
    let hits = program.get("/api/v1/codes?q=snare%20polypectomy&set=cpt&limit=3").await.good();
    assert!(hits["hits"].as_array().unwrap().iter().any(|hit| hit["id"] == "45385"), "{hits}");
    for (path, status) in [
        ("/api/v1/codes/99999", 404),
        ("/api/v1/codes/hello", 404),
        ("/api/v1/codes/%FF", 404),
        ("/api/v1/codes/45385?date=2024-13-01", 422),
        ("/api/v1/codes/45385?day=2024-08-01", 422),
        ("/api/v1/codes", 422),
        ("/api/v1/codes?q=", 422),
        ("/api/v1/codes?q=x&set=hay", 422),
        ("/api/v1/nothing", 404),
    ] {
        let reply = program.get(path).await;
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_told_from_json_that_cannot_be_taken() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::ChecksRead], None).await;
    let url = format!("{}/api/v1/checks", office.config.web.origin());
    let send = |kind: &'static str, body: Vec<u8>| {
        program.send(reqwest::Client::new().post(&url).header("content-type", kind).body(body))
    };
    let json = "application/json";
    assert_eq!(send(json, b"{".to_vec()).await.code(), "malformed");
    assert_eq!(send(json, vec![0xff, 0xfe]).await.code(), "malformed");
    assert_eq!(send(json, "[".repeat(100_000).into_bytes()).await.code(), "malformed");
    assert_eq!(send(json, vec![b' '; 300 * 1024]).await.code(), "too_long");
    assert_eq!(send("text/plain", b"{}".to_vec()).await.code(), "media_type");
    assert_eq!(send("application/x-www-form-urlencoded", b"codes=1".to_vec()).await.code(), "media_type");
    assert_eq!(send("application/json; charset=utf-8", b"{}".to_vec()).await.code(), "invalid");
}

/// The README shows one call: it is run as it stands, but for the address of the service.
#[tokio::test]
async fn the_call_in_the_readme_is_answered() {
    let office = Office::open().await;
    let program = Program::of(&office, &[ApiScope::ChecksRead], None).await;
    let readme = include_str!("../../../../README.md");
    let call = readme.split("```sh call\n").nth(1).expect("it shows a call").split("\n```").next().unwrap();
    let call = call.replace("http://127.0.0.1:8380", &office.config.web.origin());
    let token = program.token.clone();
    let run = move || Command::new("/bin/bash").args(["-euo", "pipefail", "-c", &call]).env("TOKEN", token).output();
    let done = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert!(
        answer["checks"].as_array().unwrap().iter().any(|check| check["words"] == "edit, modifier allowed"),
        "{out}"
    );
}
