//! Empty windows on Linux: WebKitGTK's zero-copy renderer needs a render node, and some drivers only claim to have one.

/// Turns the zero-copy renderer off where it is known to leave the window empty, by starting this program again with the variable set
/// (an environment may only be changed safely before a program starts). `WEBKIT_DISABLE_DMABUF_RENDERER`, if set, is the user's word and stays.
#[cfg(target_os = "linux")]
pub fn mend() {
    use std::os::unix::process::CommandExt;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_some() || !needed() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // `exec` answers only when it failed; then the window may still be fine.
    let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
    eprintln!("go on without {SWITCH}: {error}");
}

#[cfg(target_os = "linux")]
fn needed() -> bool {
    let render_node = std::fs::read_dir("/dev/dri")
        .is_ok_and(|entries| entries.filter_map(Result::ok).any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")));
    !render_node || std::path::Path::new("/proc/driver/nvidia").exists()
}

/// Nothing to mend elsewhere.
#[cfg(not(target_os = "linux"))]
pub fn mend() {}
