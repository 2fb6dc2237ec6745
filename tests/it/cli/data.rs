//! What `--json` promises to machines.

use serde_json::Value;

use super::QUESTION;
use crate::support::program::{run, run_in, shared};

#[track_caller]
fn has(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object.get(key).is_some(), "{key} is missing in {object}");
    }
}

#[test]
fn an_answer_has_every_field_of_the_contract() {
    let object = run_in(&shared(), &["ask", "--json"], QUESTION).ended(0, &[]).json();
    has(
        &object,
        &[
            "id",
            "action",
            "release",
            "lines",
            "codes",
            "modifiers",
            "verdict",
            "label",
            "text",
            "checks",
            "citations",
            "findings",
            "assumptions",
            "abstained",
            "edition",
            "timings_ms",
        ],
    );
    assert_eq!(
        (&object["action"], &object["release"], &object["verdict"]),
        (&"answer".into(), &"automatic".into(), &"yes".into())
    );
    assert_eq!(object["codes"], serde_json::json!(["45385", "45380"]));
    has(&object["lines"][0], &["code", "modifiers", "units", "role"]);
    has(&object["checks"][0], &["kind", "subjects", "outcome", "detail", "edition"]);
    has(&object["citations"][0], &["n", "doc", "locator", "quote", "effective_from", "effective_to"]);
    for (stage, ms) in object["timings_ms"].as_object().unwrap() {
        assert!(ms.as_f64().is_some_and(|ms| ms >= 0.0) && stage != "total", "{stage}");
    }
    let ptp = object["checks"].as_array().unwrap().iter().find(|check| check["kind"] == "ptp").unwrap();
    assert_eq!(ptp["outcome"], "edit_modifier_allowed");
}

#[test]
fn every_cited_locator_is_found_again_word_for_word() {
    let data = shared();
    for question in [
        QUESTION,
        b"29881 with 29877 on the same knee, DOS 2024-08-01?",
        b"Is 37250 still valid on 1/12/2026?",
        b"E11.9 and E10.9 together, DOS 2026-05-01?",
    ] {
        let object = run_in(&data, &["ask", "--json"], question).ended(0, &[]).json();
        let citations = object["citations"].as_array().unwrap();
        assert!(!citations.is_empty());
        for (n, citation) in citations.iter().enumerate() {
            assert_eq!(citation["n"], n + 1);
            assert!(object["text"].as_str().unwrap().contains(&format!("[{}]", n + 1)));
            let locator = citation["locator"].as_str().unwrap();
            let rows = run(&["corpus", "show", locator, "--json"]).ended(0, &[]).json()["rows"].to_string();
            let quote = citation["quote"].to_string();
            // A rule's row is an object of its own inside the list: its quote is quoted once more there.
            let inner = quote.trim_matches('"').replace('\\', "\\\\").replace("\\\\t", "\\t");
            assert!(rows.contains(quote.trim_matches('"')) || rows.contains(&inner), "{locator}: {quote} in {rows}");
        }
    }
}

#[test]
fn an_answer_that_waits_says_so_and_still_shows_its_draft() {
    let object = run_in(&shared(), &["ask", "--json", "--on", "2026-11-24"], b"45385 with 45380?").ended(0, &[]).json();
    assert_eq!((&object["release"], &object["abstained"]), (&"review".into(), &true.into()));
    assert!(!object["text"].as_str().unwrap().is_empty() && !object["findings"].as_array().unwrap().is_empty());
    let shelf =
        run_in(&shared(), &["ask", "--json", "--on", "shelf"], b"45385 with 45380 together?").ended(0, &[]).json();
    assert_eq!(shelf["release"], "automatic");
    let medicaid = ["ask", "--json", "--on", "2024-08-01", "--program", "medicaid"];
    assert_eq!(run_in(&shared(), &medicaid, b"45385 with 45380?").json()["release"], "review");
}

#[test]
fn a_pair_has_every_field_and_the_four_honest_words() {
    let pair = |a: &str, b: &str, more: &[&str]| {
        let args: Vec<&str> = ["corpus", "pair", a, b, "--json"].iter().chain(more).copied().collect();
        run(&args).ended(0, &[]).json()
    };
    let summer = ["--on", "2024-08-01"];
    let object = pair("45385", "45380", &summer);
    has(
        &object,
        &[
            "pair",
            "outcome",
            "column_one",
            "column_two",
            "indicator",
            "effective",
            "deletion",
            "rationale",
            "setting",
            "program",
            "release",
            "last_known",
            "edition",
            "source",
        ],
    );
    assert_eq!((&object["outcome"], &object["column_one"]), (&"edit_modifier_allowed".into(), &"45385".into()));
    assert_eq!(pair("29881", "29877", &summer)["outcome"], "edit_never");
    assert_eq!(pair("97140", "97530", &summer)["deletion"], "2019-12-31");
    assert_eq!(pair("45385", "27447", &summer)["outcome"], "no_edit_in_release");
    let stale = pair("45385", "45380", &["--on", "2026-11-24"]);
    assert_eq!((&stale["outcome"], &stale["column_one"]), (&"not_checked".into(), &Value::Null));
    assert_eq!(stale["last_known"]["outcome"], "edit_modifier_allowed");
    assert_eq!(pair("45385", "45380", &["--on", "shelf"])["outcome"], "edit_modifier_allowed");
    assert_eq!(pair("45385", "45380", &["--on", "2024-08-01", "--setting", "hospital"])["setting"], "hospital");
}

#[test]
fn a_code_and_the_shelf_have_every_field() {
    let object = run(&["corpus", "show", "45385", "--on", "2025-10-20", "--json"]).ended(0, &[]).json();
    has(
        &object,
        &[
            "code",
            "code_set",
            "status",
            "description",
            "official_description",
            "billable",
            "valid_from",
            "valid_to",
            "successors",
            "global_days",
            "mue",
            "indicators",
            "rvu",
            "add_on",
            "notes",
            "sources",
        ],
    );
    assert_eq!((&object["status"], &object["global_days"]), (&"active".into(), &"000".into()));
    has(&object["rvu"], &["work", "pe_nonfacility", "pe_facility", "malpractice"]);
    let object = run(&["corpus", "show", "37253", "--on", "2024-08-01", "--json"]).ended(0, &[]).json();
    has(&object["mue"][0], &["setting", "units", "mai"]);
    let object = run(&["corpus", "status", "--json"]).ended(0, &[]).json();
    has(&object, &["edition", "tables", "gaps"]);
    has(&object["tables"][0], &["name", "release", "rows", "from", "to", "source"]);
    let object =
        run(&["corpus", "search", "colonoscopy", "--set", "cpt", "--limit", "3", "--json"]).ended(0, &[]).json();
    let hits = object["hits"].as_array().unwrap();
    assert!((1..=3).contains(&hits.len()));
    has(&hits[0], &["code", "doc", "title", "score", "why"]);
}

#[test]
fn a_mail_is_shown_as_the_service_reads_it() {
    let mail = b"From: Ann <ann@lakeside.test>\r\nSubject: =?utf-8?q?Pr=C3=BCfung?=\r\nMessage-ID: <q@lakeside.test>\r\n\r\nIs 45385 valid?\r\n";
    let object = run_in(&shared(), &["message", "-", "--json"], mail).ended(0, &[]).json();
    assert_eq!((&object["from"]["address"], &object["subject"]), (&"ann@lakeside.test".into(), &"Prüfung".into()));
    assert_eq!(object["trust"]["verdict"], "unproved");
}

#[test]
fn an_evaluation_writes_one_answer_a_line_with_the_items_id() {
    let folder = tempfile::tempdir().unwrap();
    let (questions, answers) = (folder.path().join("q.jsonl"), folder.path().join("a.jsonl"));
    std::fs::write(
        &questions,
        "{\"id\": \"one\", \"question\": \"45385 with 45380 together?\", \"on\": \"2024-08-01\"}\n\n\
         {\"id\": 2, \"question\": \"Is 37250 valid?\", \"subject\": \"DOS 1/12/2026\"}\n",
    )
    .unwrap();
    let args = ["eval", questions.to_str().unwrap(), "--answers", answers.to_str().unwrap()];
    run(&args).ended(0, &[]);
    let text = std::fs::read_to_string(&answers).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["id"], &lines[1]["id"]), (2, &"one".into(), &2.into()));
    assert_eq!((&lines[0]["verdict"], &lines[1]["verdict"]), (&"depends".into(), &"no".into()));
    std::fs::write(&questions, "{\"id\": 1}\n").unwrap();
    run(&args).ended(1, &["line 1", "question"]);
}
