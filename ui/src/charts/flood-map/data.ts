// Picture data of the flood map, in the shape in which the core gives it. Knows nothing of pixels.
import { count } from '../../kit/format';

/** One audience as a cell; the numbers are fractions 0..1 of its compartment less the head. */
export type MapCell = {
  /** Empty for a cell that stands for several. */
  id: string;
  /** Audiences that it stands for; 1 = itself. */
  things: number;
  name: string;
  /** Highest data class by sensitivity; null = unknown. */
  sensitivity: string | null;
  x: number;
  y: number;
  width: number;
  height: number;
  /** `none` = dry, else basic, read, write, admin, impersonate, escalate. */
  privilege: string;
  /** Steps of the shortest winning path; 0 when dry. */
  steps: number;
  gateway_only: boolean;
  load: number;
  /** What another state of the same estate had here; only where it differs. */
  tide?: Tide | null;
};

/** Where the water stood before, how the load changed, and the token that holds the cell now. */
export type Tide = { privilege: string; change: number; token: string };

/** `− .195`, `+ .020`: three decimals, as loads are told. */
export function changeText(change: number): string {
  const size = Math.abs(change).toFixed(3).replace(/^0\./, '.');
  return `${change < 0 ? '−' : '+'} ${size}`;
}

/** One trust boundary, in the units of the field. */
export type Compartment = {
  /** `unassigned` for audiences without a trust boundary. */
  name: string;
  /** Trust boundary; null = none. */
  boundary: string | null;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Audiences in it; more than cells when the map is folded to boundaries. */
  audiences: number;
  reached: number;
  gateway_only: number;
  /** Highest privilege at what is reached; where nothing is, that of the reading "gateway only"; `none` = dry. */
  privilege: string;
  /** Empty where the estate is so large that boundaries come first. */
  cells: MapCell[];
};

/** Audiences of a compartment, whether or not their cells are there. */
export function audiencesIn(compartment: Compartment): number {
  return compartment.audiences;
}

export type FloodMap = {
  compartments: Compartment[];
  audiences: number;
  /** Cells raised to the smallest weight that can be drawn. */
  raised: number;
  /** Too many audiences: compartments have no cells until one is entered. */
  folded: boolean;
};

/** A whole compartment as one cell: what stands for a boundary that is not entered. */
export function wallCell(compartment: Compartment, index: number): MapCell {
  return {
    id: `boundary:${index}`, things: compartment.audiences, name: '', sensitivity: '', x: 0, y: 0, width: 1, height: 1,
    privilege: compartment.privilege, steps: 1, gateway_only: compartment.reached === 0 && compartment.gateway_only > 0, load: 0,
  };
}

/** Accessible name of a boundary that can be entered. */
export function sayBoundary(compartment: Compartment): string {
  const more = compartment.gateway_only > 0 ? `, ${compartment.gateway_only} more if only the gateway checks` : '';
  const deepest = compartment.reached > 0 ? `, up to ${compartment.privilege}` : '';
  return `${compartment.name}: ${count(compartment.reached)} of ${count(audiencesIn(compartment))} reached${deepest}${more}. Show its APIs`;
}

/** The field in which the core lays the plan out, in its own units. */
export const FIELD = { width: 1600, height: 900 };

/** Privileges from least to most; the place in the list plus one is the height of the water in sixths. */
export const PRIVILEGES = ['basic', 'read', 'write', 'admin', 'impersonate', 'escalate'] as const;

/** 0 = dry or unknown word, 1 = basic .. 6 = escalate. */
export function levelOf(privilege: string): number {
  return PRIVILEGES.indexOf(privilege as (typeof PRIVILEGES)[number]) + 1;
}

/** B, R, W, A, I, E, or nothing. */
export function letterOf(privilege: string): string {
  return levelOf(privilege) === 0 ? '' : privilege.charAt(0).toUpperCase();
}

/** How a cell is drawn: only the gateway reading reaches it, water reaches it, or nothing does. */
export type CellState = 'dry' | 'gateway' | 'wet';

export function stateOf(cell: MapCell): CellState {
  if (levelOf(cell.privilege) === 0) return 'dry';
  return cell.gateway_only ? 'gateway' : 'wet';
}

/** `write`, `write, 2 steps`; empty for a dry cell. */
export function privilegeText(cell: MapCell): string {
  if (stateOf(cell) === 'dry') return '';
  const most = cell.things > 1 ? `up to ${cell.privilege}` : cell.privilege;
  return cell.steps > 1 ? `${most}, ${cell.steps} steps` : most;
}

/** The whole truth about a cell in one line: accessible name and status text. */
export function sayCell(cell: MapCell, boundary: string): string {
  const data = cell.sensitivity === null ? 'data class unknown' : cell.sensitivity;
  const state = stateOf(cell);
  const tide = cell.tide ? `, ${changeText(cell.tide.change)} against today${cell.tide.token === '' ? '' : `, held by ${cell.tide.token}`}` : '';
  if (state === 'dry') return `${cell.name}, ${boundary}: not reached, ${data}${tide}`;
  const only = state === 'gateway' ? ', gateway only' : '';
  return `${cell.name}, ${boundary}: ${privilegeText(cell)}${only}, ${data}${tide}`;
}

/** The finding of the picture in one sentence. */
export function sayMap(map: FloodMap): string {
  let reached = 0;
  let gateway = 0;
  let breached = 0;
  let deepest: MapCell | null = null;
  for (const compartment of map.compartments) {
    reached += compartment.reached;
    gateway += compartment.gateway_only;
    if (compartment.reached > 0) breached += 1;
    for (const cell of map.folded ? [] : compartment.cells) {
      if (stateOf(cell) !== 'wet') continue;
      if (deepest === null || cell.load > deepest.load) deepest = cell;
    }
  }
  const boundaries = map.compartments.length === 1 ? '1 trust boundary' : `${map.compartments.length} trust boundaries`;
  if (reached + gateway === 0) return `${map.audiences} APIs in ${boundaries}; none is reached.`;
  const more = gateway > 0 ? `, ${gateway} more if only the gateway checks` : '';
  const heaviest = deepest === null ? '' : `; the heaviest is ${deepest.name} with ${deepest.privilege}`;
  return `${reached} of ${map.audiences} APIs in ${breached} of ${boundaries} are reached${more}${heaviest}.`;
}
