//! The quality page: how much, how fast, how right, and how well the people who watch over it do.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::queue::names;
use super::routes::{Access, Route, get};
use super::session::Visitor;
use super::shell::Shell;
use crate::domain::promise::apart;
use crate::domain::quality::{Share, within};
use crate::domain::time::Timestamp;
use crate::store::quality::{DayCount, Overruled, Samples, day_of};
use crate::web::chart::stacked::{Bars, Series};

/// Spans that can be looked at, in days.
const SPANS: [i64; 3] = [7, 30, 90];
/// Microseconds of a day.
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// What cases end as, in the order of bars and columns.
const ENDS: [(&str, &str); 6] = [
    ("automatic", "answered by itself"),
    ("reviewed", "answered by a person"),
    ("asked", "asked back"),
    ("declined", "declined"),
    ("served", "commands"),
    ("ignored", "closed without a word"),
];

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/quality", Access::Reviewer, quality)]
}

/// The span as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    days: String,
}

#[derive(Template)]
#[template(path = "pages/quality.html")]
struct Page {
    shell: Shell,
    days: i64,
    spans: Vec<(i64, bool)>,
    facts: Vec<(&'static str, String)>,
    chart: String,
    legend: Vec<Series>,
    columns: Vec<&'static str>,
    rows: Vec<(Date, i64, Vec<i64>)>,
    times: Vec<(&'static str, i64, String, String)>,
    samples: Samples,
    share: Option<Share>,
    kinds: Vec<(String, i64)>,
    newest: Vec<(String, Overruled)>,
    seeds: Vec<(String, i64, i64)>,
}

async fn quality(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Fault> {
    let days = wanted.days.parse().ok().filter(|days| SPANS.contains(days)).unwrap_or(30);
    let today = day_of(desk.clock.now());
    let first = today - days + 1;
    let since = Timestamp(first * DAY_MICROS);
    let counts = desk.store.list_day_counts(first).await?;
    let (kinds, newest) = desk.store.list_overruled(since).await?;
    let samples = desk.store.count_samples(since).await?;
    let names = names(&desk).await?;
    let mut seeds = Vec::new();
    for seed in desk.store.list_seeds(since).await? {
        // How a colleague does is for admins; how one does oneself is for everybody.
        if visitor.who.admin || seed.reviewer == visitor.reviewer.id() {
            seeds.push((names.get(&seed.reviewer).cloned().unwrap_or_default(), seed.n, seed.caught));
        }
    }
    let mut times = Vec::new();
    for (words, reviewed) in [("by itself", false), ("by a person", true)] {
        let steps = desk.store.list_times(first, reviewed).await?;
        let told = |thousandths| within(&steps, thousandths).map_or("none yet".to_owned(), long);
        times.push((words, steps.iter().map(|(_, n)| n).sum(), told(500), told(950)));
    }
    let bars = bars(&counts, first, today);
    let page = Page {
        spans: SPANS.map(|span| (span, span == days)).to_vec(),
        facts: facts(&counts),
        chart: bars.svg(),
        legend: bars.series.clone(),
        columns: ENDS.map(|(_, words)| words).to_vec(),
        rows: rows(&counts, first, today),
        share: Share::of(samples.wrong, samples.looked),
        newest: newest.into_iter().map(|one| (Timestamp(one.at).date().to_string(), one)).collect(),
        shell: Shell::of(&desk, visitor.who, "/quality"),
        days,
        times,
        samples,
        kinds,
        seeds,
    };
    Ok(Html(page.render()?))
}

fn sum(counts: &[DayCount], what: &str) -> i64 {
    counts.iter().filter(|count| count.what == what).map(|count| count.n).sum()
}

/// The figures at a glance.
fn facts(counts: &[DayCount]) -> Vec<(&'static str, String)> {
    let n = |what: &str| sum(counts, what);
    let (automatic, reviewed) = (n("automatic"), n("reviewed"));
    let answered = automatic + reviewed;
    let of =
        |part: i64, all: i64| if all == 0 { "none yet".to_owned() } else { format!("{part} ({} %)", part * 100 / all) };
    vec![
        ("mails taken in", n("received").to_string()),
        ("answered", answered.to_string()),
        ("of these by themselves", of(automatic, answered)),
        ("went to a person", n("in_review").to_string()),
        ("changed by a person before they left", of(n("edited"), reviewed)),
        ("rated GOOD", n("good").to_string()),
        ("rated BAD", n("bad").to_string()),
        ("complaints upheld", n("upheld").to_string()),
    ]
}

/// A time in seconds; from two minutes on in minutes, hours and days.
fn long(seconds: i64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { apart(seconds * 1_000_000) }
}

fn date_of(day: i64) -> Date {
    Timestamp(day * DAY_MICROS).date()
}

/// Each day with what was taken in and what cases ended as; the newest first.
fn rows(counts: &[DayCount], first: i64, today: i64) -> Vec<(Date, i64, Vec<i64>)> {
    let by: BTreeMap<(i64, &str), i64> = counts.iter().map(|c| ((c.day, c.what.as_str()), c.n)).collect();
    let of = |day: i64, what: &str| by.get(&(day, what)).copied().unwrap_or(0);
    let days = (first..=today).rev();
    days.map(|day| (date_of(day), of(day, "received"), ENDS.map(|(what, _)| of(day, what)).to_vec())).collect()
}

/// The same as bars, in fewer pieces.
fn bars(counts: &[DayCount], first: i64, today: i64) -> Bars {
    let pieces =
        [("answered by itself", "bar-of"), ("answered by a person", "bar-read"), ("ended otherwise", "bar-other")];
    let rows = rows(counts, first, today).into_iter().rev();
    let days = rows.map(|(day, _, ends)| {
        let otherwise = ends.iter().skip(2).sum();
        (day, vec![ends.first().copied().unwrap_or(0), ends.get(1).copied().unwrap_or(0), otherwise])
    });
    let days: Vec<(Date, Vec<i64>)> = days.collect();
    let total: i64 = days.iter().flat_map(|(_, numbers)| numbers).sum();
    let span = days.last().zip(days.first()).map(|((last, _), (first, _))| format!(", {first} to {last}"));
    Bars {
        words: format!("Cases that ended by day: {total}{}", span.unwrap_or_default()),
        series: pieces.map(|(words, class)| Series { words, class }).to_vec(),
        days,
    }
}

/// A share in percent, with one place behind the point.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

impl Page {
    fn shown(share: &Share) -> String {
        format!("{} (with 95 % certainty {} to {})", percent(share.share), percent(share.low), percent(share.high))
    }

    fn until(&self) -> String {
        self.rows.first().map_or_else(String::new, |(day, ..)| day.to_string())
    }

    fn since(&self) -> String {
        let last = self.rows.first().map(|(day, ..)| *day);
        let first = last.and_then(|day| day.checked_sub(Span::new().days(self.days - 1)).ok());
        first.map_or_else(String::new, |day| day.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(day: i64, what: &str, n: i64) -> DayCount {
        DayCount { day, what: what.to_owned(), n }
    }

    #[test]
    fn days_without_anything_stand_between_those_with_something() {
        let counts = [count(20_000, "received", 3), count(20_000, "automatic", 2), count(20_002, "reviewed", 1)];
        let rows = rows(&counts, 20_000, 20_002);
        assert_eq!(rows.len(), 3);
        assert_eq!((rows[2].1, rows[2].2[0]), (3, 2));
        assert_eq!((rows[1].1, rows[0].2[1]), (0, 1));
        assert_eq!(bars(&counts, 20_000, 20_002).days[0].1, [2, 0, 0]);
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert!(facts(&[]).iter().any(|(what, told)| *what == "of these by themselves" && told == "none yet"));
        let some = facts(&[count(1, "automatic", 3), count(1, "reviewed", 1)]);
        assert!(some.iter().any(|(_, told)| told == "3 (75 %)"), "{some:?}");
    }
}
