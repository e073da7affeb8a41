//! Sets of paths as Istio writes them: `/a`, `/a/*`, `*/b`, `*`. Compared as far as that is certain.

/// One pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requests {
    /// Everything.
    All,
    /// One path.
    Exact(String),
    /// Everything that begins so.
    Prefix(String),
    /// Something that is not compared.
    Other,
}

impl Requests {
    /// Reads a pattern.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text == "*" || text == "/*" || text.is_empty() {
            return Self::All;
        }
        if text.starts_with('~') || text.starts_with('*') || text.contains('{') {
            return Self::Other;
        }
        match text.trim_end_matches('*') {
            prefix if prefix.len() < text.len() && !prefix.contains('*') => Self::Prefix(prefix.to_owned()),
            exact if exact == text => Self::Exact(exact.to_owned()),
            _ => Self::Other,
        }
    }

    /// Whether this holds every request of another: yes, some of them, or none.
    pub fn covers(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::All, _) => Some(true),
            (_, Self::All) => Some(false),
            (Self::Exact(mine), Self::Exact(theirs)) => (mine == theirs).then_some(true),
            (Self::Prefix(mine), Self::Exact(theirs)) => theirs.starts_with(mine.as_str()).then_some(true),
            (Self::Prefix(mine), Self::Prefix(theirs)) if theirs.starts_with(mine.as_str()) => Some(true),
            (Self::Exact(mine) | Self::Prefix(mine), Self::Prefix(theirs)) => mine.starts_with(theirs.as_str()).then_some(false),
            (Self::Other, _) | (_, Self::Other) => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Requests;

    #[test]
    fn patterns_are_compared_as_far_as_is_certain() {
        let covers = |a: &str, b: &str| Requests::of(a).covers(&Requests::of(b));
        assert_eq!(covers("*", "/a"), Some(true));
        assert_eq!(covers("/a*", "/a/b"), Some(true));
        assert_eq!(covers("/a/b*", "/a*"), Some(false), "some");
        assert_eq!(covers("/a", "/b"), None);
        assert_eq!(covers("/oauth2/*", "/api*"), None);
        assert_eq!(covers("*/health", "/a*"), Some(false), "it may be");
    }
}
