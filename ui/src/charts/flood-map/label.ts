// Which words stand in a cell, where they are cut, and how high the water is below them. Text above, water below: they never meet.
import { changeText, letterOf, levelOf, privilegeText, stateOf, type MapCell } from './data';
import { count as grouped } from '../../kit/format';
import type { Measure } from '../measure';
import type { Box } from './place';


/** A line of text: offset from the top left of the cell, baseline at `y`. */
export type Line = { text: string; x: number; y: number; role: 'name' | 'letter' | 'fact' };

export type Label = {
  lines: Line[];
  /** Height of the strip that carries text; 0 for a cell with a letter only. */
  strip: number;
  /** True when only a letter stands, centred, with a halo. */
  small: boolean;
  /** Top of the water from the top of the cell; null when dry. */
  water: number | null;
  /** Where the water stood before, from the top of the cell; null without a mark. */
  tide: number | null;
  /** Plates behind text where several steps meet escalate: hatching never runs under text. */
  plates: Box[];
};

const LINE = 14;
const STRIP = 3;
const PAD = 4;
const BASE = 11.5;
/** The well keeps at least this much, or a line of text is left out. */
const WELL = 7;

/** Cuts at the end with an ellipsis; an empty text means that not even one letter fits. */
export function cut(text: string, width: number, measure: Measure, strong: boolean): string {
  if (measure(text, strong) <= width) return text;
  const letters = Array.from(text);
  let low = 0;
  let high = letters.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(letters.slice(0, middle).join('').trimEnd() + '…', strong) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : letters.slice(0, low).join('').trimEnd() + '…';
}

/** One line, or two at a space when one is too short; each cut where it must be. */
function nameLines(name: string, width: number, atMost: number, measure: Measure, strong: boolean): string[] {
  if (measure(name, strong) <= width || atMost < 2 || !name.includes(' ')) return [cut(name, width, measure, strong)];
  const words = name.split(' ');
  let first = words[0] ?? '';
  let taken = 1;
  while (taken < words.length - 1 && measure(`${first} ${words[taken]}`, strong) <= width) {
    first = `${first} ${words[taken]}`;
    taken += 1;
  }
  return [cut(first, width, measure, strong), cut(words.slice(taken).join(' '), width, measure, strong)];
}

function isCut(lines: string[]): boolean {
  return lines.some((line) => line.endsWith('…') || line === '');
}

/** The label of a cell drawn `width` x `height`; `scale` is the text size (1 = 100 %). */
export function label(cell: MapCell, width: number, height: number, scale: number, measure: Measure): Label {
  const state = stateOf(cell);
  const w = width / scale;
  const h = height / scale;
  const sized: Measure = (text, strong) => measure(text, strong) / scale;
  const small = w < 40 || h < 24;
  if (small) {
    const tide = tideTop(cell, height, 0);
    if (state === 'dry' && !cell.tide) return { lines: [], strip: 0, small, water: null, tide, plates: [] };
    const text = state === 'dry' ? (cell.tide?.change ?? 0) < 0 ? '−' : '+' : letterOf(cell.privilege);
    const taken = sized(text, true);
    // A letter wider than its cell would stand on the neighbours; the height of the water alone tells the level there.
    if (w < taken + 3 || h < 11) return { lines: [], strip: 0, small, water: waterTop(cell, height, 0), tide, plates: [] };
    const x = (w - taken) / 2;
    const line: Line = { text, x: x * scale, y: (h / 2 + 4) * scale, role: 'letter' };
    const plates = plateFor(cell, [line], width, scale, measure);
    return { lines: [line], strip: 0, small, water: waterTop(cell, height, 0), tide, plates };
  }
  const rows = state !== 'dry' ? wetRows(cell, w, h, sized) : cell.tide ? lostRows(cell, w, h, sized) : dryRows(cell, w, h, sized);
  const lines = rows.map((line) => ({ ...line, x: line.x * scale, y: line.y * scale }));
  const strip = (STRIP + LINE * Math.max(...rows.map((line) => (line.y - BASE) / LINE + 1))) * scale;
  return { lines, strip, small, water: waterTop(cell, height, strip), tide: tideTop(cell, height, strip), plates: plateFor(cell, lines, width, scale, measure) };
}

function fits(rows: number, h: number): boolean {
  return STRIP + LINE * rows + WELL <= h;
}

function dryRows(cell: MapCell, w: number, h: number, measure: Measure): Line[] {
  const rows: Line[] = nameLines(cell.name, w - 2 * PAD, h >= 38 ? 2 : 1, measure, false).map((text, at) => row(text, at, 'name'));
  const data = cut(cell.sensitivity ?? 'unknown', w - 2 * PAD, measure, false);
  if (fits(rows.length + 1, h) && data !== '' && !data.endsWith('…')) rows.push(row(data, rows.length, 'fact'));
  return rows;
}

/** A cell that lost its water: its name, the load removed, and the token that holds it now. */
function lostRows(cell: MapCell, w: number, h: number, measure: Measure): Line[] {
  const full = w - 2 * PAD;
  const rows: Line[] = nameLines(cell.name, full, fits(4, h) ? 2 : 1, measure, true).map((text, at) => row(text, at, 'name'));
  for (const text of [changeText(cell.tide?.change ?? 0), cell.tide?.token ?? '']) {
    if (text !== '' && fits(rows.length + 1, h) && measure(text, false) <= full) rows.push(row(text, rows.length, 'fact'));
  }
  return rows;
}

function wetRows(cell: MapCell, w: number, h: number, measure: Measure): Line[] {
  const strong = stateOf(cell) === 'wet';
  const letter = letterOf(cell.privilege);
  const letterWidth = measure(letter, true);
  const full = w - 2 * PAD;
  const beside = full - letterWidth - 4;
  const atMost = fits(2, h) ? 2 : 1;
  let names = nameLines(cell.name, beside, atMost, measure, strong);
  let own = false;
  // Under 60 wide, or where the name would be cut beside it, the letter goes to the next line, if there is one.
  if (w < 60 || isCut(names)) {
    const wide = nameLines(cell.name, full, atMost, measure, strong);
    if (fits(wide.length + 1, h) && (w < 60 || !isCut(wide) || (wide[0] ?? '').length > (names[0] ?? '').length + 1)) {
      names = wide;
      own = true;
    }
  }
  const rows = names.map((text, at) => row(text, at, 'name'));
  const says = privilegeText(cell);
  if (own) {
    rows.push(row(letter, rows.length, 'letter'));
    const shown = says.length > 0 ? cut(says, full - letterWidth - 5, measure, false) : '';
    if (h >= 74 && shown !== '' && !shown.endsWith('…')) rows.push({ ...row(shown, rows.length - 1, 'fact'), x: PAD + letterWidth + 5 });
  } else {
    rows.push({ ...row(letter, 0, 'letter'), x: w - PAD - letterWidth });
    const shown = cut(says, full, measure, false);
    const short = shown.endsWith('…') && cell.steps > 1 ? `${cell.steps} steps` : shown;
    if (h >= 74 && fits(names.length + 1, h) && measure(short, false) <= full) rows.push(row(short, names.length, 'fact'));
  }
  const count = Math.max(...rows.map((line) => Math.round((line.y - BASE) / LINE) + 1));
  if (cell.tide) {
    const change = changeText(cell.tide.change);
    if (fits(count + 1, h) && measure(change, false) <= full) rows.push(row(change, count, 'fact'));
    return rows;
  }
  const data = cut(cell.sensitivity ?? 'unknown', full, measure, false);
  if (h >= 112 && fits(count + 1, h) && data !== '' && !data.endsWith('…')) rows.push(row(data, count, 'fact'));
  return rows;
}

function row(text: string, at: number, role: Line['role']): Line {
  return { text, x: PAD, y: BASE + LINE * at, role };
}

/** Top of the water: level sixths of the well, at least 3 high; only escalate floods the strip too. */
function waterTop(cell: MapCell, height: number, strip: number): number | null {
  const level = levelOf(cell.privilege);
  if (level === 0) return null;
  if (level === 6 && !cell.gateway_only) return 0;
  const well = Math.max(0, height - strip);
  return Math.round(height - Math.max(3, (well * level) / 6));
}

/** Where the water stood before. */
function tideTop(cell: MapCell, height: number, strip: number): number | null {
  const level = cell.tide ? levelOf(cell.tide.privilege) : 0;
  if (level === 0) return null;
  return Math.round(height - Math.max(3, (Math.max(0, height - strip) * level) / 6));
}

function plateFor(cell: MapCell, lines: Line[], width: number, scale: number, measure: Measure): Box[] {
  if (stateOf(cell) !== 'wet' || levelOf(cell.privilege) < 6 || cell.steps < 2) return [];
  return lines.map((line) => {
    const strong = line.role !== 'fact';
    const x = Math.max(1, line.x - 3 * scale);
    return { x, y: line.y - 10 * scale, width: Math.min(width - 1 - x, measure(line.text, strong) + 6 * scale), height: LINE * scale };
  });
}

/** Words of a compartment's head. */
export type Head = { name: string; reached: string; more: string };

/** The head loses ` gateway only`, then ` reached`, then letters of the name. */
export function head(name: string, reached: number, cells: number, gateway: number, width: number, measure: Measure): Head {
  const room = width - 12;
  const plain = `${grouped(reached)} of ${grouped(cells)}`;
  const forms: [string, string][] = gateway > 0
    ? [[`${plain} reached`, ` + ${grouped(gateway)} gateway only`], [`${plain} reached`, ` + ${grouped(gateway)}`], [plain, ` + ${grouped(gateway)}`]]
    : [[`${plain} reached`, ''], [plain, '']];
  for (const [count, more] of forms) {
    if (measure(name, true) + 12 + measure(count, true) + measure(more, false) <= room) return { name, reached: count, more };
  }
  const [count, more] = forms[forms.length - 1] ?? [plain, ''];
  const taken = measure(count, true) + measure(more, false);
  if (taken + 30 <= room) return { name: cut(name, room - taken - 8, measure, true), reached: count, more };
  return { name: cut(name, room, measure, true), reached: '', more: '' };
}
