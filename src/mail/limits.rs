//! How much of a mail is read. Each limit is far above what an honest mail needs and far below what hurts.

/// Bytes of the header block. Long mailing chains and their signatures reach 60 KB; a header of megabytes is the
/// attack of CVE-2024-23185.
pub const HEADER_BYTES: usize = 100 * 1024;
/// Lines of the header block: a hundred hops with ten lines each.
pub const HEADER_LINES: usize = 1_000;
/// Addresses in To and Cc together. A mail to more people is an announcement, and parsers of addresses have cost
/// minutes on a hundred thousand of them (CVE-2024-23184).
pub const ADDRESSES: usize = 500;
/// Parts of a message, nested ones included: a digest of a busy list has some hundred.
pub const PARTS: usize = 1_000;
/// Messages within messages. The parser's values nest with them, and dropping some ten thousand levels ends a
/// thread's stack; a hundred levels cost some kilobytes.
pub const NESTED: usize = 100;
/// How deep parts may stand in parts: a forward of a forward of a signed newsletter is at nine.
pub const DEPTH: usize = 20;
/// Distinct multipart boundaries that are looked for when parts are counted.
pub const BOUNDARIES: usize = 400;
/// Bytes of HTML that are read; the text of a question is far in front of it.
pub const HTML_BYTES: usize = 4_000_000;
/// Characters of text that are kept: a hundred pages.
pub const TEXT_CHARS: usize = 200_000;
/// Lines in which quotes and signatures are looked for.
pub const TEXT_LINES: usize = 20_000;
/// Attachments that are listed.
pub const ATTACHMENTS: usize = 200;
/// Bytes that a file within a file (winmail.dat, uuencode) may grow to.
pub const UNPACKED_BYTES: usize = 40_000_000;
/// Ids of a thread that are kept.
pub const THREAD_IDS: usize = 100;
