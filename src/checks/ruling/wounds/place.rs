//! Places of the body as the skin families of the code set tell them apart (CPT, surgery: integumentary system; the
//! plain descriptions of the codes on the shelf name the same groups).

use regex::Captures;

use crate::domain::pattern::pattern;

pattern!(
    WORDS,
    r"\b(?:scalp|occiput|occipital|parietal|neck|nape|axillae?|axillary|armpits?|underarms?|genital\w*|penis|penile|scrotum|scrotal|vulva\w*|labia\w*|chest|abdomen|abdominal|belly|trunk|torso|flanks?|buttocks?|breasts?|scapula\w*|lumbar|sternum|back|shoulders?|hips?|groin|inguinal|arms?|forearms?|elbows?|wrists?|legs?|thighs?|knees?|shins?|calf|calves|ankles?|pretibial|extremit(?:y|ies)|limbs?|hands?|palms?|palmar|thumbs?|fingers?|fingertips?|knuckles?|foot|feet|toes?|heels?|plantar|forehead|cheeks?|chin|face|facial|eyebrows?|brows?|temples?|jaws?|jawline|glabella|preauricular|periorbital|eyelids?|lids?|nose|nasal|nostrils?|ears?|earlobes?|auricle|pinna|helix|helical|lips?|mucosal?|mucous membranes?|head)\b"
);
// Words of places that name none.
pattern!(
    NO_PLACE,
    r"\b(?:face[- ]to[- ]face|on the other hand|by hand|hand[- ]?held|hand surg\w*|on hand|(?:right|left)[- ]handed|head (?:injury|ct|trauma|start)|ct (?:of the )?head|(?:\d+|one|two|three|four|five|six|eight|ten|few|several)[\s-]*(?:foot|feet)|(?:(?:the|his|her|their|my|upper|lower|mid|middle|and|left|right) +)?back (?:in|from|to|then|up|for|at|again|with|office|home)|(?:came|come|comes|went|goes?|sent|called|gets?|got|hear|bring|brought|stepped|looking|years?|months?|weeks?|days?|hours?) back|neck of (?:the )?\w+|ear,? nose,? (?:and|&) throat|dog ears?|head of|foot of the|hands? (?:off|over|in))\b"
);
pattern!(HEAD_BACK, r"\b(?:back|top|crown) of (?:(?:the|his|her|their|my|a)\s+)?head\b");
pattern!(BACK_OF, r"\b(?:back|front|top|side|dorsum|bridge|tip) of (?:(?:the|his|her|their|my|a|right|left)\s+)*");

/// A place, as finely as any of the families needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks::ruling) enum Place {
    /// The scalp.
    Scalp,
    /// The neck.
    Neck,
    /// The armpit.
    Axilla,
    /// External genitals.
    Genital,
    /// Chest, belly, back, buttocks.
    Trunk,
    /// Shoulder, hip and groin: between trunk and limb.
    Girdle,
    /// An arm or a leg, without hand and foot.
    Limb,
    /// A hand with its fingers.
    Hand,
    /// A foot with its toes.
    Foot,
    /// Forehead, cheek and chin.
    Cheek,
    /// Of the face, no closer.
    Face,
    /// Eyelid, nose, ear and lip.
    Feature,
    /// A mucous membrane.
    Mucosa,
    /// Scalp or face.
    Head,
}

/// A place word in a text: where it stands, itself, and what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::ruling) struct Found {
    /// Where it stands.
    pub at: usize,
    /// Itself.
    pub word: String,
    /// What it names.
    pub place: Place,
}

/// The text without words of places that name none.
pub(in crate::checks::ruling) fn settle(lower: &str) -> String {
    let text = HEAD_BACK.replace_all(lower, "scalp");
    // "The back with" is a place, "back with" is none.
    let emptied = |found: &Captures<'_>| {
        let named = found[0].contains(" back ");
        if named { found[0].to_owned() } else { " ".to_owned() }
    };
    let text = NO_PLACE.replace_all(&text, emptied);
    BACK_OF.replace_all(&text, " ").into_owned()
}

/// The places that a text names, in its order.
pub(in crate::checks::ruling) fn places(text: &str) -> Vec<Found> {
    let found = WORDS.find_iter(text);
    found.map(|m| Found { at: m.start(), word: m.as_str().to_owned(), place: of(m.as_str()) }).collect()
}

fn of(word: &str) -> Place {
    const STEMS: [(&str, Place); 62] = [
        ("scalp", Place::Scalp),
        ("occip", Place::Scalp),
        ("parie", Place::Scalp),
        ("neck", Place::Neck),
        ("nape", Place::Neck),
        ("axil", Place::Axilla),
        ("armpit", Place::Axilla),
        ("underarm", Place::Axilla),
        ("genital", Place::Genital),
        ("peni", Place::Genital),
        ("scrot", Place::Genital),
        ("vulva", Place::Genital),
        ("labia", Place::Genital),
        ("shoulder", Place::Girdle),
        ("hip", Place::Girdle),
        ("groin", Place::Girdle),
        ("inguinal", Place::Girdle),
        ("arm", Place::Limb),
        ("forearm", Place::Limb),
        ("elbow", Place::Limb),
        ("wrist", Place::Limb),
        ("leg", Place::Limb),
        ("thigh", Place::Limb),
        ("knee", Place::Limb),
        ("shin", Place::Limb),
        ("cal", Place::Limb),
        ("ankle", Place::Limb),
        ("pretib", Place::Limb),
        ("extrem", Place::Limb),
        ("limb", Place::Limb),
        ("hand", Place::Hand),
        ("palm", Place::Hand),
        ("thumb", Place::Hand),
        ("finger", Place::Hand),
        ("knuckle", Place::Hand),
        ("foot", Place::Foot),
        ("feet", Place::Foot),
        ("toe", Place::Foot),
        ("heel", Place::Foot),
        ("plantar", Place::Foot),
        ("forehead", Place::Cheek),
        ("cheek", Place::Cheek),
        ("chin", Place::Cheek),
        ("fac", Place::Face),
        ("eyebrow", Place::Face),
        ("brow", Place::Face),
        ("temple", Place::Face),
        ("jaw", Place::Face),
        ("glabella", Place::Face),
        ("preaur", Place::Face),
        ("periorb", Place::Face),
        ("eyelid", Place::Feature),
        ("lid", Place::Feature),
        ("nos", Place::Feature),
        ("nasal", Place::Feature),
        ("ear", Place::Feature),
        ("auricle", Place::Feature),
        ("pinna", Place::Feature),
        ("heli", Place::Feature),
        ("lip", Place::Feature),
        ("muco", Place::Mucosa),
        ("head", Place::Head),
    ];
    // What remains of the words is of the trunk.
    STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map_or(Place::Trunk, |(_, place)| *place)
}

/// Trunk and limbs, then scalp, neck, hands, feet and genitals, then the face with what belongs to it: the three sites
/// of the lesion families. `None` where the place is closer to none of them.
pub(in crate::checks::ruling) fn lesion_site(place: Place) -> Option<usize> {
    match place {
        Place::Trunk | Place::Girdle | Place::Limb | Place::Axilla => Some(0),
        Place::Scalp | Place::Neck | Place::Hand | Place::Foot | Place::Genital => Some(1),
        Place::Cheek | Place::Face | Place::Feature | Place::Mucosa => Some(2),
        Place::Head => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<Place> {
        places(&settle(text)).into_iter().map(|found| found.place).collect()
    }

    #[test]
    fn places_are_told_from_words_that_only_sound_so() {
        assert_eq!(named("left cheek and back of the hand"), [Place::Cheek, Place::Hand]);
        assert_eq!(named("upper back, lower lip"), [Place::Trunk, Place::Feature]);
        assert_eq!(named("came back face-to-face after ten feet"), [Place::Head; 0]);
        assert_eq!(named("back of the head"), [Place::Scalp]);
        assert_eq!(named("cut of the back with layers, came back with it"), [Place::Trunk]);
        assert_eq!(
            named("fingertip of the forearm, calf, chest"),
            [Place::Hand, Place::Limb, Place::Limb, Place::Trunk]
        );
        assert_eq!(named("a lipoma this year near the shipyard"), [Place::Head; 0]);
    }
}
