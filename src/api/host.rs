//! What a shell holds between commands: the open inventory, its answers, running jobs and picked files.
//!
//! Knows no window: the desktop, the development server and tests each make one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use tokio::sync::RwLock;

use crate::error::Told;

use super::answered::Answered;
use super::tokens::HeldTokens;

use crate::work::answers::Answers;
use crate::work::clock;
use crate::work::inventory::{OpenMode, Store};
use crate::work::jobs::Jobs;
use crate::work::wire::{InventoryKind, PickedFile};

/// Where a host keeps its files and who acts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the user's inventory, the demo's and the signing key.
    pub data_dir: PathBuf,
    /// Inventory to open at start; `None` = `bulkhead.inventory` in the data folder if it exists.
    pub inventory: Option<PathBuf>,
    /// Name of the operating-system account (D59).
    pub account: String,
}

impl Config {
    /// Data folder and account of whoever runs the program.
    ///
    /// # Errors
    /// The platform names no data folder for this account.
    pub fn of_this_user(inventory: Option<PathBuf>) -> Result<Self> {
        let folders = directories::ProjectDirs::from("", "", "Bulkhead").ok_or_else(|| {
            Told::failure(
                "BH-INV-014",
                "There is no folder for your data.",
                "Nothing was opened or made.",
                "Name an inventory file with --inventory, or set a home folder for this account.",
            )
        })?;
        // A named inventory keeps its key and demo beside it, so that a folder can be carried as one.
        let data_dir = match inventory.as_deref().and_then(Path::parent) {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => parent.to_owned(),
            None => folders.data_dir().to_owned(),
        };
        std::fs::create_dir_all(&data_dir)?;
        let account = whoami::username();
        Ok(Self { data_dir, inventory, account })
    }
}

/// An open inventory.
pub struct Open {
    /// The file.
    pub store: Arc<Store>,
    /// Its path.
    pub path: PathBuf,
    /// User's or demo.
    pub kind: InventoryKind,
    /// What the start rolled back.
    pub recovered: Option<String>,
    /// Revision on screen; `None` = the newest.
    pub viewing: Option<i64>,
    answered: Arc<Answered>,
    /// The first build, which nobody waits for.
    ahead: tokio::task::JoinHandle<()>,
}

/// State behind the door.
pub struct Host {
    /// Where things are.
    pub config: Config,
    /// The open inventory, if any.
    pub open: RwLock<Option<Arc<RwLock<Open>>>>,
    /// Jobs of this run.
    pub jobs: Jobs,
    /// The text in the token inspector.
    pub tokens: HeldTokens,
    picks: Mutex<(u64, BTreeMap<String, PathBuf>)>,
}

impl Host {
    /// A host with nothing open; call [`Host::start`] next.
    pub fn new(config: Config) -> Self {
        Self { config, open: RwLock::new(None), jobs: Jobs::default(), tokens: HeldTokens::default(), picks: Mutex::default() }
    }

    /// Opens the configured inventory if it exists.
    ///
    /// # Errors
    /// Those of [`Store::open`], told in four parts.
    pub async fn start(&self) -> Result<()> {
        let path = self.user_inventory();
        if path.exists() {
            let kind = if path == self.demo_inventory() { InventoryKind::Demo } else { InventoryKind::User };
            self.open_inventory(&path, kind).await?;
        }
        Ok(())
    }

    /// The user's inventory file.
    pub fn user_inventory(&self) -> PathBuf {
        self.config.inventory.clone().unwrap_or_else(|| self.config.data_dir.join("bulkhead.inventory"))
    }

    /// The demo's inventory file (D47).
    pub fn demo_inventory(&self) -> PathBuf {
        self.config.data_dir.join("demo.inventory")
    }

    /// Folder of the saved mapping profiles.
    pub fn profiles_dir(&self) -> PathBuf {
        self.config.data_dir.join("profiles")
    }

    /// Opens an inventory in place of the present one.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub async fn open_inventory(&self, path: &Path, kind: InventoryKind) -> Result<()> {
        self.close().await;
        let (store, recovery) = Store::open(path, OpenMode::ReadWrite).await?;
        let (store, answered) = (Arc::new(store), Arc::new(Answered::default()));
        // The frame shows while the answers are built; a page that wants them finds them half done.
        let ahead = {
            let (store, answered) = (store.clone(), answered.clone());
            tokio::spawn(async move {
                // A file that cannot be read is told to whoever asks for something.
                if let Ok(head) = store.head().await {
                    drop(answered.of(&store, head).await);
                }
            })
        };
        let open = Open { store, path: path.to_owned(), kind, recovered: recovery.told(), viewing: None, answered, ahead };
        *self.open.write().await = Some(Arc::new(RwLock::new(open)));
        Ok(())
    }

    /// Closes the present inventory, if any.
    pub async fn close(&self) {
        let open = self.open.write().await.take();
        if let Some(open) = open {
            // A job or an answer under way still holds it; then the last one that lets go closes the file.
            if let Some(open) = Arc::into_inner(open).map(RwLock::into_inner) {
                open.ahead.abort();
                let _ = open.ahead.await;
                if let Some(store) = Arc::into_inner(open.store) {
                    let _ = store.close().await;
                }
            }
        }
    }

    /// Whether an inventory is open.
    pub async fn is_open(&self) -> bool {
        self.open.read().await.is_some()
    }

    /// Name that the log gets for what is done now (D59).
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn actor(&self, store: &Store) -> Result<String> {
        Ok(match store.setting("actor_name").await? {
            Some(name) if !name.is_empty() && name != self.config.account => format!("{name} ({})", self.config.account),
            _ => self.config.account.clone(),
        })
    }

    /// The open inventory.
    ///
    /// # Errors
    /// A refusal when none is open.
    pub async fn opened(&self) -> Result<Arc<RwLock<Open>>> {
        self.open.read().await.clone().ok_or_else(|| {
            Told::refusal("BH-INV-010", "No inventory is open.", "There is nothing to show yet.", "Import export files, or open the demo.")
                .into()
        })
    }

    /// Closes the demo if it is open, and opens the user's inventory if there is one.
    ///
    /// # Errors
    /// Those of opening it.
    pub async fn leave_demo(&self) -> Result<()> {
        let user = self.user_inventory();
        let demo = match self.opened().await {
            Ok(open) => open.read().await.kind == InventoryKind::Demo,
            Err(_) => false,
        };
        if demo && user != self.demo_inventory() {
            self.close().await;
            if user.exists() {
                self.open_inventory(&user, InventoryKind::User).await?;
            }
        }
        Ok(())
    }

    /// The open inventory, made first if there is none: an import or a setting starts it.
    ///
    /// # Errors
    /// Those of [`Store::create`].
    pub async fn opened_or_created(&self) -> Result<Arc<RwLock<Open>>> {
        if let Ok(open) = self.opened().await {
            return Ok(open);
        }
        let path = self.user_inventory();
        let store = Store::create(&path, &self.config.account, clock::now()).await?;
        store.close().await?;
        self.open_inventory(&path, InventoryKind::User).await?;
        self.opened().await
    }

    /// Remembers picked or dropped paths and gives out handles; the page never sees or sends a path.
    pub fn register_paths(&self, paths: &[PathBuf]) -> Vec<PickedFile> {
        let mut picks = self.picks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths
            .iter()
            .map(|path| {
                picks.0 += 1;
                let handle = format!("pick-{}", picks.0);
                picks.1.insert(handle.clone(), path.clone());
                let metadata = std::fs::metadata(path).ok();
                PickedFile {
                    handle,
                    name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                    bytes: metadata.as_ref().filter(|m| m.is_file()).map_or(0, std::fs::Metadata::len),
                    folder: metadata.is_some_and(|m| m.is_dir()),
                }
            })
            .collect()
    }

    /// Paths behind handles.
    ///
    /// # Errors
    /// A refusal for a handle that was never given out.
    pub fn picked(&self, handles: &[String]) -> Result<Vec<PathBuf>> {
        let picks = self.picks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        handles
            .iter()
            .map(|handle| {
                picks.1.get(handle).cloned().ok_or_else(|| {
                    Told::refusal("BH-API-002", "That file was not chosen in this window.", "Nothing was read.", "Choose the file again.")
                        .into()
                })
            })
            .collect()
    }
}

impl Open {
    /// The revision on screen.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn revision(&self) -> Result<i64> {
        match self.viewing {
            Some(revision) => Ok(revision),
            None => self.store.head().await,
        }
    }

    /// The answers if they are computed already; never waits for them.
    pub async fn known_answers(&self) -> Option<Arc<Answers>> {
        self.answered.known(self.revision().await.ok()?)
    }

    /// The answers of the revision on screen, computed once per revision.
    ///
    /// # Errors
    /// Those of reading the rows.
    pub async fn answers(&self) -> Result<Arc<Answers>> {
        self.answered.of(&self.store, self.revision().await?).await
    }
}
