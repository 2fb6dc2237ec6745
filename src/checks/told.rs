//! What a question tells beyond its codes: words that no table has read. A question that tells nothing is answered by
//! the tables alone; one that tells a story may turn on the story.

use std::sync::LazyLock;

use crate::corpus::{Corpus, Words};
use crate::domain::aside;
use crate::domain::inquiry::{Inquiry, Intent};
use crate::domain::pattern::pattern;

/// Words that only ask, greet or join, as they stand in questions about any code.
const ASKING: &str = "a an the of to in on for with and or is are was were be been being am by at as it its it's this that
    these those we i you he she they me us him them our my his her their your mine do does did done can could may might
    must should shall will would have has had having if so but then than also too only just either not no from into about
    over under out up off all any some each every per other another what which who whom whose when where why how there
    here bill billed billing bills biller report reported reporting code codes coded coding coder coders charge charged
    charging claim claims submit submitted use used using append add added put need needs needed required require allow
    allowed allows ok okay right correct correctly valid billable reportable still payable pay paid pays separate
    separately together both same day date dos session time visit visits encounter patient patients provider providers
    medicare medicaid payer modifier modifiers unit units cpt hcpcs icd dx icd-10 icd-10-cm cm diagnosis diagnoses
    procedure procedures service services performed hi hello dear team thanks thank you please good morning afternoon
    evening question quick help advance advice regards know tell says say said one two three first second get gets got go
    give gave given want wants dr doctor physician surgeon mean means answer verdict rule rules guideline guidelines
    guidance reference cite source anyone someone much many more most often month week today now ncci edit edits ptp mue
    mues bundle bundled unbundle status code's global period days limit limits maximum max add-on appreciate before drop
    name dob mrn ssn number id birth account member address phone
    folks everyone caseconsultant asap urgent sure believe think thought correct? via per
    see attached attachment attachments enclosed file files pdf";

// A line of an account's own facts, of few words: a sentence behind such a word is told.
pattern!(
    FACT,
    r"(?im)^[ \t]*(?:dos|date of service|payer|state|setting|specialty|client)[ \t]*:(?:[ \t]*[^\s]{1,24}){1,4}[ \t]*$"
);

/// The words of a question that neither ask, nor stand in what is known of its codes.
pub fn untold(inquiry: &Inquiry, known: &[&str]) -> Vec<String> {
    static PLAIN_WORDS: LazyLock<Words> = LazyLock::new(|| Words::of(&format!("{ASKING} {}", aside::OFFICE)));
    let (asking, known) = (&*PLAIN_WORDS, Words::of(&known.join(". ")));
    let codes: Vec<String> = inquiry.codes().iter().map(|code| code.as_str().to_lowercase()).collect();
    let is_code = |word: &str| codes.iter().any(|code| code.starts_with(word) || word.starts_with(code.as_str()));
    // What the sender's own account is known by is read for what it is, and tells nothing of the service.
    let told = Words::of(&FACT.replace_all(&inquiry.text, ""));
    let words = told.distinct().filter(|word| {
        word.len() > 1
            && word.contains(|c: char| c.is_ascii_alphabetic())
            && *word != "NOT"
            && !asking.has(word)
            && !known.has(word)
            && !is_code(word)
    });
    words.map(str::to_owned).collect()
}

/// True where a question tells more than its codes and what their titles say.
pub fn tells(corpus: &Corpus, inquiry: &Inquiry) -> bool {
    if untold(inquiry, &[]).len() <= PLAIN {
        return false;
    }
    // What two services are is what a rule about the pair turns on.
    let pair = inquiry.intents.first() == Some(&Intent::Bundling);
    let codes = if pair { Vec::new() } else { inquiry.codes() };
    let titles: Vec<String> = codes.into_iter().map(|code| corpus.title_of(code)).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    untold(inquiry, &titles).len() > PLAIN
}

/// So many words more may be a name or a manner of speaking.
pub const PLAIN: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    use crate::corpus::starter_for_tests as corpus;

    #[test]
    fn a_question_of_codes_tells_nothing_and_a_story_does() {
        for plain in
            ["Can I bill 45385 with 45380 on the same day?", "Is 45385 valid on 2024-08-01?", "45380-59, right?"]
        {
            assert_eq!(untold(&inquiry(plain), &[]), Vec::<String>::new(), "{plain}");
            assert!(!tells(corpus(), &inquiry(plain)), "{plain}");
        }
        let story = "She was treated for anemia of pregnancy during the stay, all else smooth. O80 still good?";
        assert!(tells(corpus(), &inquiry(story)), "{:?}", untold(&inquiry(story), &[]));
    }

    #[test]
    fn what_an_account_is_known_by_tells_nothing_and_a_sentence_about_it_does() {
        let asked =
            "Can I bill 45385 with 45380 on the same day?\nPayer: Medicare\nState: OH\nSpecialty: gastroenterology";
        assert_eq!(untold(&inquiry(asked), &[]), Vec::<String>::new());
        assert!(untold(&inquiry("Payer: the plan denied it after a fall downstairs. 45385?"), &[]).len() > PLAIN);
    }

    #[test]
    fn what_the_answer_speaks_of_is_read() {
        let inquiry = inquiry("The hydration ran beside 96413. Billable?");
        assert!(untold(&inquiry, &[]).contains(&"hydration".to_owned()));
        assert!(!untold(&inquiry, &["Hydration is included"]).contains(&"hydration".to_owned()));
    }
}
