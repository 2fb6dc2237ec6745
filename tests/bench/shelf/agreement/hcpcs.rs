//! HCPCS Level II: attributes, lives and descriptions.

use std::collections::HashMap;

use caseconsultant::domain::table::Table;

use super::raw::{Cells, Raw, compact, cut, each};
use super::{Claim, Reading, Spec};

const ATTRIBUTES: &[&str] = &["hcpcs/hcpcs_level2_attributes_2024-07.csv"];
const ANWEB_2019: &[&str] = &["hcpcs/official_2019/HCPC2019_CONTR_ANWEB.txt.gz"];
const ANWEB_2026: &[&str] = &["fixtures_2026/HCPC2026_OCT_ANWEB.excerpt.csv"];
const LIST: &[&str] = &["hcpcs/hcpcs_level2_2025-02_hcpcsdata.csv.gz"];
const NOC: &[&str] = &["hcpcs/hcpcs_noc_codes_2024.csv"];

type Read = fn(&Raw, &[&str]) -> Reading;

const fn spec(
    name: &'static str,
    table: Table,
    release: &'static str,
    files: &'static [&'static str],
    manifest: usize,
    read: Read,
) -> Spec {
    Spec { name, table, release, files, manifest: Some(manifest), read }
}

/// The tables.
pub const TABLES: &[Spec] = &[
    spec("HCPCS attributes 2024Q3", Table::Hcpcs, "hcpcs-attributes-2024q3", ATTRIBUTES, 8_033, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(attributes(row)))
    }),
    spec("  lives of codes", Table::Period, "hcpcs-2024q3", ATTRIBUTES, 8_033, |raw, files| {
        each(&raw.csv(files[0], 0), |row| {
            Some(life(row.get("hcpcs_code"), row.get("date_added"), row.get("date_term")))
        })
    }),
    spec("  not terminated", Table::Period, "hcpcs-2024q3", ATTRIBUTES, 6_975, |raw, files| {
        let rows = raw.csv(files[0], 0);
        let live = rows.iter().filter(|row| row.get("date_term").is_empty());
        let claims: Vec<Claim> = live.map(|row| life(row.get("hcpcs_code"), row.get("date_added"), "")).collect();
        Reading { distinct: None, ..Reading::of(claims.len(), claims) }
    }),
    spec(
        "HCPCS 2019Q1, fixed width, attributes",
        Table::Hcpcs,
        "hcpcs-attributes-2019q1",
        ANWEB_2019,
        11_622,
        |raw, files| records(raw, files, |record| Some(fixed(record))),
    ),
    spec("  lives of codes", Table::Period, "hcpcs-2019q1", ANWEB_2019, 11_622, |raw, files| {
        records(raw, files, |record| {
            let (line, kind) = (&record[0], cut(&record[0], 11, 11));
            (kind == "3")
                .then(|| life(&cut(line, 1, 5), &compact(&cut(line, 269, 276)), &compact(&cut(line, 285, 292))))
        })
    }),
    spec("  titles", Table::Title, "hcpcs-titles-2019q1", ANWEB_2019, 11_622, |raw, files| {
        records(raw, files, |record| {
            let long: Vec<String> = record.iter().map(|line| cut(line, 12, 91)).collect();
            Some(title(&cut(&record[0], 1, 5), &cut(&record[0], 92, 119), &long.join(" ")))
        })
    }),
    spec(
        "HCPCS 2026Q4, table, excerpt, attributes",
        Table::Hcpcs,
        "hcpcs-attributes-2026q4",
        ANWEB_2026,
        5,
        |raw, files| each(&raw.csv(files[0], 0), |row| Some(table(row))),
    ),
    spec("  titles", Table::Title, "hcpcs-titles-2026q4", ANWEB_2026, 5, |raw, files| {
        each(&raw.csv(files[0], 0), |row| {
            Some(title(row.get("HCPC"), row.get("SHORT DESCRIPTION"), row.get("LONG DESCRIPTION")))
        })
    }),
    spec("HCPCS code list 2025-02", Table::Period, "hcpcs-list-2025q1", LIST, 8_191, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(life(row.at(0), "", &ended(row.at(1)).1)))
    }),
    spec("  titles", Table::Title, "hcpcs-list-titles-2025q1", LIST, 8_191, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(title(row.at(0), "", &ended(row.at(1)).0)))
    }),
    spec(
        "HCPCS descriptions 2024",
        Table::Title,
        "hcpcs-descriptions-2024",
        &["hcpcs/hcpcs_level2_descriptions_2024.csv.gz"],
        7_930,
        described,
    ),
    spec("HCPCS not otherwise classified 2024", Table::Term, "hcpcs-noc-2024", NOC, 161, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(Claim::new(row.at(0), [("kind", "hcpcs_noc"), ("text", row.at(1))])))
    }),
    spec("  titles", Table::Title, "hcpcs-noc-titles-2024", NOC, 161, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(title(row.at(0), "", row.at(1))))
    }),
    spec("  lives of codes", Table::Period, "hcpcs-noc-codes-2024", NOC, 161, |raw, files| {
        each(&raw.csv(files[0], 0), |row| Some(life(row.at(0), row.at(2), row.at(3))))
    }),
    // MANIFEST.md has 7,500, which are line ends without that of the header; the last of 7,501 rows has none.
    spec(
        "HCPCS titles 2022",
        Table::Title,
        "hcpcs-short-titles-undated",
        &["reference/tuva_hcpcs_level_2.csv.gz"],
        7_501,
        continued,
    ),
    spec(
        "modifiers 2024, without CPT",
        Table::Title,
        "modifiers-2024",
        &["reference/modifiers_2024_northstar.csv"],
        384 + 49,
        |raw, files| modifiers(&raw.csv(files[0], 0), "mod_code", "mod_type", "mod_description"),
    ),
    spec(
        "modifiers 2024, by group",
        Table::Title,
        "modifiers-grouped-2024",
        &["reference/modifiers_hcpcs_2024_northstar.csv"],
        281,
        |raw, files| modifiers(&raw.csv(files[0], 0), "modifier", "type", "description"),
    ),
];

fn life(code: &str, from: &str, to: &str) -> Claim {
    Claim::new(code, [("set", "hcpcs"), ("from", from), ("to", to), ("billable", "1")])
}

fn title(code: &str, short: &str, long: &str) -> Claim {
    let set = if code.len() == 2 { "modifier" } else { "hcpcs" };
    Claim::new(code, [("set", set), ("short", short), ("long", long), ("rights", "public")])
}

/// Sections of the two manuals in one column.
fn manuals(issues: &str, carriers: &str) -> String {
    let named = [("CIM", issues), ("MCM", carriers)].into_iter().filter(|(_, sections)| !sections.is_empty());
    named.map(|(name, sections)| format!("{name} {sections}")).collect::<Vec<_>>().join("; ")
}

fn several(cell: &str) -> String {
    cell.split([',', ':']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn note(number: &str) -> String {
    if number.is_empty() { String::new() } else { format!("{number:0>4}") }
}

fn attributes(row: &Cells) -> Claim {
    let one =
        [("coverage", "cov"), ("multiple", "multi"), ("betos", "betos"), ("action", "action"), ("statute", "statute")];
    let lists = [("pricing", "price"), ("tos", "tos"), ("lab", "lab"), ("crossref", "xref")];
    let days = [("added", "date_added"), ("effective", "date_action"), ("terminated", "date_term")];
    let claim = Claim::new(row.get("hcpcs_code"), [("kind", "code"), ("anesthesia", row.get("anes"))]);
    let claim = one.iter().chain(&days).fold(claim, |claim, (column, name)| claim.and(column, row.get(name)));
    let claim = lists.iter().fold(claim, |claim, (column, name)| claim.and(column, several(row.get(name))));
    claim
        .and("manual", manuals(&several(row.get("cim")), &several(row.get("mcm"))))
        .and("asc", format!("{} {}", row.get("asc_grp"), row.get("date_asc")))
        .and("note", note(row.get("proc")))
}

/// The records of the fixed width: record types 3 and 7 begin a code and a modifier, 4 and 8 continue it.
fn records(raw: &Raw, files: &[&str], claim: impl Fn(&[String]) -> Option<Claim>) -> Reading {
    let lines = raw.lines(files[0]);
    let lines: Vec<String> = lines
        .into_iter()
        .filter(|line| {
            ["3", "4", "7", "8"].contains(&cut(line, 11, 11).as_str())
                && cut(line, 6, 10).bytes().all(|b| b.is_ascii_digit())
        })
        .collect();
    let mut records: Vec<Vec<String>> = Vec::new();
    for line in &lines {
        match cut(line, 11, 11).as_str() {
            "3" | "7" => records.push(vec![line.clone()]),
            _ => records.last_mut().unwrap().push(line.clone()),
        }
    }
    Reading::of(lines.len(), records.iter().filter_map(|record| claim(record)).collect())
}

/// The columns of HCPCS2019_recordlayout.txt.
fn fixed(record: &[String]) -> Claim {
    let line = &record[0];
    let at = |from: usize, to: usize| cut(line, from, to);
    let several = |from: usize, width: usize, count: usize| {
        let parts = (0..count).map(|n| cut(line, from + n * width, from + (n + 1) * width - 1));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let units = at(266, 268);
    let units = if units.is_empty() { units } else { units.parse::<u32>().unwrap().to_string() };
    Claim::new(at(1, 5), [("kind", if at(11, 11) == "7" { "modifier" } else { "code" })])
        .and("coverage", at(230, 230))
        .and("pricing", several(120, 2, 4))
        .and("multiple", at(128, 128))
        .and("betos", at(257, 259))
        .and("tos", several(261, 1, 5))
        .and("action", at(293, 293))
        .and("manual", manuals(&several(129, 6, 3), &several(147, 8, 3)))
        .and("statute", at(171, 180))
        .and("lab", several(181, 3, 8))
        .and("crossref", several(205, 5, 5))
        .and("asc", format!("{} {}", at(231, 232), compact(&at(233, 240))))
        .and("note", note(&at(253, 256)))
        .and("anesthesia", units)
        .and("added", compact(&at(269, 276)))
        .and("effective", compact(&at(277, 284)))
        .and("terminated", compact(&at(285, 292)))
}

/// The columns of the table of 2026; blank cells are many.
fn table(row: &Cells) -> Claim {
    let several = |name: &str, count: usize| {
        let cells = (1..=count).map(|n| row.get(&format!("{name}{n}")));
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let (added, effective, ended) = (row.get("ADD DT"), row.get("ACT EFF DT"), row.get("TERM DT"));
    Claim::new(row.get("HCPC"), [("kind", "modifier"), ("coverage", row.get("COV")), ("betos", row.get("BETOS"))])
        .and("pricing", several("PRICE", 4))
        .and("multiple", row.get("MULT_PI"))
        .and("manual", manuals(&several("CIM", 3), &several("MCM", 3)))
        .and("statute", row.get("STATUTE"))
        .and("lab", several("LABCERT", 8))
        .and("crossref", several("XREF", 5))
        .and("note", note(row.get("PROCNOTE")))
        .and("action", row.get("ACTION CD"))
        .and("added", compact(added))
        .and("effective", compact(effective))
        .and("terminated", compact(ended))
}

/// A description without `Terminated December 31, 2016.` at its end, and that day.
fn ended(text: &str) -> (String, String) {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Some((title, day)) = text.rsplit_once("Terminated ") else { return (text.to_owned(), String::new()) };
    let words: Vec<&str> = day.trim_end_matches('.').split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let [month, day, year] = words[..] else { return (text.to_owned(), String::new()) };
    let Some(month) = MONTHS.iter().position(|known| *known == month) else { return (text.to_owned(), String::new()) };
    (title.trim().to_owned(), format!("{year}-{:02}-{day:0>2}", month + 1))
}

/// Record type 4 continues the description above it.
fn continued(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 0);
    let mut titles: Vec<(&str, &str, String)> = Vec::new();
    for row in &rows {
        let long = row.get("long_description");
        match (row.get("recid"), titles.last_mut()) {
            ("4", Some((.., text))) => *text = format!("{text} {long}"),
            _ => titles.push((row.at(0), row.get("short_description"), long.to_owned())),
        }
    }
    Reading::of(rows.len(), titles.iter().map(|(code, short, long)| title(code, short, long)).collect())
}

/// Long and short descriptions of a code in one title, the first of each; rows of type NOC repeat them.
fn described(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 0);
    let mut titles: HashMap<&str, [&str; 2]> = HashMap::new();
    for row in rows.iter() {
        let at = match row.get("hcpcs_desc_type") {
            "Short" => 0,
            "Long" => 1,
            _ => continue,
        };
        let place = &mut titles.entry(row.get("hcpcs_code")).or_default()[at];
        if place.is_empty() {
            *place = row.get("hcpcs_description");
        }
    }
    Reading::of(rows.len(), titles.iter().map(|(code, [short, long])| title(code, short, long)).collect())
}

/// A modifier may stand in several rows, of which the first gives the title. Those with a figure in front and P1 to P6
/// are the AMA's, whose words the shelf leaves out; single letters are parts of modifiers.
fn modifiers(rows: &[Cells], code: &str, owner: &str, text: &str) -> Reading {
    let of_ama = |row: &&Cells| {
        let (code, owner) = (row.get(code), row.get(owner));
        owner == "CPT"
            || code.starts_with(|c: char| c.is_ascii_digit())
            || ["P1", "P2", "P3", "P4", "P5", "P6"].contains(&code)
    };
    let mut first: HashMap<&str, &str> = HashMap::new();
    for row in rows.iter().filter(|row| row.get(code).len() == 2 && !row.get(text).is_empty()) {
        first.entry(row.get(code)).or_insert(row.get(text));
    }
    for row in rows.iter().filter(of_ama) {
        first.remove(row.get(code));
    }
    Reading::of(rows.len(), first.into_iter().map(|(code, text)| title(code, "", text)).collect())
}
