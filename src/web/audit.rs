//! The audit log: every event of cases, of reviewers and of accounts, and whether their chain holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::me::when;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::domain::audit::Origin;
use crate::domain::case::CaseId;
use crate::domain::reviewer::Profile;
use crate::store::audit::{Listed, Sought};
use crate::store::reviewer::OPERATOR;

/// Events on a page.
const PAGE: usize = 80;
/// What a walk through the chain is written down as, where it held and where it did not.
const HOLDS: &str = "chain verified";
const BROKEN: &str = "chain broken";

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/audit", Access::Admin, list), post("/audit/verify", Access::Admin, verify)]
}

/// The filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    case: String,
    person: String,
    about: String,
    kind: String,
    day: String,
    before: String,
}

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct Page {
    shell: Shell,
    filter: Filter,
    people: Vec<(String, String)>,
    kinds: Vec<String>,
    rows: Vec<Row>,
    more: Option<String>,
    events: i64,
    head: String,
    last: Option<Checked>,
}

/// What the last walk found.
struct Checked {
    when: String,
    who: String,
    holds: bool,
    said: String,
}

struct Row {
    n: i64,
    when: String,
    /// The page of the case or account that it is about.
    link: Option<String>,
    about: String,
    account: String,
    who: String,
    what: String,
    detail: String,
}

/// Names of people by their keys.
struct People(BTreeMap<String, String>);

impl People {
    fn of(all: &[Profile]) -> Self {
        Self(all.iter().map(|profile| (profile.id.clone(), profile.name.clone())).collect())
    }

    fn name(&self, key: &str) -> String {
        match key {
            "" => "the service".to_owned(),
            OPERATOR => "the command line".to_owned(),
            "mail" => "a sender, by mail".to_owned(),
            key => self.0.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        }
    }

    /// Who made an event. Where only its words name them, nobody is named twice, and the service is not.
    fn author(&self, person: &str, detail: &str) -> String {
        let named = person.is_empty() && (detail.starts_with("by ") || detail.contains(", says "));
        if named { String::new() } else { self.name(person) }
    }

    /// The words of an event: one that is somebody's key is their name.
    fn told(&self, detail: &str) -> String {
        self.0.get(detail).cloned().unwrap_or_else(|| detail.trim().replace('\n', ": "))
    }
}

fn row(listed: Listed, people: &People) -> Row {
    let account = match (listed.origin, listed.about.as_str()) {
        (Origin::Case | Origin::Account, _) => String::new(),
        (Origin::Reviewer, "") => "an unknown address".to_owned(),
        (Origin::Reviewer, key) => people.name(key),
    };
    Row {
        n: listed.n,
        when: when(listed.at),
        link: match listed.origin {
            Origin::Case => Some(format!("/cases/{}", listed.about)),
            Origin::Account => Some(format!("/accounts/{}", listed.about)),
            Origin::Reviewer => None,
        },
        about: listed.about,
        account,
        who: people.author(&listed.person, &listed.detail),
        what: listed.what.replace('_', " "),
        detail: people.told(&listed.detail),
    }
}

fn sought(filter: &Filter) -> Result<Sought, Fault> {
    let case = filter.case.trim();
    let about = match CaseId::parse(case) {
        Some(id) => id.to_string(),
        None if case.is_empty() => filter.about.clone(),
        None if case.starts_with("ac_") => case.to_owned(),
        None => {
            let words =
                format!("{case:?} is no case number, and no account's key: they look like CC-7F3K2WX and ac_….");
            return Err(Fault::Invalid(words));
        }
    };
    let day = match filter.day.trim() {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| Fault::Invalid("A day looks like 2026-11-24.".to_owned()))?),
    };
    Ok(Sought {
        about,
        person: filter.person.clone(),
        what: filter.kind.clone(),
        day,
        before: filter.before.parse().ok(),
    })
}

/// The same view from the event behind this one on.
fn address(filter: &Filter, last: i64) -> String {
    let before = last.to_string();
    let fields = [
        ("case", filter.case.as_str()),
        ("person", &filter.person),
        ("about", &filter.about),
        ("kind", &filter.kind),
        ("day", &filter.day),
        ("before", &before),
    ];
    let held = fields.iter().filter(|(_, value)| !value.is_empty());
    format!("/audit?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(held).finish())
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let store = &desk.store;
    let limit = i64::try_from(PAGE).unwrap_or(80).saturating_add(1);
    let mut found = store.list_audit(&sought(&filter)?, limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let more = found.last().filter(|_| more).map(|last| address(&filter, last.n));
    let profiles = store.list_reviewers().await?;
    let people = People::of(&profiles);
    let (events, head) = store.get_audit_head().await?;
    let page = Page {
        last: last_walk(&desk, &people).await?,
        shell: Shell::of(&desk, visitor.who, "/audit"),
        people: profiles.into_iter().map(|profile| (profile.id, profile.name)).collect(),
        kinds: store.list_audit_kinds().await?,
        rows: found.into_iter().map(|listed| row(listed, &people)).collect(),
        filter,
        more,
        events,
        head,
    };
    Ok(Html(page.render()?))
}

/// What the last walk through the chain found, as it was written down.
async fn last_walk(desk: &Desk, people: &People) -> Result<Option<Checked>, Fault> {
    let mut found = Vec::new();
    for what in [HOLDS, BROKEN] {
        found.extend(desk.store.list_audit(&Sought { what: what.to_owned(), ..Sought::default() }, 1).await?);
    }
    let last = found.into_iter().max_by_key(|listed| listed.n);
    Ok(last.map(|listed| Checked {
        when: when(listed.at),
        who: people.name(&listed.person),
        holds: listed.what == HOLDS,
        said: listed.detail,
    }))
}

/// Walks through the chain now, and writes down what was found.
async fn verify(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let reviewer = posted.visitor.admin()?;
    let (what, detail) = match desk.store.verify_audit(None).await? {
        Ok(found) => (HOLDS, format!("up to event {}, head {}", found.events, found.head)),
        Err(fault) => {
            tracing::error!(%fault, "the chain of events does not hold");
            (BROKEN, fault.to_string())
        }
    };
    desk.store.record_deed(reviewer.id(), what, &detail, desk.clock.now()).await?;
    Ok(Redirect::to("/audit").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_and_comes_back_in_the_address_of_older_events() {
        let filter = Filter { case: "cc-2345678".to_owned(), day: "2026-11-24".to_owned(), ..Filter::default() };
        let found = sought(&filter).unwrap();
        assert_eq!((found.about.as_str(), found.day.unwrap().to_string().as_str()), ("CC-2345678", "2026-11-24"));
        assert_eq!(address(&filter, 7), "/audit?case=cc-2345678&day=2026-11-24&before=7");
        assert!(sought(&Filter { day: "yesterday".to_owned(), ..Filter::default() }).is_err());
        assert_eq!(
            sought(&Filter { case: "ac_lakeside".to_owned(), ..Filter::default() }).unwrap().about,
            "ac_lakeside"
        );
        assert!(sought(&Filter { case: "<b>".to_owned(), ..Filter::default() }).is_err());
    }
}
