//! A real Postfix of its own, in a temporary folder, on free ports.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::free_port;

/// Takes mail for `example.test` and hands it to an LMTP server; stopped when dropped.
pub struct Postfix {
    /// Port 25's stand-in: STARTTLS offered, no sign-in asked from this host.
    pub smtp: u16,
    /// Port 587's: STARTTLS and sign-in required.
    pub submission: u16,
    folder: tempfile::TempDir,
    master: Child,
}

impl Postfix {
    /// `lmtp` is the port that mail is delivered to, `auth` that of a Dovecot auth service, and `certificate` a
    /// folder with `cert.pem` and `key.pem` for localhost.
    pub fn start(lmtp: u16, auth: u16, certificate: &Path) -> Self {
        assert!(
            Path::new("/usr/sbin/postfix").exists(),
            "Postfix is missing. As root: echo 'postfix postfix/main_mailer_type select No configuration' | \
             debconf-set-selections; DEBIAN_FRONTEND=noninteractive apt-get install -y postfix"
        );
        let folder = tempfile::Builder::new().prefix("postfix-").tempdir().unwrap();
        let (smtp, submission) = (free_port(), free_port());
        let etc = prepare(folder.path(), lmtp, auth, certificate, smtp, submission);
        let log = fs::File::create(folder.path().join("output")).unwrap();
        let master = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(&etc)
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut postfix = Self { smtp, submission, folder, master };
        postfix.wait_until_ready();
        postfix
    }

    /// What it logged so far, for the message of a failing test.
    pub fn log(&self) -> String {
        ["output", "maillog"].map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()).concat()
    }

    fn wait_until_ready(&mut self) {
        let start = Instant::now();
        while [self.smtp, self.submission].iter().any(|port| TcpStream::connect(("127.0.0.1", *port)).is_err()) {
            let ended = self.master.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < Duration::from_secs(20),
                "Postfix did not start ({ended:?}):\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.path().join("etc");
        let stopped = Command::new("/usr/sbin/postfix").arg("-c").arg(etc).arg("abort").output();
        if !stopped.is_ok_and(|output| output.status.success()) {
            drop(self.master.kill());
        }
        drop(self.master.wait());
    }
}

fn prepare(folder: &Path, lmtp: u16, auth: u16, certificate: &Path, smtp: u16, submission: u16) -> PathBuf {
    let root = folder.display().to_string();
    let etc = folder.join("etc");
    for name in ["etc", "spool", "data"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    // master(8) drops to its own user, which must be able to pass.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let owned = Command::new("chown").arg("postfix").arg(folder.join("data")).output().unwrap();
    assert!(
        owned.status.success(),
        "Postfix' master needs root: run the tests as root. ({})",
        String::from_utf8_lossy(&owned.stderr).trim()
    );
    let main = MAIN
        .replace("@ROOT@", &root)
        .replace("@LMTP@", &lmtp.to_string())
        .replace("@AUTH@", &auth.to_string())
        .replace("@CERT@", &certificate.display().to_string());
    fs::write(etc.join("main.cf"), main).unwrap();
    let master = MASTER.replace("@SMTP@", &smtp.to_string()).replace("@SUBMISSION@", &submission.to_string());
    fs::write(etc.join("master.cf"), master).unwrap();
    etc
}

const MAIN: &str = "\
compatibility_level = 3.6
queue_directory = @ROOT@/spool
data_directory = @ROOT@/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.test
mydomain = example.test
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:@LMTP@
default_transport = error:only example.test is delivered here
smtp_dns_support_level = disabled
disable_dns_lookups = yes
message_size_limit = 52428800
maillog_file = @ROOT@/maillog
maillog_file_prefixes = @ROOT@
smtpd_tls_cert_file = @CERT@/cert.pem
smtpd_tls_key_file = @CERT@/key.pem
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:@AUTH@
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
in_flow_delay = 0
";

const MASTER: &str = "\
127.0.0.1:@SMTP@ inet n - n - 50 smtpd
127.0.0.1:@SUBMISSION@ inet n - n - 50 smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
lmtp      unix  - - n - 20 lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
";
