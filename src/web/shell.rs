//! What every page is set in: the bar, the tabs, the form key.

use super::assets::{SCRIPT_PATH, STYLE_PATH};
use super::desk::Desk;

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The service's name.
    pub service: String,
    /// Path of the style.
    pub style: &'static str,
    /// Path of the script.
    pub script: &'static str,
    /// Who is signed in; no bar without.
    pub who: Option<Who>,
    /// The tab that is open.
    pub tab: &'static str,
    /// What has just happened, in one sentence.
    pub said: Option<String>,
}

/// The signed-in person as the bar shows them.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their name.
    pub name: String,
    /// The token that each form of the session carries.
    pub form: String,
    /// True for an admin.
    pub admin: bool,
}

/// A tab of the bar.
#[derive(Debug, Clone, Copy)]
pub struct Tab {
    /// Its page.
    pub href: &'static str,
    /// Its words.
    pub words: &'static str,
    /// True for one that admins keep the office with.
    pub office: bool,
    /// True for the open one.
    pub current: bool,
}

/// Page, words, and whether it is for admins alone.
const TABS: &[(&str, &str, bool)] = &[
    ("/queue", "Queue", false),
    ("/proposals", "Proposals", false),
    ("/rules", "Rules", false),
    ("/paragraphs", "Paragraphs", false),
    ("/quality", "Quality", false),
    ("/accounts", "Accounts", true),
    ("/reviewers", "Reviewers", true),
    ("/outbox", "Outbox", true),
    ("/shelf", "Shelf", true),
    ("/system", "System", true),
    ("/audit", "Audit log", true),
    ("/api-tokens", "API tokens", true),
];

impl Shell {
    /// A page for nobody yet: signing in, a fault.
    pub fn public(desk: &Desk) -> Self {
        Self {
            service: desk.config.service.name.clone(),
            style: &STYLE_PATH,
            script: &SCRIPT_PATH,
            who: None,
            tab: "",
            said: None,
        }
    }

    /// A page for a person.
    pub fn of(desk: &Desk, who: Who, tab: &'static str) -> Self {
        Self { who: Some(who), tab, ..Self::public(desk) }
    }

    /// The same with a word on what happened.
    pub fn saying(mut self, said: Option<String>) -> Self {
        self.said = said;
        self
    }

    /// The tabs beside the menu of the office.
    pub fn work(&self) -> Vec<Tab> {
        self.tabs().into_iter().filter(|tab| !tab.office).collect()
    }

    /// What is behind that menu.
    pub fn office(&self) -> Vec<Tab> {
        self.tabs().into_iter().filter(|tab| tab.office).collect()
    }

    /// The tabs that this person may open.
    fn tabs(&self) -> Vec<Tab> {
        let admin = self.who.as_ref().is_some_and(|who| who.admin);
        let open = TABS.iter().filter(|(_, _, only)| admin || !only);
        open.map(|&(href, words, office)| Tab { href, words, office, current: href == self.tab }).collect()
    }

    /// The form token; empty where nobody is signed in.
    pub fn form(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.form)
    }
}
