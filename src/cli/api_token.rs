//! `api-token`: what programs show instead of a session.

use clap::Subcommand;
use jiff::civil::Date;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::api_token::{ApiScope, ApiToken};
use crate::domain::reviewer::Standing;
use crate::domain::time::{Timestamp, end_of};
use crate::review::api_token::{NoToken, Wish, make};
use crate::store::Store;
use crate::store::reviewer::OPERATOR;

/// Tokens of programs
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once
    Add {
        /// Its name, for people
        name: String,
        /// What it may do; repeat for more: cases:read, decisions:write, accounts:read, accounts:write, checks:read, codes:read
        #[arg(long = "scope", value_parser = scope, required = true, value_name = "SCOPE")]
        scopes: Vec<ApiScope>,
        /// The reviewer in whose name it decides; decisions:write needs one
        #[arg(long = "as", value_name = "EMAIL")]
        reviewer: Option<String>,
        /// The last day on which it counts, as 2027-06-30
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
    },
    /// List all tokens, without their secrets
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token; it counts no more at once
    Revoke {
        /// Its name, or its id
        token: String,
    },
}

/// `--scope`.
fn scope(text: &str) -> Result<ApiScope, String> {
    let known = || ApiScope::ALL.map(ApiScope::key).join(", ");
    ApiScope::parse(text).ok_or_else(|| format!("{text:?} is no scope; there are {}", known()))
}

/// Runs the command.
pub async fn run(command: Token, config: Config) -> Result<(), Failure> {
    let store = Store::open(&config).await?;
    let outcome = match command {
        Token::Add { name, scopes, reviewer, until } => add(&store, name, scopes, reviewer.as_deref(), until).await,
        Token::List { json } => list(&store, json).await,
        Token::Revoke { token } => revoke(&store, &token).await,
    };
    store.close().await;
    outcome
}

async fn add(
    store: &Store,
    name: String,
    scopes: Vec<ApiScope>,
    reviewer: Option<&str>,
    until: Option<Date>,
) -> Result<(), Failure> {
    let reviewer = match reviewer {
        Some(email) => Some(person(store, email).await?),
        None => None,
    };
    let wish = Wish { name, scopes, reviewer, expires_at: until.and_then(end_of) };
    match make(store, wish, OPERATOR, Clock::System.now()).await {
        Ok((_, secret)) => {
            print(&secret)?;
            eprintln!("This is the only time that it is shown. Programs send it as `Authorization: Bearer …`.");
            Ok(())
        }
        Err(NoToken::NoPerson) => Err(Failure::Usage(format!("{}: name them with --as EMAIL", NoToken::NoPerson))),
        Err(error @ (NoToken::Store(_) | NoToken::Taken)) => Err(error.into()),
        Err(error) => Err(Failure::Usage(error.to_string())),
    }
}

async fn person(store: &Store, email: &str) -> Result<String, Failure> {
    let key = Address::parse(email).map(|address| address.key()).unwrap_or_default();
    let found = store.find_reviewer_by_email(&key).await?.filter(|profile| profile.standing == Standing::Active);
    let missing = || {
        Failure::Work(format!("{email}: no active reviewer; `caseconsultant reviewer list` shows all, and their state"))
    };
    Ok(found.ok_or_else(missing)?.id)
}

async fn revoke(store: &Store, which: &str) -> Result<(), Failure> {
    if store.revoke_api_token(which, OPERATOR, Clock::System.now()).await? {
        return print(&format!("{which} is revoked"));
    }
    Err(Failure::Work(format!("{which}: no token that counts; `caseconsultant api-token list` shows all")))
}

async fn list(store: &Store, as_json: bool) -> Result<(), Failure> {
    let all = store.list_api_tokens().await?;
    if as_json {
        let at = |time: Option<Timestamp>| time.map(|time| time.instant().to_string());
        let one = |own: &ApiToken| {
            json!({
                "id": own.id, "name": own.name, "scopes": own.scopes.iter().map(|s| s.key()).collect::<Vec<_>>(),
                "reviewer": own.reviewer, "expires_at": at(own.expires_at), "revoked_at": at(own.revoked_at),
                "used_on": own.used_on.map(|day| day.to_string()), "created_at": at(Some(own.created_at)),
                "created_by": own.created_by,
            })
        };
        return print_json(&json!({ "tokens": all.iter().map(one).collect::<Vec<_>>() }));
    }
    if all.is_empty() {
        return print("no token yet: `caseconsultant api-token add NAME --scope SCOPE` makes one");
    }
    let now = Clock::System.now();
    let line = |own: &ApiToken| {
        let state = own.counts(now).map_or_else(|why| why.to_string(), |()| "counts".to_owned());
        let used = own.used_on.map_or_else(|| "never used".to_owned(), |day| format!("used {day}"));
        let scopes: Vec<&str> = own.scopes.iter().map(|scope| scope.key()).collect();
        format!("{}  {}  {state}, {used}  {}", own.id, own.name, scopes.join(" "))
    };
    print(&all.iter().map(line).collect::<Vec<_>>().join("\n"))
}
