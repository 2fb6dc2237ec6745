//! A real Dovecot 2.3 in a temporary directory, unprivileged, on free ports.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::certs::{self, Certs};
use super::ports;
use super::until::until;

/// The password of every user.
pub const PASSWORD: &str = "secret";
const MISSING: &str = "the tests need a real Dovecot: apt-get install dovecot-imapd dovecot-lmtpd (Debian packages)";

/// A running server. Any user `x@example.test` exists, with the password [`PASSWORD`] and an empty mailbox.
pub struct Dovecot {
    /// Plain text with STARTTLS.
    pub imap: u16,
    /// TLS from the first byte.
    pub imaps: u16,
    /// Local delivery (RFC 2033).
    pub lmtp: u16,
    /// SASL for Postfix (`smtpd_sasl_path = inet:127.0.0.1:…`).
    pub auth: u16,
    /// Its certificates.
    pub certs: Certs,
    directory: TempDir,
    owner: Owner,
    process: Option<Child>,
}

/// What differs from the usual configuration.
#[derive(Default)]
pub struct Options {
    /// Further lines of `dovecot.conf`.
    pub extra: String,
    /// Port of an OAuth 2 token information service; 0: none.
    pub tokeninfo: u16,
}

/// Who Dovecot runs as: never root.
struct Owner {
    uid: u32,
    gid: u32,
    user: String,
    group: String,
    switch: bool,
}

impl Dovecot {
    /// Starts one and waits until it answers.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Starts one that differs.
    pub async fn start_with(options: Options) -> Self {
        let directory = tempfile::Builder::new().prefix("dovecot-").tempdir().expect("a temporary directory");
        let certs = certs::make(directory.path());
        let [imap, imaps, lmtp, auth] = ports::free();
        let owner = Owner::find();
        let mut server = Self { imap, imaps, lmtp, auth, certs, directory, owner, process: None };
        for name in ["run", "state", "mail"] {
            std::fs::create_dir(server.path(name)).expect("a new directory");
        }
        std::fs::write(server.path("dovecot.conf"), server.configuration(&options)).expect("a new file");
        std::fs::write(
            server.path("oauth2.conf.ext"),
            format!(
                "tokeninfo_url = http://127.0.0.1:{}/tokeninfo?access_token=\nusername_attribute = email\n",
                options.tokeninfo
            ),
        )
        .expect("a new file");
        server.owner.take(server.directory.path());
        server.restart().await;
        server
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts it again on the same ports with the same mail.
    pub async fn restart(&mut self) {
        self.stop();
        let configuration = self.path("dovecot.conf");
        let dovecot = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect(MISSING);
        let mut command = if self.owner.switch {
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={}", self.owner.uid), &format!("--regid={}", self.owner.gid)]);
            command.args(["--clear-groups", dovecot]);
            command
        } else {
            Command::new(dovecot)
        };
        command.args(["-F", "-c"]).arg(&configuration).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().expect(MISSING));
        for port in [self.imap, self.imaps, self.lmtp, self.auth] {
            until("Dovecot answers", 30, || async { TcpStream::connect(("127.0.0.1", port)).await.ok() }).await;
        }
        let ended = self.process.as_mut().and_then(|process| process.try_wait().ok().flatten());
        assert!(ended.is_none(), "Dovecot ended at once, and somebody else has its ports");
    }

    /// Ends it and all its processes.
    pub fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let group = format!("-{}", process.id());
        let signal = |name: &str| {
            let _ = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
        };
        signal("-TERM");
        let end = Instant::now() + Duration::from_secs(5);
        while matches!(process.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        signal("-KILL");
        let _ = process.wait();
    }

    /// Throws a user's mail away, UIDVALIDITY included. Dovecot takes the clock's second for the next one: this
    /// returns in another second than the one the mailbox was made in.
    pub async fn delete_mailbox(&mut self, user: &str) {
        self.stop();
        std::fs::remove_dir_all(self.home(user)).expect("the user has mail");
        let second = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
        let then = second();
        until("the next second", 5, || async { (second() > then).then_some(()) }).await;
        self.restart().await;
    }

    fn home(&self, user: &str) -> PathBuf {
        self.path("mail").join(user)
    }

    /// Delivers messages by LMTP (RFC 2033), in order, on one connection.
    pub async fn deliver(&self, user: &str, messages: &[Vec<u8>]) {
        let stream = TcpStream::connect(("127.0.0.1", self.lmtp)).await.expect("LMTP answers");
        stream.set_nodelay(true).expect("a TCP socket");
        let mut stream = BufReader::new(stream);
        expect(&mut stream, "220").await;
        say(&mut stream, b"LHLO test\r\n", "250").await;
        for message in messages {
            say(&mut stream, b"MAIL FROM:<sender@example.test>\r\n", "250").await;
            say(&mut stream, format!("RCPT TO:<{user}>\r\n").as_bytes(), "250").await;
            say(&mut stream, b"DATA\r\n", "354").await;
            let mut data = Vec::with_capacity(message.len() + 16);
            for line in message.split_inclusive(|byte| *byte == b'\n') {
                if line.starts_with(b".") {
                    data.push(b'.');
                }
                data.extend_from_slice(line);
            }
            assert!(message.ends_with(b"\r\n"), "a message ends with CRLF");
            data.extend_from_slice(b".\r\n");
            say(&mut stream, &data, "250").await;
        }
    }

    /// The messages of a folder as files, `INBOX` or another name, in no particular order.
    pub fn read_mailbox(&self, user: &str, folder: &str) -> Vec<Vec<u8>> {
        self.message_files(user, folder).iter().map(|path| std::fs::read(path).expect("a message file")).collect()
    }

    /// The paths of those files; their names hold the flags (`:2,FS`).
    pub fn message_files(&self, user: &str, folder: &str) -> Vec<PathBuf> {
        let mut maildir = self.home(user).join("Maildir");
        if folder != "INBOX" {
            maildir = maildir.join(format!(".{folder}"));
        }
        let entries = ["new", "cur"].into_iter().filter_map(|part| std::fs::read_dir(maildir.join(part)).ok());
        entries.flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
    }

    /// The names of the keywords that a folder has used, as Dovecot notes them.
    pub fn keywords(&self, user: &str) -> String {
        std::fs::read_to_string(self.home(user).join("Maildir/dovecot-keywords")).unwrap_or_default()
    }

    fn configuration(&self, options: &Options) -> String {
        let directory = self.directory.path().display();
        let Self { imap, imaps, lmtp, auth, .. } = self;
        let Owner { uid, gid, user, group, .. } = &self.owner;
        let oauth2 = if options.tokeninfo == 0 {
            String::new()
        } else {
            format!(
                "passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {directory}/oauth2.conf.ext\n}}"
            )
        };
        format!(
            "protocols = imap lmtp
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
namespace inbox {{
 inbox = yes
 separator = /
}}
ssl = yes
ssl_cert = <{directory}/server.pem
ssl_key = <{directory}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
{oauth2}
passdb {{
 driver = static
 args = password={PASSWORD}
}}
userdb {{
 driver = static
 args = uid={uid} gid={gid} home={directory}/mail/%u allow_all_users=yes
}}
mail_max_userip_connections = 200
imap_idle_notify_interval = 2 mins
service anvil {{
 chroot =
}}
service imap-login {{
 chroot =
 inet_listener imap {{
  port = {imap}
 }}
 inet_listener imaps {{
  port = {imaps}
  ssl = yes
 }}
}}
service lmtp {{
 inet_listener lmtp {{
  port = {lmtp}
 }}
}}
service auth {{
 inet_listener {{
  port = {auth}
 }}
}}
service stats {{
 chroot =
}}
protocol lmtp {{
 auth_username_format = %Lu
}}
{}
",
            options.extra
        )
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.path("dovecot.log")).unwrap_or_default();
            let end: Vec<&str> = log.lines().rev().take(20).collect();
            eprintln!("dovecot.log, newest first:\n{}", end.join("\n"));
        }
    }
}

impl Owner {
    fn find() -> Self {
        let me = std::fs::metadata("/proc/self").expect("/proc is mounted");
        let switch = me.uid() == 0;
        let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let entry = fields
            .filter(|fields| fields.len() > 3)
            .find(|fields| if switch { fields[0] == "nobody" } else { fields[2] == me.uid().to_string() })
            .expect("a user in /etc/passwd");
        let groups = std::fs::read_to_string("/etc/group").expect("/etc/group");
        let group = groups
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.get(2) == Some(&entry[3]))
            .expect("a group in /etc/group");
        Self {
            uid: entry[2].parse().expect("a number"),
            gid: entry[3].parse().expect("a number"),
            user: entry[0].to_owned(),
            group: group[0].to_owned(),
            switch,
        }
    }

    /// Gives a directory and all in it to the user.
    fn take(&self, path: &Path) {
        if !self.switch {
            return;
        }
        chown(path, Some(self.uid), Some(self.gid)).expect("root may");
        if path.is_dir() {
            for entry in std::fs::read_dir(path).expect("a directory") {
                self.take(&entry.expect("an entry").path());
            }
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, bytes: &[u8], code: &str) {
    stream.write_all(bytes).await.expect("LMTP is connected");
    expect(stream, code).await;
}

async fn expect(stream: &mut BufReader<TcpStream>, code: &str) {
    loop {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(30), stream.read_line(&mut line)).await;
        read.expect("LMTP answers in time").expect("LMTP is connected");
        assert!(line.starts_with(code), "LMTP said {line:?} instead of {code}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}
