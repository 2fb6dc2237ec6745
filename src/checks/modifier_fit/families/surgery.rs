//! Modifiers of the global package: 22, 52, 53, 54, 55, 58, 78 and 79 (Claims Processing Manual, chapter 12, sections
//! 30.1, 40.2 and 40.4).

use super::{Context, Judged, Rests, unsettled};
use crate::checks::modifier_fit::kind::Kind;
use crate::domain::check::{Outcome, Setting};

/// Judges it.
pub fn judge(on: &Context<'_>) -> Judged {
    match on.modifier {
        "52" => reduced(on),
        "53" => stopped(on),
        _ if on.kind.is_visit() => Judged::by_kind(
            Outcome::NotAllowed,
            format!("it goes on a procedure with a global period, and {} is {}.", on.code, on.kind.name()),
        ),
        "22" => by_global(
            on,
            &["000", "010", "090"],
            &["XXX", "ZZZ"],
            "the manual gives it to global periods of 0, 10 or 90 days only",
        ),
        "54" | "55" => by_global(
            on,
            &["010", "090"],
            &["000", "XXX", "ZZZ"],
            "the package is split between two physicians for global periods of 10 or 90 days only",
        ),
        _ => by_global(
            on,
            &["000", "010", "090"],
            &["XXX"],
            "a code outside the global rules is paid in another code's global period without it",
        ),
    }
}

/// By the global days of the code itself.
fn by_global(on: &Context<'_>, fits: &[&str], unfit: &[&str], rule: &str) -> Judged {
    let Some(global) = on.global() else {
        return Judged::by_fee(
            Outcome::NotChecked,
            "it turns on the global period, which no schedule gives for the date.",
        );
    };
    if fits.contains(&global) {
        return Judged::by_fee(Outcome::Allowed, format!("{} has global {global}, where it may stand.", on.code));
    }
    if unfit.contains(&global) {
        return Judged::by_fee(Outcome::NotAllowed, format!("{} has global {global}: {rule}.", on.code));
    }
    Judged { rests: Rests::Fee, ..unsettled(on) }
}

/// 52: less of a procedure or study; the manual speaks of surgeries, and no visit is one.
fn reduced(on: &Context<'_>) -> Judged {
    match on.kind {
        kind if kind.is_visit() => Judged::by_kind(
            Outcome::NotAllowed,
            format!("it reduces a procedure, and {} is {}: a smaller visit has its own level.", on.code, kind.name()),
        ),
        Kind::Surgery | Kind::Imaging => Judged::by_kind(
            Outcome::Allowed,
            "it may stand where less was done than the code says and no smaller code fits.",
        ),
        _ => unsettled(on),
    }
}

/// 53: a surgical or diagnostic procedure that was begun and ended for the patient's sake.
fn stopped(on: &Context<'_>) -> Judged {
    if on.setting == Setting::Hospital {
        return Judged::by_kind(Outcome::NotAllowed, "it is a physician's modifier and not for facility claims.");
    }
    if on.priced {
        return Judged::by_fee(
            Outcome::Allowed,
            format!("the schedule prices {} with it on a row of its own.", on.code),
        );
    }
    match on.kind {
        kind if kind.is_visit() => Judged::by_kind(
            Outcome::NotAllowed,
            format!("it marks a procedure that was begun and stopped, and {} is {}.", on.code, kind.name()),
        ),
        Kind::Surgery | Kind::Imaging => Judged::by_kind(
            Outcome::Allowed,
            "it may stand where the procedure was begun and stopped for unforeseen reasons.",
        ),
        _ => unsettled(on),
    }
}
