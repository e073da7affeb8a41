import { describe, expect, it } from 'vitest';
import { filterText, holds, parseFilter, quote, toggleValue, without } from './terms';

const read = (text: string) => parseFilter(text) ?? [];

describe('filter terms', () => {
  it('come back as the same text, so that chips and text stay in step', () => {
    for (const text of [
      '-holder:platform -enabled:no', 'kind:workload,agent owner:none age_days>365', 'name~svc-* created_at:2026-01-01..2026-06-30',
      'owner:"Sales systems",Platform "two words" -word', 'owner_keys~"*|a\\"b|*"',
    ]) expect(filterText(read(text))).toBe(text);
  });

  it('are refused, not guessed, when a text is broken', () => {
    expect(parseFilter('owner:"open')).toBeNull();
    expect(parseFilter('name:')).not.toBeNull();
    expect(parseFilter('a:b"c')).toBeNull();
  });

  it('quote what the core would split or misread', () => {
    expect(quote('Sales systems')).toBe('"Sales systems"');
    expect(quote('-5')).toBe('"-5"');
    expect(quote('a,b')).toBe('"a,b"');
    expect(quote('a..b')).toBe('"a..b"');
    expect(quote('svc@corp.example/x')).toBe('svc@corp.example/x');
  });

  it('let a facet add and take away values of one term', () => {
    const one = toggleValue(read('kind:agent'), 'kind', 'CI job');
    expect(filterText(one)).toBe('kind:agent,"CI job"');
    expect(holds(one, 'kind', 'CI job')).toBe(true);
    expect(filterText(toggleValue(toggleValue(one, 'kind', 'agent'), 'kind', 'CI job'))).toBe('');
  });

  it('leave out only what a facet asked of its own field', () => {
    expect(filterText(without(read('kind:agent -kind:service owner:none'), 'kind'))).toBe('-kind:service owner:none');
  });
});
