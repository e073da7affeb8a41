//! The native menu: the same actions as the palette, told to the page by their names. Only size and leaving are the shell's own.

use std::sync::Mutex;

use serde_json::json;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};

use crate::door;

/// Pages in the order of the rail: the word of the action and of the menu.
const PAGES: [(&str, &str); 9] = [
    ("go:overview", "Overview"),
    ("go:inventory", "Inventory"),
    ("go:blast", "Blast radius"),
    ("go:rotations", "Rotations"),
    ("go:third-parties", "Third parties"),
    ("go:imports", "Imports"),
    ("go:packs", "Audit packs"),
    ("go:log", "Activity log"),
    ("go:settings", "Settings"),
];

/// Builds the menu bar.
pub fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let file = SubmenuBuilder::new(app, "File")
        .text("import", "Import files…")
        .text("import-folder", "Import a folder…")
        .text("open-demo", "Open demo data")
        .separator()
        .text("build-pack", "Build an audit pack…")
        .text("verify-pack", "Verify an audit pack…")
        .separator()
        .item(&MenuItemBuilder::with_id("quit", "Quit").accelerator("CmdOrCtrl+Q").build(app)?);
    let edit = SubmenuBuilder::new(app, "Edit").cut().copy().paste().select_all();
    let mut go = SubmenuBuilder::new(app, "Go");
    for (id, title) in PAGES {
        go = go.text(id, title);
    }
    let view = SubmenuBuilder::new(app, "View")
        .item(&MenuItemBuilder::with_id("larger", "Larger").accelerator("CmdOrCtrl+=").build(app)?)
        .item(&MenuItemBuilder::with_id("smaller", "Smaller").accelerator("CmdOrCtrl+-").build(app)?)
        .item(&MenuItemBuilder::with_id("normal", "Normal size").accelerator("CmdOrCtrl+0").build(app)?)
        .separator()
        .text("palette", "Find anything…")
        .text("keys", "Keyboard map");
    MenuBuilder::new(app).items(&[&file.build()?, &edit.build()?, &go.build()?, &view.build()?]).build()
}

/// Steps of size, per cent.
const SIZES: [u32; 8] = [67, 80, 90, 100, 110, 125, 150, 200];
static SIZE: Mutex<usize> = Mutex::new(3);

/// An entry was chosen.
pub fn chosen(app: &AppHandle, id: &str) {
    match id {
        "quit" => match app.get_webview_window(door::WINDOW) {
            // Closing goes the same way as the window's own cross, so that what is kept is kept.
            Some(window) => drop(window.close()),
            None => app.exit(0),
        },
        "larger" => resize(app, |step| (step + 1).min(SIZES.len() - 1)),
        "smaller" => resize(app, |step| step.saturating_sub(1)),
        "normal" => resize(app, |_| 3),
        action => door::tell(app, "menu", json!(action)),
    }
}

fn resize(app: &AppHandle, change: impl FnOnce(usize) -> usize) {
    let mut step = SIZE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *step = change(*step);
    if let Some(window) = app.get_webview_window(door::WINDOW)
        && let Err(error) = window.set_zoom(f64::from(SIZES[*step]) / 100.0)
    {
        eprintln!("change the size: {error}");
    }
}
