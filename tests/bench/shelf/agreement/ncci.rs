//! NCCI: pairs, units, add-on codes.

use std::collections::{HashMap, HashSet};

use caseconsultant::domain::table::Table;

use super::raw::{Raw, compact, each, set};
use super::{Claim, Reading, SAMPLE, Spec};
use crate::Numbers;

/// The tables.
pub const TABLES: &[Spec] = &[
    Spec {
        name: "PTP practitioner 2024Q3, active and deleted",
        table: Table::Ptp,
        release: "ncci-ptp-practitioner-2024q3",
        files: &["ncci/ptp_prac_active_2024Q3.tsv.gz", "ncci/ptp_prac_deleted_2024Q3.tsv.gz"],
        manifest: Some(1_669_820 + 876_197),
        read: |raw, files| pairs(raw, files, 0, "practitioner+medicare"),
    },
    Spec {
        name: "PTP hospital 2024Q3, active and deleted",
        table: Table::Ptp,
        release: "ncci-ptp-hospital-2024q3",
        files: &["ncci/ptp_out_active_2024Q3.tsv.gz", "ncci/ptp_out_deleted_2024Q3.tsv.gz"],
        manifest: Some(1_335_857 + 439_961),
        read: |raw, files| pairs(raw, files, 0, "hospital+medicare"),
    },
    Spec {
        name: "PTP 2026Q3, official layout, excerpt",
        table: Table::Ptp,
        release: "ncci-ptp-practitioner-2026q3",
        files: &["fixtures_2026/ccipra-v322r0-f1.excerpt.txt"],
        manifest: None,
        read: |raw, files| pairs(raw, files, 6, "practitioner+medicare"),
    },
    Spec {
        name: "MUE practitioner 2024Q3",
        table: Table::Mue,
        release: "ncci-mue-practitioner-2024q3",
        files: &["ncci/mue_practitioner_2024-07.csv.gz"],
        manifest: Some(14_677),
        read: |raw, files| units(raw, files, "practitioner"),
    },
    Spec {
        name: "MUE hospital 2024Q3",
        table: Table::Mue,
        release: "ncci-mue-hospital-2024q3",
        files: &["ncci/mue_outpatient_hospital_2024-07.csv.gz"],
        manifest: Some(14_628),
        read: |raw, files| units(raw, files, "hospital"),
    },
    Spec {
        name: "MUE supplies 2024Q3",
        table: Table::Mue,
        release: "ncci-mue-dme-2024q3",
        files: &["ncci/mue_dme_2024-07.csv"],
        manifest: Some(2_928),
        read: |raw, files| units(raw, files, "dme"),
    },
    Spec {
        name: "MUE 2026Q3, official layout, excerpt",
        table: Table::Mue,
        release: "ncci-mue-practitioner-2026q3",
        files: &["fixtures_2026/MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt.csv"],
        manifest: None,
        read: official_units,
    },
    Spec {
        name: "codes of the MUE tables 2024Q3",
        table: Table::Period,
        release: "ncci-mue-2024q3",
        files: &[
            "ncci/mue_practitioner_2024-07.csv.gz",
            "ncci/mue_outpatient_hospital_2024-07.csv.gz",
            "ncci/mue_dme_2024-07.csv",
        ],
        manifest: Some(14_677 + 14_628 + 2_928),
        read: listed,
    },
    Spec {
        name: "add-on codes 2024Q3",
        table: Table::AddOn,
        release: "ncci-aoc-2024q3",
        files: &["ncci/aoc_2024-06.csv"],
        manifest: Some(7_465),
        read: |raw, files| add_ons(raw, files, Table::AddOn),
    },
    Spec {
        name: "  by primary code",
        table: Table::Primary,
        release: "ncci-aoc-2024q3",
        files: &["ncci/aoc_2024-06.csv"],
        manifest: Some(7_465),
        read: |raw, files| add_ons(raw, files, Table::Primary),
    },
];

/// Seven columns: one, two, before 1996, effective, deleted, indicator, rationale. A sample is made into claims.
fn pairs(raw: &Raw, files: &[&str], skip: usize, scope: &str) -> Reading {
    let text: String = files.iter().map(|file| raw.text(file)).collect();
    let lines: Vec<&str> = text.lines().skip(skip).filter(|line| !line.trim().is_empty()).collect();
    let distinct = lines.iter().collect::<HashSet<_>>().len();
    let mut numbers = Numbers(5);
    let chosen =
        (0..lines.len().min(SAMPLE)).map(|n| if lines.len() > SAMPLE { numbers.below(lines.len()) } else { n });
    let claims = chosen.map(|n| {
        let f: Vec<&str> = lines[n].split('\t').collect();
        let key = format!("{}+{}+{scope}", f[0], f[1]);
        Claim::new(key, [("indicator", f[5]), ("rationale", f[6])]).and("from", compact(f[3])).and("to", compact(f[4]))
    });
    let claims = claims.collect();
    Reading { rows: lines.len(), expected: lines.len(), distinct: Some(distinct), claims }
}

fn units(raw: &Raw, files: &[&str], setting: &str) -> Reading {
    each(&raw.csv(files[0], 0), |row| {
        let values =
            [("units", row.get("mue_units")), ("mai", row.get("mue_mai")), ("rationale", row.get("mue_rationale"))];
        Some(Claim::new(format!("{}+{setting}", row.get("hcpcs_code")), values))
    })
}

/// The notice and the header have line ends within their cells; the adjudication indicator is the first digit.
fn official_units(raw: &Raw, files: &[&str]) -> Reading {
    let text = raw.text(files[0]);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).skip(2).collect();
    let claim = |row: &csv::StringRecord| {
        Claim::new(
            format!("{}+practitioner", &row[0]),
            [("units", &row[1]), ("mai", &row[2][..1]), ("rationale", &row[3])],
        )
    };
    Reading::of(rows.len(), rows.iter().map(claim).collect())
}

/// A code with a limit existed, in whichever setting.
fn listed(raw: &Raw, files: &[&str]) -> Reading {
    let codes: Vec<String> =
        files.iter().flat_map(|file| raw.csv(file, 0)).map(|row| row.get("hcpcs_code").to_owned()).collect();
    let claim = |code: &String| Claim::new(code, [("set", set(code)), ("from", ""), ("to", ""), ("billable", "1")]);
    Reading::of(codes.len(), codes.iter().map(claim).collect())
}

fn add_ons(raw: &Raw, files: &[&str], table: Table) -> Reading {
    let rows = raw.csv(files[0], 0);
    let mut primaries: HashMap<&str, usize> = HashMap::new();
    // `CCCCC` is no primary: the contractor decides.
    let named = rows.iter().filter(|row| row.get("primary_code") != "CCCCC");
    named.for_each(|row| *primaries.entry(row.get("add_on_code")).or_default() += 1);
    each(&rows, |row| {
        let (add_on, primary) = (row.get("add_on_code"), row.get("primary_code"));
        let (key, column, other) =
            if table == Table::AddOn { (add_on, "primary", primary) } else { (primary, "add_on", add_on) };
        let claim = Claim::new(key, [(column, other), ("kind", row.get("aoc_edit_type")), ("from", ""), ("to", "")]);
        Some(claim.and("listed", primaries.get(add_on).copied().unwrap_or(0).to_string()))
    })
}
