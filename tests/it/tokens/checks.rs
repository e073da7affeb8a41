//! One token for every check J01 to J27 that it must catch, and the clean token that none of them catches.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bulkhead::model::time::Millis;
use bulkhead::tokens::{
    Asked, Bulk, CATALOGUE, Inspection, Known, Named, Overall, Severity, Signature, TimeState, Unverified, Verdict, inspect, read,
};
use serde_json::{Value, json};

use super::signer::{Signer, key_set};

/// 2026-11-20T12:00:00Z.
const AS_OF: Millis = 1_795_176_000_000;
const ISSUER: &str = "https://idp.example/realms/shop";

fn header() -> Value {
    json!({"alg": "Ed25519", "kid": "k1", "typ": "at+jwt"})
}

fn payload() -> Value {
    json!({"iss": ISSUER, "sub": "svc-checkout", "client_id": "svc-checkout", "aud": "payment", "scope": "payment:write",
        "iat": AS_OF / 1000 - 60, "exp": AS_OF / 1000 + 240, "jti": "a-1", "cnf": {"jkt": "thumb"}})
}

fn known() -> Known {
    let mut known = Known::default();
    known.add_issuer(ISSUER);
    let named = |id: &str, high_risk| Named { id: id.to_owned(), name: id.to_uppercase(), high_risk };
    known.add_audience("payment", named("payment-id", true));
    known.add_audience("cart", named("cart-id", false));
    known.add_scope("payment-id", "payment:write");
    known.add_client("svc-checkout", named("client-id", false));
    known.add_client("web", named("web-id", false));
    known
}

fn look(text: &str) -> Inspection {
    let keys = [key_set(&[Signer::new(1).jwk("k1")], Some(ISSUER))];
    let known = known();
    let items = read(text);
    assert_eq!((items.given.len(), items.refused.len()), (1, 0), "the text holds one token: {text}");
    inspect(1, &items.given[0].1, &Asked { keys: &keys, known: Some(&known), accepted: &[], as_of: AS_OF })
}

fn with(edit: impl FnOnce(&mut Value, &mut Value)) -> Inspection {
    let (mut header, mut payload) = (header(), payload());
    edit(&mut header, &mut payload);
    look(&Signer::new(1).sign(&header, &payload))
}

#[track_caller]
fn caught(found: &Inspection, check: usize, verdict: Verdict, words: &str) {
    let finding = &found.ledger.findings()[check - 1];
    assert_eq!(finding.verdict, verdict, "{}: {:?}", CATALOGUE[check - 1].id, finding.seen);
    assert!(finding.seen.iter().any(|seen| seen.contains(words)), "{}: {words:?} in {:?}", CATALOGUE[check - 1].id, finding.seen);
}

#[test]
fn a_clean_token_is_valid() {
    let found = with(|_, _| {});
    let doubts: Vec<_> = found.ledger.findings().iter().filter(|finding| finding.verdict >= Verdict::Unverifiable).collect();
    assert!(doubts.is_empty(), "{doubts:?}");
    assert_eq!((found.overall(), found.state, found.machine), (Overall::Valid, TimeState::Live, Some(true)));
}

#[test]
fn without_keys_nothing_is_called_valid() {
    let text = Signer::new(1).sign(&header(), &payload());
    let found = inspect(1, &read(&text).given[0].1, &Asked { as_of: AS_OF, ..Asked::default() });
    assert_eq!((found.overall(), found.signature.clone()), (Overall::NotVerified, Signature::Unverifiable(Unverified::NoKey)));
    caught(&found, 6, Verdict::Unverifiable, "Not verified: no key");
    caught(&found, 17, Verdict::Unverifiable, "No inventory");
}

#[test]
fn expired_is_a_state_and_no_invalid_signature() {
    let found = with(|_, payload| (payload["iat"], payload["exp"]) = (json!(AS_OF / 1000 - 400), json!(AS_OF / 1000 - 61)));
    assert_eq!((found.state, found.overall()), (TimeState::Expired, Overall::Valid), "its lifetime was short, and it was genuine");
}

#[test]
fn j01_to_j02_form() {
    let good = Signer::new(1).sign(&header(), &payload());
    caught(&look(&format!("{good}=")), 1, Verdict::Fail, "padded");
    caught(&look(&format!("{good}.x")), 1, Verdict::Fail, "4 parts");
    caught(&look(&good.replacen('.', "..", 1)), 1, Verdict::Fail, "parts");
    let long = Signer::new(1).sign(&json!({"alg": "Ed25519", "pad": "x".repeat(9000)}), &payload());
    caught(&look(&long), 1, Verdict::Fail, "at most 8192");
    let twins = Signer::new(1).sign_text(&header().to_string(), r#"{"aud":"a","\u0061ud":"b"}"#);
    caught(&look(&twins), 2, Verdict::Fail, "twice: aud");
    caught(&look(&Signer::new(1).sign_text(&header().to_string(), "[1]")), 2, Verdict::Fail, "no object");
    caught(&look(&Signer::new(1).sign_text("{\"alg\":\"Ed25519\"", "{}")), 2, Verdict::Fail, "header cannot be read");
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    caught(&look(&Signer::new(1).sign_text(&header().to_string(), &deep)), 2, Verdict::Fail, "16 levels");
}

#[test]
fn j03_to_j05_algorithms() {
    for none in ["none", "None", "nOnE"] {
        let found = with(|header, _| header["alg"] = json!(none));
        caught(&found, 3, Verdict::Fail, "anybody");
        assert_eq!(found.overall(), Overall::Invalid);
    }
    caught(&with(|header, _| drop(header.as_object_mut().map(|header| header.remove("alg")))), 3, Verdict::Fail, "no “alg”");
    let found = with(|header, _| header["alg"] = json!("ES256K"));
    caught(&found, 4, Verdict::Warn, "ES256K");
    assert_eq!(found.overall(), Overall::NotVerified);
    let found = with(|header, _| header["alg"] = json!("HS256"));
    caught(&found, 5, Verdict::Fail, "confusion");
    assert_eq!(found.ledger.findings()[4].severity(), Some(Severity::Critical));
    let text = Signer::new(1).sign(&json!({"alg": "HS256"}), &payload());
    let found = inspect(1, &read(&text).given[0].1, &Asked::default());
    caught(&found, 5, Verdict::Warn, "never verified");
    assert_eq!(found.signature, Signature::Unverifiable(Unverified::Symmetric));
}

#[test]
fn j06_to_j09_keys() {
    let ask = |text: &str, keys: &[Value]| {
        let keys = [key_set(keys, None)];
        inspect(1, &read(text).given[0].1, &Asked { keys: &keys, as_of: AS_OF, ..Asked::default() })
    };
    let text = Signer::new(1).sign(&header(), &payload());
    let (one, other) = (Signer::new(1).jwk("k1"), Signer::new(2).jwk("k1"));
    caught(&ask(&text, &[one.clone(), other.clone()]), 6, Verdict::Fail, "Two keys");
    let unknown = ask(&text, &[Signer::new(1).jwk("k2")]);
    caught(&unknown, 6, Verdict::Unverifiable, "No key");
    assert_eq!(unknown.overall(), Overall::NotVerified);
    let mut encrypts = one.clone();
    encrypts["use"] = json!("enc");
    caught(&ask(&text, &[encrypts]), 6, Verdict::Fail, "not “sig”");
    let nameless = Signer::new(1).sign(&json!({"alg": "Ed25519"}), &payload());
    let found = ask(&nameless, &[other.clone(), Signer::new(1).jwk("k3")]);
    caught(&found, 6, Verdict::Warn, "each of 2");
    assert!(matches!(found.signature, Signature::Verified { .. }));
    caught(&ask(&text, &[other]), 7, Verdict::Fail, "does not hold");
    let secret = json!({"kty": "oct", "kid": "s", "k": "AAAA"});
    let found = ask(&text, &[one.clone(), secret]);
    caught(&found, 9, Verdict::Warn, "shared secrets");
    assert_eq!(found.ledger.findings()[8].severity(), Some(Severity::Critical));
    let mut twice = one.clone();
    (twice["kid"], twice["alg"]) = (json!("k9"), json!("XX999"));
    caught(&ask(&text, &[one, twice]), 9, Verdict::Fail, "two families");
    let weak = json!({"kty": "RSA", "kid": "k1", "n": URL_SAFE_NO_PAD.encode([0xC5; 128]), "e": "AQAB"});
    let text = Signer::new(1).sign(&json!({"alg": "RS256", "kid": "k1"}), &payload());
    caught(&ask(&text, &[weak]), 8, Verdict::Fail, "1024 bits");
}

#[test]
fn j10_a_nonce_of_microsoft_is_not_called_invalid() {
    let found = with(|header, payload| {
        (header["nonce"], header["alg"], header["kid"]) = (json!("n"), json!("Ed25519"), json!("k1"));
        payload["iss"] = json!("https://sts.windows.net/00000000-0000-0000-0000-000000000000/");
        // Another key signs, as the hashed nonce makes the signature look wrong.
    });
    assert!(matches!(found.signature, Signature::Verified { .. }), "what holds is told to hold");
    let (mut header, mut payload) = (header(), payload());
    header["nonce"] = json!("n");
    payload["iss"] = json!("https://sts.windows.net/00000000-0000-0000-0000-000000000000/");
    let found = look(&Signer::new(9).sign(&header, &payload));
    caught(&found, 10, Verdict::Unverifiable, "nonce");
    assert_eq!((found.ledger.verdict(7), found.overall()), (Verdict::NotApplicable, Overall::NotVerified));
}

#[test]
fn j11_to_j15_header() {
    caught(&with(|header, _| header["crit"] = json!(["exp"])), 11, Verdict::Fail, "not in the header");
    caught(&with(|header, _| header["crit"] = json!([])), 11, Verdict::Fail, "no list");
    caught(&with(|header, _| (header["crit"], header["x"]) = (json!(["x"]), json!(1))), 11, Verdict::Fail, "not understood");
    caught(&with(|header, _| header["jku"] = json!("https://evil.example/keys")), 12, Verdict::Warn, "jku");
    let mut own = header();
    own["jwk"] = Signer::new(7).jwk("k1");
    let found = look(&Signer::new(7).sign(&own, &payload()));
    caught(&found, 12, Verdict::Fail, "its own header");
    assert_eq!(found.overall(), Overall::Invalid);
    for kid in ["../../dev/null", "k' or '1'='1", "https://evil.example/k", "a\u{0}b"] {
        assert_eq!(with(|header, _| header["kid"] = json!(kid)).ledger.verdict(13), Verdict::Warn, "{kid}");
    }
    caught(&with(|header, _| header["b64"] = json!(false)), 14, Verdict::Fail, "b64");
    caught(&with(|header, _| header["zip"] = json!("DEF")), 14, Verdict::Fail, "zip");
    caught(&with(|header, _| header["cty"] = json!("JWT")), 14, Verdict::Unverifiable, "another JWT");
    caught(&with(|header, _| header["typ"] = json!("JWT")), 15, Verdict::Warn, "typ is JWT");
}

#[test]
fn j16_to_j18_claims_and_time() {
    let without = |name: &'static str| with(move |_, payload| drop(payload.as_object_mut().map(|payload| payload.remove(name))));
    for name in ["iss", "exp", "aud"] {
        caught(&without(name), 16, Verdict::Fail, &format!("{name} is missing"));
    }
    for name in ["sub", "client_id", "iat", "jti"] {
        caught(&without(name), 16, Verdict::Warn, &format!("{name} is missing"));
    }
    caught(&with(|_, payload| payload["iss"] = json!("https://idp.example/realms/shop/")), 17, Verdict::Fail, "another issuer");
    let other_tenant = |payload: &mut Value| {
        payload["iss"] = json!("https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0");
        payload["tid"] = json!("00000000-0000-0000-0000-000000000002");
    };
    let found = with(|_, payload| other_tenant(payload));
    assert!(
        found.ledger.findings()[16].seen.iter().any(|seen| seen.contains("different tenants")),
        "{:?}",
        found.ledger.findings()[16].seen
    );
    caught(&with(|_, payload| payload["exp"] = json!("1795176240")), 18, Verdict::Fail, "no number");
    caught(&with(|_, payload| payload["nbf"] = json!(AS_OF / 1000 + 61)), 18, Verdict::Fail, "nbf lies ahead");
    assert_eq!(with(|_, payload| payload["nbf"] = json!(AS_OF / 1000 + 60)).ledger.verdict(18), Verdict::Pass, "a minute of skew");
    caught(&with(|_, payload| payload["iat"] = json!(AS_OF / 1000 + 900)), 18, Verdict::Fail, "iat is later than exp");
    caught(&with(|_, payload| payload["exp"] = json!(AS_OF / 1000 + 1800)), 18, Verdict::Warn, "high-risk function");
    let found = with(|_, payload| (payload["aud"], payload["exp"]) = (json!("cart"), json!(AS_OF / 1000 + 90_000)));
    caught(&found, 18, Verdict::Warn, "at most 1 hour");
    assert_eq!(found.ledger.findings()[17].severity(), Some(Severity::High), "longer than a day");
    assert_eq!(with(|_, payload| payload["exp"] = json!(AS_OF as f64 / 1000.0 + 100.5)).ledger.verdict(18), Verdict::Pass, "fractions");
}

#[test]
fn j19_to_j20_audiences_and_scopes() {
    caught(&with(|_, payload| payload["aud"] = json!([])), 19, Verdict::Fail, "aud is empty");
    caught(&with(|_, payload| payload["aud"] = json!("*")), 19, Verdict::Fail, "names no API");
    caught(&with(|_, payload| payload["aud"] = json!(ISSUER)), 19, Verdict::Fail, "names no API");
    caught(&with(|_, payload| payload["aud"] = json!(["payment", "cart", "cart"])), 19, Verdict::Warn, "2 audiences");
    caught(&with(|_, payload| payload["aud"] = json!("unknown-api")), 19, Verdict::Warn, "knows no audience unknown-api");
    caught(&with(|_, payload| payload["scope"] = json!("payment:write payment:refund")), 20, Verdict::Warn, "payment:refund");
    caught(&with(|_, payload| payload["scope"] = json!("*")), 20, Verdict::Warn, "everything");
}

#[test]
fn j21_to_j25_kinds_of_token() {
    caught(&with(|_, payload| payload["amr"] = json!(["pwd"])), 21, Verdict::Warn, "contradict");
    caught(&with(|_, payload| (payload["nonce"], payload["at_hash"]) = (json!("n"), json!("h"))), 22, Verdict::Fail, "nonce, at_hash");
    caught(&with(|_, payload| payload["token_use"] = json!("id")), 22, Verdict::Fail, "of itself");
    caught(&with(|_, payload| payload["aud"] = json!("web")), 22, Verdict::Info, "aud is a client");
    caught(&with(|_, payload| drop(payload.as_object_mut().map(|payload| payload.remove("cnf")))), 23, Verdict::Info, "bearer");
    let found = with(|_, payload| (payload["email"], payload["card"]) = (json!("ann@example.com"), json!("4111111111111111")));
    caught(&found, 24, Verdict::Fail, "payment card number: card");
    assert!(!format!("{found:?}").contains("4111") && !format!("{found:?}").contains("ann@"), "names and kinds only");
    caught(&with(|_, payload| payload["act"] = json!({"client_id": "agent"})), 25, Verdict::Info, "agent acts");
}

#[test]
fn j26_repeats_are_seen_in_bulk() {
    let signer = Signer::new(1);
    let mut other = payload();
    other["scope"] = json!("payment:read");
    let (first, second) = (signer.sign(&header(), &payload()), signer.sign(&header(), &other));
    let items = read(&format!("{first}\n{second}\n{first}\n"));
    let keys = [key_set(&[signer.jwk("k1")], Some(ISSUER))];
    let mut bulk = Bulk::default();
    let mut found: Vec<Inspection> =
        items.given.iter().map(|(place, given)| inspect(*place, given, &Asked { keys: &keys, as_of: AS_OF, ..Asked::default() })).collect();
    found.iter_mut().for_each(|found| bulk.take(found));
    caught(&found[1], 26, Verdict::Warn, "another payload");
    caught(&found[2], 26, Verdict::Warn, "more than once");
    assert_eq!(bulk.kinds.len(), 2, "one kind for each set of claims");
    let kind = bulk.kinds.values().next().expect("a kind");
    assert_eq!(kind.lifetimes().map(|lives| (lives.least, lives.median, lives.most)), Some((300, 300, 300)));
}

#[test]
fn j27_reference_tokens_and_answers() {
    let found = look("ghs_0123456789abcdef0123456789abcdef");
    caught(&found, 27, Verdict::Info, "GitHub App");
    assert!(found.shown.is_empty(), "nothing of it is shown");
    let answer = look(&json!({"active": true, "client_id": "svc-checkout", "aud": "payment", "scope": "payment:write"}).to_string());
    assert_eq!((answer.form.as_str(), answer.overall()), ("introspection", Overall::NotVerified));
    assert_eq!(answer.mapped.len(), 1);
    caught(&look(r#"{"active":false}"#), 27, Verdict::Info, "not active");
}

#[test]
fn hostile_texts_end_in_verdicts() {
    let good = Signer::new(1).sign(&header(), &payload());
    for end in 1..good.len() {
        let items = read(&good[..end]);
        for (place, given) in &items.given {
            let found = inspect(*place, given, &Asked::default());
            assert!(!matches!(found.signature, Signature::Verified { .. }), "cut at {end}");
        }
        assert_eq!(items.read(), 1, "cut at {end}: nothing disappears");
    }
    for text in ["....", ".", "eyJ", "\u{202e}eyJ.eyJ.x", "Bearer", "[[[[", "{", "[\"\"]", "\0\0"] {
        for (place, given) in &read(text).given {
            let _ = inspect(*place, given, &Asked::default());
        }
    }
}
