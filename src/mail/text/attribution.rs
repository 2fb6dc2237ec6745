//! "On Monday, Ann wrote:" in the languages of the mail programs: the line above a quotation, often broken over several.

use super::line::Line;

/// Verbs of writing, in lower case, as programs put them at the end of such a line.
const VERBS: &[&str] = &[
    "wrote",
    "writes",
    "you wrote",
    "a écrit",
    "a ecrit",
    "écrivait",
    "schrieb",
    "hat geschrieben",
    "geschrieben",
    "escribió",
    "escribio",
    "ha escrit",
    "ha scritto",
    "scrive",
    "scriveva",
    "escreveu",
    "schreef",
    "geschreven",
    "skrev",
    "napisał(a)",
    "napisał",
    "napisała",
    "pisze",
    "kirjoitti",
    "kirjutas",
    "napsal(a)",
    "napsal",
    "napsala",
    "napísal(a)",
    "napísal",
    "napísala",
    "написал",
    "написал(а)",
    "написал(a)",
    "написала",
    "пишет",
    "пише",
    "написав",
    "написав(ла)",
    "написа",
    "napisao je",
    "je napisao",
    "je napisal/a",
    "je napisal",
    "yazdı",
    "şunu yazdı",
    "şunları yazdı",
    "写道",
    "寫道",
    "写到",
    "のメール",
    "は書きました",
    "さんは書きました",
    "작성",
    "작성했습니다",
    "님이 씀",
    "írta",
    "ezt írta",
    "a scris",
    "έγραψε",
    "rašė",
    "rakstīja",
];

/// The same for languages whose writing the ends of lines cannot be told in by a verb of the list above alone.
const MORE_VERBS: &[&str] = &["כתב", "כתבה", "كتب", "menulis", "đã viết", "viết", "เขียนว่า", "ha escrito"];

/// First words of such a line, before its date.
const STARTS: &[&str] = &[
    "on",
    "am",
    "le",
    "el",
    "il",
    "op",
    "den",
    "em",
    "dnia",
    "w dniu",
    "dne",
    "dňa",
    "at",
    "in message",
    "vào",
    "pada",
    "pe",
    "la data de",
    "στις",
    "ב-",
    "בתאריך",
    "в",
    "на",
    "от",
    "在",
    "于",
    "於",
    "kuupäeval",
    "kl",
    "a(z)",
    "dana",
    "tirsdag",
    "il giorno",
];

/// Physical lines that one attribution is spread over at most.
const MOST_LINES: usize = 6;
/// Its characters at most: a name, an address, a date, and the name of a list.
const MOST_CHARS: usize = 320;

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// Only where a quotation follows: a person may write "On 10/3 the surgeon wrote:" too.
    WithQuote,
    /// By itself: it carries an address, or the clock of a mail program.
    Alone,
}

/// The attribution that begins at line `n`: how sure it is, and the number of lines that it takes.
pub fn at(lines: &[Line], n: usize) -> Option<(Sure, usize)> {
    let first = lines[n].text.trim();
    if first.is_empty() || first.starts_with('>') {
        return None;
    }
    let opens = opens(first);
    let mut joined = String::new();
    for (count, line) in lines[n..].iter().take(MOST_LINES).enumerate() {
        let text = line.text.trim();
        // Lines of an attribution follow each other; only one that surely began may have a gap.
        if count > 0 && !opens && (text.is_empty() || count > 2) {
            return None;
        }
        // The quotation itself; only the end of an address in angle brackets begins like one.
        if count > 0 && text.starts_with('>') && text.chars().count() > 20 {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(text);
        if joined.len() > MOST_CHARS * 4 {
            return None;
        }
        if let Some(sure) = judge(&joined) {
            return (count == 0 || opens || !begins_below(lines, n, count)).then_some((sure, count + 1));
        }
        if ends_sentence(text) && !opens {
            return None;
        }
    }
    None
}

/// The sender's last line may stand right above an attribution: then this begins below it.
fn begins_below(lines: &[Line], n: usize, count: usize) -> bool {
    if lines[n].text.trim_end().ends_with(['<', ',', '"', '(']) {
        return false;
    }
    (n + 1..=n + count).any(|from| {
        let rest: Vec<&str> = lines[from..=n + count].iter().map(|line| line.text.trim()).collect();
        opens(rest[0]) || judge(&rest.join(" ")).is_some()
    })
}

/// A sentence that ended is no attribution that goes on; a day or a month that is cut short (`28.`, `Apr.`) is no end.
fn ends_sentence(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
    last.ends_with(['?', '!']) || (last.ends_with('.') && last.chars().filter(|c| c.is_alphabetic()).count() > 4)
}

/// Whether a text, lines joined, is an attribution.
pub fn judge(joined: &str) -> Option<Sure> {
    let low = joined.to_lowercase();
    let bare = low.trim_matches(|c: char| c.is_whitespace() || "-*_|>".contains(c));
    if bare.len() < 8 || bare.chars().count() > MOST_CHARS {
        return None;
    }
    let colon = bare.ends_with([':', '：']);
    let body = bare.trim_end_matches([':', '：', ' ', '\u{a0}']);
    let address = body.contains('@') || body.contains("mailto:");
    let (clock, date) = (has_clock(body), has_date(body));
    let closes = VERBS.iter().chain(MORE_VERBS).any(|verb| ends_with_word(body, verb));
    let within = colon && VERBS.iter().any(|verb| has_word(body, verb));
    // Gmail has no verb in some languages: a date, a clock and the address in angle brackets are its whole line.
    let stamped = colon && address && clock && date && body.ends_with('>');
    if stamped || verbless(low.trim_start_matches(['-', '*', ' ']).trim_end().trim_end_matches(':'), address, colon) {
        return Some(Sure::Alone);
    }
    if !(closes || within) || !(address || clock || date) {
        return None;
    }
    // Without a colon at the end only a program's whole line will do: a date or an address, and the verb last.
    if !colon && !(closes && (address || clock) && (low.trim_end().ends_with("----") || date)) {
        return None;
    }
    let you = ends_with_word(body, "you wrote") && clock;
    Some(if address || you { Sure::Alone } else { Sure::WithQuote })
}

/// `2013/7/20 Ann <ann@x>` and `2016-03-03 17:21 GMT+01:00 Ann`, which some versions of Gmail write.
fn verbless(body: &str, address: bool, colon: bool) -> bool {
    let digits = body.bytes().take(4).filter(u8::is_ascii_digit).count();
    let dated = digits == 4 && matches!(body.as_bytes().get(4), Some(b'-' | b'/' | b'.'));
    let zone = body.contains(" gmt+") || body.contains(" gmt-");
    dated
        && ((address && body.ends_with('>') && (colon || body.len() < 160))
            || (zone && has_clock(body) && body.len() < 120))
}

fn opens(first: &str) -> bool {
    let low = first.trim_start_matches(['-', '*', '_', ' ']).to_lowercase();
    let started = STARTS.iter().any(|start| {
        low.strip_prefix(start).is_some_and(|rest| rest.starts_with([' ', '\u{a0}']) || !start.is_ascii())
    });
    let digit_near = low.chars().take(32).any(|c| c.is_ascii_digit());
    (started && digit_near && (has_clock(&low) || has_date(&low)))
        || low.chars().take(4).filter(char::is_ascii_digit).count() == 4
}

/// `9:00`, `20.42`, `9h05`, and `14:30:05`.
fn has_clock(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..bytes.len().saturating_sub(2)).any(|at| {
        matches!(bytes[at], b':' | b'.' | b'h')
            && bytes[at - 1].is_ascii_digit()
            && bytes[at + 1].is_ascii_digit()
            && bytes[at + 2].is_ascii_digit()
            && !bytes.get(at + 3).is_some_and(u8::is_ascii_digit)
            && (at < 3 || !bytes[at - 3].is_ascii_digit())
    })
}

/// A year of this century or the last, or three numbers joined by one sign.
fn has_date(text: &str) -> bool {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let year = runs.iter().any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
    year || text.split_whitespace().any(|word| {
        ['/', '-', '.'].iter().any(|sign| {
            let parts: Vec<&str> = word.trim_matches(|c: char| !c.is_ascii_digit()).split(*sign).collect();
            parts.len() == 3
                && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        })
    })
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(before) = text.strip_suffix(word) else { return false };
    !word.starts_with(|c: char| c.is_alphanumeric() && (c as u32) < 0x2e80) || !before.ends_with(char::is_alphanumeric)
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphanumeric) && !text[at + word.len()..].starts_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::text::line::of_plain;

    #[test]
    fn the_lines_of_mail_programs_are_known_in_many_languages() {
        for text in [
            "On Mon, Nov 2, 2026 at 9:00 AM Consult <c@x.test> wrote:",
            "Le lun. 2 nov. 2026 à 09:00, Consult <c@x.test> a écrit :",
            "Am Mo., 2. Nov. 2026 um 09:00 Uhr schrieb Consult <c@x.test>:",
            "El lun, 2 nov 2026 a las 9:00, Consult (<c@x.test>) escribió:",
            "Il giorno lun 2 nov 2026 alle ore 09:00 Consult <c@x.test> ha scritto:",
            "Em seg., 2 de nov. de 2026 às 09:00, Consult <c@x.test> escreveu:",
            "Op ma 2 nov. 2026 om 09:00 schreef Consult <c@x.test>:",
            "Den mån 2 nov. 2026 kl 09:00 skrev Consult <c@x.test>:",
            "pon., 2 lis 2026 o 09:00 Consult <c@x.test> napisał(a):",
            "ma 2. marrask. 2026 klo 9.00 Consult (c@x.test) kirjoitti:",
            "po 2. 11. 2026 v 9:00 odesílatel Consult <c@x.test> napsal:",
            "пн, 2 нояб. 2026 г. в 09:00, Consult <c@x.test>:",
            "Consult <c@x.test> 于2026年11月2日周一 09:00写道：",
            "2026年11月2日(月) 9:00 Consult <c@x.test>:",
            "2 Kas 2026 Pzt 09:00 tarihinde Consult <c@x.test> şunu yazdı:",
            "---- On Mon, 02 Nov 2026 09:00:00 +0000 Consult <c@x.test> wrote ----",
        ] {
            assert_eq!(judge(text), Some(Sure::Alone), "{text}");
        }
    }

    #[test]
    fn a_sentence_of_the_sender_is_no_attribution() {
        for text in [
            "The surgeon wrote: excised 2 cm lesion",
            "As Dr. Lee wrote:",
            "My email is ann@x.test and I asked on 10/3/2026:",
            "Patient seen on 10/3 at 9:00, see what he wrote",
        ] {
            assert_eq!(judge(text), None, "{text}");
        }
        assert_eq!(judge("On 10/3/2026 the surgeon wrote:"), Some(Sure::WithQuote));
    }

    #[test]
    fn an_attribution_over_several_lines_is_joined() {
        let lines = of_plain("On Mon, Nov 2, 2026 at 9:00 AM, Consult <\nc@x.test> wrote:\n> x");
        assert_eq!(at(&lines, 0), Some((Sure::Alone, 2)));
        let lines = of_plain("Is it valid?\nOn Monday\nwe met.");
        assert_eq!(at(&lines, 0), None);
    }
}
