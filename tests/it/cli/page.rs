//! `corpus show`: the page of a code as a coder reads it, its pairs, a passage, and the object for machines.

use std::path::Path;

use crate::support::program::{Ran, run, run_in};

/// A page is held to the letter, and to the size of a terminal.
fn held(name: &str, ran: &Ran) {
    let text = &ran.out;
    assert!(text.lines().all(|line| line.chars().count() <= 80 && line == line.trim_end()), "{text}");
    assert!(text.lines().count() <= 70, "{text}");
    insta::assert_snapshot!(name, text);
}

#[test]
fn a_procedure_is_shown_on_one_page() {
    held("page_45385", &run(&["corpus", "show", "45385", "--on", "2025-10-20"]).ended(0, &[]));
}

#[test]
fn a_diagnosis_is_shown_on_one_page() {
    let ran = run(&["corpus", "show", "e119", "--on", "2026-05-01"]).ended(0, &[]);
    assert!(ran.out.starts_with("E11.9  ICD-10-CM\n"), "{}", ran.out);
    held("page_e11_9", &ran);
}

#[test]
fn a_modifier_is_shown_as_its_entry() {
    let ran = run(&["corpus", "show", "59"]).ended(0, &[]);
    let entry: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(entry["id"], "59");
    insta::assert_snapshot!("page_modifier_59", ran.out);
}

#[test]
fn pairs_are_listed_and_filtered() {
    let pairs = |more: &[&str]| {
        let args: Vec<&str> = ["corpus", "show", "45385", "--pairs", "--on", "2024-08-01", "--json"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        run(&args).ended(0, &[]).json()
    };
    let all = pairs(&[]);
    let rows = all["pairs"].as_array().unwrap();
    assert_eq!((all["in_force"].as_bool(), all["count"].as_u64()), (Some(true), Some(rows.len() as u64)));
    let biopsy = rows.iter().find(|row| row["column_two"] == "45380").unwrap();
    assert_eq!((biopsy["column_one"].as_str(), biopsy["indicator"].as_str()), (Some("45385"), Some("1")));
    assert!(biopsy["rationale"].as_str().is_some_and(|words| !words.is_empty()), "{biopsy}");
    let strict = pairs(&["--indicator", "0"]);
    let strict = strict["pairs"].as_array().unwrap();
    assert!(strict.len() < rows.len() && strict.iter().all(|row| row["indicator"] == "0"));
    assert!(pairs(&["--all"])["count"].as_u64().unwrap() >= rows.len() as u64);
    assert_eq!(pairs(&["--setting", "hospital"])["setting"], "hospital");
    let text = run(&["corpus", "show", "45385", "--pairs", "--on", "2026-11-24"]).ended(0, &[]).out;
    assert!(text.contains("Not checked for 2026-11-24") && text.contains("45380"), "{text}");
    run(&["corpus", "show", "45385", "--setting", "hospital"]).ended(2, &["--pairs"]);
    run(&["corpus", "show", "45385", "--pairs", "--indicator", "12"]).ended(2, &["12"]);
}

#[test]
fn the_object_of_a_page_says_more_than_it_promised() {
    let object = run(&["corpus", "show", "45385", "--on", "2025-10-20", "--json"]).ended(0, &[]).json();
    for key in ["place", "fees", "units", "pairs", "schedules", "coverage", "mentions", "changes", "crosswalks"] {
        assert!(object.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(object["indicators"]["status"], "A");
    assert_eq!(object["fees"]["lines"][0]["indicators"][0]["name"], "status");
    let heading = run(&["corpus", "show", "E11", "--on", "2026-05-01", "--json"]).ended(0, &[]).json();
    assert_eq!((heading["status"].as_str(), heading["billable"].as_bool()), (Some("active"), Some(false)));
    assert!(heading["notes"]["excludes1"].as_array().is_some_and(|notes| !notes.is_empty()), "{heading}");
    let stale = run(&["corpus", "show", "45385", "--on", "2026-11-24", "--json"]).ended(0, &[]).json();
    assert!(stale["rvu"].is_null() && stale["global_days"].is_null() && stale["mue"].as_array().unwrap().is_empty());
    assert_eq!(stale["fees"]["in_force"], false);
}

/// A folder of two official files in small: a tabular list, and an order file that names its codes.
fn small_shelf(data: &Path) {
    let files = data.join("files");
    std::fs::create_dir_all(&files).unwrap();
    let tabular = r#"<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version><introduction/>
<chapter><name>4</name><desc>Endocrine diseases (E00-E89)</desc>
<excludes1><note>disorders of the newborn (P70-P74)</note></excludes1>
<sectionIndex><sectionRef first="E08" last="E13" id="E08-E13">Diabetes mellitus</sectionRef></sectionIndex>
<section id="E08-E13"><desc>Diabetes mellitus (E08-E13)</desc>
<diag><name>E10</name><desc>Type 1 diabetes mellitus</desc></diag>
<diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>
<excludes1><note>type 1 diabetes mellitus (E10.-)</note></excludes1>
<diag><name>E11.9</name><desc>Type 2 diabetes mellitus without complications</desc></diag>
</diag></section></chapter></ICD10CM.tabular>
"#;
    std::fs::write(files.join("icd10cm-tabular-2026.xml"), tabular).unwrap();
    let order =
        |n: usize, code: &str, billable: u8, title: &str| format!("{n:05} {code:<7} {billable} {title:<60} {title}\n");
    let lines = [
        order(1, "E10", 0, "Type 1 diabetes mellitus"),
        order(2, "E109", 1, "Type 1 diabetes mellitus without complications"),
        order(3, "E11", 0, "Type 2 diabetes mellitus"),
        order(4, "E119", 1, "Type 2 diabetes mellitus without complications"),
    ];
    std::fs::write(files.join("icd10cm-order-2026.txt"), lines.concat()).unwrap();
}

#[test]
fn the_notes_of_an_imported_list_reach_the_codes_below() {
    let folder = tempfile::tempdir().unwrap();
    small_shelf(folder.path());
    let files = folder.path().join("files");
    run_in(folder.path(), &["corpus", "import", files.to_str().unwrap()], b"").ended(0, &[]);
    let show = |args: &[&str]| {
        let args: Vec<&str> = ["corpus", "show"].iter().chain(args).copied().collect();
        run_in(folder.path(), &args, b"").ended(0, &[])
    };
    let text = show(&["E11.9", "--on", "2026-01-15"]).out;
    assert!(text.contains("at E11: type 1 diabetes mellitus (E10.-)"), "{text}");
    assert!(text.contains("at E00-E89: disorders of the newborn (P70-P74)"), "{text}");
    let object = show(&["E11.9", "--on", "2026-01-15", "--json"]).json();
    assert_eq!(object["official_description"], "Type 2 diabetes mellitus without complications");
    assert_eq!(object["place"]["block"]["code"], "E08-E13");
    let targets: Vec<&str> =
        object["notes"]["excludes1"].as_array().unwrap().iter().filter_map(|note| note["target"].as_str()).collect();
    assert_eq!(targets.iter().filter(|target| **target == "E10.-").count(), 1, "{targets:?}");
}
