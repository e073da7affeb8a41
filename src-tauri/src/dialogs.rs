//! Native file dialogs, started by the backend: the page names a purpose and gets handles, it never sees or sends a path.

use std::path::PathBuf;
use std::sync::PoisonError;

use bulkhead::error::Told;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

use crate::door::{Shell, WINDOW};

/// Lets the user pick files or a folder; empty when they think better of it.
pub async fn open(app: &AppHandle, shell: &Shell, purpose: &str, folder: bool) -> Result<Vec<PathBuf>, Told> {
    if let Some(picked) = seam() {
        return Ok(picked);
    }
    let (title, name, endings): (_, _, &[&str]) = match purpose {
        "import" => ("Choose export files", "Exports", &["json", "ndjson", "jsonl", "csv", "tsv", "txt", "toml"]),
        "pack" => ("Choose an audit pack", "Audit packs", &["zip"]),
        "tokens" => ("Choose a file with tokens", "Tokens", &["txt", "jwt", "json", "log"]),
        "jwks" => ("Choose the issuer's JWKS file", "JWKS", &["json", "jwks"]),
        "map" => ("Choose a governance file", "Governance files", &["yaml", "yml", "json"]),
        _ => return Err(unknown(purpose)),
    };
    let dialog = begin(app, shell, purpose).set_title(title);
    let picked = answered(move |done| match folder {
        true => dialog.pick_folders(done),
        false => dialog.add_filter(name, endings).add_filter("All files", &["*"]).pick_files(done),
    })
    .await;
    Ok(remembered(shell, purpose, picked.unwrap_or_default()))
}

/// Lets the user name a file to write; empty when they think better of it.
pub async fn save(app: &AppHandle, shell: &Shell, purpose: &str, name: &str) -> Result<Vec<PathBuf>, Told> {
    if let Some(picked) = seam() {
        return Ok(picked);
    }
    let (title, kind, ending) = match purpose {
        "pack" => ("Save the audit pack", "Audit pack", "zip"),
        "csv" => ("Save the rows", "CSV", "csv"),
        "xlsx" => ("Save the rows", "Excel workbook", "xlsx"),
        "key" => ("Save the public key", "Public key", "pem"),
        "map" => ("Save the governance file", "Governance file", "yaml"),
        "opengraph" => ("Save the reach graph", "BloodHound OpenGraph", "json"),
        "graphml" => ("Save the reach graph", "GraphML", "graphml"),
        "graph_csv" => ("Save the reach graph as two tables", "CSV", "csv"),
        "svg" => ("Save the picture", "SVG", "svg"),
        "png" => ("Save the picture", "PNG", "png"),
        "markdown" => ("Save the text", "Markdown", "md"),
        "json" => ("Save the document", "JSON", "json"),
        "html" => ("Save the page", "HTML", "html"),
        _ => return Err(unknown(purpose)),
    };
    // A proposed name is one name: whatever could lead elsewhere is left out.
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || "-_. ".contains(*c)).take(100).collect();
    let dialog = begin(app, shell, purpose).set_title(title).add_filter(kind, &[ending]).set_file_name(name.trim_start_matches('.'));
    let picked = answered(move |done| dialog.save_file(done)).await;
    Ok(remembered(shell, purpose, picked.into_iter().collect()))
}

fn begin(app: &AppHandle, shell: &Shell, purpose: &str) -> FileDialogBuilder<tauri::Wry> {
    let mut dialog = app.dialog().file();
    if let Some(window) = app.get_webview_window(WINDOW) {
        dialog = dialog.set_parent(&window);
    }
    let kept = shell.kept.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.folders.get(purpose).filter(|folder| folder.is_dir()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

/// Waits for a dialog's answer without holding a thread.
async fn answered<T: Send + 'static>(ask: impl FnOnce(Box<dyn FnOnce(Option<T>) + Send>)) -> Option<T> {
    let (done, answer) = tokio::sync::oneshot::channel();
    ask(Box::new(move |picked| drop(done.send(picked))));
    answer.await.ok().flatten()
}

fn remembered(shell: &Shell, purpose: &str, picked: Vec<FilePath>) -> Vec<PathBuf> {
    let paths: Vec<PathBuf> = picked.into_iter().filter_map(|path| path.into_path().ok()).collect();
    if let Some(folder) = paths.first().and_then(|path| path.parent()) {
        shell.keep(|kept| drop(kept.folders.insert(purpose.to_owned(), folder.to_owned())));
    }
    paths
}

fn unknown(purpose: &str) -> Told {
    Told::refusal("BH-API-003", "There is no dialog for that.", "Nothing was read or written.", "Report this with the details.")
        .details(purpose.chars().take(40).collect::<String>())
}

/// Native dialogs cannot be driven by a test, so a build with the feature `e2e` takes the answer from a file that the test writes:
/// `BULKHEAD_E2E_PICK` names it, each line is a path, and an empty file is a cancelled dialog.
#[cfg(feature = "e2e")]
fn seam() -> Option<Vec<PathBuf>> {
    let file = std::env::var_os("BULKHEAD_E2E_PICK")?;
    let text = std::fs::read_to_string(file).unwrap_or_default();
    Some(text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

#[cfg(not(feature = "e2e"))]
fn seam() -> Option<Vec<PathBuf>> {
    None
}
