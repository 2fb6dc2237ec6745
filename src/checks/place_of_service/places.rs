//! The places in use, with the rate at which Medicare pays a practitioner there. Facts from the Claims Processing
//! Manual, chapter 26, section 10.5; the names are ours where the official one is longer.

/// The rate of the physician fee schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// The facility rate.
    Facility,
    /// The nonfacility rate.
    Office,
    /// Medicare takes the code and does not pay by it.
    Unused,
}

impl Rate {
    /// For a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::Facility => "facility rate",
            Self::Office => "nonfacility rate",
            Self::Unused => "not used to pay Medicare claims",
        }
    }
}

/// A place.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Two digits.
    pub code: &'static str,
    /// What it is.
    pub name: &'static str,
    /// How its line in the manual begins behind the number.
    pub official: &'static str,
    /// The rate.
    pub rate: Rate,
}

impl Place {
    /// What it is and how it is paid.
    pub fn sentence(&self) -> String {
        match self.rate {
            Rate::Unused => {
                format!("POS {} is {}: Medicare takes the code but does not pay by it", self.code, self.name)
            }
            rate => format!("POS {} is {}: Medicare pays the practitioner the {}", self.code, self.name, rate.words()),
        }
    }
}

/// The place of that number.
pub fn find(code: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.code == code)
}

const fn place(code: &'static str, official: &'static str, name: &'static str, rate: Rate) -> Place {
    Place { code, name, official, rate }
}

use Rate::{Facility, Office, Unused};

/// Every place in use.
pub const PLACES: &[Place] = &[
    place("01", "Pharmacy", "a pharmacy", Office),
    place("02", "Telehealth", "telehealth while the patient is not at home", Facility),
    place("03", "School", "a school", Office),
    place("04", "Homeless", "a homeless shelter", Office),
    place("05", "Indian Health", "a free-standing facility of the Indian Health Service", Unused),
    place("06", "Indian Health", "a provider-based facility of the Indian Health Service", Unused),
    place("07", "Tribal 638", "a free-standing tribal 638 facility", Unused),
    place("08", "Tribal 638", "a provider-based tribal 638 facility", Unused),
    place("09", "Prison", "a prison or jail", Office),
    place("10", "Telehealth", "telehealth while the patient is at home", Office),
    place("11", "Office", "an office", Office),
    place("12", "Home", "the patient's home", Office),
    place("13", "Assisted", "an assisted living facility", Office),
    place("14", "Group", "a group home", Office),
    place("15", "Mobile", "a mobile unit that serves no entity with a code of its own", Office),
    place("16", "Temporary", "temporary lodging such as a hotel or camp", Office),
    place("17", "Walk-in", "a walk-in retail clinic", Office),
    place("18", "Place of Employment", "a worksite", Unused),
    place("19", "Off Campus", "an off-campus outpatient department of a hospital", Facility),
    place("20", "Urgent", "an urgent care facility", Office),
    place("21", "Inpatient Hospital", "an inpatient hospital stay", Facility),
    place("22", "On Campus", "an on-campus outpatient department of a hospital", Facility),
    place("23", "Emergency", "a hospital emergency room", Facility),
    place("24", "Ambulatory", "an ambulatory surgical center", Facility),
    place("25", "Birthing", "a birthing center", Office),
    place("26", "Military", "a military treatment facility", Facility),
    place("27", "Outreach", "an outreach site or the street", Office),
    place("31", "Skilled", "a skilled nursing facility, during a stay that Part A covers", Facility),
    place("32", "Nursing", "a nursing facility, without a stay that Part A covers", Office),
    place("33", "Custodial", "a custodial care facility", Office),
    place("34", "Hospice", "inpatient hospice care", Facility),
    place("41", "Ambulance", "a land ambulance", Facility),
    place("42", "Ambulance", "an air or water ambulance", Facility),
    place("49", "Independent", "an independent clinic", Office),
    place("50", "Federally", "a federally qualified health center", Office),
    place("51", "Inpatient Psychiatric", "an inpatient psychiatric facility", Facility),
    place("52", "Psychiatric", "a partial hospitalization program in a psychiatric facility", Facility),
    place("53", "Community", "a community mental health center", Facility),
    place("54", "Intermediate", "an intermediate care facility for people with intellectual disabilities", Office),
    place("55", "Residential", "a residential substance abuse treatment facility", Office),
    place("56", "Psychiatric", "a psychiatric residential treatment center", Facility),
    place("57", "Non-residential Substance", "a non-residential substance abuse treatment facility", Office),
    place("58", "Non-residential Opioid", "a non-residential opioid treatment facility", Office),
    place("60", "Mass", "a mass immunization center", Office),
    place("61", "Comprehensive Inpatient", "a comprehensive inpatient rehabilitation facility", Facility),
    place("62", "Comprehensive Outpatient", "a comprehensive outpatient rehabilitation facility", Office),
    place("65", "End-Stage", "an end-stage renal disease treatment facility", Office),
    place("66", "Programs of", "a PACE center", Unused),
    place("71", "State or Local", "a state or local public health clinic", Office),
    place("72", "Rural", "a rural health clinic", Office),
    place("81", "Independent Laboratory", "an independent laboratory", Office),
    place("99", "Other", "another place that no code names", Office),
];
