//! What if, from export files to proposals: on the demo, what the page says is what the engine computes, and the state that a proposal
//! describes, once it is imported, has the numbers that the proposal promised.

use std::collections::BTreeMap;
use std::path::Path;

use bulkhead::blast::score_unit_with;
use bulkhead::reach::Unit;
use bulkhead::work::answers::Answers;
use bulkhead::work::demo;
use bulkhead::work::questions::portfolio::portfolio;
use bulkhead::work::what_if::{cut, plans, proposal, what_if};
use bulkhead::work::wire::{BlastSubject, StrategyLine, TokenGroup, WhatIf, WhatIfRequest};
use serde_json::{Value, json};

use crate::demo_inventory::{Inventory, NOW};

fn client(answers: &Answers, name: &str) -> u32 {
    let found = answers.estate.clients.iter().position(|client| client.name == name);
    found.unwrap_or_else(|| panic!("there is a client {name}")) as u32
}

fn subject(answers: &Answers, name: &str) -> Option<BlastSubject> {
    Some(BlastSubject { unit: "client".to_owned(), id: answers.clients[client(answers, name) as usize].id.clone() })
}

fn strategy<'a>(found: &'a WhatIf, key: &str) -> &'a StrategyLine {
    found.strategies.iter().find(|line| line.key == key).unwrap_or_else(|| panic!("{key} is compared"))
}

#[tokio::test]
async fn w1_stands_in_the_demo() {
    let answers = Inventory::of(|_| ()).await.answers().await;
    let request = WhatIfRequest { subject: subject(&answers, "Storefront batch"), ..WhatIfRequest::default() };
    let found = what_if(&answers, &request).expect("compares");
    assert_eq!((found.tokens_of.as_str(), found.exposure, found.assumed), ("machine", 0.6, false), "{}", found.scored_as);
    for (key, tokens, worst, mean, containment, score, lost, against) in [
        ("single", 1, 1.5405, 1.5405, 1.0, 78.6, 4, 5),
        ("per_api", 4, 0.65, 0.2963, 0.422, 47.8, 1, 0),
        ("by_boundary", 3, 0.65, 0.395, 0.422, 47.8, 2, 0),
        ("fewest", 2, 0.65, 0.6326, 0.422, 47.8, 3, 2),
    ] {
        let line = strategy(&found, key);
        assert_eq!((line.tokens.len(), line.worst_reach, line.mean_reach), (tokens, worst, mean), "{key}");
        assert_eq!((line.containment, line.worst_score), (Some(containment), score), "{key}");
        assert_eq!((line.functions_lost, line.against_rule, line.pairs), (lost, against, 6), "{key}");
    }
    assert_eq!((found.minimal, found.recommended, found.floor), (Some(2), Some(3), 0.65));
    assert!(strategy(&found, "by_boundary").recommended && strategy(&found, "fewest").fewest);
    assert!(strategy(&found, "today").assumed, "no profile is declared in the exports, and Keycloak cannot tell");
    let today: Vec<&str> = found.patterns.iter().map(|pattern| pattern.pattern.as_str()).collect();
    assert_eq!(today, ["unknown", "single"]);
    assert!(found.must_split.contains("Payment API is high-risk"), "{}", found.must_split);
    assert!(found.enough.contains("a fourth token changes only the mean"), "{}", found.enough);

    let groups = vec![TokenGroup { audiences: vec!["payment".into()], binding: Some("enforced".into()), lifetime_seconds: Some(300) }];
    let mut own = WhatIfRequest { groups, ..request };
    own.groups.push(TokenGroup { audiences: vec!["location".into()], ..TokenGroup::default() });
    let found = what_if(&answers, &own).expect("compares");
    let line = strategy(&found, "own");
    assert_eq!((line.worst_score, line.worst_reach, line.mean_reach), (27.4, 0.65, 0.395), "hybrid 3 with payment bound and short");
    assert_eq!(line.worst_name, "Location API");
}

#[tokio::test]
async fn what_is_known_of_gateways_and_profiles_changes_the_comparison() {
    let inventory = Inventory::of(|_| ()).await;
    inventory.map(demo::MAP.text).await;
    let answers = inventory.answers().await;
    let request = WhatIfRequest { subject: subject(&answers, "Storefront batch"), ..WhatIfRequest::default() };
    let found = what_if(&answers, &request).expect("compares");
    assert_eq!(found.patterns[0].pattern, "single", "the declared token names all four");
    assert!(!strategy(&found, "today").assumed);
    assert!(found.notes.iter().any(|note| note.contains("Location API accepts tokens")), "{:?}", found.notes);
    assert!(strategy(&found, "by_boundary").mean_reach > 0.395, "the location API takes the other tokens too (R10)");

    // The declared token is a unit of its own beside its client.
    let profile = answers.profiles().list.iter().find(|view| view.name == "nightly").expect("it is declared");
    let token = score_unit_with(&answers.reach_view(), &Unit::Token(profile.token.clone()));
    let host = score_unit_with(&answers.reach_view(), &Unit::Client(profile.client));
    assert_eq!((token.blast_score(), token.reach_units()), (78.6, 1.5405));
    assert!(token.reach_exact() <= host.reach_exact() && host.blast_score() > token.blast_score());
}

#[tokio::test]
async fn containment_tells_how_much_of_the_whole_the_worst_token_reaches() {
    let inventory = Inventory::of(|_| ()).await;
    let before = portfolio(&inventory.store, &inventory.answers().await).await.expect("measures");
    assert!(before.containment.is_empty(), "without profiles nobody knows the tokens");
    inventory.map(demo::MAP.text).await;
    let answers = inventory.answers().await;
    let found = portfolio(&inventory.store, &answers).await.expect("measures");
    let [line] = &found.containment[..] else { panic!("one application has profiles: {:?}", found.containment) };
    assert_eq!((line.subject.unit.as_str(), line.name.as_str(), line.tokens), ("application", "Storefront", 3));
    let whole = answers.scores.applications.iter().map(|score| score.reach_units()).fold(0.0, f64::max);
    assert_eq!(line.worst_token, "nightly");
    assert!((line.ratio - 1.5405 / whole).abs() < 0.001 && !line.above, "{line:?} of {whole}");
    let kinds: Vec<&str> = found.kinds.iter().map(|kind| kind.unit.as_str()).collect();
    assert_eq!(kinds, ["client", "credential", "vendor", "application"]);
}

/// Imports the proposed token profiles and compares the tokens with what was promised.
#[tokio::test]
async fn the_proposed_profiles_have_the_promised_numbers() {
    for key in ["by_boundary", "per_api", "single"] {
        let inventory = Inventory::of(|_| ()).await;
        inventory.map(demo::MAP.text).await;
        let answers = inventory.answers().await;
        let request =
            WhatIfRequest { subject: subject(&answers, "Storefront batch"), shown: Some(key.to_owned()), ..WhatIfRequest::default() };
        let made = proposal::proposal(&answers, &request).expect("a proposal");
        let document: Value = serde_json::from_str(&made.json).expect("JSON");
        inventory.map(&made.map).await;
        let after = inventory.answers().await;
        let batch = [client(&after, "Storefront batch")];
        let mut imported: BTreeMap<&str, f64> = BTreeMap::new();
        for view in after.profiles().of(&batch) {
            imported.insert(&view.name, score_unit_with(&after.reach_view(), &Unit::Token(view.token.clone())).blast_score());
        }
        assert_eq!(imported, promised(&document), "{key}");
        let today = what_if(&after, &WhatIfRequest { shown: None, ..request }).expect("compares");
        let line = strategy(&today, "today");
        assert_eq!((line.worst_score, line.mean_reach), (worst(&document, "score"), mean(&document)), "{key}: today is what was proposed");
    }
}

fn promised(document: &Value) -> BTreeMap<&str, f64> {
    let tokens = document["tokens"].as_array().expect("tokens");
    tokens.iter().map(|token| (token["name"].as_str().expect("a name"), token["score"].as_f64().expect("a score"))).collect()
}

fn worst(document: &Value, field: &str) -> f64 {
    document["promised"][format!("worst_{field}")].as_f64().expect("a figure")
}

fn mean(document: &Value) -> f64 {
    document["promised"]["mean_reach"].as_f64().expect("a figure")
}

/// The proposal for separate credentials of a client.
fn standing(answers: &Answers, name: &str) -> (String, Value) {
    let request = WhatIfRequest {
        subject: subject(answers, name),
        layer: "standing".to_owned(),
        shown: Some("per_api".to_owned()),
        ..WhatIfRequest::default()
    };
    let made = proposal::proposal(answers, &request).expect("a proposal");
    assert!(made.map.is_empty(), "credentials are no token profiles");
    (made.markdown, serde_json::from_str(&made.json).expect("JSON"))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("reads")).expect("JSON")
}

fn keep(path: &Path, value: &Value) {
    std::fs::write(path, serde_json::to_vec(value).expect("JSON")).expect("writes");
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

#[tokio::test]
async fn a_keycloak_realm_changed_as_proposed_has_the_promised_numbers() {
    let before = Inventory::of(|_| ()).await.answers().await;
    let (text, document) = standing(&before, "Storefront batch");
    assert!(text.contains("In Keycloak (storefront)"), "{text}");
    let made = document["sources"][0]["documents"].clone();
    let after = Inventory::of(|files| {
        let path = files.join("keycloak").join("storefront-realm.json");
        let mut realm = read(&path);
        let old = list(&mut realm["clients"]).iter().find(|client| client["clientId"] == "storefront-batch").expect("it is there").clone();
        for (at, new) in made["clients"].as_array().expect("clients").iter().enumerate() {
            let mut client = old.clone();
            client["id"] = json!(format!("00000000-0000-4000-8000-00000000000{at}"));
            client["name"] = new["clientId"].clone();
            client["secret"] = json!(format!("CANARY-SECRET-WHATIF-{at}"));
            for field in ["clientId", "fullScopeAllowed"] {
                client[field] = new[field].clone();
            }
            list(&mut realm["clients"]).push(client);
            let name = format!("service-account-{}", new["clientId"].as_str().expect("a name"));
            let user = json!({ "id": format!("00000000-0000-4000-9000-00000000000{at}"), "username": name, "enabled": true,
                "serviceAccountClientId": new["clientId"], "clientRoles": new["serviceAccountClientRoles"] });
            list(&mut realm["users"]).push(user);
            for (container, roles) in new["serviceAccountClientRoles"].as_object().expect("roles") {
                list(&mut realm["clientScopeMappings"][container]).push(json!({ "client": new["clientId"], "roles": roles }));
            }
        }
        list(&mut realm["users"]).retain(|user| user["username"] != "service-account-storefront-batch");
        keep(&path, &realm);
        // The register says of the new clients what it says of the old one.
        let register = files.join("register").join("storefront-clients.csv");
        let mut text = std::fs::read_to_string(&register).expect("reads");
        let line = text.lines().find(|line| line.starts_with("storefront-batch,")).expect("it is there").to_owned();
        for name in promised(&document).keys() {
            text.push_str(&line.replacen("storefront-batch", &format!("storefront-batch-{name}"), 1));
            text.push('\n');
        }
        std::fs::write(&register, text).expect("writes");
    })
    .await
    .answers()
    .await;
    for (token, score) in promised(&document) {
        let new = client(&after, &format!("storefront-batch-{token}"));
        assert_eq!(after.scores.clients[new as usize].blast_score(), score, "{token}");
    }
    let old = client(&after, "Storefront batch");
    assert_eq!(after.scores.clients[old as usize].reach_units(), 0.0, "nothing is left to the old client");
}

#[tokio::test]
async fn an_entra_tenant_changed_as_proposed_has_the_promised_numbers() {
    let before = Inventory::of(|_| ()).await.answers().await;
    let (text, document) = standing(&before, "Demand Forecast");
    assert!(text.contains("In Entra ID") && text.contains("admin consent"), "{text}");
    let made = document["sources"][0]["documents"]["applications"].as_array().expect("applications").clone();
    assert_eq!(made.len(), 2, "one for each resource");
    let after = Inventory::of(|files| {
        let folder = files.join("entra");
        let apps = folder.join("applications.json");
        let mut applications = read(&apps);
        let old = list(&mut applications["value"]).iter().find(|app| app["displayName"] == "Demand Forecast").expect("it is there").clone();
        let pages = ["servicePrincipals-1.json", "servicePrincipals-2.json"];
        let mut principal = None;
        let mut resources: BTreeMap<String, String> = BTreeMap::new();
        for page in pages {
            for one in list(&mut read(&folder.join(page))["value"]) {
                resources.insert(one["appId"].as_str().expect("an id").to_owned(), one["id"].as_str().expect("an id").to_owned());
                if one["appId"] == old["appId"] {
                    principal = Some((page, one.clone()));
                }
            }
        }
        let (page, principal) = principal.expect("the application has a service principal");
        let mut principals = read(&folder.join(page));
        for (at, new) in made.iter().enumerate() {
            let ids = [0, 1, 2].map(|kind| format!("10000000-0000-4000-800{kind}-00000000000{at}"));
            let mut app = old.clone();
            (app["appId"], app["id"], app["displayName"]) = (json!(ids[0]), json!(ids[1]), new["displayName"].clone());
            for (n, key) in list(&mut app["passwordCredentials"]).iter_mut().enumerate() {
                key["keyId"] = json!(format!("10000000-0000-4000-9{n}00-00000000000{at}"));
            }
            list(&mut applications["value"]).push(app);
            let mut twin = principal.clone();
            (twin["appId"], twin["id"], twin["displayName"]) = (json!(ids[0]), json!(ids[2]), new["displayName"].clone());
            list(&mut principals["value"]).push(twin);
            for access in new["requiredResourceAccess"].as_array().expect("access") {
                let resource = &resources[access["resourceAppId"].as_str().expect("an id")];
                let path = folder.join(format!("servicePrincipals-{resource}-appRoleAssignedTo.json"));
                let mut assigned = read(&path);
                let model = list(&mut assigned["value"])[0].clone();
                for role in access["resourceAccess"].as_array().expect("roles") {
                    let mut row = model.clone();
                    assert_eq!(role["type"], "Role");
                    (row["appRoleId"], row["principalId"]) = (role["id"].clone(), json!(ids[2]));
                    row["id"] = json!(format!("{at}-{}", role["id"]));
                    row["principalDisplayName"] = new["displayName"].clone();
                    list(&mut assigned["value"]).push(row);
                }
                list(&mut assigned["value"]).retain(|row| row["principalId"] != principal["id"]);
                keep(&path, &assigned);
            }
        }
        keep(&apps, &applications);
        keep(&folder.join(page), &principals);
    })
    .await
    .answers()
    .await;
    for (token, score) in promised(&document) {
        let new = client(&after, &format!("Demand Forecast {token}"));
        assert_eq!(after.scores.clients[new as usize].blast_score(), score, "{token}");
    }
    let old = client(&after, "Demand Forecast");
    assert_eq!(after.scores.clients[old as usize].reach_units(), 0.0, "nothing is left to the old application");
}

#[tokio::test]
async fn a_plan_is_saved_read_back_and_taken_back_and_changes_no_score() {
    let inventory = Inventory::of(|_| ()).await;
    let answers = inventory.answers().await;
    let request =
        WhatIfRequest { subject: subject(&answers, "Storefront batch"), shown: Some("by_boundary".to_owned()), ..WhatIfRequest::default() };
    for wrong in ["", " split", "a:b", &"x".repeat(61)] {
        assert!(plans::save(&answers, &request, wrong).is_err(), "{wrong:?} is no name");
    }
    let change = plans::save(&answers, &request, "checkout split").expect("a plan");
    inventory.store.assert(&[change], "tester", "agreed", NOW).await.expect("states");
    let saved = inventory.answers().await;
    let [plan] = &plans::list(&saved)[..] else { panic!("one plan") };
    assert_eq!((plan.name.as_str(), plan.tokens.len(), plan.by.as_deref()), ("checkout split", 3, Some("tester")));
    assert_eq!(saved.scores.clients, answers.scores.clients, "a plan changes no score (MP11)");
    let again = what_if(&saved, &WhatIfRequest { plan: Some("checkout split".to_owned()), ..WhatIfRequest::default() }).expect("compares");
    let parts = |line: &StrategyLine| line.tokens.iter().map(|token| token.names.clone()).collect::<Vec<_>>();
    assert_eq!(parts(strategy(&again, "own")), parts(strategy(&again, "by_boundary")));
    assert_eq!(again.after.strategy, "own", "the plan is what is shown");
    let gone = plans::delete(&saved, "checkout split").expect("it is there");
    inventory.store.assert(&[gone], "tester", "done", NOW).await.expect("states");
    assert!(plans::list(&inventory.answers().await).is_empty());
    assert!(plans::find(&answers, "checkout split").is_err());
}

#[tokio::test]
async fn the_cut_of_the_page_is_that_of_the_engine() {
    let answers = Inventory::of(|_| ()).await.answers().await;
    let batch = subject(&answers, "Storefront batch").expect("a subject");
    let found = cut(&answers, &batch, Some(90.0), &[]).expect("an answer");
    assert_eq!((found.verdict.as_str(), found.search.as_deref()), ("found", Some("exact")));
    assert!(found.after_score <= 90.0 && found.score > 90.0, "{found:?}");
    let kept = cut(&answers, &batch, Some(20.0), &["write@Payment API".to_owned()]).expect("an answer");
    assert_eq!(kept.verdict, "not_reachable", "payment alone is above: {}", kept.text);
    assert!(cut(&answers, &batch, Some(120.0), &[]).is_err() && cut(&answers, &batch, None, &["no such scope".to_owned()]).is_err());
    assert_eq!(cut(&answers, &batch, None, &[]).expect("an answer").limit, 80.0, "production");
}

/// Names come from exports: nothing in them may become markup of the proposal.
#[tokio::test]
async fn hostile_names_stay_text_in_a_proposal() {
    let hostile = "Batch](https://x.example) <img src=x>`|\u{202e}";
    let answers = Inventory::of(|files| {
        let path = files.join("keycloak").join("storefront-realm.json");
        let mut realm = read(&path);
        for client in list(&mut realm["clients"]).iter_mut().filter(|client| client["clientId"] == "storefront-batch") {
            client["name"] = json!(hostile);
        }
        keep(&path, &realm);
    })
    .await
    .answers()
    .await;
    let made =
        proposal::proposal(&answers, &WhatIfRequest { subject: subject(&answers, hostile), ..WhatIfRequest::default() }).expect("made");
    assert!(
        !made.markdown.contains("<img") && !made.markdown.contains("://x.example") && !made.markdown.contains('\u{202e}'),
        "{}",
        made.markdown
    );
    assert!(made.file_stem.chars().all(|c| c.is_alphanumeric() || c == '-'), "{}", made.file_stem);
}
