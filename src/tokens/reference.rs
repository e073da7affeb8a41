//! Reference tokens and other secrets that are no JWT: which kind, by the prefix that its maker publishes (check J27).

/// Prefixes and what they are, the more special ones first.
const PREFIXES: &[(&str, &str)] = &[
    ("github_pat_", "fine-grained personal access token of GitHub"),
    ("ghp_", "personal access token of GitHub"),
    ("gho_", "OAuth access token of GitHub"),
    ("ghu_", "user-to-server token of a GitHub App"),
    ("ghs_", "installation token of a GitHub App"),
    ("ghr_", "refresh token of a GitHub App"),
    ("glpat-", "personal access token of GitLab"),
    ("glrt-", "runner token of GitLab"),
    ("gldt-", "deploy token of GitLab"),
    ("xoxb-", "bot token of Slack"),
    ("xoxp-", "user token of Slack"),
    ("xoxe.", "rotating token of Slack"),
    ("xoxe-", "refresh token of Slack"),
    ("xapp-", "app-level token of Slack"),
    ("ya29.", "access token of Google"),
    ("1//", "refresh token of Google"),
    ("AKIA", "access key id of AWS"),
    ("ASIA", "temporary access key id of AWS"),
    ("sk_live_", "secret key of Stripe"),
    ("rk_live_", "restricted key of Stripe"),
    ("npm_", "access token of npm"),
    ("pypi-", "API token of PyPI"),
    ("hvs.", "service token of Vault"),
    ("hvb.", "batch token of Vault"),
    ("dop_v1_", "personal access token of DigitalOcean"),
    ("ory_at_", "access token of Ory Hydra"),
    ("ory_rt_", "refresh token of Ory Hydra"),
    ("SSWS ", "API token of Okta"),
    ("EwB", "access token of a Microsoft account"),
    ("0.A", "refresh token of Entra ID"),
    ("1.A", "refresh token of Entra ID"),
];

/// What a text with a published prefix is; `None` when no prefix says it, or when it is too short to be a secret.
pub fn hint(text: &str) -> Option<&'static str> {
    let long_enough = text.len() >= 16 && !text.contains(char::is_whitespace);
    if long_enough && text.starts_with("00D") && text.contains('!') {
        return Some("session or access token of Salesforce");
    }
    PREFIXES.iter().find(|(prefix, _)| long_enough && text.starts_with(prefix)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn prefixes_say_the_kind_and_short_words_say_nothing() {
        assert_eq!(hint("ghs_not_a_real_installation"), Some("installation token of a GitHub App"));
        assert_eq!(hint("00D000000000001!not.a.real.session"), Some("session or access token of Salesforce"));
        assert_eq!(hint("npm_scope"), None);
        assert_eq!(hint("some opaque words"), None);
    }
}
