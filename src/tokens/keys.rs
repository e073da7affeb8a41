//! Public keys from a JWKS file (RFC 7517), read once and judged: kind, size, what they may be used for. Private and symmetric values in
//! such a file are dropped while reading; that they were there is told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::model::id::hex;

use super::shown::plain;
use super::strict_json;

/// Largest JWKS file, bytes.
pub const FILE_BYTES: usize = 4 << 20;
/// Most keys of one file.
const KEYS: usize = 2_000;
/// Largest RSA modulus that the verification can use, bits.
const RSA_MOST_BITS: usize = 4096;

/// The mathematical part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Material {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// Curve and coordinates, still encoded but checked to have the curve's length.
    Ec { curve: &'static str, x: String, y: String },
    /// Ed25519.
    Okp { x: String },
    /// A shared secret; its value was dropped.
    Symmetric,
    /// A key that cannot be used, and why.
    Unusable(String),
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub kid: Option<String>,
    pub alg: Option<String>,
    pub usage: Option<String>,
    pub operations: Option<Vec<String>>,
    pub material: Material,
    /// RFC 7638, SHA-256, base64url; empty when the key is symmetric or unusable.
    pub thumbprint: String,
}

/// The keys of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    /// Name of the file, for people.
    pub name: String,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Issuer that the user says the keys belong to.
    pub issuer: Option<String>,
    /// What should not be in such a file, in sentences.
    pub notes: Vec<String>,
    pub(super) keys: Vec<Key>,
}

/// Why a file is no JWKS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault(pub String);

impl std::fmt::Display for KeyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeySet {
    /// Reads `{"keys": […]}`, a list of keys, or one key.
    ///
    /// # Errors
    /// The file is too large, no JSON, holds a member twice, or holds no key.
    pub fn read(name: &str, bytes: &[u8], issuer: Option<String>) -> Result<Self, KeyFault> {
        let fault = |text: &str| Err(KeyFault(text.to_owned()));
        if bytes.len() > FILE_BYTES {
            return fault("The file is larger than a set of keys can be (4 MiB).");
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return fault("The file is not UTF-8.") };
        let parsed =
            strict_json::parse(text.trim_start_matches('\u{feff}')).map_err(|why| KeyFault(format!("The file cannot be read: {why}.")))?;
        if !parsed.twice.is_empty() {
            return fault("The file holds a member twice in one object, which libraries read differently.");
        }
        let list = match parsed.value {
            Value::Object(mut map) if map.contains_key("keys") => match map.remove("keys") {
                Some(Value::Array(list)) => list,
                _ => return fault("“keys” is not a list."),
            },
            Value::Object(map) if map.contains_key("kty") => vec![Value::Object(map)],
            Value::Array(list) => list,
            _ => return fault("There is no list “keys” and no key in the file."),
        };
        if list.len() > KEYS {
            return fault("The file holds more than 2,000 keys.");
        }
        let mut set = Self { name: plain(name), sha256: hex(&Sha256::digest(bytes)), issuer, notes: Vec::new(), keys: Vec::new() };
        let (mut private, mut symmetric) = (0, 0);
        for value in &list {
            let Value::Object(map) = value else { return fault("An entry of the list is no object.") };
            private += u32::from(["d", "p", "q", "dp", "dq", "qi"].iter().any(|name| map.contains_key(*name)));
            let key = Key::of(map);
            symmetric += u32::from(key.material == Material::Symmetric);
            set.keys.push(key);
        }
        if private > 0 {
            set.notes
                .push(format!("{private} of the keys hold private values. They were dropped; a published key file must not hold them."));
        }
        if symmetric > 0 {
            set.notes.push(format!("{symmetric} of the keys are shared secrets. Their values were dropped; who has the file can sign."));
        }
        Ok(set)
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether the file holds no key at all.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

fn text(map: &Map<String, Value>, name: &str) -> Option<String> {
    map.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn number(map: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(map.get(name)?.as_str()?).ok()?;
    let from = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[from..].to_vec())
}

impl Key {
    fn of(map: &Map<String, Value>) -> Self {
        let material = material(map);
        let required = match &material {
            Material::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, URL_SAFE_NO_PAD.encode(e), URL_SAFE_NO_PAD.encode(n))
            }
            Material::Ec { curve, x, y } => format!(r#"{{"crv":"{curve}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Material::Okp { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Material::Symmetric | Material::Unusable(_) => String::new(),
        };
        let thumbprint = if required.is_empty() { String::new() } else { URL_SAFE_NO_PAD.encode(Sha256::digest(required)) };
        let operations = map
            .get("key_ops")
            .map(|list| list.as_array().map_or_else(Vec::new, |list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect()));
        Self { kid: text(map, "kid"), alg: text(map, "alg"), usage: text(map, "use"), operations, material, thumbprint }
    }

    /// The key that a header brings along; never trusted, only compared (J12).
    pub fn embedded(value: &Value) -> Option<Self> {
        value.as_object().map(Self::of)
    }

    /// What makes the key unfit for a signature algorithm (J06); `None` = it fits.
    pub fn unfit(&self, alg: &str) -> Option<String> {
        let family = &alg[..alg.len().min(2)];
        let wanted = match (family, alg) {
            ("RS" | "PS", _) => "RSA",
            (_, "ES256") => "P-256",
            (_, "ES384") => "P-384",
            (_, "ES512") => "P-521",
            _ => "Ed25519",
        };
        let has = match &self.material {
            Material::Rsa { .. } => "RSA",
            Material::Ec { curve, .. } => curve,
            Material::Okp { .. } => "Ed25519",
            Material::Symmetric => "a shared secret",
            Material::Unusable(why) => return Some(why.clone()),
        };
        if has != wanted {
            return Some(format!("{alg} needs {wanted}, the key is {has}"));
        }
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Some("its “use” is not “sig”".to_owned());
        }
        if self.operations.as_ref().is_some_and(|list| !list.iter().any(|one| one == "verify")) {
            return Some("its “key_ops” do not hold “verify”".to_owned());
        }
        // ES521 is a common slip for ES512, which signs with the curve P-521; EdDSA is the older name of Ed25519 (RFC 9864).
        let same = |name: &str| match name {
            "ES521" => "ES512".to_owned(),
            "EdDSA" => "Ed25519".to_owned(),
            other => other.to_owned(),
        };
        match &self.alg {
            Some(own) if same(own) != same(alg) => Some(format!("its “alg” is {}, the header says {alg}", plain(own))),
            _ => None,
        }
    }

    /// What makes the key too weak or strange to trust (J08); `None` = strong enough.
    pub fn weakness(&self) -> Option<String> {
        let Material::Rsa { n, e } = &self.material else { return None };
        let bits = bits(n);
        if bits < 2048 {
            return Some(format!("RSA modulus of {bits} bits; at least 2048 are needed"));
        }
        if e.last().is_none_or(|last| last % 2 == 0) || bits_value(e).is_some_and(|e| e < 65_537) {
            return Some("RSA exponent is not an odd number of at least 65537".to_owned());
        }
        if n.last().is_none_or(|last| last % 2 == 0) {
            return Some("RSA modulus is even".to_owned());
        }
        roca(n).then(|| "RSA modulus has the fingerprint of keys that can be factored (ROCA, CVE-2017-15361)".to_owned())
    }

    /// Size in words for people.
    pub fn size(&self) -> String {
        match &self.material {
            Material::Rsa { n, .. } => format!("RSA, {} bits", bits(n)),
            Material::Ec { curve, .. } => format!("EC, {curve}"),
            Material::Okp { .. } => "Ed25519".to_owned(),
            Material::Symmetric => "shared secret".to_owned(),
            Material::Unusable(_) => "unusable".to_owned(),
        }
    }

    /// Whether the verification can use a key of this size.
    pub fn too_large(&self) -> bool {
        matches!(&self.material, Material::Rsa { n, e } if bits(n) > RSA_MOST_BITS || e.len() > 4)
    }
}

fn material(map: &Map<String, Value>) -> Material {
    let unusable = |why: &str| Material::Unusable(why.to_owned());
    match (map.get("kty").and_then(Value::as_str), map.get("crv").and_then(Value::as_str)) {
        (Some("RSA"), _) => match (number(map, "n"), number(map, "e")) {
            (Some(n), Some(e)) => Material::Rsa { n, e },
            _ => unusable("its modulus or exponent is missing or not base64url"),
        },
        (Some("EC"), Some(curve)) => {
            let (curve, bytes) = match curve {
                "P-256" => ("P-256", 32),
                "P-384" => ("P-384", 48),
                "P-521" => ("P-521", 66),
                other => return Material::Unusable(format!("the curve {} is not supported", plain(other))),
            };
            let coordinate = |name| text(map, name).filter(|part| URL_SAFE_NO_PAD.decode(part).is_ok_and(|part| part.len() == bytes));
            match (coordinate("x"), coordinate("y")) {
                (Some(x), Some(y)) => Material::Ec { curve, x, y },
                _ => Material::Unusable(format!("its coordinates do not have the {bytes} bytes of {curve}")),
            }
        }
        (Some("OKP"), Some("Ed25519")) => match text(map, "x").filter(|x| URL_SAFE_NO_PAD.decode(x).is_ok_and(|bytes| bytes.len() == 32)) {
            Some(x) => Material::Okp { x },
            None => unusable("its point does not have 32 bytes"),
        },
        (Some("oct"), _) => Material::Symmetric,
        (Some(_), _) => unusable("its kind or curve is not supported"),
        (None, _) => unusable("it has no “kty”"),
    }
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// The value of a number of at most eight bytes.
fn bits_value(number: &[u8]) -> Option<u64> {
    (number.len() <= 8).then(|| number.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
}

/// Whether a modulus has the form that one maker's chips gave their primes (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017):
/// then its remainder by every small prime is a power of 65537. A random modulus passes all of them once in some 2^27 cases.
fn roca(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 20] = [3, 5, 7, 11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
    PRIMES.iter().all(|prime| {
        let rest = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let mut power = 1;
        for _ in 0..*prime {
            if power == rest {
                return true;
            }
            power = power * (65_537 % prime) % prime;
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_dropped_and_told() {
        let file = br#"{"keys":[{"kty":"oct","k":"Q0FOQVJZ","kid":"a"},{"kty":"EC","crv":"P-256","d":"Q0FOQVJZ","x":"AA","y":"AA"}]}"#;
        let set = KeySet::read("keys.json", file, None).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!((set.len(), set.notes.len()), (2, 2));
        assert!(!format!("{set:?}").contains("Q0FOQVJZ"), "the value of a secret stays nowhere");
        assert!(matches!(set.keys[1].material, Material::Unusable(_)), "short coordinates are no key");
    }

    #[test]
    fn what_is_no_key_file_is_refused() {
        for file in [&b"{}"[..], b"[1]", b"{\"keys\":1}", b"{\"keys\":[],\"keys\":[]}", b"\xff", b"{\"keys\":[", b"\"eyJ\""] {
            assert!(KeySet::read("keys.json", file, None).is_err());
        }
    }

    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        // RFC 7638 3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
                 tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let file = format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","alg":"RS256","kid":"2011-04-29"}}"#);
        let set = KeySet::read("keys.json", file.as_bytes(), None).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(set.keys[0].thumbprint, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(set.keys[0].weakness(), None);
    }
}
