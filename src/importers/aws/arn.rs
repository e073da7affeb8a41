//! Amazon Resource Names and the patterns of policies. Source: IAM user guide, "Identify resources with ARNs" and "IAM JSON
//! policy elements: Resource". Knows texts only.

/// The parts of a name that are asked for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'t> {
    /// Service prefix: `iam`, `sts`.
    pub service: &'t str,
    /// Account id, or what stands in its place (`aws` for AWS's own policies).
    pub account: &'t str,
    /// What follows: `role/path/Name`, `root`.
    pub resource: &'t str,
}

impl<'t> Arn<'t> {
    /// Takes a name apart; `None` if it is none.
    pub fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition) = (parts.next()?, parts.next()?);
        let (service, _region, account, resource) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        (arn == "arn" && partition.starts_with("aws") && !resource.is_empty()).then_some(Self { service, account, resource })
    }

    /// The account, if it is one.
    pub fn account(&self) -> Option<&'t str> {
        is_account(self.account).then_some(self.account)
    }

    /// The name after kind and path: `Name` of `role/path/Name`, if the kind is this.
    pub fn name(&self, kind: &str) -> Option<&'t str> {
        let rest = self.resource.strip_prefix(kind)?.strip_prefix('/')?;
        rest.rsplit('/').next().filter(|name| !name.is_empty())
    }
}

/// Whether a text is an account id: twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Account of a name.
pub fn account_of(text: &str) -> Option<&str> {
    Arn::parse(text)?.account()
}

/// Whether a pattern with `*` (any text) and `?` (one character) fits a text, case counting. Takes time in proportion to the
/// product of both lengths at worst.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                // The last star takes one character more.
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Whether a resource of a policy stands for everything of its kind: `*`, `arn:aws:iam::1:role/*`, `arn:aws:s3:::*`.
pub fn is_everything(resource: &str) -> bool {
    let resource = resource.trim();
    if resource.bytes().all(|byte| byte == b'*') {
        return true;
    }
    let mut parts = resource.splitn(6, ':');
    let service = parts.nth(2).unwrap_or_default();
    let Some(rest) = parts.nth(2) else { return false };
    if rest.bytes().all(|byte| byte == b'*') {
        return true;
    }
    // A bucket's name is the first part of its ARN, so `name/*` is one bucket.
    if service == "s3" {
        return rest == "*/*";
    }
    let Some((kind, star)) = rest.split_once(['/', ':']) else { return false };
    star == "*" && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        let role = Arn::parse("arn:aws:iam::111122223333:role/teams/harbour/Crane").expect("it is one");
        assert_eq!(
            (role.service, role.account(), role.name("role"), role.name("user")),
            ("iam", Some("111122223333"), Some("Crane"), None)
        );
        let own = Arn::parse("arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess").expect("it is one");
        assert_eq!(own.account(), None);
        for text in ["", "arn:aws:iam", "urn:aws:iam::1:role/x", "arn:gcp:iam::1:role/x", "arn:aws:iam::1:"] {
            assert!(Arn::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn patterns_fit_as_policies_mean_them() {
        for (pattern, text, fit) in [
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*/*/b", "x/y/z/b", true),
            ("a*b*c", "aXbYbZ", false),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
        let long = "a".repeat(2000);
        assert!(!fits(&format!("{}b", "*a".repeat(200)), &long), "and ends in time");
    }

    #[test]
    fn everything_of_a_kind_is_no_limit() {
        for all in [
            "*",
            "**",
            "arn:aws:s3:::*",
            "arn:aws:s3:::*/*",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:lambda:*:*:function:*",
            "arn:aws:iam::*:*",
        ] {
            assert!(is_everything(all), "{all}");
        }
        for some in ["arn:aws:s3:::bucket/*", "arn:aws:iam::111122223333:role/app-*", "arn:aws:sqs:eu-west-1:111122223333:queue", "bucket"]
        {
            assert!(!is_everything(some), "{some}");
        }
    }
}
