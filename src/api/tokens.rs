//! Commands of the page Token inspector. The text of a token is held in memory for five minutes at most, so that a key file can be chosen
//! after the token was pasted; it is wiped when the page is left, when the window is locked, and when another token comes.

use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json, to_value};
use zeroize::Zeroizing;

use crate::error::Told;
use crate::work::clock;
use crate::work::token_inspector::{Options, inspect_text, read_keys, read_text, wipe};

use super::Host;

/// How long a token is held at most (ux.md 5.8).
const HELD: Duration = Duration::from_secs(300);

/// The text under inspection, if any, and how many came before it.
#[derive(Default)]
pub struct HeldTokens(Mutex<(u64, Option<Arc<Zeroizing<String>>>)>);

impl HeldTokens {
    /// Holds a text in place of the one before; answers its number.
    fn hold(&self, text: Zeroizing<String>) -> (u64, Arc<Zeroizing<String>>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.0 += 1;
        let text = Arc::new(text);
        held.1 = Some(text.clone());
        (held.0, text)
    }

    fn held(&self) -> Option<Arc<Zeroizing<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Wipes the text; with a number only if no other came since.
    pub fn forget(&self, only: Option<u64>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if only.is_none_or(|number| number == held.0) {
            held.1 = None;
        }
    }

    /// Whether a text is held.
    pub fn is_holding(&self) -> bool {
        self.held().is_some()
    }
}

/// What `token_inspect` takes. Read by hand: the words of a failed reading would quote what was given.
#[derive(Default)]
struct Request {
    text: Option<Zeroizing<String>>,
    files: Vec<String>,
    keys: Vec<String>,
    issuer: Option<String>,
    accepted: Vec<String>,
}

impl Request {
    fn read(mut args: Value) -> Self {
        let mut request = Self::default();
        let Some(map) = args.as_object_mut() else {
            wipe(&mut args);
            return request;
        };
        // Taken over without a copy, so that there is one place to wipe.
        if let Some(Value::String(text)) = map.get_mut("text") {
            request.text = Some(Zeroizing::new(std::mem::take(text)));
        }
        let list = |name: &str| {
            let list = map.get(name).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        request.files = list("handles");
        request.keys = list("keys");
        request.accepted = list("accepted");
        request.issuer =
            map.get("issuer").and_then(Value::as_str).map(|issuer| issuer.trim().to_owned()).filter(|issuer| !issuer.is_empty());
        wipe(&mut args);
        request
    }
}

/// Inspects the given text or files, or again what is held, against the chosen key files.
pub(super) async fn inspect(host: &Arc<Host>, args: Value) -> Result<Value> {
    let request = Request::read(args);
    let files = host.picked(&request.files)?;
    let mut keys = Vec::new();
    for path in host.picked(&request.keys)? {
        keys.push(read_keys(&path, request.issuer.as_deref())?);
    }
    let text = match (request.text, files.as_slice()) {
        (Some(text), []) => hold(host, text),
        (None, [file]) => {
            let open = File::open(file).map_err(|error| {
                Told::refusal("BH-TOK-105", "The file cannot be read.", "No token was inspected.", "Choose it again.")
                    .details(error.kind().to_string())
            })?;
            hold(host, tokio::task::spawn_blocking(move || read_text(open)).await??)
        }
        (None, []) => host.tokens.held().ok_or_else(|| {
            Told::refusal(
                "BH-TOK-106",
                "No token is held.",
                "It was wiped: after five minutes, when the page was left, or when the window was locked.",
                "Paste it again.",
            )
        })?,
        _ => {
            return Err(Told::refusal(
                "BH-TOK-107",
                "One text or one file is inspected at a time.",
                "No token was inspected.",
                "Choose one of them.",
            )
            .into());
        }
    };
    // An inventory is not needed; without one, what compares says that it cannot.
    let answers = match host.opened().await {
        Ok(open) => Some(open.read().await.answers().await?),
        Err(_) => None,
    };
    let options = Options { keys, accepted: request.accepted, as_of: clock::now() };
    let found = tokio::task::spawn_blocking(move || inspect_text(&text, &options, answers.as_deref())).await?;
    Ok(to_value(found)?)
}

fn hold(host: &Arc<Host>, text: Zeroizing<String>) -> Arc<Zeroizing<String>> {
    let (number, text) = host.tokens.hold(text);
    let host = Arc::downgrade(host);
    tokio::spawn(async move {
        tokio::time::sleep(HELD).await;
        if let Some(host) = host.upgrade() {
            host.tokens.forget(Some(number));
        }
    });
    text
}

/// Wipes what is held.
pub(super) fn forget(host: &Host) -> Result<Value> {
    host.tokens.forget(None);
    Ok(json!({ "held": host.tokens.is_holding() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_token_is_not_wiped_by_the_clock_of_an_older_one() {
        let held = HeldTokens::default();
        let (first, _) = held.hold(Zeroizing::new("one".to_owned()));
        let (second, _) = held.hold(Zeroizing::new("two".to_owned()));
        held.forget(Some(first));
        assert_eq!(held.held().map(|text| text.len()), Some(3));
        held.forget(Some(second));
        assert!(!held.is_holding());
    }

    #[test]
    fn the_text_is_moved_and_not_copied() {
        let text = "eyJ.eyJ.x".repeat(10);
        let place = text.as_ptr();
        let request = Request::read(json!({ "text": null, "handles": ["pick-1"], "keys": "eyJ" }));
        assert_eq!((request.files.as_slice(), request.keys.len()), (["pick-1".to_owned()].as_slice(), 0));
        let mut args = json!({});
        args["text"] = Value::String(text);
        assert_eq!(Request::read(args).text.map(|text| text.as_ptr()), Some(place));
    }
}
