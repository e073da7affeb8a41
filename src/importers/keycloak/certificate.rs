//! Thumbprint and validity of a certificate given as base64 of its DER bytes (RFC 5280, 4.1). Reads nothing else of it.

use base64::Engine as _;
use sha2::{Digest, Sha256};

use crate::model::id::hex;
use crate::model::time::Millis;

/// What is kept of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of the DER bytes, lower-case hex (`x5t#S256` in another spelling).
    pub thumbprint: String,
    /// Not before and not after, if they could be read.
    pub validity: Option<(Millis, Millis)>,
}

/// Reads a certificate; `None` when the text is no base64.
pub fn read(base64: &str) -> Option<Certificate> {
    let text: String =
        base64.lines().filter(|line| !line.starts_with("-----")).flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(text).ok().filter(|der| !der.is_empty())?;
    Some(Certificate { thumbprint: hex(&Sha256::digest(&der)), validity: validity(&der) })
}

/// Splits the first DER element off: tag, content, rest.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (digits, rest) = rest.split_at(count);
        (digits.iter().fold(0_usize, |length, digit| (length << 8) | usize::from(*digit)), rest)
    };
    (rest.len() >= length).then(|| (tag, &rest[..length], &rest[length..]))
}

/// Certificate > TBSCertificate > [version], serial, algorithm, issuer, validity.
fn validity(der: &[u8]) -> Option<(Millis, Millis)> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, both, _) = element(fields)?;
    let (from_tag, from, rest) = element(both)?;
    let (until_tag, until, _) = element(rest)?;
    Some((time(from_tag, from)?, time(until_tag, until)?))
}

/// UTCTime (tag 23, two-digit year, 50 and above mean 19xx) or GeneralizedTime (tag 24).
fn time(tag: u8, content: &[u8]) -> Option<Millis> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let full = match tag {
        23 if text.get(..2)?.parse::<u32>().ok()? >= 50 => format!("19{text}"),
        23 => format!("20{text}"),
        24 => text.to_owned(),
        _ => return None,
    };
    Some(chrono::NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%S").ok()?.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A self-signed certificate made for this test: CN=bulkhead-test, 2026-01-02 03:04:05 to 2027-01-02 03:04:05 UTC.
    const CERTIFICATE: &str = include_str!("../../../tests/fixtures/importers/keycloak/certificate.txt");

    #[test]
    fn validity_and_thumbprint_are_those_that_openssl_prints() {
        let certificate = read(CERTIFICATE).expect("it is base64");
        assert_eq!(certificate.validity, Some((1_767_323_045_000, 1_798_859_045_000)));
        assert_eq!(certificate.thumbprint, "52480919bf09aac38cf0890e103963f44689a1a19b52a067de27e3837f85c379");
    }

    #[test]
    fn rubbish_gives_no_dates_and_no_panic() {
        assert_eq!(read("not base64 at all!"), None);
        assert_eq!(read("MIIE").expect("three bytes").validity, None);
        for cut in 0..200 {
            if let Some(text) = CERTIFICATE.trim().get(..cut * 4) {
                let _ = read(text);
            }
        }
    }
}
