//! The kinds of fact that an edition holds: one table each, with the columns of its rows.

use serde::{Deserialize, Serialize};

/// The kind of fact a row states. One table of an edition each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Our plain description of a code.
    Code,
    /// When a code is valid, and whether it may be reported.
    Period,
    /// NCCI procedure-to-procedure edits.
    Ptp,
    /// The same by column two code, without the rationale.
    PtpTwo,
    /// NCCI medically unlikely edits.
    Mue,
    /// Physician fee schedule: global days, indicators, relative values.
    Fee,
    /// Add-on codes and their primary codes.
    AddOn,
    /// The same, by primary code.
    Primary,
    /// ICD-10-CM instructional notes, as relations between codes.
    Relation,
    /// The side an ICD-10-CM code names.
    Laterality,
    /// The usual successors of deleted codes.
    Successor,
    /// Modifiers: use and misuse.
    Modifier,
    /// Rule cards.
    Card,
    /// The official releases that the rows come from.
    Release,
    /// Official titles of codes. Titles of the AMA and the ADA are stored only where the operator holds a licence.
    Title,
    /// ICD-10-CM notes in the words of the tabular list, at the category, block or chapter where they stand.
    Note,
    /// Words that an official index or a vocabulary gives for a code.
    Term,
    /// Blocks and chapters of ICD-10-CM, by category.
    Block,
    /// Diagnoses exempt from the present-on-admission indicator.
    Poa,
    /// General equivalence mappings between ICD-9-CM and ICD-10-CM.
    Gem,
    /// ICD-10-CM conversion table: what a code was before.
    Conversion,
    /// HCPCS Level II attributes of a code.
    Hcpcs,
    /// Geographic practice cost indices by contractor and locality.
    Gpci,
    /// Anesthesia conversion factors by contractor and locality.
    Anesthesia,
    /// Imaging services capped at the OPPS amount.
    OppsCap,
    /// Counties of a fee schedule locality.
    County,
    /// ZIP code to contractor and locality.
    Zip,
    /// Physician fee schedule amounts by locality.
    Payment,
    /// OPPS Addendum B.
    Opps,
    /// Clinical laboratory fee schedule.
    Clfs,
    /// Durable medical equipment, prosthetics, orthotics and supplies fee schedule.
    Dmepos,
    /// National coverage determinations.
    Ncd,
    /// Local coverage determinations and articles.
    Lcd,
    /// Codes that a coverage document names.
    Coverage,
    /// Contractors of a coverage document, or the states of a contractor.
    Contractor,
    /// Diagnoses to hierarchical condition categories.
    Hcc,
    /// Labels and hierarchies of condition categories.
    HccLabel,
    /// Restructured BETOS classification.
    Rbcs,
    /// Place of service codes.
    PlaceOfService,
    /// Claim adjustment reason, remark and group codes.
    Denial,
    /// Medicare medical review reason statements.
    Reason,
    /// Medicare telehealth list.
    Telehealth,
    /// Sections of manuals, guidelines, coverage documents and statutes.
    Passage,
    /// Passages by the codes that they name.
    Mention,
    /// Synonyms, everyday words and abbreviations, each with the vocabulary that gives it.
    Lexicon,
    /// Words that stand for each other, learned from the titles, terms and vocabularies of the shelf.
    Related,
    /// Severity of a diagnosis in the inpatient groups (MCC, CC).
    Severity,
    /// Where two sources on the shelf disagree about a code or a date.
    Conflict,
    /// The passage that each rule card rests on.
    Authority,
    /// The situations that rule cards settle, each with its answer.
    CardCase,
    /// The distinct conditions of those situations, each with the words without which it cannot hold.
    CaseCondition,
    /// Groups of conditions of which one must hold.
    CaseGroup,
    /// For each situation its groups.
    CaseRule,
    /// The words of each rule card.
    CardWords,
    /// How rare words are among the rule cards.
    RuleWord,
}

/// A table, its name in files and keys, and its columns behind the key. A column `release` is the last one.
type Layout = (Table, &'static str, &'static [&'static str]);

const RELEASE: &str = "release";

const LAYOUTS: [Layout; 55] = [
    (Table::Code, "code", &["set", "family", "description", "words"]),
    (Table::Period, "period", &["set", "from", "to", "billable", RELEASE]),
    (Table::Ptp, "ptp", &["from", "to", "indicator", "rationale", RELEASE, "columns_two"]),
    (Table::PtpTwo, "ptp_two", &["from", "to", "indicator", RELEASE, "columns_one"]),
    (Table::Mue, "mue", &["units", "mai", "rationale", RELEASE]),
    (
        Table::Fee,
        "fee",
        &[
            "modifier",
            "status",
            "global",
            "pctc",
            "mult",
            "bilat",
            "asst",
            "cosurg",
            "team",
            "endo_base",
            "work",
            "pe_nonfacility",
            "pe_facility",
            "malpractice",
            "na_nonfacility",
            "na_facility",
            "pre",
            "intra",
            "post",
            "conversion_factor",
            "participation",
            "pricing",
            "supervision",
            "imaging_family",
            RELEASE,
        ],
    ),
    (Table::AddOn, "add_on", &["primary", "kind", "from", "to", "listed", RELEASE]),
    (Table::Primary, "primary", &["add_on", "kind", "from", "to", "listed", RELEASE]),
    (Table::Relation, "relation", &["kind", "target", "at", RELEASE]),
    (Table::Laterality, "laterality", &["side"]),
    (Table::Successor, "successor", &["successor", "standing", "source"]),
    (Table::Modifier, "modifier", &["entry"]),
    (Table::Card, "card", &["card"]),
    (
        Table::Release,
        "release",
        &["table", "title", "edition", "from", "to", "scope", "source", "rights", "notice", "family", "rows"],
    ),
    (Table::Title, "title", &["set", "short", "long", "rights", RELEASE]),
    (Table::Note, "note", &["kind", "text", RELEASE]),
    (Table::Term, "term", &["kind", "text", RELEASE]),
    (Table::Block, "block", &["block", "block_title", "chapter", "chapter_range", "chapter_title", RELEASE]),
    (Table::Poa, "poa", &["exempt", RELEASE]),
    (
        Table::Gem,
        "gem",
        &["direction", "target", "approximate", "no_map", "combination", "scenario", "choice", RELEASE],
    ),
    (Table::Conversion, "conversion", &["previous", "from", RELEASE]),
    (
        Table::Hcpcs,
        "hcpcs",
        &[
            "kind",
            "coverage",
            "pricing",
            "multiple",
            "betos",
            "tos",
            "action",
            "manual",
            "statute",
            "lab",
            "crossref",
            "asc",
            "note",
            "anesthesia",
            "added",
            "effective",
            "terminated",
            RELEASE,
        ],
    ),
    (Table::Gpci, "gpci", &["state", "name", "work", "practice_expense", "malpractice", RELEASE]),
    (Table::Anesthesia, "anesthesia", &["name", "conversion_factor", RELEASE]),
    (Table::OppsCap, "opps_cap", &["modifier", "status", "contractor", "locality", "facility", "nonfacility", RELEASE]),
    (Table::County, "county", &["state", "area", "counties", RELEASE]),
    (Table::Zip, "zip", &["state", "contractor", "locality", "rural", "lab_locality", "plus_four", RELEASE]),
    (
        Table::Payment,
        "payment",
        &[
            "contractor",
            "locality",
            "modifier",
            "nonfacility",
            "facility",
            "pctc",
            "status",
            "mult",
            "therapy_nonfacility",
            "therapy_facility",
            "opps",
            "opps_nonfacility",
            "opps_facility",
            RELEASE,
        ],
    ),
    (
        Table::Opps,
        "opps",
        &["status", "apc", "weight", "rate", "national_copayment", "minimum_copayment", "changed", RELEASE],
    ),
    (Table::Clfs, "clfs", &["modifier", "effective", "indicator", "rate", RELEASE]),
    (
        Table::Dmepos,
        "dmepos",
        &["modifier", "modifier_two", "jurisdiction", "category", "ceiling", "floor", "amounts", RELEASE],
    ),
    (
        Table::Ncd,
        "ncd",
        &["id", "version", "title", "level", "effective", "implemented", "terminated", "retired", "keywords", RELEASE],
    ),
    (
        Table::Lcd,
        "lcd",
        &["kind", "version", "title", "contractor", "effective", "revised", "ended", "status", "related", RELEASE],
    ),
    (Table::Coverage, "coverage", &["document", "version", "group", "role", "text", RELEASE]),
    (Table::Contractor, "contractor", &["kind", "name", "number", "states", "from", "to", RELEASE]),
    (Table::Hcc, "hcc", &["model", "category", RELEASE]),
    (Table::HccLabel, "hcc_label", &["label", "below", RELEASE]),
    (Table::Rbcs, "rbcs", &["procedure", "category", "subcategory", "family", "added", "ended", "effective", RELEASE]),
    (Table::PlaceOfService, "place_of_service", &["name", "facility", "text", RELEASE]),
    (Table::Denial, "denial", &["kind", "text", "usage", "notes", "from", "changed", "to", RELEASE]),
    (Table::Reason, "reason", &["group", "text", RELEASE]),
    (Table::Telehealth, "telehealth", &["status", "audio_only", "note", RELEASE]),
    (Table::Passage, "passage", &["section", "title", "path", "revision", "from", "to", "codes", "text", RELEASE]),
    (Table::Mention, "mention", &["passage", "range", RELEASE]),
    (Table::Lexicon, "lexicon", &["kind", "meaning", "codes", RELEASE]),
    (Table::Related, "related", &["word", "weight"]),
    (Table::Severity, "severity", &["level", "exclusions", RELEASE]),
    (Table::Conflict, "conflict", &["kind", "from", "to", "says", "other", "other_says", RELEASE]),
    (Table::Authority, "authority", &["passage", RELEASE]),
    (Table::CardCase, "card_case", &["case"]),
    (Table::CaseCondition, "case_condition", &["words", "condition"]),
    (Table::CaseGroup, "case_group", &["conditions"]),
    (Table::CaseRule, "case_rule", &["card", "case", "when", "unless", "essential"]),
    (Table::CardWords, "card_words", &["words"]),
    (Table::RuleWord, "rule_word", &["rarity"]),
];

impl Table {
    /// Every table, in the order of an edition's manifest.
    pub fn all() -> impl Iterator<Item = Self> {
        LAYOUTS.iter().map(|(table, ..)| *table)
    }

    /// Its name in files and keys.
    pub fn key(self) -> &'static str {
        self.layout().1
    }

    /// The columns of a row behind its key.
    pub fn columns(self) -> &'static [&'static str] {
        self.layout().2
    }

    /// The column of that name; `None` where the table has none.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| *column == name)
    }

    /// The table of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|table| table.key() == text)
    }

    fn layout(self) -> &'static Layout {
        // The layouts stand in the order of the variants, which the test below holds.
        &LAYOUTS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_finds_its_own_layout_and_name() {
        for table in Table::all() {
            assert_eq!(table.layout().0, table);
            assert_eq!(Table::parse(table.key()), Some(table));
        }
    }
}
