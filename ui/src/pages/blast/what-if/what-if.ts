// What the page What if writes into its address, and how its figures read. Adds nothing: every number comes from the core.
import type { StrategyLine, TokenGroup, WhatIf } from '../../../api/gen';
import { withTides } from '../../../charts/flood-map/tide';
import type { FloodMap } from '../../../charts/flood-map/data';

const BINDINGS = ['bearer', 'claimed', 'enforced'] as const;

/** Own tokens as text of an address: ids by comma, tokens by dot, `~binding~seconds` behind the ids. */
export function writeOwn(groups: readonly TokenGroup[]): string {
  return groups
    .map((group) => {
      const ids = group.audiences.join(',');
      if (group.binding === null && group.lifetime_seconds === null) return ids;
      return `${ids}~${group.binding ?? ''}~${group.lifetime_seconds ?? ''}`;
    })
    .join('.');
}

/** The same back; what is not of this form is no token. */
export function readOwn(text: string | null): TokenGroup[] {
  if (!text) return [];
  return text.split('.').map((part) => {
    const [ids = '', binding = '', seconds = ''] = part.split('~');
    const life = Number.parseInt(seconds, 10);
    return {
      audiences: ids.split(',').filter((id) => id !== ''),
      binding: BINDINGS.find((word) => word === binding) ?? null,
      lifetime_seconds: Number.isFinite(life) && life > 0 ? life : null,
    };
  });
}

/** The tokens of a strategy as own ones, to go on from. */
export function ownFrom(line: StrategyLine): TokenGroup[] {
  return line.tokens.map((token) => ({ audiences: token.audiences, binding: null, lifetime_seconds: null }));
}

/** Moves an API into a token; `to` past the last one makes a new token, and a token that is left empty goes. */
export function moved(groups: readonly TokenGroup[], id: string, to: number): TokenGroup[] {
  const next = groups.map((group, at) => ({
    ...group,
    audiences: at === to ? [...group.audiences.filter((one) => one !== id), id] : group.audiences.filter((one) => one !== id),
  }));
  if (to >= groups.length) next.push({ audiences: [id], binding: null, lifetime_seconds: null });
  return next.filter((group) => group.audiences.length > 0);
}

/** `one`, `two`, … `six`, then figures. */
export function numberWord(n: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five', 'six'][n] ?? String(n);
}

/** `{payment}, {cart, product}`. */
export function holdings(line: StrategyLine): string {
  return line.tokens.map((token) => `{${token.names.join(', ')}}`).join(', ');
}

/** Largest reach of all strategies, rounded up to a tick: the end of the axis that all rows share. */
export function axisEnd(lines: readonly StrategyLine[]): number {
  const most = Math.max(0, ...lines.map((line) => line.worst_reach));
  const step = most > 4 ? 1 : most > 1 ? 0.2 : 0.1;
  return Math.max(step, Math.ceil(most / step - 1e-9) * step);
}

/** The map after, with marks against today, and the token that holds each API in the strategy shown. */
export function afterMap(found: WhatIf): FloodMap {
  const shown = found.strategies.find((line) => line.key === found.after.strategy);
  const holder = (id: string) => {
    const at = shown?.tokens.findIndex((token, index) => index !== found.after.token && token.audiences.includes(id)) ?? -1;
    return at < 0 ? '' : `token ${at + 1}`;
  };
  return withTides(found.today.map, found.after.map, holder);
}
