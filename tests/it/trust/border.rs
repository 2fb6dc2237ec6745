//! What a real border wrote: Postfix with OpenDKIM 2.11 and OpenDMARC 1.4, set up by the recipe of `deploy/TRUST.md`.

use caseconsultant::config::Trust;
use caseconsultant::domain::message::TrustVerdict::{Failed, Proved};
use caseconsultant::domain::message::Witness;
use caseconsultant::mail::dns::Dns;

use super::{judge, rules};

const SIGNED: &str = include_str!("../../fixtures/trust/opendmarc_signed.eml");
const SPF: &str = include_str!("../../fixtures/trust/opendmarc_spf.eml");
const FORGED: &str = include_str!("../../fixtures/trust/opendmarc_forged.eml");
const BROKEN: &str = include_str!("../../fixtures/trust/opendmarc_broken.eml");

/// The section `[trust]` of the recipe.
fn recipe() -> Trust {
    let mx = "mx.example.com".to_owned();
    Trust { authserv_id: mx.clone(), border_hosts: vec![mx], ..rules() }
}

#[tokio::test]
async fn the_results_of_the_recipe_prove_and_deny_as_the_border_saw_it() {
    // SIGNED came from a list's address, SPF unsigned from the domain's own host, FORGED with a field that says pass, and
    // BROKEN with a body that was changed.
    for (what, mail, verdict) in
        [("signed", SIGNED, Proved), ("spf", SPF, Proved), ("forged", FORGED, Failed), ("broken", BROKEN, Failed)]
    {
        let found = judge(mail, &recipe(), &Dns::Off).await;
        assert_eq!(found.verdict, verdict, "{what}: {}", found.why);
        if verdict == Proved {
            assert_eq!(found.domain, "clinic.test", "{what}");
            assert_eq!(found.by.map(|by| by.witness), Some(Witness::Border), "{what}");
        }
    }
}

#[tokio::test]
async fn results_of_the_recipe_below_another_border_prove_nothing() {
    let relayed = format!("Received: from mx.example.com (mx.example.com [192.0.2.25]) by mx.other.test\r\n{SIGNED}");
    let other =
        Trust { authserv_id: "mx.other.test".to_owned(), border_hosts: vec!["mx.other.test".to_owned()], ..rules() };
    assert_ne!(judge(&relayed, &other, &Dns::Off).await.verdict, Proved);
}
