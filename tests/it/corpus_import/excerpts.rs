//! What is not in a part of a table may still exist.

use super::{DAY, Library, made};

#[test]
fn an_excerpt_never_proves_absence() {
    let library = Library::with(&[
        "ccipra-v322r0-f1.txt",
        "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
        "icd10cm-order-2026.txt",
    ]);
    library.import();
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never", "what it holds, holds");
    let absent = library.pair("97140", "45385", DAY);
    assert_eq!(absent["outcome"], "not_checked", "{absent}");
    assert_ne!(
        absent["last_known"]["release"], "ncci-ptp-practitioner-2026q3",
        "an excerpt knows no absence: {absent}"
    );
    // A code that the excerpt of the order file lacks has not ended, and none began with it.
    library.import_of(&[super::fixtures().join("icd10cm-order-2025.txt")]);
    let show = |code: &str, on: &str| library.run(&["corpus", "show", code, "--on", on, "--json"]).json();
    assert_eq!(show("E11.9", "2026-02-01")["status"], "active");
    for (code, on) in [("B88.0", "2025-11-01"), ("B88.0", "2025-02-01"), ("B88.01", "2026-02-01")] {
        let shown = show(code, on);
        assert!(shown["valid_to"].is_null() && shown["valid_from"].is_null(), "{code}: {shown}");
        assert_ne!(shown["status"], "deleted", "{code}: {shown}");
    }
}

#[test]
fn a_missing_part_of_four_proves_no_absence_until_it_comes() {
    let library = Library::new();
    library.put("ccipra-v322r0-f1.TXT", &made::edits(&made::edit("45385", "45380", "20100101", "*", 1)));
    library.put("ccipra-v322r0-f3.txt", &made::small_part(&made::edit("29881", "29877", "20100101", "*", 0)));
    library.put("ccipra-v322r0-f4.txt", &made::small_part(&made::edit("G0463", "99213", "20140101", "*", 0)));
    library.import();
    let release = |library: &Library| library.releases()["ncci-ptp-practitioner-2026q3"].clone();
    assert_eq!((&release(&library)["scope"], &release(&library)["rows"]), (&"excerpt".into(), &100_003.into()));
    assert_eq!(library.outcome("29881", "29877", DAY), "edit_never");
    assert_eq!(library.outcome("97140", "45385", DAY), "not_checked", "it may stand in part 2");
    let part = made::small_part(&made::edit("11042", "10030", "20100101", "*", 1));
    let part = library.put("later/ccipra-v322r0-f2.TXT", &part);
    library.import_of(&[part]);
    assert_eq!((&release(&library)["scope"], &release(&library)["rows"]), (&"complete".into(), &100_004.into()));
    assert_eq!(library.outcome("97140", "45385", DAY), "no_edit_in_release");
    assert_eq!(library.outcome("11042", "10030", DAY), "edit_modifier_allowed");
}

#[test]
fn a_table_without_a_quarter_proves_nothing_however_large() {
    let library = Library::new();
    library.put("ccipra.txt", &made::edits(&made::edit("45385", "45380", "", "*", 1)));
    library.import();
    let held = &library.releases()["ncci-ptp-practitioner-undated"];
    assert_eq!((&held["scope"], &held["from"]), (&"excerpt".into(), &serde_json::Value::Null));
    assert_eq!(library.outcome("97140", "45385", DAY), "not_checked");
}

#[test]
fn a_small_table_of_limits_says_nothing_of_codes_that_it_lacks_and_a_whole_one_does() {
    let units = |library: &Library, code: &str| {
        let args = ["corpus", "show", code, "--on", DAY];
        let out = library.run(&args).out;
        out.lines().find(|line| line.contains("nit") && line.contains("limit")).unwrap_or(&out).to_owned()
    };
    let small = Library::new();
    small.put("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", &made::limits("45385,1,2 x,y\r\n", 10));
    small.import();
    assert_eq!(small.releases()["ncci-mue-practitioner-2026q3"]["scope"], "excerpt");
    let large = Library::new();
    large.put("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", &made::limits("45385,1,2 x,y\r\n", 10_000));
    large.import();
    let held = &large.releases()["ncci-mue-practitioner-2026q3"];
    assert_eq!((&held["scope"], &held["rows"]), (&"complete".into(), &10_001.into()));
    assert_ne!(units(&small, "97140"), units(&large, "97140"), "absence from the whole table is a fact");
}
