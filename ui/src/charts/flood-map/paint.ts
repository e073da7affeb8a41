// The map on a canvas, for estates too large for elements. Same places, labels and marks as the drawing with elements.
import type { Measure } from '../measure';
import { audiencesIn, levelOf, stateOf } from './data';
import { head, type Label } from './label';
import type { PlacedCell, PlacedMap } from './place';

/** Colours and line widths, read from the tokens of the page. */
export type Ink = { token: (name: string) => string; line: (name: string) => number; family: string };

export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const known = new Map<string, string>();
  const token = (name: string) => {
    let value = known.get(name);
    if (value === undefined) {
      value = style.getPropertyValue(`--${name}`).trim();
      known.set(name, value);
    }
    return value;
  };
  return { token, line: (name) => Number.parseFloat(token(name)) || 1, family: style.fontFamily };
}

/** Paints the whole map in CSS pixels; the caller has scaled the context to the screen. */
export function paint(context: CanvasRenderingContext2D, placed: PlacedMap, labels: readonly Label[], measure: Measure, scale: number, ink: Ink): void {
  context.clearRect(0, 0, placed.width, placed.height);
  context.textBaseline = 'alphabetic';
  for (const box of placed.compartments) {
    context.fillStyle = ink.token('surface');
    context.fillRect(box.x, box.y, box.width, box.height);
    outline(context, box.x, box.y, box.width, box.height, ink.token(box.breached ? 'wall' : 'line-2'), ink.line(box.breached ? 'line-wall' : 'line-1'));
    if (box.head < 14 * scale) continue;
    const total = audiencesIn(box.compartment);
    const words = head(box.compartment.name, box.compartment.reached, total, box.compartment.gateway_only, box.width, measure);
    const main = ink.token(box.breached ? 'ink' : 'ink-3');
    write(context, words.name, box.x + 6, box.y + 14 * scale, main, true, scale, ink);
    const moreWidth = measure(words.more, false);
    write(context, words.more, box.x + box.width - 6 - moreWidth, box.y + 14 * scale, ink.token('ink-3'), false, scale, ink);
    write(context, words.reached, box.x + box.width - 6 - moreWidth - measure(words.reached, box.breached), box.y + 14 * scale, main, box.breached, scale, ink);
  }
  for (const box of placed.cells) {
    const one = labels[box.index];
    if (one !== undefined) paintCell(context, box, one, scale, ink);
  }
}

/** A ring of 2 px in the gap around a cell: chosen, or holding the focus. */
export function ring(context: CanvasRenderingContext2D, box: PlacedCell, ink: Ink): void {
  context.setLineDash([]);
  context.strokeStyle = ink.token('ink');
  context.lineWidth = ink.line('line-2px');
  context.strokeRect(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
}

function paintCell(context: CanvasRenderingContext2D, box: PlacedCell, one: Label, scale: number, ink: Ink): void {
  const state = stateOf(box.cell);
  const level = levelOf(box.cell.privilege);
  context.fillStyle = ink.token(state === 'wet' ? 'surface' : 'dry');
  context.fillRect(box.x, box.y, box.width, box.height);
  if (state === 'dry') {
    const lost = Boolean(box.cell.tide);
    outline(context, box.x, box.y, box.width, box.height, ink.token(lost ? 'wall' : 'line'), ink.line(lost ? 'line-wall' : 'line-1'));
  } else if (state === 'gateway') {
    dotted(context, box, one.water, ink);
  } else {
    water(context, box, one, level, ink);
    outline(context, box.x, box.y, box.width, box.height, ink.token('accent'), ink.line('line-1'));
  }
  if (one.tide !== null) {
    context.setLineDash([4, 3]);
    context.strokeStyle = ink.token('wall');
    context.lineWidth = ink.line('line-1');
    context.beginPath();
    context.moveTo(box.x + 2, box.y + one.tide);
    context.lineTo(box.x + box.width - 2, box.y + one.tide);
    context.stroke();
    context.setLineDash([]);
  }
  for (const line of one.lines) {
    const strong = state === 'wet' && line.role !== 'fact';
    const colour = state === 'dry' ? (box.cell.tide ? 'ink' : 'ink-3') : state === 'gateway' ? 'ink-2' : level === 6 ? 'ramp-6-ink' : strong ? 'ink' : 'ink-2';
    if (one.small && level < 6) {
      context.font = `600 ${11 * scale}px ${ink.family}`;
      context.lineJoin = 'round';
      context.strokeStyle = ink.token('surface');
      context.lineWidth = ink.line('line-bar');
      context.strokeText(line.text, box.x + line.x, box.y + line.y);
    }
    write(context, line.text, box.x + line.x, box.y + line.y, ink.token(colour), strong, scale, ink);
  }
}

function water(context: CanvasRenderingContext2D, box: PlacedCell, one: Label, level: number, ink: Ink): void {
  const top = box.y + (one.water ?? 0);
  const depth = box.y + box.height - top;
  context.fillStyle = ink.token(`ramp-${level}`);
  context.fillRect(box.x, top, box.width, depth);
  if (box.cell.steps > 1) {
    context.save();
    context.beginPath();
    context.rect(box.x, top, box.width, depth);
    context.clip();
    context.strokeStyle = ink.token('surface');
    context.lineWidth = ink.line('line-wall');
    context.beginPath();
    // Pitch 6 measured across the lines, so that many along the edge.
    const pitch = 6 * Math.SQRT2;
    for (let x = box.x - depth; x < box.x + box.width; x += pitch) {
      context.moveTo(x, top + depth);
      context.lineTo(x + depth, top);
    }
    context.stroke();
    context.restore();
    context.fillStyle = ink.token('ramp-6');
    for (const plate of one.plates) context.fillRect(box.x + plate.x, box.y + plate.y, plate.width, plate.height);
  }
  if (level < 6) {
    context.strokeStyle = ink.token('accent');
    context.lineWidth = ink.line('line-wall');
    context.beginPath();
    context.moveTo(box.x, top);
    context.lineTo(box.x + box.width, top);
    context.stroke();
  }
}

function dotted(context: CanvasRenderingContext2D, box: PlacedCell, top: number | null, ink: Ink): void {
  context.save();
  context.strokeStyle = ink.token('accent');
  context.lineWidth = ink.line('line-wall');
  context.lineCap = 'round';
  context.setLineDash([0, 3.4]);
  context.strokeRect(box.x + 1, box.y + 1, Math.max(0, box.width - 2), Math.max(0, box.height - 2));
  if (top !== null) {
    context.beginPath();
    context.moveTo(box.x + 3, box.y + top);
    context.lineTo(box.x + box.width - 2, box.y + top);
    context.stroke();
  }
  context.restore();
}

function outline(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string, line: number): void {
  context.setLineDash([]);
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), Math.max(0, height - 1));
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, colour: string, strong: boolean, scale: number, ink: Ink): void {
  if (text === '') return;
  context.font = `${strong ? 600 : 400} ${11 * scale}px ${ink.family}`;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
