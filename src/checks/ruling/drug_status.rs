//! The drugs of a patient with diabetes: long-term insulin, oral drugs and other injected ones have a code of their own
//! behind the diabetes (ICD-10-CM Official Guidelines, section I.C.4.a.3).

use super::wants::{Wants, plain};
use crate::checks::ask;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::Line;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    INSULIN,
    r"(?i)\b(?:insulin(?: pump)?|lantus|basaglar|toujeo|tresiba|levemir|glargine|degludec|detemir|lispro|aspart|humalog|novolog|nph)\b"
);
pattern!(
    NO_INSULIN,
    r"(?i)\b(?:no|not|never|without|off|neither)\b[^.?!,;]{0,16}\b(?:insulin)\b|\bno insulin\b|\btemporar\w*|\bone (?:hospital )?day\b|\bduring (?:the|this) (?:stay|admission)\b|\binsulin[\s-]resist\w*|\bnon[\s-]insulin"
);
pattern!(
    ORAL,
    r"(?i)\b(?:metformin|glipizide|glimepiride|glyburide|sitagliptin|januvia|jardiance|empagliflozin|farxiga|dapagliflozin|pioglitazone|actos|linagliptin|oral (?:hypoglyc\w+|anti\s?-?diabetic\w*|agents?|drugs?|meds?|medications?)|(?:diabetes|diabetic) pills?|on (?:oral|pills))\b"
);
pattern!(
    INJECTED,
    r"(?i)\b(?:ozempic|semaglutide|trulicity|dulaglutide|victoza|liraglutide|mounjaro|tirzepatide|exenatide|byetta|bydureon|glp-?1)\b"
);

/// Adds the codes of the drugs to an answer that lists the diagnoses of a diabetic patient.
pub fn add(corpus: &Corpus, inquiry: &Inquiry, ruling: &mut Ruling) {
    let text = inquiry.text.as_str();
    let diabetic = ruling.lines.iter().any(|line| is_diabetes(&line.code));
    if !diabetic || !Wants::of(&plain(text)).code {
        return;
    }
    let told = [
        ("Z79.4", INSULIN.is_match(text) && !NO_INSULIN.is_match(text)),
        ("Z79.84", ORAL.is_match(text)),
        ("Z79.85", INJECTED.is_match(text)),
    ];
    for code in told.into_iter().filter(|(_, told)| *told).filter_map(|(code, _)| Code::parse_icd10cm(code).ok()) {
        let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
        let known = ruling.lines.iter().any(|line| line.code == code);
        // Type 1 needs insulin by what it is.
        let implied = code.as_str() == "Z79.4" && ruling.lines.iter().any(|line| line.code.as_str().starts_with("E10"));
        if known || implied || status.outcome != Outcome::Active {
            continue;
        }
        ruling.say = format!("{} Add {code} for the drugs taken.", ruling.say.trim_end());
        ruling.sources.extend(status.sources);
        ruling.lines.push(Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() });
    }
}

fn is_diabetes(code: &Code) -> bool {
    ["E08", "E09", "E10", "E11", "E13"].iter().any(|category| code.as_str().starts_with(category))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drugs_are_read_and_what_is_not_taken_is_not() {
        let read = |text: &str| {
            (INSULIN.is_match(text) && !NO_INSULIN.is_match(text), ORAL.is_match(text), INJECTED.is_match(text))
        };
        assert_eq!(read("on basal insulin and metformin"), (true, true, false));
        assert_eq!(read("oral drugs only, there is no insulin at all"), (false, true, false));
        assert_eq!(read("weekly Ozempic"), (false, false, true));
        assert_eq!(read("insulin for one hospital day"), (false, false, false));
    }
}
