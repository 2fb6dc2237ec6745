//! Medicare coverage: national determinations, local documents, who they bind.

use caseconsultant::domain::table::Table;

use super::raw::{Cells, Raw, american, each, stamp};
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

/// The tables. Counts are those of MANIFEST-manuals.md, and of MANIFEST.md for the index; it rounds the contractors of
/// documents (12.7 k) and names the others without a count.
pub const TABLES: &[Spec] = &[
    spec(
        "national determinations 2025-06",
        Table::Ncd,
        "ncd-2025-06",
        &["mcd/ncd/ncd_trkg.csv.gz"],
        Some(352),
        |raw, files| each(&raw.csv(files[0], 0), |row| Some(determination(row))),
    ),
    spec(
        "index of local documents 2025-08",
        Table::Lcd,
        "lcd-index-2025-08",
        &["mcd/mcd_documents_index_2025-08.csv.gz"],
        Some(972 + 2_161),
        |raw, files| each(&raw.csv(files[0], 0), |row| Some(document(row))),
    ),
    spec(
        "codes of local determinations 2025-05",
        Table::Coverage,
        "lcd-hcpcs-2025-05",
        &["mcd/lcd/lcd_x_hcpc_code.csv"],
        Some(2_102),
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let values = [("version", row.get("lcd_version")), ("group", row.get("hcpc_code_group")), ("text", "")];
                Some(
                    Claim::new(row.get("hcpc_code_id"), values)
                        .and("document", local(row.get("lcd_id")))
                        .and("role", "hcpcs"),
                )
            })
        },
    ),
    // MANIFEST-manuals.md has 337, which are lines: the texts have line ends of their own, and the rows are 96.
    spec(
        "groups of local determinations 2025-05",
        Table::Coverage,
        "lcd-hcpcs-groups-2025-05",
        &["mcd/lcd/lcd_x_hcpc_code_group.csv"],
        Some(96),
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let (document, group) = (local(row.get("lcd_id")), format!("hcpcs {}", row.get("hcpc_code_group")));
                let values = [("document", document.as_str()), ("version", row.get("lcd_version")), ("group", &group)];
                Some(Claim::new(&document, values).and("role", "group"))
            })
        },
    ),
    spec(
        "documents that determinations name 2025-06",
        Table::Coverage,
        "lcd-related-2025-06",
        &["mcd/lcd/lcd_related_documents.csv"],
        None,
        related,
    ),
    spec(
        "national determinations they name 2025-06",
        Table::Coverage,
        "lcd-ncd-2025-06",
        &["mcd/lcd/lcd_related_ncd_documents.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let national = format!("ncd/{}", row.get("r_ncd_id"));
                let values = [
                    ("document", national.as_str()),
                    ("version", row.get("lcd_version")),
                    ("group", ""),
                    ("role", "ncd"),
                ];
                (row.get("r_ncd_id") != "0").then(|| Claim::new(local(row.get("lcd_id")), values).and("text", ""))
            })
        },
    ),
    spec(
        "announced retirements",
        Table::Lcd,
        "lcd-retirement",
        &["mcd/lcd/lcd_future_retire.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let values = [("kind", "lcd"), ("version", ""), ("title", ""), ("status", "retirement announced")];
                Some(Claim::new(local(row.get("lcd_id")), values).and("ended", stamp(row.get("retire_dt"))))
            })
        },
    ),
    spec(
        "contractors 2025-06",
        Table::Contractor,
        "contractor-2025-06",
        &["mcd/lcd/contractor.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let key = format!("contractor/{}", row.get("contractor_id"));
                Some(bound(key, "contractor", row.get("contractor_bus_name"), row.get("contractor_number"), ""))
            })
        },
    ),
    spec(
        "  their states",
        Table::Contractor,
        "contractor-state-2018-07",
        &["mcd/lcd/contractor_jurisdiction.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let (key, state) =
                    (format!("contractor/{}", row.get("contractor_id")), format!("state/{}", row.get("state_id")));
                let days = [("from", stamp(row.get("active_date"))), ("to", stamp(row.get("term_date")))];
                let claim =
                    Claim::new(key, [("kind", "jurisdiction"), ("name", ""), ("number", ""), ("states", &state)]);
                Some(days.into_iter().fold(claim, |claim, (column, day)| claim.and(column, day)))
            })
        },
    ),
    spec(
        "  contractors of documents 2025-06",
        Table::Contractor,
        "lcd-contractor-2025-06",
        &["mcd/lcd/lcd_x_contractor.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let (version, contractor) =
                    (format!("version {}", row.get("lcd_version")), format!("contractor/{}", row.get("contractor_id")));
                Some(bound(local(row.get("lcd_id")), "document", &version, &contractor, ""))
            })
        },
    ),
    spec(
        "  states of documents 2025-04",
        Table::Contractor,
        "lcd-state-2025-04",
        &["mcd/lcd/lcd_x_primary_jurisdiction.csv"],
        None,
        |raw, files| {
            each(&raw.csv(files[0], 0), |row| {
                let (version, state) =
                    (format!("version {}", row.get("lcd_version")), format!("state/{}", row.get("state_id")));
                Some(bound(local(row.get("lcd_id")), "document", &version, "", &state))
            })
        },
    ),
    spec("  states", Table::Contractor, "state", &["mcd/lcd/state_lookup.csv"], None, |raw, files| {
        each(&raw.csv(files[0], 0), |row| {
            let key = format!("state/{}", row.get("state_id"));
            Some(bound(key, "state", row.get("description"), "", row.get("state_abbrev")))
        })
    }),
];

fn local(id: &str) -> String {
    format!("L{id}")
}

fn bound(key: String, kind: &str, name: &str, number: &str, states: &str) -> Claim {
    Claim::new(key, [("kind", kind), ("name", name), ("number", number), ("states", states), ("from", ""), ("to", "")])
}

fn determination(row: &Cells) -> Claim {
    let level = match row.get("cvrg_lvl_cd") {
        "1" => "full",
        "2" => "restricted",
        "3" => "none",
        "4" => "undocumented",
        other => other,
    };
    let title = row.get("NCD_mnl_sect_title");
    let retired = if title.to_uppercase().contains("RETIRED") { "yes" } else { "" };
    let values = [("id", row.get("NCD_id")), ("version", row.get("NCD_vrsn_num")), ("title", title), ("level", level)];
    Claim::new(row.get("NCD_mnl_sect"), values)
        .and("effective", stamp(row.get("NCD_efctv_dt")))
        .and("implemented", stamp(row.get("NCD_impltn_dt")))
        .and("terminated", stamp(row.get("NCD_trmntn_dt")))
        .and("retired", retired)
        .and("keywords", row.get("ncd_keyword"))
}

fn document(row: &Cells) -> Claim {
    let kind = if row.get("document_type").contains("LCD") { "lcd" } else { "article" };
    let title = row.get("title").replace("&reg;", "®").replace("&amp;", "&");
    let values = [("kind", kind), ("version", row.get("document_version")), ("title", &title)];
    Claim::new(row.get("document_display_id"), values)
        .and("contractor", row.get("contractor_name_type"))
        .and("effective", american(row.get("effective_date")))
        .and("revised", american(row.get("updated_on")))
        .and("ended", american(row.get("retirement_date")))
        .and("status", row.get("note"))
        .and("related", "")
}

/// A row names an article, a determination, or both.
fn related(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.csv(files[0], 0);
    let claims = rows.iter().flat_map(|row| {
        let others =
            [("A", row.get("r_article_id")), ("L", row.get("r_lcd_id"))].into_iter().filter(|(_, id)| !id.is_empty());
        let claims = others.map(|(letter, id)| {
            let other = format!("{letter}{id}");
            let values =
                [("document", other.as_str()), ("version", row.get("lcd_version")), ("group", ""), ("role", "related")];
            Claim::new(local(row.get("lcd_id")), values).and("text", "")
        });
        claims.collect::<Vec<_>>()
    });
    Reading::of(rows.len(), claims.collect())
}
