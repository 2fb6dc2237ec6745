//! How a text says that a wound was closed (CPT, surgery: repair, definitions of simple, intermediate and complex;
//! NCCI Policy Manual, chapter III, section L, on adhesive).

use super::family::Closure;

use crate::domain::pattern::pattern;

pattern!(
    CHOICE,
    r"\b(?:simple|single[- ]layer|intermediate|layered|complex)(?:\s+(?:repair|closure))?(?:\s*,\s*(?:simple|single[- ]layer|intermediate|layered|complex))?\s*,?\s*(?:or|vs\.?|versus)\s*(?:an? |the )?(?:simple|single[- ]layer|intermediate|layered|complex)\b(?:\s+(?:repair|closure))?"
);
pattern!(
    NEGATED,
    r"\b(?:no|without|not|never|nor|didn't need|did not need|wasn't|weren't)\s+(?:any\s+|an?\s+|need\s+|needed\s+|require\s+|the\s+)*(?:deep(?:er)?\s+|extensive\s+|heav(?:y|ily)\s+|gross(?:ly)?\s+|tissue\s+)*(?:sutures?|sutured|stitch(?:es|ed)?|staples?|stapled|layered|layers?|closure|undermining|contaminated|contamination|complex|intermediate|adhesive|glue|strips?|retention)\b"
);
pattern!(SINGLE, r"\b(?:single|one|1)[- ]?layer(?:ed|s)?\b|\bonly (?:the )?(?:skin|one layer|epidermis)\b");
pattern!(NOT_COMPLEX, r"\b(?:medical(?:ly)?|decision|moderate|high|low)\s+complex\w*|\bcomplexity\b");
pattern!(
    EDGES,
    r"\bdebrid\w*\s+(?:of\s+)?(?:the\s+)?(?:wound\s+|skin\s+|devitali[sz]ed\s+)*(?:edges?|margins?)\b|\b(?:wound\s+)?edges?\s+(?:were\s+|was\s+)?debrid\w*|\bwound[- ]edge debridement"
);
pattern!(
    EXPOSED,
    r"\bexpos\w*\s+(?:of\s+)?(?:the\s+)?(?:bones?|cartilage|tendons?)\b|\b(?:bones?|cartilage|tendons?)\s+(?:was\s+|were\s+)?exposed\b"
);
pattern!(COMPLEX, r"\bcomplex\b|\bretention sutures?\b|\b(?:extensive|wide) undermining\b|\bextensively undermined\b");
pattern!(
    INTERMEDIATE,
    r"\bintermediate\b|\b(?:two|2|double|multi|multiple|three|3|several)[- ]?layer\w*|\blayered\b|\bin layers\b|\blayers\b|\bdeep(?:er)? (?:\w+ )?(?:layers?|sutures?|dermal|stitch\w*)|\bburied\b|\bsubcutaneous (?:sutures?|layers?|stitch\w*|closure)|\blimited undermining\b"
);
pattern!(
    HEAVY,
    r"\b(?:heavily|grossly|badly|highly|severely) (?:contaminated|soiled|dirty)|\b(?:heavy|gross|severe) contamination|\bextensive(?:ly)? clean\w*|\bparticulate\b|\b(?:embedded|imbedded|ground-in) (?:gravel|debris|dirt)"
);
pattern!(SIMPLE, r"\bsimple\b|\bsinglelayer\b|\bsuperficial\w*|\bstapl\w+");
pattern!(GLUE, r"\badhesives?\b|\bglue[sd]?\b|\bdermabond\b|\bcyanoacrylate\b|\bindermil\b|\bhistoacryl\b");
pattern!(STRIPS, r"\bsteri[- ]?strips?\b|\badhesive strips?\b|\bbutterfl\w+|\bwound tape\b|\bstrips? (?:alone|only)\b");
pattern!(SEWN, r"\bsutur\w*|\bstitch\w*|\bstapl\w*|\bsewn\b");
pattern!(UNDERMINED, r"\bundermin\w*");

/// What a text says of the closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::checks::ruling) enum Said {
    /// Nothing.
    Nothing,
    /// One kind.
    One(Closure),
    /// Things that do not go together, or that leave it open.
    Unclear,
}

/// The text with what is denied and what is only asked left out, and with one word for each finding of several words.
pub(in crate::checks::ruling) fn settle(text: &str) -> String {
    let mut text = CHOICE.replace_all(text, " ").into_owned();
    for (pattern, word) in
        [(&SINGLE, "singlelayer"), (&EDGES, "complex"), (&EXPOSED, "complex"), (&NOT_COMPLEX, " "), (&NEGATED, " ")]
    {
        text = pattern.replace_all(&text, word).into_owned();
    }
    text
}

/// Reads a settled text.
pub(in crate::checks::ruling) fn read(text: &str) -> Said {
    let strips = STRIPS.is_match(text);
    let rest = STRIPS.replace_all(text, " ");
    let (simple, sewn, glue) = (SIMPLE.is_match(&rest), SEWN.is_match(&rest), GLUE.is_match(&rest));
    let (complex, intermediate) = (COMPLEX.is_match(&rest), INTERMEDIATE.is_match(&rest));
    let heavy = HEAVY.is_match(&rest);
    let named = rest.contains("simple") || complex || rest.contains("intermediate");
    if (complex && simple) || (intermediate && simple && !heavy && !rest.contains("stapl")) {
        Said::Unclear
    } else if complex {
        Said::One(Closure::Complex)
    } else if intermediate || (heavy && (simple || sewn)) {
        Said::One(Closure::Intermediate)
    } else if UNDERMINED.is_match(&rest) && !named {
        Said::Unclear
    } else if glue && !sewn {
        Said::One(Closure::Glue)
    } else if strips && !sewn && !simple {
        Said::One(Closure::Strips)
    } else if simple {
        Said::One(Closure::Simple)
    } else {
        Said::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_is_read_as_the_definitions_have_it() {
        for (text, said) in [
            ("simple repair", Said::One(Closure::Simple)),
            ("closed in one layer with 5-0 nylon", Said::One(Closure::Simple)),
            ("closed with staples, no deep sutures", Said::One(Closure::Simple)),
            ("layered closure", Said::One(Closure::Intermediate)),
            ("deep dermal sutures, then staples", Said::One(Closure::Intermediate)),
            ("single-layer closure, heavily contaminated with gravel", Said::One(Closure::Intermediate)),
            ("extensive undermining and layered", Said::One(Closure::Complex)),
            ("debridement of wound edges, layered", Said::One(Closure::Complex)),
            ("closed with dermabond", Said::One(Closure::Glue)),
            ("dermabond over sutures", Said::Nothing),
            ("only steri-strips", Said::One(Closure::Strips)),
            ("sutured. simple or intermediate?", Said::Nothing),
            ("layered, not complex", Said::One(Closure::Intermediate)),
            ("moderate complexity", Said::Nothing),
            ("undermined and sutured", Said::Unclear),
            ("a simple layered repair", Said::Unclear),
        ] {
            assert_eq!(read(&settle(text)), said, "{text}");
        }
    }
}
