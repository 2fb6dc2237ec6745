//! Files of a known kind that are not as they should be.

use super::{DAY, Library, file, fixture, made};

/// An edit table of so many lines, of which one is broken. Its line is returned.
fn edits_with_one_broken(rows: usize) -> (Vec<u8>, usize) {
    let mut lines: Vec<String> =
        (0..rows).map(|n| made::edit(&(70_000 + n).to_string(), "10030", "20100101", "*", 1)).collect();
    lines[rows / 2] = made::edit("70000", "10030", "soon", "*", 1);
    let text = made::heading() + &lines.concat();
    (text.into_bytes(), 6 + rows / 2 + 1)
}

/// A library whose edition answers, with nothing left among the files.
fn serving() -> Library {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    library.import();
    std::fs::remove_file(library.files().join("ccipra-v322r0-f1.txt")).unwrap();
    library
}

fn still_serves(library: &Library) {
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never");
    library.run(&["corpus", "verify"]).ended(0, &[]);
}

#[test]
fn one_broken_row_in_a_thousand_is_counted_shown_and_left_out() {
    let library = Library::new();
    let (bytes, line) = edits_with_one_broken(1_200);
    library.put("ccipra-v321r0-f1.txt", &bytes);
    let report = library.import();
    let read = file(&report, "ccipra-v321r0-f1.txt");
    assert_eq!((&read["rows"], &read["broken"]), (&1_199.into(), &1.into()));
    assert_eq!(read["examples"], serde_json::json!([{"line": line, "reason": "the effective date is no date"}]));
    let shown = library.run(&["corpus", "import", library.files().to_str().unwrap()]).ended(0, &[]).out;
    assert!(shown.contains("1 broken row") && shown.contains("ccipra-v321r0-f1.txt"), "{shown}");
    assert!(shown.contains(&format!("line {line}: the effective date is no date")), "{shown}");
}

#[test]
fn more_broken_rows_than_one_in_a_thousand_stop_the_import_with_file_and_line() {
    let library = serving();
    let (bytes, line) = edits_with_one_broken(600);
    library.put("ccipra-v321r0-f1.txt", &bytes);
    library.put("icd10cm-order-2026.txt", &fixture("icd10cm-order-2026.txt"));
    let line = format!("line {line}");
    let ran =
        library.refused(&["ccipra-v321r0-f1.txt", &line, "the effective date is no date", "Nothing was imported"]);
    assert!(!ran.err.contains("order-2026"), "only what is wrong is named: {}", ran.err);
    still_serves(&library);
}

#[test]
fn the_same_share_is_asked_of_a_table_whose_rows_are_kept_twice() {
    let library = serving();
    let name = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv";
    library.put(name, &made::limits("no code,1,2 x,y\r\n", 600));
    library.refused(&[name, "line 4", "no CPT or HCPCS code"]);
    still_serves(&library);
}

#[test]
fn a_broken_row_of_an_order_file_is_told_with_its_line() {
    let library = serving();
    let mut text = String::from_utf8(fixture("icd10cm-order-2026.txt")).unwrap();
    text += "00013 E119X    1 misplaced by one column\r\n";
    library.put("icd10cm-order-2026.txt", text.as_bytes());
    library.refused(&["icd10cm-order-2026.txt", "line 13", "not a row of an order file"]);
    still_serves(&library);
}

/// A fixture with words of its header replaced is refused with its name, the line and these words.
fn header(name: &str, from: &str, to: &str, line: usize, words: &str) {
    let library = serving();
    let bytes = fixture(name);
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.replace(from, to);
    assert_ne!(text.as_bytes(), bytes, "{from:?} is not in {name}");
    library.put(name, &encoding_rs::WINDOWS_1252.encode(&text).0);
    library.put("beside/icd10cm-order-2026.txt", &fixture("icd10cm-order-2026.txt"));
    library.refused(&[name, &format!("line {line}"), words, "Nothing was imported"]);
    still_serves(&library);
}

#[test]
fn a_header_without_a_needed_column_stops_the_import() {
    header("ccipra-v320r0-f1.txt", "Effective", "Valid", 3, "Effective Date");
    header("PPRRVU2026_Jul_nonQPP.csv", ",GLOB,", ",GLOBAL,", 9, "GLOB DAYS");
    header("HCPC2026_OCT_ANWEB.csv", ",TERM DT", ",END DT", 1, "TERM DT");
}

#[test]
fn a_header_that_lost_the_column_it_is_known_by_is_not_passed_over_in_silence() {
    header("ccipra-v320r0-f1.txt", "\tModifier\t", "\tFlag\t", 3, "\"Modifier\"");
    header("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "MUE Rationale", "Reason", 4, "MUE Rationale");
    header("2026_july_opps_addendum_b.csv", ",SI,", ",Status,", 2, "\"SI\"");
    header("article_x_icd10_covered.csv", "icd10_code_id", "diagnosis", 1, "icd10_code_id");
    header("lcd_x_hcpc_code.csv", "lcd_id", "document", 1, "lcd_id");
    header("HCPC2026_OCT_ANWEB.csv", "RECID", "RECORD", 1, "RECID");
}

#[test]
fn a_setting_that_nothing_tells_is_asked_for_by_the_name_to_give_the_file() {
    let library = serving();
    library.put("edits-2026q2.txt", &fixture("ccipra-v320r0-f1.txt"));
    library.refused(&["edits-2026q2.txt", "practitioner", "ccipra-v322r0-f1.txt"]);
    still_serves(&library);
}

#[test]
fn garbage_behind_a_good_beginning_stops_the_import() {
    let garbage: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    for name in [
        "ccipra-v320r0-f1.txt",
        "icd10cm-order-2026.txt",
        "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
        "2018_I10gem.txt",
        "PPRRVU2026_Jul_nonQPP.csv",
    ] {
        let library = serving();
        let beginning = match name {
            "icd10cm-order-2026.txt" | "2018_I10gem.txt" => fixture(name).repeat(1_000),
            _ => [fixture(name), b"\r\n".to_vec()].concat(),
        };
        library.put(name, &[beginning, garbage.clone()].concat());
        library.refused(&[name, "line ", "Nothing was imported"]);
        still_serves(&library);
    }
}

#[test]
fn garbage_under_an_official_name_gives_nothing_and_changes_nothing() {
    let garbage: Vec<u8> = (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11).to_le_bytes()[0]).collect();
    let library = serving();
    library.put("ccipra-v322r0-f2.txt", &garbage);
    library.put("icd10cm-tabular-2026.xml", &garbage[1_000..]);
    let before = library.everything();
    let report = library.import();
    assert_eq!(file(&report, "ccipra-v322r0-f2.txt")["outcome"], "unknown");
    assert_eq!((&report["changed"], before == library.everything()), (&false.into(), true));
    still_serves(&library);
}
