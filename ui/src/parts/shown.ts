// A figure of the core as the row of figures draws it: the rows behind it become a place in the window.
import type { Figure } from '../api/gen';
import { linkTo } from './links';

export type ShownFigure = { label: string; value: string; population: string; change: string; note: string; unknown: string; to: string | null };

export function shown(figures: readonly Figure[]): ShownFigure[] {
  return figures.map((one) => ({
    label: one.label,
    value: one.value,
    population: one.population,
    change: one.change,
    note: one.note,
    unknown: one.unknown,
    to: one.link === null ? null : linkTo(one.link),
  }));
}
