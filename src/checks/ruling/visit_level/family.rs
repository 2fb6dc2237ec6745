//! The families of visits, their levels and the minutes of each. Source of the choice: Medicare Claims Processing Manual,
//! chapter 12, section 30.6.1.B; the minutes are CPT's, and each must be met in full.

use jiff::civil::date;

use super::level::Level::{self, High, Low, Moderate, Straightforward};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::time::AsOf;

pattern!(NURSING, r"(?i)\bnursing (?:facility|home)\b|\bsnf\b|\bskilled nursing\b|\blong[\s-]term care\b");
pattern!(
    HOME,
    r"(?i)\bhome visits?\b|\bhouse ?calls?\b|\bhome or residence\b|\bassisted living\b|\bresidence visits?\b|\bgroup home\b|\b(?:seen|visit(?:ed)?) (?:at|in) (?:the |his |her |their )?(?:patient'?s )?home\b"
);
pattern!(CONSULT, r"(?i)\bconsultation\b|\b(?:office|outpatient|inpatient|hospital) consults?\b");
pattern!(
    EMERGENCY,
    r"(?i)\bemergency (?:department|room|dept\.?|visit|physician|medicine)\b|\b(?:ed|er) (?:visit|physician|doctor|provider|level|patient|note|e/?m|encounter|chart|mdm)\b|\bin the (?:ed|er)\b|\bed\b[^.?!]{0,30}\blevel\b"
);
pattern!(
    SENT,
    r"(?i)\b(?:sent|send(?:ing)?|transfer\w*|referr\w+|go(?:es|ing)?|went|direct\w*)\b[^.?!]{0,30}\bto (?:the )?(?:er|ed|emergency|hospital)\b"
);
pattern!(
    HOSPITAL,
    r"(?i)\binpatient\b|\b(?:initial|subsequent) (?:hospital|observation)\b|\bhospital (?:visit|care|day|progress|follow|rounds?|e/?m|admission|inpatient|observation|h&p|note)\b|\bobservation (?:care|visit|day|status|patient|note)\b|\brounds\b|\brounding\b|\bhospitalist\b|\bh&p\b|\badmitting (?:note|h&p|physician|visit)\b|\badmission (?:visit|note|h&p|day)\b"
);
pattern!(
    FIRST,
    r"(?i)\binitial\b|\badmission\b|\badmitting\b|\bh&p\b|\bfirst (?:visit|day|hospital|encounter)\b|\bday of admission\b"
);
pattern!(
    LATER,
    r"(?i)\bsubsequent\b|\brounds?\b|\brounding\b|\bprogress note\b|\bfollow[\s-]?up\b|\bdaily\b|\bhospital day\b|\bday (?:[2-9]|two|three|four|five)\b"
);
pattern!(
    NEW,
    r"(?i)\bnew[\s-]+(?:patients?|pts?)\b|\bpatient is new\b|\bnew to (?:us|our|the) (?:practice|clinic|office|group|doctor)?"
);
pattern!(
    KNOWN,
    r"(?i)\bestablished\b|\best\.? (?:patients?|pts?)\b|\bfollow[\s-]?up\b|\breturn(?:ing)? (?:patient|visit)\b|\blong[\s-]?time patient\b|\bexisting patient\b|\bregular patient\b|\bknown (?:patient|to (?:us|our|the practice))\b|\bnot (?:a )?new\b"
);
pattern!(NOT_NEW, r"(?i)\bnot (?:a )?new\b");

/// A kind of visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Office, new patient.
    OfficeNew,
    /// Office, established patient.
    OfficeKnown,
    /// Hospital, initial.
    HospitalFirst,
    /// Hospital, subsequent.
    HospitalLater,
    /// Admitted and discharged on one date.
    OneDay,
    /// Emergency department.
    Emergency,
    /// Consultation in the office.
    ConsultOffice,
    /// Consultation in the hospital.
    ConsultHospital,
    /// Nursing facility, initial.
    FacilityFirst,
    /// Nursing facility, subsequent.
    FacilityLater,
    /// Home, new patient.
    HomeNew,
    /// Home, established patient.
    HomeKnown,
}

/// A level of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its code.
    pub code: &'static str,
    /// The least decision making that it needs.
    pub least: Level,
    /// The minutes that it needs, where time may set it.
    pub minutes: Option<u32>,
}

const fn step(code: &'static str, least: Level, minutes: u32) -> Step {
    Step { code, least, minutes: Some(minutes) }
}

const fn untimed(code: &'static str, least: Level) -> Step {
    Step { code, least, minutes: None }
}

const ALL: [(Family, &[Step]); 12] = [
    (
        Family::OfficeNew,
        &[
            step("99202", Straightforward, 15),
            step("99203", Low, 30),
            step("99204", Moderate, 45),
            step("99205", High, 60),
        ],
    ),
    (
        Family::OfficeKnown,
        &[
            step("99212", Straightforward, 10),
            step("99213", Low, 20),
            step("99214", Moderate, 30),
            step("99215", High, 40),
        ],
    ),
    (
        Family::HospitalFirst,
        &[step("99221", Straightforward, 40), step("99222", Moderate, 55), step("99223", High, 75)],
    ),
    (
        Family::HospitalLater,
        &[step("99231", Straightforward, 25), step("99232", Moderate, 35), step("99233", High, 50)],
    ),
    (Family::OneDay, &[step("99234", Straightforward, 45), step("99235", Moderate, 70), step("99236", High, 85)]),
    (
        Family::Emergency,
        &[untimed("99282", Straightforward), untimed("99283", Low), untimed("99284", Moderate), untimed("99285", High)],
    ),
    (
        Family::ConsultOffice,
        &[
            step("99242", Straightforward, 20),
            step("99243", Low, 30),
            step("99244", Moderate, 40),
            step("99245", High, 55),
        ],
    ),
    (
        Family::ConsultHospital,
        &[
            step("99252", Straightforward, 35),
            step("99253", Low, 45),
            step("99254", Moderate, 60),
            step("99255", High, 80),
        ],
    ),
    (
        Family::FacilityFirst,
        &[step("99304", Straightforward, 25), step("99305", Moderate, 35), step("99306", High, 50)],
    ),
    (
        Family::FacilityLater,
        &[
            step("99307", Straightforward, 10),
            step("99308", Low, 20),
            step("99309", Moderate, 30),
            step("99310", High, 45),
        ],
    ),
    (
        Family::HomeNew,
        &[
            step("99341", Straightforward, 15),
            step("99342", Low, 30),
            step("99344", Moderate, 60),
            step("99345", High, 75),
        ],
    ),
    (
        Family::HomeKnown,
        &[
            step("99347", Straightforward, 20),
            step("99348", Low, 30),
            step("99349", Moderate, 40),
            step("99350", High, 60),
        ],
    ),
];

impl Family {
    /// Every family.
    #[cfg(test)]
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(family, _)| *family)
    }

    /// Its levels, lowest first.
    pub fn steps(self) -> &'static [Step] {
        ALL.iter().find(|(family, _)| *family == self).map_or(&[], |(_, steps)| steps)
    }

    /// The family of a code.
    pub fn of(code: &str) -> Option<Self> {
        ALL.iter().find(|(_, steps)| steps.iter().any(|step| step.code == code)).map(|(family, _)| *family)
    }

    /// The level that decision making supports.
    pub fn by_decision(self, level: Level) -> Option<&'static Step> {
        self.steps().iter().rev().find(|step| step.least <= level)
    }

    /// The level that minutes reach; `None` below the lowest.
    pub fn by_time(self, minutes: u32) -> Option<&'static Step> {
        self.steps().iter().rev().find(|step| step.minutes.is_some_and(|needed| needed <= minutes))
    }

    /// The level above a code.
    pub fn above(self, code: &str) -> Option<&'static Step> {
        self.steps().iter().skip_while(|step| step.code != code).nth(1)
    }

    /// Where a level stands among the others.
    pub fn rank(self, code: &str) -> Option<usize> {
        self.steps().iter().position(|step| step.code == code)
    }

    /// The word for one of two families that a fact tells apart.
    pub fn word(self) -> &'static str {
        match self {
            Self::OfficeNew | Self::HomeNew => "new",
            Self::OfficeKnown | Self::HomeKnown => "established",
            Self::HospitalFirst | Self::FacilityFirst => "initial",
            Self::HospitalLater | Self::FacilityLater => "subsequent",
            Self::OneDay => "same-day",
            Self::Emergency => "emergency",
            Self::ConsultOffice => "outpatient consultation",
            Self::ConsultHospital => "inpatient consultation",
        }
    }

    /// The card that states its minutes, where one does.
    pub fn card(self) -> Option<&'static str> {
        match self {
            Self::OfficeNew | Self::OfficeKnown => Some("em-time-office"),
            Self::HospitalFirst | Self::HospitalLater | Self::OneDay => Some("hospital-time-thresholds"),
            _ => None,
        }
    }
}

/// The family of the question, or the two between which a fact decides; `None` where the words do not say.
pub fn read(inquiry: &Inquiry) -> Option<Vec<Family>> {
    let mut named: Vec<Family> =
        inquiry.mentions.iter().filter_map(|mention| Family::of(mention.code.as_str())).collect();
    named.dedup();
    match named[..] {
        [one] => return agrees(one, &inquiry.text).then(|| vec![one]),
        [] => {}
        _ => return None,
    }
    let text = inquiry.text.as_str();
    let new = NEW.is_match(text) && !NOT_NEW.is_match(text);
    let two = |is_first: bool, is_later: bool, first: Family, later: Family| match (is_first, is_later) {
        (true, false) => Some(vec![first]),
        (false, true) => Some(vec![later]),
        (false, false) => Some(vec![first, later]),
        (true, true) => None,
    };
    let (first, later) = (FIRST.is_match(text), LATER.is_match(text));
    let hospital = HOSPITAL.is_match(text);
    if NURSING.is_match(text) {
        two(first, later, Family::FacilityFirst, Family::FacilityLater)
    } else if CONSULT.is_match(text) {
        Some(vec![if hospital { Family::ConsultHospital } else { Family::ConsultOffice }])
    } else if HOME.is_match(text) {
        two(new, KNOWN.is_match(text), Family::HomeNew, Family::HomeKnown)
    } else if EMERGENCY.is_match(text) && !SENT.is_match(text) {
        Some(vec![Family::Emergency]).filter(|_| !hospital)
    } else if hospital && !SENT.is_match(text) {
        two(first, later, Family::HospitalFirst, Family::HospitalLater)
    } else {
        two(new, KNOWN.is_match(text), Family::OfficeNew, Family::OfficeKnown)
    }
}

/// A code of new patients for one that the words call established, or the other way round, is another question.
fn agrees(family: Family, text: &str) -> bool {
    let new = NEW.is_match(text) && !NOT_NEW.is_match(text);
    match family {
        Family::OfficeNew | Family::HomeNew => new || !KNOWN.is_match(text),
        Family::OfficeKnown | Family::HomeKnown => !new,
        _ => true,
    }
}

/// True for dates under the rules of 2023 and later, which are these.
pub fn is_in_force(inquiry: &Inquiry) -> bool {
    match inquiry.scope.as_of {
        AsOf::Date(day) => day >= date(2024, 1, 1),
        AsOf::Shelf => true,
    }
}
