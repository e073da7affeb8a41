// From the fractions of the core to pixel rectangles, and from one cell to the next by arrow key. Pure arithmetic, no text.
import { FIELD, type Compartment, type FloodMap, type MapCell } from './data';

export type Box = { x: number; y: number; width: number; height: number };

export type PlacedCell = Box & { cell: MapCell; boundary: string; index: number };

export type PlacedCompartment = Box & { compartment: Compartment; breached: boolean; head: number; cells: PlacedCell[] };

export type PlacedMap = { width: number; height: number; compartments: PlacedCompartment[]; cells: PlacedCell[] };

/** Lengths at 100 % text size; the head grows with the text, gaps do not. */
const GAP = 6;
const HEAD = 20;
const INNER = 3;
const CELL_GAP = 2;

/** The height for a width: as wished, but never flatter than 2:1 nor taller than 1.5:1. */
export function heightFor(width: number, wished: number): number {
  return Math.round(Math.min(Math.max(wished, width / 2), width / 1.5));
}

/** Whole pixels on both edges, so that neighbours share their gap exactly. */
function snap(x0: number, y0: number, x1: number, y1: number): Box {
  const x = Math.round(x0);
  const y = Math.round(y0);
  return { x, y, width: Math.max(1, Math.round(x1) - x), height: Math.max(1, Math.round(y1) - y) };
}

/**
 * Places for a drawing of `width` x `height` pixels; `scale` is the text size (1 = 100 %).
 * The outer compartments touch the edge of the drawing, so the field is widened by one gap.
 */
export function place(map: FloodMap, width: number, height: number, scale: number): PlacedMap {
  const kx = (width + GAP) / FIELD.width;
  const ky = (height + GAP) / FIELD.height;
  const cells: PlacedCell[] = [];
  const compartments = map.compartments.map((compartment) => {
    const box = snap(
      compartment.x * kx,
      compartment.y * ky,
      (compartment.x + compartment.width) * kx - GAP,
      (compartment.y + compartment.height) * ky - GAP,
    );
    const head = Math.min(HEAD * scale, Math.max(0, box.height * 0.4));
    const inner = {
      x: box.x + INNER,
      y: box.y + head,
      width: Math.max(0, box.width - 2 * INNER + CELL_GAP),
      height: Math.max(0, box.height - head - INNER + CELL_GAP),
    };
    const own = compartment.cells.map((cell) => {
      const placed: PlacedCell = {
        ...snap(
          inner.x + cell.x * inner.width,
          inner.y + cell.y * inner.height,
          inner.x + (cell.x + cell.width) * inner.width - CELL_GAP,
          inner.y + (cell.y + cell.height) * inner.height - CELL_GAP,
        ),
        cell,
        boundary: compartment.name,
        index: cells.length,
      };
      cells.push(placed);
      return placed;
    });
    return { ...box, compartment, breached: compartment.reached > 0, head, cells: own };
  });
  return { width, height, compartments, cells };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest box in a direction; a sideways distance counts double, so that rows and columns are kept. Undefined at the edge. */
export function nearest<B extends Box>(boxes: readonly B[], from: B, direction: Direction): B | undefined {
  const middle = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const start = middle(from);
  let best: B | undefined;
  let least = Infinity;
  for (const box of boxes) {
    if (box === from) continue;
    const end = middle(box);
    const forward = { left: from.x - (box.x + box.width), right: box.x - (from.x + from.width), up: from.y - (box.y + box.height), down: box.y - (from.y + from.height) }[direction];
    if (forward < -1) continue;
    const level = direction === 'left' || direction === 'right';
    // Overlap sideways is no distance at all: the neighbour beside a tall cell is beside it.
    const overlap = level
      ? Math.min(box.y + box.height, from.y + from.height) - Math.max(box.y, from.y)
      : Math.min(box.x + box.width, from.x + from.width) - Math.max(box.x, from.x);
    const sideways = overlap > 0 ? 0 : -overlap;
    const drift = level ? Math.abs(end.y - start.y) : Math.abs(end.x - start.x);
    const distance = forward + 2 * sideways + drift / 1000;
    if (distance < least) {
      least = distance;
      best = box;
    }
  }
  return best;
}

/** The box under a point, for a drawing without elements. */
export function boxAt<B extends Box>(boxes: readonly B[], x: number, y: number): B | undefined {
  return boxes.find((box) => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height);
}
