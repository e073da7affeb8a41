//! The one command of the page, and what only a desktop can do: pick, save, drop.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bulkhead::api::{Config, Host, dispatch};
use bulkhead::error::Told;
use serde_json::{Value, json};
use tauri::{AppHandle, Emitter, Manager, State};
use tokio::sync::OnceCell;

use crate::dialogs;
use crate::kept::Kept;

/// Label of the only window; the capability file names it too.
pub const WINDOW: &str = "main";

/// What lives as long as the window.
pub struct Shell {
    /// The core behind the door.
    pub host: Arc<Host>,
    /// Window and dialog memory.
    pub kept: Mutex<Kept>,
    kept_file: PathBuf,
    /// Files named at the start, handed to the page once it is there.
    waiting: Mutex<Vec<PathBuf>>,
    started: OnceCell<Option<Told>>,
}

/// Where the console keeps its files.
pub fn config(inventory: Option<PathBuf>) -> anyhow::Result<Config> {
    Config::of_this_user(inventory)
}

impl Shell {
    /// A shell with nothing open yet.
    pub fn new(config: Config, files: Vec<PathBuf>) -> Self {
        let kept_file = config.data_dir.join("window.json");
        Self {
            kept: Mutex::new(Kept::read(&kept_file)),
            kept_file,
            host: Arc::new(Host::new(config)),
            waiting: Mutex::new(files.into_iter().filter_map(|file| std::path::absolute(file).ok()).collect()),
            started: OnceCell::new(),
        }
    }

    /// Changes what is kept and writes it; a failure to write is told on standard error only.
    pub fn keep(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut kept);
        if let Err(error) = kept.write(&self.kept_file) {
            eprintln!("keep the window's size: {error:#}");
        }
    }

    /// Opens the inventory once; afterwards answers what went wrong, if anything.
    pub async fn started(&self) -> &Option<Told> {
        self.started.get_or_init(|| async { self.host.start().await.err().map(|error| Told::of(&error)) }).await
    }
}

/// The page's only command.
#[tauri::command]
pub async fn rpc(app: AppHandle, shell: State<'_, Arc<Shell>>, command: String, args: Value) -> Result<Value, Told> {
    let trouble = shell.started().await;
    match command.as_str() {
        "pick_files" => {
            let picked = dialogs::open(&app, &shell, text(&args, "purpose"), args["folder"] == json!(true)).await?;
            Ok(json!(shell.host.register_paths(&picked)))
        }
        "pick_target" => {
            let picked = dialogs::save(&app, &shell, text(&args, "purpose"), text(&args, "name")).await?;
            Ok(json!(shell.host.register_paths(&picked)))
        }
        // An inventory that does not open is told in place of the frame's state; other commands (the demo, another file) still work.
        "status" if trouble.is_some() && !shell.host.is_open().await => Err(trouble.clone().expect("it was just looked at")),
        // Files named at the start, once the page listens for more.
        "waiting_files" => {
            let waiting = std::mem::take(&mut *shell.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            Ok(json!(shell.host.register_paths(&waiting)))
        }
        _ => dispatch(&shell.host, &command, args).await,
    }
}

/// Gives files that came by a drop or the command line to the page, as handles.
pub fn tell_dropped(app: &AppHandle, paths: &[PathBuf]) {
    if paths.is_empty() {
        return;
    }
    let files = app.state::<Arc<Shell>>().host.register_paths(paths);
    tell(app, "dropped", json!(files));
}

/// Sends an event to the page.
pub fn tell(app: &AppHandle, event: &str, payload: Value) {
    if let Err(error) = app.emit_to(WINDOW, event, payload) {
        eprintln!("tell the page of {event}: {error}");
    }
}

fn text<'a>(args: &'a Value, field: &str) -> &'a str {
    args[field].as_str().unwrap_or_default()
}
