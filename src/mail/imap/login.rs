//! Who we are: LOGIN, PLAIN or XOAUTH2. Only ever called on an encrypted connection.

use std::process::Stdio;
use std::time::Duration;

use async_imap::{Authenticator, Client};
use tokio::process::Command;

use super::fault::{Refusal, judged};
use super::session::{Stream, within};
use crate::config::{Imap, ImapAuth};
use crate::mail::MailError;

/// Logs in as the settings say.
pub async fn login(
    client: Client<Stream>,
    settings: &Imap,
    host: &str,
    limit: Duration,
    login_disabled: bool,
) -> Result<async_imap::Session<Stream>, MailError> {
    let (user, password) = (settings.user.as_str(), settings.password.expose());
    let (mechanism, secret, answer) = match settings.auth {
        ImapAuth::Xoauth2 => {
            let token = token(&settings.token_command, limit, host).await?;
            let answer = format!("user={user}\x01auth=Bearer {token}\x01\x01");
            ("XOAUTH2", token, answer)
        }
        ImapAuth::Password => ("PLAIN", password.to_owned(), format!("\0{user}\0{password}")),
    };
    // Letters beyond ASCII have no place in a quoted string (RFC 4616 takes UTF-8).
    let by_login = mechanism == "PLAIN" && !login_disabled && quoted(user).is_some() && quoted(password).is_some();
    let result = within("login", limit, async {
        Ok(if by_login {
            client.login(user, password).await
        } else {
            client.authenticate(mechanism, First(Some(answer))).await
        })
    })
    .await?;
    let result = result.map_err(|(error, _client)| error);
    judged(host, "login", result)?.map_err(|refusal| judge(refusal, host, &[user, &secret]))
}

/// SASL (RFC 9051 section 6.2.2): answers the first challenge, and every later one with an empty line. That is what
/// XOAUTH2 wants when it was refused: only then does the tagged NO arrive.
struct First(Option<String>);

impl Authenticator for First {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// `text` as a quoted string (RFC 9051 section 4.3); `None` when it holds what a quoted string cannot.
pub fn quoted(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    plain.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn judge(refusal: Refusal, host: &str, private: &[&str]) -> MailError {
    let host = host.to_owned();
    let mut reason = refusal.to_string();
    for word in private.iter().filter(|word| !word.is_empty()) {
        // async-imap hands the server's words over with their quotes and backslashes escaped.
        reason = reason.replace(word, "(hidden)").replace(&word.escape_debug().to_string(), "(hidden)");
    }
    if refusal.is_passing() {
        MailError::Connection { host, reason }
    } else if refusal.bad {
        MailError::Protocol { host, command: "login", reason }
    } else {
        MailError::Credentials { host, reason }
    }
}

/// Runs the operator's command and takes its output as the access token. Its error output is not shown: it may
/// hold a secret.
async fn token(command: &[String], limit: Duration, host: &str) -> Result<String, MailError> {
    let failed = |reason: String| MailError::Credentials { host: host.to_owned(), reason };
    let Some((program, arguments)) = command.split_first() else {
        return Err(failed("token_command is empty".to_owned()));
    };
    let output = within("token_command", limit, async {
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|error| failed(format!("token_command cannot be run: {}", error.kind())))
    })
    .await?;
    if !output.status.success() {
        // Most often the token endpoint is out of reach: worth another try.
        let reason = format!("token_command failed: {}", output.status);
        return Err(MailError::Connection { host: host.to_owned(), reason });
    }
    let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(failed("token_command printed something that is not one access token".to_owned()));
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    async fn run(words: &[&str], limit: Duration) -> Result<String, MailError> {
        token(&command(words), limit, "mail.example.test:993").await
    }

    #[test]
    fn quotes_and_backslashes_are_escaped_and_line_ends_refused() {
        assert_eq!(quoted(r#"a "b" \c"#).as_deref(), Some(r#""a \"b\" \\c""#));
        assert_eq!(quoted("a\r\nA2 LOGOUT"), None);
        assert_eq!(quoted("grün"), None);
    }

    #[test]
    fn a_refusal_that_repeats_the_user_or_password_does_not_show_them() {
        let refusal = Refusal { bad: false, code: String::new(), words: "alice may not use hunter2".to_owned() };
        let error = judge(refusal, "h:1", &["alice", "hunter2"]);
        assert_eq!(error.to_string(), "h:1 refused the credentials: NO (hidden) may not use (hidden)");
        let refusal = Refusal { bad: false, code: String::new(), words: r#"not a\"b"#.to_owned() };
        assert!(judge(refusal, "h:1", &[r#"a"b"#]).to_string().ends_with("NO not (hidden)"));
    }

    #[test]
    fn a_server_that_cannot_check_the_password_now_is_a_passing_fault() {
        let refusal = Refusal { bad: false, code: "UNAVAILABLE".to_owned(), words: "later".to_owned() };
        assert!(judge(refusal, "h:1", &[]).is_transient());
    }

    #[tokio::test]
    async fn a_token_is_trimmed_and_no_shell_reads_the_command() {
        let long = Duration::from_secs(20);
        assert_eq!(run(&["echo", "ya29.$HOME;x"], long).await.unwrap(), "ya29.$HOME;x");
    }

    #[tokio::test]
    async fn a_token_command_that_fails_says_how() {
        let long = Duration::from_secs(20);
        assert!(matches!(run(&["false"], long).await, Err(MailError::Connection { .. })));
        assert!(matches!(run(&["true"], long).await, Err(MailError::Credentials { .. })));
        assert!(matches!(run(&["echo", "two words"], long).await, Err(MailError::Credentials { .. })));
        assert!(matches!(run(&["/nonexistent/token"], long).await, Err(MailError::Credentials { .. })));
        let slow = run(&["sleep", "60"], Duration::from_millis(50)).await;
        assert!(matches!(slow, Err(MailError::Timeout { what: "token_command", .. })));
    }
}
