//! Is there a screen to open a window on?

/// True where a window can open: always on Windows and macOS, elsewhere with X or Wayland.
pub fn present() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
