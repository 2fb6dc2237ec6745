//! The names of risk adjustment models, which the mapping, the labels and the hierarchies write differently.

/// The model as the mapping names it, from domain and version of labels and hierarchies: `CMS-HCC` and `V28` are
/// `CMS-HCC Model V28`, `RxHCC` and `R08` are `RxHCC Model V08`.
pub fn model(domain: &str, version: &str) -> Option<String> {
    let number = version.strip_prefix(['V', 'R', 'v', 'r']).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?;
    let domain = match domain.to_ascii_lowercase().as_str() {
        // The ESRD model V21 works with the hierarchies of V20, and some tables name it so.
        "esrd" | "cms-hcc esrd" if number == "20" => return Some("CMS-HCC ESRD Model V21".to_owned()),
        "esrd" | "cms-hcc esrd" => "CMS-HCC ESRD",
        "cms-hcc" => "CMS-HCC",
        "rxhcc" => "RxHCC",
        _ => return None,
    };
    Some(format!("{domain} Model V{number}"))
}

/// The number of a category without its prefix: `HCC37`, `RXHCC37` and `37` are `37`.
pub fn category(text: &str) -> Option<&str> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (prefix, number) = text.split_at(at);
    let known = ["", "HCC", "RXHCC", "CC"].iter().any(|known| prefix.trim().eq_ignore_ascii_case(known));
    (known && number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_and_categories_have_one_writing() {
        assert_eq!(model("CMS-HCC", "V28").as_deref(), Some("CMS-HCC Model V28"));
        assert_eq!(model("ESRD", "V20").as_deref(), Some("CMS-HCC ESRD Model V21"));
        assert_eq!(model("RxHCC", "R08").as_deref(), Some("RxHCC Model V08"));
        assert_eq!(model("else", "V1"), None);
        assert_eq!(category("RXHCC5"), Some("5"));
        assert_eq!(category("HCC"), None);
        assert_eq!(category("HCC5a"), None);
    }
}
