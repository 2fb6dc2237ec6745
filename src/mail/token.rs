//! The operator's command that prints an access token, for IMAP and SMTP alike.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::MailError;

/// Exit codes of sysexits.h by which a command tells that a person must sign in (EX_NOPERM) or look at the settings
/// (EX_CONFIG). `caseconsultant token` uses them.
const LASTING: [i32; 2] = [77, 78];

/// Runs the operator's command and takes its output as the access token. Its error output is not shown: it may
/// hold a secret.
pub(super) async fn fetch(command: &[String], limit: Duration) -> Result<String, MailError> {
    let failed = |reason: String, passing| MailError::Token { reason, passing };
    let Some((program, arguments)) = command.split_first() else {
        return Err(failed("token_command is empty".to_owned(), false));
    };
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(limit, output)
        .await
        .map_err(|_| failed(format!("token_command printed no token within {} s", limit.as_secs()), true))?
        .map_err(|error| failed(format!("token_command cannot be run: {}", error.kind()), false))?;
    if !output.status.success() {
        let lasting = output.status.code().is_some_and(|code| LASTING.contains(&code));
        let cure = if lasting { "; a person must sign in, or mend the settings" } else { "" };
        // Most often the token endpoint is out of reach: worth another try.
        return Err(failed(format!("token_command failed: {}{cure}", output.status), !lasting));
    }
    let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(failed("token_command printed something that is not one access token".to_owned(), false));
    }
    Ok(token)
}

/// The initial response of XOAUTH2, before base64.
pub(super) fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(words: &[&str], limit: Duration) -> Result<String, MailError> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        fetch(&words, limit).await
    }

    #[tokio::test]
    async fn a_token_is_trimmed_and_no_shell_reads_the_command() {
        let long = Duration::from_secs(20);
        assert_eq!(run(&["echo", "ya29.$HOME;x"], long).await.unwrap(), "ya29.$HOME;x");
    }

    #[tokio::test]
    async fn a_token_command_that_fails_says_how_and_whether_a_person_must_look() {
        let long = Duration::from_secs(20);
        assert!(matches!(run(&["false"], long).await, Err(MailError::Token { passing: true, .. })));
        let refused = run(&["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 77"], long).await.unwrap_err();
        assert!(!refused.is_transient() && refused.to_string().contains("sign in"), "{refused}");
        assert!(!refused.to_string().contains("hunter2"));
        for lasting in [&["true"][..], &["echo", "two words"], &["/nonexistent/token"]] {
            assert!(matches!(run(lasting, long).await, Err(MailError::Token { passing: false, .. })), "{lasting:?}");
        }
        let slow = run(&["sleep", "60"], Duration::from_millis(50)).await;
        assert!(matches!(slow, Err(MailError::Token { passing: true, .. })));
    }
}
