//! `case`: what became of every mail.

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::case::{CaseId, CaseStatus};
use crate::store::Store;
use crate::store::case::CaseRow;
use crate::store::original::{Opener, Reason};
use crate::store::reviewer::OPERATOR;

mod more;

/// Cases
#[derive(Debug, Subcommand)]
pub enum Case {
    /// List cases, newest first
    List {
        /// Only those in this state: received, in_review, answered, declined, ignored, …
        #[arg(long, value_parser = status, value_name = "STATE")]
        status: Option<CaseStatus>,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the whole story of a case
    Show {
        /// Its number
        case: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the original message of a case; who did, and why, is recorded
    Original {
        /// Its number
        case: String,
        /// Your name
        #[arg(long, value_name = "NAME")]
        reviewer: String,
        /// Why you need to see it
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Decide a complaint (BAD), and tell its sender: upheld gives the answer it is about back to the quota
    Decide {
        /// The number of the mail that complains, as `case show` lists it
        case: String,
        /// The complaint is right
        #[arg(long, conflicts_with = "rejected", required_unless_present = "rejected")]
        upheld: bool,
        /// It is not
        #[arg(long, requires = "why")]
        rejected: bool,
        /// What its sender is told: the right answer, or why the answer stands
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        why: String,
        /// Your name
        #[arg(long, value_name = "NAME")]
        reviewer: String,
    },
    /// Close a case that waited for a person and that you answered from the mailbox
    Close {
        /// Its number
        case: String,
        /// Your name
        #[arg(long, value_name = "NAME")]
        reviewer: String,
    },
    /// Say of a case's uncertain messages whether they left; those that did not are sent again
    Settle {
        /// Its number
        case: String,
        /// They arrived, as the mail server's log says
        #[arg(long, conflicts_with = "lost", required_unless_present = "lost")]
        arrived: bool,
        /// They did not leave: send them again
        #[arg(long)]
        lost: bool,
        /// Your name
        #[arg(long, value_name = "NAME")]
        reviewer: String,
    },
    /// Keep a case by legal hold, whatever its sender wishes
    Hold {
        /// Its number
        case: String,
        /// End the hold
        #[arg(long)]
        end: bool,
    },
    /// Send a case that waits or was declined through the pipeline again
    Retry {
        /// Its number
        case: String,
    },
}

fn status(text: &str) -> Result<CaseStatus, String> {
    CaseStatus::parse(text).ok_or_else(|| {
        let known = CaseStatus::ALL.map(CaseStatus::key).join(", ");
        format!("{text:?} is no state; known are {known}")
    })
}

/// Runs the command.
pub async fn run(command: Case, config: Config) -> Result<(), Failure> {
    let store = Store::open(&config).await?;
    let outcome = match command {
        Case::List { status, limit, json } => list(&store, status, limit, json).await,
        Case::Show { case, json } => show(&store, &case, json).await,
        Case::Retry { case } => retry(&store, &case).await,
        Case::Decide { case, upheld, why, reviewer, .. } => more::decide(&store, &case, upheld, &why, &reviewer).await,
        Case::Close { case, reviewer } => more::close(&store, &case, &reviewer).await,
        Case::Settle { case, arrived, reviewer, .. } => more::settle(&store, &case, arrived, &reviewer).await,
        Case::Hold { case, end } => more::hold(&store, &case, !end).await,
        Case::Original { case, reviewer, reason } => original(&store, &config, &case, &reviewer, &reason).await,
    };
    store.close().await;
    outcome
}

fn number(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).ok_or_else(|| Failure::Usage(format!("{text:?} is no case number: they look like CC-7F3K2WX")))
}

async fn find(store: &Store, text: &str) -> Result<CaseRow, Failure> {
    let found = store.find_case(&number(text)?).await?;
    found.ok_or_else(|| Failure::Work(format!("{text}: no such case; `caseconsultant case list` shows the latest")))
}

async fn list(store: &Store, status: Option<CaseStatus>, limit: u32, as_json: bool) -> Result<(), Failure> {
    let cases = store.list_cases(status, i64::from(limit)).await?;
    if as_json {
        let rows: Vec<_> = cases.iter().map(row_json).collect();
        return print_json(&json!({ "cases": rows }));
    }
    if cases.is_empty() {
        return print("no case");
    }
    let line = |case: &CaseRow| {
        format!(
            "{}  {:<10} {}  {}  {}",
            case.id,
            case.status.key(),
            case.created_at.instant(),
            case.subject,
            case.reason
        )
    };
    print(&cases.iter().map(|case| line(case).trim_end().to_owned()).collect::<Vec<_>>().join("\n"))
}

fn row_json(case: &CaseRow) -> serde_json::Value {
    json!({
        "id": case.id, "status": case.status, "reason": case.reason, "subject": case.subject,
        "created_at": case.created_at.instant().to_string(), "updated_at": case.updated_at.instant().to_string(),
    })
}

async fn show(store: &Store, text: &str, as_json: bool) -> Result<(), Failure> {
    let case = find(store, text).await?;
    let events = store.list_events(&case.id).await?;
    let outbox = store.list_outbox(&case.id).await?;
    let openings = store.list_openings(&case.id).await?;
    let (evidence, draft, report) = store.get_work(&case.id).await?;
    let related = more::related(store, &case.id).await?;
    if as_json {
        let events: Vec<_> = events
            .iter()
            .map(|e| json!({"at": e.at.instant().to_string(), "what": e.what, "detail": e.detail}))
            .collect();
        let outbox: Vec<_> = outbox.iter().map(|o| json!({"kind": o.kind, "state": o.state, "attempts": o.attempts, "message_id": o.message_id, "said": o.said})).collect();
        let mut value = row_json(&case);
        value["events"] = json!(events);
        value["outbox"] = json!(outbox);
        value["removed"] = json!(evidence.as_ref().map(|evidence| evidence.inquiry.removed.clone()));
        value["original_opened"] = json!(
            openings
                .iter()
                .map(|o| json!({"at": o.at.instant().to_string(), "reviewer": o.reviewer, "reason": o.reason}))
                .collect::<Vec<_>>()
        );
        related.into_json(&mut value);
        value["edition"] = json!(evidence.as_ref().map(|evidence| evidence.edition.clone()));
        value["draft"] = json!(draft);
        value["findings"] = json!(report.map(|report| report.findings));
        return print_json(&value);
    }
    let mut lines =
        vec![format!("{}  {}  {}", case.id, case.status.key(), case.reason), format!("subject: {}", case.subject)];
    for event in &events {
        lines.push(format!("{}  {:<11} {}", event.at.instant(), event.what, event.detail));
    }
    for row in &outbox {
        lines.push(format!(
            "outbox: {} is {} after {} attempts  {}",
            row.kind.key(),
            row.state.key(),
            row.attempts,
            row.said
        ));
    }
    for opened in &openings {
        lines.push(format!("original opened {} by {}: {}", opened.at.instant(), opened.reviewer, opened.reason));
    }
    lines.extend(related.lines());
    if let Some(evidence) = &evidence {
        lines.push(format!("edition {}", evidence.edition));
        for check in &evidence.checks {
            let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
            lines.push(format!("check {} {}: {}", check.question.kind(), subjects.join("/"), check.outcome.words()));
        }
    }
    if let Some(draft) = &draft {
        lines.push(format!("draft by {}: {}", draft.writer, draft.headline.text));
    }
    for finding in report.iter().flat_map(|report| &report.findings) {
        lines.push(format!("finding {:?} {}: {}", finding.severity, finding.kind, finding.text).to_lowercase());
    }
    print(&lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n"))
}

async fn original(store: &Store, config: &Config, text: &str, reviewer: &str, reason: &str) -> Result<(), Failure> {
    let case = find(store, text).await?;
    let reason = Reason::new(reviewer, reason).ok_or_else(|| {
        Failure::Usage("--reviewer and --reason must say who looks and why: both are kept".to_owned())
    })?;
    let store = store.clone().with_keys(app::keys(config)?);
    let (raw, _) = store.open_original(&case.id, &Opener::Person(reason.by(OPERATOR)), Clock::System.now()).await?;
    print(&String::from_utf8_lossy(&raw))
}

async fn retry(store: &Store, text: &str) -> Result<(), Failure> {
    let case = find(store, text).await?;
    if store.reopen(&case.id, Clock::System.now()).await? {
        return print(&format!("{} goes through the pipeline again when the service runs", case.id));
    }
    Err(Failure::Work(format!(
        "{} is {}: only a case that waits or was declined, and whose answer is not in the outbox, can be tried again",
        case.id,
        case.status.key()
    )))
}
