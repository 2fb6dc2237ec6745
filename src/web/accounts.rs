//! `/accounts`: the customers, for admins. A list that is searched and paged, a form for a new one, and a page for each.
//!
//! ```text
//! one       the page of an account         change    what its forms do
//! takeout   export, forgetting             month     one month as a table for a spreadsheet
//! plans     what the configuration says of plans, and who is on them
//! ```

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::admit;
use crate::clock;
use crate::config::Config;
use crate::domain::account::{self, Account, FREE, Sharing};
use crate::domain::address::Address;
use crate::domain::quota::Usage;
use crate::identity::{deidentify, names_a_record};
use crate::store::account::Added;
use crate::store::change::Author;
use crate::store::directory::{Listed, Listing, Standing};

mod change;
mod month;
mod one;
mod plans;
mod takeout;

/// The pages of this file and those below it.
pub fn routes() -> Vec<Route> {
    vec![
        get("/accounts", Access::Admin, list),
        post("/accounts", Access::Admin, open),
        get("/accounts/{key}", Access::Admin, one::show),
        post("/accounts/{key}/change", Access::Admin, change::change),
        post("/accounts/{key}/forget", Access::Admin, takeout::forget),
        post("/accounts/{key}/export", Access::Admin, takeout::export),
        get("/accounts/{key}/usage.csv", Access::Admin, month::table),
        get("/plans", Access::Admin, plans::plans),
    ]
}

/// Accounts on a page.
const PAGE: usize = 50;
/// Sender addresses that a new account may be given at once.
const MOST_SENDERS: usize = 50;
/// The longest reason, in characters.
const LONGEST_WHY: usize = 500;

/// What an address may ask of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    plan: String,
    standing: String,
    after: String,
}

#[derive(Template)]
#[template(path = "pages/accounts.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    plans: Vec<String>,
    rows: Vec<Row>,
    more: Option<String>,
    /// More were found than are shown.
    cut: bool,
    filtered: bool,
}

struct Row {
    id: String,
    name: String,
    plan: String,
    used: String,
    full: bool,
    held: bool,
    agreed: bool,
}

/// Every plan that an account may be on.
fn plans_of(config: &Config) -> Vec<String> {
    std::iter::once(FREE.to_owned()).chain(config.plans.keys().cloned()).collect()
}

/// Who changes something, with the reason in the form, which keeps no identity.
fn author(posted: &Posted) -> Author {
    let why: String = posted.fields.get("why").trim().chars().take(LONGEST_WHY).collect();
    Author { by: posted.visitor.reviewer.id().to_owned(), why: deidentify(&why).as_str().to_owned() }
}

/// The same where a reason must be given.
fn author_with_reason(posted: &Posted) -> Result<Author, Fault> {
    let author = author(posted);
    if author.why.chars().filter(|c| c.is_alphanumeric()).count() < 5 {
        return Err(Fault::Invalid("Say why: it is kept in the story of the account.".to_owned()));
    }
    Ok(author)
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let text = asked.q.trim();
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = if text.is_empty() {
        desk.store.list_directory(&listing(&asked), limit).await?
    } else {
        search(&desk, text, limit).await?
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more && text.is_empty()).map(|last| further(&asked, last));
    let page = Page {
        plans: plans_of(&desk.config),
        rows: rows(&desk, found).await?,
        more: next,
        cut: more && !text.is_empty(),
        filtered: !(asked.q.is_empty() && asked.plan.is_empty() && asked.standing.is_empty()),
        shell: Shell::of(&desk, visitor.who, "/accounts"),
        asked,
    };
    Ok(Html(page.render()?))
}

fn listing(asked: &Asked) -> Listing {
    let standing = match asked.standing.as_str() {
        "held" => Some(Standing::Held),
        "no-agreement" => Some(Standing::NoAgreement),
        _ => None,
    };
    // The key holds no blank, the name may.
    let after = asked.after.split_once(' ').map(|(id, name)| (name.to_owned(), id.to_owned()));
    Listing { plan: asked.plan.clone(), standing, after }
}

/// The same list from the account behind this one on.
fn further(asked: &Asked, last: &Listed) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("plan", &asked.plan), ("standing", &asked.standing)] {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    pairs.append_pair("after", &format!("{} {}", last.account.id, last.sort_name));
    format!("/accounts?{}", pairs.finish())
}

/// What is found by a text; an address of a domain or with a tag leads to the account that it would write for.
async fn search(desk: &Desk, text: &str, limit: i64) -> Result<Vec<Listed>, Fault> {
    let found = desk.store.search_accounts(text, limit).await?;
    if let (true, Ok(address)) = (found.is_empty(), Address::parse(text))
        && let Some(account) = desk.store.find_account_of(&address).await?
    {
        return Ok(desk.store.search_accounts(&account.id, 1).await?);
    }
    Ok(found)
}

async fn rows(desk: &Desk, found: Vec<Listed>) -> Result<Vec<Row>, Fault> {
    let today = desk.clock.now().date();
    let ids: Vec<String> = found.iter().map(|listed| listed.account.id.clone()).collect();
    let Some(first) = found.first() else { return Ok(Vec::new()) };
    // Every plan has the same period.
    let period = admit::allowance(&first.account, today, &desk.config).period;
    let used = desk.store.list_usage(&ids, &period).await?;
    let row = |listed: Listed| {
        let quota = admit::allowance(&listed.account, today, &desk.config);
        let used = used.get(&listed.account.id).copied().unwrap_or_default();
        Row {
            used: used_words(used, quota.answers, listed.sharing),
            full: listed.sharing == Sharing::Pooled && !quota.admits(used),
            id: listed.account.id,
            name: listed.account.name,
            plan: listed.account.plan,
            held: listed.held,
            agreed: listed.agreed,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// `3 of 50`, and what each has where nobody shares.
fn used_words(used: Usage, answers: u32, sharing: Sharing) -> String {
    let taken = used.settled.saturating_add(used.reserved);
    match sharing {
        Sharing::Pooled => format!("{taken} of {answers}"),
        Sharing::Sender => format!("{taken}; each sender has {answers}"),
    }
}

/// Opens an account.
async fn open(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let fields = &posted.fields;
    let name = sound_name(fields.get("name"))?;
    let plan = known_plan(&desk.config, fields.get("plan"))?;
    let words: Vec<&str> = fields.get("senders").split([' ', ',', ';', '\n', '\r', '\t']).collect();
    let words = words.into_iter().filter(|word| !word.is_empty());
    let senders = words.map(read_address).collect::<Result<Vec<_>, _>>()?;
    if senders.is_empty() || senders.len() > MOST_SENDERS {
        return Err(Fault::Invalid(format!("An account needs 1 to {MOST_SENDERS} addresses that may write for it.")));
    }
    let id = format!("ac_{:012x}", clock::random() & 0xffff_ffff_ffff);
    let account = Account { id: id.clone(), name, plan };
    match desk.store.open_account(account, senders, author(&posted), desk.clock.now()).await? {
        Added::Account => Ok(Redirect::to(&format!("/accounts/{id}?said=opened")).into_response()),
        Added::AddressTaken(owner) => {
            Err(Fault::Conflict(format!("One of these addresses belongs to {owner} already; nothing was opened.")))
        }
    }
}

/// A name for an account: one line that names no patient.
fn sound_name(text: &str) -> Result<String, Fault> {
    let name = account::name(text).filter(|name| !names_a_record(name));
    name.ok_or_else(|| {
        Fault::Invalid("A name is one line of at most 80 characters, without numbers of records or dates.".to_owned())
    })
}

/// A plan that the configuration names.
fn known_plan(config: &Config, plan: &str) -> Result<String, Fault> {
    let known = plans_of(config);
    if known.iter().any(|own| own == plan) {
        return Ok(plan.to_owned());
    }
    Err(Fault::Invalid(format!("There is no such plan: known are {}.", known.join(", "))))
}

fn read_address(text: &str) -> Result<Address, Fault> {
    let shown: String = text.chars().take(80).collect();
    Address::parse(text.trim()).map_err(|error| Fault::Invalid(format!("{shown:?}: {error}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_in_the_list_comes_back_from_the_address_of_the_next_page() {
        let asked = Asked { plan: "solo".to_owned(), ..Asked::default() };
        let last = Listed {
            account: Account { id: "ac_1".to_owned(), name: "Lakeside & GI".to_owned(), plan: "solo".to_owned() },
            held: false,
            agreed: true,
            sharing: Sharing::Pooled,
            sort_name: "lakeside & gi".to_owned(),
        };
        let address = further(&asked, &last);
        let after = form_urlencoded::parse(address.split_once('?').unwrap().1.as_bytes());
        let after = after.into_owned().find(|(name, _)| name == "after").unwrap().1;
        let listing = listing(&Asked { after, ..asked });
        assert_eq!(listing.after, Some(("lakeside & gi".to_owned(), "ac_1".to_owned())));
        assert_eq!((listing.plan.as_str(), listing.standing), ("solo", None));
    }
}
