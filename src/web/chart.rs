//! Charts as inline SVG, drawn here: bars with their labels, and the same numbers as a table behind them. Colours come from
//! the style, so that they read on paper and in the dark.

/// Bars by day, each of several kinds on top of each other.
pub mod stacked;

/// A chart, for `pages/chart.html`, which expects it under the name `chart`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, in one sentence that says the numbers that matter: for whoever does not see it.
    pub said: String,
    /// What the labels are, such as `Month`: a head of the table.
    pub of: &'static str,
    /// What is counted, such as `Answers`: the other head.
    pub counted: &'static str,
    /// The bars.
    pub bars: Vec<Bar>,
    /// Width and height of the picture, in its own units.
    pub size: (u32, u32),
    /// Where the bars stand.
    pub ground: u32,
}

/// One bar, with where it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its label.
    pub label: String,
    /// Its number.
    pub value: u64,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height; 0 for nothing.
    pub height: u32,
    /// The middle, where the words stand.
    pub middle: u32,
    /// Where the number stands.
    pub number: u32,
}

const WIDTH: u32 = 720;
const HEIGHT: u32 = 190;
/// Room above the highest bar for its number, and below the bars for their labels.
const ABOVE: u32 = 20;
const BELOW: u32 = 24;
/// The widest bar: few of them do not fill the picture.
const WIDEST: u32 = 60;

/// Bars of these numbers, in their order.
pub fn bars(said: String, of: &'static str, counted: &'static str, numbers: &[(String, u64)]) -> Chart {
    let highest = numbers.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX).max(1);
    let (ground, slot) = (HEIGHT - BELOW, WIDTH / count);
    let width = (slot * 7 / 10).clamp(1, WIDEST);
    let one = |(at, (label, value)): (u32, &(String, u64))| {
        let full = u128::from(ground - ABOVE);
        let height = u32::try_from(full * u128::from(*value) / u128::from(highest)).unwrap_or(0);
        // What is more than nothing is seen.
        let height = if *value > 0 { height.max(1) } else { 0 };
        let middle = at * slot + slot / 2;
        let y = ground - height;
        let x = middle.saturating_sub(width / 2);
        Bar { label: label.clone(), value: *value, x, y, width, height, middle, number: y - 5 }
    };
    Chart { said, of, counted, bars: (0..).zip(numbers).map(one).collect(), size: (WIDTH, HEIGHT), ground }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(numbers: &[u64]) -> Vec<(u32, u32)> {
        let numbers: Vec<_> = numbers.iter().map(|n| (String::new(), *n)).collect();
        bars(String::new(), "Month", "Answers", &numbers).bars.iter().map(|bar| (bar.y, bar.height)).collect()
    }

    #[test]
    fn the_highest_bar_fills_the_picture_and_the_others_are_in_proportion() {
        assert_eq!(drawn(&[50, 100, 0]), [(93, 73), (20, 146), (166, 0)]);
    }

    #[test]
    fn what_is_more_than_nothing_is_seen_beside_any_number() {
        assert_eq!(drawn(&[1, u64::MAX])[0], (165, 1));
        assert_eq!(drawn(&[0, 0]), [(166, 0), (166, 0)]);
        assert!(drawn(&[]).is_empty());
    }

    #[test]
    fn every_bar_stays_inside_the_picture() {
        for count in [1, 12, 100, 700] {
            let numbers: Vec<_> = (0..count).map(|n| (n.to_string(), n)).collect();
            let chart = bars(String::new(), "Day", "Mails", &numbers);
            assert!(chart.bars.iter().all(|bar| bar.x + bar.width <= WIDTH && bar.number > 0), "{count}");
        }
    }
}
