//! The level of a visit from what is stated: two of three elements of decision making, or the total time of the date.
//! Source: Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 30.6.1.B: either may set the level in
//! most families, a time must be met in full, and emergency visits go by decision making alone. The elements and the
//! minutes are CPT's.

mod elements;
pub mod family;
mod level;
mod words;

use self::elements::Elements;
use self::family::{Family, Step};
use self::level::Level;
use super::time_units::answer::{Answer, Rules, is_yes_no, rules};
use super::time_units::minutes::{self, Adding, Total};
use super::time_units::prolonged::start_of;
use super::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ASKS,
    r"(?i)\b(?:levels?|e/?m|mdm|decision making|visits?|what code|which code|cod(?:e|ed|ing)|bill\w*|support\w*|qualif\w*|enough|992\d\d|993\d\d|99[23]xx)\b"
);
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:modifiers?|mod 25|g2211|prolong\w*|critical care|preventive|preventative|annual|wellness|awv|psychotherapy|therapy session|residents?|teaching|students?|scribe|split|shared|incident|telehealth|telemedicine|video|phone|telephone|audio|virtual|portal|day before|night before|evening before|next (?:day|morning|evening)|following (?:day|morning)|yesterday|tomorrow|weekend|day prior|previous (?:day|evening)|(?:another|different) (?:day|date)|days? (?:later|after|before)|omt|chiropract\w*|botox|post-?op\w*|global|diagnosis code|icd|99211|99281|nurse visit|nurse[\s-]only|tcm|ccm|care management|two visits|both visits|hospice|pre-?op\w*|clearance|50\s?%|more than half|typical time|wounds?|sutures?|anesthesia|sign\w* out|audit\w* (?:risk|letter)|appeal\w*|rvus?|pays?|paid|reimburs\w*|g0463)\b|-\s?(?:25|57|24|FT|95|93|AI)\b"
);
pattern!(
    NO_VISIT_TIME,
    r"(?i)\b(?:nurses?|rn|ma|medical assistants?|staff|pharmacists?|therapists?|physical therap\w*|occupational|infus\w*|anesthes\w*|counsel(?:or|ing session)|chemo\w*|dialysis|monitor(?:ed|ing) for|hydrat\w*|sedation|observ\w+ for|waited|waiting|scheduled|slot|drive|travel\w*|np and|pa and|midnight|in[\s-]house|in obs\w*|observation|stay(?:ed|s)?|length of stay|discharged after)\b"
);
pattern!(
    OTHER_WORK,
    r"(?i)\b(?:procedures?|surgery|tests?|testing|studies|study|scan|recording|session|treatment|exercis\w*|education|training|nutrition\w*|acupuncture|massage|nebuliz\w*|blocks?|injections?|eeg|emg)\b"
);
pattern!(
    A_VISIT,
    r"(?i)\bvisits?\b|\be/?m\b|\boffice\b|\blevels?\b|\btotal time\b|\btime[\s-]based\b|\bby time\b|\bspent\b|\bencounter\b"
);
pattern!(LEAVING, r"(?i)\bdischarg\w*\b|\bsame (?:day|date)\b");

/// A longer time is that of a stay, and of no visit.
const LONGEST: u32 = 300;

/// What the question states, put into levels.
struct Stated {
    elements: Elements,
    decision: Option<(Level, Level)>,
    time: Option<Total>,
    medicare: bool,
    payer: Rules,
}

/// The answer, where the question states what it takes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ASKS.is_match(text)
        || ELSEWHERE.is_match(text)
        || Wants::of(&plain(text)).modifier
        || !family::is_in_force(inquiry)
    {
        return None;
    }
    // Another service beside the visit is another question.
    let mut services = inquiry.mentions.iter().map(|mention| &mention.code).filter(|code| code.set().is_procedure());
    if services.any(|code| Family::of(code.as_str()).is_none()) {
        return None;
    }
    let families = family::read(inquiry)?;
    if LEAVING.is_match(text) && families != [Family::OneDay] {
        return None;
    }
    if elements::read(text).is_some_and(|elements| elements == Elements::default())
        && minutes::read(text).is_silent()
        && let Some(answer) = words::threshold(inquiry)
    {
        return answer.ruling(corpus, inquiry);
    }
    let stated = stated(inquiry, &families)?;
    match families[..] {
        [one] => of_family(inquiry, &stated, one)?.ruling(corpus, inquiry),
        [first, later] => open(&stated, first, later)?.ruling(corpus, inquiry),
        _ => None,
    }
}

fn stated(inquiry: &Inquiry, families: &[Family]) -> Option<Stated> {
    let elements = elements::read(&inquiry.text)?;
    let payer = rules(inquiry);
    let consult = families.iter().any(|family| matches!(family, Family::ConsultOffice | Family::ConsultHospital));
    if consult && payer == Rules::Medicare {
        return None;
    }
    let read = minutes::read(&inquiry.text);
    let timed = families != [Family::Emergency] && !NO_VISIT_TIME.is_match(&inquiry.text);
    let time = if timed {
        read.total(Adding::Activities).filter(|total| total.least == total.minutes && total.minutes <= LONGEST)
    } else {
        None
    };
    let decision = elements.decision();
    // Time is spoken of, but not plainly: no level without it where decision making gives none.
    if decision.is_none() && (time.is_none() || elements.whole.is_some()) {
        return None;
    }
    if !read.is_silent() && time.is_none() && timed {
        return None;
    }
    // Minutes alone are those of a visit only where words or its code say so.
    let coded = inquiry.mentions.iter().any(|mention| Family::of(mention.code.as_str()).is_some());
    if decision.is_none() && !coded && (!A_VISIT.is_match(&inquiry.text) || OTHER_WORK.is_match(&inquiry.text)) {
        return None;
    }
    Some(Stated { elements, decision, time, medicare: payer != Rules::Other, payer })
}

/// Both routes in one family: what each supports.
struct Routes {
    decision: Option<(&'static Step, &'static Step)>,
    time: Option<Option<&'static Step>>,
}

impl Routes {
    fn of(stated: &Stated, family: Family) -> Option<Self> {
        let decision = match stated.decision {
            Some((low, high)) => Some((family.by_decision(low)?, family.by_decision(high)?)),
            None => None,
        };
        Some(Self { decision, time: stated.time.as_ref().map(|total| family.by_time(total.minutes)) })
    }

    /// The higher of the two that are supported.
    fn best(&self, family: Family) -> Option<&'static Step> {
        let steps = [self.decision.map(|(low, _)| low), self.time.flatten()];
        steps.into_iter().flatten().max_by_key(|step| family.rank(step.code))
    }
}

fn of_family(inquiry: &Inquiry, stated: &Stated, family: Family) -> Option<Answer> {
    let routes = Routes::of(stated, family)?;
    let best = routes.best(family);
    let mut lines: Vec<(String, u32)> = best.map(|step| (step.code.to_owned(), 1)).into_iter().collect();
    let by_time = routes.time.flatten().filter(|step| Some(step.code) == best.map(|best| best.code));
    let more = by_time.zip(stated.time.as_ref()).and_then(|(step, total)| {
        let start = start_of(step.code)?;
        let medicare = stated.medicare && start.medicare.is_some();
        start.beside(total.minutes, medicare).map(|more| (start, more, medicare))
    });
    let mut cards = words::cards(stated.decision.is_some(), stated.time.is_some(), &stated.elements, family);
    if let Some((start, (code, units), medicare)) = more {
        lines.push((code.to_owned(), units));
        cards.extend(start.cards(medicare));
    }
    let verdict = words::verdict(inquiry, family, best.map(|step| step.code), is_yes_no(inquiry));
    let say = words::say(stated, &routes, family, more);
    let label = best.map_or_else(|| "no level by time".to_owned(), |step| step.code.to_owned());
    Some(Answer { rule: "visit level", cards, recalled: true, verdict, lines, label: Some(label), say, ask: None })
}

/// New or established, initial or subsequent: both answers and the question.
fn open(stated: &Stated, first: Family, later: Family) -> Option<Answer> {
    let best = |family: Family| Routes::of(stated, family)?.best(family);
    let (one, other) = (best(first)?, best(later)?);
    let told = words::told(stated);
    let ask = match first {
        Family::OfficeNew | Family::HomeNew => {
            "Is the patient new, or seen face to face within three years by you or a colleague of your group and specialty?"
        }
        _ => "Is it the initial visit of the stay, or a subsequent one?",
    };
    Some(Answer {
        rule: "visit level",
        cards: words::cards(stated.decision.is_some(), stated.time.is_some(), &stated.elements, first),
        recalled: true,
        label: Some(format!("{} or {}", one.code, other.code)),
        say: format!("{told}: {} if {}, {} if {}.", one.code, first.word(), other.code, later.word()),
        ask: Some(ask.to_owned()),
        ..Answer::default()
    })
}

#[cfg(test)]
mod tests;
