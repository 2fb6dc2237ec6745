//! Numbers to lines.

/// One line of the table.
pub struct Row {
    what: String,
    value: String,
    mark: String,
    met: Option<bool>,
}

impl Row {
    /// A number with nothing to compare it with.
    pub fn plain(what: impl Into<String>, value: String) -> Self {
        Self { what: what.into(), value, mark: String::new(), met: None }
    }

    /// A number and its mark.
    pub fn marked(what: impl Into<String>, value: String, mark: &str, met: bool) -> Self {
        Self { what: what.into(), value, mark: mark.to_owned(), met: Some(met) }
    }

    /// As printed.
    pub fn line(&self) -> String {
        let verdict = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        format!("{:<52} {:>24}  {:<10} {verdict}", self.what, self.value, self.mark).trim_end().to_owned()
    }
}

/// The value below which `share` of them lie.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1).expect("something was measured");
    sorted[(last as f64 * share).round() as usize]
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}
