//! Modifiers of sides and parts: LT and RT by the bilateral indicator, eyelids, fingers and toes by what the code is,
//! coronary arteries by the codes of coronary intervention (NCCI Policy Manual, chapter I, section E).

use super::{Context, Judged, Rests, unsettled};
use crate::checks::modifier_fit::kind::Kind;
use crate::domain::check::Outcome;

/// Families of organs that stand in the middle.
const MIDLINE: [&str; 1] = ["gi_endoscopy"];

/// True for fingers and toes.
pub fn is_digit(modifier: &str) -> bool {
    let bytes = modifier.as_bytes();
    bytes.len() == 2
        && (matches!(bytes, b"FA" | b"TA") || (matches!(bytes[0], b'F' | b'T') && (b'1'..=b'9').contains(&bytes[1])))
}

/// Judges it.
pub fn judge(on: &Context<'_>) -> Judged {
    let bodiless = on.kind.is_visit() || matches!(on.kind, Kind::Laboratory | Kind::Drug);
    if bodiless {
        return Judged::by_kind(
            Outcome::NotAllowed,
            format!(
                "it names a part of the body on which a procedure was done, and {} is {}.",
                on.code,
                on.kind.name()
            ),
        );
    }
    match on.modifier {
        "LT" | "RT" => side(on),
        "LC" | "LD" | "LM" | "RC" | "RI" => coronary(on),
        "E1" | "E2" | "E3" | "E4" => part(on, &["eyelid", "eyelash", "lid"], "an eyelid"),
        finger if finger.starts_with('F') => part(on, &["finger", "thumb", "nail"], "a finger"),
        _ => part(on, &["toe", "nail"], "a toe"),
    }
}

fn side(on: &Context<'_>) -> Judged {
    if MIDLINE.contains(&on.family.as_str()) {
        return Judged::by_kind(Outcome::NotAllowed, "it is for one of two sides, and the organ has no sides.");
    }
    match &on.fee {
        Some([_, bilateral, ..]) if matches!(bilateral.as_str(), "1" | "3") => Judged::by_fee(
            Outcome::Allowed,
            format!("{} has bilateral indicator {bilateral}, so it has two sides of which one may be named.", on.code),
        ),
        Some([_, bilateral, ..]) => Judged::by_fee(
            Outcome::NotChecked,
            format!("bilateral indicator {bilateral} does not tell whether one side may be named."),
        ),
        None => Judged { rests: Rests::Fee, ..unsettled(on) },
    }
}

/// The codes of coronary angioplasty, atherectomy and stents.
fn coronary(on: &Context<'_>) -> Judged {
    let within = |first: &str, last: &str| (first..=last).contains(&on.code);
    if within("92920", "92945") || within("C9600", "C9608") {
        return Judged::by_kind(Outcome::Allowed, "it names the coronary artery of an intervention.");
    }
    unsettled(on)
}

fn part(on: &Context<'_>, words: &[&str], what: &str) -> Judged {
    let own = on.words.split(|c: char| !c.is_alphanumeric());
    if own.into_iter().any(|own| words.iter().any(|word| own.starts_with(word))) {
        return Judged::by_kind(Outcome::Allowed, format!("it names {what}, and the code is of such parts."));
    }
    if MIDLINE.contains(&on.family.as_str()) {
        return Judged::by_kind(Outcome::NotAllowed, format!("it names {what}, and the organ is another one."));
    }
    unsettled(on)
}
