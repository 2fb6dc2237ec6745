//! The grammar of Authentication-Results (RFC 8601 section 2.2). What does not fit it is nothing at all: a comment or a
//! quote that a sender's own words left open would let them write results of their own.

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// The authserv-id: who says so.
    pub id: String,
    /// What was found; empty for `none`.
    pub results: Vec<Outcome>,
}

/// One `method=result property=value …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The method, in lower case, without its version.
    pub method: String,
    /// The result, in lower case.
    pub result: String,
    properties: Vec<(String, String)>,
}

impl Outcome {
    /// The value of a property such as `header.d`, if it stands once.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut found = self.properties.iter().filter(|(key, _)| key == name);
        let value = found.next().map(|(_, value)| value.as_str());
        value.filter(|_| found.next().is_none())
    }
}

/// The authserv-id of a field, even where the rest is malformed.
pub fn authserv_id(value: &str) -> Option<String> {
    let words = words(value.split(';').next()?)?;
    words.into_iter().next().map(|word| word.text)
}

/// Reads a field; `None` for one that is malformed.
pub fn parse(value: &str) -> Option<Field> {
    let words = words(value)?;
    let mut parts = words.split(|word| word.is_end());
    let head = parts.next()?;
    if head.is_empty() || head.len() > 2 || head.iter().any(|word| word.equals.is_some()) {
        return None;
    }
    let mut field = Field { id: head[0].text.clone(), results: Vec::new() };
    for part in parts.filter(|part| !part.is_empty()) {
        if part.len() == 1 && part[0].text.eq_ignore_ascii_case("none") {
            continue;
        }
        field.results.push(outcome(part)?);
    }
    Some(field)
}

fn outcome(words: &[Word]) -> Option<Outcome> {
    let (method, result) = words.first()?.pair()?;
    let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let sound = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !sound(&method) || !sound(result) {
        return None;
    }
    let pairs = words[1..].iter().filter_map(Word::pair);
    let properties = pairs.map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned())).collect();
    Some(Outcome { method, result: result.to_ascii_lowercase(), properties })
}

/// A word between blanks, or the end of a part; comments are gone and quotes taken off.
#[derive(Debug, Clone, Default)]
struct Word {
    text: String,
    /// Where its first unquoted `=` stands.
    equals: Option<usize>,
    end: bool,
}

impl Word {
    fn is_end(&self) -> bool {
        self.end
    }

    fn pair(&self) -> Option<(&str, &str)> {
        self.equals.map(|at| (&self.text[..at], &self.text[at + 1..]))
    }
}

/// The words of a field; `None` where a comment or a quoted string does not end.
fn words(value: &str) -> Option<Vec<Word>> {
    let mut found = Vec::new();
    let mut word = Word::default();
    let mut begun = false;
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => {
                skip_comment(&mut chars)?;
                push(&mut found, &mut word, &mut begun);
            }
            ')' => return None,
            '"' => {
                begun = true;
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => word.text.push(chars.next()?),
                        c => word.text.push(c),
                    }
                }
            }
            ';' => {
                push(&mut found, &mut word, &mut begun);
                found.push(Word { end: true, ..Word::default() });
            }
            '=' => {
                begun = true;
                word.equals.get_or_insert(word.text.len());
                word.text.push('=');
            }
            c if c.is_whitespace() => push(&mut found, &mut word, &mut begun),
            c => {
                begun = true;
                word.text.push(c);
            }
        }
    }
    push(&mut found, &mut word, &mut begun);
    Some(found)
}

fn push(found: &mut Vec<Word>, word: &mut Word, begun: &mut bool) {
    if *begun {
        found.push(std::mem::take(word));
        *begun = false;
    }
}

fn skip_comment(chars: &mut impl Iterator<Item = char>) -> Option<()> {
    let mut depth = 1_usize;
    while depth > 0 {
        match chars.next()? {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => drop(chars.next()?),
            _ => {}
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_that_borders_write_are_read() {
        let field = parse(
            "mx.example.test 1; dkim=pass (2048-bit key; unprotected) header.d=clinic.test header.i=@clinic.test \
             header.b=\"Ab/=\"; spf=pass (sender SPF (a) authorized) smtp.mailfrom=\"ann@clinic.test\"; dmarc=pass (p=none) header.from=clinic.test",
        )
        .unwrap();
        assert_eq!(field.id, "mx.example.test");
        let methods: Vec<&str> = field.results.iter().map(|r| r.method.as_str()).collect();
        assert_eq!(methods, ["dkim", "spf", "dmarc"]);
        assert_eq!(field.results[0].property("header.b"), Some("Ab/="));
        assert_eq!(field.results[1].property("smtp.mailfrom"), Some("ann@clinic.test"));
        assert_eq!(parse("mx.example.test; none").unwrap().results, []);
    }

    #[test]
    fn what_a_sender_left_open_makes_the_field_worthless() {
        for value in [
            "mx; spf=pass smtp.mailfrom=any@legit.test(a.attack.test; dmarc=none",
            "mx; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=legit.test",
            "mx; spf=pass) ; dmarc=pass",
            "mx; dmarc",
            "; dmarc=pass",
            "dmarc=pass; spf=pass",
        ] {
            assert_eq!(parse(value), None, "{value}");
        }
        let quoted = parse("mx; spf=none smtp.mailfrom=\"x;dmarc=pass header.from=legit.test\"").unwrap();
        assert_eq!(quoted.results.len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(value in "\\PC{0,80}", odd in "[a-z=;()\"\\\\ ]{0,60}") {
            let _ = (parse(&value), parse(&odd), authserv_id(&value));
        }
    }
}
