//! What the forms of an account's page do: each is one change, which the store carries out and writes down in one write.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{author, author_with_reason, known_plan, read_address, sound_name};
use crate::config::{Config, Mode};
use crate::domain::account::{Agreement, Sharing};
use crate::domain::address;
use crate::domain::client::{self, Facts};
use crate::domain::lookalike::is_public_host;
use crate::domain::message::TrustPolicy;
use crate::domain::time::Timestamp;
use crate::identity::names_a_record;
use crate::store::change::{Change, Changed};
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::{Fields, Posted};

/// Answers that can be added at once.
const MOST_ANSWERS: u32 = 100_000;
/// Changes of what was agreed, or of what the law wants: never without a reason.
const WITH_REASON: [&str; 6] = ["plan", "quota", "policy", "agreement", "hold", "pack"];

/// Changes an account.
pub async fn change(State(desk): State<Arc<Desk>>, Path(key): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let (what, now) = (posted.fields.get("what"), desk.clock.now());
    let change = read(what, &posted.fields, &desk.config, now)?;
    let author = if WITH_REASON.contains(&what) { author_with_reason(&posted)? } else { author(&posted) };
    let said = match desk.store.change_account(&key, change, author, now).await? {
        Changed::Done => "changed",
        Changed::Same if what == "sender-remove" => {
            return Err(Fault::Conflict("It is no address of this account, or its last one.".to_owned()));
        }
        Changed::Same if what == "pack" => {
            return Err(Fault::Conflict("This payment was counted before; nothing was added.".to_owned()));
        }
        Changed::Same => "same",
        Changed::Taken(owner) => {
            return Err(Fault::Conflict(format!("It belongs to {owner} already; nothing was changed.")));
        }
        Changed::NoAccount => return Err(Fault::NotFound("There is no account of that key.".to_owned())),
    };
    Ok(Redirect::to(&format!("/accounts/{key}?said={said}")).into_response())
}

fn invalid(words: &str) -> Fault {
    Fault::Invalid(words.to_owned())
}

/// The change that a form asks for.
fn read(what: &str, fields: &Fields, config: &Config, now: Timestamp) -> Result<Change, Fault> {
    Ok(match what {
        "name" => Change::Name(sound_name(fields.get("name"))?),
        "plan" => Change::Plan(known_plan(config, fields.get("plan"))?),
        "quota" => {
            let sharing = Sharing::parse(fields.get("quota"));
            Change::Quota(sharing.ok_or_else(|| invalid("A quota is shared by all senders, or each has it alone."))?)
        }
        "policy" => Change::Policy(policy(fields.get("policy"), config)?),
        "sees" => Change::SeesOwn(fields.get("sees") == "own"),
        "agreement" => {
            let agreement = Agreement::parse(fields.get("on"), fields.get("digest"));
            Change::Agreement(agreement.map_err(|error| Fault::Invalid(format!("Of the agreement: {error}.")))?)
        }
        "hold" => Change::Hold(fields.get("hold") == "1"),
        "sender" => Change::Sender(read_address(fields.get("address"))?, true),
        "sender-remove" => Change::Sender(read_address(fields.get("address"))?, false),
        "domain" => Change::Domain(domain(fields.get("domain"))?, true),
        "domain-remove" => Change::Domain(fields.get("domain").trim().to_lowercase(), false),
        "colleague" => Change::Colleague(read_address(fields.get("address"))?.key(), Some(fields.get("every") == "1")),
        "colleague-remove" => Change::Colleague(read_address(fields.get("address"))?.key(), None),
        "client-new" => Change::Client(client_name(fields.get("client"))?, Some(facts(fields))),
        "client" => Change::Client(client::clean(fields.get("client")), Some(facts(fields))),
        "client-remove" => Change::Client(client::clean(fields.get("client")), None),
        "pack" => pack(fields, now)?,
        _ => return Err(invalid("The form says nothing that can be changed: use one of the page's buttons.")),
    })
}

fn policy(word: &str, config: &Config) -> Result<Option<TrustPolicy>, Fault> {
    let policy = TrustPolicy::parse(word);
    if policy.is_none() && word != "default" {
        return Err(invalid("A policy is strict, border, open or default."));
    }
    if policy == Some(TrustPolicy::Open) && config.service.mode == Mode::Production {
        return Err(invalid("Nobody is taken at their word in production: choose strict or border."));
    }
    Ok(policy)
}

fn domain(text: &str) -> Result<String, Fault> {
    let domain = address::domain(text).ok_or_else(|| invalid("Write a domain such as clinic.example.com."))?;
    if is_public_host(&domain) {
        return Err(invalid("Everybody may have an address there: add each address by itself."));
    }
    Ok(domain)
}

/// The name of a new client: what is left of it in letters and figures is its key, and an empty one is the account itself.
fn client_name(text: &str) -> Result<String, Fault> {
    let name = client::clean(text);
    if client::key(&name).is_empty() || names_a_record(&name) {
        return Err(invalid("Name the practice, in letters, without numbers of records or dates."));
    }
    Ok(name)
}

/// Facts as the form shows them all: an empty field takes away what was known.
fn facts(fields: &Fields) -> Facts {
    let mut facts = Facts::default();
    for word in Facts::WORDS {
        let value = fields.get(word).trim();
        facts.set(word, if value.is_empty() { "-" } else { value });
    }
    facts
}

fn pack(fields: &Fields, now: Timestamp) -> Result<Change, Fault> {
    let answers = fields.get("answers").trim().parse::<u32>().ok().filter(|n| (1..=MOST_ANSWERS).contains(n));
    let answers = answers.ok_or_else(|| invalid("Write how many answers: 1 to 100000."))?;
    let given: String = fields.get("reference").chars().filter(|c| !c.is_control()).take(80).collect();
    // Without a payment the form itself is the reference: sent twice, it counts once.
    let once = fields.get("once").trim();
    let reference = match (given.trim(), once) {
        ("", "") => format!("extra {}", now.0),
        ("", once) => format!("extra {}", once.chars().take(80).collect::<String>()),
        (payment, _) => payment.to_owned(),
    };
    Ok(Change::Pack { answers, reference })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_form(form: &str, config: &Config) -> Result<Change, Fault> {
        let fields = Fields::parse(form.as_bytes());
        read(fields.get("what"), &fields, config, Timestamp(7))
    }

    #[test]
    fn what_a_form_asks_for_is_read_or_the_fault_is_named() {
        let mut config = Config::defaults();
        let done = |form: &str, config: &Config| read_form(form, config).unwrap();
        assert_eq!(done("what=plan&plan=solo", &config), Change::Plan("solo".to_owned()));
        assert_eq!(done("what=quota&quota=sender", &config), Change::Quota(Sharing::Sender));
        assert_eq!(done("what=policy&policy=open", &config), Change::Policy(Some(TrustPolicy::Open)));
        assert_eq!(done("what=policy&policy=default", &config), Change::Policy(None));
        assert_eq!(done("what=domain&domain=%40Clinic.test", &config), Change::Domain("clinic.test".to_owned(), true));
        let pack = |reference: &str| Change::Pack { answers: 3, reference: reference.to_owned() };
        assert_eq!(done("what=pack&answers=3&reference=+inv-1", &config), pack("inv-1"));
        assert_eq!(done("what=pack&answers=3&once=abc", &config), pack("extra abc"));
        config.service.mode = Mode::Production;
        for form in [
            "what=policy&policy=open",
            "what=plan&plan=gold",
            "what=quota&quota=mine",
            "what=domain&domain=gmail.com",
            "what=domain&domain=clinic",
            "what=sender&address=nobody",
            "what=pack&answers=0",
            "what=pack&answers=-1",
            "what=client-new&client=%21%21",
            "what=agreement&on=2026-01-01&digest=abc",
            "what=name&name=+",
            "what=drop+table",
            "",
        ] {
            assert!(matches!(read_form(form, &config), Err(Fault::Invalid(_))), "{form}");
        }
    }

    #[test]
    fn an_emptied_field_of_a_client_takes_away_what_was_known() {
        let form = "what=client&client=Lakeside&state=oh&payer=&setting=office";
        let Change::Client(name, Some(facts)) = read_form(form, &Config::defaults()).unwrap() else { panic!() };
        assert_eq!(name, "Lakeside");
        let known = Facts { payer: "Medicare".to_owned(), ..Facts::default() };
        let now = known.with(&facts);
        assert_eq!((now.state.as_str(), now.payer.as_str(), now.setting.as_str()), ("OH", "", "office"));
    }
}
