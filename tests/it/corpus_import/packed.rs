//! Archives and compressed files, good ones and hostile ones.

use std::io::Write as _;

use flate2::{Compress, Compression, FlushCompress};

/// A zip archive of these members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A gzip file.
pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

const MEGABYTE: usize = 1 << 20;

/// As many megabytes of zeros as a stream of deflate: one megabyte is compressed, and its block stands that often.
fn zeros(megabytes: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(MEGABYTE);
    // A full flush ends on a whole byte and forgets what came before, so that the block can follow itself.
    Compress::new(Compression::best(), false)
        .compress_vec(&vec![0; MEGABYTE], &mut block, FlushCompress::Full)
        .unwrap();
    let mut stream = block.repeat(megabytes);
    // The last block: no literals, end of block.
    stream.extend([0x03, 0x00]);
    stream
}

/// A zip archive with one member of zeros, which its header gives as large as `said`.
pub fn zip_bomb(megabytes: usize, said: u32) -> Vec<u8> {
    let stream = zeros(megabytes);
    let name = b"ccipra-v322r0-f1.txt";
    let small = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let large = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    // Version, flags, deflate, time, date, checksum, packed size, size, length of the name, no extra field.
    let mut fields = [20_u16, 0, 8, 0, 0x5921].map(u16::to_le_bytes).concat();
    fields.extend([&[0; 4][..], &large(stream.len()), &said.to_le_bytes(), &small(name.len()), &[0; 2]].concat());
    let mut archive = [&b"PK\x03\x04"[..], &fields, name, &stream].concat();
    let directory = [&b"PK\x01\x02"[..], &[20, 0], &fields, &[0; 14], name].concat();
    let (at, size) = (archive.len(), directory.len());
    archive.extend(directory);
    archive.extend([&b"PK\x05\x06"[..], &[0; 4], &small(1), &small(1), &large(size), &large(at), &[0; 2]].concat());
    archive
}

/// A gzip file of zeros.
pub fn gz_bomb(megabytes: usize) -> Vec<u8> {
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    [&head[..], &zeros(megabytes), &[0; 8]].concat()
}
