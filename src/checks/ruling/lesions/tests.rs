//! Lesions as people mail them, and questions that are others'.

use super::*;
use crate::checks::ruling::wounds::tests::{asked, hold, refuse};

fn ruling(text: &str) -> Option<Ruling> {
    asked(find, text)
}

#[test]
fn the_excised_diameter_is_lesion_and_both_margins() {
    hold(
        ruling,
        &[
            ("Excision of a 1.0 cm basal cell carcinoma of the nose with 0.2 cm margins. Which code?", "11642"),
            ("Excised benign nevus of the back, 8 mm with 2 mm margins on each side: CPT?", "11402"),
            ("Melanoma of the left forearm, 2 cm, excised with 1 cm margins. What CPT code?", "11604"),
            ("Excised diameter 1.4 cm including margins, malignant lesion of the scalp. Which code?", "11622"),
            ("Excision of a sebaceous cyst of the neck, 1.2 x 0.8 cm, margins 0.1 cm, benign. Which code?", "11422"),
            (
                "Excision of a squamous cell carcinoma of the hand, lesion 1.5 cm, narrowest margin 0.4 cm, simple closure. Code?",
                "11623",
            ),
            ("A benign mole of the cheek, excised diameter 0.5 cm. Code?", "11440"),
            (
                "Excision of malignant lesions, both with 0.5 cm margins: 1 cm on the back and 2 cm on the leg. Codes?",
                "11603, 11602-59",
            ),
            (
                "Malignant melanoma of the chest: the excised diameter including margins was 4.5 cm. The closure was intermediate, 7.8 cm. Code?",
                "11606, 12034",
            ),
            (
                "A lesion measured 10 mm with a margin of 5 mm on one side and 3 mm on the other side; benign, excised from the leg. Code?",
                "11402",
            ),
            (
                "Excision of a 1.5 cm benign lesion on the neck with 0.2 cm margin and layered closure 2.8 cm. Also excision of a 0.5 cm benign lesion of the back. Codes?",
                "11422, 11400, 12042",
            ),
            ("How is a 0.6 cm benign lesion of the ear billed when it was shaved off?", "11311"),
            ("The scalp BCC was 1.1 cm and was excised with margins of 3 to 5 mm. What CPT?", "nothing"),
            (
                "0.7 cm dysplastic nevus, right shoulder, elliptical excision, 0.1 cm margin all around. CPT code please",
                "11401",
            ),
        ],
    );
    let say =
        ruling("Excision of a 1.0 cm basal cell carcinoma of the nose with 0.2 cm margins. Which code?").unwrap().say;
    assert!(say.contains("1.0 + 2 x 0.2 = 1.4 cm"), "{say}");
}

#[test]
fn each_lesion_has_its_line_and_repairs_their_own() {
    hold(
        ruling,
        &[
            (
                "Two benign nevi excised: 1.2 cm on the back and 0.8 cm on the arm, margins included. Which codes?",
                "11402, 11401-59",
            ),
            (
                "Excision of a 1.0 cm BCC of the cheek with 0.3 cm margins and layered closure of 3.2 cm. Codes?",
                "11642, 12052",
            ),
            (
                "Two BCCs: nose 0.8 cm with 0.2 cm margins, cheek 1.0 cm with 0.3 cm margins, both excised with simple closure. What codes?",
                "11642, 11642-59",
            ),
            ("A benign cyst of the back, excised diameter 0.5 cm, layered closure of 1 cm. Which codes?", "11400"),
        ],
    );
    let open = ruling("Excision of a 1.0 cm BCC of the cheek with 0.3 cm margins and layered closure. Codes?").unwrap();
    assert!(open.ask.is_some() && open.say.contains("12052"), "{}", open.say);
    let wait =
        ruling("Excision of a 1 cm lesion of the back with 0.2 cm margins, pathology pending. Which code?").unwrap();
    assert!(wait.lines.is_empty() && wait.say.contains("11402") && wait.say.contains("11602"), "{}", wait.say);
}

#[test]
fn shaves_and_destructions_go_by_the_lesion_alone() {
    hold(
        ruling,
        &[
            ("Shave removal of a 0.8 cm nevus on the back. CPT code?", "11301"),
            ("Electrodesiccation and curettage of a 1.2 cm BCC on the arm, which code?", "17262"),
            ("Cryosurgery destruction of a 0.5 cm squamous cell carcinoma of the ear. Which code?", "17280"),
        ],
    );
}

#[test]
fn counts_give_units() {
    hold(
        ruling,
        &[
            ("We snipped 18 skin tags from the neck. Which codes?", "11200, 11201"),
            ("Skin tags: 15 removed with scissors. How many units of 11200?", "11200"),
            ("12 skin tags removed, what code and units?", "11200"),
            ("Cryotherapy of 5 actinic keratoses. How do we code it?", "17000, 17003 x4"),
            ("Destroyed 16 AKs with liquid nitrogen, which code?", "17004"),
            ("Froze 3 plantar warts and 4 actinic keratoses. Which codes?", "17110, 17000-59, 17003-59 x3"),
            ("Two shave biopsies and one punch biopsy of the back. Which codes?", "11104, 11103 x2"),
            ("Punch biopsy x 3, CPT codes?", "11104, 11105 x2"),
            ("Debridement of subcutaneous tissue, ulcer of the heel, 45 sq cm. Which codes?", "11042, 11045 x2"),
            (
                "Excisional debridement including muscle, 15 sq cm on the hip, and subcutaneous, 10 sq cm on the heel. Codes?",
                "11043, 11042-59",
            ),
        ],
    );
}

#[test]
fn a_verdict_is_given_where_the_codes_are_asked_about() {
    let right = ruling("We billed 17000 and 17003 for 6 AKs frozen with nitrogen. Is that correct?").unwrap();
    assert_eq!(right.verdict, Some(Verdict::Yes));
    let wrong = ruling("16 actinic keratoses were destroyed and billed as 17000 and 17003. Is that right?").unwrap();
    assert_eq!(wrong.verdict, Some(Verdict::No));
    let added = ruling("Do I add together two benign lesions excised from the back, 1 cm and 2 cm?").unwrap();
    assert_eq!(added.verdict, Some(Verdict::No));
    let closure =
        ruling("Excision of a 1.5 cm benign nevus of the arm with simple closure of 2 cm. Can we bill the closure?")
            .unwrap();
    assert_eq!(closure.verdict, Some(Verdict::No));
}

#[test]
fn other_questions_are_left_alone() {
    refuse(
        ruling,
        &[
            "Excision of a 4 cm lipoma of the back. Which code?",
            "Excision of a 2 cm melanoma with a rotation flap, 12 sq cm. Which codes?",
            "Mohs, two stages, for a 1 cm BCC of the nose. Which codes?",
            "Which ICD-10 code for a 1 cm benign nevus of the back?",
            "Shave biopsy or shave removal of a 1 cm mole?",
            "Breast lesion, 2 cm, excised. CPT?",
            "Excision of a pilonidal cyst, 3 cm. Which code?",
            "Removed a polyp of 1 cm in the colon by snare. Which code?",
            "Does Medicare cover skin tag removal of 10 skin tags?",
            "Same lesion was biopsied and then excised, 1 cm, benign. Bill both?",
            "Re-excision of a melanoma of the back, 2 cm with 1 cm margins. Code?",
            "Nail debridement of six toes. Which code?",
            "Several warts were frozen. How many units?",
            "How do I measure a lesion for excision?",
            "Debrided muscle of one wound, 30 sq cm, and 10 sq cm of another wound. Codes?",
        ],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}") {
        let _ = ruling(&format!("excision benign lesion code? {text} 1.0 cm {text} arm 0.2 cm margins"));
        let _ = ruling(&format!("debridement muscle code? {text} 4 x 5 cm {text}"));
    }
}
