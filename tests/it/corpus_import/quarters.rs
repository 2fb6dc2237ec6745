//! One quarter beside the next: each speaks for its own days, and nothing speaks for the days between.

use super::{Library, file, made};

/// Two whole tables of 2026, with a quarter between them.
fn two_quarters() -> Library {
    let library = Library::new();
    let lines = made::edit("45385", "45380", "", "*", 1) + &made::edit("11042", "29881", "", "*", 0);
    library.put("ccipra-v320r0.txt", &made::edits(&lines));
    library.import();
    let lines = made::edit("45385", "45380", "", "*", 0) + &made::edit("29881", "29877", "20260701", "*", 1);
    std::fs::remove_file(library.files().join("ccipra-v320r0.txt")).unwrap();
    library.put("ccipra-v322r0.txt", &made::edits(&lines));
    library.import();
    library
}

#[test]
fn the_next_quarter_is_added_and_the_first_keeps_its_days() {
    let library = two_quarters();
    let releases = library.releases();
    for id in ["ncci-ptp-practitioner-2026q1", "ncci-ptp-practitioner-2026q3"] {
        assert_eq!((&releases[id]["scope"], &releases[id]["rows"]), (&"complete".into(), &100_002.into()), "{id}");
    }
    for (a, b, on, outcome) in [
        ("45385", "45380", "2026-01-01", "edit_modifier_allowed"),
        ("45380", "45385", "2026-03-31", "edit_modifier_allowed"),
        ("45385", "45380", "2026-07-01", "edit_never"),
        ("45385", "45380", "2026-09-30", "edit_never"),
        ("11042", "29881", "2026-02-01", "edit_never"),
        ("11042", "29881", "2026-08-01", "no_edit_in_release"),
        ("29881", "29877", "2026-02-01", "no_edit_in_release"),
        ("29881", "29877", "2026-08-01", "edit_modifier_allowed"),
    ] {
        assert_eq!(library.outcome(a, b, on), outcome, "{a} {b} on {on}");
    }
}

#[test]
fn between_and_outside_the_quarters_nothing_is_checked_and_what_was_last_known_is_said() {
    let library = two_quarters();
    for (a, b, on, last, release) in [
        ("45385", "45380", "2026-05-15", "edit_never", "ncci-ptp-practitioner-2026q3"),
        ("45385", "45380", "2026-10-01", "edit_never", "ncci-ptp-practitioner-2026q3"),
        ("97140", "45385", "2026-10-01", "no_edit_in_release", "ncci-ptp-practitioner-2026q3"),
        ("97140", "45385", "2026-04-02", "no_edit_in_release", "ncci-ptp-practitioner-2026q1"),
    ] {
        let pair = library.pair(a, b, on);
        assert_eq!(pair["outcome"], "not_checked", "{a} {b} on {on}: {pair}");
        assert!(pair["indicator"].is_null() && pair["column_one"].is_null(), "nothing was checked: {pair}");
        assert_eq!(pair["last_known"]["outcome"], last, "{a} {b} on {on}: {pair}");
        assert!(!pair["last_known"]["release"].is_null(), "{pair}");
        if last == "no_edit_in_release" {
            assert_eq!(pair["last_known"]["release"], release, "{a} {b} on {on}");
        }
    }
}

#[test]
fn a_file_of_the_same_name_takes_the_place_of_the_earlier_one_only_when_asked_to() {
    let library = Library::new();
    let path = library.put("ccipra-v322r0-f1.txt", &made::small_part(&made::edit("45385", "45380", "", "*", 1)));
    library.import();
    library.put("ccipra-v322r0-f1.txt", &made::small_part(&made::edit("45385", "45380", "", "*", 0)));
    let report = library.json(&["corpus", "import", "--replace", "--json", path.to_str().unwrap()]);
    assert_eq!(report["changed"], true);
    assert_eq!(library.outcome("45385", "45380", "2026-08-01"), "edit_never");
    assert_eq!(library.releases()["ncci-ptp-practitioner-2026q3"]["rows"], 1, "the corrected edit alone");
}

#[test]
fn the_same_content_under_the_name_of_another_quarter_is_a_release_of_its_own_whenever_it_comes() {
    let text = made::small_part(&made::edit("45385", "45380", "", "*", 1));
    let library = Library::new();
    library.put("ccipra-v320r0-f1.txt", &text);
    library.put("ccipra-v322r0-f1.txt", &text);
    library.import();
    assert!(library.releases().contains_key("ncci-ptp-practitioner-2026q1"), "both in one import");
    let library = Library::new();
    library.put("ccipra-v320r0-f1.txt", &text);
    library.import();
    library.put("ccipra-v321r0-f1.txt", &text);
    let report = library.import();
    assert_eq!(file(&report, "ccipra-v321r0-f1.txt")["outcome"], "read", "it is not left out without a word");
    assert!(library.releases().contains_key("ncci-ptp-practitioner-2026q2"), "one after the other");
}
