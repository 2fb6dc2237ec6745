//! The families of skin lesions by size and site: which code a diameter has (CPT, surgery: integumentary system; the
//! bands and sites stand in the plain descriptions of the codes on the shelf).

use crate::checks::ruling::wounds::place::{Place, lesion_site};

/// What was done with a lesion, and of which nature it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// Excision of a benign lesion.
    Benign,
    /// Excision of a malignant one.
    Malignant,
    /// Shave removal.
    Shave,
    /// Destruction of a malignant lesion.
    Destruction,
}

/// Upper ends of the bands, in hundredths of a centimeter.
const EXCISED: [u32; 5] = [50, 100, 200, 300, 400];
const SHAVED: [u32; 3] = [50, 100, 200];

type Sites = [&'static [&'static str]; 3];

/// Trunk and limbs; scalp, neck, hands, feet and genitals; face.
const BENIGN: Sites = [
    &["11400", "11401", "11402", "11403", "11404", "11406"],
    &["11420", "11421", "11422", "11423", "11424", "11426"],
    &["11440", "11441", "11442", "11443", "11444", "11446"],
];
const MALIGNANT: Sites = [
    &["11600", "11601", "11602", "11603", "11604", "11606"],
    &["11620", "11621", "11622", "11623", "11624", "11626"],
    &["11640", "11641", "11642", "11643", "11644", "11646"],
];
const SHAVE: Sites = [
    &["11300", "11301", "11302", "11303"],
    &["11305", "11306", "11307", "11308"],
    &["11310", "11311", "11312", "11313"],
];
const DESTRUCTION: Sites = [
    &["17260", "17261", "17262", "17263", "17264", "17266"],
    &["17270", "17271", "17272", "17273", "17274", "17276"],
    &["17280", "17281", "17282", "17283", "17284", "17286"],
];

impl Removal {
    /// The code of a diameter at a place; `None` where the place is closer to no site.
    pub fn code(self, place: Place, diameter: u32) -> Option<&'static str> {
        let (ends, sites): (&[u32], &Sites) = match self {
            Self::Benign => (&EXCISED, &BENIGN),
            Self::Malignant => (&EXCISED, &MALIGNANT),
            Self::Shave => (&SHAVED, &SHAVE),
            Self::Destruction => (&EXCISED, &DESTRUCTION),
        };
        let band = ends.iter().position(|end| diameter <= *end).unwrap_or(ends.len());
        sites.get(lesion_site(place)?)?.get(band).copied()
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Benign => "benign",
            Self::Malignant => "malignant",
            Self::Shave => "shave removal",
            Self::Destruction => "malignant, destroyed",
        }
    }
}

/// True for the smallest benign excisions, whose codes include every repair (NCCI Policy Manual, chapter III, E).
pub(super) fn includes_repair(code: &str) -> bool {
    ["11400", "11420", "11440"].contains(&code)
}

/// Lesion and margin on both sides.
pub(super) fn excised(lesion: u32, margin: u32) -> u32 {
    lesion.saturating_add(margin.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Removal; 4] = [Removal::Benign, Removal::Malignant, Removal::Shave, Removal::Destruction];
    const SITES: [Place; 3] = [Place::Trunk, Place::Hand, Place::Feature];

    #[test]
    fn bands_end_where_the_code_set_says() {
        assert_eq!(Removal::Benign.code(Place::Trunk, 50), Some("11400"));
        assert_eq!(Removal::Benign.code(Place::Scalp, 60), Some("11421"));
        assert_eq!(Removal::Malignant.code(Place::Feature, 140), Some("11642"));
        assert_eq!(Removal::Malignant.code(Place::Limb, 410), Some("11606"));
        assert_eq!(Removal::Shave.code(Place::Neck, 210), Some("11308"));
        assert_eq!(Removal::Destruction.code(Place::Foot, 400), Some("17274"));
        assert_eq!(Removal::Benign.code(Place::Head, 100), None);
        assert_eq!(excised(100, 20), 140);
    }

    proptest! {
        #[test]
        fn a_wider_lesion_never_gets_a_lower_code(a in 1_u32..2_000, b in 1_u32..2_000, k in 0_usize..4, s in 0_usize..3) {
            prop_assert!(KINDS[k].code(SITES[s], a.min(b)) <= KINDS[k].code(SITES[s], a.max(b)));
        }

        #[test]
        fn a_margin_never_lowers_the_diameter(lesion in 1_u32..2_000, margin in 0_u32..500) {
            prop_assert_eq!(excised(lesion, margin), lesion + margin + margin);
            prop_assert!(Removal::Benign.code(Place::Trunk, excised(lesion, margin)) >= Removal::Benign.code(Place::Trunk, lesion));
        }
    }
}
