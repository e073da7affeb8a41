//! One test per way to travel, drawn as text: who is reached from where, by which mode, with which weight.

use bulkhead::blast::{Explanation, explain};
use bulkhead::model::estate::*;
use bulkhead::model::*;
use bulkhead::reach::Unit;

use super::world::*;

/// The winning paths of an explanation as text, one atom a line: `a -R8 800-> b -R3 800-> api`.
pub fn drawn(explanation: &Explanation) -> String {
    let mut lines: Vec<String> = explanation
        .atoms
        .iter()
        .map(|atom| {
            let mut line = atom.path.first().map_or_else(String::new, |edge| edge.from.clone());
            for edge in &atom.path {
                line.push_str(&format!(" -{} {}-> {}", edge.mode.as_str(), edge.weight, edge.to));
            }
            format!("{line} ({})", atom.privilege)
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn paths(world: &World, unit: &Unit) -> String {
    drawn(&explain(&world.build(), &weights(), unit))
}

/// Two clients, each with one permission at an API of its own.
fn pair() -> (World, ClientIx, ClientIx) {
    let mut world = World::new();
    let a = world.client("a");
    let b = world.client("b");
    for (client, name) in [(a, "api a"), (b, "api b")] {
        let audience = world.audience(name, "one", Sensitivity::Confidential, Impact::Moderate);
        let scope = world.scope(audience, "read", Privilege::Read);
        world.app(client, scope);
    }
    (world, a, b)
}

#[test]
fn r5_one_secret_opens_every_client_that_uses_it() {
    let (mut world, a, b) = pair();
    world.secret(a).shared_group = 7;
    world.secret(b).shared_group = 7;
    assert_eq!(
        paths(&world, &Unit::Credential(0)),
        "secret 0 of client 0 -R3 1000-> api a (read)\nsecret 0 of client 0 -R5 1000-> b -R3 1000-> api b (read)"
    );
    assert_eq!(paths(&world, &Unit::Client(b)), "b -R3 1000-> api b (read)\nb -R5 1000-> a -R3 1000-> api a (read)");
}

#[test]
fn r5_needs_the_stored_secret_and_not_one_that_the_thief_added() {
    let (mut world, a, b) = pair();
    let owner = world.client("owner");
    world.secret(a).shared_group = 7;
    world.secret(b).shared_group = 7;
    world.estate.clients[a as usize].owner_clients.push(owner);
    assert_eq!(paths(&world, &Unit::Client(owner)), "owner -R8 800-> a -R3 800-> api a (read)");
}

#[test]
fn r7_the_subject_of_a_federated_credential_is_its_client() {
    let (mut world, a, b) = pair();
    world.secret(b).federated_from = Some((a, false));
    assert_eq!(paths(&world, &Unit::Client(a)), "a -R3 1000-> api a (read)\na -R7 700-> b -R3 700-> api b (read)");
    let (mut world, a, b) = pair();
    world.secret(b).federated_from = Some((a, true));
    assert_eq!(
        paths(&world, &Unit::Client(a)),
        "a -R3 1000-> api a (read)\na -R7 900-> b -R3 900-> api b (read)",
        "a wildcard lets more in"
    );
}

#[test]
fn r8_ownership_goes_on_and_on_and_fades() {
    let mut world = World::new();
    let clients: Vec<ClientIx> = (0..16).map(|n| world.client(&format!("c{n:02}"))).collect();
    for pair in clients.windows(2) {
        world.estate.clients[pair[1] as usize].owner_clients.push(pair[0]);
    }
    for (n, client) in clients.iter().enumerate() {
        let audience = world.audience(&format!("api {n:02}"), "one", Sensitivity::Confidential, Impact::Moderate);
        let scope = world.scope(audience, "read", Privilege::Read);
        world.app(*client, scope);
    }
    let explanation = explain(&world.build(), &weights(), &Unit::Client(0));
    let weights: Vec<i64> = explanation.atoms.iter().map(|atom| atom.weights[3]).collect();
    // Rounded down at each edge; no hop limit; below 50 the path is dropped, so the fifteenth client is the last.
    assert_eq!(weights, [1000, 800, 640, 512, 409, 327, 261, 208, 166, 132, 105, 84, 67, 53]);
    assert_eq!(explanation.crossing, 1.0);
}

#[test]
fn r9_data_that_holds_credentials_leads_to_their_clients_and_those_that_share_them() {
    let (mut world, a, b) = pair();
    let c = world.client("c");
    let audience = world.audience("api c", "one", Sensitivity::Confidential, Impact::Moderate);
    let scope = world.scope(audience, "write", Privilege::Write);
    world.app(c, scope);
    world.secret(b).shared_group = 3;
    world.secret(c).shared_group = 3;
    world.estate.audiences[0].harvest.push((b, Evidence::Declared));
    assert_eq!(
        paths(&world, &Unit::Client(a)),
        "a -R3 1000-> api a (read)\na -R3 1000-> api a -R9 900-> b -R3 900-> api b (read)\na -R3 1000-> api a -R9 900-> b -R5 900-> c -R3 900-> api c (write)"
    );
    world.estate.audiences[0].harvest[0].1 = Evidence::Inferred;
    assert_eq!(paths(&world, &Unit::Client(a)), "a -R3 1000-> api a (read)", "an inferred edge never scores");
}

#[test]
fn r9_needs_read_and_not_a_glimpse() {
    let (mut world, a, b) = pair();
    world.estate.scopes[0].privilege = Privilege::Basic;
    world.estate.audiences[0].harvest.push((b, Evidence::Declared));
    assert_eq!(paths(&world, &Unit::Client(a)), "a -R3 1000-> api a (basic)");
}

/// A client with a method at the directory of its tenant, two clients of that tenant, one of them with a permission abroad.
fn tenant(target: EscalationTarget) -> (World, ClientIx) {
    let (mut world, _, b) = pair();
    let thief = world.client("thief");
    let directory = world.audience("directory", "identity", Sensitivity::Internal, Impact::High);
    let method = world.method(directory, "Roles.ReadWrite", "EM-TEST", target);
    world.app(thief, method);
    let abroad = world.tenant("abroad");
    let far = world.audience("far api", "abroad", Sensitivity::Restricted, Impact::High);
    world.estate.audiences[far as usize].tenant = abroad;
    let scope = world.scope(far, "far.write", Privilege::Write);
    world.app(b, scope);
    (world, thief)
}

#[test]
fn r4_the_control_plane_is_the_tenant() {
    for target in [EscalationTarget::Realm, EscalationTarget::ClientsAll] {
        let (world, thief) = tenant(target);
        assert_eq!(
            paths(&world, &Unit::Client(thief)),
            "thief -R3 1000-> directory (escalate)\n\
             thief -R4 900-> control plane of home (escalate)\n\
             thief -R4 900-> control plane of home -R4 900-> api a (impersonate)\n\
             thief -R4 900-> control plane of home -R4 900-> api b (impersonate)\n\
             thief -R4 900-> control plane of home -R4 900-> b -R3 900-> far api (write)"
        );
    }
}

#[test]
fn r4b_all_principals_are_no_clients() {
    let (world, thief) = tenant(EscalationTarget::Principals);
    assert_eq!(
        paths(&world, &Unit::Client(thief)),
        "thief -R3 1000-> directory (escalate)\n\
         thief -R4b 900-> principals of home -R4b 900-> api a (impersonate)\n\
         thief -R4b 900-> principals of home -R4b 900-> api b (impersonate)"
    );
}

#[test]
fn r4c_a_bounded_method_needs_somebody_to_work_on() {
    let (mut world, thief) = tenant(EscalationTarget::Bounded);
    assert_eq!(paths(&world, &Unit::Client(thief)), "thief -R3 1000-> directory (escalate)", "nobody named a target (D35)");
    world.estate.clients[0].owner_clients.push(thief);
    let both = "thief -R3 1000-> directory (escalate)\nthief -R8 800-> a -R3 800-> api a (read)";
    assert_eq!(paths(&world, &Unit::Client(thief)), both);
    let mut pack = weights();
    pack.modes.r8_owner = 0;
    let bounded = drawn(&explain(&world.build(), &pack, &Unit::Client(thief)));
    assert_eq!(bounded, "thief -R3 1000-> directory (escalate)\nthief -R4c 700-> a -R3 700-> api a (read)", "a pack may turn R8 down");
}

#[test]
fn a_narrowed_grant_of_a_method_is_bounded() {
    let (mut world, _) = tenant(EscalationTarget::Realm);
    let other = world.client("unit admin");
    world.narrowed(other, 2);
    let explanation = explain(&world.build(), &weights(), &Unit::Client(other));
    assert_eq!(drawn(&explanation), "unit admin -R3 1000-> directory (escalate)");
    assert_eq!(explanation.score.escalation, Some(EscalationTarget::Bounded));
}

#[test]
fn a_set_needs_all_its_permissions_in_one_client() {
    let mut world = World::new();
    let cloud = world.audience("cloud", "cloud", Sensitivity::Confidential, Impact::High);
    let pass = world.scope(cloud, "PassRole", Privilege::Admin);
    let run = world.scope(cloud, "RunInstances", Privilege::Write);
    world.estate.escalation_sets.push(("EM-AWS-02".to_owned(), vec![pass, run], EscalationTarget::Realm));
    let (one, other, both) = (world.client("one"), world.client("other"), world.client("both"));
    world.app(one, pass);
    world.app(other, run);
    world.app(both, pass);
    world.app(both, run);
    world.estate.vendors.push(EstateVendor { id: "v".to_owned(), name: "vendor".to_owned(), clients: vec![one, other] });
    assert_eq!(paths(&world, &Unit::Vendor(0)), "one -R3 1000-> cloud (admin)", "two identities do not add up to a set");
    let explanation = explain(&world.build(), &weights(), &Unit::Client(both));
    assert!(drawn(&explanation).contains("both -R4 900-> control plane of home (escalate)"), "{}", drawn(&explanation));
    let meaning = &explanation.atoms.iter().find(|a| a.audience_id.is_none()).unwrap().path[0].meaning;
    assert_eq!(meaning, "PassRole + RunInstances together (EM-AWS-02) changes who may do what in the whole tenant");
}

#[test]
fn a_delegated_method_works_for_those_who_may_use_it() {
    let (mut world, _) = tenant(EscalationTarget::Realm);
    let app = world.client("portal");
    let (user, admin) = (world.principal(Some(1), false), world.principal(Some(1), true));
    world.grant(app, 2, user, GrantMode::DelegatedOne);
    assert_eq!(paths(&world, &Unit::Client(app)), "portal -R2 1000-> directory (escalate)", "an ordinary user changes no roles");
    world.grant(app, 2, admin, GrantMode::DelegatedOne);
    assert!(paths(&world, &Unit::Client(app)).contains("portal -R4 900-> control plane of home"), "an administrator does");
    assert!(!paths(&world, &Unit::Standing(app, user)).contains("R4"), "one consent is one user's");
}

#[test]
fn breadth_counts_distinct_principals_at_or_above_a_level() {
    let mut world = World::new();
    let mail = world.audience("mail", "mail", Sensitivity::Restricted, Impact::Moderate);
    let read = world.scope(mail, "Mail.Read", Privilege::Read);
    let send = world.scope(mail, "Mail.Send", Privilege::Write);
    let app = world.client("app");
    for n in 0..10 {
        let user = world.principal(Some(1), false);
        world.grant(app, read, user, GrantMode::DelegatedOne);
        if n == 0 {
            world.grant(app, send, user, GrantMode::DelegatedOne);
        }
    }
    let explanation = explain(&world.build(), &weights(), &Unit::Client(app));
    let atom = &explanation.atoms[0];
    // Ten readers (.8 x .4 x .70 = .224) are more than one who may write (.8 x .65 x .30 = .156).
    assert_eq!((atom.load, atom.privilege, atom.weights), (0.224, Privilege::Read, [800, 400, 700, 1000]));
    assert_eq!(atom.path[0].meaning, "10 users consented to Mail.Read, Mail.Send");
    assert_eq!(explanation.audiences[0].privilege, Privilege::Write, "the highest privilege is shown all the same");
    let group = world.principal(None, false);
    world.grant(app, read, group, GrantMode::DelegatedGroup);
    let explanation = explain(&world.build(), &weights(), &Unit::Client(app));
    assert_eq!(
        (explanation.atoms[0].load, explanation.atoms[0].assumed),
        (0.32, true),
        "a group of unknown size counts as everyone, flagged"
    );
    assert!(
        explanation.text().contains("1 data class consented to by a group of unknown size, counted as everyone"),
        "{}",
        explanation.text()
    );
}

#[test]
fn what_is_not_known_is_told_with_its_points() {
    let mut world = World::new();
    let api = world.audience("api", "one", Sensitivity::Internal, Impact::Low);
    world.estate.audiences[0].classes[0].sensitivity = None;
    let scope = world.scope(api, "read", Privilege::Read);
    let client = world.client("a\u{202e}b");
    world.app(client, scope);
    world.estate.clients[0].hold = (1400, true);
    let explanation = explain(&world.build(), &weights(), &Unit::Client(client));
    assert_eq!((explanation.blast_score, explanation.assumed_per_mille), (50.3, 1000));
    let told: Vec<(&str, Option<f64>)> = explanation.assumptions.iter().map(|a| (a.fact.as_str(), a.points)).collect();
    assert_eq!(
        told,
        [
            ("1 data class of unknown sensitivity", Some(50.3)),
            ("Lifetime: unknown, counted as never ending", Some(7.4)),
            ("Holder: holder unknown", Some(11.0)),
            ("Rotation: age unknown", Some(6.1)),
        ]
    );
    assert_eq!(explanation.weakest, "a credential of a\u{202e}b that is not in view", "names are kept as data");
    assert!(!explanation.text().contains('\u{202e}'), "and cleaned where they are printed");
}
