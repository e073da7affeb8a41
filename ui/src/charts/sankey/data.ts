// Picture data of the Sankey, in the shape in which the core gives it. Knows nothing of pages.
import type { Sankey, SankeyFlow, SankeyPlace } from '../../api/gen';
import { count, fraction, plural } from '../../kit/format';
import type { ChartTable } from '../table';

export type { Sankey, SankeyFlow, SankeyPlace };

/** What the widths are: numbers of grants, or thousandths of load. */
export type Width = 'grants' | 'reach';

export const TITLES = ['Clients', 'APIs', 'Sensitivity'] as const;

export function valueText(value: number, width: Width): string {
  return width === 'grants' ? plural(value, 'grant') : `${fraction(value / 1000, 1)} load`;
}

export function shareText(value: number, total: number): string {
  if (total === 0) return '0 %';
  const share = (value / total) * 100;
  return share > 0 && share < 1 ? 'under 1 %' : `${Math.round(share)} %`;
}

/** Accessible name of a place. */
export function sayPlace(place: SankeyPlace, sankey: Sankey, width: Width): string {
  return `${place.name}: ${valueText(place.value, width)}, ${shareText(place.value, sankey.total)}`;
}

export function ends(sankey: Sankey, flow: SankeyFlow): [SankeyPlace | undefined, SankeyPlace | undefined] {
  return [sankey.columns[flow.column]?.[flow.from], sankey.columns[flow.column + 1]?.[flow.to]];
}

export function sayFlow(flow: SankeyFlow, sankey: Sankey, width: Width): string {
  const [from, to] = ends(sankey, flow);
  return `${from?.name ?? ''} to ${to?.name ?? ''}: ${valueText(flow.value, width)}`;
}

/** The finding of the picture in one sentence. */
export function saySankey(sankey: Sankey, width: Width): string {
  const [clients, apis, data] = sankey.columns;
  const widest = [...(apis ?? [])].filter((place) => place.things === 1).sort((a, b) => b.value - a.value)[0];
  const first = clients?.[0];
  if (sankey.total === 0 || widest === undefined || first === undefined) return 'No grant leads to an API.';
  const high = (data ?? []).filter((place) => place.name === 'regulated' || place.name === 'restricted').reduce((sum, place) => sum + place.value, 0);
  return `${valueText(sankey.total, width)}; most comes from ${first.name} (${shareText(first.value, sankey.total)}) and goes to ${widest.name} (${shareText(widest.value, sankey.total)}); ${shareText(high, sankey.total)} reaches restricted or regulated data.`;
}

/** A ribbon between two places: the same height all along, bent in the middle. */
export function ribbon(x0: number, x1: number, y0: number, y1: number, height: number): string {
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0} C${middle} ${y0} ${middle} ${y1} ${x1} ${y1} V${y1 + height} C${middle} ${y1 + height} ${middle} ${y0 + height} ${x0} ${y0 + height} Z`;
}

/** Every flow as a row. */
export function tableOf(sankey: Sankey, width: Width): ChartTable {
  return {
    columns: [{ title: 'From', number: false }, { title: 'To', number: false }, { title: width === 'grants' ? 'Grants' : 'Load', number: true }, { title: 'Of all', number: true }],
    rows: sankey.flows.map((flow) => {
      const [from, to] = ends(sankey, flow);
      const value = width === 'grants' ? count(flow.value) : fraction(flow.value / 1000, 1);
      return [from?.name ?? '', to?.name ?? '', value, shareText(flow.value, sankey.total)];
    }),
  };
}
