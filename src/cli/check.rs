//! `check`: every limb tried, each fault with its cure.

mod files;

use super::{Failure, print};
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, ModelKind, SourceKind, TransportKind, TrustDns};
use crate::corpus::Corpus;
use crate::mail::dns::{Dns, Questions};
use crate::mail::imap::ImapSource;
use crate::store::Store;

/// Tries all of them; the command fails when one does.
pub async fn run(config: Config) -> Result<(), Failure> {
    let mut report = Report { lines: Vec::new(), failed: 0 };
    report.good("configuration", &format!("read; data folder {}", config.data_dir.display()));
    database(&config, &mut report).await;
    seal(&config, &mut report).await;
    corpus(&config, &mut report);
    imap(&config, &mut report).await;
    smtp(&config, &mut report).await;
    model(&config, &mut report).await;
    trust(&config, &mut report).await;
    files::check(&config, &mut report).await;
    print(&report.lines.join("\n"))?;
    match report.failed {
        0 => Ok(()),
        n => Err(Failure::Work(format!("{n} of these need attention"))),
    }
}

struct Report {
    lines: Vec<String>,
    failed: usize,
}

impl Report {
    fn good(&mut self, what: &str, text: &str) {
        self.lines.push(format!("ok      {what:<14} {text}"));
    }

    fn unset(&mut self, what: &str, text: &str) {
        self.lines.push(format!("not set {what:<14} {text}"));
    }

    fn bad(&mut self, what: &str, error: &dyn std::fmt::Display, cure: &str) {
        self.failed += 1;
        self.lines.push(format!("FAILED  {what:<14} {error}\n        {:<14} cure: {cure}", ""));
    }
}

async fn database(config: &Config, report: &mut Report) {
    let tried = async {
        let store = Store::open(config).await?;
        store.verify().await?;
        let cases = store.count_cases().await?;
        let outbox = store.count_outbox().await?;
        let workers = store.list_workers(Clock::System.now()).await?;
        let place = store.place().to_string();
        store.close().await;
        Ok::<_, crate::store::StoreError>((place, cases, outbox, workers))
    };
    match tried.await {
        Ok((place, cases, outbox, workers)) => {
            let cases: Vec<String> = cases.iter().map(|(status, n)| format!("{} {n}", status.key())).collect();
            let outbox: Vec<String> = outbox.iter().map(|(state, n)| format!("{} {n}", state.key())).collect();
            let (cases, outbox) = (or_none(&cases), or_none(&outbox));
            report.good("database", &format!("{place}: sound; cases: {cases}; outbox: {outbox}"));
            for (worker, _) in workers.iter().filter(|(_, alive)| *alive) {
                let text = format!("{} does {}, answers from edition {}", worker.host, worker.roles, worker.edition);
                report.good("process", &text);
            }
        }
        Err(error) => report.bad(
            "database",
            &error,
            "check the folder's rights and free space, or database.url and the server; with an older schema run `caseconsultant migrate`",
        ),
    }
}

/// Whether every original can be opened: each key that sealed one must be there.
async fn seal(config: &Config, report: &mut Report) {
    let tried = async {
        let keys = app::keys(config)?;
        let store = Store::open(config).await?;
        let seals = store.count_seals().await?;
        store.close().await;
        Ok::<_, app::StartError>((keys, seals))
    };
    let (keys, seals) = match tried.await {
        Ok(found) => found,
        Err(error) => return report.bad("seal", &error, "`caseconsultant seal key` prints a key for seal.keys"),
    };
    for (id, count) in seals.iter().filter(|(id, _)| !keys.holds(id)) {
        if id.is_empty() {
            let text = format!("{count} originals are not sealed");
            report.bad("seal", &text, "run `caseconsultant migrate`");
        } else {
            let text = format!("{count} originals are sealed with the key {id:?}, which is missing");
            report.bad("seal", &text, "put the key back into seal.keys, behind the newest");
        }
    }
    let newest = keys.newest().unwrap_or_default();
    match config.seal.keys.is_empty() {
        true => {
            report.unset("seal", &format!("the key {newest:?} lies beside the database: for trials only (seal.keys)"))
        }
        false => report.good("seal", &format!("originals are sealed with the key {newest:?}")),
    }
}

fn or_none(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

fn corpus(config: &Config, report: &mut Report) {
    match Corpus::open(&config.data_dir).and_then(|corpus| corpus.verify().map(|()| corpus)) {
        Ok(corpus) => {
            let rows: u64 = corpus.manifest().tables.iter().map(|table| table.rows).sum();
            report.good("corpus", &format!("edition {}, {rows} rows, every digest matches", corpus.edition()));
            if corpus.is_behind_program() {
                report
                    .unset("corpus texts", "older than this program's; `caseconsultant corpus import` without a path");
            }
            if !config.corpus.cpt_license {
                report.unset("CPT licence", "CPT descriptors are neither stored nor shown (corpus.cpt_license)");
            }
        }
        Err(error) => report.bad(
            "corpus",
            &error,
            "run `caseconsultant corpus import` without a path (an imported shelf), or `caseconsultant corpus build`",
        ),
    }
}

async fn imap(config: &Config, report: &mut Report) {
    match config.source.kind {
        SourceKind::Imap => {
            let source = &config.source;
            let mut mailbox = ImapSource::new(&source.imap, source.max_message_bytes, source.from_beginning);
            match mailbox.probe().await {
                Ok(found) => report.good("IMAP", &found),
                Err(error) => report.bad("IMAP", &error, "check source.imap.host, port, tls, ca_file, user and password; for OAuth2 run the token_command by hand"),
            }
        }
        SourceKind::Maildir => match std::fs::read_dir(source_path(config)) {
            Ok(_) => report.good("Maildir in", &source_path(config)),
            Err(error) => report.bad("Maildir in", &error, "make the folder of source.maildir.path, or name another"),
        },
        SourceKind::None => {
            report.unset("IMAP", "no mailbox is read: set source.kind = \"imap\" and the section [source.imap]")
        }
    }
}

fn source_path(config: &Config) -> String {
    config.source.maildir.path.clone()
}

async fn smtp(config: &Config, report: &mut Report) {
    if config.transport.kind == TransportKind::None {
        return report.unset("SMTP", "no mail leaves: set transport.kind = \"smtp\" and the section [transport.smtp]");
    }
    let cure = "check transport.smtp.host, port, tls, ca_file, user and password";
    match app::transport(config) {
        Ok(Some(transport)) => match transport.probe().await {
            Ok(found) => report.good("SMTP", &found),
            Err(error) => report.bad("SMTP", &error, cure),
        },
        Ok(None) => report.unset("SMTP", "no mail leaves"),
        Err(error) => report.bad("SMTP", &error, cure),
    }
}

async fn model(config: &Config, report: &mut Report) {
    if config.model.kind == ModelKind::None {
        return report.unset("model", "none: the plain composer writes every answer (model.kind)");
    }
    let cure = "check model.base_url, name and api_key; without a model set model.kind = \"none\"";
    match app::model(config) {
        Ok(Some(model)) => match model.probe().await {
            Ok(found) => report.good("model", &found),
            Err(error) => report.bad("model", &error, cure),
        },
        Ok(None) => report.unset("model", "none"),
        Err(error) => report.bad("model", &error, cure),
    }
}

/// Whether any sender can be proved: without that, every question is held.
async fn trust(config: &Config, report: &mut Report) {
    let trust = &config.trust;
    if trust.assume_proved {
        report.unset("sender trust", "every sender is taken at their word (trust.assume_proved): for trials only");
    } else if trust.authserv_id.is_empty() && trust.dns == TrustDns::None {
        report.unset(
            "sender trust",
            "no border is configured: every question is held for a person (trust.authserv_id or trust.dns; deploy/TRUST.md)",
        );
    } else if !trust.authserv_id.is_empty() {
        let place = match trust.border_hosts.is_empty() {
            true => "the topmost field counts; name the border's hosts in trust.border_hosts".to_owned(),
            false => format!("where {} put them", trust.border_hosts.join(", ")),
        };
        let text =
            format!("Authentication-Results of {} are believed: {place}; policy {}", trust.authserv_id, trust.policy);
        report.good("sender trust", &text);
    }
    lookups(config, report).await;
}

/// Whether senders can be looked up: the DNS is asked about the service's own domain.
async fn lookups(config: &Config, report: &mut Report) {
    let cure = "check /etc/resolv.conf and the way to your resolver, or trust.zone_file; without the DNS set trust.dns = \"none\" and name a border";
    let dns = match Dns::open(&config.trust) {
        Ok(Dns::Off) => return,
        Ok(dns) => dns,
        Err(error) => return report.bad("sender check", &error, cure),
    };
    let domain = config.service.address.rsplit('@').next().unwrap_or_default();
    match Questions::new(&dns).texts(&format!("_dmarc.{domain}")).await {
        Ok(_) => report.good(
            "sender check",
            &format!("the DNS answers: DKIM, SPF, DMARC and ARC are checked here too; policy {}", config.trust.policy),
        ),
        Err(error) => report.bad("sender check", &error, cure),
    }
}
