//! `corpus fetch`: current releases from the official addresses or a mirror, into a folder that `corpus import` reads.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::super::{Failure, print, print_json};
use super::terms::agree;
use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::fetch::{
    Catalog, Event, FetchError, Fetcher, Folder, Outcome, Settings, Source, Standing, Terms, Verdict, plan,
};
use crate::corpus::{Corpus, Release, ReleaseScope};

/// Options of the command.
#[derive(Debug, clap::Args)]
pub struct Fetch {
    /// Which releases; without a word, all that the catalog names
    #[arg(value_name = "KIND")]
    kinds: Vec<String>,
    /// Only say which release is newer than the shelf's
    #[arg(long)]
    check: bool,
    /// A mirror instead of the official addresses: http(s)://… or a folder
    #[arg(long, value_name = "MIRROR")]
    from: Option<String>,
    /// Where the files go [default: fetched/ in the data folder]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// A catalog of addresses in place of the built-in one; `--print-catalog` shows the form
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Print the built-in catalog of addresses
    #[arg(long)]
    print_catalog: bool,
    /// Accept the terms of the AMA, the ADA and the AHA without being asked, and record that
    #[arg(long)]
    accept_ama_license: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(options: &Fetch, config: &Config) -> Result<(), Failure> {
    if options.print_catalog {
        return print(Catalog::built_in_text());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(fetch(options, config))
}

fn catalog(path: Option<&Path>) -> Result<Catalog, Failure> {
    let Some(path) = path else { return Ok(Catalog::built_in()) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("--catalog {}: {error}", path.display())))?;
    Catalog::parse(&text).map_err(|error| Failure::Usage(format!("--catalog {}: {error}", path.display())))
}

async fn fetch(options: &Fetch, config: &Config) -> Result<(), Failure> {
    let catalog = catalog(options.catalog.as_deref())?;
    let shelf = Corpus::open(&config.data_dir)?;
    let mut held = Vec::new();
    // What the program itself brings, and excerpts, are no releases on the shelf.
    let imported = !shelf.manifest().sources.is_empty();
    let whole = |release: &&Release| imported && release.scope == ReleaseScope::Complete;
    for release in shelf.releases().all().filter(whole) {
        if let Some(from) = release.period.from {
            held.extend([(release.family.clone(), from), (release.id.clone(), from)]);
        }
    }
    let now = Clock::System.now();
    let wanted =
        plan(&catalog, &options.kinds, now.date(), &held).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut settings = Settings::official();
    if let Some(from) = &options.from {
        settings.source = Source::mirror(from).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    if options.check {
        let mut fetcher = Fetcher::new(&catalog, settings)?;
        let mut standings = Vec::new();
        for wanted in &wanted {
            standings.extend(fetcher.check(wanted).await);
        }
        return report(&standings, options.json);
    }
    let needed: BTreeSet<Terms> = wanted.iter().flat_map(|wanted| wanted.kind.terms.iter().copied()).collect();
    settings.accepted = agree(config, &needed, options.accept_ama_license);
    let mut fetcher = Fetcher::new(&catalog, settings)?;
    let to = options.to.clone().unwrap_or_else(|| config.data_dir.join("fetched"));
    let mut folder = Folder::open(&to)?;
    let bar = bar();
    let (mut lines, mut values, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for wanted in &wanted {
        let kind = &wanted.kind.name;
        bar.set_message(kind.clone());
        match fetcher.fetch(wanted, &mut folder, Clock::System.now(), &|event| draw(&bar, event)).await {
            Ok(outcome) => {
                lines.extend(line(kind, &outcome));
                values.push(value(kind, &outcome));
            }
            Err(error) => {
                values.push(json!({"kind": kind, "outcome": "failed", "reason": error.to_string()}));
                failed.push(error);
            }
        }
    }
    bar.finish_and_clear();
    if options.json {
        print_json(&json!({"folder": to.display().to_string(), "releases": values}))?;
    } else {
        if values.iter().any(|value| value["outcome"] == "fetched") {
            lines.push(format!("`caseconsultant corpus import {}` takes them onto the shelf", to.display()));
        }
        print(&lines.join("\n"))?;
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Work(all(&failed))) }
}

fn all(failed: &[FetchError]) -> String {
    failed.iter().map(FetchError::to_string).collect::<Vec<_>>().join("\n")
}

fn bar() -> ProgressBar {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    let form = "{bar:24} {bytes:>9}/{total_bytes:<9} {bytes_per_sec:>12} {wide_msg}";
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar
}

fn draw(bar: &ProgressBar, event: Event<'_>) {
    match event {
        Event::Begins { name, done, total } => {
            bar.set_length(total.unwrap_or(0));
            bar.set_position(done);
            bar.set_message(name.to_owned());
        }
        Event::Moves { done, total } => {
            bar.set_length(total.unwrap_or(done));
            bar.set_position(done);
        }
        Event::Waits { pause } => bar.set_message(format!("the connection broke; again in {} s", pause.as_secs())),
        Event::Ends { .. } => {}
    }
}

fn line(kind: &str, outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Fetched(available, got) => {
            let mut lines: Vec<String> = got
                .iter()
                .map(|file| {
                    let state = if file.loaded { "loaded" } else { "there already" };
                    let size = file.entry.size as f64 / 1e6;
                    format!("{kind:<24} {:<10} {size:>7.1} MB  {state}: {}", available.period.label, file.entry.name)
                })
                .collect();
            lines.extend(available.notes.iter().map(|note| format!("    {note}")));
            lines
        }
        Outcome::OnShelf => vec![format!("{kind:<24} the shelf has it")],
        Outcome::NotYet => Vec::new(),
    }
}

fn value(kind: &str, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Fetched(available, got) => json!({
            "kind": kind, "outcome": "fetched", "period": available.period.label, "notes": available.notes,
            "files": got.iter().map(|file| json!({
                "name": file.entry.name, "size": file.entry.size, "sha256": file.entry.sha256,
                "address": file.entry.address, "loaded": file.loaded,
            })).collect::<Vec<_>>(),
        }),
        Outcome::OnShelf => json!({"kind": kind, "outcome": "on_shelf"}),
        Outcome::NotYet => json!({"kind": kind, "outcome": "not_yet"}),
    }
}

fn report(standings: &[Standing], as_json: bool) -> Result<(), Failure> {
    let word = |verdict: Verdict| match verdict {
        Verdict::Newer => "newer",
        Verdict::Current => "current",
        Verdict::Absent => "absent",
        Verdict::Unsure => "unsure",
    };
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    if as_json {
        let values = standings.iter().map(|s| {
            json!({
                "kind": s.kind, "title": s.title, "on_shelf": day(s.on_shelf), "verdict": word(s.verdict),
                "published": s.published.as_ref().map(|(label, _)| label), "notes": s.notes,
                "error": s.error.as_ref().map(ToString::to_string),
            })
        });
        return print_json(&json!({ "releases": values.collect::<Vec<_>>() }));
    }
    let lines = standings.iter().map(|s| {
        let published = s.published.as_ref().map_or("not found", |(label, _)| label);
        let shelf =
            day(s.on_shelf).map_or_else(|| "not on the shelf".to_owned(), |day| format!("on the shelf from {day}"));
        let line = format!("{:<24} {:<8} published {published}, {shelf}", s.kind, word(s.verdict));
        match &s.error {
            Some(error) => format!("{line}\n    {error}"),
            None => line,
        }
    });
    print(&lines.collect::<Vec<_>>().join("\n"))
}
