//! `corpus show`: the page of a code on a date, its pairs, a modifier, a passage, or one cited row.

use clap::Args;
use serde_json::{Value, json};

use super::super::{Failure, ask, print, print_json};
use crate::checks::page;
use crate::corpus::Corpus as Edition;
use crate::domain::check::{Program, Setting};
use crate::domain::citation::Table;
use crate::domain::code::Code;
use crate::domain::time::AsOf;

mod diagnosis;
mod documents;
mod json;
mod pairs;
mod passage;
mod procedure;
mod schedules;
mod sheet;
mod text;

/// What `corpus show` is asked for.
#[derive(Debug, Args)]
pub struct Show {
    /// What to show
    #[arg(value_name = "CODE")]
    key: String,
    /// The date, or `shelf`
    #[arg(long, value_parser = super::super::as_of, value_name = "DATE")]
    on: Option<AsOf>,
    /// List the code's NCCI pairs, both columns, those in force on the date
    #[arg(long)]
    pairs: bool,
    /// Pairs of practitioner or hospital claims
    #[arg(long, value_parser = ask::setting, default_value = "practitioner", requires = "pairs")]
    setting: Setting,
    /// Pairs of medicare or medicaid
    #[arg(long, value_parser = ask::program, default_value = "medicare", requires = "pairs")]
    program: Program,
    /// Only pairs with this modifier indicator: 0, 1 or 9
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=9), requires = "pairs")]
    indicator: Option<u8>,
    /// Pairs that were deleted or never in force too
    #[arg(long, requires = "pairs")]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Shows a code, or what a citation's locator names. Without the operator's licence no descriptor of the AMA or the
/// ADA is shown, even where an earlier edition still holds it.
pub fn run(edition: &Edition, show: &Show, today: AsOf, licensed: bool) -> Result<(), Failure> {
    let (key, on) = (show.key.as_str(), show.on.unwrap_or(today));
    if let Some((table, rest)) = key.split_once('/')
        && let Some(table) = Table::parse(table)
    {
        return cited(edition, table, rest, show.json);
    }
    if let Some(entry) = edition.find_modifier(&key.to_uppercase()) {
        return cited(edition, Table::Modifier, &entry.id, show.json);
    }
    let missing =
        |reason: String| Failure::Work(format!("{reason}. `caseconsultant corpus search WORDS` finds codes by words"));
    let code = Code::parse(key).map_err(|error| missing(error.to_string()))?;
    let other = Code::parse_icd10cm(key).ok();
    let listed = |code: &Code| edition.find_row(Table::Period, code.as_str()).is_some();
    let code = match other {
        Some(diagnosis) if !listed(&code) && listed(&diagnosis) => diagnosis,
        _ => code,
    };
    if show.pairs {
        let wanted = pairs::Wanted { indicator: show.indicator, all: show.all };
        pairs::run(edition, &code, (show.setting, show.program), on, wanted, show.json)?;
    } else {
        let mut page = page::of(edition, &code, on);
        if !licensed {
            page.title = page.title.filter(page::Title::is_public);
        }
        if show.json {
            print_json(&json::of(&page))?;
        } else if page.known {
            print(&text::of(&page))?;
        }
    }
    if listed(&code) {
        Ok(())
    } else {
        Err(missing(format!("{code} is on no {} list of this shelf", code.set().name())))
    }
}

/// One row, as it is quoted; a passage as it is read.
fn cited(edition: &Edition, table: Table, rest: &str, as_json: bool) -> Result<(), Failure> {
    let (key, release) = rest.split_once('@').unwrap_or((rest, ""));
    let rows = edition.resolve(table, key, release);
    if as_json {
        print_json(&json!({"table": table.key(), "key": key, "release": release, "rows": rows}))?;
    } else if table == Table::Passage && !rows.is_empty() {
        print(&passage::of(edition, key, release))?;
    } else {
        let shown = |row: &String| match (table, row.split_once('\t')) {
            (Table::Card | Table::Modifier, Some((_, object))) => {
                let value: Value = serde_json::from_str(object).unwrap_or_default();
                serde_json::to_string_pretty(&value).unwrap_or_default()
            }
            _ => row.clone(),
        };
        print(&rows.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    }
    if rows.is_empty() {
        Err(Failure::Work(format!("{}/{rest}: no such row in this edition", table.key())))
    } else {
        Ok(())
    }
}
