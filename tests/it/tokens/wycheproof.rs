//! Project Wycheproof's JWS and JWK vectors (C2SP/wycheproof, Apache-2.0, see NOTICE): each gives the expected verdict at the layer of the
//! signature, or is named here with the reason why it cannot.
//!
//! The payloads of the vectors are no JWTs (`foo`, zeros, nothing), so J02, which demands JSON objects, is left out of the judgement.
//!
//! Not applicable:
//! - Groups whose key is a shared secret (HS256, HS384, HS512, `oct`): the inspector verifies nothing with shared secrets (J05). Their
//!   vectors must never be called verified, and those that the form alone refuses must be refused.
//! - tcId 372 and 373 of the signature file: a `?` stands inside base64url and the file calls them valid. RFC 7515 2 allows no such
//!   character, and J01 refuses it.
//! - `json_web_crypto_test.json`, groups `jwe_*`, and `json_web_encryption_test.json`: nothing is decrypted here (J01).
//! - tcId 346 and 350 of the signature file: the key says PS256 and the header PS384. The file calls them valid, but the same file calls
//!   the like of it invalid in tcId 338 and 340; J06 refuses. With a key that says PS384 they hold, which is tested too.

use std::fs;
use std::path::Path;

use bulkhead::tokens::{Asked, Given, KeySet, Overall, Signature, Unverified, Verdict, inspect};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Vectors that are valid only for a reader that passes over foreign characters.
const LENIENT: [u64; 2] = [372, 373];
/// Vectors that contradict their own file.
const CONTRADICTED: [u64; 2] = [346, 350];

fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wycheproof").join(name);
    serde_json::from_slice(&fs::read(path).expect("the vectors are there")).expect("they are JSON")
}

fn keys_of(group: &Value) -> KeySet {
    let key = group.get("public").or_else(|| group.get("private")).expect("a group has a key");
    KeySet::read("vectors", key.to_string().as_bytes(), None).expect("the key can be read")
}

fn symmetric(group: &Value) -> bool {
    let key = group.get("public").or_else(|| group.get("private")).unwrap_or(&Value::Null);
    let keys = key.get("keys").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![key.clone()]);
    keys.iter().all(|key| key["kty"] == "oct")
}

/// The signature's verdict, and whether a check other than J02 among J01 to J14 failed.
fn judged(text: &str, keys: &KeySet) -> (Signature, bool) {
    let given = Given::Token { text: Zeroizing::new(text.to_owned()), dpop: false };
    let found = inspect(1, &given, &Asked { keys: std::slice::from_ref(keys), ..Asked::default() });
    let only_payload_is_empty = text.split('.').nth(1) == Some("") && text.split('.').count() == 3;
    let fails = (1..=14).filter(|check| found.ledger.verdict(*check) == Verdict::Fail);
    let refused = fails.filter(|check| *check != 2 && !(*check == 1 && only_payload_is_empty)).count() > 0;
    (found.signature, refused)
}

#[derive(Default, Debug, PartialEq, Eq)]
struct Counts {
    valid: u32,
    invalid: u32,
    shared_secret: u32,
    encrypted: u32,
    contradicted: u32,
}

fn run(name: &str) -> Counts {
    let vectors = file(name);
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for group in vectors["testGroups"].as_array().expect("groups") {
        for test in group["tests"].as_array().expect("tests") {
            seen += 1;
            let id = test["tcId"].as_u64().unwrap_or_default();
            let about = format!("{name} tcId {id} {} ({})", test["comment"], test["result"]);
            // An absent token is an empty text; the JSON form is written as its text.
            let text = match test.get("jws") {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) => String::new(),
                Some(other) => other.to_string(),
                None => {
                    counts.encrypted += 1;
                    continue;
                }
            };
            let (signature, refused) = judged(&text, &keys_of(group));
            let verified = matches!(signature, Signature::Verified { .. });
            let valid = test["result"] == "valid";
            if symmetric(group) {
                counts.shared_secret += 1;
                if verified || (valid && refused && !LENIENT.contains(&id) && signature != Signature::Unverifiable(Unverified::Symmetric)) {
                    wrong.push(format!("{about}: {signature:?}, refused {refused}"));
                }
            } else if valid && CONTRADICTED.contains(&id) && name.contains("signature") {
                counts.contradicted += 1;
                if verified {
                    wrong.push(about);
                }
            } else if valid {
                counts.valid += 1;
                if !verified || refused {
                    wrong.push(format!("{about}: {signature:?}, refused {refused}"));
                }
            } else {
                counts.invalid += 1;
                let known_reason = signature == Signature::Invalid
                    || refused
                    || matches!(
                        signature,
                        Signature::Unverifiable(Unverified::KeyUnknown | Unverified::KeyUnusable | Unverified::NotSigned)
                    );
                if verified || !known_reason {
                    wrong.push(format!("{about}: {signature:?}, refused {refused}"));
                }
            }
        }
    }
    assert_eq!(Some(seen), vectors["numberOfTests"].as_u64(), "every vector of {name} was looked at");
    assert!(wrong.is_empty(), "{name}, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
    counts
}

#[test]
fn signature_vectors_give_the_expected_verdict() {
    let counts = run("json_web_signature_test.json");
    assert_eq!(counts, Counts { valid: 34, invalid: 325, shared_secret: 40, encrypted: 0, contradicted: 2 });
}

#[test]
fn key_vectors_give_the_expected_verdict() {
    let counts = run("json_web_key_test.json");
    assert_eq!(counts, Counts { valid: 1, invalid: 11, shared_secret: 14, encrypted: 0, contradicted: 0 });
}

#[test]
fn mixed_vectors_give_the_expected_verdict() {
    let counts = run("json_web_crypto_test.json");
    assert_eq!(counts, Counts { valid: 2, invalid: 28, shared_secret: 19, encrypted: 34, contradicted: 0 });
}

#[test]
fn the_contradicted_vectors_hold_under_a_key_that_says_what_the_header_says() {
    let vectors = file("json_web_signature_test.json");
    let mut held = 0;
    for group in vectors["testGroups"].as_array().expect("groups") {
        for test in group["tests"].as_array().expect("tests") {
            if CONTRADICTED.contains(&test["tcId"].as_u64().unwrap_or_default()) {
                let mut key = group["public"].clone();
                key["alg"] = json!("PS384");
                let keys = KeySet::read("vectors", key.to_string().as_bytes(), None).expect("the key can be read");
                let (signature, refused) = judged(test["jws"].as_str().unwrap_or_default(), &keys);
                assert!(matches!(signature, Signature::Verified { .. }) && !refused, "{}", test["tcId"]);
                held += 1;
            }
        }
    }
    assert_eq!(held, 2);
}

#[test]
fn an_encrypted_token_is_told_to_be_one() {
    let vectors = file("json_web_crypto_test.json");
    let groups = vectors["testGroups"].as_array().expect("groups");
    let jwe = groups.iter().flat_map(|group| group["tests"].as_array()).flatten().find_map(|test| test["jwe"].as_str()).expect("a JWE");
    let given = Given::Token { text: Zeroizing::new(jwe.to_owned()), dpop: false };
    let found = inspect(1, &given, &Asked::default());
    assert_eq!((found.overall(), found.signature), (Overall::NotVerified, Signature::Unverifiable(Unverified::Encrypted)));
}
