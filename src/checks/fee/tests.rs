//! A small shelf of official files in their own forms, and the questions that people ask of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use jiff::civil::date;

use super::amount::{Basis, price};
use super::locality;
use super::*;
use crate::corpus::import::{Options, Progress, import};
use crate::domain::check::Setting;
use crate::domain::table::Table;
use crate::research::Reading;

const HEADER: &str = "\
,,YEAR National Physician Fee Schedule Relative Value File MONTH Release,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r
,,RELEASED 09/11/YEAR,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r
,, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\r
,,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED\r
,,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS\r
,,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\r
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\r
";
/// Code, modifier, status, work, expense outside, its mark, in a facility, its mark, malpractice, pctc, days, shares,
/// several, both sides, assistant, co-surgeons, base.
const LINES: &str = "\
99213||A|1.30|1.35||0.57||0.10|0|XXX|0.00 0.00 0.00|0|0|0|0|
45378||A|3.26|6.44||1.79||0.43|0|000|0.00 0.00 0.00|2|0|1|0|
45378|53|A|1.63|3.22||0.90||0.22|0|000|0.00 0.00 0.00|2|0|1|0|
45380||A|3.56|8.79||1.93||0.47|0|000|0.00 0.00 0.00|3|0|1|0|45378
45385||A|4.57|8.33||2.38||0.56|0|000|0.00 0.00 0.00|3|0|1|0|45378
20610||A|0.79|1.04||0.44||0.13|0|000|0.00 0.00 0.00|2|1|1|0|
27447||A|19.60|15.30|NA|15.30||3.98|0|090|0.10 0.69 0.21|2|1|2|1|
70553||A|2.29|7.26||7.26|NA|0.16|1|XXX|0.00 0.00 0.00|4|0|0|0|
70553|26|A|2.29|0.82||0.82||0.13|1|XXX|0.00 0.00 0.00|4|0|0|0|
70553|TC|A|0.00|6.44||6.44|NA|0.03|1|XXX|0.00 0.00 0.00|4|0|0|0|
76145||A|0.00|29.03||29.03|NA|0.51|3|XXX|0.00 0.00 0.00|0|0|0|0|
36415||X|0.00|0.00||0.00||0.00|9|XXX|0.00 0.00 0.00|9|9|9|9|
80053||X|0.00|0.00||0.00||0.00|9|XXX|0.00 0.00 0.00|9|9|9|9|
E0601||X|0.00|0.00||0.00||0.00|9|XXX|0.00 0.00 0.00|9|9|9|9|
99397||N|1.71|2.01||0.66||0.12|9|XXX|0.00 0.00 0.00|9|9|9|9|
00790||J|0.00|0.00||0.00||0.00|9|XXX|0.00 0.00 0.00|9|9|9|9|
01992||J|0.00|0.00||0.00||0.00|9|XXX|0.00 0.00 0.00|9|9|9|9|
15999||C|0.00|0.00||0.00||0.00|0|YYY|0.00 0.00 0.00|2|0|1|1|
";
const GPCI: &str = "\
ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES,,,,,,\r
,,,,,,\r
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2025 PW GPCI (with 1.0 Floor),2025 PE GPCI,2025 MP GPCI\r
02102,AK,01,ALASKA*,1.5,1.081,0.592\r
09102,FL,03,FORT LAUDERDALE,1,0.998,1.77\r
09102,FL,04,MIAMI,1,1.027,2.5\r
09102,FL,99,REST OF FLORIDA,1,0.94,1.467\r
06102,IL,16,CHICAGO,1.008,1.031,1.89\r
06102,IL,99,REST OF ILLINOIS,1,0.912,1.2\r
12202,DC,01,DC + MD/VA SUBURBS,1.056,1.177,1.28\r
12302,MD,01,BALTIMORE/SURR. CNTYS,1.026,1.086,1.352\r
12302,MD,99,REST OF MARYLAND,1.017,1.03,1.099\r
11302,VA,00,VIRGINIA,1,0.994,0.89\r
04412,TX,09,BRAZORIA,1.017,0.994,0.84\r
04412,TX,11,DALLAS,1.012,1.013,0.83\r
04412,TX,15,GALVESTON,1.017,1.008,0.84\r
04412,TX,18,HOUSTON,1.017,1.008,1.1\r
04412,TX,31,AUSTIN,1,1.017,0.76\r
04412,TX,99,REST OF TEXAS,1,0.936,0.79\r
";
const GPCI_2026: &str = "\
ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES,,,,,,\r
,,,,,,\r
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\r
09102,FL,04,MIAMI,1,1.041,2.529\r
";
const COUNTIES: &str = "\
COUNTIES INCLUDED IN 2025 LOCALITIES.,,,,\r
,,,,\r
Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties\r
,,,,\r
9102,3,FLORIDA ,FORT LAUDERDALE,\"BROWARD, COLLIER, LEE AND ST. LUCIE\"\r
9102,4,,MIAMI,DADE AND MONROE\r
9102,99,,REST OF STATE,ALL OTHER COUNTIES \r
";
const ANESTHESIA: &str = "\
Contractor,Locality,Locality Name,National Anes CF of 20.3178\r
02102 ,01 ,ALASKA*,27.86 \r
09102 ,03 ,FORT LAUDERDALE,21.08 \r
09102 ,04 ,MIAMI,22.67 \r
09102 ,99 ,REST OF FLORIDA,20.35 \r
";
const CAP: &str = "\
HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\r
70553,TC,A,09102,04,180.10,180.10\r
70553,  ,A,09102,04,270.20,270.20\r
";
const ZIP: &str = "\
IL606010610216 Z9   0 A                                                    20254\r
FL331010910204 Z9   0 A                                                    20254\r
FL339010910299 Z9   1 A                                                    20254\r
TX770010441218 Z9   0 A                                                    20254\r
";
const PAYMENT: &str = "\
\"2025\",\"09102\",\"04\",\"76145\",\"  \",\"0001005.61\",\"0001005.61\",\" \",\"3\",\"A\",\"0\",\"0000000.00\",\"0000000.00\",\"9\",\"0000000.00\",\"0000000.00\"\r
";
const OPPS: &str = "\
Addendum B.-OPPS Payment by HCPCS Code for CY 2026,,,,,,,,,\r
HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment,Note,* Indicates a Change\r
45385,x,T,5312,13.3731,\"$1,222.56 \",.,$244.52 ,,\r
36415,x,Q4,,,,,,,\r
99213,x,B,,,,,,,\r
27447,x,J1,5115,143.4802,\"$13,116.76\",,\"$2,623.36\",,\r
94760,x,N,,,,,,,\r
33510,x,C,,,,,,,\r
70553,x,Q3,,,$356.43,,$71.29,,\r
";
const CLFS: &str = "\
2026 Clinical Diagnostic Laboratory Fee Schedule
YEAR~HCPCS~MOD~EFF_DATE~INDICATOR~RATE~SHORTDESC~LONGDESC
2026~80053~~20260101~N~10.56~x~x
2026~80053~QW~20260101~N~10.56~x~x
2026~36415~~20260101~N~9.34~x~x
";
const DMEPOS: &str = "\
HCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor,AL (NR),AL (R),TX (NR),TX (R),Description\r
E0601,RR,,D,CR,0,0,50.58,94.93,50.91,91.52,x\r
E0601,RR,KE,D,CR,0,0,50.58,94.93,50.91,91.52,x\r
E0100,NU,,D,IN,27.4,23.3,25.11,0,24.3,0,x\r
E0100,RR,,D,IN,3.2,2.7,2.9,0,2.8,0,x\r
";

/// A file of the fee schedule with one conversion factor.
fn schedule(year: &str, month: &str, factor: &str) -> String {
    let mut text = HEADER.replace("YEAR", year).replace("MONTH", month);
    for line in LINES.lines() {
        let f: Vec<&str> = line.split('|').collect();
        let shares = f[11].replace(' ', ",");
        let _ = write!(
            text,
            "{},{},x,{},,{},{},{},{},{},{},0,0,{},{},{shares},{},{},{},{},0,{},{factor},09,0,99,0.00,0.00,0.00\r\n",
            f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[12], f[13], f[14], f[15], f[16]
        );
    }
    text
}

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: u64) {}
    fn file(&self, _: &str) {}
    fn source_read(&self, _: &str, _: u64) {}
    fn stage(&self, _: &str) {}
}

/// The shelf, built once for the tests of fees, hospitals and anesthesia.
pub(in crate::checks) fn shelf() -> &'static Corpus {
    static SHELF: OnceLock<(tempfile::TempDir, Corpus)> = OnceLock::new();
    let built = SHELF.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("files");
        for (path, text) in [
            ("rvu25d/PPRRVU2025_Oct.csv", schedule("2025", "October", "32.3465")),
            ("rvu26a/PPRRVU2026_Jan_nonQPP.csv", schedule("2026", "January", "33.4009")),
            ("rvu26a/PPRRVU2026_Jan_QPP.csv", schedule("2026", "January", "33.5675")),
            ("GPCI2025.csv", GPCI.to_owned()),
            ("GPCI2026.csv", GPCI_2026.to_owned()),
            ("25LOCCO.csv", COUNTIES.to_owned()),
            ("ANES2025.csv", ANESTHESIA.to_owned()),
            ("rvu25d/OPPSCAP_Oct.csv", CAP.to_owned()),
            ("ZIP5_OCT2025.txt", ZIP.to_owned()),
            ("PFREV25D.txt", PAYMENT.to_owned()),
            ("2026 April Web Addendum B.03.23.26.csv", OPPS.to_owned()),
            ("26clabq3/CLFS_2026q3.txt", CLFS.to_owned()),
            ("DMEPOS26_JAN.csv", DMEPOS.to_owned()),
        ] {
            let path = files.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let accept = |_: &BTreeSet<&'static str>| true;
        let options = Options { descriptors: false, replace: false, accept: &accept };
        import(folder.path(), &[files], &options, &Quiet).unwrap();
        let corpus = Corpus::open(folder.path()).unwrap();
        (folder, corpus)
    });
    &built.1
}

/// A question of 20 October 2025.
pub(in crate::checks) fn read(text: &str) -> Inquiry {
    read_on(text, AsOf::Date(date(2025, 10, 20)))
}

/// A question for a date or the shelf.
pub(in crate::checks) fn read_on(text: &str, on: AsOf) -> Inquiry {
    let reading = Reading {
        today: date(2025, 10, 20),
        message_date: None,
        on: Some(on),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    crate::research::read(shelf(), &crate::identity::deidentify(text), &reading)
}

fn fee(code: &str, modifier: &str, locality: Option<&str>, as_of: AsOf) -> Check {
    let scope = Scope { as_of, setting: Setting::Practitioner, program: Program::Medicare };
    let modifier = Modifier::parse(modifier).ok();
    let check = check(shelf(), &Code::parse(code).unwrap(), modifier.as_ref(), locality, scope);
    assert_eq!(check.outcome != Outcome::NotChecked, !check.release.is_empty(), "{check:?}");
    assert!(check.release.is_empty() || !check.sources.is_empty());
    check
}

const AUTUMN: AsOf = AsOf::Date(date(2025, 10, 20));

#[test]
fn the_national_amount_is_the_formula_without_indices() {
    let check = fee("45385", "", None, AUTUMN);
    assert_eq!(check.figures.values["nonfacility"], "435.38");
    assert_eq!(check.figures.values["facility"], "242.92");
    assert_eq!(check.figures.values["total_nonfacility"], "13.46");
    assert!(check.detail.contains("national amount, without geographic adjustment"), "{}", check.detail);
    assert!(
        check.detail.contains("(work 4.57 + practice expense 8.33 + malpractice 0.56) x 32.3465 = $435.38"),
        "{}",
        check.detail
    );
}

#[test]
fn a_locality_has_its_indices_and_a_state_each_of_its_localities() {
    let miami = fee("99213", "", Some("09102+04"), AUTUMN);
    // 1.30 + 1.35 x 1.027 + 0.10 x 2.5 are 2.93645, and 0.57 in a facility makes 2.13539.
    assert_eq!((&*miami.figures.values["nonfacility"], &*miami.figures.values["facility"]), ("94.98", "69.07"));
    assert!(miami.detail.contains("Miami, FL, contractor 09102, locality 04"), "{}", miami.detail);
    let florida = fee("99213", "", Some("FL"), AUTUMN);
    assert_eq!(florida.figures.values["nonfacility 09102+04"], "94.98");
    assert!(
        ["Fort Lauderdale", "Miami", "Rest of Florida"].iter().all(|name| florida.detail.contains(name)),
        "{}",
        florida.detail
    );
    let texas = fee("99213", "", Some("TX"), AUTUMN);
    assert!(texas.detail.contains("over 6 localities") && texas.detail.contains("Rest of Texas"), "{}", texas.detail);
    assert!(fee("99213", "", Some("MD"), AUTUMN).detail.contains("DC + MD/VA Suburbs"));
    assert_eq!(fee("99213", "", Some("WY"), AUTUMN).outcome, Outcome::NotChecked);
}

#[test]
fn na_is_no_amount_in_that_setting() {
    let knee = fee("27447", "", None, AUTUMN);
    assert!(
        !knee.figures.values.contains_key("nonfacility") && knee.figures.values["facility"] == "1257.63",
        "{knee:?}"
    );
    assert!(knee.detail.contains("none outside one (NA)"), "{}", knee.detail);
    assert!(!fee("70553", "TC", None, AUTUMN).figures.values.contains_key("facility"));
}

#[test]
fn a_status_without_payment_is_told_and_another_schedule_named() {
    let drawn = fee("36415", "", None, AsOf::Shelf);
    assert!(drawn.detail.contains("no amount, status X") && drawn.detail.contains("$9.34"), "{}", drawn.detail);
    let visit = fee("99397", "", None, AUTUMN);
    assert!(visit.detail.contains("status N: not covered by Medicare"), "{}", visit.detail);
    assert!(!visit.figures.values.contains_key("nonfacility"));
    assert!(fee("15999", "", None, AUTUMN).detail.contains("contractor"));
    assert!(fee("00790", "", None, AUTUMN).detail.contains("base units"));
}

#[test]
fn official_amounts_and_caps_go_before_the_formula() {
    let published = fee("76145", "", Some("09102+04"), AUTUMN);
    assert_eq!(published.figures.values["nonfacility"], "1005.61");
    assert!(published.sources.iter().any(|source| source.fact.table == Table::Payment));
    let capped = fee("70553", "TC", Some("09102+04"), AUTUMN);
    assert_eq!(capped.figures.values["nonfacility"], "180.10");
    assert!(capped.detail.contains("capped at the hospital outpatient amount"), "{}", capped.detail);
    let open = fee("70553", "TC", Some("09102+99"), AUTUMN);
    assert!(!open.detail.contains("capped"));
}

#[test]
fn from_2026_there_are_two_conversion_factors() {
    let check = fee("99213", "", Some("09102+04"), AsOf::Date(date(2026, 2, 3)));
    assert_eq!(check.release, "mpfs-rvu26a");
    assert_eq!(check.figures.values["conversion_factor qpp"], "33.5675");
    assert_eq!(check.figures.values["conversion_factor nonqpp"], "33.4009");
    assert!(check.figures.values["nonfacility qpp"] > check.figures.values["nonfacility nonqpp"]);
    assert!(check.detail.contains("a qualifying APM participant"), "{}", check.detail);
    let on = AsOf::Date(date(2026, 2, 3));
    let both = settle(shelf(), &read_on("What does Medicare pay for 99213 in Miami, FL?", on)).unwrap().say;
    assert!(both.contains("33.4009") && both.contains("33.5675"), "{both}");
    let one =
        settle(shelf(), &read_on("Medicare allowed amount for 99213 in Miami, FL, qualifying APM participant?", on));
    let one = one.unwrap().say;
    assert!(!one.contains("33.4009") && one.contains("33.5675"), "{one}");
}

#[test]
fn outside_its_quarter_the_schedule_is_only_last_known() {
    let check = fee("99213", "", None, AsOf::Date(date(2024, 3, 1)));
    let last = check.last_known.unwrap();
    assert_eq!((check.outcome, last.outcome), (Outcome::NotChecked, Outcome::Known));
    assert!(last.value.contains("$88.95 outside a facility"), "{}", last.value);
    assert!(settle(shelf(), &read_on("What does Medicare pay for 99213?", AsOf::Date(date(2024, 3, 1)))).is_none());
    assert_eq!(fee("99999", "", None, AUTUMN).outcome, Outcome::NotChecked);
    assert_eq!(fee("99213", "26", None, AUTUMN).outcome, Outcome::NotChecked);
}

/// Every amount that CMS publishes, here and on the shelf that `CASECONSULTANT_TEST_SHELF` names.
#[test]
#[allow(clippy::disallowed_methods, reason = "a folder of the person who runs the tests, not a setting of the program")]
fn the_formula_gives_what_cms_publishes_to_the_cent() {
    let mut corpora = Vec::new();
    corpora.extend(std::env::var_os("CASECONSULTANT_TEST_SHELF").map(|folder| Corpus::open(folder.as_ref()).unwrap()));
    for corpus in corpora.iter().chain([shelf()]) {
        let (mut amounts, mut caps) = (0, 0);
        for table in [Table::Payment, Table::OppsCap] {
            for line in corpus.all_rows(table) {
                let code = Code::parse(line.key).unwrap();
                let key = format!("{}+{}", line.get("contractor"), line.get("locality"));
                let release = corpus.releases().find(line.get("release")).unwrap();
                let day = AsOf::Date(release.period.to.unwrap());
                let Some(schedule) = schedule::in_force(corpus, &code, line.get("modifier"), day) else { continue };
                let places = locality::places(corpus, Some(&key), schedule.day);
                for place in &places {
                    let priced = price(corpus, &code, &schedule.rows[0], place, schedule.day);
                    let Some(outside) = priced.outside else { continue };
                    if table == Table::Payment {
                        assert!((outside.formula.0 - outside.cents.0).abs() <= 1, "{}: {outside:?}", line.text);
                        amounts += 1;
                    } else {
                        assert!(outside.basis == Basis::Capped && outside.cents <= outside.formula, "{}", line.text);
                        caps += 1;
                    }
                }
            }
        }
        assert!(amounts > 0 && caps > 0, "{amounts} {caps}");
        println!("{}: {amounts} published amounts within a cent, {caps} capped", corpus.edition());
    }
}
