//! R6 and R10 drawn as text, the reading "gateway only", and what is potential only.

use bulkhead::blast::{explain_with, score_unit_with};
use bulkhead::model::estate::*;
use bulkhead::model::*;
use bulkhead::reach::{Graph, Unit, View};

use super::ways::drawn;
use super::world::*;

/// Four APIs behind one gateway, one beside it; a client that may read the first, one that acts as the second.
struct Shop {
    world: World,
    reader: ClientIx,
    backend: ClientIx,
    apis: [AudienceIx; 5],
    scopes: [ScopeIx; 5],
}

fn shop() -> Shop {
    let mut world = World::new();
    let reader = world.client("reader");
    let backend = world.client("backend");
    let api = |world: &mut World, name: &str| world.audience(name, "one", Sensitivity::Confidential, Impact::Moderate);
    let apis = ["catalogue", "orders", "payments", "places", "elsewhere"].map(|name| api(&mut world, name));
    for api in &apis[..4] {
        world.estate.audiences[*api as usize].gateway = Some("edge".to_owned());
        world.estate.audiences[*api as usize].checks = [CheckResult::Pass; 10];
    }
    let scopes = apis.map(|api| world.scope(api, "use", Privilege::Read));
    world.scope(apis[2], "charge", Privilege::Write);
    world.app(reader, scopes[0]);
    Shop { world, reader, backend, apis, scopes }
}

impl Shop {
    fn set(&mut self, api: usize, check: CheckId, result: CheckResult) {
        self.world.estate.audiences[self.apis[api] as usize].checks[check as usize] = result;
    }

    fn call(&mut self, api: usize, to: DownstreamTo, passthrough: bool, evidence: Evidence) {
        self.world.estate.audiences[self.apis[api] as usize].downstream.push(EstateDownstream { to, passthrough, evidence });
    }

    fn both<T>(&self, ask: impl FnOnce(&View) -> T) -> T {
        let estate = self.world.build();
        let weights = weights();
        let graph = Graph::new(&estate, &weights);
        let (gateway, potential) = (Graph::gateway_only(&estate, &weights), Graph::potential(&estate, &weights));
        ask(&View::new(&estate, &weights, &graph).beside(gateway.as_ref(), potential.as_ref()))
    }

    fn paths(&self) -> String {
        self.both(|view| drawn(&explain_with(view, &Unit::Client(self.reader))))
    }
}

#[test]
fn r10_an_api_that_checks_neither_audience_nor_scope_does_what_it_declares_for_any_token_of_its_gateway() {
    let mut shop = shop();
    assert_eq!(shop.paths(), "reader -R3 1000-> catalogue (read)", "walls that hold keep it where it is");
    shop.set(2, CheckId::A1, CheckResult::Fail);
    shop.set(2, CheckId::A3, CheckResult::Fail);
    assert_eq!(
        shop.paths(),
        "reader -R3 1000-> catalogue (read)\nreader -R3 1000-> tokens that edge lets in -R10 800-> payments (write)",
        "the highest privilege that it declares, one way further"
    );
}

#[test]
fn r10_where_scopes_are_checked_only_the_same_name_counts() {
    let mut shop = shop();
    shop.set(2, CheckId::A1, CheckResult::Partial);
    assert_eq!(
        shop.paths(),
        "reader -R3 1000-> catalogue (read)\nreader -R3 1000-> tokens with use -R10 800-> payments (read)",
        "a partial check lets some through; `use` is a scope of both, `charge` is not in the token"
    );
    shop.world.estate.scopes[shop.scopes[2] as usize].value = "other".to_owned();
    assert_eq!(shop.paths(), "reader -R3 1000-> catalogue (read)");
}

#[test]
fn r10_stays_behind_its_gateway() {
    let mut shop = shop();
    shop.set(4, CheckId::A1, CheckResult::Fail);
    shop.set(4, CheckId::A3, CheckResult::Fail);
    assert_eq!(shop.paths(), "reader -R3 1000-> catalogue (read)", "no gateway stands before it, so nothing says that its tokens pass");
    shop.world.estate.audiences[shop.apis[4] as usize].gateway = Some("other".to_owned());
    assert_eq!(shop.paths(), "reader -R3 1000-> catalogue (read)");
}

#[test]
fn gateway_only_takes_unknown_checks_for_failed_and_as_attested_does_not() {
    let mut shop = shop();
    shop.set(2, CheckId::A1, CheckResult::Unknown);
    shop.set(2, CheckId::A3, CheckResult::Unknown);
    let explanation = shop.both(|view| explain_with(view, &Unit::Client(shop.reader)));
    assert_eq!(drawn(&explanation), "reader -R3 1000-> catalogue (read)");
    assert!(explanation.gateway_only_score > explanation.blast_score);
    let potential: Vec<_> =
        explanation.potential.iter().map(|p| (p.name.as_str(), p.privilege, p.gateway_only, p.because.as_str())).collect();
    assert_eq!(potential, [("payments", Privilege::Write, true, "A1 and A3 of payments not known to pass")]);
    shop.set(2, CheckId::A1, CheckResult::Pass);
    let score = shop.both(|view| score_unit_with(view, &Unit::Client(shop.reader)));
    assert_eq!(score.gateway_only_score(), score.blast_score(), "a known audience check is enough");
}

#[test]
fn r6_an_api_calls_with_what_its_own_client_was_granted() {
    let mut shop = shop();
    let charge = shop.world.estate.scopes.len() as u32 - 1;
    shop.world.app(shop.backend, charge);
    shop.call(0, DownstreamTo::Client(shop.backend), false, Evidence::Declared);
    assert_eq!(
        shop.paths(),
        "reader -R3 1000-> catalogue (read)\nreader -R3 1000-> catalogue -R6 500-> backend -R3 500-> payments (write)",
        "declared on behalf of: half"
    );
    shop.call(0, DownstreamTo::Client(shop.backend), false, Evidence::Observed);
    assert!(shop.paths().contains("-R6 800-> backend -R3 800-> payments (write)"), "observed weighs more: {}", shop.paths());
}

#[test]
fn r6_a_declared_call_means_that_the_api_can_read_there_whatever_is_known_of_its_grants() {
    let mut shop = shop();
    shop.call(0, DownstreamTo::Audience(shop.apis[3]), false, Evidence::Declared);
    assert!(shop.paths().ends_with("reader -R3 1000-> catalogue -R6 500-> places (read)"), "{}", shop.paths());
    shop.call(0, DownstreamTo::Audience(shop.apis[2]), true, Evidence::Declared);
    assert!(
        shop.paths().contains("-R6 1000-> payments (write)"),
        "a token passed on unchanged does what payments declares: {}",
        shop.paths()
    );
}

#[test]
fn what_is_inferred_is_potential_and_scores_nothing() {
    let mut shop = shop();
    let before = shop.both(|view| score_unit_with(view, &Unit::Client(shop.reader)));
    shop.call(0, DownstreamTo::Audience(shop.apis[3]), false, Evidence::Inferred);
    let explanation = shop.both(|view| explain_with(view, &Unit::Client(shop.reader)));
    assert_eq!(explanation.score, before, "neither reading counts it");
    let potential: Vec<_> = explanation.potential.iter().map(|p| (p.name.as_str(), p.gateway_only, p.because.as_str())).collect();
    assert_eq!(potential, [("places", false, "R6 from catalogue to places is inferred")]);
}

#[test]
fn an_application_is_the_union_of_its_clients() {
    let mut shop = shop();
    shop.world.app(shop.backend, shop.scopes[1]);
    shop.world.estate.applications.push(EstateApplication {
        id: "p".to_owned(),
        name: "Shop".to_owned(),
        clients: vec![shop.reader, shop.backend],
    });
    let explanation = shop.both(|view| explain_with(view, &Unit::Application(0)));
    assert_eq!(drawn(&explanation), "backend -R3 1000-> orders (read)\nreader -R3 1000-> catalogue (read)");
    assert_eq!((explanation.unit.kind, explanation.unit.name.as_str()), ("application", "Shop"));
}
