//! ICD-10: order and code files, addenda, POA exemptions, conversion table, equivalence mappings.

use std::collections::HashSet;

use caseconsultant::domain::table::Table;

use super::raw::{Raw, cut, dotted};
use super::{Claim, Reading, Spec};

const ZIP_2026: &str = "icd10cm/icd10cm-Code_Descriptions-2026.zip!icd10cm-order-2026.txt";
const ZIP_2025: &str = "icd10cm/ICD10-CM_Code_Descriptions_2025.zip!icd10cm-order-2025.txt";
const ZIP_PCS: &str = "icd10pcs/cms_2026_pr.zip!icd10pcs_order_2026.txt";

const fn life(
    name: &'static str,
    release: &'static str,
    files: &'static [&'static str],
    manifest: Option<usize>,
    read: fn(&Raw, &[&str]) -> Reading,
) -> Spec {
    Spec { name, table: Table::Period, release, files, manifest, read }
}

const fn titles(
    name: &'static str,
    release: &'static str,
    files: &'static [&'static str],
    manifest: Option<usize>,
    read: fn(&Raw, &[&str]) -> Reading,
) -> Spec {
    Spec { name, table: Table::Title, release, files, manifest, read }
}

/// The tables. MANIFEST.md gives no counts for FY2025 and for the addenda of FY2025 and of ICD-10-PCS.
pub const TABLES: &[Spec] = &[
    life("ICD-10-CM order file 2026, codes", "icd10cm-2026", &[ZIP_2026, ZIP_2025], Some(98_186), |r, f| {
        order_codes(r, f, ("from", "2025-10-01"))
    }),
    life(
        "  the plain file beside the archive",
        "icd10cm-2026",
        &["icd10cm/icd10cm-order-2026.txt.gz", ZIP_2025],
        Some(98_186),
        |r, f| order_codes(r, f, ("from", "2025-10-01")),
    ),
    titles("  titles", "icd10cm-2026", &[ZIP_2026], Some(98_186), |r, f| order_titles(r, f, "icd10cm")),
    life("ICD-10-CM order file 2025, codes", "icd10cm-2025", &[ZIP_2025, ZIP_2026], None, |r, f| {
        order_codes(r, f, ("to", "2025-09-30"))
    }),
    titles("  titles", "icd10cm-2025", &[ZIP_2025], None, |r, f| order_titles(r, f, "icd10cm")),
    life("ICD-10-PCS order file 2026, codes", "icd10pcs-2026", &[ZIP_PCS], Some(80_029), |r, f| {
        order_codes(r, f, ("from", ""))
    }),
    titles("  titles", "icd10pcs-2026", &[ZIP_PCS], Some(80_029), |r, f| order_titles(r, f, "icd10pcs")),
    life(
        "ICD-10-CM code file 2026",
        "icd10cm-codes-2026",
        &["icd10cm/icd10cm-codes-2026.txt.gz"],
        Some(74_719),
        code_file,
    ),
    life(
        "ICD-10-CM code file 2025",
        "icd10cm-codes-2025",
        &["icd10cm/ICD10-CM_Code_Descriptions_2025.zip!icd10cm-codes-2025.txt"],
        None,
        code_file,
    ),
    // The 770 and 598 of MANIFEST.md are lines, with the retitled codes and the counts at the end.
    life(
        "ICD-10-CM order addenda 2026",
        "icd10cm-addenda-2026",
        &["icd10cm/icd10cm-order-addenda-2026.txt"],
        Some(770),
        |r, f| addenda(r, f, "icd10cm", 2026),
    ),
    life(
        "ICD-10-CM code addenda 2026",
        "icd10cm-codes-addenda-2026",
        &["icd10cm/icd10cm-codes-addenda-2026.txt"],
        Some(598),
        |r, f| addenda(r, f, "icd10cm", 2026),
    ),
    life(
        "ICD-10-CM order addenda 2025",
        "icd10cm-addenda-2025",
        &["icd10cm/ICD10-CM_Code_Descriptions_2025.zip!icd10cm-order-addenda-2025.txt"],
        None,
        |r, f| addenda(r, f, "icd10cm", 2025),
    ),
    life(
        "ICD-10-CM code addenda 2025",
        "icd10cm-codes-addenda-2025",
        &["icd10cm/ICD10-CM_Code_Descriptions_2025.zip!icd10cm-codes-addenda-2025.txt"],
        None,
        |r, f| addenda(r, f, "icd10cm", 2025),
    ),
    life(
        "ICD-10-PCS order addenda 2026",
        "icd10pcs-addenda-2026",
        &["icd10pcs/cms_2026_pr.zip!order_addenda_2026.txt"],
        None,
        |r, f| addenda(r, f, "icd10pcs", 2026),
    ),
    Spec {
        name: "POA exempt diagnoses 2026",
        table: Table::Poa,
        release: "poa-exempt-2026",
        files: &["icd10cm/poa/POAexemptCodesFY26.txt.gz"],
        manifest: Some(38_349),
        read: exempt,
    },
    Spec {
        name: "  added in 2026",
        table: Table::Poa,
        release: "poa-exempt-2026-part",
        files: &["icd10cm/poa/POAexemptAddCodesFY26.txt"],
        manifest: None,
        read: exempt,
    },
    Spec {
        name: "ICD-10-CM conversion table 2026",
        table: Table::Conversion,
        release: "icd10cm-conversion-2026",
        files: &["icd10cm/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"],
        manifest: None,
        read: conversions,
    },
    Spec {
        name: "GEM 2018, ICD-9-CM to ICD-10-CM",
        table: Table::Gem,
        release: "gem-icd9-2018",
        files: &["gems/Dxgem_2018.zip!2018_I9gem.txt"],
        manifest: Some(24_860),
        read: |raw, files| mappings(raw, files, true),
    },
    Spec {
        name: "GEM 2018, ICD-10-CM to ICD-9-CM",
        table: Table::Gem,
        release: "gem-icd10-2018",
        files: &["gems/Dxgem_2018.zip!2018_I10gem.txt"],
        manifest: Some(81_593),
        read: |raw, files| mappings(raw, files, false),
    },
];

fn written(code: &str, set: &str) -> String {
    if set == "icd10cm" { dotted(code) } else { code.to_owned() }
}

/// Columns 7-13 code, 15 flag. What the order file of the other year does not hold in the same way begins or ends
/// between the two.
fn order_codes(raw: &Raw, files: &[&str], (bound, day): (&'static str, &str)) -> Reading {
    let read = |file: &str| -> Vec<(String, String)> {
        raw.lines(file).iter().map(|line| (cut(line, 7, 13), cut(line, 15, 15))).collect()
    };
    let (set, codes) = (if files.contains(&ZIP_PCS) { "icd10pcs" } else { "icd10cm" }, read(files[0]));
    let other: Option<HashSet<(String, String)>> = files.get(1).map(|file| read(file).into_iter().collect());
    let claim = |code: &(String, String)| {
        let changes = other.as_ref().is_some_and(|other| !other.contains(code));
        let at = |end| if changes && end == bound { day } else { "" };
        let values = [("set", set), ("from", at("from")), ("to", at("to")), ("billable", &code.1)];
        Claim::new(written(&code.0, set), values)
    };
    Reading::of(codes.len(), codes.iter().map(claim).collect())
}

/// Columns 17-76 short, 78 to the end long title.
fn order_titles(raw: &Raw, files: &[&str], set: &str) -> Reading {
    let lines = raw.lines(files[0]);
    let claim = |line: &String| {
        let (short, long) = (cut(line, 17, 76), cut(line, 78, 1_000));
        let key = written(&cut(line, 7, 13), set);
        Claim::new(key, [("set", set), ("short", &short), ("long", &long), ("rights", "public")])
    };
    Reading::of(lines.len(), lines.iter().map(claim).collect())
}

fn code_file(raw: &Raw, files: &[&str]) -> Reading {
    let lines = raw.lines(files[0]);
    let values = [("set", "icd10cm"), ("from", ""), ("to", ""), ("billable", "1")];
    Reading::of(lines.len(), lines.iter().map(|line| Claim::new(dotted(&cut(line, 1, 7)), values)).collect())
}

/// An added code is valid from the first day of the fiscal year, a deleted one until the day before. Files without the
/// flag list codes, and of ICD-10-PCS headings of three characters.
fn addenda(raw: &Raw, files: &[&str], set: &str, year: usize) -> Reading {
    let text = raw.text(files[0]);
    let claims = text.lines().filter_map(|line| {
        let (action, rest) = line.split_once(':')?;
        let mut words = rest.split_whitespace();
        let first = words.next()?;
        let flagged = ["0", "1"].contains(&first);
        let code = if flagged { words.next()? } else { first };
        let heading = set == "icd10pcs" && code.len() == 3;
        let flag = match (flagged, heading) {
            (true, _) => first,
            (false, true) => "0",
            (false, false) => "1",
        };
        let (from, to) = (format!("{}-10-01", year - 1), format!("{}-09-30", year - 1));
        let (from, to) = match action {
            "Add" => (from.as_str(), ""),
            "Delete" => ("", to.as_str()),
            _ => return None,
        };
        Some(Claim::new(written(code, set), [("set", set), ("from", from), ("to", to), ("billable", flag)]))
    });
    Reading::of(text.lines().count(), claims.collect())
}

fn exempt(raw: &Raw, files: &[&str]) -> Reading {
    let lines = raw.lines(files[0]);
    let claims = lines[1..].iter().map(|line| Claim::new(line.split('\t').nth(1).unwrap().trim(), [("exempt", "yes")]));
    Reading::of(lines.len() - 1, claims.collect())
}

/// What stands between two marks, and what follows.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close)
}

/// The cells of the first sheet: shared texts and numbers, by the letter of their column.
fn sheet(raw: &Raw, file: &str) -> Vec<[String; 3]> {
    let member = |name: &str| String::from_utf8(zip_member(raw, file, name)).unwrap();
    let (shared, sheet) = (member("xl/sharedStrings.xml"), member("xl/worksheets/sheet1.xml"));
    let mut texts = Vec::new();
    let mut rest = shared.as_str();
    while let Some((item, behind)) = between(rest, "<si>", "</si>") {
        let (mut text, mut part) = (String::new(), item);
        while let Some((run, behind)) =
            part.split_once("<t").and_then(|(_, run)| run.split_once('>')).and_then(|(_, run)| run.split_once("</t>"))
        {
            text.push_str(run);
            part = behind;
        }
        texts.push(text);
        rest = behind;
    }
    let rows = sheet.split("<row ").skip(1).map(|row| {
        let mut cells = [const { String::new() }; 3];
        for cell in row.split("<c r=\"").skip(1) {
            let column = usize::from(cell.as_bytes()[0] - b'A');
            let value = between(cell, "<v>", "</v>").map_or("", |(value, _)| value);
            let tag = cell.split('>').next().unwrap();
            let text = if tag.contains("t=\"s\"") && !value.is_empty() {
                texts[value.parse::<usize>().unwrap()].clone()
            } else {
                value.to_owned()
            };
            if column < 3 {
                cells[column] = text.trim().to_owned();
            }
        }
        cells
    });
    rows.collect()
}

fn zip_member(raw: &Raw, file: &str, member: &str) -> Vec<u8> {
    raw.bytes(&format!("{file}!{member}"))
}

/// Behind two rows of heading: code, year (its first of October) or day, former codes and ranges.
fn conversions(raw: &Raw, files: &[&str]) -> Reading {
    let rows: Vec<[String; 3]> = sheet(raw, files[0]).into_iter().skip(2).filter(|row| !row[0].is_empty()).collect();
    let claim = |[code, effective, previous]: &[String; 3]| {
        let from = match effective.as_str() {
            // Days as a workbook counts them.
            "43922" => "2020-04-01".to_owned(),
            "44197" => "2021-01-01".to_owned(),
            "44652" => "2022-04-01".to_owned(),
            "45017" => "2023-04-01".to_owned(),
            year => format!("{year}-10-01"),
        };
        // A category with a dash stands for all below it; the shelf drops the dash.
        let words = previous.split([' ', ',', ';']).map(|word| word.trim_end_matches('-').trim_end_matches('.'));
        let previous: Vec<&str> = words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect();
        // Three codes of 2025 lack their dot.
        let code = if code.contains('.') { code.clone() } else { dotted(code) };
        Claim::new(code, [("previous", previous.join(" ").as_str()), ("from", from.as_str())])
    };
    Reading::of(rows.len(), rows.iter().map(claim).collect())
}

/// An ICD-9-CM code with its dot.
fn ninth(code: &str) -> String {
    let before = if code.starts_with('E') { 4 } else { 3 };
    if code.len() > before { format!("{}.{}", &code[..before], &code[before..]) } else { code.to_owned() }
}

fn mappings(raw: &Raw, files: &[&str], from_ninth: bool) -> Reading {
    let lines = raw.lines(files[0]);
    let claim = |line: &String| {
        // One code of 2018 has a small letter.
        let words: Vec<String> = line.split_whitespace().map(str::to_uppercase).collect();
        let none = words[1] == "NODX";
        let (key, direction, target) = if from_ninth {
            (format!("icd9/{}", ninth(&words[0])), "icd9_to_icd10", dotted(&words[1]))
        } else {
            (dotted(&words[0]), "icd10_to_icd9", ninth(&words[1]))
        };
        let flags: Vec<String> = words[2].chars().map(String::from).collect();
        let values = ["approximate", "no_map", "combination", "scenario", "choice"].into_iter().zip(flags);
        let claim = Claim::new(key, [("direction", direction), ("target", if none { "" } else { &target })]);
        values.fold(claim, |claim, (column, flag)| claim.and(column, flag))
    };
    Reading::of(lines.len(), lines.iter().map(claim).collect())
}
