//! Amounts in whole cents and figures in whole units, so that a sum is exact and rounded once, to the nearest cent
//! (Claims Processing Manual, chapter 12, section 20.1.B).

/// Decimals that [`figure`] keeps.
const PLACES: usize = 4;
/// One, as [`figure`] reads it.
pub const ONE: i64 = 10_000;
/// A hundred million.
const BOUND: i64 = 1_000_000_000_000;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cents(pub i64);

impl Cents {
    /// Dollars as the tables write them: `1339.81`.
    pub fn parse(text: &str) -> Option<Self> {
        figure(text).map(|units| Self((units + 50) / 100))
    }

    /// The part `share` of `whole`, rounded half up to the cent; the amount itself where `whole` is none.
    pub fn share(self, share: i64, whole: i64) -> Self {
        if whole <= 0 {
            return self;
        }
        let (amount, share, whole) = (i128::from(self.0), i128::from(share), i128::from(whole));
        Self(narrow((2 * amount * share + whole).div_euclid(2 * whole)))
    }

    /// The sum of amounts.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Self {
        Self(amounts.into_iter().fold(0, |sum, one| sum.saturating_add(one.0)))
    }

    /// The amount less another, never below zero.
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// `1339.81`, as the tables write it.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl std::fmt::Display for Cents {
    /// `$1,339.81`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = self.plain();
        let (dollars, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
        let mut grouped = String::new();
        for (at, digit) in dollars.chars().enumerate() {
            if at > 0 && (dollars.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "${grouped}.{cents}")
    }
}

/// A decimal figure in ten-thousandths; what is finer is rounded half up. `None` for any other text.
pub fn figure(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let padded = format!("{fraction:0<width$}", width = PLACES + 1);
    let number: i64 = format!("{whole}{}", &padded[..=PLACES]).parse().ok()?;
    Some((number + 5) / 10)
}

/// The sum of values times indices, times a factor in dollars, rounded half up to the cent.
pub fn product(terms: [(i64, i64); 3], factor: i64) -> Cents {
    // No figure of a table comes near the bound; it keeps any text's from overflowing.
    let bounded = |figure: i64| i128::from(figure.clamp(-BOUND, BOUND));
    let units: i128 = terms.iter().map(|(value, index)| bounded(*value) * bounded(*index)).sum();
    let scale: i128 = 10_i128.pow(10);
    Cents(narrow((units * bounded(factor) + scale / 2).div_euclid(scale)))
}

fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn figures_and_amounts_are_read_and_written() {
        assert_eq!((figure("32.3465"), figure("1.3"), figure("2")), (Some(323_465), Some(13_000), Some(20_000)));
        assert_eq!(
            (figure(""), figure("NA"), figure("-1"), figure("1.2.3"), figure(".5")),
            (None, None, None, None, None)
        );
        assert_eq!(Cents::parse("1339.81"), Some(Cents(133_981)));
        assert_eq!((Cents(133_981).to_string(), Cents(5).to_string()), ("$1,339.81".to_owned(), "$0.05".to_owned()));
        assert_eq!(Cents(123_456_789).to_string(), "$1,234,567.89");
    }

    #[test]
    fn the_formula_is_rounded_once() {
        // 13.46 units at 32.3465 dollars are 435.38389.
        let terms = [(45_700, ONE), (83_300, ONE), (5_600, ONE)];
        assert_eq!(product(terms, 323_465), Cents(43_538));
        assert_eq!(Cents(1_001).share(1, 2), Cents(501), "half a cent is rounded up");
        assert_eq!(Cents(1_000).share(16, 100), Cents(160));
    }

    proptest! {
        #[test]
        fn a_share_is_never_more_than_a_cent_off(amount in 0_i64..100_000_000, percent in 0_i64..=150) {
            let share = Cents(amount).share(percent, 100).0;
            prop_assert!((share * 100 - amount * percent).abs() <= 50);
        }

        #[test]
        fn no_text_and_no_figure_panics(text in "\\PC{0,14}", value in any::<i64>(), share in any::<i64>(), whole in any::<i64>()) {
            let _ = (figure(&text), Cents::parse(&text), Cents(value).to_string());
            let _ = (Cents(value).share(share, whole), product([(value, share), (whole, value), (1, 1)], ONE));
        }
    }
}
