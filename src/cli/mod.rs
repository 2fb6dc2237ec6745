//! The command line: one file per command.
//!
//! Exit codes: 0 done; 1 the work failed, or what was asked for is not on the shelf; 2 the command line or the
//! configuration is wrong. Results go to standard output, everything else to standard error.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, LogFormat};
use crate::domain::time::AsOf;
use crate::telemetry::traces::Traces;
use crate::{config, telemetry};

mod account;
mod answer;
mod api_token;
mod ask;
mod audit;
mod case;
mod check;
mod corpus;
mod demo;
mod eval;
mod extract;
mod message;
mod migrate;
mod reviewer;
mod seal;
mod serve;
mod token;
mod webhook;

/// Answers medical coding questions by email, checked against the official tables for the date of service.
#[derive(Debug, Parser)]
#[command(name = "caseconsultant", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder for the database and the editions [default: caseconsultant-data, or CASECONSULTANT_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Configuration file; every setting is described by `config defaults` [default: CASECONSULTANT_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the whole journey on sample questions: no key, no network, no configuration
    Demo(demo::Demo),
    /// Run the service: mailbox in, checked answers out
    Serve(serve::Serve),
    /// Ask one question: a message or plain text in, the reply or its structure out
    Ask(ask::Ask),
    /// Answer a file of questions, one JSON object a line
    Eval(eval::Eval),
    /// Build, inspect and search the edition of codes and rules
    #[command(subcommand)]
    Corpus(corpus::Corpus),
    /// Customers, their addresses and plans
    #[command(subcommand)]
    Account(account::Account),
    /// People who decide what waits: add, list, role, reset, close
    #[command(subcommand)]
    Reviewer(reviewer::Reviewer),
    /// Tokens with which programs use the API: add, list, revoke
    #[command(subcommand)]
    ApiToken(api_token::Token),
    /// What programs of others are told: list, test, retry
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Cases: list, show, try again
    #[command(subcommand)]
    Case(case::Case),
    /// The chain of events: does it hold, and where does it end
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Show what the service reads in a mail file
    Message(message::Message),
    #[command(hide = true)]
    Extract(extract::Extract),
    /// Keys and seals of the originals
    #[command(subcommand)]
    Seal(seal::Seal),
    /// Print an access token for the mailbox, renewed when it must be
    Token(token::Token),
    /// Try every limb: configuration, database, edition, IMAP, SMTP, model
    Check,
    /// Bring the database schema up to date, or move the database to a server
    Migrate(migrate::Migrate),
    /// Show the settings in force, or the commented defaults
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the settings in force, secrets hidden
    Show,
    /// Print the commented defaults
    Defaults,
}

/// Why a command ended.
#[derive(Debug)]
pub enum Failure {
    /// The work failed, or what was asked for is not on the shelf: exit code 1.
    Work(String),
    /// The command line or the configuration is wrong: exit code 2.
    Usage(String),
    /// A child of the service could not do its work: an exit code for its parent (sysexits.h).
    Child(String, u8),
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Work(error.to_string())
    }
}

/// Runs a command and returns its exit code.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Config(ConfigCommand::Defaults) => print(config::DEFAULTS),
        // Without settings: a child reads nothing but what it is given.
        Command::Extract(extract) => extract::run(extract),
        command => settings(&cli.global).map_err(|error| Failure::Usage(error.to_string())).and_then(|config| {
            // Only the service is watched: a command has its output.
            let traces = if matches!(command, Command::Serve(_)) { crate::app::traces(&config)? } else { None };
            telemetry::start(&config.log.level, config.log.format == LogFormat::Json, traces.as_ref());
            dispatch(command, config, traces)
        }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Work(text)) => fail(&text, 1),
        Err(Failure::Usage(text)) => fail(&text, 2),
        Err(Failure::Child(text, code)) => fail(&text, code),
    }
}

fn fail(text: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(code)
}

fn settings(global: &Global) -> Result<Config, ConfigError> {
    config::load(global.config.as_deref(), global.data_dir.as_deref())
}

fn dispatch(command: Command, config: Config, traces: Option<Traces>) -> Result<(), Failure> {
    match command {
        Command::Demo(demo) => demo::run(&demo, config),
        Command::Serve(serve) => serve::run(serve, config, traces),
        Command::Ask(ask) => ask::run(&ask, config),
        Command::Eval(eval) => eval::run(&eval, config),
        Command::Corpus(command) => corpus::run(&command, &config),
        Command::Account(command) => block_on(account::run(command, config))?,
        Command::Reviewer(command) => block_on(reviewer::run(command, config))?,
        Command::ApiToken(command) => block_on(api_token::run(command, config))?,
        Command::Webhook(command) => block_on(webhook::run(command, config))?,
        Command::Case(command) => block_on(case::run(command, config))?,
        Command::Audit(command) => block_on(audit::run(command, config))?,
        Command::Message(message) => block_on(message::run(&message, &config))?,
        Command::Extract(extract) => extract::run(extract),
        Command::Seal(command) => block_on(seal::run(command, config))?,
        Command::Token(command) => block_on(token::run(command, &config))?,
        Command::Check => block_on(check::run(config))?,
        Command::Migrate(migrate) => block_on(migrate::run(migrate, config))?,
        Command::Config(_) => {
            let text = toml::to_string_pretty(&config).map_err(|error| Failure::Work(error.to_string()))?;
            print(&format!("# data folder: {}\n{text}", config.data_dir.display()))
        }
    }
}

/// Runs a future on a small runtime of its own.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Work(format!("no runtime: {error}")))?;
    Ok(runtime.block_on(future))
}

/// Writes to standard output; a closed pipe is no failure of ours.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written =
        out.write_all(text.as_bytes()).and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Work(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON object on a line.
fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&value.to_string())
}

/// `--on`: a date, or `shelf`.
fn as_of(text: &str) -> Result<AsOf, String> {
    if text == "shelf" {
        return Ok(AsOf::Shelf);
    }
    text.parse().map(AsOf::Date).map_err(|_| format!("{text:?} is no date: write it as 2024-08-01, or the word shelf"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
