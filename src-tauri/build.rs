//! Tells the shell which commands the page may call (exactly one), and where the tests' door may be compiled in.

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["rpc"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        eprintln!("prepare the shell: {error:#}");
        std::process::exit(1);
    }
    // The page is embedded, so a new page is a new program.
    println!("cargo:rerun-if-changed=../ui/dist");

    println!("cargo:rustc-check-cfg=cfg(e2e_refused)");
    let seam = std::env::var_os("CARGO_FEATURE_E2E").is_some();
    if seam && !matches!(profile().as_deref(), Some("debug" | "e2e")) {
        println!("cargo:rustc-cfg=e2e_refused");
    }
}

/// The profile's own folder name: cargo says `release` for every profile that inherits it, but builds in `<target>/<profile>/build/<package>/out`.
fn profile() -> Option<String> {
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR")?);
    Some(out.ancestors().nth(3)?.file_name()?.to_string_lossy().into_owned())
}
