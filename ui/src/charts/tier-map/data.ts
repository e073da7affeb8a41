// Picture data of the tier map, in the shape in which the core gives it, and what is lit. Knows nothing of pages.
import type { TierEdge, TierMap, TierNode, TierPath } from '../../api/gen';
import { count, plural } from '../../kit/format';
import type { ChartTable } from '../table';

export type { TierMap, TierNode };

/** What the user points at. */
export type Spot = { kind: 'node' | 'edge' | 'path'; at: number };

export type Lit = { nodes: Set<number>; edges: Set<number>; paths: number[] };

/** Everything on a way through the spot; null lights everything. */
export function lit(map: TierMap, spot: Spot | null): Lit | null {
  if (spot === null) return null;
  const through = (path: TierPath, at: number) =>
    spot.kind === 'path' ? at === spot.at : (spot.kind === 'node' ? path.nodes : path.edges).includes(spot.at);
  const found: Lit = { nodes: new Set(), edges: new Set(), paths: [] };
  map.paths.forEach((path, at) => {
    if (!through(path, at)) return;
    found.paths.push(at);
    for (const node of path.nodes) found.nodes.add(node);
    for (const edge of path.edges) found.edges.add(edge);
  });
  return found;
}

/** `Payments (12)`: a group says how many it stands for. */
export function nodeName(node: TierNode): string {
  return node.things > 1 ? `${node.name} (${count(node.things)})` : node.name;
}

/** Points of the score, one decimal. */
export function points(share: number): string {
  return share.toFixed(1);
}

/** Accessible name of a node. */
export function sayNode(map: TierMap, node: TierNode): string {
  const kind = map.columns[node.column] ?? '';
  const data = node.sensitivity ?? 'data class unknown';
  return `${kind} ${nodeName(node)}: ${points(node.share)} points of the score, ${data}`;
}

/** What a step means, in words: mode, meaning, how it is known. */
export function sayEdge(map: TierMap, edge: TierEdge): string {
  const from = map.nodes[edge.from]?.name ?? '';
  const to = map.nodes[edge.to]?.name ?? '';
  if (edge.step === null) return `${from} and ${to} belong together`;
  const more = edge.steps > 1 ? `, and ${plural(edge.steps - 1, 'more step')}` : '';
  return `${edge.step.from} to ${edge.step.to}: ${edge.step.meaning} (${edge.step.mode}, ${edge.step.evidence})${more}`;
}

/** The finding of the picture in one sentence. */
export function sayTiers(map: TierMap): string {
  const first = map.paths[0];
  if (first === undefined) return 'This unit reaches no data.';
  const names = first.nodes.map((at) => map.nodes[at]).filter((node) => node !== undefined).map(nodeName);
  return `${plural(map.paths.length, 'way')} from ${names[0] ?? 'the unit'} to data; the heaviest goes ${names.slice(1).join(', ')} and carries ${points(first.share)} points.`;
}

/** `Showing 38 nodes for 12,480 objects; 9 groups`. */
export function sayFold(map: TierMap): string {
  const shown = `Showing ${plural(map.nodes.length, 'node')} for ${plural(map.objects, 'object')}`;
  return map.groups > 0 ? `${shown}; ${plural(map.groups, 'group')}` : shown;
}

/** Every way as a row, most points first. */
export function tableOf(map: TierMap): ChartTable {
  const name = (at: number | undefined) => {
    const node = map.nodes[at ?? -1];
    return node === undefined ? '' : nodeName(node);
  };
  /** The node of a way in the column of a title; the columns between unit and API are those on the way. */
  const under = (path: TierPath, title: string) => path.nodes.find((at) => map.columns[map.nodes[at]?.column ?? -1] === title);
  return {
    columns: [
      { title: 'API', number: false },
      { title: 'Data class', number: false },
      { title: 'Function', number: false },
      { title: 'Privilege', number: false },
      { title: 'On the way', number: false },
      { title: 'Points', number: true },
    ],
    rows: map.paths.map((path) => {
      const api = under(path, 'API');
      const way = path.nodes.slice(1, path.nodes.findIndex((at) => at === api)).map(name);
      return [name(api), name(under(path, 'Data class')), name(under(path, 'Function')), path.privilege, way.length === 0 ? 'direct' : way.join(', '), points(path.share)];
    }),
  };
}

export type NodeBox = { node: TierNode; index: number; x: number; y: number; width: number; height: number };

/** Widest a node is drawn, and the least room between two columns for edges to be told apart. */
const WIDEST = 168;
const GAP = 30;
/** Height of the column heads. */
export const HEADS = 24;

/** Boxes for a width in pixels; text that is larger makes all of it taller. */
export function place(map: TierMap, width: number, scale: number): { boxes: NodeBox[]; height: number; xs: number[]; wide: number } {
  const columns = Math.max(1, map.columns.length);
  const wide = Math.max(40, Math.min(WIDEST * scale, (width - GAP * (columns - 1)) / columns));
  const pitch = columns > 1 ? (width - wide - 2) / (columns - 1) : 0;
  const xs = map.columns.map((_, at) => 1 + at * pitch);
  const boxes = map.nodes.map((node, index) => ({
    node, index, x: xs[node.column] ?? 0, y: (HEADS + node.y) * scale, width: wide, height: map.node * scale,
  }));
  return { boxes, height: (HEADS + map.height + 2) * scale, xs, wide };
}

/** A curve that leaves and arrives level. */
export function curve(from: NodeBox, to: NodeBox): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const half = (x2 - x1) / 2;
  return `M${x1} ${y1} C${x1 + half} ${y1} ${x2 - half} ${y2} ${x2} ${y2}`;
}

/** Three widths of edges by share of the largest. */
export function edgeStep(share: number, most: number): 1 | 2 | 3 {
  if (most <= 0) return 1;
  return share > (most * 2) / 3 ? 3 : share > most / 4 ? 2 : 1;
}

/** Steps of what is held, for the marks. */
export const SENSITIVITIES = ['public', 'internal', 'confidential', 'restricted', 'regulated'] as const;

/** 1 = public .. 5 = regulated; 0 = unknown. */
export function sensitivityStep(sensitivity: string | null): number {
  return SENSITIVITIES.indexOf(sensitivity as (typeof SENSITIVITIES)[number]) + 1;
}
