//! Text that flows (RFC 3676): lines that end with a space go on in the next.

/// Joins the lines of a `format=flowed` text. `delete_space` is its parameter `DelSp=yes`.
pub fn join(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        // A line of another depth ends what flowed, and so do the dashes of a signature.
        let continues = open == Some(depth) && content != "-- ";
        if !continues {
            if open.is_some() {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && content != "-- ";
        if flows {
            out.push_str(if delete_space { &content[..content.len() - 1] } else { content });
            open = Some(depth);
        } else {
            out.push_str(content);
            out.push('\n');
            open = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn flowing_lines_are_joined_within_their_depth() {
        for (text, deleted, joined) in [
            ("Is 45385 \nvalid?\n", false, "Is 45385 valid?\n"),
            ("a \n> b \n> c\nd\n", false, "a \n> b c\nd\n"),
            ("ab \ncd\n", true, "abcd\n"),
            ("x \n-- \nAnn\n", false, "x \n-- \nAnn\n"),
            (" >no quote\n", false, ">no quote\n"),
        ] {
            assert_eq!(join(text, deleted), joined, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_flows(text in "(>| |\n|\\PC){0,60}") {
            let _ = (join(&text, true), join(&text, false));
        }
    }
}
