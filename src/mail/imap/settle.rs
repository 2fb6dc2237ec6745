//! Filing messages away. The cursor does not depend on it: what stays behind is untidy, not lost.

use super::fault::protocol;
use super::login::quoted;
use super::session::Session;
use super::uid_set::sets;
use crate::config::Imap;
use crate::mail::{Disposition, MailError};

/// Moves or marks messages. Numbers that are gone are no error: UID commands pass over them (RFC 9051 section 6.4.9).
pub async fn settle(
    session: &mut Session,
    settings: &Imap,
    uids: &[u32],
    disposition: Disposition,
) -> Result<(), MailError> {
    let keyword = &settings.processed_keyword;
    if !is_atom(keyword) {
        return Err(protocol(&session.host, "STORE", "source.imap.processed_keyword is not an IMAP atom"));
    }
    for set in sets(uids) {
        match disposition {
            Disposition::Processed if moved(session, &set, &settings.processed_folder).await? => {}
            Disposition::Processed => store(session, &set, keyword).await?,
            Disposition::Quarantined => store(session, &set, &format!("\\Flagged {keyword}")).await?,
        }
    }
    Ok(())
}

async fn store(session: &mut Session, set: &str, flags: &str) -> Result<(), MailError> {
    session.demand("UID STORE", &format!("{set} +FLAGS.SILENT ({flags})"), &mut |_| {}).await
}

/// True when the server moved them; false when it has no MOVE (RFC 6851), no such folder, or will not.
async fn moved(session: &mut Session, set: &str, folder: &str) -> Result<bool, MailError> {
    let Some(name) = quoted(folder).filter(|_| !folder.is_empty()) else { return Ok(false) };
    if !session.capabilities.contains("MOVE") {
        return Ok(false);
    }
    let limit = session.limit;
    let arguments = format!("{set} {name}");
    let mut outcome = session.run("UID MOVE", &arguments, limit, &mut |_| {}).await?;
    if outcome.as_ref().is_err_and(|refusal| refusal.code == "TRYCREATE") {
        // Refused when another connection was faster: the second MOVE tells.
        let _ = session.run("CREATE", &name, limit, &mut |_| {}).await?;
        outcome = session.run("UID MOVE", &arguments, limit, &mut |_| {}).await?;
    }
    if let Err(refusal) = &outcome {
        tracing::warn!(%refusal, "the server did not move messages to the processed folder; they get the keyword");
    }
    Ok(outcome.is_ok())
}

/// RFC 9051 section 9, `atom`: what a keyword may consist of.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !br#"(){%*"\]"#.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_atom;

    #[test]
    fn a_keyword_must_be_an_atom() {
        assert!(is_atom("$CaseConsultant"));
        for bad in ["", "two words", "a)", "\\Seen", "a\r\nb", "ü"] {
            assert!(!is_atom(bad), "{bad:?}");
        }
    }
}
