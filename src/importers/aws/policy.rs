//! What policy documents allow and whom they trust. Source: IAM user guide, "IAM JSON policy element reference".
//!
//! What is stated is the most that a policy may allow: denials, exceptions, conditions and boundaries are counted and not
//! subtracted, because working them out needs requests that no file holds. A limit to resources is kept as such.

use std::collections::{BTreeMap, BTreeSet};

use super::arn::{fits, is_everything};
use crate::importers::listed::tree::Tree;

/// Scope for all actions of all services.
pub const ALL: &str = "*";
/// Scope for all actions of all services but identity management.
pub const ALL_BUT_IAM: &str = "* without iam";
/// Longest action that is kept.
const LONGEST: usize = 200;

/// Actions that are stated one by one when a pattern covers them, because more hangs on them than on their service:
/// methods of escalation (domain.md 3.3, EM-AWS-01 to 03) and reading secrets.
const MATTER: &[&str] = &[
    "cloudformation:CreateStack",
    "codebuild:CreateProject",
    "codebuild:StartBuild",
    "ec2:RunInstances",
    "ecr:GetAuthorizationToken",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
    "glue:CreateJob",
    "glue:StartJobRun",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
];

/// What one or several policies allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Action to whether it is limited to some resources.
    pub actions: BTreeMap<String, bool>,
    /// Patterns of the roles that may be assumed.
    pub assumes: BTreeSet<String>,
    /// It holds denials, exceptions or conditions.
    pub limited: bool,
}

impl Allowed {
    /// Adds what a document allows; false if it is none.
    pub fn add(&mut self, document: &Tree) -> bool {
        if !document.has("Statement") {
            return false;
        }
        for statement in document.at("Statement").many() {
            self.add_statement(statement);
        }
        true
    }

    fn add_statement(&mut self, statement: &Tree) {
        if !statement.at("Effect").text().is_some_and(|effect| effect.eq_ignore_ascii_case("Allow")) {
            self.limited = true;
            return;
        }
        self.limited |= ["Condition", "NotAction", "NotResource"].iter().any(|key| statement.has(key));
        let resources: Vec<&str> = statement.at("Resource").texts().collect();
        let narrowed = !statement.has("NotResource") && !resources.is_empty() && !resources.iter().any(|one| is_everything(one));
        let mut actions: BTreeSet<String> = statement.at("Action").texts().filter_map(action).collect();
        if statement.has("NotAction") {
            let without_iam = statement.at("NotAction").texts().any(|one| one == "*" || one.eq_ignore_ascii_case("iam:*"));
            actions.insert(if without_iam { ALL_BUT_IAM } else { ALL }.to_owned());
        }
        let assumes = |one: &String| one != ALL && one != ALL_BUT_IAM && covers(one, "sts:AssumeRole");
        if actions.iter().any(assumes) {
            let all = ["*".to_owned()];
            let roles = resources.iter().map(|one| (*one).to_owned());
            self.assumes.extend(roles.chain(if resources.is_empty() { &all[..] } else { &[] }.iter().cloned()));
        }
        for one in actions {
            let patterned = one.contains(['*', '?']) && one != ALL && one != ALL_BUT_IAM && one != "iam:*";
            if patterned {
                for matters in MATTER.iter().filter(|matters| covers(&one, matters)) {
                    self.allow((*matters).to_owned(), narrowed);
                }
            }
            self.allow(one, narrowed);
        }
    }

    fn allow(&mut self, action: String, narrowed: bool) {
        self.actions.entry(action).and_modify(|so_far| *so_far &= narrowed).or_insert(narrowed);
    }

    /// Adds what others allow.
    pub fn join(&mut self, other: &Self) {
        for (action, narrowed) in &other.actions {
            self.allow(action.clone(), *narrowed);
        }
        self.assumes.extend(other.assumes.iter().cloned());
        self.limited |= other.limited;
    }
}

fn covers(pattern: &str, action: &str) -> bool {
    fits(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

/// An action as it is stated: service in small letters. `None` if it is none.
fn action(text: &str) -> Option<String> {
    if text.bytes().all(|byte| matches!(byte, b'*' | b':')) {
        return text.contains('*').then(|| ALL.to_owned());
    }
    let (service, name) = text.split_once(':')?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*' | b'?');
    let good = !service.is_empty() && !name.is_empty() && text.len() <= LONGEST;
    let good = good && service.bytes().all(known) && name.bytes().all(|byte| known(byte) || byte == b'_');
    good.then(|| format!("{}:{name}", service.to_ascii_lowercase()))
}

/// Name of the API behind a stated action.
pub fn service_of(action: &str) -> &str {
    action.split_once(':').map_or("aws", |(service, _)| service)
}

/// A document: an object, or its text, which replies of the API write as in a URL.
pub fn document(tree: &Tree) -> Option<std::borrow::Cow<'_, Tree>> {
    match tree {
        Tree::Object(_) => Some(std::borrow::Cow::Borrowed(tree)),
        Tree::Text(text) => serde_json::from_str(&unquoted(text)).ok().map(std::borrow::Cow::Owned),
        _ => None,
    }
}

/// `%7B` as `{`; what is no such escape stays.
fn unquoted(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8);
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        match (bytes[at], digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Somebody whom a role trusts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A user, role or whole account, as written.
    Principal(String),
    /// A service of AWS.
    Service,
    /// Subjects of another issuer.
    Federated {
        /// Address of the issuer, or name of a SAML provider.
        issuer: String,
        /// Subject, perhaps with `*`.
        subject: String,
    },
}

/// Whom a role trusts, and whether that hangs on conditions beside the subject.
pub fn trusted(document: &Tree) -> (BTreeSet<Caller>, bool) {
    let (mut callers, mut limited) = (BTreeSet::new(), false);
    for statement in document.at("Statement").many() {
        let assumes =
            |one: &str| ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"].iter().any(|own| covers(one, own));
        if !statement.at("Effect").text().is_some_and(|effect| effect.eq_ignore_ascii_case("Allow")) {
            limited = true;
            continue;
        }
        if !statement.has("NotAction") && !statement.at("Action").texts().any(assumes) {
            continue;
        }
        limited |= statement.has("NotPrincipal");
        let principal = statement.at("Principal");
        if let Some(text) = principal.text() {
            callers.insert(Caller::Principal(text.to_owned()));
        }
        callers.extend(principal.at("AWS").texts().map(|text| Caller::Principal(text.to_owned())));
        if principal.at("Service").texts().next().is_some() {
            callers.insert(Caller::Service);
        }
        let condition = statement.at("Condition");
        for provider in principal.at("Federated").texts() {
            let issuer = issuer_of(provider);
            for subject in subjects(condition) {
                callers.insert(Caller::Federated { issuer: issuer.clone(), subject });
            }
        }
        limited |= principal.has("AWS") && statement.has("Condition");
    }
    (callers, limited)
}

/// `arn:aws:iam::1:oidc-provider/token.example.com/x` as the address of the issuer; names of SAML providers as they are.
fn issuer_of(provider: &str) -> String {
    match provider.split_once(":oidc-provider/") {
        Some((_, host)) => format!("https://{host}"),
        None if provider.contains(":saml-provider/") => provider.to_owned(),
        None => format!("https://{provider}"),
    }
}

/// Subjects that a condition asks for; `*` when it asks for none. Tokens of Cognito identity pools name the pool as audience.
fn subjects(condition: &Tree) -> BTreeSet<String> {
    let asked = |end: &str| {
        let operators = condition.pairs().iter().filter(|(operator, _)| {
            let operator = operator.to_ascii_lowercase();
            operator.trim_start_matches("foranyvalue:").starts_with("string") && !operator.contains("not")
        });
        let mut found = BTreeSet::new();
        for (_, keys) in operators {
            for (_, values) in keys.pairs().iter().filter(|(key, _)| key.to_ascii_lowercase().ends_with(end)) {
                found.extend(values.texts().map(str::to_owned));
            }
        }
        found
    };
    let subjects = asked(":sub");
    if !subjects.is_empty() {
        return subjects;
    }
    let pools = asked("cognito-identity.amazonaws.com:aud");
    if !pools.is_empty() {
        let mark = if asked(":amr").contains("unauthenticated") { "unauthenticated" } else { "authenticated" };
        return pools.into_iter().map(|pool| format!("{pool}/{mark}")).collect();
    }
    BTreeSet::from(["*".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str) -> Allowed {
        let mut allowed = Allowed::default();
        assert!(allowed.add(&serde_json::from_str(text).expect("JSON")));
        allowed
    }

    fn actions(text: &str) -> Vec<(String, bool)> {
        allowed(text).actions.into_iter().collect()
    }

    #[test]
    fn actions_are_the_most_that_a_policy_allows() {
        let one = actions(r#"{"Statement":{"Effect":"Allow","Action":"S3:GetObject","Resource":["arn:aws:s3:::a/*"]}}"#);
        assert_eq!(one, [("s3:GetObject".to_owned(), true)]);
        let wider = allowed(
            r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","nonsense",":x"],"Resource":"arn:aws:s3:::a/*"},
                {"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}},
                {"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#,
        );
        assert_eq!(wider.actions.into_iter().collect::<Vec<_>>(), [("s3:GetObject".to_owned(), false)], "the wider one holds");
        assert!(wider.limited, "and that a denial stands there is told");
        let power = r#"{"Statement":{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}}"#;
        assert_eq!(actions(power), [(ALL_BUT_IAM.to_owned(), false)]);
        let nearly_all = r#"{"Statement":{"Effect":"Allow","NotAction":"iam:CreateUser","Resource":"*"}}"#;
        assert_eq!(actions(nearly_all), [(ALL.to_owned(), false)], "an exception that leaves identity management open leaves all");
        assert_eq!(actions(r#"{"Statement":{"Effect":"Allow","Action":"*:*","Resource":"*"}}"#), [(ALL.to_owned(), false)]);
    }

    #[test]
    fn patterns_show_what_matters_in_them() {
        let names = |text: &str| actions(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let keys = names(r#"{"Statement":{"Effect":"Allow","Action":"iam:*accesskey*","Resource":"*"}}"#);
        assert_eq!(keys, ["iam:*accesskey*", "iam:CreateAccessKey"]);
        let compute = names(r#"{"Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*"}}"#);
        assert_eq!(compute, ["lambda:*", "lambda:CreateFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"]);
        let assume = allowed(r#"{"Statement":{"Effect":"Allow","Action":"sts:Assume*","Resource":"arn:aws:iam::1:role/x"}}"#);
        assert_eq!(assume.assumes.into_iter().collect::<Vec<_>>(), ["arn:aws:iam::1:role/x"]);
    }

    #[test]
    fn documents_may_be_written_as_in_a_url() {
        let quoted = Tree::Text("%7B%22Statement%22%3A%5B%5D%7D".to_owned());
        assert!(document(&quoted).is_some_and(|tree| tree.has("Statement")));
        assert!(document(&Tree::Text("100% wrong %zz".to_owned())).is_none() && document(&Tree::Null).is_none());
    }

    #[test]
    fn trust_names_callers_and_subjects() {
        let tree: Tree = serde_json::from_str(
            r#"{"Statement":[
              {"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"],"AWS":"111122223333"},"Action":"sts:AssumeRole"},
              {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",
               "Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":["repo:a/b:*"]}}},
              {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::1:saml-provider/Idp"},"Action":"sts:AssumeRoleWithSAML"},
              {"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity",
               "Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:pool"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}},
              {"Effect":"Allow","Principal":"*","Action":"sts:TagSession"},
              {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}"#,
        )
        .expect("JSON");
        let (callers, limited) = trusted(&tree);
        let federated = |issuer: &str, subject: &str| Caller::Federated { issuer: issuer.to_owned(), subject: subject.to_owned() };
        let wanted = [
            Caller::Principal("111122223333".to_owned()),
            Caller::Service,
            federated("arn:aws:iam::1:saml-provider/Idp", "*"),
            federated("https://cognito-identity.amazonaws.com", "eu-west-1:pool/unauthenticated"),
            federated("https://token.actions.githubusercontent.com", "repo:a/b:*"),
        ];
        assert_eq!(callers.into_iter().collect::<Vec<_>>(), wanted);
        assert!(limited);
    }
}
