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

/// A PDF with a page of lines each (ISO 32000-1), its streams as they are.
pub fn pdf(pages: &[String]) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 4 + n * 2)).collect();
    objects.push(format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), pages.len()));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned());
    for (n, page) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R>>",
            5 + n * 2
        ));
        let lines: Vec<String> =
            page.lines().map(|line| format!("({}) Tj 0 -12 Td", line.replace(['(', ')', '\\'], " "))).collect();
        let drawn = format!("BT /F1 10 Tf 50 760 Td {} ET", lines.join("\n"));
        objects.push(format!("<</Length {}>>stream\n{drawn}\nendstream", drawn.len()));
    }
    written(&objects, "")
}

/// Objects as a file, with its table of references.
pub fn written(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", n + 1).as_bytes());
    }
    let table = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    out.extend_from_slice(format!("trailer<</Root 1 0 R/Size {size}{trailer}>>\nstartxref\n{table}\n%%EOF").as_bytes());
    out
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
    let page = format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
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
