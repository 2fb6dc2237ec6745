//! Contradictions and gaps, all found at once, each with its cure.

use super::{
    Config, CopiesKind, Missing, Mode, ModelKind, OauthProvider, Secret, SignIn, SourceKind, TransportKind, TrustDns,
};

/// Reads the files that hold secrets into the settings they stand for.
pub fn read_secret_files(config: &mut Config, faults: &mut Vec<String>) {
    let mut read = |key: &str, file: &str, target: &mut Secret| {
        if file.is_empty() {
            return;
        }
        match std::fs::read_to_string(file) {
            Ok(text) => *target = Secret::new(text.trim_end_matches(['\r', '\n'])),
            Err(error) => faults.push(format!("{key}: {file} cannot be read: {error}")),
        }
    };
    read("source.imap.password_file", &config.source.imap.password_file, &mut config.source.imap.password);
    read("transport.smtp.password_file", &config.transport.smtp.password_file, &mut config.transport.smtp.password);
    read("oauth.client_secret_file", &config.oauth.client_secret_file, &mut config.oauth.client_secret);
    read("database.url_file", &config.database.url_file, &mut config.database.url);
    read("seal.keys_file", &config.seal.keys_file, &mut config.seal.keys);
    read("model.api_key_file", &config.model.api_key_file, &mut config.model.api_key);
    read("web.oidc.client_secret_file", &config.web.oidc.client_secret_file, &mut config.web.oidc.client_secret);
    read("metrics.token_file", &config.metrics.token_file, &mut config.metrics.token);
    for hook in &mut config.webhook {
        read("webhook.secret_file", &hook.secret_file, &mut hook.secret);
    }
}

/// Adds a line for everything that cannot work.
pub fn check(config: &Config, faults: &mut Vec<String>) {
    let mut need = |holds: bool, line: &str| {
        if !holds {
            faults.push(line.to_owned());
        }
    };
    service(config, &mut need);
    source(config, &mut need);
    trust(config, &mut need);
    transport(config, &mut need);
    copies(config, &mut need);
    oauth(config, &mut need);
    need(
        config.alarm.again_minutes > 0 && (1..=120).contains(&config.alarm.command_seconds),
        "alarm.again_minutes must be above 0, and alarm.command_seconds 1 to 120: the service waits for it",
    );
    database(config, &mut need);
    model(config, &mut need);
    web(config, &mut need);
    watching(config, &mut need);
    super::webhook::check(config, &mut need);
    need(config.api.calls_per_minute > 0, "api.calls_per_minute must be above 0");
    need(
        config.service.mode != Mode::Production || !config.seal.keys.is_empty(),
        "seal.keys is empty: in production originals are sealed with a key of yours. `caseconsultant seal key` prints one; keep it in seal.keys_file",
    );
    need(
        config.caps.sender_per_day > 0 && config.caps.address_per_day > 0 && config.caps.total_per_day > 0,
        "caps.sender_per_day, address_per_day and total_per_day must be above 0: at 0 nothing is answered",
    );
    need(
        !(config.service.plus_addresses && config.service.address.split('@').next().is_some_and(|l| l.contains('+'))),
        "service.plus_addresses needs a service.address without a plus",
    );
    need((1..=480).contains(&config.review.claim_minutes), "review.claim_minutes must be 1 to 480");
    need(config.review.undo_seconds <= 600, "review.undo_seconds must be 0 to 600");
    need(
        config.review.sample_percent <= 100 && config.review.seed_percent <= 100,
        "review.sample_percent and seed_percent must be 0 to 100",
    );
    need(config.pipeline.workers > 0, "pipeline.workers must be at least 1");
    need(
        (10..=3_600).contains(&config.pipeline.lease_seconds),
        "pipeline.lease_seconds must be 10 to 3600: a worker that pauses for a moment must not lose its case",
    );
    let files = &config.attachments;
    need(
        [files.cpu_seconds, files.file_seconds, files.message_seconds, files.ocr_seconds].iter().all(|s| *s > 0),
        "attachments.cpu_seconds, file_seconds, message_seconds and ocr_seconds must all be above 0 (attachments.read = false reads none)",
    );
    need(files.memory_mb >= 128, "attachments.memory_mb must be at least 128: the program itself needs half of it");
    need(files.together > 0, "attachments.together must be at least 1");
    need(!config.outbox.retry_seconds.is_empty(), "outbox.retry_seconds needs at least one number");
    need(config.outbox.retry_seconds.iter().all(|s| *s > 0), "outbox.retry_seconds must all be above 0");
    need(
        ["practitioner", "hospital"].contains(&config.corpus.setting.as_str()),
        "corpus.setting must be \"practitioner\" or \"hospital\"",
    );
    need(
        ["medicare", "medicaid"].contains(&config.corpus.program.as_str()),
        "corpus.program must be \"medicare\" or \"medicaid\"",
    );
    need(
        config.corpus.incoming.is_empty() || std::path::Path::new(&config.corpus.incoming).is_absolute(),
        "corpus.incoming must be empty, or the whole path of a folder, from / on",
    );
    need(
        ["error", "warn", "info", "debug", "trace"].contains(&config.log.level.as_str()),
        "log.level must be error, warn, info, debug or trace",
    );
}

fn service(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let plain = |text: &str| text.matches('@').count() == 1 && !text.chars().any(|c| c.is_control() || c == ' ');
    need(plain(&config.service.address), "service.address must be one plain address (local@domain)");
    need(
        config.service.reply_to.is_empty() || plain(&config.service.reply_to),
        "service.reply_to must be empty or one plain address",
    );
    let prefix = &config.service.case_prefix;
    need(
        (1..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase()),
        "service.case_prefix must be 1 to 8 capital letters",
    );
    need(!config.service.name.chars().any(char::is_control), "service.name must not hold control characters");
}

fn source(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let source = &config.source;
    let production = config.service.mode == Mode::Production;
    need(source.poll_seconds > 0, "source.poll_seconds must be above 0");
    match source.kind {
        SourceKind::Imap => {
            let imap = &source.imap;
            need(!imap.host.is_empty(), "source.imap.host is empty: name your IMAP server");
            need(!imap.user.is_empty(), "source.imap.user is empty");
            need(
                imap.auth != SignIn::Password || !imap.password.is_empty(),
                "source.imap.password is empty: set it, or source.imap.password_file, or CASECONSULTANT_SOURCE__IMAP__PASSWORD",
            );
            need(
                imap.auth != SignIn::Xoauth2 || !imap.token_command.is_empty(),
                "source.imap.token_command is empty: xoauth2 needs a command that prints an access token",
            );
            need((1..300).contains(&imap.idle_seconds), "source.imap.idle_seconds must be 1 to 299");
            need(imap.command_seconds > 0, "source.imap.command_seconds must be above 0");
            need(
                imap.mailbox.is_ascii() && imap.processed_folder.is_ascii(),
                "source.imap.mailbox and processed_folder must be ASCII (modified UTF-7 for other names, RFC 3501 section 5.1.3)",
            );
        }
        SourceKind::Maildir => {
            need(!source.maildir.path.is_empty(), "source.maildir.path is empty");
            need(!production, "source.kind = \"maildir\" is a stand-in: use imap, or service.mode = \"trial\"");
        }
        SourceKind::None => {}
    }
}

fn trust(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let trust = &config.trust;
    let production = config.service.mode == Mode::Production;
    need(
        !(production && trust.assume_proved),
        "trust.assume_proved is for trials: set trust.authserv_id instead, or service.mode = \"trial\"",
    );
    need(
        !production
            || config.source.kind == SourceKind::None
            || !trust.authserv_id.is_empty()
            || trust.dns != TrustDns::None,
        "nobody can be proved to have sent a mail, so none would be answered: name your border in trust.authserv_id, or set trust.dns = \"system\" (deploy/TRUST.md)",
    );
    need(
        trust.dns != TrustDns::Zone || !trust.zone_file.is_empty(),
        "trust.zone_file is empty: trust.dns = \"zone\" needs a file of records",
    );
    need(
        ["strict", "border", "open"].contains(&trust.policy.as_str()),
        "trust.policy must be \"strict\", \"border\" or \"open\"",
    );
    need(
        !production || trust.policy != "open",
        "trust.policy = \"open\" is for trials: use \"strict\" or \"border\", or service.mode = \"trial\"",
    );
    need(
        trust.arc_sealers.is_empty() || trust.dns != TrustDns::None,
        "trust.arc_sealers are believed only when their seals can be checked: set trust.dns",
    );
    need(
        trust.border_hosts.iter().all(|host| !host.is_empty() && !host.contains(char::is_whitespace)),
        "trust.border_hosts must be names of hosts, as they stand after \"by\" in Received lines",
    );
}

fn transport(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let production = config.service.mode == Mode::Production;
    match config.transport.kind {
        TransportKind::Smtp => {
            let smtp = &config.transport.smtp;
            need(!smtp.host.is_empty(), "transport.smtp.host is empty: name your submission server");
            need(smtp.connections > 0, "transport.smtp.connections must be at least 1");
            need(
                smtp.auth != SignIn::Xoauth2 || (!smtp.token_command.is_empty() && !smtp.user.is_empty()),
                "transport.smtp.auth = \"xoauth2\" needs transport.smtp.user, and in token_command a command that prints an access token",
            );
            need(
                smtp.auth != SignIn::Password || smtp.user.is_empty() == smtp.password.is_empty(),
                "transport.smtp.user and password must be set together (or neither, for a server that asks for none)",
            );
        }
        TransportKind::Maildir => {
            need(!config.transport.maildir.path.is_empty(), "transport.maildir.path is empty");
            need(!production, "transport.kind = \"maildir\" is a stand-in: use smtp, or service.mode = \"trial\"");
        }
        TransportKind::None => {}
    }
}

fn copies(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let copies = &config.copies;
    let looks = copies.kind != CopiesKind::None;
    need(
        !looks || config.source.kind != SourceKind::None,
        "copies.kind needs a mailbox: copies are looked for in folders of [source]",
    );
    need(
        !looks || !copies.folders.is_empty(),
        "copies.folders is empty: name the folders that hold copies of what left",
    );
    need(
        !looks || copies.wait_seconds > 0,
        "copies.wait_seconds must be above 0: a copy may come a moment after its message",
    );
    let plain =
        copies.address.matches('@').count() == 1 && !copies.address.contains(|c: char| c.is_control() || c == ' ');
    need(
        copies.kind != CopiesKind::SelfCopy || plain,
        "copies.address must be one plain address of your own: every message goes there as well",
    );
    need(
        looks || copies.missing == Missing::Hold,
        "copies.missing = \"once\" needs copies.kind: without copies nothing tells that a message did not leave",
    );
    need(
        !looks || copies.save.is_empty() || !copies.folders.contains(&copies.save),
        "copies.save must not be one of copies.folders: what we save ourselves there proves nothing",
    );
    need(
        copies.folders.iter().chain([&copies.save]).all(|folder| folder.is_ascii()),
        "copies.folders and save must be ASCII (modified UTF-7 for other names, RFC 3501 section 5.1.3)",
    );
}

fn oauth(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let oauth = &config.oauth;
    if oauth.provider == OauthProvider::None {
        return;
    }
    need(
        !oauth.client_id.is_empty(),
        "oauth.client_id is empty: the provider shows it where the program is registered",
    );
    need(
        oauth.provider != OauthProvider::Other || !oauth.token_url.is_empty(),
        "oauth.token_url is empty: provider = \"other\" needs it, and oauth.scope, and device_url or authorize_url",
    );
    need(
        [&oauth.token_url, &oauth.device_url, &oauth.authorize_url]
            .into_iter()
            .all(|url| url.is_empty() || url.starts_with("https://") || is_local(url)),
        "oauth.token_url, device_url and authorize_url must begin with https://",
    );
    let tenant = oauth.tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    need(!oauth.tenant.is_empty() && tenant, "oauth.tenant must be the directory's id or domain");
}

fn database(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let url = config.database.url.expose();
    need(
        url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://"),
        "database.url must begin with postgres:// (postgres://user:password@host/database), or be empty for SQLite in the data folder",
    );
    need((1..=100).contains(&config.database.connections), "database.connections must be 1 to 100");
    need(
        config.database.beat_seconds > 0
            && config.database.alive_seconds >= config.database.beat_seconds.saturating_mul(3),
        "database.beat_seconds must be above 0, and alive_seconds at least three times as much, or a process that is only slow counts as ended",
    );
}

fn model(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let model = &config.model;
    let production = config.service.mode == Mode::Production;
    match model.kind {
        ModelKind::None => {}
        ModelKind::Openai => {
            need(!model.name.is_empty(), "model.name is empty: name the model the endpoint serves");
            need(
                model.base_url.starts_with("http://") || model.base_url.starts_with("https://"),
                "model.base_url must begin with http:// or https://",
            );
            need(
                !production || !model.agreement.is_empty() || is_local(&model.base_url),
                "model.agreement is empty: in production a hosted model needs a business associate agreement on record (45 CFR 164.504(e)); name it, or use model.kind = \"none\"",
            );
        }
        ModelKind::Scripted => {
            need(!model.script.is_empty(), "model.script is empty: name the file of canned completions");
            need(
                !production,
                "model.kind = \"scripted\" is a stand-in: use none or openai, or service.mode = \"trial\"",
            );
        }
    }
}

/// Figures are for who watches over the service, and spans go where the settings say.
fn watching(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let (metrics, otlp) = (&config.metrics, &config.telemetry.otlp);
    need(
        metrics.listen.is_empty() || !metrics.token.is_empty() || is_local(&format!("http://{}", metrics.listen)),
        "metrics.listen is not of this host alone, and metrics.token is empty: whoever reaches the port could read the figures. Set metrics.token_file, or listen on 127.0.0.1",
    );
    need(
        metrics.token.is_empty() || metrics.token.expose().len() >= 16,
        "metrics.token must have 16 characters or more",
    );
    need(
        metrics.listen.is_empty() || metrics.listen != config.web.listen,
        "metrics.listen and web.listen are one address: leave metrics.listen empty and set metrics.token",
    );
    need(
        otlp.is_empty() || otlp.starts_with("https://") || otlp.starts_with("http://"),
        "telemetry.otlp must begin with http:// or https://",
    );
    need(config.alarm.disk_percent <= 50, "alarm.disk_percent must be 0 to 50");
    need(config.oauth.secret_ends().is_ok(), "oauth.client_secret_until must be empty or a day, such as 2027-05-01");
}

fn web(config: &Config, need: &mut impl FnMut(bool, &str)) {
    let web = &config.web;
    let url = web.public_url.trim_end_matches('/');
    let host = url.split_once("://").map_or("", |(_, host)| host);
    let plain = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@']) && host.is_ascii();
    need(
        url.is_empty() || plain(host) && (url.starts_with("https://") || url.starts_with("http://") && is_local(url)),
        "web.public_url must be https://host without a path (http for localhost alone): a session cookie is sent over TLS only",
    );
    need(
        !url.is_empty() || web.listen.is_empty() || is_local(&web.origin()),
        "web.public_url is empty and web.listen is not of this host alone: name the https address under which browsers find the pages",
    );
    need(
        (1..=24 * 60).contains(&web.session_idle_minutes) && (1..=24 * 7).contains(&web.session_hours),
        "web.session_idle_minutes must be 1 to 1440, and web.session_hours 1 to 168",
    );
    need(
        web.proxy_header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
        "web.proxy_header must be the name of one header field",
    );
    let oidc = &web.oidc;
    need(
        oidc.issuer.is_empty() || oidc.issuer.starts_with("https://") || is_local(&oidc.issuer),
        "web.oidc.issuer must begin with https://",
    );
    need(
        oidc.issuer.is_empty() || !oidc.client_id.is_empty(),
        "web.oidc.client_id is empty: register this service with the provider",
    );
}

pub(super) fn is_local(url: &str) -> bool {
    let host = url.split("//").nth(1).unwrap_or("");
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|local| host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}
