//! Preventive visits by age and by whether the patient is new; a problem visit beside one; the vaccines given at one.
//! Source: CPT, evaluation and management; that Medicare does not pay 99381 to 99397: physician fee schedule, status
//! column, and Claims Processing Manual, chapter 12, section 30.6.2.

mod age;
mod medicare;
#[cfg(test)]
mod tests;
mod vaccines;

use super::wants::{Wants, plain};
use super::wounds::bill::{Bill, wanted};
use crate::corpus::Corpus;
use crate::domain::code::CodeSet;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;
use age::{BANDS, Standing};
use vaccines::Given;

pattern!(
    PREVENTIVE,
    r"\bpreventive (?:visit|exam|medicine|service|care|e/?m|physical)\w*|\bannual (?:physical|exam|check\w*)|\b(?:routine|yearly|complete|adult|general) (?:annual )?(?:physical|check\w*|exam)\w*|\bwell[- ](?:child|baby|woman|adult|visit|check|care|exam)\w*|\bwellness (?:visit|exam|check\w*)|\bphysical exam\b|\bphysicals?\b|\bcheck-?ups?\b|\b(?:month|year|week|day)s?(?:[- ]old)? well\b|\bwcc\b"
);
pattern!(MEDICARE, r"\bmedicare\b|\bpart b\b");
// Other kinds of examination, and what else may be asked about one.
pattern!(
    ELSEWHERE,
    r"\b(?:sports?|camp|school|dot|pre-?op\w*|employment|pre-?employment|disability|immigration|insurance exam|screen\w*|pap|pelvic|g0101|q0091|ekg|ecg|labs?|iud|insert\w*|implant\w*|inject\w*|test(?:s|ed|ing)?|biops\w*|remov\w*|liletta|mirena|nexplanon|physical (?:therap\w*|status|medicine|abuse)|icd\S*|diagnos[ei]s|z00\S*|who can|incident|denied|denial|telehealth|how often|frequency|too (?:soon|early)|counseling codes?|split|shared|nurse visit|99211|refill\w*|trivial|copay\w*|cost|deductible|rhc|fqhc|hospital\w*)\b"
);
pattern!(
    PROBLEM,
    r"\b(?:problem|sick|acute|complain\w*|rash|pain|infection|otitis|asthma|hypertension|diabetes|uncontrolled|separate e/?m|e/?m|office visit|addressed|worked up|evaluated|abnormal\w*)\b"
);
pattern!(
    LEVEL,
    r"\blevel\s*(?:of\s*)?(2|3|4|5|two|three|four|five)\b|\b(straightforward|low|moderate|high)\b[\s-]*(?:complexity\s+|level\s+)*(?:mdm|medical decision|decision|complexity)"
);
pattern!(
    SIGNIFICANT,
    r"\bsignificant\w*|\bseparate(?:ly)?\b|\bown (?:history|documentation|note|assessment)|\bworked up\b"
);
pattern!(CODE_WORD, r"\bcpt\b|\bcodes?\b|\bcoding\b|\bbill\b|\breport\b");
pattern!(
    BOTH_ASKED,
    r"\bboth\b|\btoo\b|\balso\b|\bas well\b|\bseparate(?:ly)?\b|\bin addition\b|\bplus\b|\bwith\b|\band\b"
);
pattern!(
    GIVES,
    r"\badminist\w*|\bgave\b|\bgiven\b|\bgiving\b|\bgets?\b|\breceiv\w*|\bunits?\b|\bcode\w*|\bbill\w*|\bcpt\b"
);

/// The lines of the preventive visit, or of the vaccines, that the question describes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = plain(&inquiry.text);
    let lower = text.to_lowercase();
    let wants = wanted(&text);
    if ELSEWHERE.is_match(&lower) || !(wants.code || wants.verdict || wants.modifier || CODE_WORD.is_match(&lower)) {
        return None;
    }
    if let Some(ruling) = medicare::find(corpus, inquiry, &lower, wants) {
        return Some(ruling);
    }
    let asks = Asked { corpus, inquiry, lower: &lower, wants, medicare: MEDICARE.is_match(&lower) };
    if PREVENTIVE.is_match(&lower) { asks.visit() } else { asks.vaccines_alone() }
}

/// A question with what it takes to answer it.
struct Asked<'a> {
    corpus: &'a Corpus,
    inquiry: &'a Inquiry,
    lower: &'a str,
    wants: Wants,
    medicare: bool,
}

/// A problem visit beside the preventive one.
enum Problem {
    /// None is spoken of.
    None,
    /// At an open level.
    Open,
    /// At this code.
    Level(String),
}

impl<'a> Asked<'a> {
    fn names_only(&self, ranges: &[(&str, &str)]) -> bool {
        let mut procedures = self.inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm);
        procedures.all(|code| ranges.iter().any(|(from, to)| (*from..=*to).contains(&code.as_str())))
    }

    /// A preventive visit, with a problem visit or vaccines where they are spoken of.
    fn visit(&self) -> Option<Ruling> {
        if !self.names_only(&[("99202", "99215"), ("99381", "99397"), ("90460", "90474")]) {
            return None;
        }
        let age = age::age(self.lower)?;
        let standing = age::standing(self.lower);
        let vaccines = if vaccines::are_spoken_of(self.lower) { Some(self.vaccine_lines(age)?) } else { None };
        match (age, standing) {
            (Some(age), Some(standing)) => self.known(age::band(age), standing, vaccines),
            (Some(age), None) if vaccines.is_none() => self.ask_standing(age::band(age)),
            (None, Some(standing)) if vaccines.is_none() => self.ask_age(standing),
            _ => None,
        }
    }

    fn known(&self, band: usize, standing: Standing, vaccines: Option<Vec<(&'static str, u32)>>) -> Option<Ruling> {
        let problem = self.problem(standing)?;
        let code = age::code(standing, band);
        let mut bill = Bill::new(self.corpus, self.inquiry);
        // The edits between the giving of a vaccine and a visit are met by 25 on the visit.
        bill.add(code, if vaccines.is_some() { &["25"] } else { &[] }, 1)?;
        bill.rule("preventive-visit-codes");
        let who = if standing == Standing::New { "new" } else { "established" };
        let marked = if vaccines.is_some() { "-25" } else { "" };
        let mut say = format!("{code}{marked}: {who} patient, age {}.", age::band_words(band));
        match &problem {
            Problem::None => {}
            Problem::Open => {
                bill.rule("visits-preventive-with-problem");
                say.push_str(" A significant, separately documented problem adds an office visit, 99202 to 99215 at the level of that work alone, with 25 on it.");
            }
            Problem::Level(visit) => {
                bill.add(visit, &["25"], 1)?;
                bill.rule("preventive-modifier-25-line");
                say.push_str(&format!(
                    " {visit}-25 for the problem, leveled on its own work alone; 25 goes on that line."
                ));
            }
        }
        if let Some(lines) = &vaccines {
            for (code, units) in lines {
                bill.add(code, &[], *units)?;
            }
            bill.rule("vaccine-administration-medicare");
            bill.rule("vaccine-and-visit");
            say.push_str(&format!(" Vaccines: {}, with their product codes.", vaccine_words(lines)));
        }
        let verdict = self.verdict(&problem, &bill)?;
        let rows = self.unpaid(code);
        let unpaid = !rows.is_empty();
        bill.cite_all(rows);
        let note = "Medicare does not pay it (status N); its own visits are G0402, G0438 and G0439.";
        let more = if unpaid && self.says_medicare(band) { note } else { "" };
        if self.medicare && unpaid {
            "noncovered by Medicare: the patient pays".clone_into(&mut bill.lines.first_mut()?.role);
            say = format!("{say} {note}");
            return Some(bill.into_ruling("preventive visit", verdict, &say, &[]));
        }
        Some(bill.into_ruling("preventive visit", verdict, &say, &[more]))
    }

    /// True where the payer may be Medicare: it is named, or nobody is and the patient is of its age.
    fn says_medicare(&self, band: usize) -> bool {
        self.medicare || (self.inquiry.other_payer.is_none() && BANDS[band.min(BANDS.len() - 1)] >= 65)
    }

    /// The rows of the fee schedule in force that give the code status N; empty where they do not.
    fn unpaid(&self, code: &str) -> Vec<crate::domain::citation::Source> {
        let Ok(code) = crate::domain::code::Code::parse(code) else { return Vec::new() };
        let Some(release) = self.corpus.releases().in_force("fee", self.inquiry.scope.as_of) else { return Vec::new() };
        let rows = self.corpus.list_fees(&code).into_iter();
        rows.filter(|row| row.release == release.id && row.field("status") == "N").map(|row| row.source).collect()
    }

    /// The problem visit that is spoken of; `None` where its level could be read in two ways.
    fn problem(&self, standing: Standing) -> Option<Problem> {
        let named: Vec<&str> = self.inquiry.codes().into_iter().map(|code| code.as_str()).collect();
        let visits: Vec<&&str> = named.iter().filter(|code| ("99202"..="99215").contains(*code)).collect();
        match visits[..] {
            [] => {}
            [visit] => return Some(Problem::Level((*visit).to_owned())),
            _ => return None,
        }
        if let Some(found) = LEVEL.captures(self.lower) {
            let level = match found.get(1).or(found.get(2))?.as_str() {
                "2" | "two" | "straightforward" => 2,
                "3" | "three" | "low" => 3,
                "4" | "four" | "moderate" => 4,
                _ => 5,
            };
            let family = if standing == Standing::New { "9920" } else { "9921" };
            return Some(Problem::Level(format!("{family}{level}")));
        }
        Some(if PROBLEM.is_match(self.lower) { Problem::Open } else { Problem::None })
    }

    /// Whether both may be billed, where that is asked and the work is said to be its own; or whether a named code is
    /// the right one.
    fn verdict(&self, problem: &Problem, bill: &Bill<'_>) -> Option<Option<Verdict>> {
        let asked = self.inquiry.text_asked().to_lowercase();
        if !self.wants.verdict {
            return Some(None);
        }
        if matches!(problem, Problem::Level(_)) && BOTH_ASKED.is_match(&asked) {
            let own = SIGNIFICANT.is_match(self.lower);
            return (own || self.wants.code).then_some(own.then_some(Verdict::Yes));
        }
        let named = self.inquiry.codes();
        let one = named.iter().find(|code| ("99381".."99398").contains(&code.as_str()));
        if let (Problem::None, Some(one), [line]) = (problem, one, &bill.lines[..])
            && named.len() == 1
            && !self.medicare
        {
            return Some(Some(if **one == line.code { Verdict::Yes } else { Verdict::No }));
        }
        self.wants.code.then_some(None)
    }

    fn may_ask_back(&self) -> bool {
        self.wants.code && !self.wants.verdict && !self.medicare && self.inquiry.mentions.is_empty()
    }

    fn ask_standing(&self, band: usize) -> Option<Ruling> {
        let mut bill = Bill::new(self.corpus, self.inquiry);
        if !self.may_ask_back() {
            return None;
        }
        let (new, established) =
            (bill.name(age::code(Standing::New, band))?, bill.name(age::code(Standing::Established, band))?);
        bill.rule("preventive-visit-codes");
        let say =
            format!("{new} for a new patient of age {}, {established} for an established one.", age::band_words(band));
        let mut ruling = bill.into_ruling("preventive visit", None, &say, &[]);
        ruling.ask = Some(
            "Has anyone of the same specialty in your group seen the patient within the last three years?".to_owned(),
        );
        Some(ruling)
    }

    fn ask_age(&self, standing: Standing) -> Option<Ruling> {
        if !self.may_ask_back() {
            return None;
        }
        let mut bill = Bill::new(self.corpus, self.inquiry);
        let mut words = Vec::new();
        for band in 0..BANDS.len() {
            words.push(format!("{} {}", bill.name(age::code(standing, band))?, age::band_words(band)));
        }
        bill.rule("preventive-visit-codes");
        let say = format!("It goes by age: {}.", words.join(", "));
        let mut ruling = bill.into_ruling("preventive visit", None, &say, &[]);
        ruling.ask = Some("How old was the patient on the day of the visit?".to_owned());
        Some(ruling)
    }

    /// Lines for the vaccines of a visit; `None` where they are not counted, or the counseling is not said.
    fn vaccine_lines(&self, age: Option<u32>) -> Option<Vec<(&'static str, u32)>> {
        let given = vaccines::given(self.lower)?;
        if self.medicare {
            return Some(vaccines::by_route(given, true));
        }
        match (age, vaccines::counseled(self.lower)) {
            (Some(0..=18), Some(true)) => vaccines::by_component(given),
            (Some(19..), _) | (_, Some(false)) => Some(vaccines::by_route(given, false)),
            (Some(0..=18), None) if given.injected + given.oral == 0 => Some(vaccines::by_route(given, false)),
            _ => None,
        }
    }

    /// Vaccines without a visit.
    fn vaccines_alone(&self) -> Option<Ruling> {
        let spoken = vaccines::are_spoken_of(self.lower) && GIVES.is_match(self.lower);
        if !spoken || !self.wants.code || self.wants.verdict || PROBLEM.is_match(self.lower) || !self.names_only(&[]) {
            return None;
        }
        let age = age::age(self.lower)?;
        if let Some(lines) = self.vaccine_lines(age) {
            let mut bill = Bill::new(self.corpus, self.inquiry);
            for (code, units) in &lines {
                bill.add(code, &[], *units)?;
            }
            bill.rule("vaccine-administration-medicare");
            let say = format!("{}, each with its product code.", vaccine_words(&lines));
            return Some(bill.into_ruling("vaccines", None, &say, &[why(&lines)]));
        }
        let given = vaccines::given(self.lower)?;
        (age.is_some_and(|age| age <= 18) && vaccines::counseled(self.lower).is_none() && !self.medicare)
            .then(|| self.ask_counseling(given))
            .flatten()
    }

    fn ask_counseling(&self, given: Given) -> Option<Ruling> {
        let mut bill = Bill::new(self.corpus, self.inquiry);
        let (with, without) = (vaccines::by_component(given)?, vaccines::by_route(given, false));
        for (code, _) in with.iter().chain(&without) {
            bill.name(code)?;
        }
        bill.rule("vaccine-administration-medicare");
        let say = format!("With counseling {}; without it {}.", vaccine_words(&with), vaccine_words(&without));
        let mut ruling = bill.into_ruling("vaccines", None, &say, &[]);
        ruling.ask =
            Some("Did the physician or another qualified professional counsel the family face to face?".to_owned());
        Some(ruling)
    }
}

fn vaccine_words(lines: &[(&str, u32)]) -> String {
    let line = |(code, units): &(&str, u32)| if *units > 1 { format!("{code} x{units}") } else { (*code).to_owned() };
    lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// Why these lines.
fn why(lines: &[(&str, u32)]) -> &'static str {
    if lines.iter().any(|(code, _)| code.starts_with('G')) {
        "Medicare has its own codes for giving influenza, pneumococcal and hepatitis B vaccine."
    } else if lines.iter().any(|(code, _)| *code == "90460") {
        "90460 counts the first component of each vaccine, 90461 every further one, with counseling to age 18."
    } else {
        "Without counseling, or above age 18, the route and the order count, not the components."
    }
}
