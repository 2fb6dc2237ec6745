//! The periods of a series, and what stands for them in official names.

use jiff::civil::Date;
use serde::Deserialize;

/// When the periods of a series begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cadence {
    /// January, April, July, October.
    Quarter,
    /// October with the fiscal year, and its update in April.
    Half,
    /// October.
    Fiscal,
    /// January.
    Year,
    /// No periods: what is there now is all there is.
    Open,
}

/// One period of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its first day; `None` in a series without periods.
    pub from: Option<Date>,
    /// Its name: `2026Q4`, `FY2027`, `FY2026 April`, `2026`, `current`.
    pub label: String,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Cadence {
    fn months(self) -> &'static [i8] {
        match self {
            Self::Quarter => &[1, 4, 7, 10],
            Self::Half => &[4, 10],
            Self::Fiscal => &[10],
            Self::Year => &[1],
            Self::Open => &[],
        }
    }

    /// The period in force on `day` and `back` periods before it, the newest first. A series without periods has one.
    pub fn until(self, day: Date, back: u8) -> Vec<Period> {
        if self == Self::Open {
            return vec![Period { from: None, label: "current".to_owned() }];
        }
        let mut starts = self.starts(day.year()).into_iter().filter(|start| *start <= day).collect::<Vec<_>>();
        let mut year = day.year();
        while starts.len() <= usize::from(back) && year > 2000 {
            year -= 1;
            starts.splice(0..0, self.starts(year));
        }
        starts.into_iter().rev().take(usize::from(back) + 1).map(|from| self.period(from)).collect()
    }

    /// The first period that begins after `day`.
    pub fn after(self, day: Date) -> Option<Period> {
        let years = [day.year(), day.year().saturating_add(1)];
        years.into_iter().flat_map(|year| self.starts(year)).find(|start| *start > day).map(|from| self.period(from))
    }

    fn starts(self, year: i16) -> Vec<Date> {
        self.months().iter().filter_map(|month| Date::new(year, *month, 1).ok()).collect()
    }

    fn period(self, from: Date) -> Period {
        let label = match (self, from.month()) {
            (Self::Quarter, _) => format!("{}Q{}", from.year(), quarter(from)),
            (Self::Half, 4) => format!("FY{} April", from.year()),
            (Self::Half | Self::Fiscal, _) => format!("FY{}", fiscal_year(from)),
            (Self::Year, _) => from.year().to_string(),
            (Self::Open, _) => "current".to_owned(),
        };
        Period { from: Some(from), label }
    }
}

fn quarter(day: Date) -> i8 {
    (day.month() - 1) / 3 + 1
}

fn fiscal_year(day: Date) -> i16 {
    if day.month() >= 10 { day.year() + 1 } else { day.year() }
}

/// How the values are put into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As they are, into an address.
    Address,
    /// As literals, into a regular expression.
    Pattern,
}

/// Puts a period and a part into a template of the catalog; `None` when the template is for another month.
///
/// # Errors
/// Names the placeholder that the catalog's head does not describe, or that this series has no value for.
pub fn fill(template: &str, period: &Period, part: &str, form: Form) -> Result<Option<String>, String> {
    let mut rest = template;
    if let Some((month, behind)) = template.split_once('|')
        && MONTHS.contains(&month)
    {
        let Some(from) = period.from else { return Err(format!("`{month}|` in a series without periods")) };
        if MONTHS[month_index(from)] != month {
            return Ok(None);
        }
        rest = behind.trim_start();
    }
    let mut filled = String::with_capacity(rest.len() + 16);
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let end = inner.find('}').unwrap_or(0);
        let name = &inner[..end];
        // `\d{2}` and the like are left to the regular expression.
        let placeholder = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !placeholder {
            filled.push('{');
            rest = inner;
            continue;
        }
        match name {
            "part" if form == Form::Pattern => filled.push_str(&regex::escape(part)),
            "part" => filled.push_str(part),
            "dated" if form == Form::Pattern => filled.push_str(DATED),
            _ => filled.push_str(&value(name, period, form).ok_or_else(|| format!("{{{name}}} in {template:?}"))?),
        }
        rest = &inner[end + 1..];
    }
    filled.push_str(rest);
    Ok(Some(filled))
}

/// What CMS appends to the name of a file that it posts anew, in the forms seen since 2020.
const DATED: &str = concat!(
    r"(?:-(?:updated?|revised|corrected|posted|replacement))?",
    r"(?:-?[0-9]{1,2}[-/]?[0-9]{2}[-/]?[0-9]{4}|-[a-z]{3,9}-[0-9]{1,2}-[0-9]{4})?",
    r"(?:-[0-9]{1,2})?",
);

fn month_index(day: Date) -> usize {
    usize::try_from(day.month() - 1).unwrap_or(0)
}

fn value(name: &str, period: &Period, form: Form) -> Option<String> {
    let from = period.from?;
    let month = MONTHS[month_index(from)];
    Some(match name {
        "yyyy" => from.year().to_string(),
        "yy" => format!("{:02}", from.year() % 100),
        "q" => quarter(from).to_string(),
        "month" => month.to_owned(),
        "Month" => month[..1].to_ascii_uppercase() + &month[1..],
        "mon" => month[..3].to_owned(),
        "letter" => ["a", "b", "c", "d"].get(usize::try_from(quarter(from) - 1).ok()?)?.to_string(),
        "fy" => fiscal_year(from).to_string(),
        "fy2" => format!("{:02}", fiscal_year(from) % 100),
        // Version 31.3 was the fourth quarter of 2025.
        "vvv" => format!("{}{}", from.year() - 1994, quarter(from) - 1),
        "mmddyyyy" => format!("{:02}{:02}{}", from.month(), from.day(), from.year()),
        "months" if form == Form::Pattern => {
            format!("(?:{:02}|{:02}|{:02})", from.month(), from.month() + 1, from.month() + 2)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn labels(periods: &[Period]) -> Vec<&str> {
        periods.iter().map(|period| period.label.as_str()).collect()
    }

    #[test]
    fn periods_go_back_from_the_one_in_force() {
        let day = date(2026, 11, 24);
        assert_eq!(labels(&Cadence::Quarter.until(day, 4)), ["2026Q4", "2026Q3", "2026Q2", "2026Q1", "2025Q4"]);
        assert_eq!(labels(&Cadence::Half.until(day, 2)), ["FY2027", "FY2026 April", "FY2026"]);
        assert_eq!(labels(&Cadence::Fiscal.until(date(2026, 9, 30), 1)), ["FY2026", "FY2025"]);
        assert_eq!(labels(&Cadence::Year.until(day, 1)), ["2026", "2025"]);
        assert_eq!(labels(&Cadence::Open.until(day, 9)), ["current"]);
    }

    #[test]
    fn the_period_after_begins_after_the_day() {
        let label = |cadence: Cadence, day| cadence.after(day).map(|period| period.label);
        assert_eq!(label(Cadence::Quarter, date(2026, 12, 31)).as_deref(), Some("2027Q1"));
        assert_eq!(label(Cadence::Quarter, date(2026, 10, 1)).as_deref(), Some("2027Q1"));
        assert_eq!(label(Cadence::Half, date(2026, 11, 24)).as_deref(), Some("FY2027 April"));
        assert_eq!(label(Cadence::Fiscal, date(2026, 11, 24)).as_deref(), Some("FY2028"));
        assert_eq!(label(Cadence::Open, date(2026, 11, 24)), None);
    }

    #[test]
    fn each_placeholder_is_filled_as_the_agencies_write_it() {
        let fourth = &Cadence::Quarter.until(date(2026, 11, 24), 0)[0];
        let filled = |template| fill(template, fourth, "2", Form::Address).unwrap().unwrap();
        assert_eq!(filled("{yyyy}-{yy}-{q}-{month}-{Month}-{mon}"), "2026-26-4-october-October-oct");
        assert_eq!(filled("rvu{yy}{letter} {fy} {fy2} {vvv} {mmddyyyy} f{part}"), "rvu26d 2027 27 323 10012026 f2");
        let last = &Cadence::Quarter.until(date(2025, 11, 24), 0)[0];
        assert_eq!(fill("{vvv}", last, "", Form::Address).unwrap().unwrap(), "313");
        assert_eq!(fill(r"\d{4}-{part}", last, "a.b", Form::Pattern).unwrap().unwrap(), r"\d{4}-a\.b");
        assert_eq!(fill("{months}", last, "", Form::Pattern).unwrap().unwrap(), "(?:10|11|12)");
    }

    #[test]
    fn a_template_of_another_month_is_left_out() {
        let october = &Cadence::Half.until(date(2026, 11, 24), 0)[0];
        assert_eq!(fill("april| x{fy}", october, "", Form::Address), Ok(None));
        assert_eq!(fill("october| x{fy}", october, "", Form::Address), Ok(Some("x2027".to_owned())));
        assert_eq!(fill("a|b", october, "", Form::Pattern), Ok(Some("a|b".to_owned())));
    }

    #[test]
    fn an_unknown_placeholder_is_named() {
        let open = &Cadence::Open.until(date(2026, 11, 24), 0)[0];
        assert!(fill("x{yyyy}", open, "", Form::Address).unwrap_err().contains("{yyyy}"));
        assert!(fill("x{part", open, "9", Form::Address).is_ok(), "an open brace is left as it is");
        let quarter = &Cadence::Quarter.until(date(2026, 11, 24), 0)[0];
        assert!(fill("{quartal}", quarter, "", Form::Address).unwrap_err().contains("{quartal}"));
    }

    proptest::proptest! {
        #[test]
        fn any_template_is_filled_or_refused(template in "\\PC{0,40}", part in "\\PC{0,4}") {
            let period = &Cadence::Quarter.until(date(2026, 11, 24), 0)[0];
            let _ = fill(&template, period, &part, Form::Pattern);
            let _ = fill(&template, period, &part, Form::Address);
        }

        #[test]
        fn periods_are_newest_first_on_any_day(days in -30000i64..30000, back in 0u8..9) {
            let day = date(2026, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            for cadence in [Cadence::Quarter, Cadence::Half, Cadence::Fiscal, Cadence::Year] {
                let periods = cadence.until(day, back);
                proptest::prop_assert!(periods.iter().all(|period| period.from.is_some_and(|from| from <= day)));
                proptest::prop_assert!(periods.windows(2).all(|two| two[0].from > two[1].from));
                proptest::prop_assert!(cadence.after(day).is_some_and(|next| next.from.is_some_and(|from| from > day)));
            }
        }
    }
}
