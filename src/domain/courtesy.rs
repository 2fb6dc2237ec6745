//! Thanks: a mail that says no more than that is understood, and not answered.
//!
//! In the languages that people in the United States write to each other. Everything must be a word of courtesy but for a
//! few names: one figure, one question mark or one word more, and it is somebody's question.

use std::sync::LazyLock;

use regex::Regex;

/// Phrases that thank or take note. Longer ones stand first.
static THANKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?: thanks? \s a \s (?:lot|million|bunch|ton) | many \s thanks | thank (?:s|ing)? (?:\s (?:you|u|so|very|much|again|kindly|for|to|all|everyone))*
          | thx | thnx | tks | tnx | tyvm | tysm | ty | much \s (?:appreciated|obliged) | appreciate (?:d|s)? (?:\s (?:it|this|that|your|the|all|you|so|very|much))*
          | (?:we|i) \s (?:really \s)? appreciate | got \s it | received | noted | understood | perfect | awesome | excellent | great | wonderful | fantastic
          | (?:that|this|it) \s? (?:is|was|'s|s)? \s (?:very|so|really|extremely|super)? \s? (?:helpful|great|perfect|clear|useful) | (?:very|so|super) \s helpful | helpful
          | you \s (?:are|rock|guys) | you're | the \s best | cheers | sounds \s good | will \s do | ok(?:ay)? | k | cool | all \s set | works \s for \s me )\b
        | \b(?: (?:muchas|mil|muchisimas|muchísimas) \s gracias | gracias | muy \s amable | (?:se \s lo \s|le \s|te \s|les \s)? agradezco | recibido | perfecto | saludos | de \s nuevo | por \s (?:todo|su|la|tu) \s? (?:ayuda|respuesta|todo)? )\b
        | \b(?: merci (?:\s (?:beaucoup|bien|infiniment))? | bien \s reçu | parfait | m[eè]si (?:\s anpil)? )\b
        | \b(?: (?:vielen|herzlichen|besten|schönen|tausend) \s dank | danke (?:\s (?:schön|sehr|ihnen|dir))? | dankeschön | alles \s klar )\b
        | \b(?: (?:muito \s)? obrigad[oa]s? (?:\s mesmo)? | valeu | agradeço )\b
        | \b(?: (?:mille \s|molte \s)? grazie (?:\s mille)? | (?:maraming \s)? salamat (?:\s po)? | dziękuję (?:\s bardzo)? | dzięki | mahalo (?:\s nui)? )\b
        | cảm \s ơn (?:\s (?:bạn|rất|nhiều|anh|chị|ông|bà))* | cám \s ơn | (?:большое \s)? спасибо (?:\s большое)? | благодарю | дякую | شكرا(?:\s جزيلا)? | شكرًا | متشکرم | ممنون
        | धन्यवाद | शुक्रिया | 谢谢(?:您|你)? | 謝謝(?:您|你)? | 多谢 | 多謝 | 感谢 | 感謝 | 收到 | 감사합니다 | 고맙습니다 | 감사해요 | ありがとう(?:ございます|ございました)? | շնորհակալություն | ευχαριστώ ",
    )
    .expect("a literal, covered by the tests below")
});

/// Words beside them that ask nothing.
static FILLERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?: hi | hello | hey | dear | team | all | everyone | both | again | so | very | much | really | for | the | your | you | u | and | this | that | is | was | it | to | my | our | of | on | in | a | an
          | quick | prompt | fast | speedy | great | kind | wonderful | excellent | thorough | detailed | help | helping | answer | reply | response | responding | replying | assistance | information | info | clarification | explanation | guidance | work | time | support | input | feedback
          | have | has | nice | good | lovely | day | evening | weekend | morning | afternoon | week | one | too | as | well | best | kind | warm | regards | sincerely | respectfully | sent | from | iphone | android | phone | mobile
          | su | tu | la | el | ayuda | respuesta | rapida | rápida | por | que | tenga | buen | buena | dia | día | tarde | hola | buenos | buenas | días | tardes
          | pour | votre | vos | aide | réponse | bonjour | bonne | journée | für | die | ihre | ihr | hilfe | antwort | schnelle | liebe | grüße | mit | freundlichen | grüßen | pela | sua | ajuda | resposta | pelo | per | il | tuo | suo | aiuto )\b",
    )
    .expect("a literal, covered by the tests below")
});

/// Words of a longer mail are read as what they say.
const MOST_CHARS: usize = 240;
/// Names that may stand beside the thanks.
const MOST_NAMES: usize = 4;

/// Capitalised words that are no names: they answer a question or correct an answer.
const FACTS: [&str; 34] = [
    "yes",
    "no",
    "yep",
    "nope",
    "si",
    "sí",
    "oui",
    "non",
    "ja",
    "nein",
    "medicare",
    "medicaid",
    "aetna",
    "cigna",
    "humana",
    "uhc",
    "united",
    "bcbs",
    "blue",
    "anthem",
    "tricare",
    "kaiser",
    "commercial",
    "office",
    "hospital",
    "inpatient",
    "outpatient",
    "asc",
    "left",
    "right",
    "bilateral",
    "new",
    "established",
    "both",
];

/// True for a text that thanks, or takes note, and says nothing else. `awaited`: we asked something, and any word more may
/// be the answer.
pub fn is_thanks(text: &str, awaited: bool) -> bool {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST_CHARS || text.contains(['?', '\u{ff1f}', '¿', '؟']) {
        return false;
    }
    if text.chars().any(|c| c.is_numeric()) {
        return false;
    }
    let plain = text.replace(['\u{2019}', '\u{2018}'], "'");
    if !THANKS.is_match(&plain) {
        // A thumb or folded hands alone.
        return !plain.chars().any(char::is_alphanumeric) && plain.contains(['\u{1f44d}', '\u{1f64f}', '\u{2764}']);
    }
    let rest = THANKS.replace_all(&plain, " ");
    let rest = FILLERS.replace_all(&rest, " ");
    let left: Vec<&str> = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // Names and their letters: "Ann W.", "Dr Weber". A mask is a name as well.
    let named = |word: &&str| word.chars().next().is_some_and(char::is_uppercase) || word.chars().count() == 1;
    let fact = |word: &&str| FACTS.contains(&word.to_lowercase().as_str());
    let most = if awaited { 0 } else { MOST_NAMES };
    left.len() <= most && left.iter().all(|word| named(word) && !fact(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_are_understood_in_the_languages_of_american_mail() {
        for text in [
            "Thanks!",
            "thank you so much for your quick help",
            "Thx\nAnn",
            "Perfect, thank you!\n\nAnn Weber",
            "Got it, thanks again. Have a great weekend!",
            "Thank you, this is very helpful.",
            "Much appreciated",
            "ok thanks",
            "TY",
            "Muchas gracias por su ayuda",
            "¡Gracias!",
            "Merci beaucoup pour votre réponse",
            "Mèsi anpil",
            "Vielen Dank für die schnelle Antwort!",
            "Muito obrigada",
            "Grazie mille",
            "Maraming salamat po",
            "Cảm ơn bạn rất nhiều",
            "Спасибо большое!",
            "谢谢您",
            "謝謝!",
            "감사합니다",
            "ありがとうございます",
            "شكرا جزيلا",
            "धन्यवाद",
            "Dziękuję bardzo",
            "\u{1f64f}",
            "Noted.",
        ] {
            assert!(is_thanks(text, false), "{text:?}");
        }
    }

    #[test]
    fn whatever_asks_or_states_something_is_no_thanks() {
        for text in [
            "",
            "Thanks, and what about 45380?",
            "Thanks. The payer is Aetna",
            "Thank you, but the patient was new",
            "Thanks for 45385",
            "Great, how many units?",
            "ok, it was a separate lesion",
            "Yes",
            "Yes, thanks",
            "Aetna, thank you!",
            "Medicare. Thanks, Ann",
            "no thanks needed, please resend the bill",
            "Gracias, pero el pagador es Medicaid",
            "thanks but that is wrong",
            "Please stop",
        ] {
            assert!(!is_thanks(text, false), "{text:?}");
        }
    }

    #[test]
    fn where_we_asked_something_any_word_more_is_the_answer() {
        assert!(is_thanks("Thank you!", true) && is_thanks("Thanks, Ann", false));
        assert!(!is_thanks("Thanks, Ann", true) && !is_thanks("Cecum. Thanks", true));
    }
}
