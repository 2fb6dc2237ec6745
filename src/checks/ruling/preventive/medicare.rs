//! Medicare's own preventive visits: the welcome visit within the first twelve months of Part B, the first wellness
//! visit of a lifetime, and each later one (Claims Processing Manual, chapter 12, section 30.6.1.1, and chapter 18,
//! section 140; 42 CFR 410.15 and 410.16).

use crate::checks::ruling::wants::Wants;
use crate::checks::ruling::wounds::bill::Bill;
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(WELLNESS, r"\bawvs?\b|\bannual wellness\b|\bwellness (?:visit|exam)\b|\bmedicare wellness\b");
pattern!(WELCOME, r"\bwelcome to medicare\b|\bippe\b|\binitial preventive physical\b");
pattern!(
    EARLY,
    r"\b(?:within|in|during) (?:the |her |his |their )?first (?:12|twelve) months\b|\b(?:within|in) (?:the |her |his )?first year (?:of|on|with) (?:part b|medicare)\b|\bnew to medicare\b|\b(?:enrolled|started|joined|got|began|effective|on (?:part b|medicare))\b[^.?!]{0,40}\b(?:[1-9]|1[01]|one|two|three|four|five|six|seven|eight|nine|ten|eleven) months? ago\b|\b(?:for|only) (?:[1-9]|1[01]|two|three|four|five|six|seven|eight|nine|ten) months?\b"
);
pattern!(
    LATE,
    r"\b(?:on|had|has|with|enrolled in) (?:medicare|part b)\b[^.?!]{0,25}\b(?:for|since)?\s*(?:over |more than |about )?(?:[2-9]|1\d|2\d|two|three|four|five|several|many) years\b|\bmore than (?:12|twelve) months\b|\bover a year\b"
);
pattern!(
    FIRST,
    r"\b(?:her|his|the|their|a|very|patient's) (?:very )?(?:first|initial) (?:ever )?(?:awv|annual wellness|wellness|medicare wellness)\b|\bfirst (?:ever )?(?:awv|annual wellness|wellness)\b|\binitial (?:awv|annual wellness|wellness)\b|\bnever (?:had|been billed for) (?:an? |any )?(?:awv|annual wellness|wellness)\b|\bno (?:prior|previous) (?:awv|wellness|annual wellness)\b"
);
pattern!(
    LATER,
    r"\bsubsequent\b|\b(?:second|third|2nd|3rd|next) (?:awv|annual wellness|wellness)\b|\b(?:had|has had|did|billed|received|last) (?:an?|her|his|the|their)?\s*(?:last |first |previous |prior |initial )*(?:awv|annual wellness(?: visit)?|wellness(?: visit)?|g0438|g0439)\b[^.?!]{0,30}\b(?:last year|year ago|years ago|before|previously|in 20\d\d|months ago|(?:1[2-9]|2\d) months)\b"
);
pattern!(
    ELSEWHERE,
    r"\b(?:lost|again|second (?:time|enrol\w*)|re-?enrol\w*|twice|transplant|esrd|disab\w*|also|plus|problem|with 25|modifier|cost|deductible|coinsurance|nurse|incident|telehealth|frequency|how often|too (?:soon|early)|denied|ekg|ecg|advance care|99497|depression|who can|lab\w*|diagnos\w*|icd\S*)\b"
);

/// The visit, where Medicare is named and the question says which it is; asks back where it does not.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, lower: &str, wants: Wants) -> Option<Ruling> {
    let (wellness, welcome) = (WELLNESS.is_match(lower), WELCOME.is_match(lower));
    if !(wellness || welcome) || !wants.code || ELSEWHERE.is_match(lower) || inquiry.stated.payer.key() != "medicare" {
        return None;
    }
    let (early, first, later) = (EARLY.is_match(lower), FIRST.is_match(lower), LATER.is_match(lower));
    let mut bill = Bill::new(corpus, inquiry);
    bill.rule("awv-which-code");
    let (code, say) = match (early || (welcome && !wellness), first, later) {
        (true, _, false) => {
            bill.rule("ippe-once");
            (
                "G0402",
                "G0402: within the first 12 months of Part B only the welcome visit is payable, once; a wellness visit follows later.",
            )
        }
        (false, true, false) => (
            "G0438",
            "G0438: the first wellness visit, once in a lifetime, with any practitioner, after the first 12 months of Part B.",
        ),
        (false, _, true) => (
            "G0439",
            "G0439: a wellness visit after the first one, at least 11 full months after the month of the last.",
        ),
        (false, false, false) if wellness && !welcome => return ask(bill, LATE.is_match(lower)),
        _ => return None,
    };
    bill.add(code, &[], 1)?;
    Some(bill.into_ruling("preventive visit", None, say, &["Check eligibility before the visit."]))
}

fn ask(mut bill: Bill<'_>, late: bool) -> Option<Ruling> {
    let codes = ["G0402", "G0438", "G0439"].into_iter().map(|code| bill.name(code)).collect::<Option<Vec<_>>>()?;
    let early = if late { String::new() } else { format!("{} within the first 12 months of Part B; ", codes[0]) };
    let say = format!(
        "It depends on what came before: {early}{} for the first wellness visit ever, {} for each later one.",
        codes[1], codes[2]
    );
    let mut ruling = bill.into_ruling("preventive visit", None, &say, &[]);
    ruling.ask = Some(
        "Has any practitioner billed a wellness visit for this patient before, and when did Part B begin?".to_owned(),
    );
    Some(ruling)
}
