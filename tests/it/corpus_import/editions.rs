//! Editions beside each other: what changed between two, back and forward, and whether each byte is what it was.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{DAY, Library, fixtures};

const FIRST: &str = "ncci-ptp-practitioner-2026q1";
const THIRD: &str = "ncci-ptp-practitioner-2026q3";

/// Two editions: the first quarter, then both. Their ids.
fn two() -> (Library, String, String) {
    let library = Library::with(&["ccipra-v320r0-f1.txt"]);
    library.import();
    let first = library.current().trim().to_owned();
    library.import_of(&[fixtures().join("ccipra-v322r0-f1.txt"), fixtures().join("HCPC2026_OCT_ANWEB.csv")]);
    let second = library.current().trim().to_owned();
    assert_ne!(first, second);
    (library, first, second)
}

fn changes(diff: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    diff["changes"].as_array().unwrap().iter().map(|c| (text(&c["key"]), text(&c["kind"]))).collect()
}

#[test]
fn the_difference_of_two_releases_is_their_facts_without_their_names() {
    let (library, ..) = two();
    let diff = library.json(&["corpus", "diff", FIRST, THIRD, "--json"]);
    let expected = [
        ("45385+45380+practitioner+medicare", "changed"),
        ("G0463+99213+practitioner+medicare", "removed"),
        ("G0463+J1100+practitioner+medicare", "added"),
    ];
    assert_eq!(changes(&diff), expected.map(|(key, kind)| (key.to_owned(), kind.to_owned())), "{diff}");
    let indicators = (&diff["changes"][0]["old"][0], &diff["changes"][0]["new"][0]);
    assert!(indicators.0.as_str().unwrap().contains("\t1\t") && indicators.1.as_str().unwrap().contains("\t0\t"));
    assert_eq!(changes(&library.json(&["corpus", "diff", FIRST, FIRST, "--json"])), []);
    assert!(library.run(&["corpus", "diff", THIRD, THIRD]).ended(0, &[]).out.contains("nothing changed"));
}

#[test]
fn the_difference_of_two_editions_is_told_table_by_table() {
    let (library, first, second) = two();
    let diff = library.json(&["corpus", "diff", &first, &second, "--json"]);
    let count = |table: &str, kind: &str| {
        let counts = diff["counts"].as_array().unwrap();
        let found = counts.iter().find(|count| count["table"] == table && count["kind"] == kind);
        found.map_or(0, |count| count["count"].as_u64().unwrap())
    };
    assert_eq!((count("hcpcs", "added"), count("hcpcs", "removed")), (6, 0), "{}", diff["counts"]);
    assert!(count("release", "added") >= 3 && count("ptp", "changed") >= 1, "{}", diff["counts"]);
    let only = library.json(&["corpus", "diff", &second, &first, "--table", "hcpcs", "--json"]);
    assert_eq!(changes(&only).len(), 6);
    assert!(changes(&only).iter().all(|(_, kind)| kind == "removed"));
    assert!(library.run(&["corpus", "diff", &first, &second]).ended(0, &[]).out.contains("hcpcs"));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let (library, first, _) = two();
    library.run(&["corpus", "diff", THIRD, "hcpcs-2026q4"]).ended(1, &["cannot be compared", THIRD, "hcpcs-2026q4"]);
    library.run(&["corpus", "diff", THIRD, "nothing"]).ended(1, &["nothing", "no such release"]);
    library.run(&["corpus", "diff", &first, THIRD]).ended(2, &["two editions", "two releases"]);
}

#[test]
fn the_edition_before_can_be_made_current_again_and_the_newer_one_too() {
    let (library, first, second) = two();
    let added = |library: &Library| library.outcome("G0463", "J1100", DAY);
    assert_eq!(added(&library), "edit_modifier_allowed");
    library.run(&["corpus", "rollback"]).ended(0, &[]);
    assert_eq!(library.current().trim(), first);
    assert_eq!(added(&library), "not_checked");
    let status = library.json(&["corpus", "status", "--json"]);
    assert!(status["kept"].as_array().unwrap().contains(&second.as_str().into()), "{}", status["kept"]);
    let shown = library.run(&["corpus", "status"]).ended(0, &[]).out;
    assert!(shown.contains(&format!("kept: {second}")), "{shown}");
    assert_eq!(library.outcome("45385", "45380", "2026-02-01"), "edit_modifier_allowed");
    library.run(&["corpus", "verify"]).ended(0, &[]);
    library.run(&["corpus", "rollback"]).ended(0, &[]);
    assert_eq!((library.current().trim(), added(&library).as_str()), (second.as_str(), "edit_modifier_allowed"));
    library.run(&["corpus", "rollback", &first]).ended(0, &[]);
    library.run(&["corpus", "rollback", &second]).ended(0, &[]);
    assert_eq!(library.current().trim(), second);
    library.run(&["corpus", "rollback", "shelf-000000000000"]).ended(1, &[&first]);
    assert_eq!(library.current().trim(), second, "a wrong name changes nothing");
    library.run(&["corpus", "verify"]).ended(0, &[]);
}

#[test]
fn an_import_after_going_back_builds_on_the_edition_that_is_current() {
    let (library, ..) = two();
    library.run(&["corpus", "rollback"]).ended(0, &[]);
    library.import_of(&[fixtures().join("icd10cm-order-2026.txt")]);
    let releases = library.releases();
    assert!(releases.contains_key("icd10cm-2026") && releases.contains_key(FIRST));
    assert!(!releases.contains_key("hcpcs-2026q4"), "what was taken back stays away");
}

#[test]
fn an_edition_that_is_damaged_is_not_made_current() {
    let (library, first, second) = two();
    flip(&library.data().join("editions").join(&first).join("facts/ptp.tsv"));
    library.run(&["corpus", "rollback"]).ended(1, &[&first, "facts/ptp.tsv", "damaged"]);
    assert_eq!(library.current().trim(), second);
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never");
}

/// Changes one bit in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut all = std::collections::BTreeMap::new();
    super::collect(folder, &mut all);
    all.into_iter().filter(|(_, bytes)| !bytes.is_empty()).map(|(path, _)| path).collect()
}

#[test]
fn one_changed_bit_in_any_file_is_found_and_the_file_is_named() {
    let (library, ..) = two();
    let said = library.run(&["corpus", "verify"]).ended(0, &[]).out;
    assert!(said.contains("every digest matches") && said.contains("3 imported files"), "{said}");
    let edition = library.edition();
    let mut paths: Vec<PathBuf> =
        ["facts/ptp.tsv", "facts/hcpcs.tsv", "facts/period.idx"].map(|name| edition.join(name)).to_vec();
    let index: Vec<PathBuf> = files_in(&edition.join("index")).into_iter().filter(|path| !hidden(path)).collect();
    assert!(index.len() >= 5, "{index:?}");
    paths.extend(index.into_iter().step_by(7));
    paths.extend(files_in(&library.data().join("sources")));
    for path in paths {
        let whole = std::fs::read(&path).unwrap();
        flip(&path);
        library.run(&["corpus", "verify"]).ended(1, &[path.to_str().unwrap(), "damaged"]);
        std::fs::write(&path, whole).unwrap();
    }
    library.run(&["corpus", "verify"]).ended(0, &[]);
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

#[test]
fn a_file_without_which_the_index_cannot_be_opened_is_looked_at_too() {
    let (library, ..) = two();
    let lists = files_in(&library.edition().join("index")).into_iter().filter(|path| path.ends_with(".managed.json"));
    for path in lists {
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, b"\0\0\0\0").unwrap();
        if library.run(&["corpus", "search", "knee"]).code != 0 {
            library.run(&["corpus", "verify"]).ended(1, &[path.to_str().unwrap()]);
        }
        std::fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_kept_file_that_is_damaged_or_gone_stops_the_next_import_by_name_until_it_is_imported_again() {
    let (library, ..) = two();
    let kept = files_in(&library.data().join("sources")).remove(0);
    let whole = std::fs::read(&kept).unwrap();
    let new = library.put("icd10cm-order-2026.txt", &super::fixture("icd10cm-order-2026.txt"));
    let current = library.current();
    flip(&kept);
    library.try_import(std::slice::from_ref(&new)).ended(1, &[kept.to_str().unwrap(), "import that file again"]);
    std::fs::remove_file(&kept).unwrap();
    library.run(&["corpus", "verify"]).ended(1, &[kept.to_str().unwrap()]);
    library.try_import(&[new]).ended(1, &[kept.to_str().unwrap()]);
    assert_eq!(library.current(), current);
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never", "the edition still answers");
    // The cure that the message names: the file itself, from wherever it came.
    let original = library.put("original.txt", &whole);
    let same = fixtures().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let same = same.into_iter().find(|path| std::fs::read(path).unwrap() == whole).unwrap_or(original);
    library.import_of(&[same]);
    library.run(&["corpus", "verify"]).ended(0, &[]);
}

#[test]
fn a_damaged_edition_is_built_anew_from_the_files_it_keeps() {
    let (library, _, second) = two();
    flip(&library.edition().join("facts/ptp.tsv"));
    library.import_of(&[]);
    assert_eq!(library.current().trim(), second, "the same files make the same edition");
    library.run(&["corpus", "verify"]).ended(0, &[]);
}
