//! The window's wire types: those of `src/work/wire/` and what they refer to, as one TypeScript file.
//!
//! The order is that of the list below, then the types of other modules by name, so the same source gives the same bytes: the derive
//! visits the parts of a type in an order that differs from build to build.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use bulkhead::api::types as wire;
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "// Written by `cargo xtask gen` from src/work/wire; do not edit.\nimport type { Cell } from './cell';\n";

/// Every wire type in reading order; a missing one is an error of [`render`].
macro_rules! each_wire_type {
    ($pen:expr, $order:expr, $($name:ident)*) => { $( $pen.visit::<wire::$name>(); $order.push(stringify!($name)); )* };
}

/// The text of `ui/src/api/gen.ts`; `source` is that of the wire modules, to find types that nobody listed.
pub fn render(source: &str) -> Result<String> {
    let mut pen = Pen { config: Config::new(), passed: HashSet::new(), types: BTreeMap::new() };
    let mut order = Vec::new();
    each_wire_type!(
        pen,
        order,
        Status InventoryKind RevisionLine Job ColumnInfo ColumnKind TableInfo RowsRequest Rows Row FilterError Facet Panel
        PanelSection PanelFact EditableField Link Figure Overview DoNext DataHealth UnknownLine TrendPoint BlastSubject Blast
        PotentialLine BlastSibling ReachedAudience ReachedClass ReachedFunction BarTree TreePart FloodMapRequest FloodMap Compartment MapCell ExplanationView ShareLine
        FactorLine ChangeLine PathLine PathStep TierMap TierNode TierEdge TierPath Matrix MatrixBin MatrixRequest SubjectHit Rotations AgeBucket DueMonth SlaLine ThirdParties GridCell PickedFile
        ImportCheck CheckedFile KindCount CheckedList ProblemKind ExpectedCount ImportResult DriftWords DriftLineOfWord DriftExample Equation ImportedFile KindChange SigningKey Preflight PreflightLine PackResult
        VerifyResult LogVerdict Settings SetRequest EnforcementMatrix GatewayLine CheckHead EnforcementRow CheckCell ObservedCheck RouteLine RouteApi TriadRow
        RecordRequest MapPlan MapChange MapFault
        QuestionForms NamedCount Replay ReplayGroup ReplayLine Crosses CrossedBoundary CrossedPair Bridges BridgeLine BridgeSide
        PathEnd Paths PortfolioAnswer PortfolioKind ContainmentLine PortfolioBefore BandCount Benchmark Breach BreachAudience BreachClass
        BreachFunction BreachPerson RevocationStep SourceSteps TokenTail HarvestedClient
        Sankey SankeyPlace SankeyFlow WhatIfRequest TokenGroup WhatIf PatternLine WhatIfItem StrategyLine TokenLine PairLine SplitLine TokenMap CutResult CutLine WhatIfPlan
        ChangeProposal TokenInspection TokenCount TokenKeys TokenRefusal TokenReport TokenParty TokenCheck TokenClaim TokenReach TokenKind TokenProposal
    );
    for line in source.lines() {
        let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
        if let Some(name) = name.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next())
            && !order.contains(&name)
        {
            bail!("the wire type {name} is not in the list of xtask/src/gen_ts.rs: add it there");
        }
    }
    let rest: Vec<&str> = pen.types.keys().map(String::as_str).filter(|name| !order.contains(name)).collect();
    let texts = order.iter().chain(&rest).filter_map(|name| pen.types.get(*name));
    Ok(texts.fold(HEAD.to_owned(), |all, text| all + text))
}

/// The text of all wire modules, in the order of their names.
fn sources(folder: &Path) -> Result<String> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).context("list the wire types")?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).context("read the wire types")).collect()
}

/// Writes or compares the file; false when it is stale.
pub fn run(root: &Path, check: bool) -> Result<bool> {
    let text = render(&sources(&root.join("src/work/wire"))?)?;
    let path = root.join("ui/src/api/gen.ts");
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    if old == text {
        return Ok(true);
    }
    if check {
        eprintln!("ui/src/api/gen.ts is stale: run `cargo xtask gen` and commit the result");
        return Ok(false);
    }
    std::fs::write(&path, text).context("write ui/src/api/gen.ts")?;
    eprintln!("wrote ui/src/api/gen.ts");
    Ok(true)
}

struct Pen {
    config: Config,
    /// Nameless types that were entered; JSON values contain themselves.
    passed: HashSet<std::any::TypeId>,
    /// Name -> its declaration with comments.
    types: BTreeMap<String, String>,
}

impl TypeVisitor for Pen {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only our own types have a place of their own; texts, lists and JSON values are written where they stand.
        if T::output_path().is_none() {
            if self.passed.insert(std::any::TypeId::of::<T>()) {
                T::visit_dependencies(self);
            }
            return;
        }
        let name = T::ident(&self.config);
        if self.types.contains_key(&name) {
            return;
        }
        let docs = laid_out(T::docs().unwrap_or_default().trim_end(), "");
        let declared = fields_on_lines(&T::decl(&self.config));
        self.types.insert(name, format!("\n{docs}export {declared}\n"));
        T::visit_dependencies(self);
    }
}

/// One field a line; the types of our wire never nest braces deeper than a field's own small object.
fn fields_on_lines(decl: &str) -> String {
    let Some((head, body)) = decl.split_once("= {") else { return decl.to_owned() };
    let mut text = format!("{head}= {{\n");
    let mut depth = 0;
    let mut field = String::new();
    let mut rest = body.chars().peekable();
    while let Some(c) = rest.next() {
        // A comment may hold any sign, so it is taken whole.
        if c == '/' && rest.peek() == Some(&'*') {
            let mut note = String::from(c);
            while !note.ends_with("*/") {
                let Some(next) = rest.next() else { break };
                note.push(next);
            }
            text.push_str(&laid_out(&note, "  "));
            continue;
        }
        match c {
            '{' | '<' | '[' | '(' => depth += 1,
            '}' if depth == 0 => {
                push_field(&mut text, &field);
                text.push('}');
                text.extend(rest);
                return text;
            }
            '}' | '>' | ']' | ')' => depth -= 1,
            ',' | ';' if depth == 0 => {
                push_field(&mut text, &field);
                field.clear();
                continue;
            }
            _ => {}
        }
        field.push(c);
    }
    text
}

fn push_field(text: &mut String, field: &str) {
    let field = field.trim();
    if !field.is_empty() {
        text.push_str(&format!("  {field};\n"));
    }
}

/// A comment of one sentence on one line, a longer one as a block.
fn laid_out(note: &str, indent: &str) -> String {
    let inner = note.trim().trim_start_matches("/**").trim_end_matches("*/");
    let lines: Vec<&str> = inner.lines().map(|line| line.trim().trim_start_matches('*').trim()).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let mut text = format!("{indent}/**\n");
            for line in lines {
                text.push_str(&format!("{indent} * {line}\n"));
            }
            text + &format!("{indent} */\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fields_on_lines, render};

    #[test]
    fn each_field_stands_on_its_own_line_and_keeps_its_comment() {
        let decl = "type A = { /** holds, a comma */ a: Array<[string, number]>, b: { n: number, t: string } | null, };";
        assert_eq!(
            fields_on_lines(decl),
            "type A = {\n  /** holds, a comma */\n  a: Array<[string, number]>;\n  b: { n: number, t: string } | null;\n};"
        );
    }

    #[test]
    fn a_wire_type_that_nobody_listed_is_an_error() {
        assert!(render("pub struct Forgotten {").is_err(), "the window would not learn of it");
        assert_eq!(render("").expect("lists its types"), render("").expect("lists its types"), "same source, same bytes");
    }
}
