//! `/accounts/{key}`: one account on one page, with the forms that change it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use jiff::civil::Date;
use serde::Deserialize;

use super::{plans_of, used_words};
use crate::admit;
use crate::clock;
use crate::config::{Config, PeriodLength};
use crate::domain::account::{Account, Sharing};
use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::client::{Client, Facts};
use crate::domain::message::TrustPolicy;
use crate::domain::quota::{PACK, Quota, Usage};
use crate::domain::time::Timestamp;
use crate::store::client::Colleague;
use crate::store::directory::Terms;
use crate::store::subscriber::Pack;
use crate::store::takeout::Place;
use crate::web::chart::{self, Chart};
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::queue::names;
use crate::web::session::Visitor;
use crate::web::shell::Shell;

/// Cases, and lines of the story, on a page.
const CASES: usize = 25;
const STORY: usize = 25;
/// Senders whose use is shown: an account of a domain may have thousands.
const MOST_SENDERS: i64 = 200;
/// Answers that did not arrive, the latest.
const MOST_BOUNCES: i64 = 10;
/// Periods in the chart.
const PERIODS: i32 = 12;

/// What an address may say besides the account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
    cases: String,
    story: String,
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct Page {
    shell: Shell,
    account: Account,
    terms: Terms,
    used: String,
    resets: String,
    kept: u32,
    plans: Vec<String>,
    /// The hours within which a person answers.
    hours: u32,
    policies: Vec<(&'static str, bool)>,
    configured: String,
    held_by_settings: bool,
    chart: Chart,
    month: String,
    senders: Vec<Sender>,
    domains: Vec<String>,
    colleagues: Vec<Colleague>,
    clients: Vec<Client>,
    packs: Vec<Pack>,
    pack: String,
    once: String,
    /// Answers that did not arrive: when, to whom, why, and the case.
    bounces: Vec<(String, String, String, CaseId)>,
    cases: Vec<CaseLine>,
    older: Option<String>,
    story: Vec<StoryLine>,
    earlier: Option<i64>,
}

/// An address that may write, or did from a domain, with its use of this period.
struct Sender {
    address: String,
    used: String,
    /// It is named, and can be taken away.
    named: bool,
}

struct CaseLine {
    id: CaseId,
    subject: String,
    status: &'static str,
    sender: String,
    at: String,
}

struct StoryLine {
    at: String,
    by: String,
    what: String,
    detail: String,
    why: String,
}

/// The page.
pub async fn show(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let missing = || Fault::NotFound("There is no account of that key.".to_owned());
    let (account, senders) = desk.store.find_account(&key).await?.ok_or_else(missing)?;
    let terms = desk.store.find_terms(&key).await?.ok_or_else(missing)?;
    let (store, config, today) = (&desk.store, &desk.config, desk.clock.now().date());
    let quota = admit::allowance(&account, today, config);
    let usage = store.find_usage(&key, &quota.period).await?;
    let packs = store.list_packs(&key).await?;
    let bought = packs.iter().fold(0_u32, |sum, pack| sum.saturating_add(pack.answers));
    let pack = store.find_usage(&key, PACK).await?;
    let (cases, older) = cases(&desk, &key, &asked.cases).await?;
    let (story, earlier) = story(&desk, &key, &asked.story).await?;
    let page = Page {
        used: used_words(usage, quota.answers, terms.sharing),
        resets: quota.resets.map(|day| day.to_string()).unwrap_or_default(),
        kept: store.count_kept(&key).await?,
        plans: plans(config, &account.plan),
        hours: config.review.plan_hours.get(&account.plan).copied().unwrap_or(config.review.hours),
        policies: policies(terms.policy),
        configured: config.trust.policy.clone(),
        held_by_settings: config.retention.legal_hold,
        chart: usage_chart(&desk, &key, today).await?,
        month: today.strftime("%Y-%m").to_string(),
        senders: with_use(senders, &desk, &key, &quota, terms.sharing).await?,
        domains: store.list_domains(&key).await?,
        colleagues: store.list_colleagues(&key).await?,
        clients: store.list_clients(&key).await?,
        pack: format!("{} of {bought}", pack.settled.saturating_add(pack.reserved)),
        packs,
        once: format!("{:016x}", clock::random()),
        bounces: bounces(&desk, &key).await?,
        cases,
        older,
        story,
        earlier,
        shell: Shell::of(&desk, visitor.who, "/accounts").saying(said(&asked.said)),
        account,
        terms,
    };
    Ok(Html(page.render()?))
}

/// What an address may have a page say: words of ours.
fn said(word: &str) -> Option<String> {
    let words = match word {
        "opened" => "The account is open.",
        "changed" => "Changed, and written down below.",
        "same" => "It was so before: nothing was changed.",
        "forgotten" => "What was asked and answered in that case is taken out.",
        _ => return None,
    };
    Some(words.to_owned())
}

/// The plans to choose from, with the present one even where the configuration lost it.
fn plans(config: &Config, present: &str) -> Vec<String> {
    let mut plans = plans_of(config);
    if !plans.iter().any(|plan| plan == present) {
        plans.push(present.to_owned());
    }
    plans
}

fn policies(own: Option<TrustPolicy>) -> Vec<(&'static str, bool)> {
    let all = TrustPolicy::ALL.into_iter().map(|policy| (policy.key(), own == Some(policy)));
    std::iter::once(("default", own.is_none())).chain(all).collect()
}

/// Addresses with their use; with those that wrote from a domain of the account.
async fn with_use(
    named: Vec<String>,
    desk: &Desk,
    key: &str,
    quota: &Quota,
    sharing: Sharing,
) -> Result<Vec<Sender>, Fault> {
    let used = desk.store.list_usage_by_sender(key, &quota.period, MOST_SENDERS).await?;
    let words = |usage: Option<&Usage>| {
        let usage = usage.copied().unwrap_or_default();
        let taken = usage.settled.saturating_add(usage.reserved);
        if sharing == Sharing::Sender { format!("{taken} of {}", quota.answers) } else { taken.to_string() }
    };
    let base = |address: &str| Address::parse(address).map_or(address.to_owned(), |address| address.base_key());
    let others: Vec<Sender> = used
        .iter()
        .filter(|(sender, _)| !sender.is_empty() && !named.iter().any(|own| base(own) == **sender))
        .map(|(sender, usage)| Sender { address: sender.clone(), used: words(Some(usage)), named: false })
        .collect();
    let own = named.into_iter().map(|address| {
        let used = words(used.get(&base(&address)));
        Sender { address, used, named: true }
    });
    Ok(own.chain(others).collect())
}

/// The answers of each of the last periods, from the quota of the plan.
async fn usage_chart(desk: &Desk, key: &str, today: Date) -> Result<Chart, Fault> {
    let labels = labels(desk.config.quota.period, today);
    let found = desk.store.list_periods(key, labels.first().map_or("", String::as_str)).await?;
    let of = |label: &String| {
        let usage = found.iter().find(|(period, _)| period == label).map(|(_, usage)| *usage).unwrap_or_default();
        u64::from(usage.settled.saturating_add(usage.reserved))
    };
    let numbers: Vec<(String, u64)> = labels.into_iter().map(|label| (label.clone(), of(&label))).collect();
    let total: u64 = numbers.iter().map(|(_, n)| n).sum();
    let latest = numbers.last().map_or(0, |(_, n)| *n);
    let (unit, units) = match desk.config.quota.period {
        PeriodLength::Month => ("Month", "months"),
        PeriodLength::Year => ("Year", "years"),
    };
    let said =
        format!("Answers of the plan in the last {PERIODS} {units}: {total}, of them {latest} in the present one.");
    Ok(chart::bars(said, unit, "Answers", &numbers))
}

/// The names of the last periods, oldest first.
fn labels(period: PeriodLength, today: Date) -> Vec<String> {
    let back = |n: i32| match period {
        PeriodLength::Month => today.first_of_month().checked_sub(jiff::Span::new().months(n)),
        PeriodLength::Year => today.first_of_year().checked_sub(jiff::Span::new().years(n)),
    };
    let pattern = if period == PeriodLength::Month { "%Y-%m" } else { "%Y" };
    (0..PERIODS).rev().filter_map(|n| back(n).ok()).map(|day| day.strftime(pattern).to_string()).collect()
}

async fn bounces(desk: &Desk, key: &str) -> Result<Vec<(String, String, String, CaseId)>, Fault> {
    let found = desk.store.list_bounces_of(key, MOST_BOUNCES).await?;
    let line = |own: crate::store::bounce::Bounced| {
        (own.at.date().to_string(), own.recipient, format!("{} {}", own.kind, own.status), own.case)
    };
    Ok(found.into_iter().map(line).collect())
}

/// A page of cases, and the place behind it.
async fn cases(desk: &Desk, key: &str, from: &str) -> Result<(Vec<CaseLine>, Option<String>), Fault> {
    let place = from.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, CaseId::parse(id)?)));
    let place: Option<Place> = place.map(|(at, id)| (Timestamp(at), id.to_string()));
    let limit = i64::try_from(CASES + 1).unwrap_or(i64::MAX);
    let mut found = desk.store.list_cases_of(key, place.as_ref(), limit).await?;
    let more = found.len() > CASES;
    found.truncate(CASES);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.created_at.0, last.id));
    let line = |row: crate::store::case::CaseRow| CaseLine {
        id: row.id,
        subject: row.subject,
        status: row.status.words(),
        sender: row.sender,
        at: when(row.created_at),
    };
    Ok((found.into_iter().map(line).collect(), next))
}

/// A page of the story, and the place behind it.
async fn story(desk: &Desk, key: &str, from: &str) -> Result<(Vec<StoryLine>, Option<i64>), Fault> {
    let limit = i64::try_from(STORY + 1).unwrap_or(i64::MAX);
    let mut found = desk.store.list_account_events(key, from.parse().ok(), limit).await?;
    let more = found.len() > STORY;
    found.truncate(STORY);
    let next = found.last().filter(|_| more).map(|last| last.n);
    let names = names(desk).await?;
    let who = |by: &str| match by {
        "operator" => "the command line".to_owned(),
        "mail" => "a sender, by mail".to_owned(),
        key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
    };
    let line = |event: crate::store::change::AccountEvent| StoryLine {
        at: when(event.at),
        by: who(&event.by),
        what: event.what,
        detail: event.detail,
        why: event.why,
    };
    Ok((found.into_iter().map(line).collect(), next))
}

fn when(at: Timestamp) -> String {
    at.instant().strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_periods_end_with_the_present_one() {
        let months = labels(PeriodLength::Month, date(2026, 3, 31));
        assert_eq!((months.len(), months[0].as_str(), months[11].as_str()), (12, "2025-04", "2026-03"));
        assert_eq!(labels(PeriodLength::Year, date(2026, 3, 31))[0], "2015");
    }
}
