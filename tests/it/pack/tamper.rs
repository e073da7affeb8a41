//! What verification finds in packs that somebody changed: bytes, members, and the list itself.

use super::*;

#[test]
fn no_flipped_byte_passes() {
    let whole = &demo().signed;
    let mut ranges = Vec::new();
    let mut archive = ZipArchive::new(Cursor::new(whole)).expect("a ZIP");
    for at in 0..archive.len() {
        let entry = archive.by_index(at).expect("a member");
        let from = usize::try_from(entry.data_start()).expect("fits");
        ranges.push((entry.name().to_owned(), from, from + usize::try_from(entry.compressed_size()).expect("fits")));
    }
    let spread = (0..60).map(|at| at * (whole.len() - 1) / 59);
    let inside = ranges.iter().map(|(_, from, to)| from + (to - from) / 2);
    let (mut in_members, mut damaged) = (0, whole.clone());
    for at in spread.chain(inside) {
        damaged[at] ^= 0x10;
        let verdict = check(&damaged);
        assert_eq!(verdict.word(), "damaged", "byte {at} of {}", whole.len());
        // The last byte of a compressed stream has padding that no content depends on; the container's seal covers it.
        if let Some((name, ..)) = ranges.iter().find(|(_, from, to)| (*from..to - 1).contains(&at)) {
            assert!(names(&verdict, name), "byte {at} is in {name}: {:?}", verdict.checks);
            in_members += 1;
        }
        damaged[at] ^= 0x10;
    }
    assert!(&damaged == whole && in_members >= ranges.len(), "every member was hit at least once");
    for length in [0, 1, 63, 64, 200, whole.len() / 2, whole.len() - 1] {
        assert_eq!(check(&whole[..length]).word(), "damaged", "cut to {length} bytes");
    }
}

/// Somebody who knows the form seals the container again; the lists inside still find what was done.
#[test]
fn removed_added_and_changed_members_are_named() {
    let whole = members(&demo().signed);
    assert_eq!(check(&repack(&whole)).word(), "intact and signed", "packing anew alone changes nothing that is claimed");
    for name in whole.keys() {
        let mut less = whole.clone();
        less.remove(name);
        let verdict = check(&repack(&less));
        assert_eq!(verdict.word(), "damaged", "without {name}");
        assert!(names(&verdict, name) || name == SIGNATURE, "without {name}: {:?}", verdict.checks);
    }
    for name in ["extra.txt", "03_population/clients-2.csv", "15_audit_log/more.jsonl"] {
        let mut more = whole.clone();
        more.insert(name.to_owned(), b"id\r\n".to_vec());
        let verdict = check(&repack(&more));
        assert!(verdict.word() == "damaged" && names(&verdict, name), "{name}: {:?}", verdict.checks);
    }
    for name in ["03_population/grants.csv", "06_blast/units.csv", EVENTS, HEAD, MANIFEST] {
        let mut changed = whole.clone();
        let bytes = changed.get_mut(name).expect("is there");
        let middle = bytes.len() / 2;
        bytes[middle] = if bytes[middle] == b'1' { b'2' } else { b'1' };
        let verdict = check(&repack(&changed));
        assert!(verdict.word() == "damaged" && names(&verdict, name), "{name}: {:?}", verdict.checks);
    }
}

/// Whoever rewrites the list too must forge the signature, or drop it: then the pack says that it is unsigned.
#[test]
fn a_rewritten_list_does_not_pass_as_signed() {
    let mut forged = members(&demo().signed);
    let statement = forged.get_mut("00_README.md").expect("is there");
    statement.extend_from_slice(b"Everything is well.\n");
    let mut manifest: Value = serde_json::from_slice(&forged[MANIFEST]).expect("JSON");
    for file in manifest["files"].as_array_mut().expect("a list") {
        if file["path"] == "00_README.md" {
            file["sha256"] = hex(&Sha256::digest(&forged["00_README.md"])).into();
            file["bytes"] = forged["00_README.md"].len().into();
        }
    }
    forged.insert(MANIFEST.to_owned(), serde_json::to_vec(&manifest).expect("JSON"));
    let list = |members: &BTreeMap<String, Vec<u8>>| -> Vec<u8> {
        let listed = members.iter().filter(|(name, _)| !matches!(name.as_str(), SUMS | SIGNATURE));
        listed.map(|(name, bytes)| format!("{}  {name}\n", hex(&Sha256::digest(bytes)))).collect::<String>().into_bytes()
    };
    forged.insert(SUMS.to_owned(), list(&forged));
    let verdict = check(&repack(&forged));
    assert!(verdict.word() == "damaged" && names(&verdict, "Signature"), "{:?}", verdict.checks);
    assert_eq!(verdict.signer, None, "a signature that does not fit names no signer");
}
