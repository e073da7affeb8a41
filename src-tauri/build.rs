//! Tells the shell which commands the page may call: exactly one.

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["rpc"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        eprintln!("prepare the shell: {error:#}");
        std::process::exit(1);
    }
}
