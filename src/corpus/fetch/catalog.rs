//! The catalog of official addresses: a data file, so that tomorrow's address needs no new program.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use reqwest::Url;
use serde::Deserialize;

use super::content::Content;
use super::error::FetchError;
use super::period::{Cadence, Form, Period, fill};
use super::terms::Terms;

/// Where the official files are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Scheme and host that may be asked.
    pub origins: Vec<String>,
    /// The series, in the order in which they are fetched.
    #[serde(rename = "kind")]
    pub kinds: Vec<Kind>,
}

/// One series of releases. The head of `catalog.toml` describes each field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its name on the command line.
    pub name: String,
    /// Its name for a reader.
    pub title: String,
    /// Owners whose terms must be accepted first.
    #[serde(default)]
    pub terms: BTreeSet<Terms>,
    /// When its periods begin.
    pub cadence: Cadence,
    /// Days before its first day that a release may be out.
    #[serde(default)]
    pub ahead: u16,
    /// Earlier periods to try.
    #[serde(default)]
    pub back: u8,
    /// What its files are.
    pub content: Content,
    /// Parts that a release must have.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Parts that are taken when they are there.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Where a person finds the files.
    pub home: String,
    /// Pages whose links are searched.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Links that lead to a further page.
    #[serde(default)]
    pub via: Vec<String>,
    /// What a file's address ends in.
    #[serde(default)]
    pub links: Vec<String>,
    /// Addresses to try.
    #[serde(default)]
    pub files: Vec<String>,
    /// What the shelf calls it.
    #[serde(default)]
    pub shelf: Vec<String>,
}

const BUILT_IN: &str = include_str!("catalog.toml");

impl Catalog {
    /// The catalog compiled in.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the catalog compiled in is read by a test")
    }

    /// The text of the catalog compiled in, for an operator to copy and change.
    pub fn built_in_text() -> &'static str {
        BUILT_IN
    }

    /// Reads a catalog and checks every pattern of it.
    ///
    /// # Errors
    /// Names the line or the kind at fault.
    pub fn parse(text: &str) -> Result<Self, FetchError> {
        let refused = |reason: String| FetchError::Catalog { reason };
        let catalog: Self = toml::from_str(text).map_err(|error| refused(error.to_string().trim().to_owned()))?;
        let mut names = BTreeSet::new();
        for kind in &catalog.kinds {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if kind.name.is_empty() || !kind.name.bytes().all(plain) || !names.insert(&kind.name) {
                return Err(refused(format!("kind {:?}: a name is in small letters and there once", kind.name)));
            }
            catalog.check(kind).map_err(|reason| refused(format!("kind {}: {reason}", kind.name)))?;
        }
        Ok(catalog)
    }

    /// Fills every template with each kind of period, so that a mistake shows at once and not in April.
    fn check(&self, kind: &Kind) -> Result<(), String> {
        if kind.links.is_empty() && kind.files.is_empty() {
            return Err("neither links nor files".to_owned());
        }
        let far = jiff::civil::Date::constant(2026, 12, 31);
        // One part stands for all: it is a literal wherever it is put.
        let part = kind.all_parts()[0];
        for period in kind.cadence.until(far, 3) {
            let pages = kind.addresses(&kind.pages, &period, part)?;
            for address in pages.iter().chain(&kind.addresses(&kind.files, &period, part)?) {
                self.allowed(address)?;
            }
            kind.expressions(&kind.links, &period, part)?;
            kind.expressions(&kind.via, &period, part)?;
        }
        Url::parse(&kind.home).map(|_| ()).map_err(|error| format!("{:?}: {error}", kind.home))
    }

    fn allowed(&self, address: &Url) -> Result<(), String> {
        let origin = address.origin().ascii_serialization();
        if self.origins.contains(&origin) { Ok(()) } else { Err(format!("{address}: {origin} is not in origins")) }
    }

    /// The kinds of these names, in the order of the catalog: `ncci` is every kind that begins with `ncci-`. No name
    /// is all kinds.
    ///
    /// # Errors
    /// A name is of no kind.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Kind>, FetchError> {
        for name in names {
            if !self.kinds.iter().any(|kind| kind.is_called(name)) {
                let known = self.kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", ");
                return Err(FetchError::UnknownKind { kind: name.clone(), known });
            }
        }
        let wanted = |kind: &&Kind| names.is_empty() || names.iter().any(|name| kind.is_called(name));
        Ok(self.kinds.iter().filter(wanted).collect())
    }
}

impl Kind {
    fn is_called(&self, name: &str) -> bool {
        self.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// True when the shelf means this kind by `key`: a family, the kind's own name, or the id of a release.
    pub fn is_on_shelf_as(&self, key: &str) -> bool {
        key == self.name
            || self.shelf.iter().any(|entry| {
                key.strip_prefix(entry.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
            })
    }

    /// The parts of a release, those it must have first; a release without parts has one without a name.
    pub fn all_parts(&self) -> Vec<&str> {
        let parts: Vec<&str> = self.parts.iter().chain(&self.optional).map(String::as_str).collect();
        if parts.is_empty() { vec![""] } else { parts }
    }

    /// True when a release without that part is none.
    pub fn requires(&self, part: &str) -> bool {
        self.parts.iter().any(|required| required == part)
    }

    /// Templates of addresses, filled.
    pub(super) fn addresses(&self, templates: &[String], period: &Period, part: &str) -> Result<Vec<Url>, String> {
        let filled = templates.iter().filter_map(|text| fill(text, period, part, Form::Address).transpose());
        filled
            .map(|text| text.and_then(|text| Url::parse(&text).map_err(|error| format!("{text:?}: {error}"))))
            .collect()
    }

    /// Templates of regular expressions, filled: each must match the end of an address from a `/` on.
    pub(super) fn expressions(&self, templates: &[String], period: &Period, part: &str) -> Result<Vec<Regex>, String> {
        let filled = templates.iter().filter_map(|text| fill(text, period, part, Form::Pattern).transpose());
        filled
            .map(|text| {
                let text = text?;
                let whole = format!("(?:^|/)(?:{})$", text.trim_start_matches('/'));
                RegexBuilder::new(&whole)
                    .case_insensitive(true)
                    .size_limit(1 << 22)
                    .build()
                    .map_err(|error| format!("{text:?}: {error}"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn matches(catalog: &Catalog, kind: &str, day: jiff::civil::Date, part: &str, name: &str) -> bool {
        let kind = catalog.select(&[kind.to_owned()]).unwrap()[0];
        let period = &kind.cadence.until(day, 0)[0];
        kind.expressions(&kind.links, period, part).unwrap().iter().any(|link| link.is_match(name))
    }

    #[test]
    fn the_catalog_knows_every_kind_and_each_has_a_home() {
        let catalog = Catalog::built_in();
        let names: Vec<&str> = catalog.kinds.iter().map(|kind| kind.name.as_str()).collect();
        for name in ["icd10cm-codes", "icd10pcs", "hcpcs", "ncci-ptp-practitioner", "ncci-mue", "mpfs", "mcd-ncd"] {
            assert!(names.contains(&name), "{name}");
        }
        assert!(catalog.kinds.iter().all(|kind| kind.home.starts_with("https://")));
    }

    #[test]
    fn a_name_means_a_kind_or_a_group_of_kinds() {
        let catalog = Catalog::built_in();
        let names = |asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
            catalog.select(&asked).map(|kinds| kinds.iter().map(|kind| kind.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names(&["ncci-ptp", "hcpcs"]).unwrap(), ["hcpcs", "ncci-ptp-practitioner", "ncci-ptp-hospital"]);
        assert_eq!(names(&[]).unwrap().len(), catalog.kinds.len());
        let error = names(&["ncc"]).unwrap_err().to_string();
        assert!(error.contains("\"ncc\"") && error.contains("ncci-mue"), "{error}");
    }

    #[test]
    fn official_names_of_2024_to_2027_are_recognised() {
        let (catalog, fourth) = (Catalog::built_in(), date(2026, 11, 24));
        for (kind, day, part, name) in [
            ("icd10cm-codes", fourth, "", "/ICD10CM/2027/icd10cm-code-descriptions-2027.zip"),
            ("icd10cm-codes", date(2025, 11, 1), "", "/ICD10CM/2026/icd10cm-Code Descriptions-2026.zip"),
            ("icd10cm-codes", date(2024, 11, 1), "", "/ICD10CM/2025/ICD10-CM Code Descriptions 2025.zip"),
            ("icd10cm-codes", date(2025, 5, 1), "", "/ICD10CM/2025-Update/Code-desciptions-April-2025.zip"),
            ("icd10cm-codes", date(2026, 5, 1), "", "/ICD10CM/2026-update/icd10cm-Code Descriptions-April-1-2026.zip"),
            ("icd10cm-codes", date(2023, 11, 1), "", "/zip/2024-code-descriptions-tabular-order-updated-01112024.zip"),
            ("icd10cm-tabular", fourth, "", "icd10cm-table-and-index-2027.zip"),
            ("icd10cm-tabular", date(2025, 11, 1), "", "icd10cm-table and index-2026.zip"),
            ("icd10cm-tabular", date(2026, 5, 1), "", "icd10cm-April-1-2026-XML.zip"),
            ("icd10cm-tabular", date(2025, 5, 1), "", "icd10cm-table-index-April-2025.zip"),
            ("icd10cm-guidelines", fourth, "", "ICD-10-CM-October-1-2026-FY27-Guidelines.pdf"),
            ("icd10cm-guidelines", date(2025, 11, 1), "", "ICD-10-CM-October-2025-Guidelines.pdf"),
            ("icd10cm-guidelines", date(2026, 5, 1), "", "ICD-10-CM April 1 2026 Guidelines Final.pdf"),
            ("icd10cm-guidelines", date(2025, 5, 1), "", "ICD-10-CM-April-1-FY25-Guidelines.pdf"),
            (
                "icd10pcs",
                date(2023, 11, 1),
                "",
                "2024-icd-10-pcs-order-file-long-and-abbreviated-titles-updated-12/19/2023.zip",
            ),
            (
                "icd10pcs",
                date(2021, 11, 1),
                "",
                "2022-icd-10-pcs-order-file-long-and-abbreviated-titles-updated-december-1-2021.zip",
            ),
            ("hcpcs", fourth, "", "/files/zip/october-2026-alpha-numeric-hcpcs-files.zip"),
            ("ncci-ptp-practitioner", fourth, "1", "medicare-ncci-2026-q4-practitioner-ptp-edits-ccipra-v323r0-f1.zip"),
            ("ncci-ptp-hospital", fourth, "4", "medicare-ncci-2026q4-hospital-ptp-edits-ccioph-v323r1-f4.zip"),
            ("ncci-mue", fourth, "dme-supplier", "medicare-ncci-2026-q4-dme-supplier-services-mue-table.zip"),
            ("ncci-aoc", date(2026, 6, 24), "", "add-code-edits-medicare-effective-06012026.zip"),
            ("ncci-aoc", date(2026, 1, 2), "", "add-code-edits-replacement-file-medicare-effective-01012026-zip.zip"),
            ("mpfs", fourth, "", "rvu26d-updated-08-26-2026.zip"),
            ("mpfs", date(2025, 12, 1), "", "/files/zip/rvu25d-updated-09/11/2025.zip"),
            ("mpfs", date(2025, 12, 1), "", "rvu25d-0.zip"),
            ("zip-locality", fourth, "", "/files/zip/zip-code-carrier-locality-file-revised-08/14/2025.zip"),
            ("zip-locality", fourth, "", "zip-code-carrier-locality-file-updated-05-13-2026.zip"),
            ("opps-addendum-b", fourth, "", "October-2026-OPPS-Addendum-B.zip"),
            ("opps-addendum-b", date(2026, 5, 1), "", "cy-2026-april-opps-addendum-b.zip"),
            ("clfs", fourth, "", "26clabq4.zip"),
            ("dmepos", fourth, "", "dme26-d.zip"),
            ("dmepos", date(2026, 2, 1), "", "dme26.zip"),
            ("iom-100-02", fourth, "03", "/manuals/downloads/bp102c03pdf.pdf"),
            ("iom-100-04", fourth, "39", "chapter-39-opioid-treatment-programs-otps.pdf"),
        ] {
            assert!(matches(&catalog, kind, day, part, name), "{kind} {part}: {name}");
        }
    }

    #[test]
    fn a_neighbour_of_a_file_is_not_taken_for_it() {
        let (catalog, fourth) = (Catalog::built_in(), date(2026, 11, 24));
        for (kind, part, name) in [
            ("icd10cm-codes", "", "icd10cm-addenda-2027.zip"),
            ("icd10cm-codes", "", "icd10cm-code-descriptions-2026.zip"),
            (
                "ncci-ptp-practitioner",
                "1",
                "medicare-ncci-2026q4-practitioner-quarterly-additions-deletions-revisions-ptp.zip",
            ),
            ("ncci-ptp-practitioner", "1", "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f1.zip"),
            ("ncci-mue", "practitioner", "medicaid-ncci-2026-q4-mue-edits-practitioner-services.zip"),
            ("ncci-aoc", "", "add-code-edits-medicare-effective-07012026.zip"),
            ("mpfs", "", "pfrev26d-posted-06-30-2026.zip"),
            ("mpfs", "", "rvu26d.pdf"),
            ("opps-addendum-b", "", "cy-2026-october-opps-addendum.zip"),
            ("dmepos", "", "dme26.zip"),
        ] {
            assert!(!matches(&catalog, kind, fourth, part, name), "{kind} {part}: {name}");
        }
    }

    #[test]
    fn the_shelf_may_name_a_family_a_kind_or_a_release() {
        let catalog = Catalog::built_in();
        let called = |key: &str| {
            let kinds = catalog.kinds.iter().filter(|kind| kind.is_on_shelf_as(key));
            kinds.map(|kind| kind.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(called("ptp+practitioner+medicare"), ["ncci-ptp-practitioner"]);
        assert_eq!(called("ncci-ptp-practitioner-2024q3"), ["ncci-ptp-practitioner"]);
        assert!(called("ncci-ptp-practitioner-medicaid-2024q3").is_empty());
        assert_eq!(called("mpfs-rvu25d"), ["mpfs"]);
        assert_eq!(called("icd10cm-2026"), ["icd10cm-codes"]);
        assert_eq!(called("hcpcs"), ["hcpcs"]);
        assert!(called("period").is_empty());
    }

    #[test]
    fn a_catalog_with_a_mistake_is_refused_with_its_place() {
        let with = |line: &str| {
            let text = format!(
                "origins = [\"https://a.test\"]\n[[kind]]\nname = \"x\"\ntitle = \"X\"\ncadence = \"quarter\"\n\
                 content = \"zip\"\nhome = \"https://a.test\"\n{line}\n"
            );
            Catalog::parse(&text).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(with("files = [\"https://a.test/{yyyy}.zip\"]"), Ok(()));
        for (line, word) in [
            ("", "neither"),
            ("files = [\"https://b.test/{yyyy}.zip\"]", "https://b.test"),
            ("files = [\"https://a.test/{year}.zip\"]", "{year}"),
            ("links = ['a(']", "a("),
            ("file = []", "unknown field `file`"),
            ("files = [\"no address\"]", "no address"),
        ] {
            let error = with(line).unwrap_err();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
