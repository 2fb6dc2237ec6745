//! The same table in several forms: packed or plain, as csv and as text, is one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::packed::{gz, zip};
use super::{Library, file, fixture};

const FILES: [&str; 6] = [
    "ccipra-v322r0-f1.txt",
    "HCPC2026_OCT_ANWEB.csv",
    "PPRRVU2026_Jul_nonQPP.csv",
    "icd10cm-order-2026.txt",
    "lcd.csv",
    "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
];

/// The tables of the current edition, by name.
fn facts(library: &Library) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(library.edition().join("facts")).unwrap().map(|entry| entry.unwrap().path());
    let tables = entries.filter(|path| path.extension().is_some_and(|end| end == "tsv"));
    tables
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn plain_files_archives_archives_in_archives_and_compressed_files_give_the_same_tables() {
    let plain = Library::with(&FILES);
    plain.import();
    let mut expected = facts(&plain);
    // Learned from the others; whether the same files teach the same is the subject of the next test.
    expected.remove("related.tsv");
    assert!(expected["ptp.tsv"].contains("Invented rationale three"));
    let contents: Vec<(&str, Vec<u8>)> = FILES.iter().map(|name| (*name, fixture(name))).collect();
    let members: Vec<(&str, &[u8])> = contents.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let zipped = zip(&members);
    let nested = zip(&[("folder/current_csv.zip", &zipped), ("readme.txt", b"Nothing for anybody.")]);
    let compressed = |library: &Library| {
        for (name, bytes) in &contents {
            library.put(&format!("{name}.gz"), &gz(bytes));
        }
    };
    for (what, put) in [
        ("zip", &(|library: &Library| drop(library.put("files.zip", &zipped))) as &dyn Fn(&Library)),
        ("zip in zip", &|library| drop(library.put("files.zip", &nested))),
        ("gz", &compressed),
        ("gz in zip", &|library| drop(library.put("files.zip", &zip(&[("all.zip.gz", &gz(&zipped))])))),
    ] {
        let library = Library::new();
        put(&library);
        library.import();
        let found = facts(&library);
        for (table, text) in &expected {
            assert!(found[table] == *text, "{table} differs from {what}");
        }
        library.run(&["corpus", "verify"]).ended(0, &[]);
    }
}

#[test]
fn the_same_files_make_the_same_edition_byte_by_byte() {
    let libraries = [0; 2].map(|_| Library::with(&["icd10cm-order-2026.txt", "lay_words_2026-04.tsv"]));
    let [one, other] = libraries.map(|library| {
        library.import();
        (library.current(), facts(&library))
    });
    assert_eq!(one.0, other.0, "the id is made of what the files are");
    for (table, text) in &one.1 {
        assert!(other.1[table] == *text, "{table} is not the same in two editions of one id");
    }
}

#[test]
fn a_file_beside_the_archive_that_holds_it_is_read_once() {
    let library = Library::with(&FILES);
    let contents: Vec<(&str, Vec<u8>)> = FILES.iter().map(|name| (*name, fixture(name))).collect();
    let members: Vec<(&str, &[u8])> = contents.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    library.put("beside.zip", &zip(&members));
    let report = library.import();
    let copies = report["files"].as_array().unwrap().iter().filter(|file| file["outcome"] == "copy").count();
    assert_eq!(copies, FILES.len(), "{report}");
    assert_eq!(report["differences"], serde_json::json!([]));
    assert_eq!(library.releases()["ncci-ptp-practitioner-2026q3"]["rows"], 8);
}

/// The practice cost indices as csv and as text; in the text, the row of `other` has another index.
fn indices(other: Option<usize>) -> (String, String) {
    let mut csv = String::from(
        "ADDENDUM E. INVENTED CY 2026 GEOGRAPHIC PRACTICE COST INDICES,,,,,,\r\n,,,,,,\r\n\
         Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,\
         2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\r\n",
    );
    let mut text = String::from(
        "ADDENDUM E. INVENTED CY 2026 GEOGRAPHIC PRACTICE COST INDICES\r\n\r\n\
         Medicare Admi State  Locality      Locality Name      2026 PW GPCI2026 PE GPCI2026 MP GPCI\r\n",
    );
    for n in 0..110 {
        let (contractor, index) = (format!("{:05}", 2_102 + n), format!("1.{n:03}"));
        let _ = write!(csv, "{contractor},AK,01,PLACE,{index},1.081,0.592\r\n");
        let index = if other == Some(n) { "9.999".to_owned() } else { index };
        let _ = write!(text, "{contractor}           AK      01   PLACE        {index}       1.081       0.592\r\n");
    }
    (csv, text)
}

#[test]
fn the_same_table_as_csv_and_as_text_is_taken_once_and_the_second_agrees() {
    let (csv, text) = indices(None);
    let library = Library::new();
    library.put("GPCI2026.csv", csv.as_bytes());
    library.put("GPCI2026.txt", text.as_bytes());
    let report = library.import();
    for name in ["GPCI2026.csv", "GPCI2026.txt"] {
        assert_eq!((&file(&report, name)["outcome"], &file(&report, name)["rows"]), (&"read".into(), &110.into()));
    }
    assert_eq!(report["differences"], serde_json::json!([]));
    let held = &library.releases()["gpci-2026"];
    assert_eq!((&held["rows"], &held["scope"]), (&110.into(), &"complete".into()));
    assert_eq!(facts(&library)["gpci.tsv"].lines().count(), 110);
}

#[test]
fn a_row_that_two_forms_give_differently_is_a_listed_conflict() {
    let (csv, text) = indices(Some(7));
    let library = Library::new();
    library.put("GPCI2026.csv", csv.as_bytes());
    library.put("GPCI2026.txt", text.as_bytes());
    let report = library.import();
    let expected = serde_json::json!([{
        "table": "gpci", "key": "02109+01", "release": "gpci-2026", "kept": "GPCI2026.csv", "other": "GPCI2026.txt",
        "says": "AK PLACE 1.007 1.081 0.592", "other_says": "AK PLACE 9.999 1.081 0.592",
    }]);
    assert_eq!(report["differences"], expected);
    let table = &facts(&library)["gpci.tsv"];
    assert!(table.lines().count() == 110 && !table.contains("9.999"), "one form is taken: {table}");
    let listed = library.json(&["corpus", "conflicts", "--kind", "forms", "--json"]);
    assert_eq!(listed["conflicts"].as_array().unwrap().len(), 1, "{listed}");
    let said = listed["conflicts"][0].to_string();
    assert!(said.contains("GPCI2026.csv") && said.contains("GPCI2026.txt") && said.contains("02109+01"), "{said}");
    let shown = library.run(&["corpus", "conflicts", "02109", "--kind", "forms"]).ended(0, &[]).out;
    assert!(shown.contains("GPCI2026.csv") && shown.contains("GPCI2026.txt"), "{shown}");
    assert!(library.run(&["corpus", "conflicts", "--kind", "units"]).ended(0, &[]).out.contains("no two sources"));
}

#[test]
fn an_edit_that_two_forms_of_one_release_give_differently_is_a_listed_conflict() {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    let text = String::from_utf8(fixture("ccipra-v322r0-f1.txt")).unwrap();
    let other = text.replace("11042\t10030\t\t20100101\t*\t1", "11042\t10030\t\t20100101\t*\t0");
    assert_ne!(text, other);
    library.put("again/ccipra-v322r0-f1.txt", other.as_bytes());
    let report = library.import();
    let listed = library.json(&["corpus", "conflicts", "11042", "--json"]);
    let found =
        listed["conflicts"].as_array().unwrap().iter().any(|row| row["key"] == "11042+10030+practitioner+medicare");
    assert!(found, "indicator 1 in one file and 0 in the other: {listed} {report}");
}
