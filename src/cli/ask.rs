//! Commands that read.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::error::Told;
use crate::work::answers::Answers;
use crate::work::table::{self, Table};
use crate::work::wire::BlastSubject;
use crate::work::{blast_page, figures, filter, lists, status, subjects, tables};

use super::args::{Blast, UnitWord, Window};
use super::print;
use super::session::{Session, say};

/// Counts per kind and unknowns.
pub(super) async fn summary(ctx: &Session) -> Result<i32> {
    let answers = ctx.answers().await?;
    let count = |table: &str, filter: &str| figures::count(&answers, table, filter);
    let counts: Vec<(String, u32)> = status::counts(&answers)
        .into_iter()
        .filter(|(name, _)| !matches!(name.as_str(), "units" | "rotations" | "third_parties"))
        .collect();
    let third_party = count("clients", "holder:third_party");
    let unknowns = [
        ("holder_of_client", count("clients", "holder:unknown")),
        ("owner_of_client", count("clients", "owner:none")),
        ("sensitivity_of_audience", count("audiences", "sensitivity:unknown")),
        ("impact_of_audience", count("audiences", "impact:unknown")),
        ("age_of_credential", count("rotations", "age_days:unknown")),
        ("level_of_scope", count("scopes", "assumed:yes")),
        ("orphan_clients", count("clients", "state:unresolved")),
        ("orphan_grants", count("grants", "orphan:yes")),
    ];
    if ctx.json {
        let mut fields = Map::new();
        for (name, n) in &counts {
            fields.insert(name.clone(), json!(n));
        }
        fields.insert("third_party_clients".to_owned(), json!(third_party));
        fields.insert("unknowns".to_owned(), unknowns.iter().map(|(name, n)| ((*name).to_owned(), json!(n))).collect::<Map<_, _>>().into());
        ctx.answer(answers.rows.revision, answers.clock, Value::Object(fields))?;
        return Ok(0);
    }
    say(&format!("Revision {}, as of {}", answers.rows.revision, crate::model::time::iso_date(answers.clock)))?;
    for (name, n) in counts {
        say(&format!("  {name:<14} {:>12}", figures::thousands(u64::from(n))))?;
    }
    say(&format!("  {:<14} {:>12}", "third parties", figures::thousands(u64::from(third_party))))?;
    say("Unknown")?;
    for (name, n) in unknowns {
        say(&format!("  {:<26} {:>8}", name.replace('_', " "), figures::thousands(u64::from(n))))?;
    }
    Ok(0)
}

/// Rows of a table. `extra` is joined to the filter.
pub(super) async fn list(ctx: &Session, kind: &str, window: &Window, extra: &str) -> Result<i32> {
    let filter = [extra, window.filter.as_deref().unwrap_or_default()].join(" ");
    let kind = kind.replace('-', "_");
    if tables::ANSWERED.contains(&kind.as_str()) {
        let answers = ctx.answers().await?;
        let table = tables::of_answers(&answers, &kind).ok_or_else(|| no_kind(&kind))?;
        return show(ctx, table.as_ref(), window, filter.trim(), answers.rows.revision, answers.clock);
    }
    let store = ctx.open(false).await?;
    let revision = ctx.revision.unwrap_or(store.head().await?);
    // Only drift needs the names that things go by.
    let names = if kind == "drift" { Some(Answers::of_store(&store, revision, ctx.as_of).await?) } else { None };
    let Some(table) = lists::of_store(&store, &kind, revision, names.as_ref()).await? else { return Err(no_kind(&kind).into()) };
    let as_of = store.entry(revision).await?.as_of.unwrap_or_default();
    store.close().await?;
    show(ctx, &table, window, filter.trim(), revision, as_of)
}

fn no_kind(kind: &str) -> Told {
    let all: Vec<&str> = tables::ANSWERED.iter().chain(lists::STORED).copied().collect();
    Told::refusal(
        "BH-CLI-010",
        format!("There is no list of “{}”.", kind.chars().take(40).collect::<String>()),
        "Nothing was read.",
        format!("Use one of: {}.", all.join(", ")),
    )
}

fn show(ctx: &Session, table: &dyn Table, window: &Window, filter: &str, revision: i64, as_of: i64) -> Result<i32> {
    let info = table.info();
    let fields: Vec<&str> = info.columns.iter().map(|column| column.field.as_str()).collect();
    if let Err(fault) = filter::parse(filter, &fields) {
        let nearest = fault.nearest.map_or_else(String::new, |name| format!("Did you mean {name}? "));
        return Err(
            Told::refusal("BH-CLI-010", fault.message, "Nothing was read.", format!("{nearest}Fields: {}.", fields.join(", "))).into()
        );
    }
    let sort = window.sort.clone().unwrap_or_default();
    if let Some(unknown) = sort.split(',').map(|part| part.trim_start_matches('-')).find(|part| !part.is_empty() && !fields.contains(part))
    {
        return Err(Told::refusal(
            "BH-CLI-010",
            format!("There is no field “{unknown}” to sort by."),
            "Nothing was read.",
            format!("Fields: {}.", fields.join(", ")),
        )
        .into());
    }
    let selection = table::select(table, filter, &sort, as_of);
    let asked: Vec<String> = match window.columns.as_deref() {
        Some("all") => fields.iter().map(|field| (*field).to_owned()).collect(),
        Some(list) => list.split(',').map(|field| field.trim().to_owned()).collect(),
        None if ctx.json => fields.iter().map(|field| (*field).to_owned()).collect(),
        None => Vec::new(),
    };
    let columns = table::columns_of(info, &asked);
    if window.csv {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        table::csv(table, &selection, &columns, &mut out)?;
        return Ok(0);
    }
    if ctx.json {
        let rows: Vec<Value> = selection
            .rows
            .iter()
            .take(window.limit as usize)
            .map(|&row| {
                let mut object = Map::new();
                object.insert("id".to_owned(), json!(table.id(row as usize)));
                for &column in &columns {
                    object.insert(info.columns[column].field.clone(), table.cell(row as usize, column).plain_json());
                }
                Value::Object(object)
            })
            .collect();
        ctx.answer(revision, as_of, json!({ "total": selection.rows.len(), "rows": rows }))?;
        return Ok(0);
    }
    say(print::table(table, &selection, &columns, window.limit as usize).trim_end())?;
    Ok(0)
}

/// The largest units, or one.
pub(super) async fn blast(ctx: &Session, args: &Blast) -> Result<i32> {
    let answers = ctx.answers().await?;
    let Some(subject) = &args.subject else {
        let filter = args.unit.map_or_else(String::new, |unit| format!("unit:{}", unit.as_str()));
        return units(ctx, &answers, &filter, args.top);
    };
    let subject = resolve(&answers, subject, args.unit)?;
    let unit = blast_page::unit(&answers, &subject)?;
    let explanation = blast_page::explain(&answers, &unit);
    if ctx.json {
        let mut value = json!({
            "unit": subject.unit,
            "id": subject.id,
            "name": explanation.unit.name,
            "audiences": explanation.score.audiences,
            "data_classes": explanation.score.data_classes,
            "functions": explanation.score.functions,
            "reach_units": explanation.reach_units,
            "reach_score": explanation.reach_score,
            "blast_score": explanation.blast_score,
            "gateway_only_score": explanation.gateway_only_score,
            "band": explanation.band,
            "factors": explanation.factors,
        });
        if args.explain {
            value["explanation"] = serde_json::to_value(&explanation)?;
        }
        ctx.answer(answers.rows.revision, answers.clock, json!({ "units": [value] }))?;
    } else if args.explain {
        say(&clean_lines(&explanation.text()))?;
    } else {
        let filter = format!("unit:{} \"{}\"", subject.unit, subject.id);
        let id = format!("{}:{}", subject.unit, subject.id);
        let table = tables::of_answers(&answers, "units").ok_or_else(|| no_kind("units"))?;
        let mut selection = table::select(table.as_ref(), &format!("unit:{}", subject.unit), "", answers.clock);
        selection.rows.retain(|row| table.id(*row as usize) == id);
        let _ = filter;
        say(print::table(table.as_ref(), &selection, &table::columns_of(table.info(), &[]), 1).trim_end())?;
        say("\n--explain tells why.")?;
    }
    Ok(0)
}

/// Imported names inside the explanation cannot steer the terminal.
fn clean_lines(text: &str) -> String {
    text.lines().map(print::clean).collect::<Vec<_>>().join("\n")
}

pub(super) fn resolve(answers: &Answers, text: &str, unit: Option<UnitWord>) -> Result<BlastSubject> {
    if unit == Some(UnitWord::Application) {
        return subjects::application(answers, text);
    }
    let tables: &[&str] = match unit {
        Some(UnitWord::Client | UnitWord::Standing) => &["clients"],
        Some(UnitWord::Credential) => &["credentials"],
        Some(UnitWord::Vendor) => &["vendors"],
        Some(UnitWord::Application) => &[],
        None => &["clients", "vendors", "credentials"],
    };
    let (table, id) = subjects::one(answers, tables, text)?;
    if unit == Some(UnitWord::Standing) {
        return blast_page::widest_consent(answers, &id);
    }
    let unit = match table.as_str() {
        "clients" => "client",
        "credentials" => "credential",
        _ => "vendor",
    };
    Ok(BlastSubject { unit: unit.to_owned(), id })
}

fn units(ctx: &Session, answers: &Answers, filter: &str, top: u32) -> Result<i32> {
    let table = tables::of_answers(answers, "units").ok_or_else(|| no_kind("units"))?;
    let selection = table::select(table.as_ref(), filter, "-reach_units", answers.clock);
    if ctx.json {
        let info = table.info();
        let units: Vec<Value> = selection
            .rows
            .iter()
            .take(top as usize)
            .map(|&row| {
                let id = table.id(row as usize);
                let mut object = Map::new();
                object.insert("id".to_owned(), json!(id.split_once(':').map_or(id.as_str(), |(_, id)| id)));
                for (column, info) in info.columns.iter().enumerate() {
                    object.insert(info.field.clone(), table.cell(row as usize, column).plain_json());
                }
                Value::Object(object)
            })
            .collect();
        ctx.answer(answers.rows.revision, answers.clock, json!({ "total": selection.rows.len(), "units": units }))?;
        return Ok(0);
    }
    say(print::table(table.as_ref(), &selection, &table::columns_of(table.info(), &[]), top as usize).trim_end())?;
    Ok(0)
}

/// What changed between two revisions.
pub(super) async fn drift(ctx: &Session, from: Option<i64>, to: Option<i64>) -> Result<i32> {
    let store = ctx.open(false).await?;
    let to = match to {
        Some(to) => to,
        None => store.head().await?,
    };
    let from = from.unwrap_or(to - 1);
    let answers = Answers::of_store(&store, to, ctx.as_of).await?;
    let mut table = lists::of_store(&store, "drift", to, Some(&answers)).await?.ok_or_else(|| no_kind("drift"))?;
    table.rows = lists::drift_between(&store, from, to, Some(&answers), true).await?;
    store.close().await?;
    let window = Window { filter: None, sort: None, limit: 1000, csv: false, columns: None };
    show(ctx, &table, &window, "", to, answers.clock)
}

/// The activity log, or its verification; a negative verdict is exit code 1 (D45).
pub(super) async fn log(ctx: &Session, verify: bool) -> Result<i32> {
    if !verify {
        return list(ctx, "log", &Window { filter: None, sort: None, limit: 200, csv: false, columns: None }, "").await;
    }
    let store = ctx.open(false).await?;
    let verdict = status::log_verdict(&store).await?;
    let head = store.head().await?;
    let as_of = store.entry(head).await.ok().and_then(|entry| entry.as_of).unwrap_or_default();
    store.close().await?;
    if ctx.json {
        ctx.answer(head, as_of, serde_json::to_value(&verdict)?)?;
    } else {
        if verdict.ok {
            say(&format!("The chain is whole: {} entries, head {}", verdict.entries, verdict.head_hash))?;
        } else {
            say(&format!("The log is not as it was written. First broken entry: {}", verdict.first_broken.unwrap_or_default()))?;
            for fault in &verdict.faults {
                say(&format!("  {}", print::clean(fault)))?;
            }
        }
        for limit in &verdict.limits {
            say(&format!("Not found by this: {limit}"))?;
        }
    }
    Ok(if verdict.ok { 0 } else { 1 })
}
