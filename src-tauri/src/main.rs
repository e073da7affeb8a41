//! The desktop around the core: one window, one `rpc` command, native dialogs, drops and a menu.
//!
//! Knows no domain word beyond the names of commands. Everything it passes on is checked by the core.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![allow(clippy::disallowed_methods, reason = "this is an edge: it reads the environment")]

#[cfg(e2e_refused)]
compile_error!("the feature `e2e` is the tests' own door and must not be in a build that people get; use the profile `e2e` or `dev`");

mod dialogs;
mod display;
mod door;
mod kept;
mod menu;
mod window;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use tauri::Manager;

/// The Bulkhead console.
#[derive(Parser)]
#[command(name = "bulkhead-desktop", version)]
struct Line {
    /// Inventory file; without it the platform's data folder.
    #[arg(long, value_name = "FILE")]
    inventory: Option<PathBuf>,
    /// Export files to look at first.
    files: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    display::mend();
    let line = Line::parse();
    let mut builder = tauri::Builder::default();
    // A second start of the usual inventory focuses the first window. A named inventory is its own window; two on one file are kept apart by its lock.
    if line.inventory.is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, words, folder| {
            let files = Line::try_parse_from(words).map(|line| line.files).unwrap_or_default();
            let folder = PathBuf::from(folder);
            window::focus(app);
            door::tell_dropped(app, &files.iter().map(|file| folder.join(file)).collect::<Vec<_>>());
        }));
    }
    builder
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![door::rpc])
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(move |app| {
            let config = door::config(line.inventory)?;
            let shell = Arc::new(door::Shell::new(config, line.files));
            app.manage(shell.clone());
            // The inventory opens while the page loads.
            tauri::async_runtime::spawn(async move {
                shell.started().await;
            });
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .context("open the window")
}
