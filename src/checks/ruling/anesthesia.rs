//! Anesthesia: base and time units, and what they pay. Source: Claims Processing Manual (Pub. 100-04), chapter 12,
//! section 50: fifteen minutes are a time unit, rounded to one decimal (50.G); base plus time units times the conversion
//! factor of the locality (50.A); half of it for each side of medical direction (50.C, 140.4.2); three base units, and
//! one time unit for presence at induction, under supervision of more than four cases (50.D).

mod payment;
mod stated;

use payment::{Care, Units};

use crate::checks::fee::locality;
use crate::checks::fee::money::{Cents, figure};
use crate::checks::fee::spoken;
use crate::corpus::Corpus;
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::inquiry::{Inquiry, Mention};
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::stated::Payer;
use crate::domain::table::Table;

/// The question that finds the one conversion factor.
const WHERE: &str = "Which state, and which county or ZIP code?";

/// The answer, where the question states what it takes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let asked = stated::asked(&inquiry.text)?;
    if inquiry.stated.payer != Payer::Medicare || inquiry.other_payer.is_some() {
        return None;
    }
    let mention = anesthesia(inquiry)?;
    let code = mention.map(|mention| &mention.code);
    let minutes = stated::minutes(&inquiry.text)?;
    let care = care(inquiry, mention)?;
    // Daily management of an epidural has no time units (50.G).
    let timed = code.is_none_or(|code| code.as_str() != "01996");
    let base = stated::base(&inquiry.text).map(|units| (units, None)).or_else(|| shelf_base(corpus, inquiry, code?));
    let units =
        Units { base: base.as_ref().map(|(units, _)| *units), time: if timed { payment::time(minutes) } else { 0 } };
    let mut say = units.words(minutes, timed, care);
    let (mut sources, mut label) = (rules(corpus, care), Some(units.label(care)));
    sources.extend(base.and_then(|(_, source)| source));
    let mut ask = None;
    if let Some(tail) = physical_status(inquiry) {
        say.push_str(&tail);
    }
    if asked == stated::Kind::Amount && units.base.is_some() {
        let factors = factors(corpus, inquiry)?;
        match &factors[..] {
            [] => ask = Some(WHERE.to_owned()),
            [one] => {
                let amount = units.pay(one.factor, care);
                label = Some(amount.to_string());
                say.push_str(&units.paid(one.factor, &one.place, amount, care));
                sources.push(one.source.clone());
            }
            many => {
                say.push_str(&range(many, &units, care)?);
                sources.extend(many.iter().map(|one| one.source.clone()));
                ask = Some("Which county or ZIP code is it in?".to_owned());
            }
        }
    }
    Some(Ruling {
        basis: Basis::Computed { rule: "anesthesia units".to_owned() },
        verdict: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label,
        say,
        ask,
        sources,
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    })
}

/// The one anesthesia code of the question; `Some(None)` where it only speaks of anesthesia and names no code. Several
/// are billed as the one of the highest base, which the question would have to settle first.
fn anesthesia(inquiry: &Inquiry) -> Option<Option<&Mention>> {
    let is_one =
        |code: &Code| ("00100".."02000").contains(&code.as_str()) && code.as_str().bytes().all(|b| b.is_ascii_digit());
    let found: Vec<&Mention> = inquiry.mentions.iter().filter(|mention| is_one(&mention.code)).collect();
    match found[..] {
        [only] => Some(Some(only)),
        [] if inquiry.mentions.is_empty() && stated::speaks_of_anesthesia(&inquiry.text) => Some(None),
        _ => None,
    }
}

/// Who gave it, by the modifier; `None` where two of them contradict each other.
fn care(inquiry: &Inquiry, mention: Option<&Mention>) -> Option<Option<Care>> {
    let own = mention.map(|mention| &mention.modifiers[..]).unwrap_or_default();
    let named = if own.is_empty() { &inquiry.modifiers[..] } else { own };
    let mut cares: Vec<Care> = named.iter().filter_map(|modifier| Care::of(modifier.as_str())).collect();
    cares.dedup();
    match cares[..] {
        [] => Some(None),
        [only] => Some(Some(only)),
        _ => None,
    }
}

/// Base units of the HCPCS file, where a release in force holds any for the code.
fn shelf_base(corpus: &Corpus, inquiry: &Inquiry, code: &Code) -> Option<(i64, Option<Source>)> {
    let rows = corpus.list_rows(Table::Hcpcs, code.as_str());
    let (rows, _) = spoken::in_force(corpus, "hcpcs", rows, inquiry.scope.as_of)?;
    let row = rows.first()?;
    let units: i64 = row.get("anesthesia").parse().ok().filter(|units| (1..=60).contains(units))?;
    Some((units * payment::UNIT, Some(spoken::source(corpus, row))))
}

fn rules(corpus: &Corpus, care: Option<Care>) -> Vec<Source> {
    let of_care =
        care.map(
            |care| if care == Care::Supervised { "anesthesia-supervision-ad" } else { "anesthesia-payment-modifiers" },
        );
    let cards = ["anesthesia-time-units"].into_iter().chain(of_care).filter_map(|id| corpus.find_card(id));
    cards.flat_map(|card| corpus.authority(&card).into_iter().chain([card.source()])).collect()
}

/// A physical status that is named adds nothing: the section knows base and time units only.
fn physical_status(inquiry: &Inquiry) -> Option<String> {
    let named = inquiry.mentions.iter().flat_map(|mention| &mention.modifiers).chain(&inquiry.modifiers);
    let named: Vec<&str> = named.map(|modifier| modifier.as_str()).collect();
    let status = ["P1", "P2", "P3", "P4", "P5", "P6"].into_iter().find(|status| named.contains(status))?;
    Some(format!(" {status} adds nothing: Medicare counts base and time units only."))
}

/// A conversion factor in its place.
struct Factor {
    factor: i64,
    place: String,
    source: Source,
}

/// The conversion factors of the places that the question means; none where it names no place. `None` where the shelf
/// has none for the date.
fn factors(corpus: &Corpus, inquiry: &Inquiry) -> Option<Vec<Factor>> {
    let as_of = inquiry.scope.as_of;
    let Some(locality) = locality::meant(corpus, inquiry).ok()? else { return Some(Vec::new()) };
    let all = corpus.all_rows(Table::Anesthesia).collect();
    let (rows, release) = spoken::in_force(corpus, "anesthesia", all, as_of)?;
    let day = release.period.from.map_or(as_of, crate::domain::time::AsOf::Date);
    let places = locality::places(corpus, Some(&locality), day);
    let found: Vec<Factor> = places
        .iter()
        .filter_map(|place| {
            let row = rows.iter().find(|row| row.key == place.key)?;
            let factor = figure(row.get("conversion_factor")).filter(|factor| *factor > 0)?;
            Some(Factor { factor, place: place.words(), source: spoken::source(corpus, row) })
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

fn range(many: &[Factor], units: &Units, care: Option<Care>) -> Option<String> {
    let amounts = || many.iter().map(|one| (units.pay(one.factor, care), &one.place));
    let (low, high): ((Cents, &String), (Cents, &String)) = (amounts().min()?, amounts().max()?);
    Some(format!(" Allowed from {} ({}) to {} ({}), by locality.", low.0, low.1, high.0, high.1))
}

#[cfg(test)]
mod tests;
