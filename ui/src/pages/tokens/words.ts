// Words and severities of the token inspector.
import type { Severity } from '../../kit/SeverityMark.svelte';

const VERDICTS: Record<string, string> = {
  invalid: 'Invalid', not_verified: 'Not verified', valid_with_findings: 'Valid, with findings', valid: 'Valid',
  pass: 'Pass', fail: 'Fail', warn: 'Doubt', info: 'Note', not_applicable: 'Not applicable', unverifiable: 'Cannot be told',
};
const STATES: Record<string, string> = { unknown: 'Unknown', not_yet: 'Not yet', live: 'Live', expired: 'Expired' };

export const verdictText = (word: string) => VERDICTS[word] ?? word;
export const stateText = (word: string) => STATES[word] ?? word;

export function severityOf(word: string | null): Severity | null {
  return word === 'critical' || word === 'high' || word === 'medium' || word === 'low' || word === 'info' ? word : null;
}

const SERIOUS: Record<string, number> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };
const WORST: Record<string, number> = { fail: 0, warn: 1, unverifiable: 2, info: 3 };

/** Sorts what needs a look: by verdict, then severity, then number. */
export function byWeight(a: { verdict: string; severity: string | null; id: string }, b: { verdict: string; severity: string | null; id: string }): number {
  return (WORST[a.verdict] ?? 9) - (WORST[b.verdict] ?? 9) || (SERIOUS[a.severity ?? ''] ?? 9) - (SERIOUS[b.severity ?? ''] ?? 9) || a.id.localeCompare(b.id);
}

/** Seconds in the unit that reads best. */
export function lifeText(seconds: number): string {
  if (seconds >= 172_800) return `${Math.round(seconds / 8640) / 10} d`;
  if (seconds >= 7200) return `${Math.round(seconds / 360) / 10} h`;
  if (seconds >= 120) return `${Math.round(seconds / 6) / 10} min`;
  return `${seconds} s`;
}
