//! Commands of the page Audit packs: key, preflight, build, verify.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json, to_value};
use zeroize::Zeroizing;

use crate::error::Told;
use crate::work::wire::SigningKey;
use crate::work::{clock, pack, signing_key};

use super::Host;

pub(super) fn keys(host: &Host) -> Result<Value> {
    let dir = &host.config.data_dir;
    let public = signing_key::public(dir)?;
    Ok(to_value(SigningKey {
        exists: public.is_some(),
        path: public.as_ref().map(|_| signing_key::private_path(dir).display().to_string()),
        fingerprint: public.as_ref().map(|key| key.fingerprint.clone()),
        public_pem: public.map(|key| key.pem),
    })?)
}

#[derive(Deserialize)]
pub(super) struct NewKey {
    passphrase: String,
}

pub(super) async fn key_new(host: &Host, request: NewKey) -> Result<Value> {
    let passphrase = Zeroizing::new(request.passphrase);
    let dir = host.config.data_dir.clone();
    std::fs::create_dir_all(&dir)?;
    // Deriving the key from the passphrase takes a moment on purpose.
    tokio::task::spawn_blocking(move || signing_key::new(&dir, &passphrase)).await??;
    keys(host)
}

pub(super) async fn preflight(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    Ok(to_value(pack::preflight(&open.store, &answers, clock::now()).await?)?)
}

#[derive(Deserialize)]
pub(super) struct BuildRequest {
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    passphrase: Option<String>,
}

pub(super) async fn build(host: &Arc<Host>, request: BuildRequest) -> Result<Value> {
    let mut paths = host.picked(&[request.handle])?;
    let out = paths
        .pop()
        .ok_or_else(|| Told::refusal("BH-API-002", "No file was chosen.", "No pack was written.", "Choose where to save it."))?;
    let profile = pack::Profile::parse(if request.profile.is_empty() { "auditor" } else { &request.profile })
        .ok_or_else(|| Told::refusal("BH-PAK-004", "There is no such profile.", "No pack was written.", "Use auditor or internal."))?;
    let open = host.opened().await?;
    let (store, actor) = {
        let open = open.read().await;
        (open.store.clone(), host.actor(&open.store).await?)
    };
    let job = host.jobs.start("pack", "Build an audit pack");
    let answer = json!({ "job": job.view().id });
    let (dir, passphrase) = (host.config.data_dir.clone(), request.passphrase.map(Zeroizing::new));
    tokio::spawn(async move {
        let done = async {
            let key = match passphrase.filter(|passphrase| !passphrase.is_empty()) {
                Some(passphrase) => Some(tokio::task::spawn_blocking(move || signing_key::open(&dir, &passphrase)).await??),
                None => None,
            };
            let order = pack::Order { out: &out, profile, key: key.as_ref(), actor: &actor, now: clock::now() };
            Ok(to_value(pack::build(&store, &order, &job).await?)?)
        };
        job.end(done.await);
    });
    Ok(answer)
}

#[derive(Deserialize)]
pub(super) struct VerifyRequest {
    handle: String,
    #[serde(default)]
    signer: Option<String>,
}

pub(super) async fn verify(host: &Arc<Host>, request: VerifyRequest) -> Result<Value> {
    let mut paths = host.picked(&[request.handle])?;
    let path = paths.pop().ok_or_else(|| Told::refusal("BH-API-002", "No file was chosen.", "Nothing was checked.", "Choose a pack."))?;
    let job = host.jobs.start("verify", "Verify a pack");
    let answer = json!({ "job": job.view().id });
    tokio::task::spawn_blocking(move || {
        let signer = request.signer.filter(|signer| !signer.trim().is_empty());
        job.end(pack::verify(&path, signer.as_deref()).and_then(|result| Ok(to_value(result)?)));
    });
    Ok(answer)
}
