//! Every fixture cut, shuffled, in other encodings, with bytes that do not belong: read alike where it says the same,
//! else refused or passed over, and never more than that.

use std::time::{Duration, Instant};

use super::{Library, fixture};

/// The most time that an import of a few small files may take, on a slow and busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// How the columns of a fixture are told apart.
#[derive(Clone, Copy)]
enum Columns {
    /// By this character, under names.
    Named(u8),
    /// By their place, or there are none.
    Placed,
}

/// Writes the variants; those that say the same as the fixture are returned.
fn variants(library: &Library, name: &str, columns: Columns) -> Vec<String> {
    let bytes = fixture(name);
    let text = decoded(&bytes);
    let strange = text.replace("nvented", "nv\u{e9}nted");
    let alike = vec![
        ("as-it-is", bytes.clone()),
        ("bom", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("utf8", strange.clone().into_bytes()),
        ("latin1", encoding_rs::WINDOWS_1252.encode(&strange).0.into_owned()),
        ("utf16le", utf16(&text, u16::to_le_bytes)),
        ("utf16be", utf16(&text, u16::to_be_bytes)),
        ("lf", text.replace("\r\n", "\n").into_bytes()),
        ("crlf", text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()),
    ];
    let mut other: Vec<(String, Vec<u8>)> =
        (0..20).map(|n| (format!("cut{n:02}"), bytes[..bytes.len() * n / 20].to_vec())).collect();
    let nul: Vec<u8> = bytes.chunks(bytes.len() / 4 + 1).collect::<Vec<_>>().join(&b"\0"[..]);
    other.push(("nul".to_owned(), nul));
    other.push(("nuls".to_owned(), bytes.iter().flat_map(|byte| [*byte, 0]).collect()));
    let long = "x".repeat(10_000);
    other.push(("long-first".to_owned(), text.replacen("nvented", &long, 1).into_bytes()));
    let last = text.rfind("nvented").map_or(text.len(), |at| at + 7);
    other.push(("long-last".to_owned(), [&text[..last], &long, &text[last..]].concat().into_bytes()));
    let mixed = match columns {
        Columns::Named(delimiter) => shuffled(&text, delimiter),
        Columns::Placed => {
            text.lines().flat_map(|line| line.chars().rev().chain(['\n'])).collect::<String>().into_bytes()
        }
    };
    other.push(("mixed".to_owned(), mixed));
    for (what, bytes) in
        alike.iter().map(|(what, bytes)| (*what, bytes)).chain(other.iter().map(|(what, bytes)| (what.as_str(), bytes)))
    {
        library.put(&format!("{what}/{name}"), bytes);
    }
    alike.into_iter().map(|(what, _)| format!("{what}/{name}")).collect()
}

fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
}

/// The columns in the opposite order.
fn shuffled(text: &str, delimiter: u8) -> Vec<u8> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let width = records.iter().map(csv::StringRecord::len).max().unwrap();
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in &records {
        writer.write_record((0..width).rev().map(|at| record.get(at).unwrap_or(""))).unwrap();
    }
    writer.into_inner().unwrap()
}

fn hostile(fixtures: &[(&str, Columns)]) {
    let library = Library::new();
    library.run(&["corpus", "status"]).ended(0, &[]);
    let alike: Vec<Vec<String>> = fixtures.iter().map(|(name, columns)| variants(&library, name, *columns)).collect();
    let before = library.everything();
    let refused = tried(&library);
    if !refused.is_empty() {
        assert!(before == library.everything(), "a refused import changed the data folder");
        assert_eq!(library.outcome("45385", "45380", "2024-08-01"), "edit_modifier_allowed");
    }
    for path in &refused {
        assert!(
            !alike.iter().flatten().any(|same| same == path),
            "{path} says the same as the fixture, and is refused"
        );
        std::fs::remove_file(library.files().join(path)).unwrap();
    }
    let start = Instant::now();
    let report = library.import();
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    for paths in &alike {
        let rows = of(&report, &paths[0])["rows"].as_u64().unwrap();
        for path in paths {
            let found = of(&report, path);
            let same = found["outcome"] == "copy" || found["outcome"] == "read" && found["rows"] == rows;
            assert!(same, "{path} says the same as the fixture ({rows} rows): {found}");
        }
    }
    assert_eq!(library.outcome("45385", "45380", "2024-08-01"), "edit_modifier_allowed");
    library.run(&["corpus", "verify"]).ended(0, &[]);
}

fn of<'v>(report: &'v serde_json::Value, path: &str) -> &'v serde_json::Value {
    let files = report["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("{path} is missing: {files:?}"))
}

/// Imports everything; the paths that were refused, each with a line and a reason.
fn tried(library: &Library) -> Vec<String> {
    let start = Instant::now();
    let ran = library.try_import(&[library.files()]);
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    assert!(!ran.err.contains("panicked") && !ran.err.contains("its reader failed"), "{}", ran.err);
    if ran.code == 0 {
        return Vec::new();
    }
    assert_eq!(ran.code, 1, "{ran:?}");
    let named = ran.err.lines().filter(|line| line.contains(" (") && line.contains("line "));
    let paths: Vec<String> = named.map(|line| line.split(" (").next().unwrap().to_owned()).collect();
    assert!(!paths.is_empty(), "the error names no file: {}", ran.err);
    paths
}

const TAB: Columns = Columns::Named(b'\t');
const COMMA: Columns = Columns::Named(b',');

const ALL: [(&str, Columns); 14] = [
    ("ccipra-v322r0-f1.txt", TAB),
    ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", COMMA),
    ("icd10cm-order-2026.txt", Columns::Placed),
    ("icd10cm-tabular-April-1-2026.xml", Columns::Placed),
    ("2018_I10gem.txt", Columns::Placed),
    ("HCPC2026_OCT_ANWEB.csv", COMMA),
    ("PPRRVU2026_Jul_nonQPP.csv", COMMA),
    ("2026_july_opps_addendum_b.csv", COMMA),
    ("lcd.csv", COMMA),
    ("lcd_x_hcpc_code.csv", COMMA),
    ("article.csv", COMMA),
    ("article_x_icd10_covered.csv", COMMA),
    ("ncci-policy-manual-2026.txt", Columns::Placed),
    ("lay_words_2026-04.tsv", TAB),
];

#[test]
fn tables_of_edits_diagnoses_and_supplies() {
    hostile(&ALL[..7]);
}

#[test]
fn tables_of_fees_coverage_rules_and_words() {
    hostile(&ALL[7..]);
}

/// Moved columns are found by their names, or the file is left out; they are never taken for others.
#[test]
fn moved_columns_are_not_taken_for_others() {
    for (name, columns) in ALL {
        let Columns::Named(delimiter) = columns else { continue };
        let library = Library::new();
        let bytes = fixture(name);
        library.put(&format!("as-it-is/{name}"), &bytes);
        library.put(&format!("moved/{name}"), &shuffled(&decoded(&bytes), delimiter));
        let report = library.import();
        assert_eq!(report["differences"], serde_json::json!([]), "{name}");
        let (one, moved) = (of(&report, &format!("as-it-is/{name}")), of(&report, &format!("moved/{name}")));
        if moved["outcome"] == "read" {
            assert_eq!((&moved["rows"], &moved["broken"]), (&one["rows"], &0.into()), "{name}");
            let held = library.releases();
            library.run(&["corpus", "verify"]).ended(0, &[]);
            std::fs::remove_dir_all(library.files().join("moved")).unwrap();
            let alone = Library::new();
            alone.put(name, &bytes);
            alone.import();
            for (id, release) in alone.releases() {
                let rows = held.get(&id).map(|held| &held["rows"]);
                assert!(id.starts_with("shelf-") || rows == Some(&release["rows"]), "{name}: {id}");
            }
        }
    }
}

#[test]
fn workbooks() {
    for name in ["HCPC2026_OCT_ANWEB.xlsx", "AOC_V2026Q2-MCR.xlsx"] {
        let library = Library::new();
        let bytes = fixture(name);
        library.put(&format!("as-it-is/{name}"), &bytes);
        for n in 0..20 {
            library.put(&format!("cut{n:02}/{name}"), &bytes[..bytes.len() * n / 20]);
            let mut flipped = bytes.clone();
            flipped[bytes.len() * n / 20] ^= 0xff;
            library.put(&format!("flipped{n:02}/{name}"), &flipped);
        }
        for path in tried(&library) {
            std::fs::remove_file(library.files().join(path)).unwrap();
        }
        let report = library.import();
        assert_eq!(super::file(&report, &format!("as-it-is/{name}"))["outcome"], "read");
        assert_eq!(library.outcome("45385", "45380", "2024-08-01"), "edit_modifier_allowed");
    }
}
