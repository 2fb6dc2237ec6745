//! `corpus show CODE --pairs`: every NCCI pair of a code, one a line.

use jiff::civil::Date;
use serde_json::json;

use super::super::super::{Failure, print, print_json};
use crate::checks::page::edits::{self, Day};
use crate::corpus::{Corpus as Edition, Partners};
use crate::domain::check::{Program, Setting};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// Which pairs.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Only those with this indicator.
    pub indicator: Option<u8>,
    /// Those that do not hold on the date too.
    pub all: bool,
}

impl Wanted {
    fn takes(self, day: &Day<'_>, partners: &Partners<'_>) -> bool {
        let shown = self.all || self.indicator == Some(9) && partners.indicator == 9 || day.is_active(partners);
        day.counts(partners) && shown && self.indicator.is_none_or(|wanted| wanted == partners.indicator)
    }
}

struct Pair {
    one: Code,
    two: Code,
    indicator: u8,
    from: Option<Date>,
    to: Option<Date>,
    rationale: String,
}

/// Prints them.
pub fn run(
    edition: &Edition,
    code: &Code,
    (setting, program): (Setting, Program),
    on: AsOf,
    wanted: Wanted,
    as_json: bool,
) -> Result<(), Failure> {
    let day = edits::day(edition, setting, program, on);
    let pairs = list(edition, code, (setting, program), &day, wanted);
    let release = day.release.map(|release| release.id.as_str());
    let title = day.release.map_or_else(|| "excerpts only".to_owned(), crate::corpus::Release::doc);
    if as_json {
        let text = |date: Option<Date>| date.map(|date| date.to_string());
        let rows: Vec<_> = pairs
            .iter()
            .map(|pair| {
                json!({
                    "column_one": pair.one, "column_two": pair.two, "indicator": pair.indicator.to_string(),
                    "effective": text(pair.from), "deletion": text(pair.to), "rationale": pair.rationale,
                })
            })
            .collect();
        return print_json(&json!({
            "code": code, "setting": setting, "program": program, "release": release, "in_force": day.in_force,
            "count": rows.len(), "pairs": rows, "edition": edition.edition(),
        }));
    }
    let standing =
        if day.in_force { String::new() } else { format!(". Not checked for {on}; this is what was last known") };
    let mut lines =
        vec![format!("{} pairs of {code}, {} {} ({title}){standing}", pairs.len(), program.key(), setting.key())];
    lines.push("paid   denied  ind  from        to          rationale".to_owned());
    lines.extend(pairs.iter().map(|pair| {
        let text = |date: Option<Date>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        let (from, to) = (text(pair.from), text(pair.to));
        format!("{:<6} {:<7} {:<4} {from:<11} {to:<11} {}", pair.one, pair.two, pair.indicator, pair.rationale)
    }));
    print(&lines.join("\n"))
}

/// By column, then by the other code.
fn list(
    edition: &Edition,
    code: &Code,
    (setting, program): (Setting, Program),
    day: &Day<'_>,
    wanted: Wanted,
) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for partners in edition.list_partners(code, setting, program).iter().filter(|one| wanted.takes(day, one)) {
        for other in partners.codes().filter_map(|other| Code::parse(other).ok()) {
            let (one, two) = if partners.column_one { (code, &other) } else { (&other, code) };
            let rows = edition.list_ptp(one, two, setting, program).into_iter();
            let mut same = rows.filter(|row| {
                row.column_one == *one
                    && row.release == partners.release
                    && row.indicator == partners.indicator
                    && row.period == partners.period
            });
            let rationale = same.next().map(|row| row.rationale).unwrap_or_default();
            let (from, to) = (partners.period.from, partners.period.to);
            pairs.push(Pair { one: one.clone(), two: two.clone(), indicator: partners.indicator, from, to, rationale });
        }
    }
    pairs.sort_by(|a, b| (&a.one != code, &a.one, &a.two, a.from).cmp(&(&b.one != code, &b.one, &b.two, b.from)));
    pairs
}
