//! Looks for words in bytes, whatever they are encoded in: as they are, in base64, in quoted-printable, in UTF-16.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A word in every form.
pub struct Needle {
    /// The word.
    pub word: String,
    forms: Vec<Vec<u8>>,
}

impl Needle {
    /// The forms of a word.
    pub fn new(word: &str) -> Self {
        let wide = |order: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let escaped: String = word
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("={b:02X}") })
            .collect();
        let web = escaped.replace('=', "%");
        let mut forms = vec![
            word.as_bytes().to_vec(),
            word.to_lowercase().into_bytes(),
            word.to_uppercase().into_bytes(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
            escaped.into_bytes(),
            web.into_bytes(),
        ];
        // In base64 a word has three forms, as it begins at the first, second or third byte of a group. What its neighbors
        // have a part in is left away.
        for before in 0..3 {
            let text = [vec![0; before], word.as_bytes().to_vec()].concat();
            let coded = STANDARD_NO_PAD.encode(&text);
            let (from, to) = ((before * 8).div_ceil(6), text.len() * 8 / 6);
            forms.push(coded.as_bytes()[from..to].to_vec());
        }
        forms.sort();
        forms.dedup();
        Self { word: word.to_owned(), forms }
    }

    /// True where some form of it is there.
    fn is_in(&self, texts: &[Vec<u8>]) -> bool {
        self.forms.iter().any(|form| texts.iter().any(|text| memchr::memmem::find(text, form).is_some()))
    }
}

/// The words that are in these bytes.
pub fn found(needles: &[Needle], bytes: &[u8]) -> Vec<String> {
    let without = |gone: &[&[u8]]| {
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            match gone.iter().find(|gone| rest.starts_with(gone)) {
                Some(gone) => rest = &rest[gone.len()..],
                None => {
                    out.push(*first);
                    rest = &rest[1..];
                }
            }
        }
        out
    };
    // As it is; without the soft line breaks of quoted-printable; without any, as base64 is broken.
    let texts = [bytes.to_vec(), without(&[b"=\r\n", b"=\n"]), without(&[b"\r\n", b"\n"])];
    needles.iter().filter(|needle| needle.is_in(&texts)).map(|needle| needle.word.clone()).collect()
}

/// `file: word` for every word in every file below a folder, names of files included.
pub fn found_below(needles: &[Needle], folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut bytes = path.file_name().unwrap().to_string_lossy().into_owned().into_bytes();
            bytes.push(0);
            bytes.extend(std::fs::read(&path).unwrap());
            all.extend(found(needles, &bytes).into_iter().map(|word| format!("{}: {word}", path.display())));
        }
    }
    all
}

#[test]
fn a_word_is_found_in_every_form_of_it() {
    let needle = [Needle::new("Zaragoza")];
    for before in ["", "a", "ab", "abc"] {
        let coded = STANDARD_NO_PAD.encode(format!("{before}Zaragoza and so on"));
        assert_eq!(found(&needle, coded.as_bytes()), ["Zaragoza"], "{coded}");
        let (one, two) = coded.split_at(7);
        assert_eq!(found(&needle, format!("{one}\r\n{two}").as_bytes()), ["Zaragoza"]);
    }
    let wide: Vec<u8> = "xZaragoza".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [b"a Zaragoza".as_slice(), b"Zara=\r\ngoza", b"ZARAGOZA", &wide] {
        assert_eq!(found(&needle, bytes), ["Zaragoza"]);
    }
    assert_eq!(found(&[Needle::new("1@a.b")], b"1=40a=2Eb"), ["1@a.b"]);
    assert!(found(&needle, b"Zaragosa").is_empty());
}
