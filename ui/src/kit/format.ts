// Numbers and dates as the window shows them. Only formats: it knows no unit of the field.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,204`; the minus is U+2212 with a space. */
export function count(n: number): string {
  return n < 0 ? `\u2212 ${WHOLE.format(-n)}` : WHOLE.format(n);
}

/** `20 Nov 2026`, in UTC; text that is no time comes back as it is. */
export function day(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()] ?? ''} ${time.getUTCFullYear()}`;
}

/** `20 Nov 2026, 14:03 UTC`. */
export function minute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${day(iso)}, ${time.toISOString().slice(11, 16)} UTC`;
}

/** Reach units: four decimals, no leading zero below 1. */
export function units(n: number): string {
  const text = Math.abs(n).toFixed(4).replace(/^0\./, '.');
  return n < 0 ? `\u2212 ${text}` : text;
}

/** A factor or load: `digits` decimals, no leading zero below 1. */
export function fraction(n: number, digits: number): string {
  const text = Math.abs(n).toFixed(digits).replace(/^0\./, '.');
  return n < 0 ? `\u2212 ${text}` : text;
}

/** `today`, `1 day`, `412 days`. */
export function days(n: number): string {
  if (n === 0) return 'today';
  return `${count(n)} ${Math.abs(n) === 1 ? 'day' : 'days'}`;
}

/** `61 MB`, powers of 1000. */
export function bytes(n: number): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${step > 0 && value < 10 ? value.toFixed(1) : WHOLE.format(value)} ${steps[step] ?? ''}`;
}

/** `1.9 s`, `350 ms`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** `1 client`, `3 clients`. */
export function plural(n: number, one: string, many = manyOf(one)): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function manyOf(one: string): string {
  return /[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`;
}

/** The middle left out, so that both ends of an id stay readable. */
export function cutMiddle(text: string, room: number): string {
  if (text.length <= room) return text;
  const head = Math.ceil((room - 1) / 2);
  return `${text.slice(0, head)}\u2026${text.slice(text.length - (room - 1 - head))}`;
}

const SPELLED: Record<string, string> = { ci: 'CI', saas: 'SaaS', api: 'API', id: 'id', sla: 'SLA', pat: 'PAT', jwk: 'JWK', ssh: 'SSH', iam: 'IAM' };

/** A word of a closed list as people read it: `ci_job` reads `CI job`. */
export function wordText(word: string): string {
  return word.split('_').map((part) => SPELLED[part] ?? part).join(' ');
}
