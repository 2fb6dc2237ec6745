//! `demo`: the whole journey on sample questions of ours. No key, no network, no configuration: an embedded
//! database, the starter edition, a Maildir in and a Maildir out.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::{Failure, block_on};
use crate::app::{self, App};
use crate::clock::Clock;
use crate::config::{Config, Mode, Secret, SourceKind, TransportKind};
use crate::domain::account::{Account, FREE};
use crate::domain::address::Address;
use crate::domain::case::CaseStatus;
use crate::mail::dns::Dns;
use crate::mail::{MailSource, MailTransport};
use crate::pipeline::Pipeline;
use crate::receive;
use crate::reply::deliver;
use crate::review::link;
use crate::store::Store;
use crate::store::case::CaseRow;
use crate::store::reviewer::OPERATOR;

mod samples;

/// The whole journey on sample questions
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Go on as a service whose reviewers' pages stand here, and print a link that signs in once
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8077")]
    serve: Option<std::net::SocketAddr>,
}

/// Runs the demonstration; ends by itself, or at a signal where it serves.
pub fn run(demo: &Demo, mut config: Config) -> Result<(), Failure> {
    let folder = config.data_dir.join("demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::Work(format!("{}: {error}", folder.display())))?;
    }
    let (inbox, replies) = (folder.join("inbox"), folder.join("replies"));
    config.data_dir = folder.clone();
    // A database of its own, whatever the service has.
    config.database.url = Secret::default();
    config.service.mode = Mode::Trial;
    config.trust.assume_proved = false;
    config.trust.border_hosts = Vec::new();
    config.trust.authserv_id = samples::BORDER.to_owned();
    config.source.kind = SourceKind::Maildir;
    config.source.maildir.path = inbox.display().to_string();
    config.transport.kind = TransportKind::Maildir;
    config.transport.maildir.path = replies.display().to_string();
    config.quota.free_answers = samples::FREE_ANSWERS;
    if let Some(address) = demo.serve {
        if !address.ip().is_loopback() {
            return Err(Failure::Usage(format!(
                "--serve {address}: the demonstration is for this machine alone, such as 127.0.0.1:8077"
            )));
        }
        config.web.listen = address.to_string();
        config.web.public_url = format!("http://{address}");
        config.review.undo_seconds = UNDO_SECONDS;
    }
    block_on(journeys(config, &inbox, &replies, &folder))?
}

async fn journeys(config: Config, inbox: &Path, replies: &Path, folder: &Path) -> Result<(), Failure> {
    let started = Instant::now();
    let config = Arc::new(config);
    let clock = Clock::System;
    let store = Store::open(&config).await?.with_keys(app::keys(&config)?);
    let consultant = app::consultant(config.clone(), clock.clone())?;
    let mut out = std::io::stdout();
    let mut say = |text: &str| {
        let _ = writeln!(out, "{text}"); // A closed pipe must not keep the demonstration from finishing.
    };
    say("CaseConsultant: what becomes of an email. Everything below happens in this folder:");
    say(&format!("  {}\n", folder.display()));
    say(&format!(
        "edition {} is ready after {} ms",
        consultant.shelf.current().edition(),
        started.elapsed().as_millis()
    ));
    customers(&store, &clock).await?;
    let samples = samples::all();
    fill(inbox, &samples)?;
    say(&format!("{} mails lie in the inbox\n", samples.len()));
    let pipeline = Pipeline::new(consultant, store.clone(), Dns::Off);
    let mut source = app::source(&config).ok_or_else(|| Failure::Work("the demo has no inbox".to_owned()))?;
    let transport = app::transport(&config)?.ok_or_else(|| Failure::Work("the demo has no way out".to_owned()))?;
    let taken = take_in(source.as_mut(), &pipeline).await?;
    say(&format!("received: {} mails are on disk, with their digests, before the inbox was told\n", taken));
    let began = Instant::now();
    let mut steps = Vec::new();
    loop {
        let step = Instant::now();
        if !pipeline.step().await? {
            break;
        }
        steps.push(step.elapsed().as_secs_f64() * 1000.0);
    }
    let worked = began.elapsed();
    while deliver::run(&store, transport.as_ref(), &clock, &config).await? > 0 {}
    for case in store.list_cases(None, 100).await?.into_iter().rev() {
        say(&journey(&store, &case).await?);
    }
    let mean = steps.iter().sum::<f64>() / f64::from(u32::try_from(steps.len()).unwrap_or(u32::MAX).max(1));
    say(&format!("{} cases in {} ms ({mean:.0} ms a case, every step durable)\n", steps.len(), worked.as_millis()));
    say(&where_next(replies, folder));
    if !config.web.listen.is_empty() {
        return serve(&config, pipeline, transport, &mut say).await;
    }
    store.close().await;
    Ok(())
}

/// The time for undoing a decision in a demonstration: long enough to see it, short enough to wait for.
const UNDO_SECONDS: u64 = 20;

/// Goes on as a service, without a mailbox: the pages, the pipeline, the way out.
async fn serve(
    config: &Config,
    pipeline: Pipeline,
    transport: Arc<dyn MailTransport>,
    say: &mut impl FnMut(&str),
) -> Result<(), Failure> {
    let (store, now) = (&pipeline.store, pipeline.consultant.clock.now());
    let reviewer = samples::reviewer();
    store.insert_reviewer(reviewer.clone(), OPERATOR, now).await?;
    let link = link::sign_in(store, &config.web, &reviewer.id, OPERATOR, now).await?;
    let waiting: i64 = store.count_waiting().await?.iter().map(|(_, n)| n).sum();
    say(&format!(
        "\nReviewing: {waiting} cases wait for a person. This link signs you in once, as {}:\n  {link}\nTake a case, correct its draft, send it: the reply is a file in the folder above after {UNDO_SECONDS} seconds.\nCtrl-C ends the demonstration.",
        reviewer.name
    ));
    let stop = CancellationToken::new();
    tokio::spawn(super::serve::signals(stop.clone()));
    App::assemble(pipeline, None, Some(transport)).run(stop).await?;
    Ok(())
}

async fn customers(store: &Store, clock: &Clock) -> Result<(), Failure> {
    for (id, name, address) in samples::CUSTOMERS {
        let account = Account { id: id.to_owned(), name: name.to_owned(), plan: FREE.to_owned() };
        store.insert_account(account, vec![Address::parse(address)?], clock.now()).await?;
    }
    Ok(())
}

fn fill(inbox: &Path, samples: &[(String, String)]) -> Result<(), Failure> {
    let new = inbox.join("new");
    let at = |path: &PathBuf, error: std::io::Error| Failure::Work(format!("{}: {error}", path.display()));
    std::fs::create_dir_all(&new).map_err(|error| at(&new, error))?;
    for (name, text) in samples {
        let path = new.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(())
}

async fn take_in(source: &mut dyn MailSource, pipeline: &Pipeline) -> Result<usize, Failure> {
    let config = pipeline.consultant.config.clone();
    let mut taken = 0;
    loop {
        let polled = receive::poll(source, &pipeline.store, &pipeline.consultant.clock, &config, |_| {}).await?;
        taken += polled.opened;
        if !polled.more {
            return Ok(taken);
        }
    }
}

/// A case's story in a few lines.
async fn journey(store: &Store, case: &CaseRow) -> Result<String, Failure> {
    let events = store.list_events(&case.id).await?;
    let path: Vec<&str> = events.iter().map(|event| event.what.as_str()).filter(|what| *what != "outbox").collect();
    let (evidence, draft, _) = store.get_work(&case.id).await?;
    let mut text = format!("{}  {}\n", case.id, case.subject);
    text.push_str(&format!("  path     {}\n", path.join(" > ")));
    if let Some(evidence) = &evidence {
        let checks: Vec<String> = evidence
            .checks
            .iter()
            .filter(|check| check.question.kind() != "global_period" && check.question.kind() != "add_on")
            .map(|check| {
                let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
                format!("{} {}", subjects.join("/"), check.outcome.words())
            })
            .take(5)
            .collect();
        if !checks.is_empty() {
            text.push_str(&format!("  checks   {}\n", checks.join("; ")));
        }
    }
    match (case.status, &draft) {
        (CaseStatus::Answered, Some(draft)) => text.push_str(&format!("  answer   {}\n", draft.headline.text)),
        (_, _) if !case.reason.is_empty() => text.push_str(&format!("  {:<8} {}\n", word(case.status), case.reason)),
        _ => {}
    }
    for row in store.list_outbox(&case.id).await? {
        let ms = events.iter().find(|e| e.what == "sent").map_or(0, |sent| sent.at.millis_since(case.created_at));
        text.push_str(&format!("  mail     {} {} after {ms} ms\n", row.kind.key(), row.state.key()));
    }
    Ok(text)
}

fn word(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::InReview => "waits",
        CaseStatus::Ignored => "ignored",
        CaseStatus::Declined => "declined",
        CaseStatus::Asked => "asks back",
        CaseStatus::Kept => "kept",
        CaseStatus::Served => "command",
        _ => "state",
    }
}

fn where_next(replies: &Path, folder: &Path) -> String {
    format!(
        "Where to look next\n  the replies as mail files   {}\n  one case's whole story      caseconsultant --data-dir {} case list\n  your own question           echo \"45385 and 45380, different polyps, DOS 2024-08-01?\" | caseconsultant ask\n  a real mailbox              README, \"A real mailbox\"",
        replies.join("new").display(),
        folder.display()
    )
}
