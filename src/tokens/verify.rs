//! One signature under one key. The only place that does arithmetic with keys; the crates do it, this file hands over and compares nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};

use super::keys::{Key, Material};

/// Signature algorithms that can be verified (J04): asymmetric only.
pub const ALGORITHMS: [&str; 11] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"];

/// Whether the signature of `signed` holds under a key that fits `alg`.
///
/// # Errors
/// The key cannot be used at all, for example because it is no point of its curve.
pub fn holds(alg: &str, key: &Key, signed: &str, signature: &str) -> Result<bool, String> {
    let unusable = || "the key is no valid public key".to_owned();
    if alg == "ES512" {
        return es512(key, signed, signature);
    }
    let algorithm = match alg {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        _ => Algorithm::EdDSA,
    };
    let key = match &key.material {
        Material::Rsa { n, e } => DecodingKey::from_rsa_raw_components(n, e),
        Material::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y).map_err(|_| unusable())?,
        Material::Okp { x } => DecodingKey::from_ed_components(x).map_err(|_| unusable())?,
        Material::Symmetric | Material::Unusable(_) => return Err(unusable()),
    };
    jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, algorithm).map_err(|_| unusable())
}

/// ES512, which `jsonwebtoken` does not know.
fn es512(key: &Key, signed: &str, signature: &str) -> Result<bool, String> {
    use p521::ecdsa::signature::Verifier as _;
    use p521::ecdsa::{Signature, VerifyingKey};
    let Material::Ec { x, y, .. } = &key.material else { return Err("the key is no valid public key".to_owned()) };
    let mut point = vec![4];
    for part in [x, y] {
        point.extend(URL_SAFE_NO_PAD.decode(part).map_err(|_| "the key is no valid public key".to_owned())?);
    }
    let key = VerifyingKey::from_sec1_bytes(&point).map_err(|_| "the key is no point of its curve".to_owned())?;
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    Ok(Signature::from_slice(&bytes).is_ok_and(|signature| key.verify(signed.as_bytes(), &signature).is_ok()))
}
