//! Personal and secret data in a payload: check J24. What is found is told by the claim's name and kind, never by its value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ledger::{Ledger, Severity, Verdict};
use super::reference;
use super::shown::plain;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Name of a person.
    Name,
    /// Login name.
    Login,
    /// Date of birth.
    BirthDate,
    /// Postal address.
    Address,
    /// Network address of a person.
    NetworkAddress,
    /// National identity number.
    NationalId,
    /// Bank account.
    BankAccount,
    /// Payment card number.
    PaymentCard,
    /// Private key or certificate text.
    Pem,
    /// Token, key or password.
    Secret,
}

impl Kind {
    /// The kind in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::Name => "name of a person",
            Self::Login => "login name",
            Self::BirthDate => "date of birth",
            Self::Address => "postal address",
            Self::NetworkAddress => "network address",
            Self::NationalId => "national identity number",
            Self::BankAccount => "bank account",
            Self::PaymentCard => "payment card number",
            Self::Pem => "PEM text",
            Self::Secret => "secret or token",
        }
    }

    const fn severity(self) -> Severity {
        match self {
            Self::Secret | Self::PaymentCard => Severity::Critical,
            Self::NationalId | Self::Pem | Self::BankAccount => Severity::High,
            _ => Severity::Medium,
        }
    }
}

const NAMES: &[(&str, Kind)] = &[
    ("email", Kind::Email),
    ("mail", Kind::Email),
    ("phone_number", Kind::Phone),
    ("phone", Kind::Phone),
    ("mobile", Kind::Phone),
    ("name", Kind::Name),
    ("given_name", Kind::Name),
    ("family_name", Kind::Name),
    ("middle_name", Kind::Name),
    ("nickname", Kind::Name),
    ("firstname", Kind::Name),
    ("lastname", Kind::Name),
    ("birthdate", Kind::BirthDate),
    ("address", Kind::Address),
    ("upn", Kind::Login),
    ("unique_name", Kind::Login),
    ("preferred_username", Kind::Login),
    ("username", Kind::Login),
    ("ssn", Kind::NationalId),
    ("national_id", Kind::NationalId),
    ("ipaddr", Kind::NetworkAddress),
    ("password", Kind::Secret),
    ("client_secret", Kind::Secret),
    ("api_key", Kind::Secret),
    ("secret", Kind::Secret),
    ("private_key", Kind::Secret),
    ("access_token", Kind::Secret),
    ("refresh_token", Kind::Secret),
    ("id_token", Kind::Secret),
];

/// What a claim holds by its name or by the shape of its value; `None` = nothing personal was seen.
pub fn kind_of(name: &str, value: &Value) -> Option<Kind> {
    let name = name.to_lowercase();
    let by_name = NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    // A service account's login names no person.
    let machine = value.as_str().is_some_and(|text| text.starts_with("service-account-"));
    by_name.filter(|_| !value.is_null() && !value.is_boolean() && !machine).or_else(|| deep(value))
}

fn deep(value: &Value) -> Option<Kind> {
    match value {
        Value::String(text) => text_kind(text),
        Value::Array(list) => list.iter().filter_map(deep).max(),
        Value::Object(map) => map.iter().filter_map(|(name, value)| kind_of(name, value)).max(),
        _ => None,
    }
}

fn text_kind(text: &str) -> Option<Kind> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if text.contains("-----BEGIN ") {
        Some(Kind::Pem)
    } else if reference::hint(text).is_some() || (text.starts_with("eyJ") && text.matches('.').count() >= 2) {
        Some(Kind::Secret)
    } else if is_card(&digits) {
        Some(Kind::PaymentCard)
    } else if is_iban(&digits) {
        Some(Kind::BankAccount)
    } else if is_email(text) {
        Some(Kind::Email)
    } else if digits.strip_prefix('+').is_some_and(|rest| (8..=15).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit())) {
        Some(Kind::Phone)
    } else {
        None
    }
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    // Accounts of machines are written like addresses.
    let machine = host == "clients" || host.ends_with(".gserviceaccount.com");
    !machine && !user.is_empty() && host.contains('.') && !host.ends_with('.') && text.len() <= 254 && !text.contains([' ', '/', ':'])
}

/// 13 to 19 digits that begin like a card and pass the Luhn check.
fn is_card(digits: &str) -> bool {
    let begins = matches!(digits.as_bytes().first(), Some(b'3'..=b'6')) || matches!(digits.as_bytes(), [b'2', b'2'..=b'7', ..]);
    if !(13..=19).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) || !begins {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 1 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 13616: two letters, two digits, rest; the remainder by 97 is 1.
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !(15..=34).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    if !bytes[..2].iter().all(u8::is_ascii_uppercase) || !bytes[2..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let rest = turned.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1
}

/// Notes J24.
pub fn check_personal(payload: &serde_json::Map<String, Value>, ledger: &mut Ledger) {
    let mut found: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (name, value) in payload {
        if let Some(kind) = kind_of(name, value) {
            found.entry(kind).or_default().push(plain(name));
        }
    }
    if found.is_empty() {
        return ledger.note(24, Verdict::Pass, "No personal or secret data was recognised.");
    }
    for (kind, names) in found {
        let seen = format!("{}: {} ({}).", kind.as_str(), names.join(", "), names.len());
        let verdict = if kind.severity() >= Severity::High { Verdict::Fail } else { Verdict::Warn };
        ledger.note_raised(24, verdict, kind.severity(), seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shapes_are_recognised_and_ids_are_not() {
        for (text, kind) in [
            ("ann@example.com", Some(Kind::Email)),
            ("+41 79 123 45 67", Some(Kind::Phone)),
            ("4111 1111 1111 1111", Some(Kind::PaymentCard)),
            ("DE89 3704 0044 0532 0130 00", Some(Kind::BankAccount)),
            ("-----BEGIN PRIVATE KEY-----", Some(Kind::Pem)),
            ("AKIAIOSFODNN7EXAMPLE", Some(Kind::Secret)),
            ("102030405060708090100", None),
            ("robot@project.iam.gserviceaccount.com", None),
            ("m2m@clients", None),
            ("payment:write", None),
            ("00000003-0000-0000-c000-000000000000", None),
        ] {
            assert_eq!(text_kind(text), kind, "{text}");
        }
        assert_eq!(kind_of("email_verified", &json!(true)), None);
        assert_eq!(kind_of("profile", &json!({"contact": {"given_name": "Ann"}})), Some(Kind::Name), "also inside");
    }
}
