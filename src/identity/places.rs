//! Where people live: streets, post boxes, towns, ZIP codes. A state stays: it is no identifier.
//!
//! Where a service was done is a fact of coding, since fees follow the place: a ZIP code or town stays where the sentence
//! speaks of fees or of a practice, and names no home.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::codes::{head, is_code, tail};
use super::span::Span;
use super::words::{self, among};
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

const STATE: &str = "(?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|GU|VI)";
const STATE_NAME: &str = "(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)";

const SUFFIX: &str = "(?i:street|avenue|road|boulevard|blvd|lane|drive|parkway|pkwy|highway|hwy|terrace|circle|court|trail|square|turnpike)|St|ST|st|Ave|AVE|ave|Rd|RD|rd|Ln|LN|ln|Dr|DR|dr|Ct|ct|Cir|CIR|Place|Pl|Way|WAY|way|Ter|Trl|Sq|Loop|Pike|Alley|Crossing|Run|Ridge|Plaza|Point";

static STREET: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(
        r"(?x)\b(?P<number>\d{{1,6}}(?:[A-Za-z]|-\d{{1,4}}|\ 1/2)?),?\s{{1,2}}(?:(?:[NSEW]{{1,2}}|North|South|East|West|NORTH|SOUTH|EAST|WEST)\.?\s{{1,2}})?
        (?P<middle>(?:(?:[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’.-]{{0,30}}|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\s{{1,2}}){{1,4}}?)
        (?:(?:{SUFFIX})\s)?(?P<suffix>{SUFFIX})\b\.?"
    ))
});
pattern!(
    UNIT,
    r"(?i)^,?\s{0,2}(?:(?:apt|apartment|suite|ste|unit|rm|room|floor|fl|bldg|building|lot|trlr)\b\.?|\#)\s?\#?\s?[\w-]{1,8}\b"
);
pattern!(LOOSE_UNIT, r"(?i)\b(?:apt|apartment|suite|ste)\b\.?\s?\#?\s?\d[\w-]{0,7}\b");
pattern!(
    HIGHWAY,
    r"(?i)\b(?:\d{1,6}\s+)?(?:county road|county rd|state route|state road|us highway|us hwy|rural route|rr|highway|hwy|route|fm|cr)\s?\#?\d{1,5}(?:,?\s+box\s+\d{1,6})?\b"
);
pattern!(POST_BOX, r"(?i)\bp\.?\s?o\.?\s{0,2}box\s{1,2}\#?\w{0,3}\d{1,7}\b|\bbox\s\d{2,6}\b");
static TOWN: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(
        r"(?x)(?P<town>\b[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ɏ'’.-]{{1,24}}(?:\ (?:of\ |de\ |del\ |la\ )?[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ɏ'’.-]{{1,24}}){{0,2}}),?\s{{1,3}}
        (?:(?P<state>{STATE}|{STATE_NAME}))\b\.?(?:,?\s{{1,3}}(?P<zip>\d{{5}}(?:-\d{{4}})?)\b)?"
    ))
});
static STATE_ZIP: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(r"\b(?:{STATE}|{STATE_NAME}),?\s{{1,3}}(\d{{5}}(?:-\d{{4}})?)\b"))
});
// Behind a street only: in small letters a state is a word (`in 99213`).
static LOWER_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(
        r"(?i)^\s{{0,2}},?\s{{0,3}}([A-Za-zÀ-ɏ][A-Za-zÀ-ɏ '’.-]{{1,30}}),\s{{0,3}}(?:{STATE}|{STATE_NAME})\.?,?\s{{1,3}}(\d{{5}}(?:-\d{{4}})?)\b"
    ))
});
pattern!(
    ZIP,
    r"(?i)\b(?:zip|postal)(?:\s?-?\s?codes?)?\s{0,2}(?:\+\s?4)?\s{0,2}(?:is|was|of|:|=|\#)?\s{0,2}(\d{5}(?:-\d{4})?)\b"
);
pattern!(PLUS_FOUR, r"\b(\d{5})-(\d{4})\b");
pattern!(
    RESIDES,
    r"(?i)\b(?:lives?|living|lived|resid\w+|home\s?(?:address|town)?|address(?:ed)?|addr|moved|mail(?:ing)?\s(?:address|to)|hails?|native|born|grew\sup|staying|house|apartment|neighbor\w*)\b"
);
pattern!(
    AT_HOME,
    r"(?i)\b(?:lives?|living|lived|resid(?:es?|ing|ent)|moved|hails?|native)\s(?:in|at|of|to|from|near)\s(?:the\s(?:city|town|village)\sof\s)?([A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’.-]{1,24}(?:\s(?:[A-ZÀ-ÖØ-Þ]|(?-i:[a-z]))[A-Za-zÀ-ɏ'’.-]{1,24}){0,2})"
);
// What somebody gives as their address, whatever it looks like, to the next comma.
pattern!(
    GIVEN_AS,
    r"(?i)\b(?:(?:lives?|living|resid(?:es|ing))\s(?:at|on)|(?:home|mailing|billing|street|new|my|his|her|their)\saddress(?:\sis|:|\sto)|\baddress(?:\sis|:))\s{1,2}([^\s,;?!\n][^,;?!\n]{2,50})"
);
pattern!(
    OF_SERVICE,
    r"(?i)\b(?:fees?|pays?|paid|payment|allow\w*|rates?|amount|price|localit\w+|macs?|carrier|contractor|gpcis?|schedule|practices?|office|clinic|facility|hospital|located|rendered|performed|reimburs\w*|limiting|medicare|pos|providers?|asc|where|group|we|our)\b"
);

/// Finds all of them.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let first = spans.len();
    for found in STREET.captures_iter(text) {
        if let Some(range) = street(text, &found) {
            spans.push(Span::new(range, Identifier::Address, "[ADDRESS]"));
        }
    }
    for found in HIGHWAY.find_iter(text).filter(|found| is_highway(text, found)) {
        spans.push(Span::new(found.range(), Identifier::Address, "[ADDRESS]"));
    }
    for found in POST_BOX.find_iter(text) {
        if found.as_str().to_ascii_lowercase().starts_with('p') || is_home(text, found.start()) {
            spans.push(Span::new(found.range(), Identifier::Address, "[ADDRESS]"));
        }
    }
    for found in LOOSE_UNIT.find_iter(text) {
        spans.push(Span::new(found.range(), Identifier::Address, "[ADDRESS]"));
    }
    for found in GIVEN_AS.captures_iter(text).filter_map(|found| found.get(1)) {
        let end = [". ", " and ", " for ", " with ", " but ", " (", " who "]
            .iter()
            .filter_map(|end| found.as_str().find(end))
            .min();
        let given = found.as_str()[..end.unwrap_or(found.len())].trim_end_matches('.').trim_end();
        let words = given.split_whitespace().count();
        let figure = given.split_whitespace().any(|word| word.bytes().any(|b| b.is_ascii_digit()) && !is_code(word));
        let name =
            given.split_whitespace().any(|word| !words::class(word).plain() && word.starts_with(char::is_alphabetic));
        if figure && name && words >= 2 {
            spans.push(Span::new(found.start()..found.start() + given.len(), Identifier::Address, "[ADDRESS]"));
        }
    }
    let streets: Vec<usize> = spans[first..].iter().map(|span| span.range.end).collect();
    towns(text, &streets, spans);
    zips(text, &streets, spans);
}

/// Where people live that is no town.
const CARE: &str = "assisted|nursing|skilled|home|medicare|hospice|long|the|a|an|memory|group|residential|senior|independent|part|medicaid";

/// Ends of streets that are words of medicine or of any sentence too.
const AMBIGUOUS: &str =
    "dr|ct|pl|way|run|ridge|point|sq|ter|loop|st|place|court|square|trail|circle|crossing|plaza|ln|cir|pike|alley";

/// A street, unless the number is a code and the words speak of medicine: `99213 Established Patient Dr`.
fn street(text: &str, found: &regex::Captures) -> Option<Range<usize>> {
    let whole = found.get(0)?;
    let (number, middle, suffix) =
        (found.name("number")?, found.name("middle")?.as_str(), found.name("suffix")?.as_str());
    let cased =
        middle.split_whitespace().all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
    let plain = middle.split_whitespace().filter(|word| words::class(word.trim_matches('.')).plain()).count();
    let all = middle.split_whitespace().count();
    let behind = head(text, whole.end(), 60);
    let goes_on = UNIT.is_match(behind) || is_followed_by_town(behind);
    let home = goes_on || RESIDES.is_match(tail(text, whole.start(), 40));
    let glued = text[..whole.start()].ends_with(['-', '.', '/', '$', '#']);
    let lower = !cased || suffix.starts_with(|c: char| c.is_lowercase());
    let short = among(AMBIGUOUS, suffix);
    let holds = if glued {
        false
    } else if home {
        plain < all || all == 1 || goes_on
    } else if lower || (is_code(number.as_str()) && number.len() == 5) {
        plain == 0 && !short
    } else {
        plain < all || (all == 1 && !short)
    };
    holds.then(|| {
        let unit = UNIT.find(behind).map_or(0, |unit| unit.end());
        whole.start()..whole.end() + unit
    })
}

fn is_followed_by_town(behind: &str) -> bool {
    TOWN.find(behind).is_some_and(|town| behind[..town.start()].chars().all(|c| " ,.\n\r".contains(c)))
        || STATE_ZIP.find(behind).is_some_and(|zip| zip.start() < 30)
        || LOWER_TOWN.is_match(behind)
}

/// A numbered road with a house number or a box, or where somebody lives: `route 2` is a way to give a drug.
fn is_highway(text: &str, found: &regex::Match) -> bool {
    found.as_str().starts_with(|c: char| c.is_ascii_digit()) && !is_code(found.as_str().split(' ').next().unwrap_or(""))
        || found.as_str().to_ascii_lowercase().contains("box")
        || is_home(text, found.start())
}

fn is_home(text: &str, at: usize) -> bool {
    RESIDES.is_match(tail(text, at, 60))
}

/// The sentence around a place in the text, bounded.
fn around(text: &str, range: &Range<usize>) -> String {
    let before = tail(text, range.start, 160);
    let before = before.rsplit(['\n', '?', '!', ';']).next().unwrap_or(before);
    let behind = head(text, range.end, 120);
    let behind = behind.split(['\n', '?', '!', ';']).next().unwrap_or(behind);
    format!("{before} {behind}")
}

/// True where a place is that of the service: fees or a practice are spoken of, and no home and no street.
fn is_of_service(text: &str, range: &Range<usize>, streets: &[usize]) -> bool {
    let sentence = around(text, range);
    let behind_street = streets.iter().any(|end| *end <= range.start && range.start - end < 60);
    !behind_street && !RESIDES.is_match(&sentence) && OF_SERVICE.is_match(&sentence)
}

fn towns(text: &str, streets: &[usize], spans: &mut Vec<Span>) {
    for found in TOWN.captures_iter(text) {
        let (Some(town), zip) = (found.name("town"), found.name("zip")) else { continue };
        // A code behind a payer and a state is a code: `Medicare, TX 45385`.
        let named = town.as_str().split(' ').any(|word| !words::class(word).plain());
        let behind_street = streets.iter().any(|end| *end <= town.start() && town.start() - end < 12);
        let home = behind_street || is_home(text, town.start());
        let kept = is_of_service(text, &town.range(), streets);
        if (named || behind_street) && (home || (zip.is_some() && !kept)) {
            spans.push(Span::new(town.range(), Identifier::Address, "[CITY]"));
            if let Some(zip) = zip {
                spans.push(Span::new(zip.range(), Identifier::Address, "[ZIP]"));
            }
        }
    }
    for found in AT_HOME.captures_iter(text).filter_map(|found| found.get(1)) {
        // As far as the words are none of any sentence.
        let mut end = found.start();
        for word in found.as_str().split_inclusive([' ', '.']) {
            let bare = word.trim_matches([' ', '.', ',']);
            let capital =
                bare.starts_with(char::is_uppercase) && bare.contains(char::is_lowercase) && !among(CARE, bare);
            let part =
                among("st|san|santa|los|las|new|fort|lake|mount|mt|el|la|saint|port|north|south|east|west", bare);
            if words::class(bare).plain() && !capital && !part {
                break;
            }
            end += word.len();
        }
        let town = text[found.start()..end].trim_end();
        let named =
            |word: &str| word.len() > 2 && (!words::class(word).plain() || word.starts_with(char::is_uppercase));
        if town.split([' ', '.']).any(named) {
            spans.push(Span::new(found.start()..found.start() + town.len(), Identifier::Address, "[CITY]"));
        }
    }
}

fn zips(text: &str, streets: &[usize], spans: &mut Vec<Span>) {
    for found in ZIP.captures_iter(text).filter_map(|found| found.get(1)) {
        if !is_of_service(text, &found.range(), streets) && !is_of_a_code(text, &found.range()) {
            spans.push(Span::new(found.range(), Identifier::Address, "[ZIP]"));
        }
    }
    for found in STATE_ZIP.captures_iter(text).filter_map(|found| found.get(1)) {
        let behind_street = streets.iter().any(|end| *end <= found.start() && found.start() - end < 60);
        if is_behind_town(text, found.start()) && (behind_street || is_home(text, found.start())) {
            spans.push(Span::new(found.range(), Identifier::Address, "[ZIP]"));
        }
    }
    // `99281-9285` is a range of codes in short.
    for found in PLUS_FOUR.captures_iter(text) {
        let (Some(whole), Some(five), Some(four)) = (found.get(0), found.get(1), found.get(2)) else { continue };
        let range = five.as_str()[1..2] == four.as_str()[..1] && five.as_str()[1..] < *four.as_str();
        let glued = text[..whole.start()].ends_with(['-', '$', '.']) || text[whole.end()..].starts_with('-');
        if !range && !glued && !is_of_service(text, &whole.range(), streets) {
            spans.push(Span::new(whole.range(), Identifier::Address, "[ZIP]"));
        }
    }
    for end in streets {
        let behind = head(text, *end, 90);
        if let Some(found) = LOWER_TOWN.captures(behind) {
            for (part, mask) in [(found.get(1), "[CITY]"), (found.get(2), "[ZIP]")] {
                spans.extend(
                    part.map(|part| Span::new(end + part.start()..end + part.end(), Identifier::Address, mask)),
                );
            }
        }
    }
    bare(text, streets, spans);
}

/// True where a code is asked about at a place and nobody is spoken of: `99213 zip 60601`.
fn is_of_a_code(text: &str, range: &Range<usize>) -> bool {
    pattern!(
        PERSONAL,
        r"(?i)\b(?:patients?|pts?|members?|his|her|hers|their|he|she|dob|mrn|ssn|names?|phone|mr|mrs|ms)\b"
    );
    let sentence = around(text, range);
    let code = sentence.split([' ', ',', '?', ';', '(', ')']).any(|word| word.len() == 5 && is_code(word));
    code && !PERSONAL.is_match(&sentence) && !RESIDES.is_match(&sentence)
}

/// True where a comma or a name stands in front of the state: `OR 45380` is a choice.
fn is_behind_town(text: &str, zip: usize) -> bool {
    let before = tail(text, zip, 40).trim_end_matches([' ', ',']);
    let (town, state) = before.rsplit_once([' ', ',']).unwrap_or(("", before));
    let comma = before[..before.len() - state.len()].trim_end().ends_with(',');
    let word = town.rsplit([' ', ',']).next().unwrap_or("");
    comma || !(among("or|in|me|ok|hi|pa|ma|co|id|al", state) || words::class(word).plain() || word.is_empty())
}

/// Five figures that end a line or a sentence behind a street.
fn bare(text: &str, streets: &[usize], spans: &mut Vec<Span>) {
    pattern!(FIVE, r"^[\s,.]{0,4}(?:[A-Za-zÀ-ɏ.'-]{1,24}[\s,]{1,3}){0,4}(\d{5})(?:-\d{4})?\s*(?:$|[\n,.;)])");
    for end in streets {
        let behind = head(text, *end, 90);
        if let Some(five) = FIVE.captures(behind).and_then(|found| found.get(1)) {
            spans.push(Span::new(end + five.start()..end + five.end(), Identifier::Address, "[ZIP]"));
        }
    }
}
