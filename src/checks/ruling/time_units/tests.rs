//! Questions about minutes as people mail them, and what must hold for every number of minutes.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Verdict;
use crate::research::{Reading, read};

fn inquiry(text: &str) -> Inquiry {
    let reading = Reading {
        today: date(2026, 7, 15),
        message_date: None,
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

/// `no: 99291; 99292 x2`, or `none`.
fn short(ruling: Option<Ruling>) -> String {
    let Some(ruling) = ruling else { return "none".to_owned() };
    let verdict = match ruling.verdict {
        Some(Verdict::Yes) => "yes: ",
        Some(Verdict::No) => "no: ",
        Some(Verdict::Depends) => "depends: ",
        None => "",
    };
    let line = |line: &crate::domain::draft::Line| match line.units {
        1 => line.code.to_string(),
        units => format!("{} x{units}", line.code),
    };
    let lines: Vec<String> = ruling.lines.iter().map(line).collect();
    let ask = if ruling.ask.is_some() { " ask" } else { "" };
    format!("{verdict}{}{ask}", lines.join(", "))
}

fn hold(cases: &[(&str, &str)]) {
    let mut faults = Vec::new();
    for (text, expected) in cases {
        let ruling = find(corpus(), &inquiry(text));
        if let Some(ruling) = &ruling {
            let words = ruling.say.split_whitespace().count();
            assert!(words <= 60, "{words} words: {}", ruling.say);
            assert!(!ruling.sources.is_empty() && ruling.fit > 8.0 && !ruling.say.contains('—'), "{ruling:?}");
            assert_eq!(ruling.confirmed, ruling.doubts.is_empty(), "{ruling:?}");
        }
        let say = ruling.as_ref().map(|ruling| ruling.say.clone()).unwrap_or_default();
        let found = short(ruling);
        if found.trim() != *expected {
            faults.push(format!("{text}\n    expected {expected}\n    found    {found}  ({say})"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn therapy_minutes_become_units() {
    hold(&[
        (
            "PT session: 97110 for 25 minutes and 97140 for 13 minutes. How many units of each for Medicare?",
            "97110 x2, 97140",
        ),
        ("33 minutes of 97110 and 7 minutes of 97140, how do we bill the units?", "97110 x2, 97140"),
        ("97110 18 min, 97140 13 min, 97116 10 min, 97035 8 min. Units please", "97110, 97140, 97116"),
        ("How many units is 53 minutes of 97110?", "97110 x4"),
        ("We spent 53 timed minutes on physical therapy. How many units is that?", ""),
        ("15 minutes each of 97110, 97112 and 97530: how many units?", "97110, 97112, 97530"),
        (
            "Therapeutic exercise 20 minutes, manual therapy 20 minutes in the PT visit. How many units?",
            "97110 x2, 97140",
        ),
        ("7 minutes of 97112, 7 minutes of 97110 and 7 minutes of 97140, what can we bill?", "97112"),
        ("Is 97110 billable for 7 minutes?", "no:"),
        ("97110 for 24 minutes and 97140 for 23 minutes. Are 3 units correct?", "yes: 97110 x2, 97140"),
        ("97110 for 24 minutes and 97140 for 23 minutes. Are 4 units correct?", "no: 97110 x2, 97140"),
        (
            "We billed 97110 x2 and 97140 x2 for 20 minutes of 97110 and 20 minutes of 97140. Correct?",
            "no: 97110 x2, 97140",
        ),
        (
            "PT, Medicare: 97110 ....... 23 minutes, 97140 ....... 15 minutes. How many units, and how are they split between 97110 and 97140?",
            "97110 x2, 97140",
        ),
        ("Aetna patient, PT: 97110 8 minutes and 97140 8 minutes. How many units?", "97110, 97140"),
        ("Medicare PT: 97110 8 minutes and 97140 8 minutes. How many units?", "97110"),
        ("97161 evaluation, then 97110 for 16 minutes. What units?", "97110, 97161"),
        ("Physical therapy, 97110, 97112 and 97140 for 53 minutes in total, how many units?", " ask".trim_start()),
        (
            "97530 for 22 minutes, 97112 for 16 min and 97110 for 14 min. We billed 2 units 97530, 1 unit 97112 and 1 unit 97110. Right?",
            "no: 97530, 97112, 97110",
        ),
        (
            "97530 for 22 minutes, 97112 for 16 min and 97110 for 14 min. We billed 97530 x1, 97112 x1 and 97110 x1. Right?",
            "yes: 97530, 97112, 97110",
        ),
        (
            "Therapist documents 16 minutes therapeutic exercise and 10 minutes neuromuscular re-education plus 15 minutes unattended e-stim G0283. What do we bill Medicare?",
            "97110, 97112, G0283",
        ),
        ("OT: 97535 - 30 minutes, 97530 - 10 minutes, 97110 - 7 minutes", "97535 x2, 97530"),
        ("97110 from 9:00 to 9:40, how many units?", "97110 x3"),
        ("97140 (manual therapy) 15 min and 97110 (ther ex) 23 min; units?", "97140, 97110 x2"),
    ]);
}

#[test]
fn critical_care_minutes_become_codes() {
    hold(&[
        ("Critical care 80 minutes, Medicare. Can we add 99292?", "no: 99291"),
        ("Critical care of 110 minutes for a Medicare patient: what do we bill?", "99291, 99292"),
        ("99291 and 99292 for 140 minutes, how many units of 99292?", "99291, 99292 x2"),
        ("Total critical care time 95 minutes, of which 25 minutes were for intubation. Which codes?", "99291"),
        ("130 minutes of critical care minus 20 minutes for CPR, Medicare, what codes?", "99291, 99292"),
        ("Can I bill 99291 for 25 minutes of critical care?", "no:"),
        ("BCBS: 80 minutes of critical care, can we bill 99292?", "yes: 99291, 99292"),
        (
            "Critical care 40 minutes in the morning and 70 minutes in the evening, what do we bill to Medicare?",
            "99291, 99292",
        ),
        ("Is 99291 alone right for 35 minutes of critical care?", "yes: 99291"),
        ("Critical care 29 minutes then later 10 more minutes, same physician. Is 99291 ok?", "yes: 99291"),
        ("74 minutes of critical care: 99291 x1 and 99292 x1?", "no: 99291"),
        ("Critical care from 9:00 am to 10:50 am, which codes for Medicare?", "99291, 99292"),
    ]);
}

#[test]
fn prolonged_time_is_counted_from_its_start() {
    hold(&[
        ("99215 by time, 75 minutes, Medicare. How many units of G2212?", "99215, G2212"),
        ("99215 took 60 minutes, Medicare. Can we add G2212?", "no: 99215"),
        ("99205, 104 minutes total, how many G2212?", "99205, G2212 x2"),
        ("Cigna: 99215 with 70 minutes total time, how many units of 99417?", "99215, 99417 x2"),
        ("Can we bill 99215 and 99417 for 60 minutes?", "depends:  ask"),
        ("Medicare: 99215 and 99417 for 60 minutes, ok?", "no: 99215"),
        ("99223 with 95 minutes total, can we add G0316?", "yes: 99223, G0316"),
        ("99233 took 60 minutes. Is G0316 billable?", "no: 99233"),
        ("99350 home visit of 120 minutes, prolonged G0318 for Medicare?", "99350, G0318"),
        ("Initial nursing facility visit 99306, 100 minutes, is G0317 allowed?", "yes: 99306, G0317"),
    ]);
}

#[test]
fn sessions_infusions_and_months_become_codes() {
    hold(&[
        ("Psychotherapy of 45 minutes, no E/M. Which code?", "90834"),
        ("Can we bill 90837 for 50 minutes of psychotherapy?", "no: 90834"),
        ("99214 with 30 minutes of psychotherapy, which add-on code?", "99214, 90833"),
        ("10 minutes of psychotherapy, billable?", "no:"),
        ("Crisis psychotherapy lasted 110 minutes, what codes?", "90839, 90840 x2"),
        ("Crisis session of 25 minutes, can we bill 90839?", "no: 90832"),
        ("One antibiotic infused from 9:00 to 10:45. What do we bill?", "96365, 96366"),
        ("Infusion of one drug over 90 minutes: can we bill 96366?", "no: 96365"),
        ("Chemo infusion ran 2 hours 35 minutes. Which codes and units?", "96413, 96415 x2"),
        ("Remicade infusion 2 hours 10 minutes; 96413 and 96415 x2?", "no: 96413, 96415"),
        ("96366 for 1 hr 20 min infusion?", "no: 96365"),
        ("ACP discussion 35 minutes on the same day as 99214. Code and units?", "99497"),
        ("PCM by clinical staff 60 minutes this month", "99426, 99427"),
        ("Infliximab 200 mg over 2 h 10 min, admin codes?", "96413, 96415"),
        ("Vancomycin IV 8:00 - 9:31, what do I bill for administration?", "96365, 96366"),
        ("Hydration for 30 minutes, can we bill 96360?", "no:"),
        ("IV hydration with saline 1 hour 40 minutes, which codes?", "96360, 96361"),
        ("IVPB ceftriaxone ran 12 minutes, which code?", "96374"),
        ("Smoking cessation counseling 3 minutes, is 99406 billable?", "no:"),
        ("Tobacco cessation counseling of 12 minutes: which code?", "99407"),
        ("Advance care planning 50 minutes, what codes?", "99497, 99498"),
        ("ACP lasted 15 minutes. Can we bill 99497?", "no:"),
        ("Our nurse logged 45 minutes of CCM this month. What can we bill?", "99490, 99439"),
        ("45 minutes of chronic care management this month, what do we bill?", "ask"),
        ("CCM: clinical staff spent 19 minutes in the month, can we bill 99490?", "no:"),
        ("RPM management of 41 minutes this month, which codes?", "99457, 99458"),
        ("RPM time this month was 12 minutes. Which code?", "99470"),
        ("Hospital discharge took 35 minutes. 99238 or 99239?", "99239"),
        ("Discharge day management, 30 minutes. Can we bill 99239?", "no: 99238"),
        ("The hospital discharge took more than 30 minutes. Which code?", "99239"),
        ("Moderate sedation by the surgeon for 38 minutes, adult. What codes?", "99152, 99153 x2"),
        ("Moderate sedation 9 minutes, can we bill 99152?", "no:"),
        ("Moderate sedation during a colonoscopy, 25 minutes, Medicare, which codes?", "G0500, 99153"),
    ]);
}

#[test]
fn other_questions_are_left_to_others() {
    let others = [
        "Is 97110 valid in 2026?",
        "Which modifier goes on 97110 when the assistant treats for 20 minutes?",
        "97110 and 97140 in the same 15 minutes, may we bill both?",
        "Our claim for 99291 with 80 minutes was denied, why?",
        "The NP spent 20 minutes and the physician 30 minutes of critical care. Who bills 99291?",
        "Critical care 90 minutes with intubation by the same doctor, what do we bill?",
        "Critical care ran from 11:30 pm to 12:45 am, which codes?",
        "What does Medicare pay for 97110?",
        "Remdesivir infused over 60 minutes, then hydration 90 minutes, then Zofran push. What codes?",
        "99214 and 45 minutes including psychotherapy, what add-on?",
        "Family psychotherapy for 50 minutes, which code?",
        "May we bill 20610 and 99213 together?",
        "CCM and RPM in the same month, 20 minutes each, allowed?",
        "Same day admission and discharge, 40 minutes at discharge. 99239?",
        "The resident spent 40 minutes on the discharge, can we bill 99239?",
        "Established patient, 35 minutes. Which level?",
        "How is anesthesia time of 75 minutes billed with 00810?",
        "How often can 99406 be billed in a year?",
        "Is 99417 payable by Medicare?",
        "The PTA gave 97110 for 30 minutes. How many units?",
        "Nursing home discharge of 35 minutes: 99316?",
        "Advance care planning 20 minutes at the annual wellness visit, which code?",
        "Psychotherapy 60 minutes and 20 more minutes later, prolonged?",
    ];
    for text in others {
        let ruling = find(corpus(), &inquiry(text));
        assert!(ruling.is_none(), "{text}\n  {:?}", ruling.map(|ruling| ruling.say));
    }
}

#[test]
fn amounts_are_summed_and_taken_off_as_said() {
    let total = |text: &str| minutes::read(text).total(minutes::Adding::Said).map(|total| total.minutes);
    for (text, expected) in [
        ("95 minutes, of which 20 were for CPR", Some(75)),
        ("95 minutes, 20 of which were for CPR", Some(75)),
        ("95 minutes including 10 minutes of charting", Some(95)),
        ("95 minutes including 10 minutes of golf", None),
        ("40 minutes in the morning and then 30 minutes", Some(70)),
        ("40 minutes and 30 minutes", None),
        ("a total of 53 minutes: 30 minutes and 23 minutes", Some(53)),
        ("code needs 30 minutes, we had 25 minutes", Some(25)),
        ("range 30-39 minutes, we spent 35 minutes", Some(35)),
        ("the 8-minute rule with 20 minutes", Some(20)),
        ("20 minutes later", None),
        ("from 9:00 to 9:30 and again from 10:00 to 10:20", Some(50)),
        ("9:00 to 9:30, 30 minutes", Some(30)),
    ] {
        assert_eq!(total(text), expected, "{text}");
    }
}

/// Units counted minute by minute, for the property tests.
fn counted(minutes: u32, begins: impl Fn(u32) -> bool) -> u32 {
    (1..=minutes).filter(|minute| begins(*minute)).count().try_into().unwrap()
}

proptest! {
    #[test]
    fn units_never_fall_and_equal_a_plain_count(m in 0_u32..600) {
        let therapy = |m| counted(m, |minute| minute % 15 == 8);
        prop_assert_eq!(therapy::units(m), therapy(m));
        prop_assert!(therapy::units(m + 1) >= therapy::units(m));
        let (first, more) = critical::medicare(m);
        prop_assert_eq!((first, more), (u32::from(m >= 30), counted(m, |minute| minute >= 104 && (minute - 104) % 30 == 0)));
        let (_, more) = critical::cpt(m);
        prop_assert_eq!(more, counted(m, |minute| minute >= 75 && (minute - 75) % 30 == 0));
        prop_assert_eq!(prolonged::units(69, m), counted(m, |minute| minute >= 69 && (minute - 69) % 15 == 0));
        let infused = infusion::codes(infusion::Kind::Drug, m)[1].1;
        prop_assert_eq!(infused, counted(m, |minute| minute >= 91 && (minute - 91) % 60 == 0));
        prop_assert_eq!(counseling::planning(m).1, counted(m, |minute| minute >= 46 && (minute - 46) % 30 == 0));
        prop_assert_eq!(sedation::units(m).1, counted(m, |minute| minute >= 23 && (minute - 23) % 15 == 0));
        prop_assert_eq!(psychotherapy::crisis(m).1, counted(m, |minute| minute >= 75 && (minute - 75) % 30 == 0));
        let month = |m| monthly::RPM.units(m).iter().map(|(_, units)| units).sum::<u32>();
        prop_assert_eq!(month(m), m / 20);
        for pair in [monthly::STAFF_CCM, monthly::OWN_CCM, monthly::COMPLEX_CCM, monthly::OWN_PCM, monthly::STAFF_PCM, monthly::RTM] {
            let of = |m| pair.units(m).iter().map(|(_, units)| units).sum::<u32>();
            prop_assert!(of(m) <= of(m + 1));
        }
    }

    #[test]
    fn allotted_units_are_those_of_the_sum(each in prop::collection::vec(0_u32..90, 1..6), more in 0_usize..6) {
        let (allotted, _) = therapy::allot(&each);
        prop_assert_eq!(allotted.iter().sum::<u32>(), therapy::units(each.iter().sum()));
        for (units, minutes) in allotted.iter().zip(&each) {
            prop_assert!(*units == minutes / 15 || *units == minutes / 15 + 1);
        }
        let mut longer = each.clone();
        let at = more % longer.len();
        longer[at] += 1;
        prop_assert!(therapy::allot(&longer).0.iter().sum::<u32>() >= allotted.iter().sum::<u32>());
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,120}") {
        let _ = find(corpus(), &inquiry(&text));
    }

    #[test]
    fn nothing_panics_on_words_that_mean_something(words in prop::collection::vec(0_usize..WORDS.len(), 0..24)) {
        let text: Vec<&str> = words.iter().map(|at| WORDS[*at]).collect();
        let _ = find(corpus(), &inquiry(&text.join(" ")));
    }
}

const WORDS: [&str; 48] = [
    "97110",
    "97140",
    "99291",
    "99292",
    "G2212",
    "99215",
    "90837",
    "96365",
    "99490",
    "99239",
    "99152",
    "97161",
    "53",
    "minutes",
    "min",
    "1 hour",
    "hours",
    "of which",
    "20",
    "minus",
    "each",
    "9:05",
    "to",
    "9:58",
    "pm",
    "critical care",
    "therapy",
    "units",
    "how many",
    "?",
    "total",
    "including",
    "CPR",
    "é",
    "—",
    "ſ",
    "İ",
    "and",
    "then",
    "more than",
    "infused",
    "hydration",
    "discharge",
    "sedation",
    "new patient",
    "Medicare",
    "99999 minutes",
    "1h20",
];

#[test]
fn any_unit_is_asked_for_yes_or_no() {
    hold(&[
        ("OT spent 5 timed minutes on 97530, nothing else that day. Any unit?", "no:"),
        ("We gave 97110 for 12 minutes, Medicare, nothing else. Is there any billable unit?", "yes: 97110"),
    ]);
}
