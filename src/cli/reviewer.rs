//! `reviewer`: the people who decide what waits.

use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::reviewer::{Credential, Profile, Role, Standing};
use crate::review::link;
use crate::store::Store;
use crate::store::reviewer::OPERATOR;

/// People who decide
#[derive(Debug, Subcommand)]
pub enum Reviewer {
    /// Add a reviewer; prints a link with which they set their password, once, within seven days
    Add {
        /// The address they sign in with
        email: String,
        /// Their name, as it stands under a reply
        #[arg(long)]
        name: String,
        /// What they may do
        #[arg(long, value_enum, default_value = "reviewer")]
        role: RoleWord,
        /// The letters of their certificate, such as CPC
        #[arg(long, value_name = "LETTERS")]
        credential: Option<String>,
        /// Its number
        #[arg(long, requires = "credential", default_value = "")]
        number: String,
        /// Its last day, as 2027-06-30
        #[arg(long, requires = "credential", value_name = "DATE")]
        until: Option<Date>,
        /// What they know best; repeat for more
        #[arg(long = "specialty", value_name = "NAME")]
        specialties: Vec<String>,
    },
    /// List all reviewers
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Put a reviewer into another role; they sign in anew
    Role {
        /// Their address
        email: String,
        /// What they may do
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// Invite anew: password and authenticator are forgotten, sessions end, and a fresh link is printed
    Reset {
        /// Their address
        email: String,
    },
    /// Close an account; its sessions end at once. `reset` opens it again
    Close {
        /// Their address
        email: String,
    },
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Takes cases, edits and decides them
    Reviewer,
    /// The same; overrules blocking findings, and keeps accounts and reviewers
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Reviewer => Self::Reviewer,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// Runs the command.
pub async fn run(command: Reviewer, config: Config) -> Result<(), Failure> {
    let store = Store::open(&config).await?;
    let outcome = match command {
        Reviewer::Add { email, name, role, credential, number, until, specialties } => {
            let credential = credential.map(|letters| Credential { letters, number, until });
            let profile = profile(&email, name, role.into(), credential, specialties);
            match profile {
                Ok(profile) => add(&store, &config, profile).await,
                Err(failure) => Err(failure),
            }
        }
        Reviewer::List { json } => list(&store, json).await,
        Reviewer::Role { email, role } => set_role(&store, &email, role.into()).await,
        Reviewer::Reset { email } => reset(&store, &config, &email).await,
        Reviewer::Close { email } => close(&store, &email).await,
    };
    store.close().await;
    outcome
}

fn profile(
    email: &str,
    name: String,
    role: Role,
    credential: Option<Credential>,
    specialties: Vec<String>,
) -> Result<Profile, Failure> {
    let address = Address::parse(email).map_err(|error| Failure::Usage(format!("{email}: {error}")))?;
    // They stand under replies and in lists of one line each.
    let plain = |text: &str| !text.trim().is_empty() && text.len() <= 100 && !text.chars().any(char::is_control);
    let letters =
        credential.as_ref().is_none_or(|own| plain(&own.letters) && (own.number.is_empty() || plain(&own.number)));
    if !plain(&name) || !letters || !specialties.iter().all(|text| plain(text)) {
        return Err(Failure::Usage(
            "a name, a credential and a specialty are one line of at most 100 characters each".to_owned(),
        ));
    }
    Ok(Profile {
        id: format!("rv_{:012x}", clock::random() & 0xffff_ffff_ffff),
        email: address.key(),
        name: name.trim().to_owned(),
        role,
        credential,
        specialties,
        standing: Standing::Invited,
        second_factor: false,
    })
}

async fn add(store: &Store, config: &Config, profile: Profile) -> Result<(), Failure> {
    let (id, email, now) = (profile.id.clone(), profile.email.clone(), Clock::System.now());
    if !store.insert_reviewer(profile, OPERATOR, now).await? {
        return Err(Failure::Work(format!("{email} is a reviewer already; `reviewer reset` invites them anew")));
    }
    print(&link::invitation(store, &config.web, &id, OPERATOR, now).await?)?;
    told(config);
    Ok(())
}

/// What the person at the keyboard should know, beside the link that goes to standard output alone.
fn told(config: &Config) {
    let served = if config.web.listen.is_empty() { "; set web.listen, or nobody serves it" } else { "" };
    eprintln!("Send them this link. It works once, within seven days{served}.");
}

async fn find(store: &Store, email: &str) -> Result<Profile, Failure> {
    let key = Address::parse(email).map(|address| address.key()).unwrap_or_default();
    let missing = || Failure::Work(format!("{email}: no such reviewer; `caseconsultant reviewer list` shows all"));
    store.find_reviewer_by_email(&key).await?.ok_or_else(missing)
}

async fn set_role(store: &Store, email: &str, role: Role) -> Result<(), Failure> {
    let profile = find(store, email).await?;
    store.set_role(&profile.id, role, OPERATOR, Clock::System.now()).await?;
    let more = if role == Role::Admin && !profile.second_factor {
        "; they act as one when they have set up an authenticator (/me)"
    } else {
        ""
    };
    print(&format!("{} is {}{more}", profile.email, if role == Role::Admin { "an admin" } else { "a reviewer" }))
}

async fn reset(store: &Store, config: &Config, email: &str) -> Result<(), Failure> {
    let profile = find(store, email).await?;
    print(&link::invitation(store, &config.web, &profile.id, OPERATOR, Clock::System.now()).await?)?;
    told(config);
    Ok(())
}

async fn close(store: &Store, email: &str) -> Result<(), Failure> {
    let profile = find(store, email).await?;
    store.close_reviewer(&profile.id, OPERATOR, Clock::System.now()).await?;
    print(&format!("{} is closed", profile.email))
}

async fn list(store: &Store, as_json: bool) -> Result<(), Failure> {
    let all = store.list_reviewers().await?;
    if as_json {
        let one = |own: &Profile| {
            json!({
                "id": own.id, "email": own.email, "name": own.name, "role": own.role.key(),
                "state": own.standing.key(), "second_factor": own.second_factor, "specialties": own.specialties,
                "credential": own.credential.as_ref().map(|c| json!({
                    "letters": c.letters, "number": c.number, "until": c.until.map(|day| day.to_string()),
                })),
            })
        };
        return print_json(&json!({ "reviewers": all.iter().map(one).collect::<Vec<_>>() }));
    }
    if all.is_empty() {
        return print("no reviewer yet: `caseconsultant reviewer add EMAIL --name NAME` adds one");
    }
    let line = |own: &Profile| {
        let letters = own.credential.as_ref().map(|c| format!(", {}", c.letters)).unwrap_or_default();
        format!("{:<8} {:<8} {}  {}{letters}", own.role.key(), own.standing.key(), own.email, own.name)
    };
    print(&all.iter().map(line).collect::<Vec<_>>().join("\n"))
}
