//! The core behind HTTP on the loopback address, for page tests and for working on the window in a browser.
//!
//! A tool of the project, never shipped: the core itself opens no socket. It answers only callers that name the loopback address
//! and come from no other page, because any page in the same browser could send it a request otherwise.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use bulkhead::api::{Config, Host, dispatch};
use bulkhead::error::Told;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

/// Largest body of an upload; page tests bring small files.
const MOST: u64 = 512 << 20;

/// What the server is asked to do.
#[derive(clap::Args)]
pub struct Options {
    /// Inventory file to open or make; without it a fresh one that is deleted at the end.
    #[arg(long)]
    inventory: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one. The address is the first line on standard output.
    #[arg(long, default_value_t = 7420)]
    port: u16,
}

struct Shared {
    host: Arc<Host>,
    ui: PathBuf,
    uploads: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

/// Serves until it is ended.
pub fn run(root: &Path, options: Options) -> Result<bool> {
    let uploads = tempfile::tempdir().context("make a folder for uploads")?;
    let data_dir = uploads.path().join("data");
    std::fs::create_dir(&data_dir).context("make a folder for the data")?;
    let config = Config { data_dir, inventory: options.inventory, account: "developer".to_owned() };
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    let shared = Arc::new(Shared { host: Arc::new(Host::new(config)), ui: root.join("ui/dist"), uploads, runtime });
    shared.runtime.block_on(shared.host.start())?;

    let server = Server::http((Ipv4Addr::LOCALHOST, options.port)).map_err(|error| anyhow!("listen on port {}: {error}", options.port))?;
    let address = server.server_addr().to_ip().context("the server listens on an address")?;
    println!("http://{address}/");
    let server = Arc::new(server);
    // A page asks for several things at once, and an import must not hold up the question how far it is.
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (server, shared) = (server.clone(), shared.clone());
            std::thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    if let Err(error) = answer(&shared, address, request) {
                        eprintln!("{error:#}");
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| anyhow!("a worker of the server stopped"))?;
    }
    Ok(true)
}

fn answer(shared: &Shared, address: SocketAddr, mut request: Request) -> Result<()> {
    if !from_here(&request, address) {
        return Ok(request.respond(Response::from_string("Only the page of this server may ask it.").with_status_code(403))?);
    }
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    match (request.method().clone(), path) {
        (Method::Post, "/rpc") => {
            let mut text = String::new();
            request.as_reader().take(16 << 20).read_to_string(&mut text).context("read a request")?;
            let (code, body) = match rpc(shared, &text) {
                Ok(value) => (200, value),
                Err(told) => (422, json!(told)),
            };
            Ok(request.respond(json_response(code, &body))?)
        }
        (Method::Post, "/upload") => {
            let picked = upload(shared, &mut request, query)?;
            Ok(request.respond(json_response(200, &picked))?)
        }
        (Method::Get, path) => {
            let response = match page(&shared.ui, path) {
                Some((bytes, kind)) => Response::from_data(bytes).with_header(header("Content-Type", kind)),
                None => Response::from_string("There is no such file; build the window first: npm run build in ui/").with_status_code(404),
            };
            // The policy of the packaged page, with this server in the place of the shell's own door.
            let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                          base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'";
            Ok(request.respond(response.with_header(header("Content-Security-Policy", policy)))?)
        }
        _ => Ok(request.respond(Response::from_string("Not known.").with_status_code(404))?),
    }
}

fn rpc(shared: &Shared, text: &str) -> Result<Value, Told> {
    let refused = |details: String| {
        Told::refusal("BH-API-001", "That was no command.", "Nothing was done.", "Send {\"command\": …, \"args\": …}.").details(details)
    };
    let asked: Value = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
    let command = asked["command"].as_str().ok_or_else(|| refused("no command".to_owned()))?;
    match command {
        // A browser has its own file dialog and uploads what was picked; what is written goes into this server's own folder.
        "pick_target" => {
            let name: String =
                asked["args"]["name"].as_str().unwrap_or("file").chars().filter(|c| c.is_alphanumeric() || "-_.".contains(*c)).collect();
            Ok(json!(shared.host.register_paths(&[shared.uploads.path().join(name.trim_start_matches('.'))])))
        }
        _ => shared.runtime.block_on(dispatch(&shared.host, command, asked["args"].clone())),
    }
}

fn upload(shared: &Shared, request: &mut Request, query: &str) -> Result<Value> {
    let name = query.split('&').find_map(|pair| pair.strip_prefix("name=")).map(decoded).unwrap_or_default();
    let name = Path::new(&name).file_name().context("an upload has a file name")?.to_owned();
    // Each upload has a folder of its own, so that two files of one name stay two.
    let folder = tempfile::tempdir_in(shared.uploads.path()).context("make a folder for an upload")?.keep();
    let path = folder.join(name);
    let mut file = std::fs::File::create(&path).context("write an upload")?;
    std::io::copy(&mut request.as_reader().take(MOST), &mut file).context("write an upload")?;
    let picked = shared.host.register_paths(&[path]);
    Ok(json!(picked.first()))
}

/// The name in `Host` is ours (a foreign name that resolves to 127.0.0.1 is not), and so is the page that asks, if it says one.
fn from_here(request: &Request, address: SocketAddr) -> bool {
    let value = |name: &'static str| request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str());
    let ours = |name: &str| name == address.to_string() || name == format!("localhost:{}", address.port());
    let host = value("Host").is_some_and(ours);
    // The development server of the window passes requests on from its own port.
    let origin = value("Origin").is_none_or(|origin| {
        let origin = origin.strip_prefix("http://").unwrap_or(origin);
        ours(origin) || origin == "localhost:1420" || origin == "127.0.0.1:1420"
    });
    host && origin
}

/// A file of the built window; the page itself for `/`.
fn page(ui: &Path, path: &str) -> Option<(Vec<u8>, &'static str)> {
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let plain =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !name.split('/').all(plain) {
        return None;
    }
    let kind = match Path::new(name).extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => return None,
    };
    Some((std::fs::read(ui.join(name)).ok()?, kind))
}

fn json_response(code: u16, body: &Value) -> Response<std::io::Cursor<Vec<u8>>> {
    Response::from_string(body.to_string()).with_status_code(code).with_header(header("Content-Type", "application/json"))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("our own headers are plain text")
}

/// Percent signs resolved; what is no UTF-8 becomes a mark.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = || Some((char::from(rest.clone().next()?).to_digit(16)?, char::from(rest.clone().nth(1)?).to_digit(16)?));
        match (byte == b'%').then(pair).flatten() {
            Some((high, low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decoded, page};

    #[test]
    fn only_files_of_the_window_are_served() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let ui = folder.path().join("dist");
        std::fs::create_dir(&ui).expect("the test owns the folder");
        std::fs::write(ui.join("index.html"), "page").expect("the test owns the folder");
        std::fs::write(folder.path().join("secret.html"), "no").expect("the test owns the folder");
        assert_eq!(page(&ui, "/").map(|(bytes, _)| bytes), Some(b"page".to_vec()));
        for path in ["/../secret.html", "/..%2fsecret.html", "//secret.html", "/.built-from", "/index.html/", "/missing.html"] {
            assert!(page(&ui, path).is_none(), "{path} must not be served");
        }
    }

    #[test]
    fn percent_signs_are_resolved_once() {
        assert_eq!(decoded("a%20b%c3%a9.json"), "a bé.json");
        assert_eq!(decoded("%2525"), "%25");
        assert_eq!(decoded("50%"), "50%", "a lone sign stays");
    }
}
