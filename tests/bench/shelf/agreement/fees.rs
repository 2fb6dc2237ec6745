//! The physician fee schedule and its localities.

use std::collections::HashSet;

use caseconsultant::domain::table::Table;

use super::raw::{Cells, Raw, cut, each, set};
use super::{Claim, Reading, Spec};

const PPRRVU: &[&str] = &["mpfs/rvu25d/PPRRVU2025_Oct.csv.gz"];
const PPRRVU_TEXT: &[&str] = &["mpfs/rvu25d/PPRRVU2025_Oct.txt.gz"];
const PPRRVU_2026: &[&str] = &["fixtures_2026/PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv"];

/// The tables. The shelf leaves out what follows from other columns or is about OPPS (totals, calculation flag, OPPS
/// amounts), and the descriptors of the AMA and the ADA.
pub const TABLES: &[Spec] = &[
    Spec {
        name: "fee schedule RVU25D, csv",
        table: Table::Fee,
        release: "mpfs-rvu25d",
        files: PPRRVU,
        manifest: Some(19_090),
        read: |raw, files| each(&raw.csv(files[0], 9), |row| Some(fee(row, &COLUMNS))),
    },
    Spec {
        name: "  the text of fixed width",
        table: Table::Fee,
        release: "mpfs-rvu25d",
        files: PPRRVU_TEXT,
        manifest: Some(19_090),
        read: fee_text,
    },
    Spec {
        name: "  its codes",
        table: Table::Period,
        release: "rvu25d",
        files: PPRRVU,
        manifest: Some(19_090),
        read: |raw, files| {
            let rows = raw.csv(files[0], 9);
            let listed = rows.iter().filter(|row| !["D", "F"].contains(&row.at(3))).map(|row| row.at(0));
            codes(rows.len(), listed)
        },
    },
    Spec {
        name: "  titles of HCPCS codes",
        table: Table::Title,
        release: "mpfs-rvu25d",
        files: PPRRVU,
        manifest: Some(19_090),
        read: |raw, files| titles(&raw.csv(files[0], 9), |row| (row.at(0), row.at(2))),
    },
    Spec {
        name: "fee schedule RVU26C, 32 columns, excerpt",
        table: Table::Fee,
        release: "mpfs-rvu26c",
        files: PPRRVU_2026,
        manifest: None,
        read: |raw, files| {
            each(&raw.csv(files[0], 9), |row| {
                let moved = COLUMNS.map(|(column, at)| (column, if at > 22 { at + 1 } else { at }));
                Some(fee(row, &moved).and("pricing", row.at(23)).and("participation", "nonqpp"))
            })
        },
    },
    Spec {
        name: "practice cost indices 2025",
        table: Table::Gpci,
        release: "gpci-2025",
        files: &["mpfs/rvu25d/GPCI2025.csv"],
        manifest: Some(109),
        read: |raw, files| {
            localities(
                &raw.csv(files[0], 2),
                &[("state", 1), ("work", 4), ("practice_expense", 5), ("malpractice", 6)],
                [0, 2, 3],
            )
        },
    },
    Spec {
        name: "practice cost indices 2026",
        table: Table::Gpci,
        release: "gpci-2026",
        files: &["fixtures_2026/GPCI2026.csv"],
        manifest: Some(109),
        read: |raw, files| {
            localities(
                &raw.csv(files[0], 2),
                &[("state", 1), ("work", 4), ("practice_expense", 5), ("malpractice", 6)],
                [0, 2, 3],
            )
        },
    },
    Spec {
        name: "anesthesia conversion factors 2025",
        table: Table::Anesthesia,
        release: "anesthesia-2025",
        files: &["mpfs/rvu25d/ANES2025.csv"],
        manifest: Some(109),
        read: |raw, files| localities(&raw.csv(files[0], 0), &[("conversion_factor", 3)], [0, 1, 2]),
    },
    // MANIFEST.md has 16,101 lines for the csv, which is its header and these rows, and 16,100 for the text.
    Spec {
        name: "OPPS caps 2025Q4, csv",
        table: Table::OppsCap,
        release: "opps-cap-2025q4",
        files: &["mpfs/rvu25d/OPPSCAP_Oct.csv"],
        manifest: Some(16_100),
        read: |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let values = [
                    ("modifier", row.at(1)),
                    ("status", row.at(2)),
                    ("contractor", row.at(3)),
                    ("locality", row.at(4)),
                ];
                Some(Claim::new(row.at(0), values).and("facility", row.at(5)).and("nonfacility", row.at(6)))
            })
        },
    },
    Spec {
        name: "ZIP codes 2025Q4",
        table: Table::Zip,
        release: "zip-2025q4",
        files: &["mpfs/zip/ZIP5_OCT2025.txt.gz"],
        manifest: Some(42_956),
        read: zips,
    },
    // MANIFEST.md counts 168 lines: a title, a header, blank ones and a note are among them, and two rows of REST OF
    // STATE in Missouri that are the same.
    Spec {
        name: "counties of localities 2025, csv",
        table: Table::County,
        release: "locality-counties-2025",
        files: &["mpfs/rvu25d/25LOCCO.csv"],
        manifest: None,
        read: counties,
    },
    Spec {
        name: "payment amounts 2025Q3, revised code",
        table: Table::Payment,
        release: "payment-revision-2025q3",
        files: &["mpfs/pfrev/PFREV25C.txt"],
        manifest: Some(109),
        read: payments,
    },
];

/// The columns of the csv of 2025, whose names are stacked over several lines.
const COLUMNS: [(&str, usize); 22] = [
    ("modifier", 1),
    ("status", 3),
    ("work", 5),
    ("pe_nonfacility", 6),
    ("na_nonfacility", 7),
    ("pe_facility", 8),
    ("na_facility", 9),
    ("malpractice", 10),
    ("pctc", 13),
    ("global", 14),
    ("pre", 15),
    ("intra", 16),
    ("post", 17),
    ("mult", 18),
    ("bilat", 19),
    ("asst", 20),
    ("cosurg", 21),
    ("team", 22),
    ("endo_base", 23),
    ("conversion_factor", 24),
    ("supervision", 25),
    ("imaging_family", 27),
];

/// The columns of the fixed width, from 1, after RVU25D.
const FIXED: [(&str, usize, usize); 22] = [
    ("modifier", 6, 7),
    ("status", 58, 58),
    ("work", 60, 65),
    ("pe_nonfacility", 67, 72),
    ("na_nonfacility", 73, 74),
    ("pe_facility", 76, 81),
    ("na_facility", 82, 83),
    ("malpractice", 85, 89),
    ("pctc", 103, 103),
    ("global", 104, 106),
    ("pre", 107, 109),
    ("intra", 110, 112),
    ("post", 113, 115),
    ("mult", 116, 116),
    ("bilat", 117, 117),
    ("asst", 118, 118),
    ("cosurg", 119, 119),
    ("team", 120, 120),
    ("endo_base", 128, 132),
    ("conversion_factor", 133, 140),
    ("supervision", 142, 143),
    ("imaging_family", 146, 147),
];

fn fee(row: &Cells, columns: &[(&'static str, usize)]) -> Claim {
    columns.iter().fold(Claim::new(row.at(0), []), |claim, (column, at)| claim.and(column, row.at(*at)))
}

fn fee_text(raw: &Raw, files: &[&str]) -> Reading {
    let lines: Vec<String> = raw.lines(files[0]).into_iter().filter(|line| !line.starts_with("HDR")).collect();
    let claim = |line: &String| {
        FIXED
            .iter()
            .fold(Claim::new(cut(line, 1, 5), []), |claim, (column, from, to)| claim.and(column, cut(line, *from, *to)))
    };
    Reading::of(lines.len(), lines.iter().map(claim).collect())
}

/// Codes that a schedule lists, each once, without days of their own.
pub fn codes<'a>(rows: usize, listed: impl Iterator<Item = &'a str>) -> Reading {
    let mut seen = HashSet::new();
    let once = listed.filter(|code| seen.insert(*code));
    let claim = |code: &str| Claim::new(code, [("set", set(code)), ("from", ""), ("to", ""), ("billable", "1")]);
    Reading::of(rows, once.map(claim).collect())
}

/// Short titles that are not the AMA's or the ADA's, of each code the first.
pub fn titles<'a>(rows: &'a [Cells], of: impl Fn(&'a Cells) -> (&'a str, &'a str)) -> Reading {
    let mut seen = HashSet::new();
    let free = |code: &str| set(code) == "hcpcs" && !code.starts_with('D');
    let first = rows.iter().map(of).filter(|(code, title)| free(code) && !title.is_empty() && seen.insert(*code));
    let claim = |(code, title): (&str, &str)| {
        Claim::new(code, [("set", "hcpcs"), ("short", title), ("long", ""), ("rights", "public")])
    };
    Reading::of(rows.len(), first.map(claim).collect())
}

fn padded(contractor: &str, locality: &str) -> String {
    format!("{contractor:0>5}+{locality:0>2}")
}

/// Rows with a contractor, a locality and a name at these places; footnotes have none. Stars at a name point to them,
/// and the shelf cuts names of the anesthesia factors at 40 characters, as their text does.
fn localities(rows: &[Cells], values: &[(&'static str, usize)], [contractor, locality, name]: [usize; 3]) -> Reading {
    let placed = |row: &&Cells| row.at(contractor).len() == 5 && row.at(contractor).bytes().all(|b| b.is_ascii_digit());
    let claim = |row: &Cells| {
        let width = if values.len() == 1 { 40 } else { usize::MAX };
        let name: String = row.at(name).trim_end_matches('*').chars().take(width).collect();
        let claim = Claim::new(padded(row.at(contractor), row.at(locality)), [("name", name.as_str())]);
        values.iter().fold(claim, |claim, (column, at)| claim.and(column, row.at(*at)))
    };
    let claims: Vec<Claim> = rows.iter().filter(placed).map(claim).collect();
    Reading::of(claims.len(), claims)
}

fn zips(raw: &Raw, files: &[&str]) -> Reading {
    let lines = raw.lines(files[0]);
    let columns = [
        ("state", 1, 2),
        ("contractor", 8, 12),
        ("locality", 13, 14),
        ("rural", 15, 15),
        ("lab_locality", 16, 17),
        ("plus_four", 21, 21),
    ];
    let claim = |line: &String| {
        let claim = Claim::new(cut(line, 3, 7), []);
        columns.iter().fold(claim, |claim, (column, from, to)| claim.and(column, cut(line, *from, *to)))
    };
    Reading::of(lines.len(), lines.iter().map(claim).collect())
}

/// The state stands in the first row of its block only; the csv drops zeros in front.
fn counties(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 2);
    let mut state = String::new();
    let mut claims = Vec::new();
    for row in rows.iter().filter(|row| row.at(0).starts_with(|c: char| c.is_ascii_digit())) {
        if !row.at(2).is_empty() {
            row.at(2).clone_into(&mut state);
        }
        let area = row.at(3).trim_end_matches('*');
        let values = [("state", state.as_str()), ("area", area), ("counties", row.at(4))];
        claims.push(Claim::new(padded(row.at(0), row.at(1)), values));
    }
    Reading::of(claims.len(), claims)
}

/// Sixteen columns, all quoted; the eighth is filler, and `TRL-` lines follow.
fn payments(raw: &Raw, files: &[&str]) -> Reading {
    let names = [
        "contractor",
        "locality",
        "",
        "modifier",
        "nonfacility",
        "facility",
        "",
        "pctc",
        "status",
        "mult",
        "therapy_nonfacility",
        "therapy_facility",
        "opps",
        "opps_nonfacility",
        "opps_facility",
    ];
    let lines: Vec<String> = raw.lines(files[0]).into_iter().filter(|line| !line.starts_with("\"TRL-")).collect();
    let claim = |line: &String| {
        let cells: Vec<&str> = line.trim().split(',').map(|cell| cell.trim_matches('"').trim()).collect();
        let named = names.iter().zip(&cells[1..]).filter(|(name, _)| !name.is_empty());
        named.fold(Claim::new(cells[3], []), |claim, (name, cell)| claim.and(name, *cell))
    };
    Reading::of(lines.len(), lines.iter().map(claim).collect())
}
