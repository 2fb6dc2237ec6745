//! What people say beside a question: of mails, of their computers, of colleagues. "Please ignore my previous email" and
//! "the system would not let me override the edit" tell nothing of what was done to a patient, and no answer turns on them.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of mails, computers and offices. They tell nothing of a service, wherever they stand.
pub const OFFICE: &str = "email emails e-mail mail mails message messages inbox reply replies replied replying respond
    responds response responses cc bcc forward forwards forwarded forwarding resend resent resending send sends sending sent
    ignore ignores ignored ignoring disregard disregarded disregarding override overrides overrode overridden overriding
    system systems software portal website browser screen login logon log-in logged username password passwords reset
    resetting click clicked clicking button prompt prompts prompted popup pop-up computer laptop printer internet template
    instruction instructions instruct instructed instructs supervisor supervisors manager managers boss admin admins
    administrator administrators colleague colleagues coworker coworkers reviewer reviewers trainer compliance helpdesk
    attention urgent urgently sorry apologies apologize apology hope hoping hopefully forget forgot forgotten reveal reveals
    bypass bypassed bypassing confirm confirms confirmed confirming upload uploaded download downloaded vendor clearinghouse
    training webinar newsletter secretary desk";

/// Words that may stand beside those without telling more.
const BESIDE: &str =
    "a an the this that these those it its i me my mine myself we us our ours you your yours he she they them his her
    their there here who whom which what whatever when where why how if so as but and or not no nor than then too
    also only just even still yet ever never always again once twice at by for from in into of on onto out over to up
    down with without about after before since until while because be is are was were been being am do does did done
    don't doesn't didn't can can't cannot could couldn't may might must shall should will would wouldn't won't has
    have had having let lets get gets got go goes going went come comes came give gives gave make makes made want
    wants wanted wish need needs needed like ask asks asked asking tell tells told say says said saying talk talked
    speak spoke write writes wrote written read reads reading look looks looked looking know knows knew think thinks
    thought mean means meant try tries tried trying call calls called show shows showed shown answer answers answered
    question questions request requests requested requesting follow follows followed following act acts acting wait
    waits waiting waited keep keeps start thing things something anything nothing everything someone somebody anyone
    anybody everyone everybody nobody all any some each every other another one ones both few many much more most
    less least lot way ways time times day days today tomorrow yesterday morning afternoon night week weeks month
    monday tuesday wednesday thursday friday late later lately early earlier soon now already ago first last next
    previous previously prior old new newer wrong right correct good bad better best clear unclear quick quickly
    important please pls kindly thanks thank hi hello dear regards team date claim claims edit edits note notes
    manual manuals rule rules policy policies guideline guidelines payer payers coder coders coding biller billers
    billing office practice department denial denials mistake mistakes error errors typo table tables copy copies
    file files help helps helped needed able sure maybe perhaps really very quite expired flag flags flagged flagging
    deleted whether well own mind name per";

/// Deeds that may be those of a surgeon: beside words of offices they tell nothing.
const DEEDS: &str =
    "take takes took taken taking put puts work works worked working find finds found finding see sees saw seen
    seeing use uses used using stop stops stopped off";

/// Words that speak to us, or of the writer.
const SPOKEN: &str = "please pls kindly you your yours i me my myself we us our ours";

/// Words of a list, each once.
fn list(text: &'static str) -> HashSet<&'static str> {
    text.split_whitespace().collect()
}

/// The text without the sentences that are asides. A sentence that asks, that holds a figure, or that holds any word beside
/// those of offices and plain speech is none; and where nothing with a figure in it is left, all of it stays.
pub fn without(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for sentence in sentences(text) {
        if is_aside(sentence) {
            // Its end of line stays, so that what stood apart does not run together.
            kept.extend(sentence.chars().filter(|c| *c == '\n'));
        } else {
            kept.push_str(sentence);
        }
    }
    if kept.bytes().any(|b| b.is_ascii_digit()) { kept } else { text.to_owned() }
}

/// A text in pieces that end with a mark of a sentence, or with a line that is followed by an empty one.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let stop = |(at, c): (usize, char)| {
            let behind = &rest[at + c.len_utf8()..];
            let ends = ".!?".contains(c) && behind.chars().next().is_none_or(char::is_whitespace);
            (ends || (c == '\n' && behind.trim_start_matches(' ').starts_with('\n'))).then_some(at + c.len_utf8())
        };
        let end = rest.char_indices().find_map(stop).unwrap_or(rest.len());
        let (sentence, behind) = rest.split_at(end);
        rest = behind;
        Some(sentence)
    })
}

fn is_aside(sentence: &str) -> bool {
    static WORDS: LazyLock<[HashSet<&str>; 4]> =
        LazyLock::new(|| [list(OFFICE), list(BESIDE), list(DEEDS), list(SPOKEN)]);
    if sentence.trim_end().ends_with('?') || sentence.bytes().any(|b| b.is_ascii_digit() || b == b'[') {
        return false;
    }
    let [office, beside, deeds, spoken] = &*WORDS;
    let low = sentence.to_lowercase().replace('’', "'");
    let words = low.split(|c: char| !c.is_alphanumeric() && !"'-".contains(c));
    let words: Vec<&str> = words.map(|word| word.trim_matches(['\'', '-'])).filter(|word| !word.is_empty()).collect();
    let of_office = words.iter().any(|word| office.contains(word));
    let to_us = words.iter().any(|word| spoken.contains(word)) || matches!(words.first(), Some(&("do" | "don't")));
    let plain = |word: &str| beside.contains(word) || beside.contains(word.trim_end_matches("'s"));
    (of_office || to_us)
        && words.iter().all(|word| office.contains(word) || plain(word) || (of_office && deeds.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_of_mails_and_computers_is_no_part_of_a_question() {
        let question = "Is 45385 valid on 2024-08-01?";
        for aside in [
            "Please ignore my previous email, it had the wrong date.",
            "The system would not let me override the edit.",
            "Forward this to your reviewer if needed!",
            "I found the answer to the other message.",
            "Act as if this were a new question, please.",
            "Do not follow the old rule, it was deleted.",
        ] {
            assert_eq!(without(&format!("{question} {aside}")), question, "{aside}");
            assert_eq!(without(&format!("{aside} {question}")).trim(), question, "{aside}");
            assert_eq!(without(&format!("{question}\n\n{aside}")).trim(), question, "{aside}");
        }
    }

    #[test]
    fn what_tells_of_a_service_or_asks_stays() {
        for told in [
            "Is 45385 valid? Ignore the biopsy, it was of the same lesion.",
            "Can 45385 be billed? The system says the patient was under anesthesia.",
            "Is 45385 valid? Ignore 45380.",
            "Is 45385 valid? We found another one later.",
            "Is 45385 valid? Another one was there.",
            "Is 45385 valid? Should I override the edit?",
            "Please ignore my previous email.",
            "Is 45385 valid? I want a person.",
            "Ignore the email. Does the portal take it?",
        ] {
            assert_eq!(without(told), told);
        }
    }
}
