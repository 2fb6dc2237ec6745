//! An operation in everyday words as ICD-10-PCS says it: root operation, body part, approach, qualifier. Source of the
//! terms: ICD-10-PCS Official Guidelines, sections B3 and B5, and the definitions of the root operations.

use std::sync::LazyLock;

use regex::Regex;

macro_rules! patterns {
    ($name:ident: $(($pattern:expr, $text:expr)),+ $(,)?) => {
        static $name: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
            vec![$((crate::domain::pattern::constant($pattern), $text)),+]
        });
    };
}

patterns! { OPERATIONS:
    (r"biops", "Excision Diagnostic"),
    (r"\bturp\b|transurethral resection of (?:the )?prostate", "Excision of Prostate"),
    (r"\bpart\b|partial|portion|wedge|\bcyst\b|polyp|lesion|lumpectomy|discectomy|debride|segment(?:al)?\b", "Excision"),
    (r"appendectomy|cholecystectomy|nephrectomy|splenectomy|lobectomy|hysterectomy|colectomy|thyroidectomy|oophorectomy|salpingectomy|prostatectomy|mastectomy|whole|entire|total|complete|all of|taken out|\bresect", "Resection"),
    (r"amputat", "Detachment"),
    (r"thrombectomy|embolectomy|\bstone|calcul|clot|foreign body|extirpat", "Extirpation"),
    (r"lithotripsy|fragment", "Fragmentation"),
    (r"drain|aspirat|thoracentesis|paracentesis|lumbar puncture|incision and drainage", "Drainage"),
    (r"bypass|cabg|anastomosis|shunt|fistula creation|ostomy", "Bypass"),
    (r"angioplasty|dilat|stent", "Dilation"),
    (r"ablat|cauter|destr|fulgurat", "Destruction"),
    (r"replacement|arthroplasty", "Replacement"),
    (r"reduction|reposition|\borif\b|fixation of (?:the )?fracture", "Reposition"),
    (r"fusion|arthrodesis", "Fusion"),
    (r"mesh|graft|supplement|reinforc", "Supplement"),
    (r"herniorrhaphy|hernia repair|suture|repair|closure", "Repair"),
    (r"adhesiolysis|lysis|releas|free(?:d|ing)", "Release"),
    (r"division|osteotomy|\bcut\b", "Division"),
    (r"pacemaker|insert|implant|placement|catheter", "Insertion"),
    (r"remov(?:al|ed) of (?:the )?(?:device|drain|tube|hardware|pacemaker|catheter)", "Removal"),
    (r"ligat|clip(?:ping)?|occlu|embolization", "Occlusion"),
    (r"transplant", "Transplantation"),
    (r"inspect|explor|diagnostic (?:laparoscop|arthroscop|bronchoscop|colonoscop)", "Inspection"),
    (r"cesarean|c-section", "Extraction of Products of Conception"),
    (r"vaginal delivery", "Delivery of Products of Conception"),
    (r"transfus", "Transfusion"),
    (r"ventilat", "Respiratory Ventilation"),
    (r"dialysis", "Urinary Filtration"),
}

patterns! { APPROACHES:
    (r"laparoscop|arthroscop|thoracoscop|\bvats\b|robot|keyhole", "Percutaneous Endoscopic Approach"),
    (r"\begd\b|endoscop|colonoscop|bronchoscop|cystoscop|hysteroscop|sigmoidoscop|\bturp\b|transurethral|\bercp\b|ureteroscop", "Via Natural or Artificial Opening Endoscopic"),
    (r"percutaneous|needle|catheter|endovascular|\bptca\b|angioplasty", "Percutaneous Approach"),
    (r"vaginal|per rectum|transoral|\boral\b|natural opening", "Via Natural or Artificial Opening"),
    (r"\bopen|laparotomy|thoracotomy|craniotomy|incision|sternotomy|arthrotomy", "Open Approach"),
    (r"extern|closed reduction|manual", "External Approach"),
}

patterns! { PARTS:
    (r"appendectomy", "Appendix"),
    (r"cholecystectomy", "Gallbladder"),
    (r"nephrectomy", "Kidney"),
    (r"splenectomy", "Spleen"),
    (r"hysterectomy", "Uterus"),
    (r"prostatectomy|\bturp\b", "Prostate"),
    (r"thyroidectomy", "Thyroid Gland"),
    (r"oophorectomy", "Ovary"),
    (r"salpingectomy", "Fallopian Tube"),
    (r"mastectomy|lumpectomy", "Breast"),
    (r"lobectomy", "Lung Lobe"),
    (r"lumbosacral|l5-?s1", "Lumbosacral"),
    (r"discectomy|\bdisc\b", "Disc"),
    (r"stomach|gastr", "Stomach"),
    (r"knee", "Knee Joint"),
    (r"hip", "Hip Joint"),
}

/// The words as the titles of the tables put them. The question's own stay behind: they name the body part.
pub fn rewrite(words: &str) -> String {
    let lower = words.to_lowercase();
    let first = |list: &'static [(Regex, &'static str)]| {
        list.iter().find(|(pattern, _)| pattern.is_match(&lower)).map(|(_, text)| *text)
    };
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(first(&OPERATIONS));
    parts.extend(PARTS.iter().filter(|(pattern, _)| pattern.is_match(&lower)).map(|(_, text)| *text));
    let place: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !OPERATIONS.iter().chain(&*APPROACHES).any(|(pattern, _)| pattern.is_match(word)))
        .collect();
    let place = place.join(" ");
    parts.push(&place);
    parts.extend(first(&APPROACHES));
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_become_those_of_the_tables() {
        let said = rewrite("Laparoscopic appendectomy");
        assert!(said.starts_with("Resection Appendix") && said.ends_with("Percutaneous Endoscopic Approach"), "{said}");
        let said = rewrite("Cystoscopy with biopsy of the bladder");
        assert!(said.starts_with("Excision Diagnostic") && said.contains("bladder"), "{said}");
        assert!(said.ends_with("Opening Endoscopic"), "{said}");
    }
}
