//! Words that announce a number of a person, and what kind it is.

use super::super::codes::head;
use super::super::words::among;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

pattern!(
    LABEL,
    r"(?ix)\b(?: mr\# | ref\# | ss\# | (?:
        mrns? | mr\s(?:no|num(?:ber)?)\b | m\.r\.n | med(?:ical|\.)?\s?rec(?:ord)?s? | emrn | empi | emr\sid | charts? | records? | hospital\s(?:number|no|id|\#) | unit\s(?:number|no)\b | fin | csn | encounters? | visits? | accession | specimens? | requisition | patient(?:'s)?(?:\s(?:acct|account))? | pts? | person
      | members? | subscribers? | beneficiar(?:y|ies) | bene | polic(?:y|ies) | groups? | grp | hicn? | mbis? | medicare | medicaid | medi-?cal | insurance | insured | (?:health\s)?plan | cardholder | enrollee | recipient | tricare | dbn | payer | rx\s?(?:bin|pcn|grp)
      | accounts? | accts? | a/c | guarantor | invoices? | credit\scards? | debit\scards? | cards? | visa | mastercard | amex | iban | routing | bank
      | claims? | icn | dcn | tcn | ccn | auth(?:orization)?s? | prior\sauth(?:orization)? | pre-?auth(?:orization)? | referrals? | referral | references? | ref | confirmation | tickets? | case | eft | trace | checks? | ck | remit(?:tance)? | order | tracking | file | document | control | employee | student | id
      | licen[cs]es? | lic | driver'?s?\slicen[cs]e | dl | certificates? | certification | cert | dea | clia | passports? | permit | state\sid | registration
      | vin | licen[cs]e\splates? | license\stag | tag
      | serials? | s/n | sn | lot | devices? | udi | implants? | pacemaker | generator | model | imei | mac\saddress
      | npis? | upin | ptan | tin | ein | tax\sid
      | ssns? | ss\sno | soc(?:ial|\.)?\ssec(?:urity)? | social
      | fingerprints? | finger\sprints? | voice\s?prints? | retina(?:l)?\sscan | iris\sscan | palm\sprint | face\s?print | biometrics? | dna\ssample
      | dob | d\.o\.b | birth\s?date | date\sof\sbirth | birthday | b-?day | yob
    )\b)"
);
// What may stand between the word and the number: `number`, `#`, `ending in`; then a colon or `is`.
pattern!(
    BEHIND,
    r"(?ix)^\.?
    (?P<mark>(?:[\s.]{0,2}(?:\#|ids?\b|num(?:ber)?s?\b|nbr\b|nums?\b|no[.:]|no\b|nos\b|code\b|ending(?:\s(?:in|with))?\b|ends\s(?:in|with)\b|last\s(?:4|four)\b|template\b|record\b|card\b))*)
    (?P<fill>\s{0,3}(?:\((?:mrn|id|ssn|mbi|hicn?|npi)\))?\s{0,2}(?:is|was|are|of|reads?)?\s{0,2}[:=\#-]{0,3})"
);

/// A label, and how what follows is to be taken.
pub(super) struct Label {
    pub start: usize,
    pub end: usize,
    pub kind: Identifier,
    pub mask: &'static str,
    /// The word, or a mark behind it, is followed by an identifier only: `MRN 45385` is a record, `claim 45385` a code.
    pub sure: bool,
    /// The word alone is followed by an identifier only, whatever its shape.
    pub always: bool,
    /// Several are announced.
    pub plural: bool,
    /// Figures that a sure one has at least.
    pub least: usize,
}

/// Every label of a text, in order.
pub(super) fn find(text: &str) -> impl Iterator<Item = Label> + '_ {
    LABEL.find_iter(text).filter_map(|word| {
        let found = BEHIND.captures(head(text, word.end(), 60))?;
        let whole = found.get(0)?;
        let lower = word.as_str().to_ascii_lowercase();
        let (mark, fill) = (found.name("mark")?.as_str().to_ascii_lowercase(), found.name("fill")?.as_str());
        let (kind, mask) = kind(&lower);
        let number = mark.split([' ', '.', ':']).any(|part| {
            matches!(
                part,
                "id" | "ids"
                    | "num"
                    | "nums"
                    | "number"
                    | "numbers"
                    | "nbr"
                    | "no"
                    | "nos"
                    | "in"
                    | "with"
                    | "4"
                    | "four"
            )
        }) || mark.contains('#')
            || fill.contains('#')
            || word.as_str().ends_with('#');
        let always = among(ALWAYS, &lower);
        let colon = fill.contains([':', '=']) && among(WITH_COLON, &lower);
        // Things that are counted: `device no 2`, `visit number 3`.
        let least = if always || number && !among(COUNTED, &lower) { 3 } else { 4 };
        let least = if matches!(kind, Identifier::Vehicle | Identifier::BirthDate) { 2 } else { least };
        Some(Label {
            start: word.start(),
            end: word.end() + whole.end(),
            kind,
            mask,
            always,
            sure: always || number || colon,
            plural: lower.ends_with('s') || mark.contains("nos") || mark.ends_with("numbers"),
            least,
        })
    })
}

/// Words behind which there is never a code.
const ALWAYS: &str = "accession|requisition|fin|mrn|mrns|mr#|m.r.n|emrn|empi|csn|icn|dcn|tcn|hic|hicn|mbi|mbis|vin|passport|passports|npi|npis|upin|\
ptan|ssn|ssns|ss#|social security|soc sec|dea|clia|udi|s/n|imei|license plate|dob|\
d.o.b|birthdate|date of birth|iban|dbn";

/// Words that a colon makes sure: `chart: 99213` is a code in a chart, `account: 99213` is an account.
const WITH_COLON: &str = "account|acct|accounts|accts|a/c|member|subscriber|beneficiary|serial|id|sn|license|licence|lic|\
certificate|dl|driver's license|medical record|med rec|patient account|patient acct|birth date";

/// Words of things that are counted with small numbers.
const COUNTED: &str = "visit|visits|claim|claims|group|device|devices|lot|case|chart|charts|order|specimen|specimens";

/// Beginnings of words, each with what a number behind it is; the first that fits. Everything else is another number.
const KINDS: [(&str, Identifier, &str); 10] = [
    ("ssn|ss#|ss no|soc", Identifier::Ssn, "[SSN]"),
    ("dob|d.o.b|birth|date of birth|b-day|bday|yob", Identifier::BirthDate, "[DOB]"),
    ("npi|upin|ptan|tin|ein|tax", Identifier::Clinician, "[NPI]"),
    ("finger|voice|retina|iris|palm|face|biometric|dna", Identifier::Biometric, "[BIOMETRIC ID]"),
    ("vin|license plate|licence plate|license tag|tag", Identifier::Vehicle, "[VEHICLE ID]"),
    ("licen|lic|driver|dl|cert|dea|clia|passport|permit|state id|registration", Identifier::License, "[LICENSE]"),
    ("serial|s/n|sn|lot|device|udi|implant|pacemaker|generator|model|ref#|imei|mac", Identifier::Device, "[DEVICE ID]"),
    (
        "cardholder|member|subscriber|bene|polic|group|grp|hic|mbi|medicare|medicaid|medi-|insur|health|plan|enrollee|recipient|tricare|dbn|payer|rx",
        Identifier::HealthPlan,
        "[MEMBER ID]",
    ),
    (
        "account|acct|a/c|guarantor|invoice|credit|debit|card|visa|master|amex|iban|routing|bank|patient a|patient's a",
        Identifier::Account,
        "[ACCOUNT]",
    ),
    (
        "mr|m.r|med|emr|empi|chart|record|hospital|unit|fin|csn|encounter|visit|accession|specimen|requisition|patient|pt|person",
        Identifier::Mrn,
        "[MRN]",
    ),
];

fn kind(word: &str) -> (Identifier, &'static str) {
    let fits = |beginnings: &str| beginnings.split('|').any(|start| word.starts_with(start));
    let found = KINDS.iter().find(|(beginnings, ..)| fits(beginnings));
    found.map_or((Identifier::Other, "[NUMBER]"), |(_, kind, mask)| (*kind, mask))
}
