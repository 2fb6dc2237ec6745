//! The arithmetic of anesthesia units (Claims Processing Manual, chapter 12, section 50).

use crate::checks::fee::money::{Cents, product};

/// One unit: units are counted in tenths.
pub const UNIT: i64 = 10;

/// Who gave the anesthesia.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// AA or QZ: the whole allowance.
    Alone(&'static str),
    /// QK, QY, QX: half of it for each.
    Directed(&'static str),
    /// AD: three base units, and a time unit for presence at induction.
    Supervised,
}

impl Care {
    /// By the payment modifier.
    pub fn of(modifier: &str) -> Option<Self> {
        Some(match modifier {
            "AA" => Self::Alone("AA"),
            "QZ" => Self::Alone("QZ"),
            "QK" => Self::Directed("QK"),
            "QY" => Self::Directed("QY"),
            "QX" => Self::Directed("QX"),
            "AD" => Self::Supervised,
            _ => return None,
        })
    }
}

/// Units in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Base units, where they are known.
    pub base: Option<i64>,
    /// Time units.
    pub time: i64,
}

/// Time units of minutes, in tenths, rounded half up.
pub fn time(minutes: i64) -> i64 {
    (minutes.clamp(0, 1_440) * UNIT * 2 + 15) / 30
}

/// `3.1`, and `4` for whole units.
pub fn written(units: i64) -> String {
    if units % UNIT == 0 { (units / UNIT).to_string() } else { format!("{}.{}", units / UNIT, units % UNIT) }
}

impl Units {
    /// The units that are paid, where the base is known; those of supervision do not depend on it.
    pub fn total(&self, care: Option<Care>) -> Option<i64> {
        match care {
            Some(Care::Supervised) => Some(3 * UNIT),
            _ => Some(self.base? + self.time),
        }
    }

    /// The number that is asked for.
    pub fn label(&self, care: Option<Care>) -> String {
        written(self.total(care).unwrap_or(self.time))
    }

    /// How many units, and how they are counted.
    pub fn words(&self, minutes: i64, timed: bool, care: Option<Care>) -> String {
        let time = written(self.time);
        if care == Some(Care::Supervised) {
            return "3 units: under AD, more than four concurrent cases, Medicare allows three base units per case, and one time unit more if the record shows presence at induction.".to_owned();
        }
        let counted = if timed {
            format!("{minutes} minutes / 15 = {time} time units, to one decimal")
        } else {
            "01996 has no time units".to_owned()
        };
        let mut said = match self.base {
            Some(base) => format!(
                "{} units: {} base units + {time} time units ({counted}).",
                written(base + self.time),
                written(base)
            ),
            None => format!("{counted}. The base units of the code are not on this shelf: add them for the total."),
        };
        match care {
            Some(Care::Directed(modifier)) => {
                said.push_str(&format!(" {modifier}: medical direction, 50 percent of the allowance for each side."));
            }
            Some(Care::Alone(modifier)) => said.push_str(&format!(" {modifier}: paid in full.")),
            _ => {}
        }
        if timed {
            said.push_str(" The claim reports the minutes.");
        }
        said
    }

    /// The allowance at a conversion factor in ten-thousandths of a dollar.
    pub fn pay(&self, factor: i64, care: Option<Care>) -> Cents {
        let units = self.total(care).unwrap_or(0);
        // Tenths of units times ten-thousandths of dollars; the product wants both in ten-thousandths.
        let whole = product([(units * 1_000, 10_000), (0, 0), (0, 0)], factor);
        match care {
            Some(Care::Directed(_)) => whole.share(50, 100),
            _ => whole,
        }
    }

    /// The allowance in words.
    pub fn paid(&self, factor: i64, place: &str, amount: Cents, care: Option<Care>) -> String {
        let units = written(self.total(care).unwrap_or(0));
        let half = if matches!(care, Some(Care::Directed(_))) { " x 50%" } else { "" };
        format!(" Allowed in {place}: {units} x ${}.{:02}{half} = {amount}.", factor / 10_000, factor % 10_000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn minutes_become_units_to_one_decimal() {
        for (minutes, units) in
            [(47, "3.1"), (93, "6.2"), (15, "1"), (0, "0"), (7, "0.5"), (8, "0.5"), (60, "4"), (100, "6.7")]
        {
            assert_eq!(written(time(minutes)), units, "{minutes}");
        }
    }

    #[test]
    fn the_allowance_follows_who_gave_it() {
        let units = Units { base: Some(5 * UNIT), time: time(47) };
        assert_eq!(units.total(None), Some(81));
        assert_eq!(units.pay(193_100, Care::of("AA")), Cents(15_641));
        assert_eq!(units.pay(193_100, Care::of("QK")), Cents(7_821));
        assert_eq!(units.pay(193_100, Care::of("AD")), Cents(5_793));
    }

    proptest! {
        #[test]
        fn time_is_within_half_a_tenth(minutes in 0_i64..1_440) {
            prop_assert!((time(minutes) * 15 - minutes * UNIT).abs() * 2 <= 15);
        }
    }
}
