//! Files as askers send them, made here: each with words of its own and nothing of anybody.

use std::io::Write as _;

use base64::Engine as _;

use super::app::with_header;

/// A file of a mail.
pub struct File<'a> {
    pub name: &'a str,
    pub kind: &'a str,
    pub bytes: Vec<u8>,
}

/// A file with its name; its type is left open, as many programs do.
pub fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File<'_> {
    File { name, kind: "application/octet-stream", bytes: bytes.into() }
}

/// A proved mail with files.
pub fn mail_with(from: &str, id: &str, text: &str, files: &[File<'_>]) -> String {
    let mut body = format!("--edge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n");
    for file in files {
        let packed = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
        let lines: Vec<&str> = packed.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        body.push_str(&format!(
            "--edge\r\nContent-Type: {}; name=\"{}\"\r\nContent-Disposition: attachment; filename=\"{}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            file.kind,
            file.name,
            file.name,
            lines.join("\r\n")
        ));
    }
    let plain = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    let parts = "Content-Type: multipart/mixed; boundary=edge\r\n\r\n";
    with_header(from, "A question", id, "", "@").replace(&format!("{plain}@"), &format!("{parts}{body}--edge--"))
}

/// A zip archive of these members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A document of Word with these paragraphs.
pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")).collect();
    let xml = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

/// A workbook of one sheet, its cells as texts in place.
pub fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |(n, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(n).unwrap());
        (column, format!("<is><t>{text}</t></is>"))
    };
    let mut sheet = String::new();
    for (n, row) in rows.iter().enumerate() {
        let cells: String = row
            .iter()
            .enumerate()
            .map(cell)
            .map(|(column, text)| format!("<c r=\"{column}{}\" t=\"inlineStr\">{text}</c>", n + 1))
            .collect();
        sheet.push_str(&format!("<row r=\"{}\">{cells}</row>", n + 1));
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{rels}\"><sheets><sheet name=\"Claims\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{rels}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = links.replace("/worksheet\"", "/officeDocument\"").replace("worksheets/sheet1.xml", "xl/workbook.xml");
    let page = format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", page.as_bytes()),
    ])
}

/// A compound file (MS-CFB) that is encrypted, as far as its directory tells it.
pub fn encrypted_package() -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend("EncryptedPackage".encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}
