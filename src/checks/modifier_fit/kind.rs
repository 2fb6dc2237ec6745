//! What kind of service a code is, by the sections of CPT and HCPCS: what the rules of modifiers tell apart.

use crate::checks::bypass::is_visit;
use crate::domain::code::Code;

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Evaluation and management, eye visits.
    Visit,
    /// More of a visit: prolonged service and the like, an add-on.
    MoreOfVisit,
    /// Anesthesia.
    Anesthesia,
    /// Surgery, endoscopy and other procedures.
    Surgery,
    /// Radiology.
    Imaging,
    /// Clinical laboratory.
    Laboratory,
    /// Anatomic pathology and consultations of pathologists.
    Pathology,
    /// Medicine: tests, injections, therapy.
    Medicine,
    /// Services of medicine that some payers treat like visits.
    LikeVisit,
    /// Drugs and biologicals of HCPCS.
    Drug,
    /// Everything else.
    Other,
}

const MORE_OF_VISIT: [&str; 14] = [
    "99292", "99354", "99355", "99356", "99357", "99359", "99415", "99416", "99417", "99418", "G2211", "G2212",
    "G0316", "G0317",
];

/// Evaluations by psychologists, therapists, dietitians, by telephone; special services.
const LIKE_VISITS: [(&str, &str); 9] = [
    ("90791", "90792"),
    ("90832", "90853"),
    ("96040", "96041"),
    ("96105", "96171"),
    ("97151", "97172"),
    ("97802", "97804"),
    ("98000", "98016"),
    ("98960", "98981"),
    ("99000", "99199"),
];

/// The kind of a code.
pub fn of(code: &Code) -> Kind {
    let text = code.as_str();
    let within = |first: &str, last: &str| (first..=last).contains(&text);
    if MORE_OF_VISIT.contains(&text) || text == "G0318" {
        return Kind::MoreOfVisit;
    }
    if is_visit(code) {
        return Kind::Visit;
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        let biosimilar = within("Q5101", "Q5199");
        return match text.bytes().next() {
            Some(b'J') => Kind::Drug,
            _ if biosimilar => Kind::Drug,
            _ if text.ends_with('U') || text.ends_with('M') => Kind::Laboratory,
            _ => Kind::Other,
        };
    }
    let like = LIKE_VISITS.iter().any(|(first, last)| within(first, last));
    match text {
        _ if within("00100", "01999") => Kind::Anesthesia,
        _ if within("10004", "69990") => Kind::Surgery,
        _ if within("70010", "79999") => Kind::Imaging,
        _ if within("80047", "80499") || within("81000", "87999") || within("89049", "89240") => Kind::Laboratory,
        _ if within("80500", "80506") || within("88000", "88749") => Kind::Pathology,
        _ if like => Kind::LikeVisit,
        _ if within("90281", "99199") || within("99500", "99607") => Kind::Medicine,
        _ => Kind::Other,
    }
}

impl Kind {
    /// With its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visit => "an evaluation and management visit",
            Self::MoreOfVisit => "an add-on to a visit",
            Self::Anesthesia => "an anesthesia service",
            Self::Surgery => "a procedure",
            Self::Imaging => "an imaging service",
            Self::Laboratory => "a laboratory test",
            Self::Pathology => "a pathology service",
            Self::Medicine => "a service of medicine and no visit",
            Self::LikeVisit => "a service near to a visit",
            Self::Drug => "a drug",
            Self::Other => "a service of another kind",
        }
    }

    /// True for visits and for more of them.
    pub fn is_visit(self) -> bool {
        matches!(self, Self::Visit | Self::MoreOfVisit)
    }
}
