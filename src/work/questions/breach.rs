//! Assume a vendor is breached: what it reaches, whom to call, what to revoke in which order, what lives on, what to rotate.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::blast::revocation_order;
use crate::error::Told;
use crate::model::estate::ClientIx;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::time::iso;
use crate::reach::{Journey, Unit, View};
use crate::work::answers::Answers;
use crate::work::answers::owners::Ownerships;
use crate::work::blast_page::keys;
use crate::work::figures::{link, thousands};
use crate::work::filter::quote;
use crate::work::wire::*;

use super::{NAMED, boundary_name, counted, harvested, plain, revoking};

/// Steps whose remaining reach is computed; each is a full journey of what is left.
const EXACT: usize = 25;

/// The breach of one vendor.
///
/// # Errors
/// A refusal when there is no such vendor in this revision.
pub fn breach(answers: &Answers, id: &str) -> Result<Breach> {
    let vendor = answers.vendors.iter().position(|view| view.id == id).ok_or_else(|| {
        Told::refusal(
            "BH-QUE-005",
            "There is no such vendor in this revision.",
            "Nothing was computed.",
            "Choose a vendor of the page Third parties, or `bulkhead list vendors`.",
        )
    })?;
    let view = View::new(&answers.estate, &answers.weights, &answers.graph);
    let mut journey = Journey::new(&view, true);
    journey.travel(&view, &Unit::Vendor(vendor as u32));
    let shown = &answers.vendors[vendor];
    let clients = &answers.estate.vendors[vendor].clients;
    let audiences = audiences(answers, &journey);
    let data_classes = classes(answers, &journey);
    let functions = functions(answers, &journey);
    let people = people(answers, vendor, clients);
    let revocations = revocations(answers, &view, vendor as u32);
    let score = &answers.scores.vendors[vendor];
    let sentence = format!(
        "{} held by {} reach {} and {}; {} to revoke them all brings {} reach units to {}.",
        counted(clients.len(), "client"),
        plain(&shown.name),
        // A control plane is a way, not an API; the figure below counts alike.
        counted(audiences.iter().filter(|audience| !audience.id.is_empty()).count(), "API"),
        counted(data_classes.len(), "data class").replace("classs", "classes"),
        counted(revocations.len(), "step"),
        decimal(score.reach_units()),
        revocations.last().and_then(|step| step.remaining).map_or_else(|| "0".to_owned(), decimal),
    );
    Ok(Breach {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        id: shown.id.clone(),
        name: shown.name.clone(),
        sentence,
        figures: figures(answers, vendor, &audiences, &data_classes, &functions),
        without_owner: clients.iter().filter(|client| answers.clients[**client as usize].owner.value.is_none()).count() as u32,
        audiences,
        data_classes,
        functions,
        people,
        order_note: format!(
            "Largest drop first, one client at a time: at each step the client goes whose own load nobody else of this vendor adds. A better order of pairs may exist. Remaining reach is computed for the first {EXACT} steps and the last, with the earlier clients disabled and without grants and credentials."
        ),
        revocations,
        instructions: instructions(answers, clients),
        tails: tails(answers, clients),
        rotations: harvested::harvested(answers, &view, &journey, clients),
        unknowns: unknowns(answers, vendor, clients),
    })
}

fn decimal(value: f64) -> String {
    crate::work::cell::decimal(value, 4)
}

fn figures(
    answers: &Answers,
    vendor: usize,
    audiences: &[BreachAudience],
    classes: &[BreachClass],
    functions: &[BreachFunction],
) -> Vec<Figure> {
    let shown = &answers.vendors[vendor];
    let score = &answers.scores.vendors[vendor];
    let sensitive = classes.iter().filter(|c| matches!(c.sensitivity.as_deref(), Some("restricted" | "regulated"))).count();
    let credentials: u32 = shown.clients.iter().map(|c| answers.clients[*c as usize].credentials.len() as u32).sum();
    let ids: BTreeSet<&str> = audiences.iter().map(|audience| audience.id.as_str()).filter(|id| !id.is_empty()).collect();
    let key = quote(&shown.id);
    let figure = |label: &str, value: String, population: &str, note: String, link: Option<Link>| Figure {
        label: label.to_owned(),
        value,
        population: population.to_owned(),
        note,
        unknown: String::new(),
        change: String::new(),
        link,
    };
    let number = |n: usize| thousands(n as u64);
    vec![
        figure(
            "Clients",
            number(shown.clients.len()),
            "of all sources",
            format!("{} credentials here", thousands(u64::from(credentials))),
            Some(link("clients", format!("vendor_key:{key}"))),
        ),
        figure(
            "Grants",
            thousands(u64::from(shown.grants)),
            "",
            format!("{} at sensitive data", thousands(u64::from(shown.sensitive_grants))),
            Some(link("grants", format!("vendor_key:{key}"))),
        ),
        figure(
            "APIs reached",
            number(ids.len()),
            &format!("of {}", number(answers.estate.audiences.len())),
            format!("{} by own grants", number(audiences.iter().filter(|a| a.direct && !a.id.is_empty()).count())),
            (ids.len() <= NAMED).then(|| link("audiences", keys(&ids))),
        ),
        figure("Data classes", number(classes.len()), "", format!("{} restricted or regulated", number(sensitive)), None),
        figure(
            "Functions",
            number(functions.len()),
            "",
            format!(
                "{} can be changed",
                number(functions.iter().filter(|f| Privilege::parse(&f.privilege) >= Some(Privilege::Write)).count())
            ),
            None,
        ),
        figure(
            "Reach",
            decimal(score.reach_units()),
            "units",
            format!("blast score {} / 100", crate::work::cell::decimal(score.blast_score(), 0)),
            None,
        ),
    ]
}

fn audiences(answers: &Answers, journey: &Journey) -> Vec<BreachAudience> {
    let mut found: BTreeMap<(u32, u32), (Privilege, bool, i64)> = BTreeMap::new();
    for atom in journey.board.touched() {
        let facts = answers.graph.atoms.get(*atom);
        let cell = journey.board.cell(*atom);
        let direct = journey.trail.as_ref().and_then(|trail| trail.winners.get(atom)).is_some_and(|winner| winner.steps <= 1);
        let tenant = if facts.audience == u32::MAX { facts.tenant } else { 0 };
        let entry = found.entry((facts.audience, tenant)).or_insert((Privilege::None, false, 0));
        *entry = (entry.0.max(cell.privilege), entry.1 || direct, entry.2.saturating_add(cell.load));
    }
    let mut list: Vec<_> = found.into_iter().collect();
    list.sort_by_key(|(key, (_, _, load))| (std::cmp::Reverse(*load), *key));
    list.into_iter()
        .map(|((audience, tenant), (privilege, direct, load))| {
            let facts = answers.estate.audiences.get(audience as usize);
            let plane = || format!("control plane of {}", answers.estate.tenants.get(tenant as usize).map_or("", |t| t.name.as_str()));
            BreachAudience {
                id: answers.audiences.get(audience as usize).map(|view| view.id.clone()).unwrap_or_default(),
                name: facts.map_or_else(plane, |audience| audience.name.clone()),
                boundary: facts.map_or_else(|| "control plane".to_owned(), |audience| boundary_name(audience.boundary.as_deref())),
                privilege: privilege.as_str().to_owned(),
                direct,
                load: load as f64 / 1e12,
            }
        })
        .collect()
}

fn classes(answers: &Answers, journey: &Journey) -> Vec<BreachClass> {
    let mut found: BTreeMap<u32, (Option<Sensitivity>, Privilege, BTreeSet<&str>)> = BTreeMap::new();
    for atom in journey.board.touched() {
        let facts = answers.graph.atoms.get(*atom);
        let audience = answers.estate.audiences.get(facts.audience as usize);
        let sensitivity = match audience {
            Some(audience) => audience.classes.get(usize::from(facts.class)).and_then(|class| class.sensitivity),
            None => Some(Sensitivity::Regulated),
        };
        let entry = found.entry(facts.class_name).or_insert((None, Privilege::None, BTreeSet::new()));
        entry.0 = entry.0.max(sensitivity);
        entry.1 = entry.1.max(journey.board.cell(*atom).privilege);
        entry.2.extend(answers.audiences.get(facts.audience as usize).map(|view| view.id.as_str()));
    }
    let mut list: Vec<_> = found.into_iter().collect();
    list.sort_by_key(|(class, (sensitivity, privilege, _))| {
        (std::cmp::Reverse((answers.weights.sensitivity(*sensitivity).0, *privilege)), *class)
    });
    list.into_iter()
        .map(|(class, (sensitivity, privilege, ids))| BreachClass {
            name: answers.graph.atoms.class_names[class as usize].clone(),
            sensitivity: sensitivity.map(|s| s.as_str().to_owned()),
            privilege: privilege.as_str().to_owned(),
            audiences: ids.len() as u32,
            link: (!ids.is_empty() && ids.len() <= NAMED).then(|| link("audiences", keys(&ids))),
        })
        .collect()
}

fn functions(answers: &Answers, journey: &Journey) -> Vec<BreachFunction> {
    let mut found: BTreeMap<u32, (Option<Impact>, Privilege)> = BTreeMap::new();
    for atom in journey.board.touched() {
        let facts = answers.graph.atoms.get(*atom);
        let privilege = journey.board.cell(*atom).privilege;
        if facts.function != u32::MAX && privilege >= Privilege::Read {
            let entry = found.entry(facts.function).or_insert((None, Privilege::None));
            entry.0 = entry.0.max(answers.estate.audiences[facts.audience as usize].impact);
            entry.1 = entry.1.max(privilege);
        }
    }
    let mut list: Vec<_> = found.into_iter().collect();
    list.sort_by_key(|(function, (impact, privilege))| (std::cmp::Reverse((*privilege, answers.weights.impact(*impact).0)), *function));
    list.into_iter()
        .map(|(function, (impact, privilege))| BreachFunction {
            name: answers.graph.atoms.functions[function as usize].clone(),
            impact: impact.map(|impact| impact.as_str().to_owned()),
            privilege: privilege.as_str().to_owned(),
        })
        .collect()
}

/// Whom to call: the vendor's contact first, then who answers for its clients, by how many.
fn people(answers: &Answers, vendor: usize, clients: &[ClientIx]) -> Vec<BreachPerson> {
    let ownerships = Ownerships::new(&answers.rows, &answers.index);
    let mut found: BTreeMap<u32, (BTreeSet<OwnershipRole>, BTreeSet<ClientIx>)> = BTreeMap::new();
    let mut note = |subject: EntityId, client: Option<ClientIx>| {
        for (role, owner) in ownerships.of(subject) {
            let entry = found.entry(owner).or_default();
            entry.0.insert(role);
            entry.1.extend(client);
        }
    };
    note(answers.vendors[vendor].entity, None);
    for client in clients {
        let view = &answers.clients[*client as usize];
        note(answers.rows.clients[view.row as usize].entity, Some(*client));
        for credential in &answers.credentials[view.credentials.start as usize..view.credentials.end as usize] {
            note(answers.rows.credentials[credential.row as usize].entity, Some(*client));
        }
    }
    let mut list: Vec<BreachPerson> = found
        .into_iter()
        .map(|(owner, (roles, clients))| {
            let view = &ownerships.owners[owner as usize];
            // Whoever may revoke is called first.
            let mut roles: Vec<OwnershipRole> = roles.into_iter().collect();
            roles.sort_by_key(|role| (*role != OwnershipRole::Revocation, *role != OwnershipRole::Rotation, *role));
            BreachPerson {
                name: view.name.clone(),
                contact: view.row.and_then(|row| answers.rows.owners[row as usize].contact.clone()),
                roles: roles.into_iter().map(|role| role.as_str().to_owned()).collect(),
                clients: clients.len() as u32,
                link: Some(Link { table: "owners".to_owned(), filter: quote(&view.name), id: Some(view.id.clone()) }),
            }
        })
        .collect();
    let rank = |person: &BreachPerson| (!person.roles.iter().any(|role| role == "revocation"), std::cmp::Reverse(person.clients));
    list.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| (&a.name, &a.contact).cmp(&(&b.name, &b.contact))));
    let shown = &answers.vendors[vendor];
    list.insert(
        0,
        BreachPerson {
            name: shown.name.clone(),
            contact: shown.contact.clone(),
            roles: vec!["vendor contact".to_owned()],
            clients: clients.len() as u32,
            link: Some(Link { table: "vendors".to_owned(), filter: String::new(), id: Some(shown.id.clone()) }),
        },
    );
    list
}

fn revocations(answers: &Answers, view: &View, vendor: u32) -> Vec<RevocationStep> {
    let order = revocation_order(view, vendor, EXACT);
    order
        .into_iter()
        .zip(1..)
        .map(|(step, number)| {
            let shown = &answers.clients[step.client as usize];
            let row = &answers.rows.clients[shown.row as usize];
            let (source, _, instance) = place(answers, step.client);
            RevocationStep {
                number,
                id: shown.id.clone(),
                name: answers.client_name(step.client as usize).to_owned(),
                client_id: answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default().to_owned(),
                source: source.as_str().to_owned(),
                instance,
                enabled: answers.estate.clients[step.client as usize].enabled,
                credentials: shown.credentials.len() as u32,
                grants: shown.grants.len() as u32,
                owner: shown.owner.value.clone(),
                alone: step.alone,
                remaining: step.remaining.map(|score| score.reach_units()),
                grant_rows: link("grants", format!("client_key:{}", quote(&shown.id))),
            }
        })
        .collect()
}

/// Source, instance row and instance name of a client.
fn place(answers: &Answers, client: ClientIx) -> (Source, u32, String) {
    let row = &answers.rows.clients[answers.clients[client as usize].row as usize];
    let found = answers.index.instance(&answers.rows, row.entity);
    found.map_or((Source::Manual, 0, String::new()), |(source, row, name)| (source, row, name.to_owned()))
}

/// Clients by source and instance.
fn places(answers: &Answers, clients: &[ClientIx]) -> BTreeMap<(Source, String), Vec<ClientIx>> {
    let mut found: BTreeMap<_, Vec<ClientIx>> = BTreeMap::new();
    for client in clients {
        let (source, _, instance) = place(answers, *client);
        found.entry((source, instance)).or_default().push(*client);
    }
    found
}

fn instructions(answers: &Answers, clients: &[ClientIx]) -> Vec<SourceSteps> {
    let vendor =
        clients.first().and_then(|client| answers.clients[*client as usize].vendor).map(|at| quote(&answers.vendors[at as usize].id));
    places(answers, clients)
        .into_iter()
        .map(|((source, instance), clients)| SourceSteps {
            source: source.as_str().to_owned(),
            clients: clients.len() as u32,
            link: vendor
                .as_ref()
                .map(|key| link("clients", format!("vendor_key:{key} source:{} instance:{}", source.as_str(), quote(&instance)))),
            instance,
            steps: revoking::steps(source).iter().map(|step| (*step).to_owned()).collect(),
        })
        .collect()
}

/// How long tokens live on: the longest lifetime that the source's export states for these clients or for all of its own.
fn tails(answers: &Answers, clients: &[ClientIx]) -> Vec<TokenTail> {
    places(answers, clients)
        .into_iter()
        .map(|((source, instance), clients)| {
            let own =
                clients.iter().map(|client| answers.rows.clients[answers.clients[*client as usize].row as usize].access_token_seconds);
            let issuers = answers.rows.issuers.iter().filter(|issuer| {
                answers.index.instance(&answers.rows, issuer.entity).is_some_and(|(s, _, name)| s == source && name == instance)
            });
            // A client without a lifetime of its own has its issuer's.
            let issuer = issuers.filter_map(|issuer| issuer.access_token_seconds).max();
            let seconds = own.map(|own| own.or(issuer)).max().flatten();
            TokenTail { source: source.as_str().to_owned(), instance, seconds, text: revoking::tail(source, seconds) }
        })
        .collect()
}

fn unknowns(answers: &Answers, vendor: usize, clients: &[ClientIx]) -> Vec<String> {
    let shown = &answers.vendors[vendor];
    let mut list = Vec::new();
    let mut add = |number: usize, text: &str| {
        if number > 0 {
            list.push(format!("{}: {}", thousands(number as u64), text));
        }
    };
    let none = |client: &&ClientIx| answers.clients[**client as usize].owner.value.is_none();
    add(clients.iter().filter(none).count(), "clients without a known owner; nobody is named to call for them");
    let bare = |client: &&ClientIx| answers.clients[**client as usize].credentials.is_empty();
    add(
        clients.iter().filter(bare).count(),
        "clients without a credential in any export; the vendor keeps its own credentials in its own tenant",
    );
    let disabled = |client: &&ClientIx| !answers.estate.clients[**client as usize].enabled;
    add(clients.iter().filter(disabled).count(), "clients are disabled; their reach is counted as if they were enabled again");
    add(usize::from(shown.contact.is_none()), "security contact of the vendor is not recorded");
    list.push("Tokens that the vendor holds outside these exports, and what it copied already, are not in here.".to_owned());
    list
}
