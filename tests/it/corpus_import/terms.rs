//! Words that belong to the AMA or the ADA: the operator accepts the terms once, and the words stay out of the edition
//! without a licence of theirs.

use serde_json::Value;

use super::{DAY, Library, collect, fixtures};
use crate::support::program::run_in;

const FEES: &str = "PPRRVU2026_Jul_nonQPP.csv";
const HOSPITAL: &str = "2026_july_opps_addendum_b.csv";
/// In every invented descriptor of a CPT or CDT code among the fixtures, and in no other text.
const MARK: &str = "quaint";

/// True when a file of the edition holds an invented descriptor.
fn holds_descriptors(library: &Library) -> bool {
    let mut files = std::collections::BTreeMap::new();
    collect(&library.edition(), &mut files);
    assert!(files.len() > 20, "facts and index");
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().contains(MARK);
    files.values().any(|bytes| holds(bytes))
}

fn without_terms(name: &str) {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    library.import();
    std::fs::remove_file(library.data().join("licenses.json")).unwrap_or_default();
    let before = library.everything();
    let path = fixtures().join(name);
    let ran = library.run(&["corpus", "import", path.to_str().unwrap()]);
    ran.ended(1, &["American Medical Association", "--accept-ama-license", "Nothing was imported"]);
    assert!(before == library.everything() && !library.data().join("licenses.json").exists());
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never");
}

#[test]
fn without_the_option_and_without_a_terminal_a_fee_schedule_is_not_imported() {
    without_terms(FEES);
}

#[test]
fn without_the_option_and_without_a_terminal_a_hospital_table_is_not_imported() {
    without_terms(HOSPITAL);
}

#[test]
fn the_option_is_recorded_and_the_next_import_needs_none() {
    let library = Library::with(&[FEES]);
    library.import();
    let record: Value = serde_json::from_slice(&std::fs::read(library.data().join("licenses.json")).unwrap()).unwrap();
    let accepted = record["accepted"].as_array().unwrap();
    let of = |terms: &str| accepted.iter().filter(|one| one["terms"] == terms && one["means"] == "flag").count();
    assert_eq!((of("ama"), of("ada")), (1, 1), "the file holds words of both: {record}");
    assert!(accepted.iter().all(|one| one["at"].as_str().unwrap().ends_with('Z')), "{record}");
    let path = fixtures().join(HOSPITAL);
    let report = library.run(&["corpus", "import", "--json", path.to_str().unwrap()]).ended(0, &[]).json();
    assert_eq!(report["changed"], true);
    let again: Value = serde_json::from_slice(&std::fs::read(library.data().join("licenses.json")).unwrap()).unwrap();
    assert_eq!(again, record, "nothing is recorded twice");
}

#[test]
fn files_without_words_of_others_need_no_terms() {
    let library = Library::with(&[
        "icd10cm-order-2026.txt",
        "icd10cm-tabular-April-1-2026.xml",
        "HCPC2026_OCT_ANWEB.csv",
        "2018_I10gem.txt",
    ]);
    let path = library.files();
    library.run(&["corpus", "import", path.to_str().unwrap()]).ended(0, &[]);
    assert!(!library.data().join("licenses.json").exists());
}

#[test]
fn descriptors_are_in_no_file_of_the_edition_without_a_licence() {
    let library = Library::with(&[FEES, HOSPITAL, "lcd_x_hcpc_code.csv", "HCPC2026_OCT_ANWEB.csv"]);
    library.import();
    assert!(!holds_descriptors(&library));
    let found = library.run(&["corpus", "search", "lasso", "--json"]).ended(0, &[]).out;
    assert!(!found.to_lowercase().contains(MARK) && !found.contains("45385"), "nor in the index: {found}");
    let shown = library.run(&["corpus", "show", "45385", "--on", DAY, "--json"]).ended(0, &[]);
    assert!(!shown.out.to_lowercase().contains(MARK), "{}", shown.out);
    assert_eq!(shown.json()["rvu"]["work"], 4.57, "the figures are there all the same");
    // The words of the government are kept.
    let public = std::fs::read_to_string(library.edition().join("facts/title.tsv")).unwrap();
    assert!(public.contains("An invented supply, of the usual kind"), "{public}");
}

#[test]
fn with_a_licence_the_descriptors_are_kept_and_without_it_again_they_go() {
    let library = Library::with(&[FEES, HOSPITAL]);
    let configuration = library.folder.path().join("licensed.toml");
    std::fs::write(&configuration, "[corpus]\ncpt_license = true\n").unwrap();
    let files = library.files();
    let licensed = ["--config", configuration.to_str().unwrap(), "corpus", "import", "--accept-ama-license"];
    run_in(&library.data(), &[&licensed[..], &[files.to_str().unwrap()]].concat(), b"").ended(0, &[]);
    assert!(holds_descriptors(&library));
    let first = library.current();
    // The setting decides, not the files: the same files make another edition.
    let report = library.import();
    assert_eq!(report["changed"], true);
    assert!(!holds_descriptors(&library) && library.current() != first);
}
