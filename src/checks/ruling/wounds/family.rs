//! The repair families of the code set: which code a sum of lengths has, by kind of closure and anatomic group (CPT,
//! surgery: repair; the bands and groups stand in the plain descriptions of the codes on the shelf).

use super::place::Place;

/// How a wound was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks::ruling) enum Closure {
    /// With strips or tape alone.
    Strips,
    /// With tissue adhesive alone.
    Glue,
    /// In one layer.
    Simple,
    /// In layers, or in one layer after heavy contamination.
    Intermediate,
    /// With more than layers.
    Complex,
}

impl Closure {
    /// The word of an answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Strips => "strips alone",
            Self::Glue => "adhesive alone",
            Self::Simple => "single layer",
            Self::Intermediate => "layered (intermediate)",
            Self::Complex => "complex",
        }
    }
}

/// Upper ends of the bands of a family, and its codes; a longer sum has the last code.
type Bands = (&'static [u32], &'static [&'static str]);

/// A family of closure and group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::checks::ruling) struct Family {
    /// The kind of closure.
    pub closure: Closure,
    /// The group within it, from 0.
    pub group: usize,
}

/// From here on a complex repair has its own code.
const LEAST_COMPLEX: u32 = 110;
/// Up to here the first two codes of a complex family reach.
const FIRST_COMPLEX: u32 = 750;
/// What each further unit of a complex family covers.
const MORE_COMPLEX: u32 = 500;

const TRUNK_BANDS: &[u32] = &[250, 750, 1250, 2000, 3000];
const FACE_BANDS: &[u32] = &[250, 500, 750, 1250, 2000, 3000];
const SIMPLE: [Bands; 2] = [
    (TRUNK_BANDS, &["12001", "12002", "12004", "12005", "12006", "12007"]),
    (FACE_BANDS, &["12011", "12013", "12014", "12015", "12016", "12017", "12018"]),
];
const INTERMEDIATE: [Bands; 3] = [
    (TRUNK_BANDS, &["12031", "12032", "12034", "12035", "12036", "12037"]),
    (TRUNK_BANDS, &["12041", "12042", "12044", "12045", "12046", "12047"]),
    (FACE_BANDS, &["12051", "12052", "12053", "12054", "12055", "12056", "12057"]),
];
const COMPLEX: [[&str; 3]; 4] = [
    ["13100", "13101", "13102"],
    ["13120", "13121", "13122"],
    ["13131", "13132", "13133"],
    ["13151", "13152", "13153"],
];

impl Family {
    /// The family of a closure at a place; `None` where the place is closer to no group. Adhesive counts as one layer.
    pub fn of(closure: Closure, place: Place) -> Option<Self> {
        let group = match closure {
            Closure::Strips => return None,
            Closure::Glue | Closure::Simple => match place {
                Place::Cheek | Place::Face | Place::Feature | Place::Mucosa => 1,
                Place::Head => return None,
                _ => 0,
            },
            Closure::Intermediate => match place {
                Place::Scalp | Place::Axilla | Place::Trunk | Place::Girdle | Place::Limb => 0,
                Place::Neck | Place::Hand | Place::Foot | Place::Genital => 1,
                Place::Cheek | Place::Face | Place::Feature | Place::Mucosa => 2,
                Place::Head => return None,
            },
            Closure::Complex => match place {
                Place::Trunk => 0,
                Place::Scalp | Place::Limb => 1,
                Place::Cheek | Place::Neck | Place::Axilla | Place::Genital | Place::Hand | Place::Foot => 2,
                Place::Feature => 3,
                Place::Girdle | Place::Face | Place::Mucosa | Place::Head => return None,
            },
        };
        let closure = if closure == Closure::Glue { Closure::Simple } else { closure };
        Some(Self { closure, group })
    }

    /// The group in words.
    pub fn words(self) -> &'static str {
        match (self.closure, self.group) {
            (Closure::Intermediate, 0) => "scalp, armpits, trunk, arms and legs",
            (Closure::Intermediate, 1) => "neck, hands, feet and genitals",
            (Closure::Complex, 0) => "trunk",
            (Closure::Complex, 1) => "scalp, arms and legs",
            (Closure::Complex, 2) => "forehead, cheeks, chin, neck, armpits, genitals, hands and feet",
            (Closure::Complex, _) => "eyelids, nose, ears and lips",
            (_, 0) => "scalp, neck, trunk, limbs, hands and feet",
            _ => "face, ears, eyelids, nose and lips",
        }
    }

    /// The codes of a sum with their units: one, or for a long complex repair the second code and its add-on.
    pub fn codes(self, length: u32) -> Vec<(&'static str, u32)> {
        if self.closure == Closure::Complex {
            let [short, long, more] = COMPLEX[self.group.min(COMPLEX.len() - 1)];
            return match length {
                0..=250 => vec![(short, 1)],
                251..=FIRST_COMPLEX => vec![(long, 1)],
                _ => vec![(long, 1), (more, (length - FIRST_COMPLEX).div_ceil(MORE_COMPLEX))],
            };
        }
        let (ends, codes) = self.bands();
        vec![(codes[ends.iter().position(|end| length <= *end).unwrap_or(ends.len())], 1)]
    }

    /// Each band of the family with its code: `up to 2.5 cm`, `12031`; the two first of a complex one.
    pub fn listed(self) -> Vec<(String, &'static str)> {
        use super::measure::shown;
        if self.closure == Closure::Complex {
            let [short, long, _] = COMPLEX[self.group.min(COMPLEX.len() - 1)];
            return vec![("1.1 to 2.5 cm".to_owned(), short), ("2.6 to 7.5 cm".to_owned(), long)];
        }
        let (ends, codes) = self.bands();
        let below = |n: usize| if n == 0 { "up to".to_owned() } else { format!("{} to", shown(ends[n - 1] + 10)) };
        let bands = ends.iter().enumerate().zip(codes.iter());
        bands.map(|((n, end), code)| (format!("{} {} cm", below(n), shown(*end)), *code)).collect()
    }

    fn bands(self) -> Bands {
        if self.closure == Closure::Intermediate {
            INTERMEDIATE[self.group.min(INTERMEDIATE.len() - 1)]
        } else {
            SIMPLE[self.group.min(SIMPLE.len() - 1)]
        }
    }
}

/// A wound of which everything is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::ruling) struct Wound {
    /// Hundredths of a centimeter.
    pub length: u32,
    /// How it was closed.
    pub closure: Closure,
    /// Where it is.
    pub place: Place,
    /// The word for it.
    pub word: String,
}

/// Wounds whose lengths are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::ruling) struct Sum {
    /// Their family.
    pub family: Family,
    /// Their lengths, in the order of the question.
    pub lengths: Vec<u32>,
    /// Their places in words, each once.
    pub words: Vec<String>,
    /// True where complex wounds are too short for a code of their own.
    pub short: bool,
}

impl Sum {
    /// All lengths together.
    pub fn total(&self) -> u32 {
        self.lengths.iter().fold(0, |sum, length| sum.saturating_add(*length))
    }
}

/// Adds the lengths of one closure and one group; the most complex family first. Complex wounds of less than 1.1 cm
/// together count as intermediate. `None` where a place is in no group.
pub(in crate::checks::ruling) fn sums(wounds: &[Wound]) -> Option<Vec<Sum>> {
    let mut sums = gathered(wounds.iter().map(|wound| (wound, wound.closure)))?;
    let is_short = |sum: &Sum| sum.family.closure == Closure::Complex && sum.total() < LEAST_COMPLEX;
    if sums.iter().any(is_short) {
        let short: Vec<Family> = sums.iter().filter(|sum| is_short(sum)).map(|sum| sum.family).collect();
        let lowered = |wound: &Wound| {
            let low = Family::of(wound.closure, wound.place).is_some_and(|family| short.contains(&family));
            if low { Closure::Intermediate } else { wound.closure }
        };
        sums = gathered(wounds.iter().map(|wound| (wound, lowered(wound))))?;
        let of_short = |sum: &Sum| sum.family.closure == Closure::Intermediate;
        sums.iter_mut().filter(|sum| of_short(sum)).for_each(|sum| sum.short = true);
    }
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.family.closure));
    Some(sums)
}

fn gathered<'a>(wounds: impl Iterator<Item = (&'a Wound, Closure)>) -> Option<Vec<Sum>> {
    let mut sums: Vec<Sum> = Vec::new();
    for (wound, closure) in wounds {
        let family = Family::of(closure, wound.place)?;
        let at = sums.iter().position(|sum| sum.family == family).unwrap_or_else(|| {
            sums.push(Sum { family, lengths: Vec::new(), words: Vec::new(), short: false });
            sums.len() - 1
        });
        sums[at].lengths.push(wound.length);
        if !wound.word.is_empty() && !sums[at].words.contains(&wound.word) {
            sums[at].words.push(wound.word.clone());
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACES: [Place; 12] = [
        Place::Scalp,
        Place::Neck,
        Place::Axilla,
        Place::Genital,
        Place::Trunk,
        Place::Limb,
        Place::Hand,
        Place::Foot,
        Place::Cheek,
        Place::Feature,
        Place::Cheek,
        Place::Scalp,
    ];
    const CLOSURES: [Closure; 3] = [Closure::Simple, Closure::Intermediate, Closure::Complex];

    fn code(closure: Closure, place: Place, length: u32) -> String {
        let codes = Family::of(closure, place).unwrap().codes(length);
        codes.iter().map(|(code, units)| format!("{code}x{units}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn bands_end_where_the_code_set_says() {
        assert_eq!(code(Closure::Simple, Place::Hand, 250), "12001x1");
        assert_eq!(code(Closure::Simple, Place::Hand, 260), "12002x1");
        assert_eq!(code(Closure::Simple, Place::Cheek, 510), "12014x1");
        assert_eq!(code(Closure::Intermediate, Place::Neck, 3001), "12047x1");
        assert_eq!(code(Closure::Intermediate, Place::Scalp, 1250), "12034x1");
        assert_eq!(code(Closure::Complex, Place::Trunk, 1250), "13101x1 13102x1");
        assert_eq!(code(Closure::Complex, Place::Feature, 1260), "13152x1 13153x2");
        assert_eq!(Family::of(Closure::Complex, Place::Face), None);
    }

    proptest! {
        #[test]
        fn a_longer_wound_never_gets_a_lower_code(a in 1_u32..9_000, b in 1_u32..9_000, c in 0_usize..3, p in 0_usize..12) {
            let (short, long) = (a.min(b), a.max(b));
            let family = Family::of(CLOSURES[c], PLACES[p]).unwrap();
            let (short, long) = (family.codes(short), family.codes(long));
            let more = |codes: &[(&str, u32)]| codes.get(1).map_or(0, |(_, units)| *units);
            prop_assert!(short[0].0 <= long[0].0);
            prop_assert!(more(&short) <= more(&long));
        }

        #[test]
        fn every_length_is_counted_once(parts in prop::collection::vec((1_u32..2_000, 0_usize..3, 0_usize..12), 1..8)) {
            let wounds: Vec<Wound> = parts.iter().map(|(length, closure, place)| Wound {
                length: *length, closure: CLOSURES[*closure], place: PLACES[*place], word: String::new(),
            }).collect();
            let sums = sums(&wounds).unwrap();
            let total: u32 = sums.iter().map(Sum::total).sum();
            prop_assert_eq!(total, wounds.iter().map(|wound| wound.length).sum::<u32>());
            for pair in sums.windows(2) {
                prop_assert!(pair[0].family.closure >= pair[1].family.closure);
            }
            for (n, sum) in sums.iter().enumerate() {
                prop_assert!(sums[..n].iter().all(|other| other.family != sum.family));
            }
        }
    }
}
