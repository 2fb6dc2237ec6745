//! `token`: an access token for the mailbox, on standard output and nothing else there.
//!
//! Exit codes of sysexits.h tell the service what a failure means: 75, it is tried again; 77, a person must sign in;
//! 78, a person must look at the settings.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, print};
use crate::clock::{self, Clock};
use crate::config::{Config, OauthProvider};
use crate::mail::oauth::{self, Client, Endpoint, Granted, OauthError};

/// Print an access token for the mailbox, renewed when it must be
#[derive(Debug, Args)]
pub struct Token {
    /// Sign in as the mailbox, once: shows a page and a code, or an address for a browser
    #[arg(long)]
    sign_in: bool,
    /// Renew even where the present token holds
    #[arg(long, conflicts_with = "sign_in")]
    renew: bool,
    /// Where the tokens lie [default: oauth.token_file, or oauth.json in the data folder]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
pub async fn run(command: Token, config: &Config) -> Result<(), Failure> {
    if config.oauth.provider == OauthProvider::None {
        return Err(Failure::Usage(
            "oauth.provider is \"none\": deploy/TRUST.md has the steps for Google and Microsoft".to_owned(),
        ));
    }
    let path = command.file.clone().unwrap_or_else(|| config.token_file());
    let endpoint = Endpoint::new(&config.oauth);
    let client = Client::new(&config.oauth).map_err(told)?;
    if command.sign_in {
        // A file that cannot be written shows before anybody signs in.
        oauth::Keep::open(&path).and_then(|keep| keep.prepare().map(|()| keep.give_up())).map_err(told)?;
        let granted = sign_in(&client, &endpoint, &config.source.imap.user).await.map_err(told)?;
        oauth::keep_sign_in(&path, granted, now()).map_err(told)?;
        return say(&format!("Signed in. The tokens lie in {}.", path.display()));
    }
    let token = oauth::access_token(&path, &client, &endpoint, command.renew, now).await.map_err(told)?;
    print(&token)
}

async fn sign_in(client: &Client, endpoint: &Endpoint, user: &str) -> Result<Granted, OauthError> {
    if !endpoint.device.is_empty() {
        let device = oauth::invite(client, endpoint).await?;
        let _ = say(&format!("Open {} in any browser, type {}, and sign in as the mailbox.", device.page, device.code));
        return oauth::by_device(client, endpoint, &device).await;
    }
    let invitation = oauth::by_address(endpoint, user, [clock::random_bytes(), clock::random_bytes()]);
    let _ = say(&format!(
        "Open this address in any browser and sign in as the mailbox:\n\n{}\n\nAt the end the browser shows a page that \
         cannot be reached. Copy the address of that page, paste it here, and press Enter:",
        invitation.address
    ));
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line); // An empty line is refused below.
    let code = oauth::code_of(&invitation, &line)?;
    client.redeem(endpoint, &invitation, &code).await
}

fn now() -> i64 {
    Clock::System.now().0.div_euclid(1_000_000)
}

/// To the person, beside standard output.
fn say(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stderr(), "{text}").map_err(|error| Failure::Work(format!("standard error: {error}")))
}

fn told(error: OauthError) -> Failure {
    let code = match &error {
        OauthError::Unreachable { .. } => 75,
        OauthError::SignIn { .. } => 77,
        OauthError::Client { .. } | OauthError::Refused { .. } | OauthError::Malformed { .. } => 78,
        OauthError::File { .. } => 78,
    };
    Failure::Child(error.to_string(), code)
}
