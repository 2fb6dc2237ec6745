//! Condition categories, service classes, places of service, denial codes.

use std::collections::{BTreeMap, BTreeSet};

use caseconsultant::domain::table::Table;

use super::raw::{Cells, Raw, dotted, each, set, stamp};
use super::{Claim, Reading, Spec};

type Read = fn(&Raw, &[&str]) -> Reading;

const fn spec(
    name: &'static str,
    table: Table,
    release: &'static str,
    files: &'static [&'static str],
    manifest: Option<usize>,
    read: Read,
) -> Spec {
    Spec { name, table, release, files, manifest, read }
}

const RBCS: &[&str] = &["reference/rbcs_2024_northstar.csv.gz"];

/// The tables. MANIFEST.md counts the mapping of 2026 and the procedures of the last years.
pub const TABLES: &[Spec] = &[
    spec("diagnoses to HCC 2025", Table::Hcc, "hcc-2025", &["hcc/ra_dx_to_cc_2025.csv.gz"], None, mapped),
    spec("diagnoses to HCC 2026", Table::Hcc, "hcc-2026", &["hcc/ra_dx_to_cc_2026.csv.gz"], Some(55_297), mapped),
    spec("diagnoses to HCC 2027", Table::Hcc, "hcc-2027", &["hcc/ra_dx_to_cc_2027.csv.gz"], None, mapped),
    spec(
        "  of model V28 in 2026",
        Table::Hcc,
        "hcc-2026",
        &["hcc/ra_dx_to_cc_2026.csv.gz"],
        Some(8_317),
        |raw, files| of_model(raw, files, "CMS-HCC Model V28"),
    ),
    spec(
        "  of model V24 in 2026",
        Table::Hcc,
        "hcc-2026",
        &["hcc/ra_dx_to_cc_2026.csv.gz"],
        Some(10_354),
        |raw, files| of_model(raw, files, "CMS-HCC Model V24"),
    ),
    spec(
        "eligible procedures 2023",
        Table::Hcc,
        "hcc-eligible-2023",
        &["hcc/ra_eligible_cpt_hcpcs_2023.csv"],
        None,
        eligible,
    ),
    spec(
        "eligible procedures 2024",
        Table::Hcc,
        "hcc-eligible-2024",
        &["hcc/ra_eligible_cpt_hcpcs_2024.csv"],
        None,
        eligible,
    ),
    spec(
        "eligible procedures 2025",
        Table::Hcc,
        "hcc-eligible-2025",
        &["hcc/ra_eligible_cpt_hcpcs_2025.csv"],
        None,
        eligible,
    ),
    spec(
        "eligible procedures 2026",
        Table::Hcc,
        "hcc-eligible-2026",
        &["hcc/ra_eligible_cpt_hcpcs_2026.csv"],
        Some(6_792),
        eligible,
    ),
    spec(
        "eligible procedures 2027",
        Table::Hcc,
        "hcc-eligible-2027",
        &["hcc/ra_eligible_cpt_hcpcs_2027.csv"],
        Some(6_792),
        eligible,
    ),
    spec("labels of HCC 2026", Table::HccLabel, "hcc-labels-2026", &["hcc/ra_labels_2026.csv"], None, |raw, files| {
        each(&raw.csv(files[0], 0), |row| {
            Some(Claim::new(category(row, row.get("cc")), [("label", row.get("label")), ("below", "")]))
        })
    }),
    spec(
        "hierarchies of HCC 2025",
        Table::HccLabel,
        "hcc-hierarchies-2025",
        &["hcc/ra_hierarchies_2025.csv"],
        None,
        hierarchies,
    ),
    spec(
        "hierarchies of HCC 2026",
        Table::HccLabel,
        "hcc-hierarchies-2026",
        &["hcc/ra_hierarchies_2026.csv"],
        None,
        hierarchies,
    ),
    spec("service classes (RBCS) 2024", Table::Rbcs, "rbcs-2024", RBCS, Some(17_033), |raw, files| {
        each(&raw.csv(files[0], 0), |row| {
            let names = [
                ("procedure", "rbcs_procedure"),
                ("category", "rbcs_category"),
                ("subcategory", "rbcs_subcategory"),
                ("family", "rbcs_family"),
            ];
            let claim = names
                .iter()
                .fold(Claim::new(row.get("hcpcs_code"), []), |claim, (column, name)| claim.and(column, row.get(name)));
            let days =
                [("added", "hcpcs_date_added"), ("ended", "hcpcs_date_ended"), ("effective", "rbcs_date_effective")];
            Some(days.iter().fold(claim, |claim, (column, name)| claim.and(column, forever(row.get(name)))))
        })
    }),
    spec("  lives of codes", Table::Period, "rbcs-period-2024", RBCS, Some(17_033), |raw, files| {
        let rows = raw.csv(files[0], 0);
        let lives: BTreeSet<[String; 3]> = rows
            .iter()
            .map(|row| {
                [
                    row.get("hcpcs_code").to_owned(),
                    forever(row.get("hcpcs_date_added")),
                    forever(row.get("hcpcs_date_ended")),
                ]
            })
            .filter(|[_, from, to]| !from.is_empty() || !to.is_empty())
            .collect();
        let claim = |[code, from, to]: &[String; 3]| {
            Claim::new(code, [("set", set(code)), ("from", from), ("to", to), ("billable", "1")])
        };
        Reading::of(rows.len(), lives.iter().map(claim).collect())
    }),
    spec(
        "places of service 2024",
        Table::PlaceOfService,
        "place-of-service-2024",
        &["reference/pos_codes_2024_northstar.csv"],
        Some(99),
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let facility = match row.get("pos_type") {
                    "Facility" => "yes",
                    "Non-Facility" => "no",
                    _ => "",
                };
                let values =
                    [("name", row.get("pos_name")), ("facility", facility), ("text", row.get("pos_description"))];
                Some(Claim::new(row.get("pos_code"), values))
            })
        },
    ),
    spec(
        "places of service, short list",
        Table::PlaceOfService,
        "place-of-service-undated",
        &["reference/tuva_place_of_service.csv"],
        Some(50),
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                Some(Claim::new(row.at(0), [("name", row.at(1)), ("facility", ""), ("text", "")]))
            })
        },
    ),
    spec(
        "CARC, RARC and group codes 2024",
        Table::Denial,
        "denial-2024",
        &["reference/carc_rarc_group_codes_2024.csv"],
        Some(405 + 1_171 + 5),
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let kind = row.get("adj_type").to_lowercase();
                let claim = Claim::new(
                    format!("{kind}/{}", row.get("adj_code")),
                    [("kind", kind.as_str()), ("text", row.get("adj_description"))],
                );
                let names = [
                    ("usage", "adj_usage"),
                    ("notes", "adj_notes"),
                    ("from", "adj_start_date"),
                    ("changed", "adj_last_modified"),
                    ("to", "adj_end_date"),
                ];
                Some(names.iter().fold(claim, |claim, (column, name)| claim.and(column, row.get(name))))
            })
        },
    ),
];

/// A day; the last day of time is none.
fn forever(day: &str) -> String {
    stamp(day)
}

fn mapped(raw: &Raw, files: &[&str]) -> Reading {
    each(&raw.csv(files[0], 0), |row| {
        let values = [("model", row.get("model_name")), ("category", row.get("cc"))];
        Some(Claim::new(dotted(row.get("diagnosis_code")), values))
    })
}

/// The rows of one model, as MANIFEST.md counts them.
fn of_model(raw: &Raw, files: &[&str], model: &str) -> Reading {
    let all = mapped(raw, files);
    let claims: Vec<Claim> = all.claims.into_iter().filter(|claim| claim.values[0].1 == model).collect();
    Reading { distinct: None, ..Reading::of(claims.len(), claims) }
}

fn eligible(raw: &Raw, files: &[&str]) -> Reading {
    each(&raw.csv(files[0], 0), |row| Some(Claim::new(row.at(0), [("model", "ra-eligible"), ("category", "yes")])))
}

/// Model and number of a category. Of ESRD, version V20 of labels and hierarchies belongs to model V21.
fn category(row: &Cells, category: &str) -> String {
    let number: String = category.chars().filter(char::is_ascii_digit).collect();
    let version = &row.get("model_version")[1..];
    let model = match (row.get("model_domain"), version) {
        ("ESRD" | "CMS-HCC ESRD", "20") => "CMS-HCC ESRD Model V21".to_owned(),
        ("ESRD", version) => format!("CMS-HCC ESRD Model V{version}"),
        (domain, version) => format!("{domain} Model V{version}"),
    };
    format!("{model}+{number}")
}

/// One row for each category, with all below it in their order.
fn hierarchies(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 0);
    let mut below: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for row in &rows {
        let children = below.entry(category(row, row.get("cc_parent"))).or_default();
        children.insert(row.get("cc_child").parse().unwrap());
    }
    let claim = |(key, children): (&String, &BTreeSet<u32>)| {
        let children: Vec<String> = children.iter().map(u32::to_string).collect();
        Claim::new(key, [("label", ""), ("below", children.join(" ").as_str())])
    };
    Reading::of(rows.len(), below.iter().map(claim).collect())
}
