//! What must be known of other records before one can be stated: documents of policies, groups, who may assume which role,
//! keys of a user, scopes of a pool. Filled by a first pass over all files of the set, so that their order does not matter.
//! Grows with the number of clients and policies.

use std::collections::{BTreeMap, BTreeSet};

use super::arn::{self, Arn, fits};
use super::policy::{ALL, Allowed, Caller, document, trusted};
use super::shape::{DETAILS, Shape};
use crate::importers::listed::tree::Tree;
use crate::model::time::Millis;

/// Most ways from whole accounts to roles that are worked out: more would be a product of two long lists, and no map.
const MOST_WAYS: usize = 200_000;

/// A user or role of the set.
#[derive(Debug, Default)]
struct Party {
    /// What its own policies allow: inline ones, and names of attached ones.
    inline: Allowed,
    attached: Vec<String>,
    groups: Vec<String>,
    account: String,
}

/// A role's trust.
#[derive(Debug)]
struct Trust {
    account: String,
    callers: BTreeSet<Caller>,
}

#[derive(Debug, Default)]
struct Group {
    inline: Allowed,
    attached: Vec<String>,
}

/// Access keys or certificates of one user, by the time they were made.
type KeysOf = BTreeMap<Option<Millis>, BTreeSet<String>>;

/// See the module.
#[derive(Debug, Default)]
pub struct Index {
    policies: BTreeMap<String, Allowed>,
    groups: BTreeMap<(String, String), Group>,
    parties: BTreeMap<String, Party>,
    roles: BTreeMap<String, Trust>,
    keys: BTreeMap<(String, String), KeysOf>,
    certificates: BTreeMap<(String, String), KeysOf>,
    /// Users of whom a credential report tells.
    reported: BTreeSet<(String, String)>,
    /// Pool to the longest life of a refresh token, seconds.
    pools: BTreeMap<String, i64>,
    servers: BTreeMap<String, BTreeSet<String>>,
    /// Account and name of a role to its ARN.
    by_name: BTreeMap<(String, String), String>,
    /// More ways than [`MOST_WAYS`] would have to be stated.
    cut: bool,
    /// Caller to the roles that it may assume.
    ways: BTreeMap<String, BTreeSet<String>>,
    /// Accounts whose users or roles the set describes.
    own: BTreeSet<String>,
    /// Lists of the authorization details that the set holds, by account.
    held: BTreeMap<String, BTreeSet<usize>>,
}

/// What a client may do, and what is missing to say it all.
#[derive(Debug, Default)]
pub struct Rights {
    /// What the documents in the set allow.
    pub allowed: Allowed,
    /// Attached policies without a document in the set.
    pub missing: BTreeSet<String>,
    /// A group of the user is not in the set.
    pub groups_missing: bool,
}

impl Index {
    /// A named list of an account's replies is there, perhaps empty.
    pub fn note_list(&mut self, list: usize, account: &str) {
        self.held.entry(account.to_owned()).or_default().insert(list);
    }

    /// A row of a credential report.
    pub fn note_reported(&mut self, account: &str, user: &str) {
        self.reported.insert((account.to_owned(), user.to_lowercase()));
    }

    /// Whether a credential report tells of a user.
    pub fn reports(&self, account: &str, user: &str) -> bool {
        self.reported.contains(&(account.to_owned(), user.to_lowercase()))
    }

    /// First look at a record of an account or pool.
    pub fn note(&mut self, shape: Shape, tree: &Tree, instance: &str) {
        let text = |key: &str| tree.at(key).key().unwrap_or_default().to_owned();
        let own = instance.to_owned();
        if matches!(shape, Shape::User | Shape::Role) && !own.is_empty() {
            self.own.insert(own.clone());
        }
        match shape {
            Shape::Policy => {
                let wanted = tree.at("DefaultVersionId").text();
                let default = |version: &&Tree| {
                    version.at("IsDefaultVersion").flag() == Some(true) || (wanted.is_some() && version.at("VersionId").text() == wanted)
                };
                let Some(version) = tree.at("PolicyVersionList").many().iter().find(default) else { return };
                let mut allowed = Allowed::default();
                if document(version.at("Document")).is_some_and(|document| allowed.add(&document)) {
                    self.policies.insert(text("Arn"), allowed);
                }
            }
            Shape::Group => {
                let group = self.groups.entry((own, text("GroupName").to_lowercase())).or_default();
                group.inline.join(&inline(tree, "GroupPolicyList"));
                group.attached.extend(attached(tree));
            }
            Shape::User => {
                let groups = tree.at("GroupList").texts().map(str::to_lowercase).collect();
                self.note_party(tree, "UserPolicyList", own, groups);
            }
            Shape::Role => {
                self.note_party(tree, "RolePolicyList", own.clone(), Vec::new());
                if let Some(document) = document(tree.at("AssumeRolePolicyDocument")) {
                    self.roles.insert(text("Arn"), Trust { account: own, callers: trusted(&document).0 });
                }
            }
            Shape::AccessKey => {
                let (user, id) = (text("UserName").to_lowercase(), text("AccessKeyId"));
                self.keys.entry((own, user)).or_default().entry(tree.at("CreateDate").happened()).or_default().insert(id);
            }
            Shape::Certificate => {
                let (user, id) = (text("UserName").to_lowercase(), text("CertificateId"));
                let made = tree.at("UploadDate").happened();
                self.certificates.entry((own, user)).or_default().entry(made).or_default().insert(id);
            }
            Shape::PoolClientDetails => {
                let life = super::cognito::refresh_seconds(tree);
                let longest = self.pools.entry(own).or_default();
                *longest = life.max(*longest);
            }
            Shape::ResourceServer => {
                self.servers.entry(own).or_default().insert(text("Identifier"));
            }
            _ => {}
        }
    }

    fn note_party(&mut self, tree: &Tree, list: &str, account: String, groups: Vec<String>) {
        let Some(arn) = tree.at("Arn").key() else { return };
        let party = self.parties.entry(arn.to_owned()).or_default();
        party.account = account;
        party.inline.join(&inline(tree, list));
        party.attached.extend(attached(tree));
        party.groups.extend(groups);
    }

    /// The first pass is over: works out who may assume which role.
    pub fn finish(&mut self) {
        let by_name = self.roles.keys().filter_map(|arn| {
            let role = Arn::parse(arn)?;
            Some(((role.account.to_owned(), role.name("role")?.to_owned()), arn.clone()))
        });
        self.by_name = by_name.collect();
        // A role that trusts a whole account leaves it to that account who may assume it.
        let mut assuming: BTreeMap<&str, Vec<(&str, BTreeSet<String>)>> = BTreeMap::new();
        for (arn, party) in &self.parties {
            let allowed = self.rights_of(party).allowed;
            // Whoever may do all needs no role for it.
            if !allowed.assumes.is_empty() && allowed.actions.get(ALL) != Some(&false) {
                assuming.entry(&party.account).or_default().push((arn, allowed.assumes));
            }
        }
        let (mut ways, mut found, mut cut): (BTreeMap<String, BTreeSet<String>>, usize, bool) = (BTreeMap::new(), 0, false);
        for (role, trust) in &self.roles {
            for caller in &trust.callers {
                let Caller::Principal(text) = caller else { continue };
                let mut callers: Vec<&str> = self.described(text).into_iter().collect();
                if let Some(account) = account_of_caller(text).filter(|_| found < MOST_WAYS) {
                    let able = assuming.get(account).into_iter().flatten();
                    callers.extend(able.filter(|(_, patterns)| patterns.iter().any(|pattern| fits(pattern, role))).map(|(arn, _)| *arn));
                    found += callers.len();
                    cut |= found >= MOST_WAYS;
                }
                for arn in callers.into_iter().filter(|arn| arn != role) {
                    ways.entry(arn.to_owned()).or_default().insert(role.clone());
                }
            }
        }
        (self.ways, self.cut) = (ways, cut);
    }

    /// Whether ways from whole accounts to roles were left out, because there are too many.
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// The user or role of the set that a trust names; a session of a role is the role.
    fn described(&self, caller: &str) -> Option<&str> {
        if let Some((arn, _)) = self.parties.get_key_value(caller) {
            return Some(arn);
        }
        let session = Arn::parse(caller).filter(|session| session.service == "sts")?;
        let role = session.resource.strip_prefix("assumed-role/")?.split('/').next()?;
        self.by_name.get(&(session.account.to_owned(), role.to_owned())).map(String::as_str)
    }

    fn rights_of(&self, party: &Party) -> Rights {
        let mut rights = Rights { allowed: party.inline.clone(), ..Rights::default() };
        let mut take = |arn: &String| match self.policies.get(arn) {
            Some(allowed) => rights.allowed.join(allowed),
            None => {
                rights.missing.insert(arn.clone());
            }
        };
        party.attached.iter().for_each(&mut take);
        let mut groups_missing = false;
        let mut inlines = Vec::new();
        for name in &party.groups {
            match self.groups.get(&(party.account.clone(), name.clone())) {
                Some(group) => {
                    group.attached.iter().for_each(&mut take);
                    inlines.push(&group.inline);
                }
                None => groups_missing = true,
            }
        }
        inlines.into_iter().for_each(|inline| rights.allowed.join(inline));
        rights.groups_missing = groups_missing;
        rights
    }

    /// What a user or role may do.
    pub fn rights(&self, arn: &str) -> Rights {
        self.parties.get(arn).map(|party| self.rights_of(party)).unwrap_or_default()
    }

    /// Roles that a user or role may assume, each with its account.
    pub fn ways(&self, arn: &str) -> impl Iterator<Item = (&str, &str)> {
        let roles = self.ways.get(arn).into_iter().flatten();
        roles.filter_map(|role| Some((role.as_str(), self.roles.get(role)?.account.as_str())))
    }

    /// Whether the set describes a caller, so that its ways are stated with it.
    pub fn describes(&self, caller: &str) -> bool {
        self.described(caller).is_some() || account_of_caller(caller).is_some_and(|account| self.is_own(account))
    }

    /// Whether the set describes users or roles of an account.
    pub fn is_own(&self, account: &str) -> bool {
        self.own.contains(account)
    }

    /// What an account lacks for its users' and roles' rights to be whole; `None` = nothing.
    pub fn lacks(&self, account: &str) -> Option<String> {
        let held = self.held.get(account);
        for (list, name) in DETAILS.iter().enumerate() {
            if !held.is_some_and(|held| held.contains(&list)) {
                return Some(format!("{name} is not in the set, so rights may be missing"));
            }
        }
        let mut missing = BTreeSet::new();
        for party in self.parties.values().filter(|party| party.account == account) {
            let rights = self.rights_of(party);
            missing.extend(rights.missing);
            if rights.groups_missing {
                return Some("a group of its users is not in the set, so rights may be missing".to_owned());
            }
        }
        (!missing.is_empty()).then(|| format!("the documents of {} attached policies are not in the set", missing.len()))
    }

    /// Keys of a user that were made at a time.
    pub fn keys_made(&self, account: &str, user: &str, made: Option<Millis>) -> usize {
        let keys = self.keys.get(&(account.to_owned(), user.to_lowercase()));
        keys.and_then(|keys| keys.get(&made)).map_or(0, BTreeSet::len)
    }

    /// Signing certificates of a user that were uploaded at a time.
    pub fn certificates_made(&self, account: &str, user: &str, made: Option<Millis>) -> usize {
        let found = self.certificates.get(&(account.to_owned(), user.to_lowercase()));
        found.and_then(|found| found.get(&made)).map_or(0, BTreeSet::len)
    }

    /// The one key of a user.
    pub fn only_key(&self, account: &str, user: &str) -> Option<&str> {
        let mut all = self.keys.get(&(account.to_owned(), user.to_lowercase()))?.values().flatten();
        let only = all.next()?;
        all.next().is_none().then_some(only.as_str())
    }

    /// Whether a key is listed.
    pub fn lists_key(&self, id: &str) -> bool {
        self.keys.values().flat_map(BTreeMap::values).any(|ids| ids.contains(id))
    }

    /// Longest life of a refresh token of a pool, seconds.
    pub fn refresh_seconds(&self, pool: &str) -> Option<i64> {
        self.pools.get(pool).copied()
    }

    /// Splits a scope of a pool's own APIs: identifier and name. Identifiers may hold `/`, so known ones decide.
    pub fn own_scope<'t>(&self, pool: &str, scope: &'t str) -> Option<(&'t str, &'t str)> {
        let known = self
            .servers
            .get(pool)
            .into_iter()
            .flatten()
            .filter(|identifier| scope.strip_prefix(identifier.as_str()).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/')));
        match known.map(String::len).max() {
            Some(length) => Some((&scope[..length], &scope[length + 1..])),
            None => scope.rsplit_once('/').filter(|(identifier, name)| !identifier.is_empty() && !name.is_empty()),
        }
    }
}

fn inline(tree: &Tree, list: &str) -> Allowed {
    let mut allowed = Allowed::default();
    for policy in tree.at(list).many() {
        if let Some(document) = document(policy.at("PolicyDocument")) {
            allowed.add(&document);
        }
    }
    allowed.limited |= !tree.at("PermissionsBoundary").pairs().is_empty();
    allowed
}

fn attached(tree: &Tree) -> Vec<String> {
    tree.at("AttachedManagedPolicies").many().iter().filter_map(|policy| policy.at("PolicyArn").key().map(str::to_owned)).collect()
}

/// The account, if a caller is a whole account.
pub fn account_of_caller(caller: &str) -> Option<&str> {
    if arn::is_account(caller) {
        return Some(caller);
    }
    Arn::parse(caller).filter(|arn| arn.resource == "root").and_then(|arn| arn.account())
}
