//! What is known of a word: whether people are called so, and whether it is an ordinary word of a question.
//!
//! The lists are searched where they lie: nothing is built at the start of the program.

const GIVEN: &str = include_str!("words/given.txt");
const SURNAMES: &str = include_str!("words/surnames.txt");
const WORDS: &str = include_str!("words/words.txt");

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Class {
    /// A given name.
    pub given: bool,
    /// A surname.
    pub surname: bool,
    /// An ordinary word.
    pub word: bool,
}

impl Class {
    /// True for a name, whatever else it is.
    pub fn listed(self) -> bool {
        self.given || self.surname
    }

    /// True for a name that is no ordinary word.
    pub fn sure(self) -> bool {
        self.listed() && !self.word
    }

    /// True for an ordinary word that is no name.
    pub fn plain(self) -> bool {
        self.word && !self.listed()
    }
}

/// True for a word of a list whose words are parted by bars, whatever its case.
pub(super) fn among(list: &str, word: &str) -> bool {
    list.split('|').any(|one| one.eq_ignore_ascii_case(word))
}

/// The longest word of the lists, with room for an accent or two.
const LONGEST: usize = 32;

/// Looks a word up, its parts at hyphens too: `Smith-Jones` is a name as each of its halves is one, and `Post-op` is a
/// word as its halves are.
pub(super) fn class(word: &str) -> Class {
    let whole = class_of_part(word);
    if whole != Class::default() || !word.contains('-') {
        return whole;
    }
    // A letter in front makes a word of it: `x-ray`, `t-score`.
    let letter = Class { word: true, ..Class::default() };
    let part = |part: &str| if part.chars().count() == 1 { letter } else { class_of_part(part) };
    let mut parts = word.split('-').filter(|part| !part.is_empty()).map(part);
    let Some(first) = parts.next() else { return whole };
    parts.fold(first, |all, part| {
        // One half that is no name makes the whole none: `Post-op`.
        let name = !(all.plain() || part.plain());
        Class {
            given: name && (all.given || part.given),
            surname: name && (all.surname || part.surname),
            word: !name || all.word && part.word,
        }
    })
}

fn class_of_part(word: &str) -> Class {
    let mut buffer = [0_u8; LONGEST];
    let Some(folded) = fold(word, &mut buffer) else { return Class::default() };
    Class { given: holds(GIVEN, folded), surname: holds(SURNAMES, folded), word: holds(WORDS, folded) }
}

/// Lower case, without accents and apostrophes; `None` for a word too long to be listed or of another script.
fn fold<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut n = 0;
    for c in word.chars() {
        let plain = match c {
            'a'..='z' => c as u8,
            'A'..='Z' => c.to_ascii_lowercase() as u8,
            '\'' | '’' | '.' => continue,
            'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' => b'a',
            'è'..='ë' | 'È'..='Ë' | 'ē' | 'ę' | 'ě' => b'e',
            'ì'..='ï' | 'Ì'..='Ï' | 'ī' => b'i',
            'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' | 'ō' | 'ő' => b'o',
            'ù'..='ü' | 'Ù'..='Ü' | 'ū' | 'ů' | 'ű' => b'u',
            'ç' | 'Ç' | 'ć' | 'č' | 'Ć' | 'Č' => b'c',
            'ñ' | 'Ñ' | 'ń' | 'ň' => b'n',
            'š' | 'Š' | 'ś' | 'Ś' | 'ș' | 'ş' => b's',
            'ž' | 'Ž' | 'ż' | 'Ż' | 'ź' => b'z',
            'ý' | 'ÿ' => b'y',
            'ł' | 'Ł' => b'l',
            'ř' | 'Ř' => b'r',
            'ğ' => b'g',
            'đ' | 'Đ' => b'd',
            'ț' | 'ţ' | 'ť' => b't',
            _ => return None,
        };
        *buffer.get_mut(n)? = plain;
        n += 1;
    }
    Some(&buffer[..n])
}

/// True where the list has the word as a line.
fn holds(list: &str, word: &[u8]) -> bool {
    let bytes = list.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
        match bytes[start.max(low).min(end)..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_list_is_found_and_no_other() {
        for list in [GIVEN, SURNAMES, WORDS] {
            assert!(list.lines().is_sorted(), "sorted");
            assert!(list.lines().all(|word| holds(list, word.as_bytes())));
            assert!(!holds(list, b"") && !holds(list, b"qqqq") && !holds(list, b"zzzzzz") && !holds(list, b"a\nb"));
        }
    }

    #[test]
    fn names_words_and_what_is_both_are_told_apart() {
        assert!(class("Jennifer").sure() && class("GARCÍA").sure() && class("O'Brien").sure());
        assert!(class("Young").listed() && class("Young").word);
        assert!(class("polyp").plain() && class("Medicare").plain());
        assert!(class("Smith-Jones").sure() && class("Post-op").plain());
        assert_eq!(class("Πλατεία"), Class::default());
    }
}
