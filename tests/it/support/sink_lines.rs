//! Lines of the scripted server: said, read, and the address in one.

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use super::Over;

pub(super) async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, line: &str) -> Result<(), Over> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    Ok(stream.flush().await?)
}

/// Up to CRLF: a lone LF or CR is part of the line.
pub(super) async fn read_line<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Result<Vec<u8>, Over> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        if stream.take(1 << 20).read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
    }
    Ok(line)
}

pub(super) async fn read_command<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Result<String, Over> {
    let line = read_line(stream).await?;
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(String::new(), |(path, _)| path.to_owned())
}
