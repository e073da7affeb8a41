//! The truth file must be true: everything it counts is counted again from the written bytes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("bulkhead-synth-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn options(out: &Path, seed: u64) -> Options {
    Options { clients: 3_000, grants: 20_000, seed, out: out.to_owned(), flat: Some(out.join("flat.csv")) }
}

fn bytes_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = [folder.join("export"), folder.to_owned()]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .filter(|entry| entry.as_ref().unwrap().path().is_file())
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let (a, b, c) = (Folder::new("a"), Folder::new("b"), Folder::new("c"));
    for (folder, seed) in [(&a, 7), (&b, 7), (&c, 8)] {
        std::fs::create_dir_all(&folder.0).unwrap();
        generate(&options(&folder.0, seed)).unwrap();
    }
    assert_eq!(bytes_of(&a.0), bytes_of(&b.0));
    assert_ne!(bytes_of(&a.0), bytes_of(&c.0));
}

#[test]
fn the_truth_is_what_the_files_hold() {
    let folder = Folder::new("truth");
    std::fs::create_dir_all(&folder.0).unwrap();
    let truth = generate(&options(&folder.0, 3)).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.0.join("export").join(name)).unwrap();
    let count = |name: &str, mark: &str| read(name).matches(mark).count() as u64;

    assert_eq!(truth.grants(), 20_000, "exactly as many grants as asked for");
    assert_eq!(truth.clients, 3_000);
    assert_eq!(count("servicePrincipals.json", r#""servicePrincipalType""#), truth.clients);
    assert_eq!(
        count("servicePrincipals.json", r#""allowedMemberTypes""#) + count("servicePrincipals.json", r#""type":"Admin""#),
        truth.scopes
    );
    assert_eq!(count("servicePrincipals.json", r#""verifiedPublisher""#), truth.third_party_clients);
    let managed = count("servicePrincipals.json", r#""ManagedIdentity""#);
    let secrets = count("applications.json", r#""secretText""#) + count("applications.json", r#""usage":"Verify""#);
    assert_eq!(managed + secrets + count("federatedIdentityCredentials.json", r#""subject""#), truth.credentials);
    assert_eq!(count("applications.json", r#""@odata.type""#), truth.ownerships);
    assert_eq!(count("appRoleAssignedTo.json", r#""appRoleId""#), truth.application);

    let flat = std::fs::read_to_string(folder.0.join("flat.csv")).unwrap();
    let rows: Vec<&str> = flat.lines().skip(1).collect();
    assert_eq!(rows.len() as u64, truth.grants());
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "no grant stands twice");
    assert_eq!(rows.iter().filter(|row| row.contains(",delegated_one,")).count() as u64, truth.delegated_one);
    let users: BTreeSet<&str> = rows.iter().filter_map(|row| row.rsplit(',').next()).filter(|user| !user.is_empty()).collect();
    assert_eq!(users.len() as u64, truth.principals);

    for file in &truth.files {
        let text = read(&file.name);
        assert_eq!(text.len() as u64, file.bytes, "{}", file.name);
        let pages = text.lines().count() as u64;
        let next = text.matches("@odata.nextLink").count() as u64;
        let lists = text.lines().map(|page| page.split('"').nth(3).unwrap()).collect::<BTreeSet<_>>().len() as u64;
        assert_eq!(pages, next + lists, "{}: all pages but the last of each list name the next", file.name);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let folder = Folder::new("sizes");
    for (clients, grants) in [(5, 10), (100, 1_000_000)] {
        assert!(generate(&Options { clients, grants, seed: 1, out: folder.0.clone(), flat: None }).is_err());
    }
}
