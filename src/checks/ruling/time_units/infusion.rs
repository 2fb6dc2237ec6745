//! Hours of one infusion or hydration. Source: Medicare Claims Processing Manual, chapter 12, section 30.5.E: 15
//! minutes or less are a push, and an additional hour needs more than 30 minutes beyond the last full one. That
//! hydration begins at 31 minutes is CPT's.

use super::answer::{Answer, lines, verdict, written};
use super::minutes::{Adding, Minutes, amount};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ABOUT,
    r"(?i)\binfus\w*\b|\bivpb\b|\biv drip\b|\bpiggyback\b|\b(?:infliximab|remicade|rituximab|rituxan|chemo\w*)\b[^.?!]{0,30}\b(?:over|ran|runs)\b|\b(?:vancomycin|ceftriaxone|rocephin|zosyn|antibiotics?|venofer|remdesivir|magnesium|iv)\b[^.?!]{0,24}\b(?:iv|ran|over)\b|\bhydrat\w*\b|\b9636[0156]\b|\b9641[35]\b"
);
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:one after (?:the other|another)|two different|each (?:drug|antibiotic)|(?:min|minutes|hours?) each|two (?:drugs|infusions|antibiotics|lines|sites|bags)|second (?:drug|infusion|antibiotic|site|line|bag)|another (?:drug|infusion)|different drugs?|both drugs|several|multiple|sequential\w*|concurrent\w*|simultaneous\w*|same time|followed by|then|premed\w*|benadryl|zofran|ondansetron|push(?:es|ed)?|ivp|inject\w*|subq|pumps?|transfus\w*|blood|home|keep open|kvo|tko|lumen|port|block|per dose|vials?|waste\w*|jw|jz|stop time|no (?:end|stop)|not (?:document|record)\w*|after (?:the )?(?:chemo\w*|infusion)|before (?:the )?(?:chemo\w*|infusion)|along with|prolonged|epidural|insulin|oxytocin|pitocin|anesthe\w*|observation|9636[78]|96417|9637\d|96401|96409|96411|therapy session|ivig|immune globulin)\b"
);
// One further drug, pushed beside the infusion.
pattern!(
    ONE_PUSH,
    r"(?i)\b(?:(?:an?|one)\s+)?(?:iv\s+)?push\s+of\s+\w+\b|\b(?:ondansetron|zofran|benadryl|diphenhydramine|dexamethasone|methylprednisolone|solu-?medrol)\s+(?:by\s+)?(?:iv\s+)?push\b"
);
pattern!(
    CHEMO,
    r"(?i)\bchemo\w*\b|\bantineoplastic\b|\binfliximab\b|\bremicade\b|\brituximab\b|\brituxan\b|\bmonoclonal\b|\bbiologic\b|\b9641[35]\b"
);
pattern!(HYDRATION, r"(?i)\bhydrat\w*\b|\bsaline\b|\blactated\b|\biv fluids?\b|\bfluids\b|\b9636[01]\b");
pattern!(DRUG, r"(?i)\b(?:drug|antibiotic|medication|\d+\s?(?:mg|g|grams?)|mixed in|carrier|9636[56]|infusion of)\b");
pattern!(BROKEN, r"(?i)\b(?:interrupt\w*|restart\w*|resum\w*|paused|infiltrat\w*|stopped and)\b");
pattern!(
    WITHOUT,
    r"(?i)\b(?:no|without)\s+(?:other|another|additional)\s+(?:drugs?|infusions?|medications?|services?)\b"
);

/// What runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A drug.
    Drug,
    /// Chemotherapy, or a biologic coded as such.
    Chemo,
    /// Fluid alone.
    Hydration,
}

/// The codes of so many minutes with their units: a push, or the first hour and further ones.
pub(super) fn codes(kind: Kind, minutes: u32) -> [(&'static str, u32); 2] {
    let (first, more, least) = match kind {
        Kind::Drug => ("96365", "96366", 16),
        Kind::Chemo => ("96413", "96415", 16),
        Kind::Hydration => ("96360", "96361", 31),
    };
    if minutes < least {
        let push = match kind {
            Kind::Drug => "96374",
            Kind::Chemo => "96409",
            Kind::Hydration => return [(first, 0), (more, 0)],
        };
        return [(push, u32::from(minutes > 0)), (more, 0)];
    }
    // A further hour begins 31 minutes beyond the last full one: at 91, 151, 211.
    [(first, 1), (more, (minutes + 29).saturating_sub(60) / 60)]
}

fn kind(text: &str) -> Option<Kind> {
    match (CHEMO.is_match(text), HYDRATION.is_match(text), DRUG.is_match(text)) {
        (true, false, _) => Some(Kind::Chemo),
        (false, true, false) => Some(Kind::Hydration),
        (false, false, _) => Some(Kind::Drug),
        // Fluid and a drug: what carries what must be said.
        _ => None,
    }
}

/// The codes, where one thing runs and its minutes are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = WITHOUT.replace_all(&inquiry.text, " ");
    let pushed = ONE_PUSH.find_iter(&text).count() == 1;
    let text = if pushed { ONE_PUSH.replace(&text, " ").into_owned() } else { text.into_owned() };
    if !ABOUT.is_match(&text) || ELSEWHERE.is_match(&text) {
        return None;
    }
    if minutes.clocks.len() > 1 && !BROKEN.is_match(&text) {
        return None;
    }
    let kind = kind(&text)?;
    let total = minutes.total(Adding::Said)?;
    let mut lines = lines(&total.settled(|minutes| codes(kind, minutes))?);
    let more = lines.get(1).map_or(0, |(_, units)| *units);
    let initial = lines.first().map(|(code, _)| code.clone()).unwrap_or_default();
    let extra = if kind == Kind::Chemo {
        "96415"
    } else if kind == Kind::Drug {
        "96366"
    } else {
        "96361"
    };
    let reach = match (&initial[..], more) {
        ("", _) => "hydration of 30 minutes or less is not reported, and 96360 begins at 31".to_owned(),
        ("96374" | "96409", _) => "an infusion of 15 minutes or less is a push".to_owned(),
        (_, 0) => format!("the first hour runs to 90 minutes, and {extra} needs more than 30 beyond it, from 91"),
        _ => format!(
            "{extra} needs more than 30 minutes beyond each full hour, here reached at {} and next at {}",
            31 + more * 60,
            amount(91 + more * 60)
        ),
    };
    // Beside an initial push or hydration the order of services decides, and not the minutes.
    let infused = matches!(&initial[..], "96365" | "96413");
    if pushed && !infused {
        return None;
    }
    if pushed {
        lines.push(("96375".to_owned(), 1));
    }
    let written = if lines.is_empty() { "no code".to_owned() } else { written(&lines) };
    let cards = match kind {
        Kind::Hydration => vec!["hydration-31-minutes", "infusion-additional-hour"],
        _ if initial == "96374" || initial == "96409" => vec!["infusion-push"],
        _ => vec!["infusion-additional-hour", "infusion-push"],
    };
    let condition = if pushed {
        " 96375 is the further drug pushed beside it, each drug once."
    } else if lines.is_empty() {
        ""
    } else {
        " That holds where it is the encounter's initial service."
    };
    Answer {
        rule: "infusion time",
        cards,
        verdict: verdict(inquiry, |code| code.starts_with("963") || code.starts_with("964"), &lines),
        label: Some(written.clone()),
        lines,
        say: format!("{} are {written}: {reach}.{condition}", total.shown),
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
}
