//! Where a code belongs by its characters: the sections of CPT and HCPCS, and the axes of ICD-10-PCS.

use crate::domain::code::{Code, CodeSet};

/// The section of a procedure code; `None` where its characters tell none.
pub(super) fn of(code: &Code) -> Option<&'static str> {
    let text = code.as_str();
    match code.set() {
        CodeSet::Cpt => match text.as_bytes().last() {
            Some(b'F') => Some("Category II: performance measurement"),
            Some(b'T') => Some("Category III: emerging technology"),
            Some(b'U') => Some("Proprietary laboratory analyses"),
            Some(b'M') => Some("Multianalyte assays with algorithms, administrative"),
            _ => CPT.iter().find(|(first, last, _)| (*first..=*last).contains(&text)).map(|(.., name)| *name),
        },
        CodeSet::Hcpcs => HCPCS.iter().find(|(letter, _)| text.starts_with(*letter)).map(|(_, name)| *name),
        CodeSet::Icd10cm | CodeSet::Icd10pcs => None,
    }
}

const CPT: [(&str, &str, &str); 23] = [
    ("00100", "01999", "Anesthesia"),
    ("10004", "19499", "Surgery: skin and breast"),
    ("20100", "29999", "Surgery: musculoskeletal system"),
    ("30000", "32999", "Surgery: respiratory system"),
    ("33016", "37799", "Surgery: heart and vessels"),
    ("38100", "38999", "Surgery: blood and lymph"),
    ("39000", "39599", "Surgery: mediastinum and diaphragm"),
    ("40490", "49999", "Surgery: digestive system"),
    ("50010", "53899", "Surgery: urinary system"),
    ("54000", "55980", "Surgery: male genital system"),
    ("56405", "58999", "Surgery: female genital system"),
    ("59000", "59899", "Surgery: maternity care and delivery"),
    ("60000", "60699", "Surgery: endocrine system"),
    ("61000", "64999", "Surgery: nervous system"),
    ("65091", "68899", "Surgery: eye"),
    ("69000", "69990", "Surgery: ear"),
    ("70010", "79999", "Radiology"),
    ("80047", "89398", "Pathology and laboratory"),
    ("90281", "90480", "Medicine: immune globulins and vaccines"),
    ("90785", "96999", "Medicine"),
    ("97010", "97799", "Medicine: physical medicine and rehabilitation"),
    ("97802", "99199", "Medicine"),
    ("99202", "99499", "Evaluation and management"),
];

const HCPCS: [(char, &str); 18] = [
    ('A', "Transportation, medical and surgical supplies"),
    ('B', "Enteral and parenteral therapy"),
    ('C', "Hospital outpatient (OPPS)"),
    ('D', "Dental procedures"),
    ('E', "Durable medical equipment"),
    ('G', "Procedures and professional services"),
    ('H', "Behavioral health, for Medicaid"),
    ('J', "Drugs that are not taken by mouth, and chemotherapy"),
    ('K', "Temporary codes of the equipment contractors"),
    ('L', "Orthotics and prosthetics"),
    ('M', "Medical services and quality measures"),
    ('P', "Pathology and laboratory"),
    ('Q', "Temporary codes"),
    ('R', "Diagnostic radiology: transport of equipment"),
    ('S', "Temporary codes of private payers"),
    ('T', "State Medicaid agencies"),
    ('U', "Coronavirus laboratory tests"),
    ('V', "Vision, hearing and speech"),
];

/// What the characters of an ICD-10-PCS code stand for: axis, character and, where it means the same in the whole
/// section, its meaning (ICD-10-PCS Reference Manual).
pub(super) fn axes(code: &Code) -> Vec<(&'static str, String, &'static str)> {
    let characters: Vec<char> = code.as_str().chars().collect();
    let (CodeSet::Icd10pcs, [section, .., _]) = (code.set(), &characters[..]) else { return Vec::new() };
    let mut axes = vec![("section", section.to_string(), find(&SECTIONS, *section))];
    if *section != '0' {
        return axes;
    }
    let names = ["body system", "root operation", "body part", "approach", "device", "qualifier"];
    for (name, character) in names.into_iter().zip(&characters[1..]) {
        let meaning = match name {
            "root operation" => find(&OPERATIONS, *character),
            "approach" => find(&APPROACHES, *character),
            "device" if *character == 'Z' => "none",
            "qualifier" if *character == 'Z' => "none",
            "qualifier" if *character == 'X' => "diagnostic",
            _ => "",
        };
        axes.push((name, character.to_string(), meaning));
    }
    axes
}

fn find(list: &[(char, &'static str)], character: char) -> &'static str {
    list.iter().find(|(known, _)| *known == character).map_or("", |(_, name)| name)
}

const SECTIONS: [(char, &str); 17] = [
    ('0', "medical and surgical"),
    ('1', "obstetrics"),
    ('2', "placement"),
    ('3', "administration"),
    ('4', "measurement and monitoring"),
    ('5', "extracorporeal or systemic assistance and performance"),
    ('6', "extracorporeal or systemic therapies"),
    ('7', "osteopathic"),
    ('8', "other procedures"),
    ('9', "chiropractic"),
    ('B', "imaging"),
    ('C', "nuclear medicine"),
    ('D', "radiation therapy"),
    ('F', "physical rehabilitation and diagnostic audiology"),
    ('G', "mental health"),
    ('H', "substance abuse treatment"),
    ('X', "new technology"),
];

const APPROACHES: [(char, &str); 7] = [
    ('0', "open"),
    ('3', "percutaneous"),
    ('4', "percutaneous endoscopic"),
    ('7', "via natural or artificial opening"),
    ('8', "via natural or artificial opening, endoscopic"),
    ('F', "via natural or artificial opening with percutaneous endoscopic assistance"),
    ('X', "external"),
];

const OPERATIONS: [(char, &str); 31] = [
    ('0', "alteration"),
    ('1', "bypass"),
    ('2', "change"),
    ('3', "control"),
    ('4', "creation"),
    ('5', "destruction"),
    ('6', "detachment"),
    ('7', "dilation"),
    ('8', "division"),
    ('9', "drainage"),
    ('B', "excision: cutting out a part"),
    ('C', "extirpation: taking out solid matter"),
    ('D', "extraction"),
    ('F', "fragmentation"),
    ('G', "fusion"),
    ('H', "insertion"),
    ('J', "inspection"),
    ('K', "map"),
    ('L', "occlusion"),
    ('M', "reattachment"),
    ('N', "release"),
    ('P', "removal: of a device"),
    ('Q', "repair"),
    ('R', "replacement"),
    ('S', "reposition"),
    ('T', "resection: cutting out all of a body part"),
    ('U', "supplement"),
    ('V', "restriction"),
    ('W', "revision"),
    ('X', "transfer"),
    ('Y', "transplantation"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_procedure_code_belongs_to_a_section() {
        let of = |text: &str| super::of(&Code::parse(text).unwrap());
        assert_eq!(of("45385"), Some("Surgery: digestive system"));
        assert_eq!(of("0510T"), Some("Category III: emerging technology"));
        assert_eq!(of("J1100").map(|name| &name[..5]), Some("Drugs"));
        assert_eq!(of("E11.9"), None);
    }

    #[test]
    fn an_inpatient_procedure_is_told_by_its_characters() {
        let axes = axes(&Code::parse("0DTJ4ZZ").unwrap());
        assert_eq!(axes.len(), 7);
        assert_eq!(axes[2], ("root operation", "T".to_owned(), "resection: cutting out all of a body part"));
        assert_eq!(axes[4].2, "percutaneous endoscopic");
        assert_eq!(super::axes(&Code::parse("B020ZZZ").unwrap()).len(), 1);
        assert!(super::axes(&Code::parse("45385").unwrap()).is_empty());
    }
}
