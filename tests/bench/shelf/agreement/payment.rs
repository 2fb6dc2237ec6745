//! Hospital, laboratory, equipment and telehealth schedules, and the severity of diagnoses.

use caseconsultant::domain::table::Table;

use super::fees::{codes, titles};
use super::raw::{Cells, Raw, compact, each};
use super::{Claim, Reading, Spec};

const OPPS: &[&str] = &["opps/opps_addendum_b_2026-04.derived.csv.gz"];
const CLFS: &[&str] = &["clfs/clfs_cy2026_q3.derived.csv"];
const DMEPOS_2025: &[&str] = &["dmepos/DMEPOS25_APR25.csv.gz"];
const DMEPOS_2026: &[&str] = &["dmepos/DMEPOS26_JAN_TX_subset.csv"];

const fn listed(
    name: &'static str,
    release: &'static str,
    files: &'static [&'static str],
    manifest: usize,
    read: fn(&Raw, &[&str]) -> Reading,
) -> Spec {
    Spec { name, table: Table::Period, release, files, manifest: Some(manifest), read }
}

const fn titled(
    release: &'static str,
    files: &'static [&'static str],
    manifest: usize,
    read: fn(&Raw, &[&str]) -> Reading,
) -> Spec {
    Spec { name: "  titles of HCPCS codes", table: Table::Title, release, files, manifest: Some(manifest), read }
}

/// The tables.
pub const TABLES: &[Spec] = &[
    Spec {
        name: "OPPS Addendum B 2026Q2",
        table: Table::Opps,
        release: "opps-2026q2",
        files: OPPS,
        manifest: Some(19_059),
        read: |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let changed = if row.get("Changed?") == "true" { "1" } else { "0" };
                let none = [("apc", ""), ("weight", ""), ("national_copayment", ""), ("minimum_copayment", "")];
                let claim = Claim::new(row.get("HCPCSCode"), none).and("changed", changed);
                Some(claim.and("status", row.get("StatusIndicator")).and("rate", row.get("PaymentRate")))
            })
        },
    },
    listed("  its codes", "opps-addendum-b-2026q2", OPPS, 19_059, |raw, files| {
        let rows = raw.csv(files[0], 0);
        let live = rows.iter().filter(|row| !["", "D"].contains(&row.get("StatusIndicator")));
        codes(rows.len(), live.map(|row| row.get("HCPCSCode")))
    }),
    titled("opps-2026q2", OPPS, 19_059, |raw, files| {
        titles(&raw.csv(files[0], 0), |row| (row.get("HCPCSCode"), row.get("ShortDescriptor")))
    }),
    Spec {
        name: "clinical laboratory fees 2026Q3",
        table: Table::Clfs,
        release: "clfs-fee-2026q3",
        files: CLFS,
        manifest: Some(2_081),
        read: |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let values =
                    [("modifier", row.get("MOD")), ("indicator", row.get("INDICATOR")), ("rate", row.get("RATE"))];
                Some(Claim::new(row.get("HCPCS"), values).and("effective", compact(row.get("EFF_DATE"))))
            })
        },
    },
    listed("  its codes", "clfs-2026q3", CLFS, 2_081, |raw, files| {
        let rows = raw.csv(files[0], 0);
        codes(rows.len(), rows.iter().map(|row| row.get("HCPCS")))
    }),
    titled("clfs-fee-2026q3", CLFS, 2_081, |raw, files| {
        titles(&raw.csv(files[0], 0), |row| (row.get("HCPCS"), row.get("SHORTDESC")))
    }),
    Spec {
        name: "DMEPOS fees 2025Q2, 53 places",
        table: Table::Dmepos,
        release: "dmepos-2025q2",
        files: DMEPOS_2025,
        manifest: Some(3_511),
        read: equipment,
    },
    listed("  its codes", "dmepos-codes-2025q2", DMEPOS_2025, 3_511, |raw, files| {
        let rows = raw.csv(files[0], 0);
        codes(rows.len(), rows.iter().map(|row| row.get("HCPCS")))
    }),
    titled("dmepos-2025q2", DMEPOS_2025, 3_511, |raw, files| {
        titles(&raw.csv(files[0], 0), |row| (row.get("HCPCS"), row.get("Description")))
    }),
    Spec {
        name: "DMEPOS fees 2026Q1, Texas",
        table: Table::Dmepos,
        release: "dmepos-2026q1",
        files: DMEPOS_2026,
        manifest: Some(3_515),
        read: equipment,
    },
    listed("  its codes", "dmepos-codes-2026q1", DMEPOS_2026, 3_515, |raw, files| {
        let rows = raw.csv(files[0], 0);
        codes(rows.len(), rows.iter().map(|row| row.get("HCPCS")))
    }),
    titled("dmepos-2026q1", DMEPOS_2026, 3_515, |raw, files| {
        titles(&raw.csv(files[0], 0), |row| (row.get("HCPCS"), row.get("Description")))
    }),
    Spec {
        name: "telehealth services 2026, excerpt",
        table: Table::Telehealth,
        release: "telehealth-2026",
        files: &["fixtures_2026/telehealth_list_cy2026.EXCERPT.tsv"],
        manifest: Some(58),
        read: |raw, files| {
            each(&raw.tsv(files[0]), |row| {
                Some(Claim::new(row.at(0), [("status", row.at(1)), ("audio_only", ""), ("note", "")]))
            })
        },
    },
    // MANIFEST.md gives no counts of the two lists.
    Spec {
        name: "major complications, table 6I of 2026",
        table: Table::Severity,
        release: "ms-drg-mcc-undated-mcc-list",
        files: &["drg/cms/mcc_list.txt"],
        manifest: None,
        read: |raw, files| severe(raw, files, "mcc"),
    },
    Spec {
        name: "complications, table 6J of 2026",
        table: Table::Severity,
        release: "ms-drg-cc-undated-cc-list",
        files: &["drg/cms/cc_list.txt.gz"],
        manifest: None,
        read: |raw, files| severe(raw, files, "cc"),
    },
];

/// Two columns a state, `TX (NR)` and `TX (R)`; the shelf joins them as `TX 0.54 0.00`, with two decimals.
fn equipment(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 0);
    let names: Vec<String> = rows[0].names().into_iter().map(str::to_owned).collect();
    let states: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(" (NR)")).collect();
    let national = names.iter().any(|name| name == "Ceiling");
    let two = |cell: &str| cell.parse::<f64>().map_or("-".to_owned(), |amount| format!("{amount:.2}"));
    each(&rows, |row: &Cells| {
        let amounts: Vec<String> = states
            .iter()
            .map(|state| (state, row.get(&format!("{state} (NR)")), row.get(&format!("{state} (R)"))))
            .filter(|(_, nonrural, rural)| !nonrural.is_empty() || !rural.is_empty())
            .map(|(state, nonrural, rural)| format!("{state} {} {}", two(nonrural), two(rural)))
            .collect();
        let whole = |name: &str| if national { row.get(name) } else { "" }.to_owned();
        let values = [("modifier", row.get("Mod")), ("modifier_two", row.get("Mod2")), ("category", row.get("CATG"))];
        let claim = Claim::new(row.get("HCPCS"), values).and("jurisdiction", whole("JURIS"));
        Some(claim.and("ceiling", whole("Ceiling")).and("floor", whole("Floor")).and("amounts", amounts.join(";")))
    })
}

/// A title, a header, then code and description; notes below have an empty first column.
fn severe(raw: &Raw, files: &[&str], level: &str) -> Reading {
    let lines = raw.lines(files[0]);
    let rows = lines[2..].iter().filter_map(|line| line.split_once('\t')).filter(|(code, _)| !code.trim().is_empty());
    let claims: Vec<Claim> =
        rows.map(|(code, _)| Claim::new(code.trim(), [("level", level), ("exclusions", "")])).collect();
    Reading::of(claims.len(), claims)
}
