//! The desktop console.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[tauri::command]
async fn rpc(command: String, args: serde_json::Value) -> Result<serde_json::Value, String> {
    let _ = (command, args);
    Ok(serde_json::Value::Null)
}

fn main() {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|_, _, _| {}))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![rpc])
        .run(tauri::generate_context!())
        .expect("run");
}
