//! `/plans`: what the configuration says of each plan, and how many accounts are on it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::plans_of;
use crate::config::{Config, PeriodLength};
use crate::domain::account::FREE;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Visitor;
use crate::web::shell::Shell;

#[derive(Template)]
#[template(path = "pages/plans.html")]
struct Page {
    shell: Shell,
    period: &'static str,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    answers: u32,
    hours: u32,
    accounts: i64,
    /// The configuration does not name it: its accounts have what a free one has.
    unknown: bool,
}

/// The plans.
pub async fn plans(visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let period = match desk.config.quota.period {
        PeriodLength::Month => "month",
        PeriodLength::Year => "year",
    };
    let rows = rows(&desk.config, desk.store.count_plans().await?);
    Ok(Html(Page { shell: Shell::of(&desk, visitor.who, "/accounts"), period, rows }.render()?))
}

fn rows(config: &Config, counts: Vec<(String, i64)>) -> Vec<Row> {
    let known = plans_of(config);
    let others: Vec<String> =
        counts.iter().filter(|(plan, _)| !known.contains(plan)).map(|(plan, _)| plan.clone()).collect();
    let row = |name: String, unknown: bool| Row {
        answers: config.plans.get(&name).copied().filter(|_| name != FREE).unwrap_or(config.quota.free_answers),
        hours: config.review.plan_hours.get(&name).copied().unwrap_or(config.review.hours),
        accounts: counts.iter().find(|(plan, _)| *plan == name).map_or(0, |(_, n)| *n),
        name,
        unknown,
    };
    known.into_iter().map(|name| row(name, false)).chain(others.into_iter().map(|name| row(name, true))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_the_settings_lost_is_shown_with_what_its_accounts_have_now() {
        let mut config = Config::defaults();
        config.review.plan_hours.insert("network".to_owned(), 2);
        let rows = rows(&config, vec![("free".to_owned(), 7), ("gone".to_owned(), 1)]);
        let shown: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.answers, r.hours, r.accounts, r.unknown)).collect();
        let hours = config.review.hours;
        assert_eq!(
            shown,
            [
                ("free", 5, hours, 7, false),
                ("network", 2000, 2, 0, false),
                ("practice", 250, hours, 0, false),
                ("solo", 50, hours, 0, false),
                ("gone", 5, hours, 1, true)
            ]
        );
    }
}
