//! Tokens for tests, signed with keys that belong to nobody: the seed of a key is one repeated byte.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bulkhead::tokens::KeySet;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

/// A key whose seed is this byte, 32 times.
pub struct Signer(SigningKey);

impl Signer {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    /// The public key as a JWK.
    pub fn jwk(&self, kid: &str) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.verifying_key().as_bytes());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "alg": "Ed25519", "x": x})
    }

    /// A token with this header and payload as they are written.
    pub fn sign_text(&self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// A token with this header and payload.
    pub fn sign(&self, header: &Value, payload: &Value) -> String {
        self.sign_text(&header.to_string(), &payload.to_string())
    }
}

/// A key file of these keys.
pub fn key_set(keys: &[Value], issuer: Option<&str>) -> KeySet {
    let text = json!({ "keys": keys }).to_string();
    KeySet::read("keys.json", text.as_bytes(), issuer.map(str::to_owned)).expect("a key file of the test")
}
