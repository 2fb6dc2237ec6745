//! Why something failed, without what it was about: the last link of a chain of errors names no address.

use std::error::Error;

/// The words of the innermost error; `None` where there is only one, whose words may name an address.
pub fn innermost(error: &dyn Error) -> Option<String> {
    let mut inner = error.source()?;
    while let Some(next) = inner.source() {
        inner = next;
    }
    Some(inner.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("asking ann@lakeside.test")]
    struct Outer(#[source] std::fmt::Error);

    #[test]
    fn the_outer_words_are_left_out() {
        assert_eq!(innermost(&Outer(std::fmt::Error)), Some(std::fmt::Error.to_string()));
        assert_eq!(innermost(&std::fmt::Error), None);
    }
}
