// The order of a grid: up to three fields, `-` for descending, as the core writes it: `-blast_score,name`.

export type SortKey = { field: string; down: boolean };

export function parseSort(text: string): SortKey[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) =>
    part.startsWith('-') ? { field: part.slice(1), down: true } : { field: part, down: false });
}

export function sortText(keys: SortKey[]): string {
  return keys.map((key) => (key.down ? `-${key.field}` : key.field)).join(',');
}

/** The order after a click on a heading: this field first, or turned round; `add` keeps the others (at most three). */
export function sortBy(text: string, field: string, firstDown: boolean, add: boolean): string {
  const keys = parseSort(text);
  const held = keys.find((key) => key.field === field);
  const turned = { field, down: held ? !held.down : firstDown };
  if (!add) return sortText([turned]);
  const next = held ? keys.map((key) => (key.field === field ? turned : key)) : [...keys, turned];
  return sortText(next.slice(-3));
}
