//! `/api/v1/codes`: the page of a code, and search by words.

use std::sync::Arc;

use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, CodesRead};
use super::found::{self, Check};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::{Asked, Named};
use super::shapes::{Answer, Day, NO_DATE, When, code_sets, words};
use crate::checks::page::{self, Fee, Page, Title};
use crate::corpus::{Corpus, Search, SearchSet};
use crate::domain::api_token::ApiScope;
use crate::domain::check::Outcome;
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::AsOf;
use crate::web::desk::Desk;
use crate::web::fault::Fault;

/// Hits of a search where nothing is said, and at most; and the longest search, in characters.
const HITS: usize = 10;
const MOST_HITS: usize = 50;
const LONGEST: usize = 500;

pub fn operations() -> Vec<Operation> {
    let scope = ApiScope::CodesRead;
    let search = ["searchCodes", "Codes, rules and passages by words, the best hit first."];
    let show = ["getCode", "The page of a code: validity, limits, edits, fees, and what follows it."];
    vec![
        Operation::get::<Hits, _, _>("/api/v1/codes", scope, search, self::search).query::<Words>(),
        Operation::get::<CodePage, _, _>("/api/v1/codes/{code}", scope, show, self::show).query::<OnDate>(),
    ]
}

/// A search.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The words.
    #[schemars(length(min = 1, max = 500))]
    q: String,
    /// Only here.
    #[serde(default)]
    #[schemars(schema_with = "sets")]
    set: Option<String>,
    /// How many, 1 to 50.
    #[serde(default = "hits")]
    #[schemars(range(min = 1, max = 50))]
    limit: usize,
}

fn hits() -> usize {
    HITS
}

const SETS: [SearchSet; 6] =
    [SearchSet::Cpt, SearchSet::Hcpcs, SearchSet::Icd10cm, SearchSet::Icd10pcs, SearchSet::Rules, SearchSet::Passages];

fn sets(_: &mut SchemaGenerator) -> Schema {
    words(SETS.map(SearchSet::key))
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Hits {
    /// The edition that was searched.
    edition: String,
    /// The hits.
    hits: Vec<Hit>,
}

/// One thing found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Hit {
    /// Where it is from: a code set, `rules` or `passages`.
    set: String,
    /// The code, or the key of a rule or passage.
    id: String,
    /// Its description or heading.
    title: String,
    /// Why it was found.
    why: Vec<String>,
}

/// Which day the page is of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnDate {
    /// A day, or `shelf` for the newest release of each table; today where none is given.
    #[serde(default)]
    #[schemars(with = "Option<When>")]
    date: Option<String>,
}

/// The page of a code.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CodePage {
    /// The code.
    code: String,
    /// Its code set.
    #[schemars(schema_with = "code_sets")]
    code_set: CodeSet,
    /// The date of the page.
    date: When,
    /// The edition.
    edition: String,
    /// What it is, in our words, or in official ones of a public set.
    description: Option<String>,
    /// Its official title; of CPT and CDT only under the operator's licence.
    official_title: Option<String>,
    /// Whether it is valid.
    status: Check,
    /// True where it may be reported; none where nothing is known.
    billable: Option<bool>,
    /// The first day on which it is valid, as far as known.
    valid_from: Option<Day>,
    /// The last one.
    valid_to: Option<Day>,
    /// Codes that follow a deleted one.
    successors: Vec<Successor>,
    /// Its global period.
    global_period: Check,
    /// Whether it is an add-on code, and to what.
    add_on: Check,
    /// Unit limits.
    units: Vec<Limit>,
    /// How many NCCI pairs it stands in.
    edits: Vec<Pairs>,
    /// The physician fee schedule.
    fees: Option<Fees>,
}

/// A code that follows a deleted one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Successor {
    /// The code.
    code: String,
    /// What it is called.
    title: String,
    /// True where a document on the shelf names the link.
    confirmed: bool,
}

/// A unit limit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Limit {
    /// `practitioner`, `hospital` or `dme`, and `+medicaid` where it is not Medicare's.
    setting: String,
    /// Units.
    units: u32,
    /// MUE adjudication indicator, in words.
    meaning: String,
    /// The release.
    release: String,
    /// False where it does not speak for the date.
    in_force: bool,
}

/// NCCI pairs in one setting and program.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pairs {
    /// The setting.
    setting: &'static str,
    /// The program.
    payer: &'static str,
    /// The release.
    release: String,
    /// False where it does not speak for the date.
    in_force: bool,
    /// Pairs in which the code is paid and the other denied.
    column_one: Counts,
    /// Pairs in which the code is denied and the other paid.
    column_two: Counts,
}

/// How many pairs of each kind.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// Never together.
    never: usize,
    /// A modifier may bypass the edit.
    modifier_allowed: usize,
}

/// What one release of the fee schedule says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fees {
    /// The release.
    release: String,
    /// False where it does not speak for the date.
    in_force: bool,
    /// Its rows.
    lines: Vec<FeeLine>,
}

/// A row of the fee schedule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FeeLine {
    /// `26`, `TC`, `53` or empty.
    modifier: String,
    /// Global days.
    global: String,
    /// Indicators by name.
    indicators: std::collections::BTreeMap<String, String>,
    /// Relative value of the work.
    work: Option<f64>,
    /// National amount outside a facility, in dollars.
    nonfacility: Option<f64>,
    /// National amount in a facility.
    facility: Option<f64>,
    /// Why there is no amount.
    no_amount: Option<String>,
}

async fn search(
    _: Caller<CodesRead>,
    State(desk): State<Arc<Desk>>,
    Asked(asked): Asked<Words>,
) -> Result<Answer<Hits>, Problem> {
    let length = asked.q.trim().chars().count();
    if !(1..=LONGEST).contains(&length) || !(1..=MOST_HITS).contains(&asked.limit) {
        return Err(Problem::invalid(format!("q is 1 to {LONGEST} characters, and limit 1 to {MOST_HITS}.")));
    }
    let set = match &asked.set {
        None => None,
        Some(word) => {
            let known = || SETS.map(SearchSet::key).join(", ");
            let found = SETS.into_iter().find(|set| set.key() == word);
            Some(found.ok_or_else(|| Problem::invalid(format!("There is no such set; there are {}.", known())))?)
        }
    };
    let corpus = desk.shelf.current();
    let search = Search { words: &asked.q, set, limit: asked.limit, billable: false, on: None };
    let found = corpus.find_by(&search).map_err(|error| Fault::Broken(format!("the index cannot be read: {error}")))?;
    let hit = |own: crate::corpus::Hit| Hit { set: own.set, id: own.doc, title: own.title, why: own.why };
    Ok(Answer(Hits { edition: corpus.edition().to_owned(), hits: found.into_iter().map(hit).collect() }))
}

async fn show(
    _: Caller<CodesRead>,
    State(desk): State<Arc<Desk>>,
    Named(text): Named,
    Asked(asked): Asked<OnDate>,
) -> Result<Answer<CodePage>, Problem> {
    let on = match &asked.date {
        None => AsOf::Date(desk.clock.now().date()),
        Some(date) => When::parse(date).ok_or_else(|| Problem::invalid(format!("{NO_DATE}.")))?.0,
    };
    let corpus = desk.shelf.current();
    let code = known(&corpus, &text)?;
    let mut page = page::of(&corpus, &code, on);
    // Descriptors of the AMA and the ADA are told under the operator's licence alone.
    if !desk.config.corpus.cpt_license {
        page.title = page.title.filter(Title::is_public);
    }
    Ok(Answer(told(&page)))
}

/// The code as some list of the shelf has it: `E1165` is HCPCS, or a diagnosis without its dot.
fn known(corpus: &Corpus, text: &str) -> Result<Code, Problem> {
    let missing = |words: String| Problem::not_found(format!("{words}. Search by words: /api/v1/codes?q=…"));
    let code = Code::parse(text).map_err(|error| missing(error.to_string()))?;
    let listed = |code: &Code| corpus.find_row(Table::Period, code.as_str()).is_some();
    match Code::parse_icd10cm(text).ok() {
        _ if listed(&code) => Ok(code),
        Some(diagnosis) if listed(&diagnosis) => Ok(diagnosis),
        _ => Err(missing(format!("{code} is on no {} list of this shelf", code.set().name()))),
    }
}

fn told(page: &Page) -> CodePage {
    let figures = &page.status.figures;
    let successor = |own: &page::Successor| Successor {
        code: own.named.code.clone(),
        title: own.named.title.clone(),
        confirmed: own.confirmed,
    };
    let limit = |own: &page::Units| Limit {
        setting: own.setting.to_owned(),
        units: own.units,
        meaning: own.meaning.clone(),
        release: own.release.clone(),
        in_force: own.in_force,
    };
    let counts = |own: &page::Counts| Counts { never: own.never, modifier_allowed: own.modifier_allowed };
    let pairs = |own: &page::Edits| Pairs {
        setting: own.setting.key(),
        payer: own.program.key(),
        release: own.release.clone(),
        in_force: own.in_force,
        column_one: counts(&own.column_one),
        column_two: counts(&own.column_two),
    };
    CodePage {
        code: page.code.to_string(),
        code_set: page.code.set(),
        date: When(page.as_of),
        edition: page.edition.clone(),
        description: page.description.clone(),
        official_title: page.title.as_ref().map(|title| title.text().to_owned()),
        billable: match page.status.outcome {
            Outcome::Active => Some(true),
            Outcome::Header | Outcome::Deleted | Outcome::Future => Some(false),
            _ => None,
        },
        valid_from: figures.effective.map(Day),
        valid_to: figures.deletion.map(Day),
        successors: page.successors.iter().map(successor).collect(),
        status: found::told(&page.status),
        global_period: found::told(&page.global),
        add_on: found::told(&page.add_on),
        units: page.units.iter().map(limit).collect(),
        edits: page.edits.iter().map(pairs).collect(),
        fees: page.fees.as_ref().map(|own| Fees {
            release: own.release.clone(),
            in_force: own.in_force,
            lines: own.lines.iter().map(fee).collect(),
        }),
    }
}

fn fee(own: &Fee) -> FeeLine {
    FeeLine {
        modifier: own.modifier.clone(),
        global: own.global.value.clone(),
        indicators: own.indicators.iter().map(|value| (value.name.to_owned(), value.value.clone())).collect(),
        work: own.work,
        nonfacility: own.nonfacility,
        facility: own.facility,
        no_amount: own.no_amount.clone(),
    }
}
