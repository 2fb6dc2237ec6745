//! Bars by day, drawn here: a picture that prints, that is readable in the dark, and that says in words what it shows.

use jiff::civil::Date;

/// The size of the picture.
const WIDTH: i64 = 700;
const HEIGHT: i64 = 170;
/// The room for numbers at the left, and for days below.
const LEFT: i64 = 42;
const FOOT: i64 = 22;
const HEAD: i64 = 14;

/// A kind of thing that is counted.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    /// In words.
    pub words: &'static str,
    /// The class of its bars.
    pub class: &'static str,
}

/// Bars by day, each of pieces on top of each other.
#[derive(Debug, Clone)]
pub struct Bars {
    /// What it shows, in one sentence.
    pub words: String,
    /// The pieces, from below.
    pub series: Vec<Series>,
    /// Each day with the numbers of its pieces, in their order.
    pub days: Vec<(Date, Vec<i64>)>,
}

impl Bars {
    /// The picture. Its text is ours and numbers: nothing in it needs escaping.
    pub fn svg(&self) -> String {
        let total = |numbers: &[i64]| numbers.iter().sum::<i64>();
        let top = nice(self.days.iter().map(|(_, numbers)| total(numbers)).max().unwrap_or(0));
        let (room, days) = (HEIGHT - FOOT - HEAD, i64::try_from(self.days.len()).unwrap_or(1).max(1));
        let mut svg = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            self.words.replace(['"', '<', '&'], " ")
        );
        for (value, y) in [(top, HEAD), (top / 2, HEAD + room / 2), (0, HEAD + room)] {
            svg.push_str(&format!(
                "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{value}</text>",
                LEFT - 6,
                y + 4
            ));
        }
        for (n, (_, numbers)) in self.days.iter().enumerate() {
            let n = i64::try_from(n).unwrap_or(0);
            let (from, to) = (left_of(n, days), left_of(n + 1, days));
            let width = (to - from - if days > 45 { 1 } else { 3 }).max(1);
            let mut y = HEAD + room;
            for (series, number) in self.series.iter().zip(numbers) {
                let height = if *number > 0 { (number * room / top).max(1) } else { continue };
                y -= height;
                svg.push_str(&format!(
                    "<rect class=\"{}\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
                    series.class
                ));
            }
        }
        let marks = [(0, "start"), (days / 2, "middle"), (days - 1, "end")];
        for (n, anchor) in marks.into_iter().take(usize::try_from(days).unwrap_or(3).min(3)) {
            let Some((day, _)) = usize::try_from(n).ok().and_then(|n| self.days.get(n)) else { continue };
            let x = match anchor {
                "start" => LEFT,
                "end" => WIDTH,
                _ => left_of(n, days),
            };
            svg.push_str(&format!("<text x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{day}</text>", HEIGHT - 6));
        }
        svg.push_str("</svg>");
        svg
    }
}

/// Where the bar of a day begins.
fn left_of(n: i64, days: i64) -> i64 {
    LEFT + n * (WIDTH - LEFT) / days
}

/// The next round number above: 1, 2, 4, 10, 20, 40 …
fn nice(top: i64) -> i64 {
    let mut round = 2;
    while round < top {
        round = match round.to_string().as_bytes().first() {
            Some(b'2') => round * 2,
            Some(b'4') => round / 4 * 10,
            _ => round * 2,
        };
    }
    round
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn bars(numbers: &[i64]) -> Bars {
        let days = numbers.iter().enumerate().map(|(n, number)| {
            (date(2026, 1, 1).saturating_add(jiff::Span::new().days(i64::try_from(n).unwrap())), vec![*number, 1])
        });
        let series = ["bar-of", "bar-read"].map(|class| Series { words: class, class }).to_vec();
        Bars { words: "Cases by day".to_owned(), series, days: days.collect() }
    }

    #[test]
    fn a_picture_says_in_words_what_it_shows_and_stays_in_its_frame() {
        let svg = bars(&[0, 3, 700, 12]).svg();
        assert!(svg.contains("role=\"img\" aria-label=\"Cases by day\""));
        assert_eq!(svg.matches("<rect").count(), 7, "nothing is drawn of nothing: {svg}");
        for part in svg.split("y=\"").skip(1) {
            let y: i64 = part.split('"').next().unwrap().parse().unwrap();
            assert!((0..=HEIGHT).contains(&y), "{svg}");
        }
        assert!(bars(&[]).svg().ends_with("</svg>"));
        assert_eq!(bars(&[1]).svg().matches("<text").count(), 4, "one day is named once");
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        assert_eq!([0, 2, 3, 5, 11, 30, 99, 101, 900].map(nice), [2, 2, 4, 10, 20, 40, 100, 200, 1000]);
    }
}
