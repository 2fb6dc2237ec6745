//! Settings: the only file that reads the environment.
//!
//! Order of precedence: command line, environment (`CASECONSULTANT_SECTION__KEY`), the operator's file, and the
//! commented defaults in `deploy/caseconsultant.toml`, which are compiled in. Unknown keys and all errors are
//! reported at once, each with the setting at fault and what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

mod keys;
mod secret;
mod validate;
mod webhook;

pub use secret::Secret;
pub use webhook::{WEBHOOK_EVENTS, Webhook};

/// The commented defaults, as shipped.
pub const DEFAULTS: &str = include_str!("../deploy/caseconsultant.toml");

/// The whole configuration.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[expect(missing_docs, reason = "each key is described beside its default in deploy/caseconsultant.toml")]
pub struct Config {
    pub webhook: Vec<Webhook>,
    pub service: Service,
    pub source: Source,
    pub transport: Transport,
    pub oauth: Oauth,
    pub alarm: Alarm,
    pub outbox: Outbox,
    pub copies: Copies,
    pub database: Database,
    pub seal: Seal,
    pub retention: Retention,
    pub trust: Trust,
    pub attachments: Attachments,
    pub quota: QuotaRules,
    pub plans: BTreeMap<String, u32>,
    pub joining: Joining,
    pub caps: Caps,
    pub corpus: CorpusRules,
    pub model: Model,
    pub pipeline: PipelineRules,
    pub policy: PolicyRules,
    pub review: ReviewRules,
    pub web: Web,
    pub api: Api,
    pub metrics: Metrics,
    pub telemetry: Telemetry,
    pub log: Log,
    /// Where the database and the editions live; from the command line or `CASECONSULTANT_DATA_DIR`.
    #[serde(skip)]
    pub data_dir: PathBuf,
}

macro_rules! section {
    ($name:ident { $($field:ident : $type:ty),* $(,)? }) => {
        #[doc = concat!("The settings of one section; see `deploy/caseconsultant.toml` for each key.")]
        #[derive(Debug, Clone, Deserialize, Serialize)]
        #[expect(missing_docs, reason = "each key is described beside its default in deploy/caseconsultant.toml")]
        pub struct $name { $(pub $field: $type),* }
    };
}

section!(Service {
    mode: Mode,
    name: String,
    address: String,
    reply_to: String,
    plus_addresses: bool,
    case_prefix: String,
    review_promise: String
});
section!(Source {
    kind: SourceKind,
    max_message_bytes: u64,
    from_beginning: bool,
    poll_seconds: u64,
    imap: Imap,
    maildir: MaildirPath
});
section!(Imap {
    host: String, port: u16, tls: Tls, ca_file: String, user: String, auth: SignIn, password: Secret,
    password_file: String, token_command: Vec<String>, mailbox: String, processed_folder: String,
    processed_keyword: String, idle_seconds: u64, command_seconds: u64,
});
section!(MaildirPath { path: String });
section!(Transport { kind: TransportKind, smtp: Smtp, maildir: MaildirPath });
section!(Smtp {
    host: String,
    port: u16,
    tls: Tls,
    ca_file: String,
    user: String,
    auth: SignIn,
    password: Secret,
    password_file: String,
    token_command: Vec<String>,
    hello: String,
    command_seconds: u64,
    message_seconds: u64,
    connections: usize,
});
section!(Oauth {
    provider: OauthProvider,
    tenant: String,
    client_id: String,
    client_secret: Secret,
    client_secret_file: String,
    client_secret_until: String,
    token_file: String,
    token_url: String,
    device_url: String,
    authorize_url: String,
    scope: String,
    ca_file: String,
    timeout_seconds: u64,
});
section!(Alarm {
    command: Vec<String>,
    command_seconds: u64,
    again_minutes: u64,
    mailbox_minutes: u64,
    answer_minutes: u64,
    review_hours: u64,
    model_minutes: u64,
    disk_percent: u64,
});
section!(Database { url: Secret, url_file: String, connections: u32, alive_seconds: u64, beat_seconds: u64 });
section!(Outbox { retry_seconds: Vec<u64>, give_up_hours: u64 });
section!(Copies {
    kind: CopiesKind,
    address: String,
    folders: Vec<String>,
    wait_seconds: u64,
    missing: Missing,
    save: String
});
section!(Seal { keys: Secret, keys_file: String });
section!(Retention { original_days: u64, least_days: u64, legal_hold: bool });
section!(Joining { open: bool, per_day: u64 });
section!(Caps { sender_per_day: u64, address_per_day: u64, total_per_day: u64 });
section!(Trust {
    authserv_id: String,
    border_hosts: Vec<String>,
    dns: TrustDns,
    zone_file: String,
    arc_sealers: Vec<String>,
    policy: String,
    retry_hours: u64,
    assume_proved: bool,
});
section!(Attachments {
    read: bool,
    max_files: usize,
    max_file_bytes: u64,
    cpu_seconds: u64,
    memory_mb: u64,
    file_seconds: u64,
    message_seconds: u64,
    together: usize,
    ocr: String,
    ocr_seconds: u64,
});
section!(QuotaRules {
    guest_answers: u32,
    free_answers: u32,
    period: PeriodLength,
    free_follow_ups: u32,
    repeat_days: u64,
    keep_days: u64,
});
section!(CorpusRules { setting: String, program: String, cpt_license: bool, incoming: String });
section!(Model {
    kind: ModelKind,
    base_url: String,
    api_key: Secret,
    api_key_file: String,
    name: String,
    timeout_seconds: u64,
    max_tokens: u32,
    breaker_failures: u32,
    breaker_seconds: u64,
    agreement: String,
    script: String,
});
section!(PipelineRules { workers: usize, lease_seconds: u64, max_attempts: u32 });
section!(PolicyRules { max_risk: u32, decline_unread: bool, ask_back_unread: bool, stale_leaves: bool });
section!(ReviewRules {
    hours: u32,
    plan_hours: BTreeMap<String, u32>,
    days: String,
    open: String,
    zone: String,
    claim_minutes: u64,
    undo_seconds: u64,
    sample_percent: u64,
    seed_percent: u64,
});
section!(Web {
    listen: String,
    public_url: String,
    proxy_header: String,
    session_idle_minutes: u64,
    session_hours: u64,
    oidc: Oidc,
});
section!(Oidc {
    issuer: String,
    client_id: String,
    client_secret: Secret,
    client_secret_file: String,
    name: String,
    ca_file: String,
    trust_second_factor: bool,
});
section!(Api { calls_per_minute: u32 });
section!(Metrics { listen: String, token: Secret, token_file: String });
section!(Telemetry { otlp: String, ca_file: String });
section!(Log { level: String, format: LogFormat });

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }
    };
}

words!(/** Whether stand-ins are allowed. */ Mode { /** Real servers only. */ Production, /** Stand-ins allowed. */ Trial });
words!(/** Where mail comes from. */ SourceKind { /** An IMAP mailbox. */ Imap, /** A folder. */ Maildir, /** Nowhere. */ None });
words!(/** Where mail leaves. */ TransportKind { /** SMTP submission. */ Smtp, /** A folder. */ Maildir, /** Nowhere. */ None });
words!(/** What tells that a message left whose last answer was lost. */ CopiesKind { /** Nothing. */ None, /** The server files what it takes. */ Sent, /** A copy to ourselves. */ SelfCopy });
words!(/** What is done with a message that left no copy. */ Missing { /** It waits for a person. */ Hold, /** It is sent once more. */ Once });
words!(/** How a connection is encrypted. */ Tls { /** From the first byte. */ Implicit, /** After STARTTLS. */ Starttls });
words!(/** Where senders are looked up. */ TrustDns { /** Nowhere. */ None, /** The system's resolver. */ System, /** A file of records. */ Zone });
words!(/** How a server is told who we are. */ SignIn { /** By a password. */ Password, /** SASL XOAUTH2. */ Xoauth2 });
words!(/** Who gives access tokens. */ OauthProvider { /** Nobody. */ None, /** Google. */ Google, /** Microsoft. */ Microsoft, /** Another, by its addresses. */ Other });
words!(/** Who writes drafts. */ ModelKind { /** The plain composer. */ None, /** An OpenAI-compatible endpoint. */ Openai, /** Canned completions. */ Scripted });
words!(/** How long a quota lasts. */ PeriodLength { /** A calendar month. */ Month, /** A calendar year. */ Year });
words!(/** The form of log lines. */ LogFormat { /** For people. */ Text, /** For machines. */ Json });

impl Config {
    /// The commented defaults alone.
    pub fn defaults() -> Self {
        toml::from_str(DEFAULTS).expect("the compiled-in defaults are tested to parse")
    }

    /// Where the tokens of `caseconsultant token` lie.
    pub fn token_file(&self) -> PathBuf {
        match self.oauth.token_file.as_str() {
            "" => self.data_dir.join("oauth.json"),
            path => PathBuf::from(path),
        }
    }

    /// How long a worker may be silent before its case is another's.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.pipeline.lease_seconds)
    }
}

impl Database {
    /// How long a process counts as alive after its last word.
    pub fn alive(&self) -> Duration {
        Duration::from_secs(self.alive_seconds)
    }

    /// How often it gives one.
    pub fn beat(&self) -> Duration {
        Duration::from_secs(self.beat_seconds)
    }
}

impl Oauth {
    /// When the client secret ends, in seconds since 1970: at the beginning of that day, UTC. Nothing where no day is set.
    ///
    /// # Errors
    /// It is no day.
    pub fn secret_ends(&self) -> Result<Option<i64>, jiff::Error> {
        if self.client_secret_until.is_empty() {
            return Ok(None);
        }
        let day: jiff::civil::Date = self.client_secret_until.parse()?;
        Ok(Some(jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0))?.as_second()))
    }
}

impl Web {
    /// Where browsers find the pages: scheme, host and port, without a slash at the end.
    pub fn origin(&self) -> String {
        match self.public_url.trim_end_matches('/') {
            "" if self.listen.is_empty() => "http://localhost".to_owned(),
            "" => format!("http://{}", self.listen),
            url => url.to_owned(),
        }
    }

    /// How long a session may rest.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(self.session_idle_minutes.saturating_mul(60))
    }

    /// How long a session may last.
    pub fn session_length(&self) -> Duration {
        Duration::from_secs(self.session_hours.saturating_mul(3_600))
    }
}

/// What is wrong with the configuration: every fault, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// Reads defaults, file and environment, in that order, and checks the whole.
///
/// # Errors
/// Every unknown key, wrong type and contradiction, at once.
pub fn load(file: Option<&Path>, data_dir: Option<&Path>) -> Result<Config, ConfigError> {
    load_with(file, data_dir, &environment())
}

fn load_with(
    file: Option<&Path>,
    data_dir: Option<&Path>,
    environment: &BTreeMap<String, String>,
) -> Result<Config, ConfigError> {
    let mut faults = Vec::new();
    let named = environment.get("CASECONSULTANT_CONFIG").map(PathBuf::from);
    let file = file.or(named.as_deref());
    let mut builder = config::Config::builder().add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
    if let Some(path) = file {
        match std::fs::read_to_string(path) {
            Ok(text) => match text.parse::<toml::Table>() {
                Ok(table) => {
                    keys::unknown(&table, &mut faults, &path.display().to_string());
                    builder = builder.add_source(config::File::from_str(&text, config::FileFormat::Toml));
                }
                Err(error) => faults.push(format!("{}: not valid TOML: {error}", path.display())),
            },
            Err(error) => faults.push(format!("{}: cannot be read: {error}. Check --config.", path.display())),
        }
    }
    let (overrides, mut unknown) = keys::from_environment(environment);
    faults.append(&mut unknown);
    for (key, value) in overrides {
        builder = match builder.set_override(&key, value) {
            Ok(builder) => builder,
            Err(error) => return Err(ConfigError(vec![format!("environment, {key}: {error}")])),
        };
    }
    if !faults.is_empty() {
        return Err(ConfigError(faults));
    }
    let mut config: Config = builder
        .build()
        .and_then(config::Config::try_deserialize)
        .map_err(|error| ConfigError(vec![format!("configuration: {error}")]))?;
    config.data_dir = data_dir
        .map(Path::to_path_buf)
        .or_else(|| environment.get("CASECONSULTANT_DATA_DIR").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("caseconsultant-data"));
    validate::read_secret_files(&mut config, &mut faults);
    validate::check(&config, &mut faults);
    if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
}

/// Where whoever started the process wants to hear how it fares (sd_notify(3)).
#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
pub fn supervisor() -> Option<String> {
    std::env::var("NOTIFY_SOCKET").ok().filter(|place| !place.is_empty())
}

/// The variables of the process whose name begins with `CASECONSULTANT_`.
#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn environment() -> BTreeMap<String, String> {
    std::env::vars().filter(|(name, _)| name.starts_with(keys::PREFIX)).collect()
}

#[cfg(test)]
mod tests;
