//! Invented identifiers of every kind that masking names, others for each place that they are planted in.

/// An identifier, in words of its kind, and what must be found nowhere.
pub struct Canary {
    /// The kind, as the rule has it.
    pub kind: &'static str,
    /// How a mail says it.
    pub said: String,
    /// What tells.
    pub needles: Vec<String>,
}

const FIRST: [&str; 10] = [
    "Quentin",
    "Leopold",
    "Mildred",
    "Thaddeus",
    "Gwendolyn",
    "Archibald",
    "Prudence",
    "Cornelius",
    "Winifred",
    "Ignatius",
];
const LAST: [&str; 10] = [
    "Zaragoza",
    "Okonkwo",
    "Fitzsimmons",
    "Villanueva",
    "Papadakis",
    "Worthington",
    "Kowalczyk",
    "Abernathy",
    "Montenegro",
    "Thistlewood",
];
const STREETS: [&str; 10] = [
    "Marigold",
    "Sycamore",
    "Juniper",
    "Hawthorne",
    "Magnolia",
    "Persimmon",
    "Tamarack",
    "Hickory",
    "Cottonwood",
    "Bayberry",
];

/// The whole name of the person of a place.
pub fn person(n: usize) -> String {
    format!("{} {}", FIRST[n], LAST[n])
}

/// Identifiers of all kinds for one place of ten.
pub fn all(n: usize) -> Vec<Canary> {
    let (first, last, street) = (FIRST[n], LAST[n], STREETS[n]);
    let one = |kind: &'static str, said: String, needles: &[String]| Canary { kind, said, needles: needles.to_vec() };
    let mut canaries = vec![one("name", format!("Patient {first} {last}"), &[first.to_owned(), last.to_owned()])];
    let mut number = |kind: &'static str, before: &str, value: String| {
        canaries.push(one(kind, format!("{before} {value}"), &[value]));
    };
    number("birth_date", "DOB", format!("0{}/1{}/195{n}", 1 + n % 9, n % 9));
    number("ssn", "SSN", format!("53{n}-21-73{n}1"));
    number("mrn", "MRN", format!("771{n}023{n}"));
    number("health_plan", "member ID", format!("W88{n}1204{n}7"));
    number("health_plan", "Medicare number", format!("1EG{n}-TE{n}-MK7{n}"));
    number("account", "account number", format!("902{n}775{n}"));
    number("phone", "call", format!("(614) 555-01{n}7"));
    number("fax", "fax", format!("614-555-02{n}3"));
    number("email", "email", format!("pt.{n}8812@mail.example"));
    number("license", "driver license", format!("D88{n}0127{n}"));
    number("vehicle", "VIN", format!("1HGCM82633A00{n}35{n}"));
    number("device", "device serial number", format!("PJN55{n}12{n}H"));
    number("url", "portal", format!("https://portal.example.com/p?id=88{n}213"));
    number("ip", "IP address", format!("203.0.113.7{n}"));
    number("biometric", "fingerprint ID", format!("FP-991{n}0-7{n}"));
    number("other", "claim number", format!("202511{n}88300{n}"));
    let house = 4810 + n;
    canaries.push(one(
        "address",
        format!("lives at {house} {street} Lane"),
        &[format!("{house} {street}"), street.to_owned()],
    ));
    canaries.push(one(
        "age",
        format!("is a 9{n}-year-old").replace("90-", "100-"),
        &[format!("9{n}-year").replace("90-", "100-")],
    ));
    canaries
}

/// A text with all of them.
pub fn told(n: usize) -> String {
    all(n).iter().map(|canary| canary.said.as_str()).collect::<Vec<_>>().join(", ") + "."
}

/// Every needle of every place.
pub fn needles() -> Vec<String> {
    (0..10).flat_map(all).flat_map(|canary| canary.needles).collect()
}
