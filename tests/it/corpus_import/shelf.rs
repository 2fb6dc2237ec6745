//! What a folder of files becomes, and what a second import of it does.

use super::{DAY, Library, file, fixtures};

/// Release, rows, first and last day of what the fixtures hold.
const HELD: [(&str, u64, &str, &str); 20] = [
    ("ncci-ptp-practitioner-2026q1", 8, "2026-01-01", "2026-03-31"),
    ("ncci-ptp-practitioner-2026q3", 8, "2026-07-01", "2026-09-30"),
    ("ncci-mue-practitioner-2026q3", 8, "2026-07-01", "2026-09-30"),
    ("ncci-mue-2026q3", 8, "2026-07-01", "2026-09-30"),
    ("ncci-aoc-2026q2", 3, "2026-04-01", "2026-06-30"),
    ("icd10cm-2025", 12, "2024-10-01", "2025-09-30"),
    ("icd10cm-2026", 12, "2025-10-01", "2026-09-30"),
    ("tabular-2026-04-notes", 4, "2026-04-01", "2026-09-30"),
    ("tabular-2026-04-terms", 1, "2026-04-01", "2026-09-30"),
    ("hcpcs-2026q4", 5, "2026-10-01", "2026-12-31"),
    ("hcpcs-attributes-2026q4", 6, "2026-10-01", "2026-12-31"),
    ("mpfs-rvu26c", 7, "2026-07-01", "2026-09-30"),
    ("opps-2026q3", 4, "2026-07-01", "2026-09-30"),
    ("gem-icd10-2018", 7, "2017-10-01", ""),
    ("lcd-2026-06", 2, "2026-06-02", ""),
    ("article-2026-06", 1, "2026-06-02", ""),
    ("lcd-hcpcs-2026-06", 2, "2026-06-02", ""),
    ("article-covered-2026-06", 2, "2026-06-02", ""),
    ("ncci-manual-medicare-2026", 4, "2026-01-01", "2026-12-31"),
    ("hpo-lay-2026-04", 3, "", ""),
];

/// All fixtures but the workbook that holds other rows of the HCPCS file.
fn all() -> Library {
    let names: Vec<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "HCPC2026_OCT_ANWEB.xlsx")
        .collect();
    Library::with(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_folder_becomes_an_edition_that_lists_every_release_with_its_rows_and_days() {
    let library = all();
    let report = library.import();
    assert_eq!(report["changed"], true);
    for read in report["files"].as_array().unwrap() {
        assert_eq!((&read["outcome"], &read["broken"]), (&"read".into(), &0.into()), "{read}");
    }
    let releases = library.releases();
    for (id, rows, from, to) in HELD {
        let held = releases.get(id).unwrap_or_else(|| panic!("{id} is missing"));
        let day = |name: &str| held[name].as_str().unwrap_or("").to_owned();
        assert_eq!((held["rows"].as_u64(), day("from"), day("to")), (Some(rows), from.into(), to.into()), "{held}");
        assert_eq!(held["scope"], "excerpt", "a few rows are no whole release: {held}");
        assert!(!held["source"].as_str().unwrap().is_empty() && !held["title"].as_str().unwrap().is_empty());
    }
    assert_eq!(library.pair("45385", "45380", DAY)["outcome"], "edit_never");
}

#[test]
fn no_release_with_rows_is_listed_with_none() {
    let library = all();
    library.import();
    let period = std::fs::read_to_string(library.edition().join("facts/period.tsv")).unwrap();
    for (id, held) in library.releases() {
        if held["name"] == "period" {
            let rows = period.lines().filter(|line| line.ends_with(&format!("\t{id}"))).count();
            assert_eq!(held["rows"], rows, "rows of {id} in the table of periods");
        }
    }
}

#[test]
fn a_second_import_of_the_same_files_changes_nothing() {
    let library = all();
    let first = library.import();
    let before = library.everything();
    let second = library.import();
    assert_eq!((&second["changed"], &second["edition"]), (&false.into(), &first["edition"]));
    assert!(before == library.everything());
    // Nor does building the shelf anew from what it keeps, without the files themselves.
    std::fs::remove_dir_all(library.files()).unwrap();
    let third = library.import_of(&[]);
    assert_eq!((&third["changed"], &third["edition"]), (&false.into(), &first["edition"]));
    assert!(before == library.everything());
}

#[test]
fn a_file_of_no_known_kind_is_named_and_left_out() {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    library.put("notes.txt", b"Call the clinic on Monday.\n");
    library.put(".hidden.txt", b"45385");
    let report = library.import();
    assert_eq!(file(&report, "notes.txt")["outcome"], "unknown");
    assert_eq!(report["files"].as_array().unwrap().len(), 2, "a hidden file is passed over");
    let kept = std::fs::read_dir(library.data().join("sources")).unwrap().count();
    assert_eq!(kept, 1, "only what gave rows is kept");
}

#[test]
fn nothing_known_is_an_error_that_lists_every_file() {
    let library = Library::new();
    library.put("notes.txt", b"Call the clinic on Monday.\n");
    let ran = library.try_import(&[library.files()]).ended(1, &["no file of a known format"]);
    assert_eq!(file(&ran.json(), "notes.txt")["outcome"], "unknown");
    assert!(!library.data().join("editions").exists(), "nothing is built");
    library.try_import(&["/nowhere/files".into()]).ended(1, &["/nowhere/files", "Nothing was imported"]);
}
