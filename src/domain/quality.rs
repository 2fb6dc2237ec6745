//! Figures of quality: how long answers took, and how sure a share is.

/// Each step of the scale of times is so much longer than the one before.
const STEP: f64 = 1.1;
/// 97.5 % of a normal distribution lie below so many deviations: the interval holds 95 %.
const DEVIATIONS: f64 = 1.959_964;

/// The step of a time in seconds: times of one step differ by a tenth at most.
pub fn step_of(seconds: i64) -> i64 {
    let seconds = seconds.clamp(1, i64::from(u32::MAX));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "at most 2^32, and a logarithm of it"
    )]
    let step = ((seconds as f64).ln() / STEP.ln()).floor() as i64;
    step
}

/// The time in the middle of a step, in seconds.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "steps are below 250")]
pub fn seconds_of(step: i64) -> i64 {
    STEP.powf(step.clamp(0, 250) as f64 + 0.5).round() as i64
}

/// The time in seconds within which so many thousandths of all answers left; `steps` are steps with how many answers each
/// has, in their order. None where there is no answer.
pub fn within(steps: &[(i64, i64)], thousandths: i64) -> Option<i64> {
    let all: i64 = steps.iter().map(|(_, n)| n).sum();
    let wanted = (all * thousandths + 999) / 1_000;
    let mut seen = 0;
    for (step, n) in steps {
        seen += n;
        if all > 0 && seen >= wanted.max(1) {
            return Some(seconds_of(*step));
        }
    }
    None
}

/// A share, with the interval in which the true one lies 19 times out of 20 (E. B. Wilson, 1927): it stays within 0 and 1,
/// and is honest about few numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// What was seen.
    pub share: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Share {
    /// So many of all; none of nothing.
    #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    pub fn of(n: i64, all: i64) -> Option<Self> {
        if all <= 0 || n < 0 || n > all {
            return None;
        }
        let (n, all, z) = (n as f64, all as f64, DEVIATIONS);
        let share = n / all;
        let middle = share + z * z / (2.0 * all);
        let half = z * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
        let scale = 1.0 + z * z / all;
        Some(Self { share, low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_lies_in_its_step_within_a_tenth() {
        for seconds in [1, 7, 59, 3_600, 90_000, 1_000_000] {
            let back = seconds_of(step_of(seconds));
            assert!((back - seconds).abs() * 10 <= seconds + 10, "{seconds} became {back}");
        }
        assert_eq!(step_of(0), 0);
        assert_eq!(step_of(-5), 0);
    }

    #[test]
    fn half_of_the_answers_left_within_the_median() {
        let steps: Vec<(i64, i64)> = [(10, 8), (60, 1), (6_000, 1)].map(|(s, n)| (step_of(s), n)).to_vec();
        let (median, most) = (within(&steps, 500).unwrap(), within(&steps, 950).unwrap());
        assert!((9..=11).contains(&median), "{median}");
        assert!((5_400..=6_600).contains(&most), "{most}");
        assert_eq!(within(&[], 500), None);
        assert_eq!(within(&[(3, 0)], 500), None);
    }

    #[test]
    fn the_interval_of_wilson_is_the_one_of_the_textbook() {
        // 1 of 10: 0.0179 to 0.4042.
        let share = Share::of(1, 10).unwrap();
        assert!((share.low - 0.0179).abs() < 0.0005 && (share.high - 0.4042).abs() < 0.0005, "{share:?}");
        let none = Share::of(0, 20).unwrap();
        assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 0.0005, "{none:?}");
        assert_eq!(Share::of(0, 0), None);
        assert_eq!(Share::of(3, 2), None);
    }
}
