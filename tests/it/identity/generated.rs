//! Mails made from templates and lists with a fixed seed, `tests/fixtures/identity/templates.txt`.

use super::marked::{Marked, Score};

const GIVEN: &str = "James Mary Wei Aisha José Priya Dmitri Lakeisha Siobhán Kenji Fatima Björn Guadalupe Tomasz Oluwadamilare Thandiwe Xanthe Quetzalli Emeka \
Mei-Ling Jean-Luc Jo Ed Rosemary Grace Mark Virginia Brooklyn Dawn Earl Hector Ingrid Deshawn Chidinma Zbigniew Anneliese Rajesh Noor Liam Ava Mateo Saoirse Yusuf Winifred Barnaby";
const SURNAMES: &str = "Smith|Garcia|O'Brien|Nguyen|Patel|Kowalczyk|Van Dyke|De La Rosa|Smith-Jones|McAllister|Okwuosa|Thistlewood|Gryzbowski|Zubieta|Vandermolen|Abernathy|\
Young|Brown|Long|White|Rice|Bell|Stone|Hill|Park|Hernández|Müller|Al-Rashid|Fitzgerald|Yamamoto|Petrova|Adeyemi|St. Clair|Delacroix|Johansson|Castellanos|Whitcombe|Ferrante|Oyelaran|Marchetti";
const STREETS: &str = "Elm Street|Maple Ave|Old Mill Road|Harbor Blvd|W. 14th St|North Oak Lane|Sycamore Drive|Sunset Ct|County Line Rd|Lakeview Terrace|Pine Ridge Pkwy";
const TOWNS: &str = "Springfield, IL|Dayton, OH|Baton Rouge, LA|San Marcos, TX|Fort Collins, Colorado|Lake Oswego, OR|St. Charles, MO|Winston-Salem, NC";
const CPTS: &str = "45385 45380 99213 99214 20610 29881 27447 66984 11042 97597 36415 93000 64483 12002 58558 47562 31231 52000 33208 90837 0275T 1126F 0202U";
const HCPCS: &str = "G0463 J1745 J9035 G2211 C1713 Q4101 A4550 E0601 L1832 S9083 P9016 T1015 H0031";
const ICDS: &str = "E11.9 K63.5 Z12.11 S72.001A M17.11 I10 H25.811 N18.30 L97.512 Z3A.20 C50.911 F33.1 R07.9 T81.31XA";
const NDCS: &str = "00069-0809-01 50242-0040-62 0002-1433-80 63323-0010-05";
const MODIFIERS: &str = "25 59 XS XU RT LT 50 51 57 58 76 78 79 80 AS TC 26";

/// Numbers from a seed: the same on every machine.
pub struct Dice(u64);

impl Dice {
    /// Begins a series.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % n as u64).unwrap()
    }

    /// One of the parts of a list.
    pub fn of<'a>(&mut self, list: &'a str, part: char) -> &'a str {
        let parts: Vec<&str> = list.split(part).filter(|part| !part.is_empty()).collect();
        parts[self.below(parts.len())]
    }

    /// Figures for each `#` of a form, letters for each `^`.
    pub fn form(&mut self, form: &str) -> String {
        let letters = b"ACDEFGHJKMNPQRTUVWXY";
        let mut fill = |c: char| match c {
            '#' => char::from(b'1' + u8::try_from(self.below(9)).unwrap()),
            '^' => char::from(letters[self.below(letters.len())]),
            c => c,
        };
        form.chars().map(&mut fill).collect()
    }
}

/// `count` mails, each from a template in turn.
pub fn mails(count: usize, seed: u64) -> Vec<Marked> {
    let templates: Vec<&str> = include_str!("../../fixtures/identity/templates.txt").split("\n===\n").collect();
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|n| {
            let mail = fill(templates[n % templates.len()], &mut dice);
            // One in nine is shouted, one in nine written without a capital.
            let mail = match dice.below(9) {
                0 => raise(&mail, str::to_uppercase),
                1 => raise(&mail, str::to_lowercase),
                _ => mail,
            };
            Marked::read(&mail)
        })
        .collect()
}

/// Changes the case of everything but the kinds of the marks, and of codes.
fn raise(mail: &str, change: fn(&str) -> String) -> String {
    let mut out = String::new();
    for (n, part) in mail.split("{{").enumerate() {
        match part.split_once(':').filter(|_| n > 0) {
            Some((kind, rest)) => out.push_str(&format!("{{{{{kind}:{}", change(rest))),
            None => out.push_str(&change(part)),
        }
    }
    out
}

fn fill(template: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut first = String::new();
    let mut last = String::new();
    for (n, part) in template.split('<').enumerate() {
        let Some((slot, rest)) = part.split_once('>').filter(|_| n > 0) else {
            out.push_str(part);
            continue;
        };
        let (kind, value) = slot_value(slot, dice, &mut first, &mut last);
        if kind.is_empty() {
            out.push_str(&value)
        } else {
            out.push_str(&format!("{{{{{kind}:{value}}}}}"))
        }
        out.push_str(rest);
    }
    out
}

/// Kind (none for what is no identifier) and value of a slot.
fn slot_value(slot: &str, dice: &mut Dice, first: &mut String, last: &mut String) -> (&'static str, String) {
    let (given, surname) = (dice.of(GIVEN, ' ').to_owned(), dice.of(SURNAMES, '|').to_owned());
    match slot {
        "name" => {
            (*first, *last) = (given, surname);
            ("name", format!("{first} {last}"))
        }
        "last_first" => {
            (*first, *last) = (given, surname);
            let upper = dice.below(3) == 0;
            let initial = if dice.below(2) == 0 { dice.form(" ^.") } else { String::new() };
            let name = format!("{last}, {first}{initial}");
            ("name", if upper { name.to_uppercase() } else { name })
        }
        "first" | "last" => {
            if first.is_empty() || dice.below(4) == 0 {
                (*first, *last) = (given, surname);
            }
            ("name", if slot == "first" { first.clone() } else { last.clone() })
        }
        "doctor" => ("clinician", format!("{given} {surname}")),
        "doctor_last" => ("clinician", surname),
        "sender" => ("correspondent", format!("{given} {surname}")),
        "sender_first" => ("correspondent", given),
        "sender_phone" => ("correspondent", dice.form("(6##) 555-01##")),
        _ => number(slot, dice),
    }
}

fn number(slot: &str, dice: &mut Dice) -> (&'static str, String) {
    let mut form = |kind: &'static str, forms: &[&str]| {
        let form = forms[dice.below(forms.len())];
        (kind, dice.form(form))
    };
    match slot {
        "dob" => birthday(dice),
        "dos" => {
            let year = 2024 + dice.below(2);
            ("", day(dice, year))
        }
        "age90" => ("age", (91 + dice.below(12)).to_string()),
        "age" => ("", (3 + dice.below(80)).to_string()),
        "units" => ("", (1 + dice.below(12)).to_string()),
        "mrn" => form("mrn", &["#######", "######", "00#####", "M######", "^-######", "##-##-##", "########"]),
        "record" => form("mrn", &["#######", "######", "##-##-##"]),
        "member" => form(
            "health_plan",
            &["W##########", "^^^#########", "########", "###-##-####", "^^^######^##", "9########"],
        ),
        "group" => form("health_plan", &["00#####", "######"]),
        "mbi" => form("health_plan", &["1^#4^#5^^##", "2^^6-^^7-^^##", "3^#1 ^#8 ^^##"]),
        "ssn" => form("ssn", &["###-##-####", "### ## ####"]),
        "acct" => form("account", &["########", "A-######", "##-#####", "^^######"]),
        "claim" => form("other", &["2025#########", "^^^#######", "############"]),
        "phone" => {
            form("phone", &["(6##) 555-01##", "6##-555-01##", "6##.555.01##", "+1 6## 555 01##", "6##-555-01## ext 4#"])
        }
        "fax" => form("fax", &["6##-555-02##", "(6##) 555-02##"]),
        "email" => form("email", &["pt.####@mail.example", "j^^^##@clinic.example.org"]),
        "url" => form("url", &["https://portal.example.com/p?id=####", "www.records.example.org/chart/#####"]),
        "ip" => form("ip", &["203.0.113.##", "198.51.100.1##"]),
        "device" => form("device", &["PJN######H", "SN#######", "^^^######^"]),
        "license" => form("license", &["D########", "^####-####-####"]),
        "plate" => form("vehicle", &["^^^-####", "#^^^###"]),
        "vin" => form("vehicle", &["1HGCM8##33A00####"]),
        "card" => form("account", &["45## #### #### ####", "54##############"]),
        "dea" => form("license", &["B^#######"]),
        "npi" => form("clinician", &["1#########"]),
        "street" => ("address", format!("{} {}", dice.form("1###"), dice.of(STREETS, '|'))),
        "town_zip" => {
            let (town, state) = dice.of(TOWNS, '|').split_once(", ").unwrap();
            ("address", format!("{town}}}}}, {state} {{{{address:{}", dice.form("6####")))
        }
        "town" => ("address", dice.of(TOWNS, '|').split(", ").next().unwrap().to_owned()),
        "cpt" => ("", dice.of(CPTS, ' ').to_owned()),
        "hcpcs" => ("", dice.of(HCPCS, ' ').to_owned()),
        "icd" => ("", dice.of(ICDS, ' ').to_owned()),
        "ndc" => ("", dice.of(NDCS, ' ').to_owned()),
        "mod" => ("", dice.of(MODIFIERS, ' ').to_owned()),
        other => panic!("the templates name a slot that is not there: {other}"),
    }
}

fn day(dice: &mut Dice, year: usize) -> String {
    let (m, d) = (1 + dice.below(12), 1 + dice.below(28));
    match dice.below(4) {
        0 => format!("{m}/{d}/{year}"),
        1 => format!("{m:02}-{d:02}-{year}"),
        2 => format!("{year}-{m:02}-{d:02}"),
        _ => format!("{m:02}/{d:02}/{year}"),
    }
}

fn birthday(dice: &mut Dice) -> (&'static str, String) {
    const MONTHS: &str = "January February March April May June July August September October November December";
    let (year, d) = (1934 + dice.below(50), 1 + dice.below(28));
    (
        "birth_date",
        match dice.below(4) {
            0 => format!("{} {d}, {year}", dice.of(MONTHS, ' ')),
            1 => format!("{}/{d}/{}", 1 + dice.below(12), year % 100),
            _ => day(dice, year),
        },
    )
}

#[test]
fn identifiers_in_generated_mails_are_found_and_no_code_is() {
    let mut score = Score::default();
    for mail in mails(400, 7) {
        mail.score(&mut score);
    }
    let (planted, found) = score.total();
    assert!(planted > 900, "{planted} planted");
    assert!(score.recall() >= 0.99, "{found} of {planted}\n{}", score.missed.join("\n---\n"));
    assert!(score.eaten.is_empty(), "{} of {}\n{}", score.eaten.len(), score.codes, score.eaten.join("\n---\n"));
}
