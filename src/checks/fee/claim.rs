//! What a claim of several lines is allowed, or one line with a modifier that changes its amount: both sides, several
//! procedures, families of endoscopies, assistants, co-surgeons, parts of the package (Claims Processing Manual, chapter
//! 12, sections 40.4 to 40.8).

use super::answer::{self, WHERE};
use super::asks::Asked;
use super::lines::{self, Item};
use super::locality::Place;
use super::money::{Cents, ONE};
use super::reductions::{Paid, Payee, Role, Service, Sides, for_payee, pay};
use crate::checks::ask;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question, Scope, Setting};
use crate::domain::citation::Source;
use crate::domain::inquiry::{Inquiry, Mention};
use crate::domain::ruling::Ruling;

/// Modifiers that say why an edit does not hold.
const BYPASS: [&str; 13] = ["59", "XE", "XS", "XP", "XU", "25", "24", "57", "58", "78", "79", "LT", "RT"];

/// A setting: in a facility or outside, with its words.
type Side = (bool, &'static str);

/// The amount of a claim; `None` where one of its lines is priced by report, or the lines may not stand together.
pub fn settle(
    corpus: &Corpus,
    inquiry: &Inquiry,
    asked: &Asked,
    mentions: &[&Mention],
    locality: Option<&str>,
) -> Option<Ruling> {
    let scope = Scope { setting: Setting::Practitioner, ..inquiry.scope };
    let items: Option<Vec<Item>> =
        mentions.iter().map(|mention| lines::item(corpus, mention, asked.participation, scope)).collect();
    let items = items.filter(|items| are_priced_by_rule(items))?;
    let (edits, mut sources, doubt) = edits(corpus, mentions, scope)?;
    let assists = items.iter().any(|item| item.role == Role::PractitionerAssisting);
    // The 85 percent of a practitioner are within the amount of AS.
    let payee = if assists { Payee::Participating } else { asked.payee };
    let sides: Vec<Side> = [(false, "outside a facility"), (true, "in a facility")]
        .into_iter()
        .filter(|(inside, _)| asked.inside.is_none_or(|wanted| wanted == *inside))
        .collect();
    let places = answer::places(corpus, inquiry, mentions[0], locality)?;
    let mut told: Vec<Total> = Vec::new();
    for place in &places {
        for side in &sides {
            let Some(services) = services(corpus, &items, place, scope, *side, &mut sources) else { continue };
            let paid = pay(&services)?;
            let amounts: Vec<Cents> = paid.iter().map(|one| for_payee(one.amount, payee)).collect();
            told.push(Total { place: place.clone(), side: *side, services, paid, sum: Cents::sum(amounts) });
        }
    }
    let doc = items.first().and_then(|item| corpus.releases().find(&item.row.release)).map(|release| release.doc())?;
    let (mut say, ask) = words(&items, &told, places.len(), payee, &doc)?;
    say.push_str(&edits);
    say.push_str(&conditions(&items));
    let label = match &told[..] {
        [only] => Some(only.sum.to_string()),
        _ => None,
    };
    let mut ruling = answer::told("claim amount", label, say, ask);
    ruling.sources = sources;
    ruling.sources.extend([card(&items), "payment-reductions"].into_iter().flat_map(|id| answer::rule(corpus, id)));
    ruling.doubts.extend(doubt);
    Some(ruling)
}

/// What a claim is allowed in a place and setting.
struct Total {
    place: Place,
    side: Side,
    services: Vec<Service>,
    paid: Vec<Paid>,
    sum: Cents,
}

/// The rule that leads.
fn card(items: &[Item]) -> &'static str {
    match items.first().map(|item| item.role) {
        Some(Role::Assistant | Role::PractitionerAssisting) => "assistant-at-surgery",
        Some(Role::CoSurgeon) => "co-surgeons-62",
        _ if items.iter().any(|item| item.base().is_some()) && items.len() > 1 => "multiple-endoscopy-payment",
        _ if items.iter().any(|item| item.sides != Sides::One) => "bilateral-50",
        _ => "multiple-surgery-51",
    }
}

/// False where a reduction is not by rank, or the roles of the lines are not one.
fn are_priced_by_rule(items: &[Item]) -> bool {
    let in_part = items.iter().filter(|item| item.is_reduced_in_part()).count() > 1;
    let one_role = items.iter().all(|item| Some(item.role) == items.first().map(|first| first.role));
    let part = items.len() > 1 && items.iter().any(|item| matches!(item.role, Role::Part(_)));
    // Both sides of related endoscopies: the manual does not say how often the base is taken away.
    let scopes = items.len() > 1 && items.iter().any(|item| item.base().is_some() && item.sides != Sides::One);
    !in_part && one_role && !part && !scopes
}

/// What the edits between the lines say, with their rows: `None` where two lines never stand together.
fn edits(corpus: &Corpus, mentions: &[&Mention], scope: Scope) -> Option<(String, Vec<Source>, Option<String>)> {
    let (mut said, mut sources, mut doubt) = (String::new(), Vec::new(), None);
    let bypassed = |mention: &Mention| mention.modifiers.iter().any(|one| BYPASS.contains(&one.as_str()));
    for (n, a) in mentions.iter().enumerate() {
        for b in &mentions[n + 1..] {
            let check = ask(corpus, &Question::Ptp { a: a.code.clone(), b: b.code.clone() }, scope);
            match check.outcome {
                Outcome::EditNever => return None,
                Outcome::EditModifierAllowed => {
                    if !bypassed(a) && !bypassed(b) && said.is_empty() {
                        said = format!(
                            " An edit joins {} and {}: both are paid only where a modifier rightly bypasses it.",
                            a.code, b.code
                        );
                    }
                    sources.extend(check.sources);
                }
                Outcome::NotChecked => {
                    doubt = Some("whether these codes may stand together was not checked for the date".to_owned());
                }
                _ => {}
            }
        }
    }
    Some((said, sources, doubt))
}

/// The lines in a place and setting; `None` where one has no amount there.
fn services(
    corpus: &Corpus,
    items: &[Item],
    place: &Place,
    scope: Scope,
    side: Side,
    sources: &mut Vec<Source>,
) -> Option<Vec<Service>> {
    let mut services = Vec::new();
    for item in items {
        let local = item.local(corpus, place, scope)?;
        services.push(if side.0 { local.inside } else { local.outside }?);
        let base = item.base().map(|(_, row)| row.source.clone());
        for source in local.sources.into_iter().chain(base) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    Some(services)
}

fn words(
    items: &[Item],
    told: &[Total],
    places: usize,
    payee: Payee,
    doc: &str,
) -> Option<(String, Option<&'static str>)> {
    let first = told.first()?;
    if places > 1 {
        return Some(by_place(items, told, places, payee, doc));
    }
    let place = if first.place.is_national() { "nationally".to_owned() } else { format!("in {}", first.place.words()) };
    let parts: Vec<String> = told
        .iter()
        .map(|total| {
            let each: Vec<String> = items.iter().enumerate().map(|(at, item)| step(item, total, at)).collect();
            let sum: String = if items.len() > 1 || payee != Payee::Participating {
                format!("; {} {}", payee_words(payee), total.sum)
            } else {
                String::new()
            };
            format!("{} {}{sum}", total.side.1, each.join(", "))
        })
        .collect();
    Some((format!("Medicare allows {place} ({doc}{}): {}.", factor(items), parts.join(". And ")), None))
}

/// Whose conversion factor it is, from 2026 on.
fn factor(items: &[Item]) -> String {
    match items.first().map(|item| item.row.field("participation")) {
        Some("qpp") => ", qualifying APM participant".to_owned(),
        Some("nonqpp") => ", no qualifying APM participant".to_owned(),
        _ => String::new(),
    }
}

fn payee_words(payee: Payee) -> &'static str {
    match payee {
        Payee::Participating => "together",
        Payee::Practitioner => "at 85 percent for the practitioner",
        Payee::Nonparticipating => "at 95 percent without participation",
        Payee::LimitingCharge => "as limiting charge",
    }
}

/// `45380-59 $192.78 less its base 45378 $177.26 = $15.52`.
fn step(item: &Item, total: &Total, at: usize) -> String {
    let (paid, service) = (&total.paid[at], &total.services[at]);
    let mut said = format!("{} {}", item.written, service.fee);
    let mut steps = Vec::new();
    match service.sides {
        Sides::One => {}
        Sides::Both => steps.push("x 150%".to_owned()),
        Sides::Each => steps.push("x 2".to_owned()),
    }
    if let Some(base) = paid.base {
        let code = item.base().map_or_else(String::new, |(code, _)| format!(" {code}"));
        steps.push(format!("less its base{code} {base}"));
    }
    if paid.rank != 100 {
        steps.push(format!("x {}%", paid.rank));
    }
    match service.role {
        Role::Surgeon => {}
        Role::Assistant => steps.push("x 16%".to_owned()),
        Role::PractitionerAssisting => steps.push("x 16% x 85%".to_owned()),
        Role::CoSurgeon => steps.push("x 62.5%".to_owned()),
        Role::Part(part) => steps.push(format!("x {}%", part * 100 / ONE)),
    }
    if !steps.is_empty() {
        said.push_str(&format!(" {} = {}", steps.join(" "), paid.amount));
    }
    said
}

fn by_place(items: &[Item], told: &[Total], places: usize, payee: Payee, doc: &str) -> (String, Option<&'static str>) {
    let claim: Vec<&str> = items.iter().map(|item| item.written.as_str()).collect();
    let whole = if payee == Payee::Participating { String::new() } else { format!(" {}", payee_words(payee)) };
    let part = match items.first().map(|item| item.role) {
        Some(Role::Assistant) => "16 percent of the surgical fee; ",
        Some(Role::PractitionerAssisting) => "85 percent of 16 percent of the surgical fee; ",
        Some(Role::CoSurgeon) => "62.5 percent of the surgical fee; ",
        _ => "",
    };
    let head = format!("Medicare allows for {}{whole} ({part}{doc}{})", claim.join(" with "), factor(items));
    if places > 5 {
        let of_side = |inside: bool| {
            let sums = || told.iter().filter(|one| one.side.0 == inside).map(|one| (one.sum, one.place.words()));
            let (low, high) = (sums().min()?, sums().max()?);
            let words = if inside { "in a facility" } else { "outside a facility" };
            Some(format!("from {} ({}) to {} ({}) {words}", low.0, low.1, high.0, high.1))
        };
        let ranges: Vec<String> = [false, true].into_iter().filter_map(of_side).collect();
        return (format!("{head} {}, over {places} localities.", ranges.join(" and ")), Some(WHERE));
    }
    let each = told.iter().map(|one| format!("{} {} {}", one.place.name, one.sum, one.side.1));
    (format!("{head}: {}.", each.collect::<Vec<_>>().join("; ")), None)
}

fn conditions(items: &[Item]) -> String {
    let shown = items.iter().find_map(|item| Some((item, item.condition?)));
    shown.map(|(item, condition)| format!(" {} is paid only {condition}.", item.written)).unwrap_or_default()
}
