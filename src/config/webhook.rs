//! Who is told what happens: an entry `[[webhook]]` for each program.

use base64::Engine as _;
use serde::{Deserialize, Serialize};

use super::{Config, Mode, Secret};

/// What may be told.
pub const WEBHOOK_EVENTS: [&str; 6] =
    ["case.waiting", "case.answered", "case.asked", "case.declined", "bounce", "quota"];

/// One program that is told.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its name, for people and commands.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// What signs: `whsec_` and base64 of 24 to 64 bytes.
    #[serde(default)]
    pub secret: Secret,
    /// A file that holds it.
    #[serde(default)]
    pub secret_file: String,
    /// What it is told of, of [`WEBHOOK_EVENTS`].
    pub events: Vec<String>,
    /// True where it listens in the operator's own network.
    #[serde(default)]
    pub allow_private: bool,
    /// The limit of one attempt, in seconds.
    #[serde(default = "seconds")]
    pub seconds: u64,
}

fn seconds() -> u64 {
    10
}

/// Adds a line for everything that cannot work.
pub(super) fn check(config: &Config, need: &mut impl FnMut(bool, &str)) {
    for (n, hook) in config.webhook.iter().enumerate() {
        let own = format!("webhook {:?}", hook.name);
        let mut need = |holds: bool, line: &str| need(holds, &format!("{own}: {line}"));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        need(
            (1..=40).contains(&hook.name.len()) && hook.name.bytes().all(plain),
            "name must be 1 to 40 letters, digits, dots, hyphens and underscores",
        );
        need(config.webhook.iter().take(n).all(|other| other.name != hook.name), "the name is that of another one");
        let trial = config.service.mode == Mode::Trial;
        need(
            hook.url.starts_with("https://")
                || trial && hook.url.starts_with("http://") && super::validate::is_local(&hook.url),
            "url must begin with https:// (http for localhost in a trial)",
        );
        need(!hook.url.contains('@') && !hook.url.contains('#'), "url must hold no user, password or fragment");
        need(
            is_key(hook.secret.expose()),
            "secret must be whsec_ and base64 of 24 to 64 bytes, or stand in secret_file",
        );
        need(!hook.events.is_empty(), "events is empty: nothing would be told");
        for event in &hook.events {
            let known = WEBHOOK_EVENTS.contains(&event.as_str());
            need(known, &format!("{event:?} is no event; there are {}", WEBHOOK_EVENTS.join(", ")));
        }
        need((1..=60).contains(&hook.seconds), "seconds must be 1 to 60");
    }
}

fn is_key(secret: &str) -> bool {
    let encoded = secret.strip_prefix("whsec_").unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded);
    bytes.is_ok_and(|bytes| (24..=64).contains(&bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        name = "ehr"
        url = "https://hooks.example.test/caseconsultant"
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        events = ["case.answered", "quota"]
    "#;

    fn faults(change: impl FnOnce(&mut Webhook, &mut Config)) -> Vec<String> {
        let mut config = Config::defaults();
        let mut hook: Webhook = toml::from_str(GOOD).unwrap();
        change(&mut hook, &mut config);
        config.webhook = vec![hook];
        let mut faults = Vec::new();
        check(&config, &mut |holds, line| {
            if !holds {
                faults.push(line.to_owned());
            }
        });
        faults
    }

    #[test]
    fn a_webhook_that_cannot_work_is_refused_with_its_name() {
        assert_eq!(faults(|_, _| {}), Vec::<String>::new());
        let local = "http://localhost:9000/x";
        assert_eq!(faults(|hook, _| hook.url = local.to_owned()), Vec::<String>::new());
        let told = faults(|hook, config| {
            config.service.mode = Mode::Production;
            hook.url = local.to_owned();
            hook.secret = Secret::new("whsec_c2hvcnQ=");
            hook.events = vec!["case.opened".to_owned()];
            hook.seconds = 0;
        });
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().all(|line| line.starts_with("webhook \"ehr\": ")), "{told:?}");
        for url in ["http://hooks.example.test/", "https://user:pw@hooks.example.test/", "ftp://x", ""] {
            assert_eq!(faults(|hook, _| hook.url = url.to_owned()).len(), 1, "{url}");
        }
    }
}
