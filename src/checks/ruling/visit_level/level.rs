//! Levels of decision making, and two of three: the level that at least two of problems, data and risk reach.

/// A level of decision making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Straightforward; for data and risk, minimal.
    Straightforward,
    /// Low; for data, limited.
    Low,
    /// Moderate.
    Moderate,
    /// High; for data, extensive.
    High,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 4] = [Self::Straightforward, Self::Low, Self::Moderate, Self::High];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Straightforward => "straightforward",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }

    /// True where a level is the same or the next higher one.
    pub fn is_near(self, higher: Self) -> bool {
        let place = |level| Self::ALL.iter().position(|one| *one == level).unwrap_or(0);
        place(higher) <= place(self) + 1
    }

    /// The level of a word, of any of the three elements.
    pub fn of(word: &str) -> Option<Self> {
        match word.trim() {
            "minimal" | "none" | "straightforward" | "straight forward" | "straight-forward" => {
                Some(Self::Straightforward)
            }
            "low" | "limited" => Some(Self::Low),
            "moderate" => Some(Self::Moderate),
            "high" | "extensive" => Some(Self::High),
            _ => None,
        }
    }
}

/// Lowest and highest decision making that problems, data and risk leave possible: two of them must reach it. Each is
/// known as a lowest and a highest level; `None` where fewer than two are known.
pub fn decision(elements: [Option<(Level, Level)>; 3]) -> Option<(Level, Level)> {
    if elements.iter().flatten().count() < 2 {
        return None;
    }
    let second = |mut levels: [Level; 3]| {
        levels.sort_unstable();
        levels[1]
    };
    let known = elements.map(|element| element.unwrap_or((Level::Straightforward, Level::High)));
    Some((second(known.map(|(low, _)| low)), second(known.map(|(_, high)| high))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_of_three_decide() {
        use Level::{High, Low, Moderate, Straightforward};
        let at = |level| Some((level, level));
        assert_eq!(decision([at(Moderate), None, at(Moderate)]), Some((Moderate, Moderate)));
        assert_eq!(decision([at(Low), None, at(Moderate)]), Some((Low, Moderate)));
        assert_eq!(decision([at(High), at(Straightforward), at(Low)]), Some((Low, Low)));
        assert_eq!(decision([at(Moderate), Some((Low, High)), None]), Some((Low, High)));
        assert_eq!(decision([at(High), None, None]), None);
        assert!(Low.is_near(Moderate) && !Low.is_near(High));
    }

    proptest! {
        #[test]
        fn at_least_two_reach_it_and_not_two_the_next(a in 0_usize..4, b in 0_usize..4, c in 0_usize..4) {
            let levels = [a, b, c].map(|at| Level::ALL[at]);
            let (low, high) = decision(levels.map(|level| Some((level, level)))).unwrap();
            prop_assert_eq!(low, high);
            prop_assert!(levels.iter().filter(|level| **level >= low).count() >= 2);
            prop_assert!(levels.iter().filter(|level| **level > low).count() < 2);
        }
    }
}
