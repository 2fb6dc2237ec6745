//! Follows the labels of an outline, such as `A.`, `1.`, `a.`, `1)`, `(a)`: a label counts only where it is the next
//! of its kind, so that a number that happens to begin a line is no heading.

/// What a label counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// A, B, C; after Z follow AA, BB.
    Upper,
    /// a, b, c; after z follow aa, bb.
    Lower,
    /// 1, 2, 3.
    Digits,
    /// I, II, III.
    UpperRoman,
    /// i, ii, iii.
    LowerRoman,
    /// aa, bb, cc.
    Double,
}

/// A level of an outline: what it counts with, and what stands before and behind the count.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// What it counts with.
    pub count: Count,
    /// What stands before: `(` or nothing.
    pub before: &'static str,
    /// What stands behind: `.` or `)`.
    pub behind: &'static str,
}

/// Where in an outline a text stands.
#[derive(Debug, Clone)]
pub struct Outline {
    levels: &'static [Level],
    /// The place on each level, from 1; 0 where a level is skipped.
    path: Vec<usize>,
}

/// A label that continues an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// Its level, from 0.
    pub level: usize,
    /// Its place on that level, from 1.
    pub place: usize,
    /// The text behind it.
    pub rest: &'a str,
}

impl Outline {
    /// The beginning of an outline.
    pub fn new(levels: &'static [Level]) -> Self {
        Self { levels, path: Vec::new() }
    }

    /// True for an outline without levels, which nothing continues.
    pub fn is_closed(&self) -> bool {
        self.levels.is_empty()
    }

    /// The labels that lead to the present place, without their marks: `["C", "4", "a"]`.
    pub fn labels(&self) -> Vec<String> {
        let named = self.path.iter().zip(self.levels).filter(|(place, _)| **place > 0);
        named.map(|(place, level)| write(level.count, *place)).collect()
    }

    /// The labels with their marks: `["(a)", "(1)"]`.
    pub fn marks(&self) -> Vec<String> {
        let named = self.path.iter().zip(self.levels).filter(|(place, _)| **place > 0);
        named.map(|(place, level)| format!("{}{}{}", level.before, write(level.count, *place), level.behind)).collect()
    }

    /// The steps that a text may be, the likeliest first: the next on its own level, the next on a level above, the
    /// first on a level below.
    pub fn steps<'a>(&self, text: &'a str) -> Vec<Step<'a>> {
        let depth = self.path.len();
        let above = (0..depth).rev().map(|level| (level, self.path[level] + 1));
        let below = (depth..self.levels.len()).map(|level| (level, 1));
        let known = above.filter(|(_, place)| *place > 1).chain(below);
        let mut steps = Vec::new();
        for (level, place) in known {
            let Level { count, before, behind } = self.levels[level];
            let rest = text.strip_prefix(before).and_then(|rest| rest.strip_prefix(write(count, place).as_str()));
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(behind)) {
                steps.push(Step { level, place, rest: rest.trim_start() });
            }
        }
        steps
    }

    /// Goes to a step.
    pub fn go(&mut self, step: &Step<'_>) {
        self.path.truncate(step.level);
        self.path.resize(step.level, 0);
        self.path.push(step.place);
    }

    /// The label that would follow a step on its level, with its marks.
    pub fn after(&self, step: &Step<'_>) -> String {
        let Level { count, before, behind } = self.levels[step.level];
        format!("{before}{}{behind}", write(count, step.place + 1))
    }

    /// The step that a text is. Where it could be two (`(i)` behind `(h)`), the label that comes next in the texts
    /// that follow decides.
    pub fn choose<'a, 'b>(&self, text: &'a str, following: impl Iterator<Item = &'b str>) -> Option<Step<'a>> {
        let mut steps = self.steps(text);
        if steps.len() > 1 {
            let marks: Vec<String> = steps.iter().map(|step| self.after(step)).collect();
            let at = following.take(400).find_map(|text| marks.iter().position(|mark| text.starts_with(mark.as_str())));
            if let Some(at) = at {
                return Some(steps.swap_remove(at));
            }
        }
        steps.into_iter().next()
    }
}

/// A place, written in a way of counting.
fn write(count: Count, place: usize) -> String {
    let letter = |first: u8, times: usize| {
        let letter = char::from(first + ((place.saturating_sub(1)) % 26) as u8);
        letter.to_string().repeat(times)
    };
    let round = place.saturating_sub(1) / 26;
    match count {
        Count::Upper => letter(b'A', round + 1),
        Count::Lower => letter(b'a', round + 1),
        Count::Double => letter(b'a', round + 2),
        Count::Digits => place.to_string(),
        Count::UpperRoman => roman(place),
        Count::LowerRoman => roman(place).to_ascii_lowercase(),
    }
}

fn roman(mut place: usize) -> String {
    let mut text = String::new();
    for (value, sign) in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
        while place >= value && text.len() < 12 {
            text.push_str(sign);
            place -= value;
        }
    }
    text
}

/// The value of a Roman number in capitals up to 39; `None` for anything else.
pub fn roman_value(text: &str) -> Option<usize> {
    (1..40).find(|place| roman(*place) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: &[Level] = &[
        Level { count: Count::Upper, before: "", behind: "." },
        Level { count: Count::Digits, before: "", behind: "." },
        Level { count: Count::Lower, before: "(", behind: ")" },
        Level { count: Count::LowerRoman, before: "(", behind: ")" },
    ];

    fn places(texts: &[&str]) -> Vec<String> {
        let mut outline = Outline::new(LEVELS);
        let mut places = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            if let Some(step) = outline.choose(text, texts[at + 1..].iter().copied()) {
                outline.go(&step);
                places.push(outline.labels().join("."));
            }
        }
        places
    }

    #[test]
    fn only_the_next_label_continues_an_outline() {
        assert_eq!(places(&["A. x", "1. y", "4. z", "2. y", "C. no", "B. x", "1. y"]), ["A", "A.1", "A.2", "B", "B.1"]);
    }

    #[test]
    fn a_letter_that_is_also_a_roman_number_goes_where_the_next_label_shows() {
        let letters = ["A. x", "(a) x", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)", "(h)", "(i)", "(j)"];
        assert_eq!(places(&letters).last().map(String::as_str), Some("A.j"));
        let romans = ["A. x", "(a) x", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)", "(h)", "(i)", "(ii)", "(i)"];
        assert_eq!(places(&romans)[9..], ["A.h.i", "A.h.ii", "A.i"]);
    }

    #[test]
    fn every_way_of_counting_is_written_as_printed() {
        assert_eq!((write(Count::Lower, 27), write(Count::Double, 2)), ("aa".to_owned(), "bb".to_owned()));
        assert_eq!((write(Count::UpperRoman, 14), roman_value("XIII")), ("XIV".to_owned(), Some(13)));
    }
}
