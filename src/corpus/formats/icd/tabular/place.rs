//! The tabular list as a list of places: chapters, blocks, categories and codes, each with its notes.

use quick_xml::events::BytesStart;

use super::super::super::{Intake, Refusal};
use super::super::writing::dotted;
use super::super::xml::{Node, attribute, tidy, walk};

/// How large a part of the list a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `A00-B99`.
    Chapter,
    /// `A00-A09`, and the wider ranges such as `C00-C96` that hold other blocks.
    Block,
    /// A category or a code.
    Code,
}

/// The notes of one element, such as all notes of one `useAdditionalCode`.
#[derive(Debug, Default)]
pub struct Block {
    /// `includes`, `excludes1`, `excludes2`, `code_first`, `use_additional`, `code_also`, `inclusion`, `note` or
    /// `seventh`.
    pub kind: &'static str,
    /// The notes in their order.
    pub texts: Vec<String>,
}

/// A place of the tabular list.
#[derive(Debug)]
pub struct Place {
    /// How large it is.
    pub level: Level,
    /// Code with its dot, or range of categories; empty where the file gives none that can be used.
    pub key: String,
    /// The number of a chapter; empty elsewhere.
    pub number: String,
    /// Its title, without the range at its end.
    pub title: String,
    /// Where it stands, as an index into the list.
    pub parent: Option<usize>,
    /// Its notes.
    pub blocks: Vec<Block>,
    /// The 7th characters that it defines, each with its meaning.
    pub seventh: Vec<(String, String)>,
}

/// Reads the places in their order, parents before children. Places without a key are reported as broken.
///
/// # Errors
/// The XML cannot be read to its end.
pub fn places(text: &str, intake: &mut Intake) -> Result<Vec<Place>, Refusal> {
    let mut builder = Builder::default();
    walk(text, |node, line| match node {
        Node::Open(name, tag) => builder.open(name, tag),
        Node::Text(text) => builder.text.push_str(text),
        Node::Close(name) => {
            if let Err(reason) = builder.close(name) {
                intake.broken(line, reason);
            }
        }
    })?;
    Ok(builder.places)
}

#[derive(Default)]
struct Builder {
    places: Vec<Place>,
    /// The places that are open, outermost first.
    open: Vec<usize>,
    block: Option<Block>,
    text: String,
    /// The 7th character that is being defined.
    character: String,
    /// What the table of visual impairment says before its values, and the row of it that is being read.
    limit: &'static str,
    row: Vec<String>,
}

impl Builder {
    fn open(&mut self, name: &str, tag: &BytesStart<'_>) {
        let level = match name {
            "chapter" => Some(Level::Chapter),
            "section" => Some(Level::Block),
            "diag" => Some(Level::Code),
            _ => None,
        };
        if let Some(level) = level {
            let key = if level == Level::Block { attribute(tag, "id") } else { String::new() };
            let parent = self.open.last().copied();
            let (number, title) = (String::new(), String::new());
            self.places.push(Place { level, key, number, title, parent, blocks: Vec::new(), seventh: Vec::new() });
            self.open.push(self.places.len() - 1);
            return;
        }
        match name {
            "extension" => self.character = tidy(&attribute(tag, "char")),
            "visMax" => self.limit = "maximum ",
            "visMin" => self.limit = "minimum ",
            "visCategory" => (self.limit, self.row) = ("", Vec::new()),
            _ => {}
        }
        if let Some(kind) = kind(name) {
            self.block = Some(Block { kind, texts: Vec::new() });
        }
        // Every element that is read begins with its own text; what stands between elements is layout.
        self.text.clear();
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        let Some(at) = self.open.last().copied() else { return Ok(()) };
        let place = &mut self.places[at];
        match name {
            "name" if place.level == Level::Code => place.key = tidy(&self.text),
            "name" => place.number = tidy(&self.text),
            "desc" => place.title = tidy(&self.text),
            "extension" => {
                let text = tidy(&self.text);
                self.text = format!("{} - {text}", self.character);
                self.note(false);
                self.places[at].seventh.push((std::mem::take(&mut self.character), text));
            }
            "note" => self.note(true),
            "heading" => self.row.push(tidy(&self.text)),
            "value" => self.row.push(format!("{}{}", self.limit, tidy(&self.text))),
            "visCategory" => {
                self.text = self.row.join(", ");
                self.note(false);
            }
            "chapter" | "section" | "diag" => {
                self.open.pop();
                return self.places[at].finish();
            }
            _ if kind(name).is_some() => {
                let block = self.block.take().filter(|block| !block.texts.is_empty());
                self.places[at].blocks.extend(block);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a note. One within the definition of 7th characters belongs to the last of them.
    fn note(&mut self, continues: bool) {
        let Some(block) = &mut self.block else { return };
        let mut text = tidy(&self.text);
        let last = self.open.last().and_then(|at| self.places[*at].seventh.last());
        if let Some((character, _)) = last.filter(|_| continues && block.kind == "seventh") {
            text = format!("{character} - {text}");
        }
        if !text.is_empty() {
            block.texts.push(text);
        }
    }
}

impl Place {
    /// Gives the place the key that others look it up by.
    fn finish(&mut self) -> Result<(), String> {
        let key = match self.level {
            Level::Code => dotted(&self.key),
            Level::Block => range(&self.key).or_else(|| ending(&self.title)),
            Level::Chapter => ending(&self.title),
        };
        let bare = self.title.rsplit_once('(').map(|(before, _)| before.trim_end().to_owned());
        if let Some(bare) = bare.filter(|_| self.level != Level::Code && ending(&self.title).is_some()) {
            self.title = bare;
        }
        match key {
            Some(key) => self.key = key,
            None => {
                let shown = std::mem::take(&mut self.key);
                return Err(format!("{shown:?} ({}) is no code and no range of categories", self.title));
            }
        }
        Ok(())
    }
}

/// The range in parentheses at the end of a title.
fn ending(title: &str) -> Option<String> {
    range(title.strip_suffix(')')?.rsplit_once('(')?.1)
}

/// A range of categories, or one category.
fn range(text: &str) -> Option<String> {
    let category = |text: &str| dotted(text).filter(|code| code.len() == 3);
    match text.trim().split_once('-') {
        Some((first, last)) => Some(format!("{}-{}", category(first)?, category(last)?)),
        None => category(text),
    }
}

/// The kind of the notes in an element; `None` for elements that hold none.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "includes" => "includes",
        "excludes1" => "excludes1",
        "excludes2" => "excludes2",
        "codeFirst" => "code_first",
        "useAdditionalCode" => "use_additional",
        "codeAlso" => "code_also",
        "inclusionTerm" => "inclusion",
        "notes" | "visualImpairment" => "note",
        "sevenChrNote" | "sevenChrDef" => "seventh",
        _ => return None,
    })
}
