// The explanation of a score, arranged for reading. Adds nothing: every number comes from the core.
import type { Blast, FloodMap, ExplanationView, FactorLine, MapCell, PathLine } from '../../api/gen';
import { fraction } from '../../kit/format';

export type FactorRow = { name: string; fact: string; factor: string; running: string; assumed: boolean; last: boolean };

/** Factors that neither raise nor lower the score are told in one row; an assumed one always keeps its own. */
export function factorRows(explanation: ExplanationView): FactorRow[] {
  const lines = explanation.factors;
  const quiet = (line: FactorLine) => line.factor === 1 && !line.assumed;
  const silent = lines.filter(quiet);
  const rows: FactorRow[] = [];
  let told = silent.length < 2;
  for (const line of lines) {
    if (quiet(line) && silent.length >= 2) {
      continue;
    }
    if (!told && closes(line)) {
      rows.push(others(silent));
      told = true;
    }
    rows.push(rowOf(line));
  }
  if (!told) rows.push(others(silent));
  if (!lines.some(isScore)) {
    rows.push({ name: 'Score', fact: '', factor: '', running: explanation.blast_score.toFixed(1), assumed: false, last: true });
  }
  return rows;
}

/** The lines after the factors: a limit, if one applies, and the score. */
function closes(line: FactorLine): boolean {
  return line.factor === null && line.name !== 'Load';
}

function isScore(line: FactorLine): boolean {
  return line.factor === null && line.name.toLowerCase() === 'score';
}

function rowOf(line: FactorLine): FactorRow {
  const last = isScore(line);
  const running = last ? line.running.toFixed(1) : fraction(line.running, line.name === 'Load' ? 3 : 4);
  return { name: line.name, fact: line.fact, factor: line.factor === null ? '' : `× ${fraction(line.factor, 2)}`, running, assumed: line.assumed, last };
}

function others(silent: readonly FactorLine[]): FactorRow {
  const running = silent[silent.length - 1]?.running ?? 0;
  return { name: 'Other factors', fact: `${silent.length}, none adds`, factor: '× 1.00', running: fraction(running, 4), assumed: false, last: false };
}

/** The path to the chosen audience, or the first that the core gave. A target is `audience` or `audience, data class`. */
export function pathTo(paths: readonly PathLine[], name: string | null): PathLine | null {
  return paths.find((path) => leadsTo(path, name)) ?? paths[0] ?? null;
}

export function leadsTo(path: PathLine, name: string | null): boolean {
  return name !== null && (path.target === name || path.target.startsWith(`${name}, `));
}

/** Names along a path, first to last. */
export function stations(path: PathLine): string[] {
  const first = path.steps[0];
  return first === undefined ? [path.target] : [first.from, ...path.steps.map((step) => step.to)];
}

/** The cell of an id, with its boundary. */
export function cellIn(map: FloodMap, id: string | null): { cell: MapCell; boundary: string } | null {
  for (const compartment of map.compartments) {
    for (const cell of compartment.cells) if (cell.id === id) return { cell, boundary: compartment.name };
  }
  return null;
}

/** Name and boundary of a chosen audience, also where the map is too large to hold its cell. */
export function audienceOf(blast: Blast, id: string | null): { name: string; boundary: string } | null {
  const found = cellIn(blast.map, id);
  if (found !== null) return { name: found.cell.name, boundary: found.boundary };
  const reached = blast.audiences.find((one) => one.id !== '' && one.id === id);
  return reached === undefined ? null : { name: reached.name, boundary: reached.boundary };
}

/** The cell that a page shows first: the audience with the largest share. */
export function heaviest(blast: Blast): string | null {
  let best: MapCell | null = null;
  for (const compartment of blast.map.compartments) {
    for (const cell of compartment.cells) if (cell.load > 0 && (best === null || cell.load > best.load)) best = cell;
  }
  return best?.id ?? (blast.map.folded ? (blast.audiences.find((one) => one.id !== '')?.id ?? null) : null);
}

/** `73 / 100` whole, as lists write it. */
export function outOf100(score: number): string {
  return `${Math.round(score)} / 100`;
}

/** The limits of a band, `Wide, 60 to 79`; a word that is not a band stands alone. */
export function bandWords(band: string): string {
  const at = ['Contained', 'Limited', 'Material', 'Wide', 'Extreme'].indexOf(band);
  return at < 0 ? band : `${band}, ${at * 20} to ${at === 4 ? 100 : at * 20 + 19}`;
}

/** Where a figure of this page leads when the core names no rows: the lists, the table of the map, or the explanation. */
export function figurePlace(label: string): Record<string, string> {
  if (label === 'APIs reached') return { v: 'table' };
  if (label === 'Data classes') return { s: 'classes' };
  if (label === 'Functions') return { s: 'functions' };
  return { why: 'yes' };
}

/** Heading of a unit kind in the segment. */
export function unitWord(unit: string): string {
  return unit.charAt(0).toUpperCase() + unit.slice(1);
}
