//! Who we are: LOGIN, PLAIN or XOAUTH2. Only ever called on an encrypted connection.

use std::time::Duration;

use async_imap::{Authenticator, Client};

use super::fault::{Refusal, judged};
use super::session::{Stream, within};
use crate::config::{Imap, SignIn};
use crate::mail::{MailError, token};

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
        SignIn::Xoauth2 => {
            let token = token::fetch(&settings.token_command, limit).await?;
            let answer = token::xoauth2(user, &token);
            ("XOAUTH2", token, answer)
        }
        SignIn::Password => ("PLAIN", password.to_owned(), format!("\0{user}\0{password}")),
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
