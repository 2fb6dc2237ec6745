//! `check` against real servers.

use super::{IMPLICIT, Servers, install};
use crate::support::dovecot::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_both_servers_good_and_names_the_cure_for_a_wrong_password() {
    let servers = Servers::start().await;
    let checked = |password: &str| {
        let ca = &servers.dovecot.certs.ca;
        let service = install(&(servers.source(ca, IMPLICIT, password) + &servers.transport(ca, password)));
        let output = service.run(&["check"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let line = |report: &str, what: &str| report.lines().find(|line| line.contains(what)).unwrap().to_owned();
    let (code, report) = checked(PASSWORD);
    assert_eq!(code, Some(0), "{report}");
    for what in ["IMAP", "SMTP"] {
        assert!(line(&report, &format!(" {what} ")).starts_with("ok"), "{report}");
    }
    let (code, report) = checked("wrong");
    assert_eq!(code, Some(1), "{report}");
    for what in ["IMAP", "SMTP"] {
        assert!(line(&report, &format!(" {what} ")).starts_with("FAILED"), "{report}");
    }
    assert_eq!(report.matches("cure: check").count(), 2, "{report}");
    assert!(report.contains("password") && !report.contains("wrong"), "{report}");
}
