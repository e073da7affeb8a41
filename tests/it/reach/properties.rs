//! Properties MP1-MP13 of domain.md 3.7 over random estates, and the engine against the oracle.

use bulkhead::blast::{UnitScore, explain, score_all, score_unit, score_unit_with};
use bulkhead::model::estate::*;
use bulkhead::model::*;
use bulkhead::reach::{Cut, GrantCut, Graph, Overlay, Reading, Unit, View};
use proptest::prelude::*;

use super::oracle::Oracle;
use super::random::{five, four, plan};
use super::world::*;

/// Units of an estate: every client, credential, vendor, one consent of each client, one token.
fn units(estate: &Estate) -> Vec<Unit> {
    let clients = 0..estate.clients.len() as u32;
    let mut units: Vec<Unit> = clients.clone().map(Unit::Client).collect();
    units.extend((0..estate.credentials.len() as u32).map(Unit::Credential));
    units.extend((0..estate.vendors.len() as u32).map(Unit::Vendor));
    units.extend((0..estate.applications.len() as u32).map(Unit::Application));
    units.extend(clients.map(|c| Unit::Standing(c, if estate.principals.is_empty() { NO_PRINCIPAL } else { 0 })));
    let three = token(&(0..estate.scopes.len().min(3) as u32).collect::<Vec<_>>(), living(750));
    if let Unit::Token(mut narrow) = three.clone() {
        narrow.narrowed = narrow.scopes.iter().copied().take(2).collect();
        units.push(Unit::Token(narrow));
    }
    units.push(three);
    units
}

fn scores(estate: &Estate) -> Vec<UnitScore> {
    units(estate).iter().map(|unit| score_unit(estate, &weights(), unit)).collect()
}

/// Load, reach units and both scores: the figures that the properties speak of.
fn figures(score: &UnitScore) -> [i64; 4] {
    [score.load_exact(), score.reach_exact(), score.reach_tenths(), score.blast_tenths()]
}

fn none_lower(before: &[UnitScore], after: &[UnitScore], units: &[Unit]) -> Result<(), TestCaseError> {
    for ((a, b), unit) in before.iter().zip(after).zip(units) {
        let lower = figures(a).iter().zip(figures(b)).any(|(a, b)| *a > b);
        prop_assert!(!lower, "{unit:?} fell from {:?} to {:?}", figures(a), figures(b));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_oracle(plan in plan()) {
        let estate = plan.world().build();
        let weights = weights();
        for gateway_only in [false, true] {
            let oracle = Oracle { e: &estate, w: &weights, gateway_only };
            let reading = if gateway_only { Reading::GatewayOnly } else { Reading::Attested };
            let graph = Graph::of_reading(&estate, &weights, reading);
            for unit in units(&estate) {
                let score = score_unit_with(&View::new(&estate, &weights, &graph), &unit);
                let verdict = oracle.verdict(&unit);
                prop_assert_eq!(i128::from(score.load_exact()), verdict.load, "load of {:?}, {:?}", unit, reading);
                prop_assert_eq!((score.crossing() * 1000.0).round() as i64, verdict.crossing, "crossing of {:?}, {:?}", unit, reading);
                prop_assert_eq!(score.audiences as usize, verdict.audiences, "audiences of {:?}, {:?}", unit, reading);
                prop_assert_eq!(score.max_privilege, verdict.privilege, "privilege of {:?}, {:?}", unit, reading);
                prop_assert_eq!(score.exposure(), ((verdict.exposure as f64) / 1e14).round() / 1e4, "exposure of {:?}", unit);
                let exponent = verdict.load as f64 * verdict.crossing as f64 / 1e15 * (verdict.exposure as f64 / 1e18) / 0.6;
                prop_assert!((score.blast_score() - 100.0 * (1.0 - (-exponent).exp())).abs() < 0.0501, "score of {:?}", unit);
            }
        }
    }

    #[test]
    fn one_pass_over_everything_gives_the_same_as_one_unit_at_a_time(plan in plan()) {
        let estate = plan.world().build();
        let all = score_all(&estate, &weights());
        let one = |unit| score_unit(&estate, &weights(), &unit);
        prop_assert_eq!(all.clients, (0..estate.clients.len() as u32).map(|c| one(Unit::Client(c))).collect::<Vec<_>>());
        prop_assert_eq!(all.credentials, (0..estate.credentials.len() as u32).map(|k| one(Unit::Credential(k))).collect::<Vec<_>>());
        prop_assert_eq!(all.vendors, (0..estate.vendors.len() as u32).map(|v| one(Unit::Vendor(v))).collect::<Vec<_>>());
    }

    #[test]
    fn mp1_more_never_lowers(plan in plan(), grant in (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<bool>()), other in four(), scope in five(), what in 0..8u8) {
        let world = plan.world();
        let before = world.build();
        let units = units(&before);
        let mut more = world.clone();
        match what {
            0 => plan.grant(&mut more, grant),
            1 => plan.edge(&mut more, other),
            2 => plan.audience(&mut more, other),
            3 => { plan.scope(&mut more, scope); more.app(u32::from(grant.0) % before.clients.len() as u32, before.scopes.len() as u32); }
            6 => plan.call(&mut more, other),
            // A gateway in front of an API is one more place where its tokens are good.
            7 => more.estate.audiences[usize::from(other.0) % before.audiences.len()].gateway = Some(before.audiences[usize::from(other.0) % before.audiences.len()].gateway.clone().unwrap_or_else(|| "edge".to_owned())),
            4 => { let client = more.client("another"); more.app(client, u32::from(grant.1) % before.scopes.len() as u32); }
            _ => {
                let principal = more.principal(Some(1), grant.4);
                more.grant(u32::from(grant.0) % before.clients.len() as u32, u32::from(grant.1) % before.scopes.len() as u32, principal, GrantMode::DelegatedOne);
            }
        }
        let after = more.build();
        let score = |estate: &Estate| units.iter().map(|unit| score_unit(estate, &weights(), unit)).collect::<Vec<_>>();
        none_lower(&score(&before), &score(&after), &units)?;
    }

    #[test]
    fn mp2_less_never_raises(plan in plan(), which in any::<u16>(), what in 0..6u8) {
        let world = plan.world();
        let full = world.build();
        let mut less = full.clone();
        let n = usize::from(which);
        match what {
            // A grant that is gone is one that opens nothing: ranges stay as they are.
            0 if !less.grants.is_empty() => {
                let nothing = EstateScope { privilege: Privilege::None, escalation: None, offline: false, ..less.scopes[0].clone() };
                less.scopes.push(nothing);
                let gone = less.scopes.len() as u32 - 1;
                let ix = n % less.grants.len();
                less.grants[ix].scope = gone;
            }
            1 => { let ix = n % less.scopes.len(); let s = &mut less.scopes[ix]; s.privilege = Privilege::from_code((s.privilege.code() - 1).max(0)).unwrap(); }
            2 if !less.grants.is_empty() => { let ix = n % less.grants.len(); less.grants[ix].narrowed = true; }
            3 if !less.principals.is_empty() => { let ix = n % less.principals.len(); less.principals[ix] = EstatePrincipal { members: Some(1), privileged: false, ..less.principals[ix].clone() }; }
            4 => { let ix = n % less.scopes.len(); let s = &mut less.scopes[ix]; s.classes = if s.classes.is_empty() { vec![0] } else { s.classes.clone() }; }
            _ => { less.edges.clear(); less.audiences.iter_mut().for_each(|a| { a.harvest.clear(); a.downstream.clear(); a.gateway = None; }); }
        }
        none_lower(&scores(&less), &scores(&full), &units(&full))?;
    }

    #[test]
    fn mp3_and_mp8_a_part_is_no_more_than_the_whole(plan in plan(), cut in any::<u8>()) {
        let mut world = plan.world();
        let clients: Vec<u32> = (0..world.estate.clients.len() as u32).collect();
        world.estate.vendors.push(EstateVendor { id: "v001".to_owned(), name: "all".to_owned(), clients: clients.clone() });
        let estate = world.build();
        let score = |unit: &Unit| score_unit(&estate, &weights(), unit);
        let all: Vec<u32> = (0..estate.scopes.len() as u32).collect();
        let (left, right) = all.split_at(usize::from(cut) % (all.len() + 1));
        let whole = token(&all, living(1000));
        for part in [token(left, living(1000)), token(right, living(1000)), token(left, living(600))] {
            none_lower(&[score(&part)], &[score(&whole)], std::slice::from_ref(&part))?;
        }
        // MP8: a vendor is the union of its clients; and each client holds its credentials (MP9).
        for client in clients {
            none_lower(&[score(&Unit::Client(client))], &[score(&Unit::Vendor(1))], &[Unit::Client(client)])?;
        }
        for (ix, credential) in estate.credentials.iter().enumerate() {
            let (of, client) = (score(&Unit::Credential(ix as u32)), score(&Unit::Client(credential.client)));
            prop_assert!(of.reach_exact() <= client.reach_exact(), "MP9: a host holds its credential {}", ix);
        }
    }

    #[test]
    fn mp9_a_product_holds_its_clients_and_a_client_its_tokens(plan in plan()) {
        let estate = plan.world().build();
        let reach = |unit: &Unit| score_unit(&estate, &weights(), unit).reach_exact();
        for (ix, application) in estate.applications.iter().enumerate() {
            let whole = reach(&Unit::Application(ix as u32));
            for client in &application.clients {
                prop_assert!(reach(&Unit::Client(*client)) <= whole, "client {} of application {}", client, ix);
            }
        }
        for (ix, client) in estate.clients.iter().enumerate() {
            let whole = reach(&Unit::Client(ix as u32));
            let grants = &estate.grants[client.grants_from as usize..client.grants_to as usize];
            for grant in grants.iter().filter(|g| g.mode == GrantMode::Application) {
                // A token is no wider than the permission that it carries.
                let breadth = match estate.scopes[grant.scope as usize].breadth { BreadthHint::SelfOnly => 300, BreadthHint::Selected => 500, BreadthHint::All => 1000 };
                let Unit::Token(mut token) = token(&[grant.scope], living(750)) else { unreachable!() };
                token.breadth = breadth;
                token.narrowed.extend(grant.narrowed.then_some(grant.scope));
                prop_assert!(reach(&Unit::Token(token)) <= whole, "a token of client {}", ix);
            }
            for grant in grants.iter().filter(|g| g.mode != GrantMode::Application) {
                prop_assert!(reach(&Unit::Standing(ix as u32, grant.principal)) <= whole, "a consent of client {}", ix);
            }
        }
        for (ix, credential) in estate.credentials.iter().enumerate() {
            let whole = reach(&Unit::Credential(ix as u32));
            let sharing = estate.credentials.iter().filter(|k| k.shared_group == credential.shared_group && (credential.shared_group != 0));
            for client in sharing.map(|k| k.client).chain([credential.client]) {
                let mut apart = estate.clone();
                apart.clients[client as usize].owner_clients.clear();
                let own: Vec<u32> = estate.grants[estate.clients[client as usize].grants_from as usize..estate.clients[client as usize].grants_to as usize]
                    .iter().filter(|g| g.mode == GrantMode::Application && !g.narrowed && estate.scopes[g.scope as usize].breadth == BreadthHint::All).map(|g| g.scope).collect();
                prop_assert!(reach(&token(&own, living(750))) <= whole, "the application grants of client {} behind credential {}", client, ix);
            }
        }
    }

    #[test]
    fn mp11_who_owns_and_what_is_shown_changes_no_score(plan in plan()) {
        // Exceptions, findings, people as owners and reviews are no part of an estate; names, ids and vendors' names are.
        let before = plan.world().build();
        let mut after = before.clone();
        after.clients.iter_mut().for_each(|c| c.name.push('!'));
        after.vendors.iter_mut().for_each(|v| v.name.push('!'));
        after.applications.iter_mut().for_each(|a| a.name.push('!'));
        after.audiences.iter_mut().for_each(|a| { for id in [CheckId::G1, CheckId::G2, CheckId::G3, CheckId::A4] { a.checks[id as usize] = CheckResult::Fail } });
        prop_assert_eq!(scores(&before), scores(&after));
    }

    #[test]
    fn mp13_a_check_that_passes_never_raises(plan in plan(), which in any::<u8>(), check in 0..10usize, from in 0..4usize) {
        let mut failing = plan.world().build();
        let ix = usize::from(which) % failing.audiences.len();
        let mut passing = failing.clone();
        failing.audiences[ix].checks[check] = [CheckResult::Fail, CheckResult::Partial, CheckResult::Unknown, CheckResult::NotApplicable][from];
        passing.audiences[ix].checks[check] = CheckResult::Pass;
        let both = |estate: &Estate| {
            let (weights, graph) = (weights(), Graph::new(estate, &weights()));
            let gateway = Graph::gateway_only(estate, &weights);
            let view = View::new(estate, &weights, &graph).beside(gateway.as_ref(), None);
            units(estate).iter().map(|unit| score_unit_with(&view, unit)).collect::<Vec<_>>()
        };
        let (before, after) = (both(&failing), both(&passing));
        none_lower(&after, &before, &units(&failing))?;
        for (a, b) in after.iter().zip(&before) {
            prop_assert!(a.gateway_only_score() <= b.gateway_only_score());
            prop_assert!(a.gateway_only_score() >= a.blast_score(), "what is not known to hold is no better than what is known to fail");
        }
    }

    #[test]
    fn mp4_order_duplicates_and_names_do_not_matter(plan in plan()) {
        let world = plan.world();
        let estate = world.build();
        let before = scores(&estate);
        prop_assert_eq!(&before, &scores(&world.shuffled()), "order");
        let mut twice = world.clone();
        for (client, from) in estate.clients.iter().enumerate() {
            for grant in &estate.grants[from.grants_from as usize..from.grants_to as usize] {
                match grant.narrowed {
                    true => twice.narrowed(client as u32, grant.scope),
                    false => twice.grant(client as u32, grant.scope, grant.principal, grant.mode),
                }
            }
        }
        twice.estate.edges.extend(world.estate.edges.clone());
        prop_assert_eq!(&before, &scores(&twice.build()), "duplicates");
        let mut renamed = world.clone();
        renamed.estate.clients.iter_mut().for_each(|c| c.name = format!("~{}", c.name));
        renamed.estate.audiences.iter_mut().for_each(|a| a.name = format!("~{}", a.name));
        prop_assert_eq!(&before, &scores(&renamed.build()), "names");
    }

    #[test]
    fn mp5_no_factor_lowers_when_it_gets_worse(plan in plan(), factor in 0..6usize, by in 1..500i64) {
        let world = plan.world();
        let before = world.build();
        let mut worse = before.clone();
        worse.clients.iter_mut().for_each(|c| match factor { 2 => c.hold.0 += by, 4 => c.net += by, 1 => c.delegated_life.iter_mut().for_each(|l| l.0 += by), _ => {} });
        worse.credentials.iter_mut().for_each(|k| match factor { 1 => k.life.0 += by, 3 => k.rot.0 += by, 5 => k.leak += by, _ => {} });
        none_lower(&scores(&before), &scores(&worse), &units(&before))?;
        let scopes: Vec<u32> = (0..before.scopes.len() as u32).collect();
        let (mut better, exposure) = (living(1000), living(1000));
        better[factor].0 -= by;
        let score = |exposure| score_unit(&before, &weights(), &token(&scopes, exposure));
        none_lower(&[score(better)], &[score(exposure)], &[Unit::Client(0)])?;
    }

    #[test]
    fn mp6_scores_lie_between_0_and_100_and_0_means_nothing(plan in plan()) {
        let estate = plan.world().build();
        for score in scores(&estate) {
            prop_assert!((0.0..=100.0).contains(&score.blast_score()) && (0.0..=100.0).contains(&score.reach_score()));
            let nothing = score.load_exact() == 0;
            prop_assert_eq!(nothing, score.max_privilege == Privilege::None);
            prop_assert!(!nothing || (score.blast_tenths() == 0 && score.reach_exact() == 0 && score.audiences == 0));
            // The smallest load of the shipped weights still shows: public, basic, one user, the weakest path.
            prop_assert!(nothing || score.load() > 1e-4 || score.reach_tenths() <= 1);
        }
    }

    #[test]
    fn mp7_worse_data_or_a_further_wall_never_lowers(plan in plan(), which in any::<u8>(), what in 0..4u8) {
        let before = plan.world().build();
        let mut worse = before.clone();
        let ix = usize::from(which) % worse.audiences.len();
        let audience = &mut worse.audiences[ix];
        match what {
            0 => audience.classes[0].sensitivity = Some(Sensitivity::Regulated),
            1 => audience.impact = Some(Impact::Critical),
            2 => audience.boundary = Some("an island".to_owned()),
            _ => audience.classes.iter_mut().for_each(|c| c.sensitivity = c.sensitivity.max(Some(Sensitivity::Restricted))),
        }
        none_lower(&scores(&before), &scores(&worse), &units(&before))?;
    }

    #[test]
    fn a_what_if_is_the_estate_with_that_change_made(plan in plan(), which in any::<u8>(), client in any::<u8>(), what in 0..4u8) {
        let estate = plan.world().build();
        let weights = weights();
        let graph = Graph::new(&estate, &weights);
        let client = u32::from(client) % estate.clients.len() as u32;
        let scope = u32::from(which) % estate.scopes.len() as u32;
        let audience = estate.scopes[scope as usize].audience;
        let mut changed = estate.clone();
        let nobody = EstateScope { privilege: Privilege::None, escalation: None, offline: false, ..estate.scopes[0].clone() };
        changed.scopes.push(nobody);
        let gone = estate.scopes.len() as u32;
        let removed = |g: usize| EstateGrant { scope: gone, mode: GrantMode::Application, principal: NO_PRINCIPAL, ..estate.grants[g] };
        // Each of these clients loses its grants; several at once take the way that counts a tenant afresh.
        let clients = if which % 2 == 0 { vec![client] } else { (0..estate.clients.len() as u32).collect() };
        let range = |c: u32| estate.clients[c as usize].grants_from as usize..estate.clients[c as usize].grants_to as usize;
        let overlay = match what {
            0 => {
                clients.iter().flat_map(|c| range(*c)).for_each(|g| if changed.grants[g].scope == scope { changed.grants[g] = removed(g) });
                Overlay::grants(clients, vec![GrantCut::Scope(scope)])
            }
            1 => {
                let there = |g: &EstateGrant| estate.scopes[g.scope as usize].audience == audience;
                clients.iter().flat_map(|c| range(*c)).for_each(|g| if there(&estate.grants[g]) { changed.grants[g] = removed(g) });
                Overlay::grants(clients, vec![GrantCut::Audience(audience)])
            }
            2 => {
                // What an API declares stays; every grant there is one of a scope of the same name that can at most read.
                let all: Vec<u32> = (0..estate.clients.len() as u32).collect();
                for ix in 0..changed.grants.len() {
                    let held = estate.scopes[estate.grants[ix].scope as usize].clone();
                    if held.audience == audience {
                        changed.grants[ix].scope = changed.scopes.len() as u32;
                        changed.scopes.push(EstateScope { privilege: held.privilege.min(Privilege::Read), escalation: None, ..held });
                    }
                }
                let sets: Vec<_> = changed.escalation_sets.drain(..).filter(|set| set.1.iter().all(|s| estate.scopes[*s as usize].audience != audience)).collect();
                changed.escalation_sets = sets;
                Overlay::grants(all, vec![GrantCut::Cap(Some(audience), Privilege::Read)])
            }
            _ => {
                changed.audiences.iter_mut().for_each(|a| a.harvest.clear());
                let edges = estate.audiences.iter().enumerate().flat_map(|(a, facts)| facts.harvest.iter().map(move |(c, _)| (a as u32, *c)));
                use bulkhead::reach::{Mode, Node};
                Overlay::cut(edges.map(|(a, c)| Cut::Edge(Mode::R9, Node::Read(a), Node::Secrets(c))).collect())
            }
        };
        let view = View::new(&estate, &weights, &graph);
        for unit in units(&estate).into_iter().filter(|u| !matches!(u, Unit::Token(_))) {
            let (asked, made) = (score_unit_with(&view.under(&overlay), &unit), score_unit(&changed, &weights, &unit));
            prop_assert_eq!(figures(&asked), figures(&made), "{:?}", unit);
        }
    }

    #[test]
    fn an_explanation_adds_up_and_is_the_score(plan in plan()) {
        let world = plan.world();
        let (estate, shuffled) = (world.build(), world.shuffled());
        for unit in units(&estate) {
            let explanation = explain(&estate, &weights(), &unit);
            let score = score_unit(&estate, &weights(), &unit);
            prop_assert_eq!(explanation.score, score, "the same code");
            let shares: i64 = explanation.atoms.iter().map(|a| (a.share * 10.0).round() as i64).sum();
            prop_assert!(explanation.atoms.is_empty() || shares == score.blast_tenths(), "shares add up to {}", shares);
            let by_audience: i64 = explanation.audiences.iter().map(|a| (a.share * 10.0).round() as i64).sum();
            prop_assert_eq!(by_audience, shares);
            prop_assert_eq!(explanation.audiences.iter().filter(|a| a.id.is_some()).count(), score.audiences as usize);
            for atom in &explanation.atoms {
                let [s, p, b, m] = atom.weights;
                prop_assert_eq!(atom.load, (s * p * b * m) as f64 / 1e12, "a load is the product of what is named");
                prop_assert_eq!(atom.path.last().map(|e| e.weight), Some(m), "the path ends with its weight");
                prop_assert_eq!(atom.path.len(), usize::from(atom.steps), "{:?} {:?}", unit, atom);
                let mut weight = 1000;
                for edge in &atom.path {
                    weight = weight * edge.multiplier / 1000;
                    prop_assert_eq!(edge.weight, weight, "each edge multiplies, rounded down");
                }
            }
            for change in &explanation.changes {
                prop_assert!(change.difference <= 0.0 && change.reach_removed >= 0.0, "{:?} lowers nothing", change);
            }
            let bytes = serde_json::to_string(&explanation).unwrap();
            prop_assert_eq!(&bytes, &serde_json::to_string(&explain(&estate, &weights(), &unit)).unwrap(), "a second run");
            prop_assert_eq!(&bytes, &serde_json::to_string(&explain(&shuffled, &weights(), &unit)).unwrap(), "shuffled rows");
            let shown = format!("{:.1} / 100", explanation.blast_score);
            prop_assert!(explanation.text().contains(&shown), "the text shows the score");
        }
    }
}
