//! Two releases that cannot both be right: neither wins, and both are named.

use serde_json::Value;

use super::{Library, fixture, made};

/// The HCPCS file of July without an end of A9902, and the one of October that ends it on a day.
fn ended_on(day: &str) -> Library {
    let library = Library::new();
    let october = String::from_utf8(fixture("HCPC2026_OCT_ANWEB.csv")).unwrap();
    assert_eq!(october.matches("20251231").count(), 2, "the day of the action, and the end");
    library.put("HCPC2026_JUL_ANWEB.csv", october.replace("20251231", "").as_bytes());
    library.put("HCPC2026_OCT_ANWEB.csv", october.replace("20251231", day).as_bytes());
    library.import();
    library
}

fn listed(library: &Library, code: &str) -> Vec<Value> {
    library.json(&["corpus", "conflicts", code, "--json"])["conflicts"].as_array().unwrap().clone()
}

fn show(library: &Library, code: &str, on: &str) -> Value {
    library.run(&["corpus", "show", code, "--on", on, "--json"]).json()
}

#[test]
fn an_end_that_an_older_release_did_not_know_yet_is_listed_and_holds() {
    let library = ended_on("20260930");
    let rows = listed(&library, "A9902");
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!((&row["kind"], &row["release"]), (&"ended_since".into(), &"hcpcs-2026q3".into()), "{row}");
    assert_eq!((&row["says"], &row["other"]), (&"valid".into(), &"hcpcs-2026q4".into()), "{row}");
    assert_eq!(row["other_says"], "last day 2026-09-30");
    assert_eq!(show(&library, "A9902", "2026-08-01")["status"], "active");
    let after = show(&library, "A9902", "2026-10-01");
    assert_eq!((&after["status"], &after["valid_to"]), (&"deleted".into(), &"2026-09-30".into()), "{after}");
}

#[test]
fn where_two_releases_disagree_about_the_same_day_the_code_is_not_checked_and_both_are_named() {
    let library = ended_on("20260815");
    let rows = listed(&library, "A9902");
    assert!(
        rows.iter().any(|row| row["kind"] == "validity"
            && row["from"] == "2026-08-16"
            && row["to"] == "2026-09-30"
            && row["release"] == "hcpcs-2026q3"
            && row["other"] == "hcpcs-2026q4"),
        "{rows:?}"
    );
    for day in ["2026-08-16", "2026-09-30"] {
        let shown = show(&library, "A9902", day);
        assert_eq!((&shown["status"], &shown["billable"]), (&"unknown".into(), &Value::Null), "{day}: {shown}");
        let sources = shown["sources"].to_string();
        assert!(sources.contains("hcpcs-2026q3") && sources.contains("hcpcs-2026q4"), "{day}: {sources}");
        let text = library.run(&["corpus", "show", "A9902", "--on", day]).out;
        assert!(text.contains("disagree") && text.contains("2026Q3") && text.contains("2026Q4"), "{text}");
        assert!(text.contains("last day 2026-08-15"), "{text}");
    }
    assert_eq!(show(&library, "A9902", "2026-08-15")["status"], "active", "they agree on this day");
    assert_eq!(show(&library, "A9902", "2026-10-01")["status"], "deleted", "and here only one speaks");
    assert_eq!(show(&library, "A9901", "2026-09-01")["status"], "active", "another code is not concerned");
}

#[test]
fn a_question_about_a_disputed_code_is_not_answered_by_itself() {
    let library = ended_on("20260815");
    let ask = |on: &str| {
        let text = format!("Is HCPCS A9902 valid, Medicare, DOS {on}?");
        crate::support::program::run_in(&library.data(), &["ask", "--json"], text.as_bytes()).ended(0, &[]).json()
    };
    assert_ne!(ask("2026-09-01")["release"], "automatic");
}

#[test]
fn a_code_here_and_a_heading_there_is_not_checked_on_the_days_they_share() {
    let library = Library::with(&["icd10cm-order-2026.txt"]);
    let april = String::from_utf8(fixture("icd10cm-order-2026.txt")).unwrap();
    let april = april.replacen("M2546   0 ", "M2546   1 ", 1);
    library.put("icd10cm-order-April-1-2026.txt", april.as_bytes());
    library.import();
    let rows = listed(&library, "M25.46");
    assert_eq!(rows.len(), 1, "{rows:?}");
    let days = (rows[0]["from"].as_str(), rows[0]["to"].as_str());
    assert_eq!((rows[0]["kind"].as_str(), days), (Some("billable"), (Some("2026-04-01"), Some("2026-09-30"))));
    assert_eq!(show(&library, "M25.46", "2026-02-01")["billable"], false);
    assert_eq!(show(&library, "M25.46", "2026-05-01")["billable"], Value::Null);
    assert_eq!(show(&library, "M25.461", "2026-05-01")["billable"], true);
}

#[test]
fn an_edit_that_one_quarter_ended_and_another_has_in_force_is_listed() {
    let library = Library::new();
    let part = |line: &str| made::small_part(line);
    library.put("ccipra-v321r0-f1.txt", &part(&made::edit("45385", "99213", "20200101", "20260331", 1)));
    library.put("ccipra-v322r0-f1.txt", &part(&made::edit("45385", "99213", "20200101", "*", 1)));
    library.import();
    let rows = listed(&library, "45385");
    let found = rows.iter().find(|row| row["release"] == "ncci-ptp-practitioner-2026q2" && row["kind"] == "pair");
    let row = found.unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!((&row["key"], &row["from"]), (&"45385+99213+practitioner+medicare".into(), &"2026-04-01".into()));
    assert_eq!((&row["says"], &row["other_says"]), (&"last day 2026-03-31".into(), &"in force".into()));
}

#[test]
fn every_two_of_three_quarters_are_compared() {
    let library = Library::new();
    let edits = |lines: &[String]| made::small_part(&lines.concat());
    let (ended, open) =
        (made::edit("45385", "99213", "20200101", "20251231", 1), made::edit("45385", "99213", "20200101", "*", 1));
    let other = made::edit("45385", "99214", "20200101", "*", 1);
    library.put("ccipra-v320r0-f1.txt", &edits(&[ended, other.clone()]));
    library.put("ccipra-v321r0-f1.txt", &edits(std::slice::from_ref(&other)));
    library.put("ccipra-v322r0-f1.txt", &edits(&[open, other]));
    library.import();
    let rows = listed(&library, "99213");
    let pair = rows.iter().find(|row| row["kind"] == "pair").unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!(
        (&pair["release"], &pair["other"]),
        (&"ncci-ptp-practitioner-2026q1".into(), &"ncci-ptp-practitioner-2026q3".into())
    );
}

#[test]
fn whole_lists_that_follow_each_other_end_and_begin_codes() {
    let library = Library::new();
    library.put("icd10cm-order-2025.txt", &made::order(&[("E11", 0), ("E119", 1), ("B880", 1)]));
    library.put("icd10cm-order-2026.txt", &made::order(&[("E11", 0), ("E119", 1), ("B880", 0), ("B8801", 1)]));
    library.import();
    for id in ["icd10cm-2025", "icd10cm-2026"] {
        assert_eq!(library.releases()[id]["scope"], "complete");
    }
    let before = show(&library, "B88.0", "2025-09-30");
    assert_eq!((&before["billable"], &before["valid_to"]), (&true.into(), &Value::Null), "{before}");
    assert_eq!(show(&library, "B88.0", "2025-10-01")["billable"], false, "a heading from then on");
    assert_eq!(show(&library, "B88.01", "2025-09-30")["status"], "future");
    let after = show(&library, "B88.01", "2025-10-01");
    assert_eq!((&after["status"], &after["valid_from"]), (&"active".into(), &"2025-10-01".into()), "{after}");
    assert_eq!(show(&library, "E11.9", "2025-02-01")["billable"], true);
    assert_eq!(listed(&library, "B88.0"), Vec::<Value>::new(), "one list after the other is no conflict");
}
