//! A PostgreSQL of the suite's own, in a temporary folder, reached by a Unix socket. It ends with the process that started it,
//! however that ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// One server, empty but for what `initdb` makes.
pub struct Server {
    folder: PathBuf,
    /// Its standard input is what the server lives by.
    keeper: Child,
    log: PathBuf,
    settings: Vec<String>,
}

/// Starts the server, waits until standard input ends, ends the server, and takes its folder away.
const KEEPER: &str = r#"
folder=$1 log=$2; shift 2
as=
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=nobody --regid=nogroup --clear-groups"; fi
$as "$@" -D "$folder/data" -k "$folder" >>"$log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server; wait $server
[ -e "$folder/paused" ] || rm -rf "$folder"
"#;

/// Nothing of it has to survive the machine.
const FAST: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

impl Server {
    /// Starts one that forgets all when the machine stops, which is enough where that is not tested.
    pub fn start() -> Self {
        Self::with(&FAST)
    }

    /// Starts one that writes through to the disk, as an operator's does.
    #[allow(dead_code, reason = "the bench measures with it")]
    pub fn durable() -> Self {
        Self::with(&[])
    }

    fn with(settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("pg-").tempdir().expect("a temporary directory").keep();
        let programs = programs();
        let mut make = unprivileged(&folder, &programs.join("initdb"));
        make.args(["-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"]);
        let made = make.arg(folder.join("data")).output().expect("initdb runs (Debian package postgresql-15)");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut words: Vec<String> = ["listen_addresses=", "max_connections=400", "shared_buffers=64MB"]
            .iter()
            .chain(settings)
            .map(|word| (*word).to_owned())
            .collect();
        // Where every statement is to be seen: `tests/run` reads it afterwards.
        let logged = setting("TEST_STATEMENTS").map(PathBuf::from);
        if logged.is_some() {
            words.extend(["log_statement=all", "log_line_prefix=%p ", "log_error_verbosity=terse"].map(str::to_owned));
        }
        let log = logged.unwrap_or_else(|| folder.join("log"));
        let keeper = keeper(&folder, &log, &words);
        let server = Self { folder, keeper, log, settings: words };
        server.until_ready();
        server
    }

    fn until_ready(&self) {
        let begin = Instant::now();
        while !self.try_run("postgres", "SELECT 1") {
            let said = std::fs::read_to_string(&self.log).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(30), "PostgreSQL does not start: {said}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server; what it holds stays.
    pub fn pause(&mut self) {
        let mark = self.folder.join("paused");
        std::fs::write(&mark, "").expect("a folder of ours");
        drop(self.keeper.stdin.take());
        self.keeper.wait().expect("a child of ours");
        std::fs::remove_file(mark).expect("just made");
    }

    /// Starts it again.
    pub fn resume(&mut self) {
        self.keeper = keeper(&self.folder, &self.log, &self.settings);
        self.until_ready();
    }

    /// The one that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://test@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes a database: empty, or as `template` is.
    pub fn create(&self, database: &str, template: Option<&str>) {
        let template = template.map_or(String::new(), |template| format!("TEMPLATE {template}"));
        self.run("postgres", &format!("CREATE DATABASE {database} {template}"));
    }

    /// Carries statements out, as an administrator does.
    pub fn run(&self, database: &str, statement: &str) {
        assert!(self.try_run(database, statement), "{statement}");
    }

    fn try_run(&self, database: &str, statement: &str) -> bool {
        let mut command = self.client(database);
        command
            .args(["-c", statement])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("psql runs")
            .success()
    }

    /// The rows of a question, fields parted by bars.
    pub fn ask(&self, database: &str, question: &str) -> String {
        let said = self.client(database).args(["-c", question]).output().expect("psql runs");
        assert!(said.status.success(), "{question}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).trim_end().to_owned()
    }

    fn client(&self, database: &str) -> Command {
        let mut command = Command::new(programs().join("psql"));
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "test", "-h"]);
        command.arg(&self.folder).args(["-d", database]);
        command
    }

    /// Ends every connection to a database, as a restart of the server would.
    pub fn cut(&self, database: &str) {
        let all = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");
        self.ask("postgres", &all);
    }
}

fn keeper(folder: &Path, log: &Path, settings: &[String]) -> Child {
    let mut keeper = Command::new("/bin/sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(log).arg(programs().join("postgres"));
    keeper.args(settings.iter().flat_map(|word| ["-c", word.as_str()]));
    keeper.stdin(Stdio::piped()).spawn().expect("a shell")
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").expect("Debian package postgresql-15 is installed");
        let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let newest = versions.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(number);
        newest.expect("a version of PostgreSQL").join("bin")
    });
    found.clone()
}

/// PostgreSQL never runs as root.
fn unprivileged(folder: &Path, program: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        return Command::new(program);
    }
    let given = Command::new("chown").arg("nobody:nogroup").arg(folder).status().expect("chown runs");
    assert!(given.success());
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program).current_dir(folder);
    command
}

/// A setting of the suite.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment what to test")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True where the suite is to run on PostgreSQL: `TEST_ENGINE=postgres`.
pub fn is_wanted() -> bool {
    match setting("TEST_ENGINE").as_deref() {
        None | Some("sqlite") => false,
        Some("postgres") => true,
        Some(other) => panic!("TEST_ENGINE={other}: it is sqlite or postgres"),
    }
}

/// The address of the database that stands for the one in a data folder: made from a template that `prepare` brought to
/// today's schema, and kept as long as the folder is there.
pub fn database_for(folder: &Path, prepare: impl FnOnce(String) + Send + 'static) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    use std::sync::Mutex;
    /// Folder, database, and whether the folder was seen: a service makes its own when it starts.
    static MADE: Mutex<Vec<(PathBuf, String, bool)>> = Mutex::new(Vec::new());
    let server = Server::shared();
    let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if made.is_empty() {
        server.create("template_cc", None);
        let url = server.url("template_cc");
        std::thread::spawn(move || prepare(url)).join().expect("the schema is made");
        made.push((PathBuf::from("/"), "template_cc".to_owned(), true));
    }
    if let Some((_, database, _)) = made.iter().find(|(known, ..)| known == folder) {
        return server.url(database);
    }
    made.retain_mut(|(folder, database, seen)| {
        let there = folder.exists();
        let gone = *seen && !there;
        *seen |= there;
        !gone || !server.try_run("postgres", &format!("DROP DATABASE {database} WITH (FORCE)"))
    });
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let database = format!("t{:016x}", hasher.finish());
    server.create(&database, Some("template_cc"));
    made.push((folder.to_owned(), database.clone(), folder.exists()));
    server.url(&database)
}
