//! The window: its size, its title, what may be dropped on it, and that it goes nowhere.

use std::sync::Arc;

use serde_json::Value;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, DragDropEvent, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::door::{self, Shell, WINDOW};
use crate::kept::LEAST;
use crate::menu;

/// Opens the only window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let shell = app.state::<Arc<Shell>>().inner().clone();
    let screen = app.primary_monitor()?.map(|monitor| {
        let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
        (size.width, size.height)
    });
    let kept = shell.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let (width, height) = kept.size_on(screen);
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("index.html".into()))
        .title("Bulkhead")
        .inner_size(width, height)
        .min_inner_size(LEAST.0, LEAST.1)
        .maximized(kept.maximised)
        .menu(menu::build(app)?)
        .devtools(false)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&shown(&title)) {
                eprintln!("set the title: {error}");
            }
        })
        .build()?;
    let watched = window.clone();
    window.on_window_event(move |event| happened(&watched, &shell, event));
    Ok(())
}

/// Brings the window to the front.
pub fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        // Each may be refused by the window system, and then nothing else can be done.
        drop(window.unminimize());
        drop(window.show());
        drop(window.set_focus());
    }
}

fn happened(window: &WebviewWindow, shell: &Shell, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::DragDrop(DragDropEvent::Enter { .. }) => door::tell(app, "drop-over", Value::Null),
        WindowEvent::DragDrop(DragDropEvent::Leave) => door::tell(app, "drop-left", Value::Null),
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => door::tell_dropped(app, paths),
        WindowEvent::CloseRequested { .. } => remember(window, shell),
        _ => {}
    }
}

fn remember(window: &WebviewWindow, shell: &Shell) {
    let maximised = window.is_maximized().unwrap_or_default();
    let (Ok(size), Ok(scale)) = (window.inner_size(), window.scale_factor()) else { return };
    let size = size.to_logical::<f64>(scale);
    shell.keep(|kept| {
        kept.maximised = maximised;
        // The size of a maximised window is the screen's, not the user's choice.
        if !maximised {
            (kept.width, kept.height) = (size.width, size.height);
        }
    });
}

/// Only the bundled page: `tauri://localhost`, on Windows `http(s)://tauri.localhost`.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

/// The page's title with an end, on one line and without marks that turn text around: names in it come from imports.
fn shown(title: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let title: String = title.chars().filter(|c| !c.is_control() && !turns(*c)).take(160).collect();
    if title.trim().is_empty() { "Bulkhead".to_owned() } else { title }
}

#[cfg(test)]
mod tests {
    use super::{is_ours, shown};

    #[test]
    fn the_window_goes_nowhere() {
        let ours = |text: &str| is_ours(&text.parse().expect("the test writes addresses"));
        assert!(ours("tauri://localhost/index.html"));
        for foreign in [
            "https://example.com/",
            "http://localhost:1420/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://elsewhere/",
            "about:config",
        ] {
            assert!(!ours(foreign), "{foreign} must be refused");
        }
    }

    #[test]
    fn a_title_is_one_plain_line() {
        assert_eq!(shown("Blast radius - a\u{202e}b\n - Bulkhead"), "Blast radius - ab - Bulkhead");
        assert_eq!(shown(" \u{200b}"), "Bulkhead");
        assert_eq!(shown(&"x".repeat(900)).len(), 160);
    }
}
