//! Review: a person takes a case, edits its draft and decides.
//!
//! ```text
//! reviewer        who decides: a value that only a valid session, or a token with their name, makes
//! api_token       what a program shows instead of a session
//! enter           letting somebody in, or not
//! password        how a password is kept and compared       authenticator   the second factor
//! link            invitations, and sign-ins for a trial
//! edit            a draft as a form, and back               difference      what was changed in it
//! insert          what is looked up and put into it
//! lesson          what the office learns from it
//! ```

pub mod api_token;
pub mod authenticator;
pub mod difference;
pub mod edit;
pub mod enter;
pub mod insert;
pub mod lesson;
pub mod link;
pub mod password;
pub mod reviewer;
