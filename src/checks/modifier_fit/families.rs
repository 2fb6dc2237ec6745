//! Where each family of modifiers may stand, and where not. What no table or confirmed rule tells is not checked.

use super::kind::{self, Kind};
use crate::checks::payment::rows::Speaking;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Setting};
use crate::domain::code::{Code, Modifier};

mod anatomy;
mod surgery;

/// What a judgment rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rests {
    /// The kind of service.
    Kind,
    /// The code's row in the fee schedule.
    Fee,
}

/// May it stand there, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Allowed, not allowed or not checked.
    pub outcome: Outcome,
    /// Why, as a sentence.
    pub because: String,
    /// On what it rests.
    pub rests: Rests,
}

impl Judged {
    fn by_kind(outcome: Outcome, because: impl Into<String>) -> Self {
        Self { outcome, because: because.into(), rests: Rests::Kind }
    }

    fn by_fee(outcome: Outcome, because: impl Into<String>) -> Self {
        Self { outcome, because: because.into(), rests: Rests::Fee }
    }
}

/// A modifier on a code.
pub struct Context<'a> {
    modifier: &'a str,
    code: &'a str,
    kind: Kind,
    /// The family of our description, such as `gi_endoscopy`.
    family: String,
    /// Our description in lower case.
    words: String,
    /// Global days, bilateral, multiple procedure and PC/TC indicator; `None` where no schedule speaks for the date.
    fee: Option<[String; 4]>,
    /// True where the schedule prices the code with this modifier on a row of its own.
    priced: bool,
    setting: Setting,
    /// What the shelf says of the modifier.
    usage: String,
}

impl<'a> Context<'a> {
    /// Collects what the shelf says of both.
    pub fn of(
        corpus: &Corpus,
        code: &'a Code,
        modifier: &'a Modifier,
        fee: Option<&Speaking>,
        setting: Setting,
    ) -> Self {
        let text = corpus.find_text(code);
        let global = fee.map_or("", |fee| fee.whole.field("global"));
        let kind = match kind::of(code) {
            // What has a global period in days is a procedure, whatever section it stands in.
            Kind::Medicine | Kind::Other if ["000", "010", "090"].contains(&global) => Kind::Surgery,
            kind => kind,
        };
        Self {
            modifier: modifier.as_str(),
            code: code.as_str(),
            kind,
            family: text.as_ref().map(|text| text.family.clone()).unwrap_or_default(),
            words: text.map(|text| text.description.to_lowercase()).unwrap_or_default(),
            fee: fee.map(|fee| ["global", "bilat", "mult", "pctc"].map(|name| fee.whole.field(name).to_owned())),
            priced: fee.is_some_and(|fee| fee.with(modifier.as_str()).is_some()),
            setting,
            usage: corpus.find_modifier(modifier.as_str()).map(|entry| entry.usage).unwrap_or_default(),
        }
    }

    fn global(&self) -> Option<&str> {
        self.fee.as_ref().map(|[global, ..]| global.as_str())
    }
}

/// Judges it.
pub fn judge(on: &Context<'_>) -> Judged {
    match on.modifier {
        "24" | "25" | "57" => visit(on),
        "59" | "XE" | "XP" | "XS" | "XU" => separate(on),
        "76" | "77" => repeated(on),
        "91" => only(on, &[Kind::Laboratory], "a laboratory test repeated for a second result", &[]),
        "QW" => waived(on),
        "JW" | "JZ" => only(on, &[Kind::Drug], "a drug line, for a single-dose container", &[]),
        "FT" => only(on, &[Kind::Visit], "a visit", &[Kind::MoreOfVisit]),
        "FS" => shared(on),
        "AI" => principal(on),
        "GN" | "GO" | "GP" => therapy(on),
        "PT" => screening(on),
        "AA" | "AD" | "QK" | "QS" | "QX" | "QY" | "QZ" | "G8" | "G9" => {
            only(on, &[Kind::Anesthesia], "an anesthesia service", &[Kind::Surgery])
        }
        "22" | "52" | "53" | "54" | "55" | "58" | "78" | "79" => surgery::judge(on),
        "LT" | "RT" | "E1" | "E2" | "E3" | "E4" | "LC" | "LD" | "LM" | "RC" | "RI" => anatomy::judge(on),
        digit if anatomy::is_digit(digit) => anatomy::judge(on),
        _ => unsettled(on),
    }
}

/// No table tells: what the shelf says of the modifier is all there is.
fn unsettled(on: &Context<'_>) -> Judged {
    let usage = on.usage.trim_end_matches('.');
    Judged::by_kind(Outcome::NotChecked, format!("no table tells whether it may stand there. Its use: {usage}."))
}

/// A modifier of visits: on a code that may count as one, nothing is said.
fn visit(on: &Context<'_>) -> Judged {
    match on.kind {
        Kind::Visit => Judged::by_kind(Outcome::Allowed, format!("it goes on a visit, and {} is one.", on.code)),
        Kind::MoreOfVisit | Kind::LikeVisit | Kind::Other => unsettled(on),
        kind => Judged::by_kind(
            Outcome::NotAllowed,
            format!("it goes on the evaluation and management visit only, and {} is {}.", on.code, kind.name()),
        ),
    }
}

/// A modifier that tells two procedures apart.
fn separate(on: &Context<'_>) -> Judged {
    match on.kind {
        Kind::Visit | Kind::MoreOfVisit => Judged::by_kind(
            Outcome::NotAllowed,
            format!(
                "it tells procedures apart and never goes on a visit; {} is {}, for which 25 is meant.",
                on.code,
                on.kind.name()
            ),
        ),
        _ if on.code == "77427" => {
            Judged::by_kind(Outcome::NotAllowed, "the NCCI policy manual names this code as one that never takes it.")
        }
        Kind::Surgery | Kind::Imaging | Kind::Medicine | Kind::Pathology | Kind::Laboratory => Judged::by_kind(
            Outcome::Allowed,
            "it may stand on a procedure, but only to bypass an edit with indicator 1 where the two were separate.",
        ),
        _ => unsettled(on),
    }
}

fn repeated(on: &Context<'_>) -> Judged {
    match on.kind {
        kind if kind.is_visit() => Judged::by_kind(
            Outcome::NotAllowed,
            format!("it marks a repeated procedure, and {} is {}.", on.code, kind.name()),
        ),
        Kind::Laboratory => Judged::by_kind(
            Outcome::NotAllowed,
            format!("{} is a laboratory test, whose repetition is told by 91.", on.code),
        ),
        Kind::Surgery | Kind::Imaging | Kind::Medicine => {
            Judged::by_kind(Outcome::Allowed, "it may stand on a procedure or study done again that day.")
        }
        _ => unsettled(on),
    }
}

/// A modifier that goes on some kinds only; of `open` kinds nothing is said, nor of codes of no kind.
fn only(on: &Context<'_>, kinds: &[Kind], what: &str, open: &[Kind]) -> Judged {
    let unclear = [Kind::Other, Kind::LikeVisit];
    match on.kind {
        kind if kinds.contains(&kind) => Judged::by_kind(Outcome::Allowed, format!("it goes on {what}.")),
        kind if open.contains(&kind) || unclear.contains(&kind) => unsettled(on),
        // Pathology and medicine reach into the laboratory and the infusion room.
        Kind::Pathology | Kind::Medicine if !kinds.contains(&Kind::Visit) => unsettled(on),
        kind => Judged::by_kind(Outcome::NotAllowed, format!("it goes on {what}, and {} is {}.", on.code, kind.name())),
    }
}

fn waived(on: &Context<'_>) -> Judged {
    match only(on, &[Kind::Laboratory], "a laboratory test of the CLIA waived list", &[]) {
        Judged { outcome: Outcome::Allowed, .. } => {
            Judged::by_kind(Outcome::NotChecked, "the list of CLIA waived tests is not on this shelf.")
        }
        judged => judged,
    }
}

/// FS: a visit in a facility that two of one group shared (chapter 12, section 30.6.18).
fn shared(on: &Context<'_>) -> Judged {
    let within = |first: &str, last: &str| (first..=last).contains(&on.code);
    if within("99202", "99215") {
        return Judged::by_kind(
            Outcome::NotAllowed,
            format!("it marks a split or shared visit in a facility, and {} is an office visit.", on.code),
        );
    }
    if within("99221", "99239") || within("99281", "99292") {
        return Judged::by_kind(Outcome::Allowed, "it goes on a visit in a facility that two of one group shared.");
    }
    only(on, &[], "a split or shared visit in a facility", &[Kind::Visit, Kind::MoreOfVisit])
}

/// AI: the initial visit of the physician who oversees the stay (chapter 12, section 30.6.10).
fn principal(on: &Context<'_>) -> Judged {
    let within = |first: &str, last: &str| (first..=last).contains(&on.code);
    if within("99221", "99223") || within("99304", "99306") {
        return Judged::by_kind(
            Outcome::Allowed,
            "it goes on the initial visit of the physician who oversees the stay.",
        );
    }
    only(on, &[], "the initial visit of a stay", &[Kind::Visit, Kind::MoreOfVisit])
}

/// GN, GO, GP: the schedule marks therapy by its reduction and by its PC/TC indicator.
fn therapy(on: &Context<'_>) -> Judged {
    match &on.fee {
        Some([_, _, mult, pctc]) if mult == "5" || pctc == "7" => {
            Judged::by_fee(Outcome::Allowed, "it names the plan of care, and the schedule marks the code as therapy.")
        }
        _ => Judged { rests: Rests::Fee, ..unsettled(on) },
    }
}

/// PT: on the procedure that a colorectal screening turned into, never on the screening code.
fn screening(on: &Context<'_>) -> Judged {
    let within = |first: &str, last: &str| (first..=last).contains(&on.code);
    if ["G0104", "G0105", "G0121"].contains(&on.code) {
        return Judged::by_kind(
            Outcome::NotAllowed,
            format!("it goes on the procedure that a screening turned into, and {} is the screening itself.", on.code),
        );
    }
    if within("44388", "44408") || within("45300", "45398") {
        return Judged::by_kind(Outcome::Allowed, "it goes on the procedure that a colorectal screening turned into.");
    }
    match on.kind {
        kind if kind.is_visit() => Judged::by_kind(
            Outcome::NotAllowed,
            format!(
                "it goes on the procedure that a colorectal screening turned into, and {} is {}.",
                on.code,
                kind.name()
            ),
        ),
        _ => unsettled(on),
    }
}
