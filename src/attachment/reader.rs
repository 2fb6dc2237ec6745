//! The parent's side: one child a file, fed and heard without blocking anything, ended when its time is up.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::frame::{FRAME_BYTES, Found};
use super::kind::Kind;
use super::{ocr, picture};
use crate::config::Attachments;
use crate::domain::attachment::Skip;
use crate::mail::parse::File;

/// A picture with fewer points, or one that is lower than [`LOW`], is a logo or a line.
const FEW_POINTS: u64 = 40_000;
const LOW: u64 = 40;
/// More points than a page has at 400 to the inch are no page.
const MANY_POINTS: u64 = 20_000_000;

/// What was found in one file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// The name it was given.
    pub name: String,
    /// True where it stands within the text of the mail.
    pub inline: bool,
    /// Its text, and whether there is more, or why there is none.
    pub found: Result<(String, bool), Skip>,
}

/// Reads the files of messages. One value serves the whole service: it bounds how many are read at a time.
pub struct Reader {
    program: PathBuf,
    ocr: Option<PathBuf>,
    rules: Attachments,
    together: Semaphore,
}

impl Reader {
    /// A reader that starts `program`, which is this program: [`Reader::this_program`].
    pub fn new(program: PathBuf, rules: Attachments) -> Self {
        let together = Semaphore::new(rules.together.max(1));
        Self { program, ocr: ocr::find(&rules.ocr), rules, together }
    }

    /// This program as it runs, also after its file was replaced by a newer one.
    pub fn this_program() -> PathBuf {
        PathBuf::from("/proc/self/exe")
    }

    /// Reads the files of one message, in their order and within its time.
    pub async fn read(&self, files: Vec<File>) -> Vec<FileText> {
        let end = Instant::now() + Duration::from_secs(self.rules.message_seconds);
        let (mut all, mut opened) = (Vec::with_capacity(files.len()), 0);
        for file in files {
            let (name, inline) = (file.name.clone(), file.inline);
            let found = match self.kind(&file) {
                Ok(_) if opened >= self.rules.max_files => Err(Skip::TooMany),
                Ok(kind) => {
                    opened += 1;
                    self.one(kind, file, end).await
                }
                Err(skip) => Err(skip),
            };
            all.push(FileText { name, inline, found });
        }
        all
    }

    /// Whether a file of text can be read here.
    ///
    /// # Errors
    /// Why not.
    pub async fn probe_text(&self) -> Result<(), Skip> {
        self.probe(File::new("probe.txt", "text/plain", b"probe".to_vec())).await
    }

    /// Whether a picture can be read here: an empty page, so that [`Skip::Empty`] is a good answer too.
    ///
    /// # Errors
    /// Why not.
    pub async fn probe_picture(&self) -> Result<(), Skip> {
        self.probe(File::new("probe.bmp", "image/bmp", picture::blank())).await
    }

    async fn probe(&self, file: File) -> Result<(), Skip> {
        let read = self.read(vec![file]).await;
        read.into_iter().next().map_or(Err(Skip::Unavailable), |file| file.found.map(|_| ()))
    }

    /// The kind of a file, if it is to be read.
    fn kind(&self, file: &File) -> Result<Kind, Skip> {
        let kind = Kind::of(&file.name, &file.media_type, &file.bytes)?;
        if !self.rules.read {
            return Err(Skip::Off);
        }
        if file.bytes.len() as u64 > self.rules.max_file_bytes {
            return Err(Skip::TooLarge);
        }
        if kind == Kind::Picture {
            let size = picture::size(&file.bytes);
            if size.is_some_and(|(width, height)| width.saturating_mul(height) < FEW_POINTS || height < LOW) {
                return Err(Skip::Small);
            }
            if size.is_some_and(|(width, height)| width.saturating_mul(height) > MANY_POINTS) {
                return Err(Skip::TooLarge);
            }
            if self.ocr.is_none() {
                return Err(Skip::NoOcr);
            }
        }
        Ok(kind)
    }

    /// A scanned file: each page is a picture, read like any other.
    async fn scanned(&self, pages: Vec<String>, more: bool, end: Instant) -> Result<(String, bool), Skip> {
        let (mut texts, mut cut) = (Vec::new(), more);
        for page in pages {
            let bytes = STANDARD.decode(page).unwrap_or_default();
            let file = File::new("page", "image/*", bytes);
            match self.kind(&file) {
                Ok(Kind::Picture) => {}
                Err(Skip::NoOcr) => return Err(Skip::Scanned),
                _ => continue,
            }
            match self.once(Kind::Picture, file, end).await {
                Ok(Found::Text { text, cut: more }) => {
                    texts.push(text);
                    cut |= more;
                }
                _ => cut = true,
            }
        }
        if texts.is_empty() { Err(Skip::Scanned) } else { said(Found::text(&texts.join("\n\n"), cut)) }
    }

    async fn one(&self, kind: Kind, file: File, end: Instant) -> Result<(String, bool), Skip> {
        match self.once(kind, file, end).await? {
            Found::Scans { pages, more } => self.scanned(pages, more, end).await,
            found => said(found),
        }
    }

    /// One child, within the time of one file.
    async fn once(&self, kind: Kind, file: File, end: Instant) -> Result<Found, Skip> {
        // Waiting for others counts as well: a mail that is full of files keeps no other one waiting for long.
        let Ok(Ok(_turn)) = timeout_at(end, self.together.acquire()).await else { return Err(Skip::TooCostly) };
        let end = end.min(Instant::now() + Duration::from_secs(self.rules.file_seconds));
        let Ok(ran) = timeout_at(end, self.child(kind, &file)).await else { return Err(Skip::TooCostly) };
        let (status, out) = ran.map_err(|error| {
            tracing::error!(%error, "a file could not be read: no process for it");
            Skip::Unavailable
        })?;
        if kind != Kind::Picture {
            return Found::decode(&out).ok_or_else(|| ended(&status));
        }
        match status.code() {
            Some(0) => Ok(Found::text(&String::from_utf8_lossy(&out), false)),
            code if code == Some(i32::from(ocr::NO_NAMESPACE)) => Err(Skip::NoOcr),
            _ => Err(ended(&status)),
        }
    }

    /// Runs a child to its end. It is killed when this future is dropped.
    async fn child(&self, kind: Kind, file: &File) -> std::io::Result<(std::process::ExitStatus, Vec<u8>)> {
        let mut command = Command::new(&self.program);
        command.arg("extract");
        if let Some(value) = clap::ValueEnum::to_possible_value(&kind) {
            command.args(["--kind", value.get_name()]);
        }
        let cpu = match (kind, &self.ocr) {
            (Kind::Picture, Some(program)) => {
                command.arg("--ocr").arg(program);
                self.rules.ocr_seconds
            }
            _ => self.rules.cpu_seconds,
        };
        let named = |charset: &&String| charset.len() < 60 && charset.bytes().all(|byte| byte.is_ascii_graphic());
        if let Some(charset) = file.charset.as_ref().filter(named) {
            command.arg(format!("--charset={charset}"));
        }
        command.arg(format!("--cpu-seconds={cpu}")).arg(format!("--memory-mb={}", self.rules.memory_mb));
        // One arena for all threads: each further one reserves 64 MB of address space.
        command.env_clear().env("MALLOC_ARENA_MAX", "1").current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let (mut input, output) = (child.stdin.take(), child.stdout.take());
        let feed = async {
            if let Some(input) = &mut input {
                // A child that has seen enough closes its end.
                let _ = input.write_all(&file.bytes).await;
            }
            drop(input.take());
        };
        let hear = async {
            let mut out = Vec::new();
            if let Some(output) = output {
                output.take(FRAME_BYTES as u64).read_to_end(&mut out).await?;
            }
            Ok::<_, std::io::Error>(out)
        };
        let ((), out) = tokio::join!(feed, hear);
        let out = out?;
        // One that says more than a frame is not listened to.
        if out.len() >= FRAME_BYTES {
            child.kill().await?;
        }
        Ok((child.wait().await?, out))
    }
}

fn said(found: Found) -> Result<(String, bool), Skip> {
    match found {
        Found::Text { text, cut } => Ok((text, cut)),
        Found::Scans { .. } => Err(Skip::Scanned),
        Found::Nothing(skip) => Err(skip),
    }
}

/// What the end of a child without an answer means: a signal is the sign of a limit (too much time: SIGXCPU or SIGKILL;
/// too much memory: the allocator aborts), anything else of a file that breaks its reader.
fn ended(status: &std::process::ExitStatus) -> Skip {
    use std::os::unix::process::ExitStatusExt as _;
    if status.signal().is_some() { Skip::TooCostly } else { Skip::Damaged }
}
