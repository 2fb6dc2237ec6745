//! `/api/v1/accounts`: accounts, their addresses, and what they used.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::caller::{AccountsRead, AccountsWrite, Caller};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::{Asked, Named, Sent};
use super::shapes::{Answer, Day, words};
use crate::admit::allowance;
use crate::clock;
use crate::domain::account::{self as own, FREE, Sharing};
use crate::domain::address::Address;
use crate::domain::api_token::{ApiScope, ApiToken};
use crate::domain::quota::{Quota, Usage as Used};
use crate::store::account::Added;
use crate::store::change::{Author, Change, Changed};
use crate::web::desk::Desk;

/// Accounts of one answer, where nothing is said, and at most.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 100;
/// The longest name, in characters, and the most addresses of one call.
const LONGEST_NAME: usize = 200;
const MOST_SENDERS: usize = 50;

pub fn operations() -> Vec<Operation> {
    let (read, write) = (ApiScope::AccountsRead, ApiScope::AccountsWrite);
    let (all, one) = ("/api/v1/accounts", "/api/v1/accounts/{key}");
    let sender = ["addSender", "Adds an address that may write for an account."];
    let usage = ["getUsage", "What an account may use in this period, and what it used."];
    vec![
        Operation::get::<Accounts, _, _>(all, read, ["listAccounts", "Accounts, by id."], list).query::<Page>(),
        Operation::get::<Account, _, _>(one, read, ["getAccount", "One account with its addresses."], show),
        Operation::post::<Account, _, _>(all, write, ["addAccount", "Adds an account with its addresses."], add)
            .takes::<NewAccount>()
            .creates()
            .may_conflict(),
        Operation::post::<Account, _, _>("/api/v1/accounts/{key}/senders", write, sender, add_sender)
            .takes::<NewSender>()
            .may_conflict(),
        Operation::get::<Usage, _, _>("/api/v1/accounts/{key}/usage", read, usage, self::usage),
    ]
}

/// Which accounts are listed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Page {
    /// Behind this one: `next` of the answer before.
    after: String,
    /// How many, 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { after: String::new(), limit: PAGE }
    }
}

/// A page of accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Accounts {
    /// The accounts, without their addresses.
    accounts: Vec<AccountLine>,
    /// Where the next page begins; none behind the last one.
    next: Option<String>,
}

/// An account without its addresses.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountLine {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// `free`, or a plan of the settings.
    plan: String,
}

/// An account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Account {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// `free`, or a plan of the settings.
    plan: String,
    /// Addresses that may write for it.
    senders: Vec<String>,
    /// Domains whose addresses may all write for it.
    domains: Vec<String>,
}

/// An account to add.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Its name: one line.
    #[schemars(length(min = 1, max = 200))]
    name: String,
    /// `free`, or a plan of the settings.
    #[serde(default = "free")]
    plan: String,
    /// Addresses that may write for it.
    #[schemars(length(min = 1, max = 50))]
    senders: Vec<String>,
}

fn free() -> String {
    FREE.to_owned()
}

/// An address to add.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSender {
    /// The address.
    address: String,
}

/// What an account may use, and used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Usage {
    /// Its id.
    account: String,
    /// Its plan.
    plan: String,
    /// The period: `2026-11`, or `2026`.
    period: String,
    /// The first day of the next period.
    resets: Option<Day>,
    /// Whether all senders share the answers of the plan, `pooled`, or each `sender` has them alone.
    #[schemars(schema_with = "sharings")]
    shared: &'static str,
    /// Answers of the plan: what all senders used of them.
    plan_answers: Answers,
    /// Answers that were bought beside it; they last until they are used.
    bought: Option<Answers>,
    /// Questions that are kept until there are answers.
    kept: u32,
}

/// How many answers there are, and where they are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answers {
    /// In all.
    answers: u32,
    /// Those that left.
    used: u32,
    /// Those that are being worked on.
    in_work: u32,
    /// Those that are left; none where each sender has answers of their own.
    left: Option<u32>,
}

fn sharings(_: &mut SchemaGenerator) -> Schema {
    words(Sharing::ALL.map(Sharing::key))
}

async fn list(
    _: Caller<AccountsRead>,
    State(desk): State<Arc<Desk>>,
    Asked(page): Asked<Page>,
) -> Result<Answer<Accounts>, Problem> {
    if !(1..=LONGEST_PAGE).contains(&page.limit) {
        return Err(Problem::invalid(format!("limit is 1 to {LONGEST_PAGE}.")));
    }
    let mut found = desk.store.list_accounts_after(&page.after, i64::from(page.limit) + 1).await?;
    let more = found.len() > page.limit as usize;
    found.truncate(page.limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.id.clone());
    let line = |own: own::Account| AccountLine { id: own.id, name: own.name, plan: own.plan };
    Ok(Answer(Accounts { accounts: found.into_iter().map(line).collect(), next }))
}

async fn found(desk: &Desk, key: &str) -> Result<Account, Problem> {
    let account = desk.store.find_account(key).await?;
    let (account, senders) =
        account.ok_or_else(|| Problem::not_found("There is no such account: ids begin with ac_."))?;
    let domains = desk.store.list_domains(&account.id).await?;
    Ok(Account { id: account.id, name: account.name, plan: account.plan, senders, domains })
}

async fn show(
    _: Caller<AccountsRead>,
    State(desk): State<Arc<Desk>>,
    Named(key): Named,
) -> Result<Answer<Account>, Problem> {
    Ok(Answer(found(&desk, &key).await?))
}

fn address(text: &str) -> Result<Address, Problem> {
    Address::parse(text).map_err(|error| Problem::invalid(format!("An address cannot be read: {error}.")))
}

async fn add(
    caller: Caller<AccountsWrite>,
    State(desk): State<Arc<Desk>>,
    Sent { value: new, .. }: Sent<NewAccount>,
) -> Result<Response, Problem> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Problem::invalid(format!("name is one line of 1 to {LONGEST_NAME} characters.")));
    }
    if new.plan != FREE && !desk.config.plans.contains_key(&new.plan) {
        let known: Vec<&str> = std::iter::once(FREE).chain(desk.config.plans.keys().map(String::as_str)).collect();
        return Err(Problem::invalid(format!("There is no such plan; there are {}.", known.join(", "))));
    }
    if !(1..=MOST_SENDERS).contains(&new.senders.len()) {
        return Err(Problem::invalid(format!("senders are 1 to {MOST_SENDERS}.")));
    }
    let senders: Vec<Address> = new.senders.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
    let id = format!("ac_{:012x}", clock::random() & 0xffff_ffff_ffff);
    let account = own::Account { id: id.clone(), name: name.to_owned(), plan: new.plan };
    let now = desk.clock.now();
    match desk.store.open_account(account, senders, author(caller.token()), now).await? {
        Added::Account => {}
        Added::AddressTaken(owner) => return Err(taken(&owner)),
    }
    let mut response = (StatusCode::CREATED, Answer(found(&desk, &id).await?)).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/accounts/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Who stands in the story of the account: the token.
fn author(token: &ApiToken) -> Author {
    Author { by: token.id.clone(), why: String::new() }
}

fn taken(owner: &str) -> Problem {
    Problem::conflict(format!("An address belongs to {owner} already; nothing was added."))
}

async fn add_sender(
    caller: Caller<AccountsWrite>,
    State(desk): State<Arc<Desk>>,
    Named(key): Named,
    Sent { value: new, .. }: Sent<NewSender>,
) -> Result<Answer<Account>, Problem> {
    let account = found(&desk, &key).await?;
    let sender = address(&new.address)?;
    let now = desk.clock.now();
    let change = Change::Sender(sender, true);
    match desk.store.change_account(&account.id, change, author(caller.token()), now).await? {
        Changed::Done | Changed::Same => {}
        Changed::Taken(owner) => return Err(taken(&owner)),
        Changed::NoAccount => return Err(Problem::conflict("The account was removed a moment ago.".to_owned())),
    }
    Ok(Answer(found(&desk, &account.id).await?))
}

async fn usage(
    _: Caller<AccountsRead>,
    State(desk): State<Arc<Desk>>,
    Named(key): Named,
) -> Result<Answer<Usage>, Problem> {
    let account = found(&desk, &key).await?;
    let known = own::Account { id: account.id.clone(), name: account.name, plan: account.plan.clone() };
    let quota = allowance(&known, desk.clock.now().date(), &desk.config);
    let used = desk.store.find_usage(&account.id, &quota.period).await?;
    let bought = desk.store.count_pack(&account.id).await?;
    let pack = Quota::pack(bought);
    let of_pack = desk.store.find_usage(&account.id, &pack.period).await?;
    let sharing = desk.store.find_sharing(&account.id).await?;
    Ok(Answer(Usage {
        shared: sharing.key(),
        kept: desk.store.count_kept(&account.id).await?,
        plan_answers: answers(&quota, used, sharing),
        bought: (bought > 0).then(|| answers(&pack, of_pack, Sharing::Pooled)),
        resets: quota.resets.map(Day),
        period: quota.period,
        plan: account.plan,
        account: account.id,
    }))
}

fn answers(quota: &Quota, used: Used, sharing: Sharing) -> Answers {
    let left = (sharing == Sharing::Pooled).then(|| quota.left(used));
    Answers { answers: quota.answers, used: used.settled, in_work: used.reserved, left }
}
