//! A second look at answers that left by themselves: which are drawn, and what was seen.

/// What a second look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The answer was right.
    Right,
    /// It was wrong: it should not have left so.
    Wrong,
    /// It was right, but for something that changes nothing on a claim.
    Trifling,
}

impl Look {
    /// Every finding, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::Trifling];

    /// The word in the store and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Trifling => "trifling",
        }
    }

    /// The finding of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.key() == text)
    }
}

/// True for a share of `percent` of all numbers. `chance` is any number, each as likely as the others.
pub fn is_drawn(percent: u64, chance: u64) -> bool {
    chance % 100 < percent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_that_is_drawn_is_the_one_that_is_wanted() {
        for percent in [0, 2, 50, 100] {
            let drawn = (0..10_000).filter(|chance| is_drawn(percent, *chance)).count();
            assert_eq!(u64::try_from(drawn), Ok(percent * 100));
        }
    }

    #[test]
    fn every_finding_reads_back_as_itself() {
        for look in Look::ALL {
            assert_eq!(Look::parse(look.key()), Some(look));
        }
    }
}
