//! Writing a picture that the window drew to the file that the user chose.

use std::sync::Arc;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Told;

use super::Host;

/// Largest picture that is written, in bytes.
const MOST: usize = 64 << 20;
/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Debug, Deserialize)]
pub(super) struct PictureRequest {
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
    /// svg or png.
    kind: String,
    /// The file in base64.
    data: String,
}

/// Writes a picture; only what is one, because the window's text must not become any other kind of file.
pub(super) async fn export(host: &Arc<Host>, request: PictureRequest) -> Result<Value> {
    let bytes = picture(&request.kind, &request.data)?;
    let path = super::enforcement::picked(host, request.handle)?;
    tokio::fs::write(&path, &bytes).await.with_context(|| format!("write {}", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(json!({ "name": name, "bytes": bytes.len() }))
}

fn picture(kind: &str, data: &str) -> Result<Vec<u8>, Told> {
    let refused = |why: &str| {
        Told::refusal("BH-EXP-003", "That is no picture.", "Nothing was written.", "Save the picture again from its page.").details(why)
    };
    let bytes = STANDARD.decode(data).map_err(|error| refused(&error.to_string()))?;
    if bytes.len() > MOST {
        return Err(refused("larger than 64 MB"));
    }
    let fits = match kind {
        "png" => bytes.starts_with(PNG),
        "svg" => std::str::from_utf8(&bytes).is_ok_and(|text| text.starts_with("<svg ") && text.trim_end().ends_with("</svg>")),
        _ => false,
    };
    if fits { Ok(bytes) } else { Err(refused("neither SVG nor PNG")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_written() {
        let svg = STANDARD.encode("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>a</text></svg>");
        assert!(picture("svg", &svg).is_ok());
        assert!(picture("png", &STANDARD.encode(b"\x89PNG\r\n\x1a\n....")).is_ok());
        for (kind, data) in [("png", svg.as_str()), ("svg", "%%%"), ("html", &svg), ("svg", &STANDARD.encode("<script></script>"))] {
            assert_eq!(picture(kind, data).unwrap_err().code, "BH-EXP-003", "{kind}");
        }
    }
}
