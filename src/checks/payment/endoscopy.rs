//! Several endoscopies of one family: the highest is paid in full, each further one by its difference to the base
//! (Claims Processing Manual, chapter 12, section 40.6.C.13; chapter 23, section 50.6, indicator 3).

use super::rows::{self, Speaking};
use super::wording;
use crate::corpus::{Corpus, FeeRow};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::stated::Place;

pattern!(
    PAID,
    r"(?i)\b(?:order|rank\w*|paid|pays?|payment|reimburs\w*|reduc\w*|subtract\w*|base|famil\w*|highest|sequence[ds]?|list(?:ed)? first|multiple (?:endoscop\w*|procedure\w*|scopes?)|endoscop\w* rules?|mppr|51)\b"
);
pattern!(ASKS, r"(?i)\b(?:how|which|what)\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:deni\w*|deny|appeal\w*|reject\w*|bundl\w*|unbundl\w*|59|x[eps]|edit|ncci|global|cover\w*|dollars?|locality|asc|hospital side|assistant)\b|\$|n['’]t\b"
);

/// Codes of one family that are ranked, at most.
const MOST: usize = 4;
/// Words of the question, at most.
const LONGEST: usize = 45;

/// One endoscopy with its relative values in hundredths.
struct Scope<'a> {
    code: &'a Code,
    facility: i64,
    nonfacility: i64,
    source: Source,
}

/// The order of payment; `None` where the codes are of several families, or payment is not what is asked.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = wording::plain(&inquiry.text);
    let codes = inquiry.codes();
    let told = text.split_whitespace().count() <= LONGEST && PAID.is_match(&text) && ASKS.is_match(&text);
    if !told || ELSEWHERE.is_match(&text) || !wording::is_of_medicare(inquiry) || !(2..=MOST).contains(&codes.len()) {
        return None;
    }
    let held: Vec<(&Code, Speaking)> = codes
        .into_iter()
        .map(|code| Some((code, rows::speaking(corpus, code, inquiry.scope.as_of)?)))
        .collect::<Option<_>>()?;
    let base = held.iter().map(|(_, rows)| rows.whole.field("endo_base")).find(|base| !base.is_empty())?;
    let base_code = Code::parse(base).ok()?;
    let family = held.iter().all(|(code, rows)| **code == base_code || rows.whole.field("endo_base") == base);
    let base_row = rows::speaking(corpus, &base_code, inquiry.scope.as_of)?.whole;
    let base_scope = scope(&base_code, &base_row)?;
    let scopes: Vec<Scope<'_>> = held
        .iter()
        .filter(|(code, _)| **code != base_code)
        .map(|(code, rows)| scope(code, &rows.whole))
        .collect::<Option<_>>()?;
    if !family || scopes.is_empty() {
        return None;
    }
    let with_base = scopes.len() < held.len();
    let say = said(&base_scope, scopes.iter().collect(), with_base, inquiry.stated.place)?;
    let card = corpus.find_card("multiple-surgery-51")?;
    let rows = scopes.iter().chain([&base_scope]).map(|scope| scope.source.clone());
    Some(Ruling {
        basis: Basis::Computed { rule: "multiple endoscopies of one family".to_owned() },
        verdict: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: Some(base.to_owned()),
        say,
        ask: None,
        sources: rows.chain(corpus.authority(&card)).chain([card.source()]).collect(),
        confirmed: card.confirmed,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    })
}

fn scope<'a>(code: &'a Code, row: &FeeRow) -> Option<Scope<'a>> {
    let sum = |practice: &str| {
        ["work", practice, "malpractice"].iter().map(|name| hundredths(row.field(name))).sum::<Option<i64>>()
    };
    Some(Scope { code, facility: sum("pe_facility")?, nonfacility: sum("pe_nonfacility")?, source: row.source.clone() })
}

/// A place of service with its relative value.
type Side = (&'static str, fn(&Scope<'_>) -> i64);

/// The order and the arithmetic, in relative values of the place where it is said, and of both where it is not and
/// the order is the same.
fn said(base: &Scope<'_>, mut scopes: Vec<&Scope<'_>>, with_base: bool, place: Option<Place>) -> Option<String> {
    let sides: &[Side] = match place {
        Some(Place::Office) => &[("office", |scope| scope.nonfacility)],
        Some(_) => &[("facility", |scope| scope.facility)],
        None => &[("facility", |scope| scope.facility), ("office", |scope| scope.nonfacility)],
    };
    let orders: Vec<Vec<&Scope<'_>>> = sides
        .iter()
        .map(|(_, of)| {
            scopes.sort_by_key(|scope| std::cmp::Reverse(of(scope)));
            scopes.clone()
        })
        .collect();
    let first = orders.first()?;
    let codes = |order: &[&Scope<'_>]| order.iter().map(|scope| scope.code.clone()).collect::<Vec<_>>();
    if orders.iter().any(|order| codes(order) != codes(first)) {
        return None;
    }
    let (highest, further) = first.split_first()?;
    if further.is_empty() {
        return Some(format!(
            "{} is the base of {}: the base is not paid beside another endoscopy of its family, so {} alone is paid, in full.",
            base.code, highest.code, highest.code
        ));
    }
    let names: Vec<String> = further.iter().map(|scope| scope.code.to_string()).collect();
    let mut say = format!(
        "{} is paid in full, {} by {} to the base {}.",
        highest.code,
        names.join(" and "),
        if names.len() == 1 { "its difference" } else { "their differences" },
        base.code
    );
    for (name, of) in sides {
        if further.iter().any(|scope| of(scope) < of(base)) {
            return None;
        }
        let parts: Vec<String> =
            further.iter().map(|scope| format!("({} - {})", plain(of(scope)), plain(of(base)))).collect();
        let total = of(highest) + further.iter().map(|scope| of(scope) - of(base)).sum::<i64>();
        say.push_str(&format!(" In {name} RVUs: {} + {} = {}.", plain(of(highest)), parts.join(" + "), plain(total)));
    }
    if with_base {
        say.push_str(&format!(" {} itself is not paid beside them.", base.code));
    }
    Some(say)
}

/// `4.57` in hundredths; `None` for anything but a number of at most two decimals.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 2 {
        return None;
    }
    let decimals = format!("{decimals:0<2}").parse::<i64>().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + decimals)
}

/// Hundredths as people write them.
fn plain(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs())
}
