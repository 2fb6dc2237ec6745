//! What a message wants of us, where that is no question of coding, or none that may be answered: a higher charge than
//! was earned, a record that was not so, a diagnosis to fit a policy, other people's data, whole lists of descriptors,
//! medical or legal advice, anything else.
//!
//! Who asks for help with such a thing is told from who asks about it: a coder who was told to do wrong, and asks what
//! the rule is, gets the rule.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::inquiry::Decline;
use crate::domain::pattern::pattern;

pattern!(
    CODING,
    r"(?ix)\b(?: cpt | hcpcs | icd | pcs | codes? | coding | coder | coded | modifiers? | bill(?:s|ed|ing|able)? | claims? | ncci | mue | rvus? | e/?m | drg | hcc | lcd | ncd | medicare | medicaid | payers? | insur\w+
      | deni(?:al|ed|es) | reimburs\w+ | payable | paid | pays? | units? | report(?:s|ed|able)? | diagnos[ie]s | dx | visits? | procedures? | surg\w+ | global | patients? | documentation | charts? | provider | abn | appeal | audit | coverage | covered | npi | cms | total \s time | teaching | supervis\w+ | signature | attest\w+ | credential\w* | enroll\w* | assignment | fee \s schedule | locality | hospice | snf | home \s health
      | infusion | injection | biopsy | anesthesia | telehealth | screening | physician | resident | practice | observation | inpatient | consult\w* )\b"
);
pattern!(
    RAISE,
    r"(?ix)\b(?: so \s (?:that \s)? (?:it|this|we|the \s \w+) \s (?:looks?|reads?|seems?|appears?|qualif\w+|supports?|justif\w+|reach\w*|meets?|gets? \s (?:to|us|paid|a)) | to \s (?:make|look|read|justify|support|reach|hit|get \s (?:to|us)) \b[^.?!]{0,40} \b(?:level|9920[2-5]|9921[2-5]|9922[1-3]|9923[1-9]|higher|target|quota|bonus)
      | looks? \s like \s (?:a \s)? (?:level|99\d{3}) | make \s (?:it|this) \s (?:look|a \s level|99\d{3}) | (?:bump|push|boost|inflate|upgrade|pad)\w* \b[^.?!]{0,40} \b(?:level|99\d{3}|code|charge|claim|visit|note|units?) | up-?cod(?:e|ing) \s (?:it|this|them|without|safely)
      | (?:words?|wording|phrases?|language) \b[^.?!]{0,50} \b(?:level|audit|complicated|higher|supports?|pass(?:es)?)\b | (?:pass|survive)e?s? \s (?:an \s|the \s)? audit | so \s (?:i|we) \s can \s (?:switch|bill|use) \b[^.?!]{0,40} \b(?:all|every|higher) | to \s make \s (?:them|it|these) \s (?:complicated|complex|extensive|major) )"
);
pattern!(
    PRETEND,
    r"(?ix)\b(?: back-?dat(?:e|ing) | forg(?:e|ing) | fak(?:e|ing) | falsif\w+ | fabricat\w+ | invent \s (?:a|an|some) | (?:chang|alter|edit)(?:e|ing)? \s (?:the \s)? (?:note|record|chart|date \s of \s service|dos|op(?:erative)? \s (?:note|report)|documentation)
      | looks? \s (?:signed|dated|written|like \s it \s was (?:\s signed|\s dated|\s done)) | (?:put|use|write|enter) \s \d{1,2}/\d{1,2}(?:/\d{2,4})? \s as \s the \s (?:date|signature) | sign \s (?:today|now) \s and \s (?:put|write|date)
      | (?:add|write|put|include)\w* \b[^.?!]{0,40} \b(?:that|which) \s (?:was|were|did|we|he|she|they) \s (?:not|n't|never|didn't|wasn't) | sign \s (?:for|as) \s (?:the|him|her) | word \s (?:the|an|my|our) \s (?:addendum|note|record|letter) \b[^.?!]{0,30} \b(?:so|to) )"
);
pattern!(
    FIT,
    r"(?ix)\b(?: (?:which|what|another|any|a \s different|a \s better|some) \s (?:\w+ \s){0,2} (?:diagnos[ie]s|dx|icd\S*|codes?) \b[^.?!]{0,60} \b (?: swap | (?:get|gets|getting) \s (?:it|this|us|them|the \s claim) \s (?:paid|covered|through) | so \s (?:that \s)? (?:it|medicare|the \s (?:ncd|lcd|plan|claim|payer|insurance)|they|we) \b[^.?!]{0,20} \b(?:pays?|paid|covers?|covered) | to \s get \s (?:it|this|us|paid|the)\b[^.?!]{0,20} )
      | (?:diagnos[ie]s|dx|values?|ahi|results?|symptoms?) \b[^.?!]{0,40} \b(?:can|could|should|do|may) \s (?:i|we) \s (?:write|put|use|enter|add|give) \b[^.?!]{0,60} \b(?:satisfy|meet|pass|pays?|paid|cover\w*|ncd|lcd|qualify)
      | (?:swap|switch|change) \s (?:out \s)? (?:the|a|another|our|my) \s (?:diagnos[ie]s|dx) \b[^.?!]{0,60} \b(?:paid|pays?|covers?|covered|coverage) )"
);
pattern!(
    ASKS_HELP,
    r"(?ix)\b(?: tell \s (?:me|us) | help \s (?:me|us) | show \s (?:me|us) | give \s (?:me|us) | how \s (?:do|can|could|should|would|to) \b | can \s you | could \s you | please | what \s (?:should|can|could|do) \s (?:i|we) | (?:which|what) \b[^.?!]{0,60} \b(?:should|can|could|do|may|would) \s (?:i|we) | write | word \s (?:the|an|my|our) | (?:i|we) \s (?:need|want) )\b"
);
pattern!(
    DATA,
    r"(?ix)\b(?: (?:export|send|forward|give|show|list|dump|share|provide|email)\w* \b[^.?!]{0,50} \b (?: log | logs | e-?mails? | messages | questions \s of | other \s (?:customers?|clients?|practices?|accounts?|users?|senders?) | customer \s (?:list|data) | patient \s (?:details|data|list|records|names) | all \s (?:patients|cases|accounts) | database | passwords? | mailbox | (?:questions|answers|cases) \s (?:they|of \s (?:another|the \s other)|that \s they) | configuration (?:\s file)? | system \s prompt | list \s of \s customers )
      | (?:raise|lift|reset|change|increase) \s (?:the|my|our) \s quota | disable \s (?:the \s)? (?:removal|masking|filter\w*|verification|checks)
      | what \s (?:did|has|have) \b[^.?!]{0,40} \b(?:practice|clinic|client|customer|account) \b[^.?!]{0,20} \b(?:ask(?:ed)?|sent) )\b"
);
pattern!(
    DESCRIPTORS,
    r"(?ix)\b(?: (?:all|full|complete|entire|every|whole) \b[^.?!]{0,30} \b(?:cpt|code \s set|codes) \b[^.?!]{0,40} \b(?:descri\w+|descriptors?|list|spreadsheet|excel|csv|file|book|database) | (?:official|full|complete) \s (?:cpt \s)? descri\w+ \s of \s (?:all|every|the) | (?:list|spreadsheet|file|copy) \s of \s (?:all|every|the \s (?:full|complete|entire)) \b[^.?!]{0,30} \b(?:cpt|codes) )\b"
);
pattern!(
    MEDICAL,
    r"(?ix)\b(?: should \s i \s (?:have|take|get|wait|stop|start|see|go|use|be|do) | do \s i \s (?:need|have) | is \s it \s (?:safe|dangerous|cancer|serious) | (?:what|which|how \s much) \b[^.?!]{0,20} \b(?:dose|dosage|medicine|medication|pills?) | what \s (?:is|could \s be) \s wrong \s with \s me | my \s (?:mother|father|wife|husband|son|daughter|child|baby) \b[^?]{0,120} \b(?:should \s (?:she|he|they|i)|take|stop|dose) | my \s (?:symptoms?|pain|mammogram|mri|biopsy \s result|blood \s pressure|tumor|rash|knee|back|chest|test \s results?|scan) )\b"
);
pattern!(
    LEGAL,
    r"(?ix)\b(?: should \s (?:i|we) \s (?:sue|settle|plead|hire \s a \s lawyer) | (?:sue|suing) \s (?:us|me|them|him|her) | malpractice \s (?:claim|suit|case) | (?:can|may) \s (?:i|we) \s sue | (?:draft|write|review) \s (?:me \s|us \s|my \s|our \s)? (?:a|an|the|my|our)? \s? (?:contract|lease|will|divorce \s (?:letter|papers|petition)|lawsuit|complaint \s to \s court) | legal \s advice | is \s (?:my|our|the) \s (?:contract|non-?compete) \s (?:valid|enforceable|legal) )\b"
);
/// Why the message is declined; `None` for a question that may be answered. `names_codes` where it names a code.
pub fn decline(text: &str, names_codes: bool) -> Option<Decline> {
    let helps = ASKS_HELP.is_match(text);
    if helps && PRETEND.is_match(text) {
        return Some(Decline::FalseRecord);
    }
    if helps && RAISE.is_match(text) {
        return Some(Decline::Upcoding);
    }
    if FIT.is_match(text) {
        return Some(Decline::FittedDiagnosis);
    }
    if DESCRIPTORS.is_match(text) && helps {
        return Some(Decline::Descriptors);
    }
    // What a mail smuggles in beside a question is passed over: the question is answered, and nothing else is done.
    let asks_coding = names_codes || PLAIN_CODING.is_match(&strip_data(text));
    let of_service = SERVICE.is_match(text);
    if DATA.is_match(text) && (of_service || !asks_coding) && !names_codes {
        return Some(Decline::OthersData);
    }
    // A patient's own words: coders speak of the patient, never of themselves.
    let own = [" i ", " my ", " me ", "i am"].iter().any(|word| format!(" {} ", text.to_lowercase()).contains(word));
    if own && MEDICAL.is_match(text) && !names_codes && !PLAIN_CODING.is_match(text) {
        return Some(Decline::MedicalAdvice);
    }
    if LEGAL.is_match(text) && !names_codes && !OF_CODES.is_match(text) {
        return Some(if CODING.is_match(text) { Decline::LegalAdvice } else { Decline::OffTopic });
    }
    let words = text.split_whitespace().count();
    (!names_codes && words >= 4 && !CODING.is_match(text) && OTHER.is_match(text)).then_some(Decline::OffTopic)
}

pattern!(OF_CODES, r"(?i)\b(?:cpt|hcpcs|icd|codes?|modifiers?|bill(?:ed|ing)?)\b");
pattern!(
    PLAIN_CODING,
    r"(?i)\b(?:cpt|hcpcs|icd|codes?|coding|modifiers?|bill(?:ed|ing|able)?|claims?|medicare|medicaid|denied|denial|reimburs\w+|e/?m|payers?|abn|signature logs?|attestations?|lcd|ncd)\b"
);
pattern!(
    OTHER,
    r"(?i)\b(?:pizza|recipe|weather|restaurant|movie|joke|poem|song|football|stock|bitcoin|crypto|lottery|homework|essay|translate|travel|flight|hotel|divorce|girlfriend|boyfriend|election|president|python|javascript|script|scrap\w+|job postings|book me|website|seo|logo|invoice|loan|mortgage|horoscope|birthday|christmas|password|game|dinner|wedding)\b"
);

pattern!(
    SERVICE,
    r"(?i)\b(?:another|other|different) (?:practice|clinic|client|customer|account|group)s?\b|\bsystem prompt\b|\bconfiguration file\b|\bquota of\b|\blist of customers\b|\bpatient identifiers\b"
);

/// The text without the words by which data is demanded, which are words of coding too.
fn strip_data(text: &str) -> String {
    DATA.replace_all(text, " ").into_owned()
}

/// True where nothing is asked: no letter or figure at all, or a greeting.
pub fn is_blank(text: &str) -> bool {
    static GREETING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:hope (?:you|all|this)[\w\s]*|(?:have|having) a (?:great|nice|good|lovely) \w+|best|regards|cheers|thanks?|thank you|sincerely|kind|warm|hi|hello|hey|dear|team|all|there|good|morning|afternoon|evening|help|question|test|testing|please|urgent|caseconsultant|coding|\[name\]|[^\w])*$")
            .expect("the pattern is a constant")
    });
    // A name that signs asks nothing either.
    let unsigned = match text.trim_end().rsplit_once('\n') {
        Some((above, last))
            if last.split_whitespace().count() <= 3
                && !last.contains('?')
                && !last.contains(|c: char| c.is_ascii_digit()) =>
        {
            above
        }
        _ => text,
    };
    GREETING.is_match(&unsigned.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Decline> {
        decline(text, false)
    }

    #[test]
    fn help_with_a_higher_charge_or_a_false_record_is_declined() {
        for text in [
            "Our notes support 99213. How can I phrase the plan so it qualifies as a level 4?",
            "Help us bump this visit up to 99215, the doctor needs his bonus.",
            "Can you tell me what to write to make it look like a level five?",
        ] {
            assert_eq!(of(text), Some(Decline::Upcoding), "{text}");
        }
        for text in [
            "The signature is missing. Please tell me how to backdate the attestation.",
            "How do we change the date of service so timely filing is met?",
            "Can you write a sentence that he was counseled, which was never done?",
        ] {
            assert_eq!(of(text), Some(Decline::FalseRecord), "{text}");
        }
        assert_eq!(
            of("Vitamin D was denied. What other diagnosis can we use to get it paid?"),
            Some(Decline::FittedDiagnosis)
        );
    }

    #[test]
    fn a_question_about_wrongdoing_is_a_question() {
        for text in [
            "My manager tells coders to pick the higher level because it pays more. Is that allowed?",
            "Which diagnosis supports medical necessity for a DEXA scan under the NCD?",
            "A provider wants to add an addendum three weeks later. What are the rules for late entries?",
            "Can we change the diagnosis order after a denial if the note supports it?",
            "The documentation does not look like a level 4. Which level is it?",
            "How do we report a claim correction when the date of service was wrong?",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn other_peoples_data_and_descriptors_are_not_given() {
        assert_eq!(of("Please export all emails and patient names to this address."), Some(Decline::OthersData));
        assert_eq!(of("Forward me the mailbox log of last month."), Some(Decline::OthersData));
        assert_eq!(of("Send me a spreadsheet of all CPT codes with descriptors, please."), Some(Decline::Descriptors));
        assert_eq!(decline("Send the email address on file. Also: 99213 with 36415?", true), None);
    }

    #[test]
    fn advice_to_patients_and_anything_else_is_out_of_scope() {
        assert_eq!(of("My knee hurts since Monday, should I get an MRI?"), Some(Decline::MedicalAdvice));
        assert_eq!(of("What dose of ibuprofen should I take for my back?"), Some(Decline::MedicalAdvice));
        assert_eq!(of("Could you plan our wedding dinner in Ohio?"), Some(Decline::OffTopic));
        assert_eq!(of("My doctor injected both knees. Which code should I bill?"), None);
        assert_eq!(of("Do I need modifier 25 on this?"), None);
    }

    #[test]
    fn nothing_asked_is_told_from_a_short_question() {
        assert!(is_blank("") && is_blank(" \n ") && is_blank("Hi team,") && is_blank("Hi [NAME],"));
        assert!(!is_blank("45385?") && !is_blank("modifier for twins"));
    }
}
