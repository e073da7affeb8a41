//! The checks J01 to J27 as texts: title, why it matters, what to do, source. The one place that words them, for window, command line and docs.

use super::ledger::Severity;

/// What one check is about.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckInfo {
    /// `J01` to `J27`; stable.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do when it fails.
    pub remedy: &'static str,
    /// Standard and section, or the vendor's page.
    pub source: &'static str,
    /// Severity of a fail.
    pub failed: Severity,
    /// Severity of a doubt.
    pub doubtful: Severity,
}

/// Every check, J01 first.
pub static CATALOGUE: [CheckInfo; 27] = [
    CheckInfo {
        id: "J01",
        title: "Form",
        why: "A text that parsers read differently lets an attacker show one token to the gateway and another to the API.",
        remedy: "Refuse anything but three strict base64url parts at every API.",
        source: "RFC 7515 2, 3.1; RFC 7516 3.1",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J02",
        title: "JSON without twins",
        why: "Of two members with one name, one library reads the first and another the last.",
        remedy: "Refuse such tokens; report the issuer, which should never write them.",
        source: "RFC 7519 4; RFC 8725 2.4",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J03",
        title: "Algorithm is named",
        why: "alg none means unsigned: anybody can write the token.",
        remedy: "Pin the allowed algorithms at every API and gateway, and refuse none.",
        source: "RFC 8725 3.1, 3.2",
        failed: Severity::Critical,
        doubtful: Severity::High,
    },
    CheckInfo {
        id: "J04",
        title: "Algorithm is allowed",
        why: "Old, symmetric or unknown algorithms widen what an attacker may try.",
        remedy: "Let the issuer sign with one of RS, PS, ES or Ed25519, and pin that one at the APIs.",
        source: "RFC 7518 3.1; RFC 8725 3.1; RFC 9864",
        failed: Severity::High,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J05",
        title: "No shared secret passed off as a key",
        why: "An API that takes the algorithm from the header can be made to use a public key as a shared secret.",
        remedy: "Pin asymmetric algorithms; never give one verifier both kinds of key.",
        source: "RFC 8725 2.1, 3.1",
        failed: Severity::Critical,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J06",
        title: "Key choice",
        why: "If several keys answer to one name, or a key serves another purpose, the wrong key may judge.",
        remedy: "Give every key its own kid, use sig and alg; refresh the JWKS file if the kid is unknown.",
        source: "RFC 7515 4.1.4; RFC 7517 4; RFC 8725 3.5",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J07",
        title: "Signature",
        why: "A signature that does not hold means that somebody changed or forged the token.",
        remedy: "Do not trust the token. Find out where it came from, and whether the JWKS file is the issuer's.",
        source: "RFC 7515 5.2; RFC 7518 3",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J08",
        title: "Key strength",
        why: "A weak key can be computed from its public part; then anybody can sign.",
        remedy: "Rotate to RSA of at least 2048 bits with exponent 65537, or to P-256 or Ed25519.",
        source: "RFC 7518 3.3, 3.5; RFC 8725 3.5; CVE-2017-15361",
        failed: Severity::High,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J09",
        title: "One key, one use",
        why: "A key that serves two families, or a shared secret in a public file, turns one verifier against another.",
        remedy: "Publish public keys only, each for one algorithm.",
        source: "RFC 8725 3.1, 3.5; RFC 7517 9",
        failed: Severity::High,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J10",
        title: "Not for third parties",
        why: "Microsoft signs another form of such a token than it sends, so only the API it is for can verify it.",
        remedy: "Judge it by its claims. Request a token for your own API if you need to verify one.",
        source: "Microsoft identity platform, access tokens: validate tokens",
        failed: Severity::Low,
        doubtful: Severity::Info,
    },
    CheckInfo {
        id: "J11",
        title: "Critical extensions",
        why: "crit names rules that a verifier must know; who ignores them accepts what the issuer meant to forbid.",
        remedy: "Refuse the token unless every name is implemented.",
        source: "RFC 7515 4.1.11",
        failed: Severity::High,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J12",
        title: "Keys from the header",
        why: "Who writes a token also writes its header: a key found there proves nothing, and fetching an address serves the attacker.",
        remedy: "Ignore jku, x5u, jwk and x5c; take keys from the issuer's configuration only.",
        source: "RFC 8725 3.10; RFC 7515 4.1.2 to 4.1.6",
        failed: Severity::Critical,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J13",
        title: "Plain key name",
        why: "A kid goes into file paths, queries and addresses of careless verifiers.",
        remedy: "Treat kid as text that is only compared; look it up in a fixed list.",
        source: "RFC 8725 3.10; RFC 7515 4.1.4",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J14",
        title: "Plain payload",
        why: "Unencoded, compressed or nested payloads are read by some parties and not by others.",
        remedy: "Issue plain payloads; handle nested tokens by explicit rule.",
        source: "RFC 7797 7; RFC 7519 5.2",
        failed: Severity::High,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J15",
        title: "Type access token",
        why: "Without the type, an ID token or another JWT passes as access token.",
        remedy: "Let the issuer write typ at+jwt and the APIs demand it, or accept its dialect by decision.",
        source: "RFC 9068 2.1, 4; RFC 8725 3.11",
        failed: Severity::Low,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J16",
        title: "Required claims",
        why: "An API cannot check what is not there; without aud it accepts other APIs' tokens, without exp it accepts for ever.",
        remedy: "Configure the issuer to write them.",
        source: "RFC 9068 2.2; RFC 8725 3.8, 3.9",
        failed: Severity::Medium,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J17",
        title: "Issuer",
        why: "Tokens and keys of another issuer must not be mixed; issuers are compared letter by letter.",
        remedy: "Correct the issuer in the API's configuration, or import the issuer's export.",
        source: "RFC 9207 2.4; RFC 8725 3.8; RFC 9068 4",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J18",
        title: "Time and lifetime",
        why: "A stolen bearer token works until it ends.",
        remedy: "Shorten access tokens to minutes; renew with rotating refresh tokens.",
        source: "RFC 7519 4.1.4 to 4.1.6; RFC 9700 4.14",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J19",
        title: "Audience breadth",
        why: "A token for several APIs makes them one trust domain: a leak at one opens all.",
        remedy: "Request one token for each API (resource indicators, token exchange).",
        source: "RFC 8707 2; RFC 9700 2.3, 4.10.2",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J20",
        title: "Scopes",
        why: "What a token may do beyond its task is what a thief gains.",
        remedy: "Ask for the scopes of the task; map unknown ones to an audience, or remove them.",
        source: "RFC 6749 3.3; RFC 9700 2.3; RFC 9396",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J21",
        title: "Machine or user",
        why: "If APIs take a machine's token for a user's, the client can pick any subject.",
        remedy: "Keep client ids and subjects in separate name spaces; write client_id.",
        source: "RFC 9068 5; RFC 9700 4.15",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J22",
        title: "No ID token",
        why: "An ID token proves a login to a client. Sent to an API it bypasses scopes and consent.",
        remedy: "Send the access token; let the API demand typ at+jwt and its own audience.",
        source: "RFC 9068 5; OpenID Connect Core 2",
        failed: Severity::High,
        doubtful: Severity::Low,
    },
    CheckInfo {
        id: "J23",
        title: "Sender constraint",
        why: "Whoever holds a bearer token may use it.",
        remedy: "Bind tokens to a key with DPoP or mutual TLS, and let APIs check it.",
        source: "RFC 9449 6; RFC 8705 3; RFC 9700 2.2.1",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J24",
        title: "Personal and secret data",
        why: "A payload is readable by everybody on its way, and lands in logs.",
        remedy: "Remove the claims; let the API ask for them, or issue reference tokens.",
        source: "RFC 9068 6; RFC 7519 12",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J25",
        title: "Delegation",
        why: "Who acts for whom decides what a trace can prove.",
        remedy: "Record the actors as ways of the reach graph if tokens are exchanged or passed on.",
        source: "RFC 8693 4.1, 4.4",
        failed: Severity::Info,
        doubtful: Severity::Info,
    },
    CheckInfo {
        id: "J26",
        title: "Repeats",
        why: "The same token or id twice may be a replay; the same id with another payload a forgery.",
        remedy: "Look for where the copies came from; let the issuer write unique jti.",
        source: "RFC 7519 4.1.7; RFC 9068 2.2",
        failed: Severity::Medium,
        doubtful: Severity::Medium,
    },
    CheckInfo {
        id: "J27",
        title: "Reference token",
        why: "Such a token says nothing by itself.",
        remedy: "Ask the issuer's introspection endpoint, and inspect its answer here.",
        source: "RFC 7662; RFC 6750",
        failed: Severity::Info,
        doubtful: Severity::Info,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_says_what_why_and_what_to_do() {
        for (at, check) in CATALOGUE.iter().enumerate() {
            assert_eq!(check.id, format!("J{:02}", at + 1));
            assert!([check.title, check.why, check.remedy, check.source].iter().all(|text| !text.trim().is_empty()), "{}", check.id);
            assert!(check.why.ends_with('.') && check.remedy.ends_with('.'), "{} speaks in sentences", check.id);
        }
    }
}
