// The filter text as terms, for chips and facets. The core alone decides what a filter means; here a text is only taken apart and put
// together again, term by term, in the core's own spelling (`field:a,"b c"`, `-field~x*`, `field>3`, free words).

export type FilterOp = ':' | '~' | '>' | '<';
export type FieldTerm = { field: string; op: FilterOp; values: string[]; not: boolean };
export type FilterTerm = FieldTerm | { word: string; not: boolean };

const VALUE = String.raw`(?:"(?:\\.|[^"\\])*"|[^\s,"]+)`;
const TERM = new RegExp(String.raw`(-?)(?:([A-Za-z0-9_]+)([:~<>])(${VALUE}(?:,${VALUE})*)|(${VALUE}))(?=\s|$)`, 'y');
const EACH = new RegExp(VALUE, 'g');

/** The terms of a text; null when it is not a filter (the core then says why). */
export function parseFilter(text: string): FilterTerm[] | null {
  const terms: FilterTerm[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    if (!found) return null;
    const [whole, minus, field, op, values, word] = found;
    if (field !== undefined && values !== undefined) {
      terms.push({ field: field.toLowerCase(), op: op as FilterOp, values: [...values.matchAll(EACH)].map((value) => unquote(value[0])), not: minus === '-' });
    } else terms.push({ word: unquote(word ?? ''), not: minus === '-' });
    at += whole.length;
  }
  return terms;
}

export function filterText(terms: FilterTerm[]): string {
  return terms.map(termText).join(' ');
}

export function termText(term: FilterTerm): string {
  const minus = term.not ? '-' : '';
  if ('word' in term) return `${minus}${/[:~<>]/.test(term.word) ? forceQuote(term.word) : quote(term.word)}`;
  return `${minus}${term.field}${term.op}${term.values.map((value) => (term.op === ':' && isRange(value) ? value : quote(value))).join(',')}`;
}

/** Writes a value so that the core reads it back as one value. */
export function quote(value: string): string {
  const plain = value !== '' && !value.startsWith('-') && /^[\p{L}\p{N}_\-.@/|:*]+$/u.test(value) && !value.includes('..');
  return plain ? value : forceQuote(value);
}

function forceQuote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** `2026-01-01..2026-06-30`, `3..`: a range keeps its dots only when it is not quoted. */
function isRange(value: string): boolean {
  return /^[\w.-]*\.\.[\w.-]*$/.test(value);
}

/** Whether a value is among those asked for (not those left out). */
export function holds(terms: FilterTerm[], field: string, value: string): boolean {
  return terms.some((term) => !('word' in term) && term.field === field && term.op === ':' && !term.not && term.values.includes(value));
}

/** Adds a value to what is asked for, or takes it away. */
export function toggleValue(terms: FilterTerm[], field: string, value: string): FilterTerm[] {
  const at = terms.findIndex((term) => !('word' in term) && term.field === field && term.op === ':' && !term.not);
  const held = terms[at];
  if (!held || 'word' in held) return [...terms, { field, op: ':', values: [value], not: false }];
  const values = held.values.includes(value) ? held.values.filter((each) => each !== value) : [...held.values, value];
  if (values.length === 0) return terms.filter((_, index) => index !== at);
  return terms.map((term, index) => (index === at ? { ...held, values } : term));
}

/** The terms without what is asked of one field: a facet counts what choosing another value would give. */
export function without(terms: FilterTerm[], field: string): FilterTerm[] {
  return terms.filter((term) => 'word' in term || term.field !== field || term.op !== ':' || term.not);
}

/** A term in words for its chip: field, relation, values. */
export function termWords(term: FilterTerm, title: (field: string) => string): { field: string; value: string } {
  if ('word' in term) return { field: term.not ? 'without' : 'with', value: term.word };
  const relation = { ':': term.not ? 'is not' : 'is', '~': term.not ? 'is not like' : 'is like', '>': term.not ? 'not over' : 'over', '<': term.not ? 'not under' : 'under' }[term.op];
  return { field: `${title(term.field)} ${relation}`, value: term.values.join(', ') };
}
