//! Minutes of a calendar month: chronic and principal care management, remote monitoring, behavioral health. Full
//! blocks only, no rounding. Principal care and behavioral health: Medicare Benefit Policy Manual, chapter 13, section
//! 230.2; the rest is CPT's.

use jiff::civil::date;

use super::answer::{Answer, lines, verdict, written};
use super::minutes::{Adding, Minutes, Total};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;
use crate::domain::time::AsOf;

pattern!(CHRONIC, r"(?i)\b99(?:490|439|491|437|487|489)\b|\bccm\b|\bchronic care management\b");
pattern!(PRINCIPAL, r"(?i)\b9942[4-7]\b|\bpcm\b|\bprincipal care management\b");
pattern!(PHYSIOLOGIC, r"(?i)\b994(?:57|58|70)\b|\brpm\b|\bremote (?:physiologic\w*|patient) monitoring\b");
pattern!(THERAPEUTIC, r"(?i)\b98(?:979|980|981)\b|\brtm\b|\bremote therapeutic monitoring\b");
pattern!(BEHAVIORAL, r"(?i)\b99484\b|\bbehavioral health integration\b|\bgeneral bhi\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:tcm|transitional|apcm|g055[678]|g0506|awv|consent|initiating|rhc|fqhc|hospice|two (?:practices|doctors)|both|same minutes|double|carr(?:y|ied) over|two months|each month|days of (?:data|readings)|99453|99454|99445|9849\d|9949[2-6]|g2214|cocm|collaborative|not (?:speak|talk|reach)\w*|no (?:live|contact|interact\w*)|without (?:live|contact|interact\w*|talking)|only review\w*)\b"
);
pattern!(
    STAFF,
    r"(?i)\b(?:clinical staff|staff|nurses?|rn|lpn|ma|medical assistant|care (?:manager|coordinator)|99490|99439|99426|99427)\b"
);
pattern!(
    OWN,
    r"(?i)\b(?:personally|physician(?:'s)? (?:own )?time|by (?:the|a|our) (?:physician|doctor|provider|np|pa)|(?:physician|doctor|provider|np|pa|dr\.?(?: \w+)?) (?:himself|herself|spent|did|provided)|9949[1]|99437|9942[45])\b"
);
pattern!(COMPLEX, r"(?i)\bcomplex (?:ccm|chronic)\b|\b9948[79]\b");

/// A pair of codes: the first with the minutes it needs, the further ones with theirs, and the most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    first: &'static str,
    needs: u32,
    more: Option<(&'static str, u32)>,
    most: u32,
    what: &'static str,
    card: &'static str,
}

const ANY: u32 = u32::MAX;

const fn pair(
    (first, needs): (&'static str, u32),
    more: Option<(&'static str, u32)>,
    most: u32,
    what: &'static str,
    card: &'static str,
) -> Pair {
    Pair { first, needs, more, most, what, card }
}

const CCM: &str = "care-management-monthly";
pub(super) const STAFF_CCM: Pair = pair(("99490", 20), Some(("99439", 20)), 2, "clinical staff time", CCM);
pub(super) const OWN_CCM: Pair = pair(("99491", 30), Some(("99437", 30)), ANY, "the clinician's own time", CCM);
pub(super) const COMPLEX_CCM: Pair = pair(("99487", 60), Some(("99489", 30)), ANY, "complex care management", CCM);
pub(super) const OWN_PCM: Pair = pair(("99424", 30), Some(("99425", 30)), ANY, "the clinician's own time", "pcm");
pub(super) const STAFF_PCM: Pair = pair(("99426", 30), Some(("99427", 30)), ANY, "clinical staff time", "pcm");
pub(super) const RPM: Pair =
    pair(("99457", 20), Some(("99458", 20)), ANY, "monitoring management", "remote-physiologic-monitoring");
pub(super) const RTM: Pair =
    pair(("98980", 20), Some(("98981", 20)), ANY, "monitoring management", "remote-therapeutic-monitoring");
const BHI: Pair = pair(("99484", 20), None, 0, "behavioral health integration", "behavioral-health-integration");

/// The codes that began with 2026 for 10 to 19 minutes.
const SHORT: [(Pair, &str); 2] = [(RPM, "99470"), (RTM, "98979")];

impl Pair {
    /// Units of the two codes.
    pub(super) fn units(&self, minutes: u32) -> Vec<(&'static str, u32)> {
        if minutes < self.needs {
            return Vec::new();
        }
        let more = self.more.map(|(code, each)| (code, ((minutes - self.needs) / each).min(self.most)));
        [Some((self.first, 1)), more].into_iter().flatten().collect()
    }

    fn reach(&self) -> String {
        let limit = if self.most == 2 { ", twice at most for Medicare" } else { "" };
        let more = self.more.map(|(code, each)| format!(", {code} each further full {each}{limit}"));
        format!("{} needs {}{}", self.first, self.needs, more.unwrap_or_default())
    }
}

/// Which pairs the words leave open: one, or staff and clinician.
fn pairs(text: &str) -> Option<Vec<Pair>> {
    let about = [&CHRONIC, &PRINCIPAL, &PHYSIOLOGIC, &THERAPEUTIC, &BEHAVIORAL].map(|pattern| pattern.is_match(text));
    let (staff, own) = (STAFF.is_match(text), OWN.is_match(text));
    let who = |of_staff: Pair, of_own: Pair| match (staff, own) {
        (true, false) => Some(vec![of_staff]),
        (false, true) => Some(vec![of_own]),
        (false, false) => Some(vec![of_staff, of_own]),
        (true, true) => None,
    };
    match about {
        [true, false, false, false, false] if COMPLEX.is_match(text) => Some(vec![COMPLEX_CCM]),
        [true, false, false, false, false] => who(STAFF_CCM, OWN_CCM),
        [false, true, false, false, false] => who(STAFF_PCM, OWN_PCM),
        [false, false, true, false, false] => Some(vec![RPM]),
        [false, false, false, true, false] => Some(vec![RTM]),
        [false, false, false, false, true] => Some(vec![BHI]),
        _ => None,
    }
}

/// The codes, where the minutes of the month are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    let pairs = pairs(text)?;
    if ELSEWHERE.is_match(text) {
        return None;
    }
    let total = minutes.total(Adding::Activities)?;
    match pairs[..] {
        [one] => of_pair(inquiry, one, &total)?.ruling(corpus, inquiry),
        [staff, own] => open(staff, own, &total)?.ruling(corpus, inquiry),
        _ => None,
    }
}

fn of_pair(inquiry: &Inquiry, pair: Pair, total: &Total) -> Option<Answer> {
    let mut found = lines(&total.settled(|minutes| pair.units(minutes))?);
    let mut reach = pair.reach();
    let recent = matches!(inquiry.scope.as_of, AsOf::Shelf)
        || matches!(inquiry.scope.as_of, AsOf::Date(day) if day >= date(2026, 1, 1));
    if let Some((_, short)) = SHORT.iter().find(|(of, _)| *of == pair).filter(|_| recent && found.is_empty())
        && total.settled(|minutes| minutes >= 10)?
    {
        found = lines(&[(short, 1)]);
        reach = format!("10 to 19 minutes, since 2026; {reach}");
    }
    let live = if matches!(pair.first, "99457" | "98980") { " At least one live contact belongs to it." } else { "" };
    let extra = if pair == STAFF_CCM && total.minutes >= 80 {
        " Time beyond the second 99439 adds nothing, unless the month meets complex care management (99487)."
    } else {
        ""
    };
    let condition = if pair == COMPLEX_CCM { " Moderate or high decision making must be met too." } else { live };
    let codes = if found.is_empty() { "no code".to_owned() } else { written(&found) };
    let of_kind = |code: &str| {
        code == pair.first
            || pair.more.is_some_and(|(more, _)| more == code)
            || SHORT.iter().any(|(_, short)| *short == code)
    };
    Some(Answer {
        rule: "minutes of a month",
        cards: vec![pair.card],
        recalled: pair == BHI || pair.card == "pcm",
        verdict: verdict(inquiry, of_kind, &found),
        label: Some(codes.clone()),
        say: format!(
            "{} of {} in the month give {codes}: {reach}; nothing is rounded up.{condition}{extra}",
            total.shown, pair.what
        ),
        lines: found,
        ..Answer::default()
    })
}

/// Nobody said whose time it was: both answers, and the question.
fn open(staff: Pair, own: Pair, total: &Total) -> Option<Answer> {
    let of = |pair: Pair| total.settled(|minutes| pair.units(minutes)).map(|units| lines(&units));
    let words = |lines: &[(String, u32)]| if lines.is_empty() { "no code".to_owned() } else { written(lines) };
    let (by_staff, by_own) = (of(staff)?, of(own)?);
    Some(Answer {
        rule: "minutes of a month",
        cards: vec![staff.card],
        say: format!(
            "{} in the month: {} as clinical staff time, {} as the clinician's own.",
            total.shown,
            words(&by_staff),
            words(&by_own)
        ),
        ask: Some("Was it clinical staff time, or the physician's or NPP's own?".to_owned()),
        ..Answer::default()
    })
}
