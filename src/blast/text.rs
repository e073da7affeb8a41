//! The explanation as plain text, for people and for the clipboard; imported names are cleaned.

use std::fmt::Write;

use super::explain::Explanation;
use super::words::{clean, count, decimal};

/// Lines of a list before `and n more`.
const LINES: usize = 20;

impl Explanation {
    /// Plain text; the same explanation gives the same text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_text(&mut out);
        out
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        let unit = &self.unit;
        writeln!(out, "Why {:.1} / 100?  {} {} ({})", self.blast_score, unit.kind, clean(&unit.name), self.band)?;
        writeln!(out, "Revision {}, weights {}", self.revision, self.weights)?;
        if !self.enabled {
            writeln!(out, "It is disabled; this is its score if it is enabled again.")?;
        }
        writeln!(
            out,
            "Reach {:.1} / 100 ({:.4} reach units), as attested {:.1} / 100, gateway only not evaluated",
            self.reach_score, self.reach_units, self.blast_score
        )?;
        writeln!(out, "\nAPIs {}", self.audiences.len())?;
        for audience in self.audiences.iter().take(LINES) {
            let boundary = audience.boundary.as_deref().unwrap_or("unassigned");
            let steps = count(usize::from(audience.steps), "step");
            writeln!(out, "  {:<32} {:<20} {:<11} {steps}", clean(&audience.name), clean(boundary), audience.privilege.as_str())?;
        }
        more(out, self.audiences.len())?;
        writeln!(out, "Data classes {}", self.data_classes.len())?;
        for class in self.data_classes.iter().take(LINES) {
            let sensitivity = class.sensitivity.map_or("unknown, counted as confidential", |s| s.as_str());
            writeln!(out, "  {:<32} {sensitivity}, {}", clean(&class.name), count(class.audiences as usize, "API"))?;
        }
        more(out, self.data_classes.len())?;
        writeln!(out, "Business functions {}", self.functions.len())?;
        for function in self.functions.iter().take(LINES) {
            writeln!(out, "  {:<32} {}", clean(&function.name), function.privilege)?;
        }
        more(out, self.functions.len())?;
        writeln!(out, "\nShares of the score (largest first; they add up)")?;
        for atom in self.atoms.iter().take(LINES) {
            let name = format!("{}, {}", clean(&atom.audience), clean(&atom.data_class));
            let assumed = if atom.assumed { "  assumed" } else { "" };
            writeln!(out, "  {name:<44} {:>6} {:>6.1}  {}{assumed}", decimal(atom.load, 3), atom.share, atom.basis)?;
        }
        more(out, self.atoms.len())?;
        writeln!(out, "\nFrom load to score ({})", clean(&self.weakest))?;
        for line in &self.factors {
            let factor = line.factor.map_or(String::new(), |f| format!("× {}", decimal(f, 2)));
            let running = if line.name == "Score" { format!("{:.1}", line.running) } else { decimal(line.running, 4) };
            let assumed = if line.assumed { "  assumed" } else { "" };
            writeln!(out, "  {:<10} {:<48} {factor:>7} {running:>8}{assumed}", line.name, line.fact)?;
        }
        writeln!(out, "\nWhat would lower it most (one change each)")?;
        for change in &self.changes {
            writeln!(out, "  {}: {:.1} / 100 ({:+.1}), {}", clean(&change.action), change.score, change.difference, clean(&change.detail))?;
        }
        if self.changes.is_empty() {
            writeln!(out, "  nothing that was asked lowers it")?;
        }
        writeln!(out, "\nAssumed: {:.1} % of the score", f64::from(self.assumed_per_mille) / 10.0)?;
        for assumption in &self.assumptions {
            let points = assumption.points.map_or(String::new(), |p| format!(" (+{p:.1})"));
            writeln!(out, "  {}, counted as {}{points}", assumption.fact, assumption.counted_as)?;
        }
        writeln!(out, "\nGateway only: {:.1} / 100. {}", self.gateway_only_score, self.gateway_only_note)?;
        for reach in self.potential.iter().take(LINES) {
            writeln!(out, "  {} {}, because {}", clean(&reach.name), reach.privilege, clean(&reach.because))?;
        }
        more(out, self.potential.len())?;
        for atom in self.atoms.iter().take(3) {
            writeln!(out, "\nHow {} is reached ({})", clean(&atom.audience), count(usize::from(atom.steps), "step"))?;
            for edge in &atom.path {
                let (from, to) = (clean(&edge.from), clean(&edge.to));
                writeln!(out, "  {from} -> {to}  {} {} [{}]", edge.mode.as_str(), clean(&edge.meaning), edge.evidence)?;
            }
        }
        Ok(())
    }
}

fn more(out: &mut String, all: usize) -> std::fmt::Result {
    if all > LINES { writeln!(out, "  and {} more", all - LINES) } else { Ok(()) }
}
