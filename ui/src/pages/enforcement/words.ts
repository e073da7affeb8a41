// Words and signs of check results and verdicts: a result is told by its sign and its word, never by colour alone.

const SIGNS: Record<string, string> = { pass: '✓', fail: '✕', partial: '◐', unknown: '?', not_applicable: '–' };
const WORDS: Record<string, string> = {
  pass: 'pass', fail: 'fail', partial: 'partial', unknown: 'unknown', not_applicable: 'n.a.',
  enforced: 'enforced', gateway_only: 'gateway-only trust', failed: 'failed', uneven: 'uneven',
};

export const sign = (result: string): string => SIGNS[result] ?? '?';
export const wordOf = (word: string): string => WORDS[word] ?? word;
