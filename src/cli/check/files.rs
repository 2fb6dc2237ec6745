//! Whether the files of messages can be read: by a child, and where pictures are wanted by an OCR.

use super::Report;
use crate::app;
use crate::attachment::ocr;
use crate::config::Config;
use crate::domain::attachment::Skip;

/// Reads one file of each way.
pub async fn check(config: &Config, report: &mut Report) {
    let rules = &config.attachments;
    if !rules.read {
        return report.unset("files", "files of messages are not read (attachments.read)");
    }
    let reader = app::reader(config);
    match reader.probe_text().await {
        Ok(()) => {
            let text = format!("each is read by a process of its own: {} s, {} MB", rules.cpu_seconds, rules.memory_mb);
            report.good("files", &text);
        }
        Err(skip) => report.bad(
            "files",
            &format!("a trial file was not read: {}", skip.words()),
            "the service must be able to start its own program from /proc/self/exe; raise attachments.memory_mb where that is the limit",
        ),
    }
    let Some(program) = ocr::find(&rules.ocr) else {
        let package = ocr::PACKAGE;
        let text = match rules.ocr.is_empty() {
            true => "text in pictures is not read (attachments.ocr)".to_owned(),
            false => {
                format!("{:?} is not installed: text in pictures is not read. Debian: apt install {package}", rules.ocr)
            }
        };
        return report.unset("OCR", &text);
    };
    match reader.probe_picture().await {
        Ok(()) | Err(Skip::Empty) => report.good("OCR", &format!("{} reads pictures, without network", program.display())),
        Err(Skip::NoOcr) => report.unset(
            "OCR",
            "no network namespace can be had here, so it does not run: text in pictures is not read (RestrictNamespaces in a unit, a container's profile)",
        ),
        Err(skip) => report.bad(
            "OCR",
            &format!("a trial picture was not read: {}", skip.words()),
            "install its language data (Debian: tesseract-ocr-eng), or raise attachments.memory_mb and ocr_seconds; attachments.ocr = \"\" does without",
        ),
    }
}
