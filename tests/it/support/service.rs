//! The real program, as an operator runs it: a configuration file, a data folder, a process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::until::until;

/// An installation in a temporary folder. Dropping it ends its process.
pub struct Service {
    /// Its data folder; the configuration lies beside it.
    pub data: PathBuf,
    program: PathBuf,
    folder: TempDir,
    process: Option<Child>,
    variables: Vec<(String, String)>,
    starts: usize,
}

impl Service {
    /// Writes the configuration; starts nothing.
    pub fn install(program: &str, configuration: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("service-").tempdir().expect("a temporary directory");
        std::fs::write(folder.path().join("service.toml"), configuration).expect("a new file");
        let data = folder.path().join("data");
        Self { data, program: program.into(), folder, process: None, variables: Vec::new(), starts: 0 }
    }

    /// A variable of its environment.
    pub fn environment(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Starts `serve`. What it writes to standard error is kept, see [`Service::log`].
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// The same with further variables in its environment.
    pub fn start_with(&mut self, variables: &[(&str, &str)]) {
        assert!(self.process.is_none(), "started twice");
        self.starts += 1;
        let log = File::create(self.log_file(self.starts)).expect("a new file");
        let mut command = self.command(&["serve"]);
        command.envs(variables.iter().copied());
        self.process = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("it starts"));
    }

    /// Runs another command of the same installation to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().expect("it runs")
    }

    /// Everything that was logged, by all starts.
    pub fn log(&self) -> String {
        (1..=self.starts).map(|n| std::fs::read_to_string(self.log_file(n)).unwrap_or_default()).collect()
    }

    /// Waits until `words` were logged.
    pub async fn until_logged(&self, words: &str) {
        until(&format!("the log says {words:?}"), 60, || async { self.log().contains(words).then_some(()) }).await;
    }

    /// Waits until the latest start serves.
    #[allow(dead_code, reason = "not every binary that shares this file waits so")]
    pub async fn until_serving(&self) {
        let log = self.log_file(self.starts);
        let serving = || async { std::fs::read_to_string(&log).ok().filter(|log| log.contains("serving")) };
        until("it serves", 60, serving).await;
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// SIGTERM; how it ended, or `None` when it did not within `limit`.
    pub async fn terminate(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.signal("TERM");
        let ended = self.until_ended(limit).await;
        self.kill(); // Where it did not.
        ended
    }

    /// Waits until it has ended; `None`, and it still runs, where it did not within `limit`.
    pub async fn until_ended(&mut self, limit: Duration) -> Option<ExitStatus> {
        let mut process = self.process.take().expect("it runs");
        let ended = async {
            loop {
                if let Some(status) = process.try_wait().expect("a child of ours") {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let ended = tokio::time::timeout(limit, ended).await.ok();
        if ended.is_none() {
            self.process = Some(process);
        }
        ended
    }

    /// Sends its process a signal, by the name that `kill` knows.
    pub fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().expect("kill runs");
        assert!(sent.success(), "it had ended by itself");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let _ = process.kill();
        let _ = process.wait();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        // A setting of the tests themselves; the program refuses what it does not know.
        command.env_remove("CASECONSULTANT_SHELF_SOURCE");
        if let Some(url) = super::engine::url(&self.data) {
            command.env("CASECONSULTANT_DATABASE__URL", url);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.arg("--data-dir").arg(&self.data).arg("--config").arg(self.configuration()).args(arguments);
        command
    }

    fn configuration(&self) -> PathBuf {
        self.folder.path().join("service.toml")
    }

    fn log_file(&self, n: usize) -> PathBuf {
        self.folder.path().join(format!("log-{n}"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("log of the service:\n{}", self.log());
        }
    }
}

/// A server on this host, and the authority that vouches for it.
pub struct Server<'a> {
    /// `localhost` and this port.
    pub port: u16,
    /// `implicit` or `starttls`.
    pub tls: &'a str,
    /// The authority.
    pub ca: &'a Path,
    /// Empty: no sign-in.
    pub user: &'a str,
    /// Its password.
    pub password: &'a str,
}

/// The section `[source]`: a mailbox, read from its beginning.
pub fn source(server: &Server<'_>) -> String {
    format!("[source]\nkind = \"imap\"\nfrom_beginning = true\n[source.imap]\n{}", settings(server))
}

/// The section `[transport]`.
pub fn transport(server: &Server<'_>) -> String {
    format!("[transport]\nkind = \"smtp\"\n[transport.smtp]\n{}", settings(server))
}

fn settings(server: &Server<'_>) -> String {
    let Server { port, tls, ca, user, password } = server;
    let ca = ca.display();
    format!(
        "host = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca_file = \"{ca}\"\nuser = \"{user}\"\npassword = \"{password}\"\n"
    )
}
