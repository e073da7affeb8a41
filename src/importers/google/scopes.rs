//! The API behind an OAuth scope of Google. Source: "OAuth 2.0 Scopes for Google APIs". Knows texts only.

/// Where most scopes begin.
const AUTH: &str = "https://www.googleapis.com/auth/";

/// Scopes of the time before that, by how they begin.
const OLD: &[(&str, &str)] = &[
    ("https://mail.google.com", "gmail"),
    ("https://www.google.com/m8/feeds", "contacts"),
    ("https://www.google.com/calendar/feeds", "calendar"),
    ("https://sites.google.com/feeds", "sites"),
    ("https://docs.google.com/feeds", "drive"),
    ("https://spreadsheets.google.com/feeds", "spreadsheets"),
    ("https://apps-apis.google.com", "admin"),
    ("https://www.google.com/accounts", "userinfo"),
];

/// Word for the API that a scope opens: `gmail`, `drive`, `admin`; for scopes of others the host.
pub fn api_of(scope: &str) -> &str {
    if let Some(rest) = scope.strip_prefix(AUTH) {
        let word = rest.split(['.', '/']).next().unwrap_or_default();
        return match word {
            "plus" | "user" | "profile" => "userinfo",
            "directory" => "contacts",
            "cloud-platform" | "cloudplatformprojects" | "cloudplatformfolders" | "cloudplatformorganizations" | "iam" => "cloud",
            "" => "google",
            word => word,
        };
    }
    if let Some((_, api)) = OLD.iter().find(|(start, _)| scope.starts_with(start)) {
        return api;
    }
    match scope {
        "openid" | "email" | "profile" | "address" | "phone" => "userinfo",
        _ => {
            let host = scope.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
            host.filter(|host| !host.is_empty()).unwrap_or("google")
        }
    }
}

/// Scopes in one text: GAM separates them by a blank or by what it was told.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';')).map(str::trim).filter(|scope| !scope.is_empty())
}

/// Whether a spreadsheet turned a long number into a short one.
pub fn is_shortened(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+") else { return false };
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && power.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_name_their_api() {
        for (scope, api) in [
            ("https://www.googleapis.com/auth/gmail.modify", "gmail"),
            ("https://www.googleapis.com/auth/drive", "drive"),
            ("https://mail.google.com/", "gmail"),
            ("https://www.googleapis.com/auth/admin.directory.user", "admin"),
            ("https://www.googleapis.com/auth/userinfo.email", "userinfo"),
            ("https://www.googleapis.com/auth/cloud-platform", "cloud"),
            ("https://www.google.com/m8/feeds/", "contacts"),
            ("https://api.example/x", "api.example"),
            ("openid", "userinfo"),
            ("https://www.googleapis.com/auth/", "google"),
            ("anything", "google"),
        ] {
            assert_eq!(api_of(scope), api, "{scope}");
        }
        assert_eq!(split("a b|c,d\n e").collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_shortened_number_is_no_id() {
        assert!(is_shortened("1.05810E+20") && is_shortened("1,05E+20"));
        for id in ["105810123456789012345", "77185425430.apps.googleusercontent.com", "E+20", "1E+x"] {
            assert!(!is_shortened(id), "{id}");
        }
    }
}
