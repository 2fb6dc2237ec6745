//! What a mail program says about a piece of HTML by its element, class, id and style.

use super::tag::Tag;

/// The meaning of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// None beyond its text.
    None,
    /// Cannot be seen by a reader.
    Hidden,
    /// A quotation: the sender may have written between quotations.
    Quote,
    /// The line that says who is quoted.
    Attribution,
    /// The mail that is answered or forwarded, whole.
    Old,
    /// From here to the end is the mail that is answered or forwarded.
    Rest,
    /// Put there by the mail program on every mail.
    Signature,
}

/// Words of `class` and `id` (without the `x_` and `ydp…` that web mailers put in front when they show a mail again).
const NAMES: &[(&str, Mark)] = &[
    ("gmail_attr", Mark::Attribution),
    ("moz-cite-prefix", Mark::Attribution),
    ("reply-intro", Mark::Attribution),
    ("replyheader", Mark::Attribution),
    ("yahoo_quoted", Mark::Old),
    ("protonmail_quote", Mark::Old),
    ("tutanota_quote", Mark::Old),
    ("zmail_extra", Mark::Old),
    ("outlookmessageheader", Mark::Rest),
    ("divrplyfwdmsg", Mark::Rest),
    ("appendonsend", Mark::Rest),
    ("stopspelling", Mark::Rest),
    ("mail-editor-reference-message-container", Mark::Old),
    ("olk_src_body_section", Mark::Old),
    ("replysplit", Mark::Rest),
    ("isforwardcontent", Mark::Old),
    ("isreplycontent", Mark::Old),
    ("qt", Mark::Quote),
    ("moz-forward-container", Mark::Old),
    ("mailquote", Mark::Quote),
    ("front-blockquote", Mark::Quote),
    ("gmail_signature", Mark::Signature),
    ("gmail_signature_prefix", Mark::Signature),
    ("applemailsignature", Mark::Signature),
    ("moz-signature", Mark::Signature),
    ("ms-outlook-mobile-signature", Mark::Signature),
    ("yahoo-signature", Mark::Signature),
    ("protonmail_signature_block", Mark::Signature),
    ("tutanota_signature", Mark::Signature),
    ("signature", Mark::Signature),
    ("dat-signature", Mark::Signature),
    ("dav-signature", Mark::Signature),
];

/// What an element means.
pub fn of(tag: &Tag<'_>) -> Mark {
    if ["script", "style", "head", "title", "template", "noframes", "select"].contains(&tag.name.as_str()) {
        return Mark::Hidden;
    }
    if tag.attribute("hidden").is_some() {
        return Mark::Hidden;
    }
    let style = tag.attribute("style").unwrap_or_default();
    if !style.is_empty() && hides(&style) {
        return Mark::Hidden;
    }
    if tag.name == "blockquote" {
        return Mark::Quote;
    }
    // Outlook draws the line above the mail that it answers as the border of a box.
    if tag.name == "div" && rules_off(&style) {
        return Mark::Rest;
    }
    // Zimbra and Outlook on the web mark their line by a name.
    if tag.name == "hr" && tag.attribute("id").is_some_and(|id| id == "zwchr") {
        return Mark::Rest;
    }
    let words = [tag.attribute("class"), tag.attribute("id")];
    let known = words.iter().flatten().flat_map(|value| value.split_whitespace()).find_map(named);
    known.unwrap_or(Mark::None)
}

fn named(word: &str) -> Option<Mark> {
    let mut word = word;
    while let Some(inner) = word.strip_prefix("x_") {
        word = inner;
    }
    // Yahoo puts a changing `ydp` and eight digits before each class.
    let bare = word.strip_prefix("ydp").and_then(|rest| rest.get(8..)).unwrap_or(word);
    let found = NAMES.iter().find(|(name, _)| *name == word || *name == bare || numbered(word, name));
    found.map(|(_, mark)| *mark)
}

/// `yahoo_quoted_1234567890`, `outlookmessageheader2`: a known name with digits behind it.
fn numbered(word: &str, name: &str) -> bool {
    let Some(rest) = word.strip_prefix(name) else { return false };
    !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'_' || b == b'-')
}

fn hides(style: &str) -> bool {
    let packed: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let of = |wanted: &str| packed.split(';').filter_map(|rule| rule.split_once(':')).find(|(name, _)| *name == wanted);
    let colour = |wanted: &str| of(wanted).map(|(_, value)| hue(value));
    // White on white, where the element says both.
    let ink = colour("color");
    if ink.is_some() && ink == colour("background-color").or_else(|| colour("background")) {
        return true;
    }
    packed.split(';').any(|rule| {
        let Some((name, value)) = rule.split_once(':') else { return false };
        let value = value.trim_end_matches("!important");
        match name {
            "display" => value == "none",
            "visibility" => value == "hidden",
            "mso-hide" => value == "all",
            "opacity" => value.parse::<f32>() == Ok(0.0),
            "font-size" | "max-height" => ["0", "0px", "0pt", "0em", "0%"].contains(&value),
            "color" => value == "transparent",
            _ => false,
        }
    })
}

/// A colour in one writing: `#ffffff` for `white`, `#fff` and `rgb(255,255,255)`.
fn hue(value: &str) -> String {
    let value = value.trim_end_matches("!important").to_ascii_lowercase();
    if let Some(parts) = value.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let parts: Vec<u8> = parts.split(',').filter_map(|part| part.parse().ok()).collect();
        return format!("#{}", parts.iter().map(|part| format!("{part:02x}")).collect::<String>());
    }
    match value.as_str() {
        "white" => "#ffffff".to_owned(),
        "black" => "#000000".to_owned(),
        short if short.len() == 4 && short.starts_with('#') => {
            format!("#{}", short.chars().skip(1).flat_map(|c| [c, c]).collect::<String>())
        }
        _ => value,
    }
}

/// `border:none; border-top:solid #E1E1E1 1.0pt; padding:3.0pt 0in 0in 0in`, in the colours of Outlook's versions.
fn rules_off(style: &str) -> bool {
    let packed: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    packed.contains("border:none")
        && ["border-top:solid#b5c4df1.0pt", "border-top:solid#e1e1e11.0pt", "border-top:1ptsolid#b5c4df"]
            .iter()
            .any(|line| packed.contains(line))
}
