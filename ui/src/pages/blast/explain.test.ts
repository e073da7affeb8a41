// The explanation is only arranged here: nothing may be added, lost or moved out of its order.
import { describe, expect, it } from 'vitest';
import type { Blast, ExplanationView, FactorLine, PathLine } from '../../api/gen';
import { answers } from '../../platform/fixtures/blast.answers';
import { audienceOf, bandWords, factorRows, figurePlace, heaviest, outOf100, pathTo, stations } from './explain';

const line = (name: string, factor: number | null, running: number, assumed = false): FactorLine => ({ name, fact: 'fact', factor, running, assumed });

function explained(factors: FactorLine[]): ExplanationView {
  return { ...blast('cred-storefront-web').explanation, factors };
}

function blast(id: string): Blast {
  return answers('full')['blast']?.({ subject: { unit: 'credential', id } }) as Blast;
}

describe('from load to score', () => {
  it('tells the factors that change nothing in one row, and keeps the order of the others', () => {
    const rows = factorRows(explained([line('Load', null, 1.185), line('Crossing', 1.3, 1.5405), line('Lifetime', 0.6, 0.9243), line('Holder', 1, 0.9243), line('Leak', 1, 0.9243), line('Score', null, 73)]));
    expect(rows.map((row) => [row.name, row.factor, row.running])).toEqual([
      ['Load', '', '1.185'],
      ['Crossing', '× 1.30', '1.5405'],
      ['Lifetime', '× .60', '.9243'],
      ['Other factors', '× 1.00', '.9243'],
      ['Score', '', '73.0'],
    ]);
    expect(rows[3]?.fact).toBe('2, none adds');
  });

  it('never folds an assumed factor away, because an assumption must be seen', () => {
    const rows = factorRows(explained([line('Load', null, 1), line('Binding', 1, 1, true), line('Holder', 1, 1), line('Leak', 1, 1), line('Score', null, 81.1)]));
    expect(rows.map((row) => row.name)).toEqual(['Load', 'Binding', 'Other factors', 'Score']);
    expect(rows[1]?.assumed).toBe(true);
  });

  it('keeps a limit after the factors and before the score', () => {
    const rows = factorRows(explained([line('Load', null, 8), line('Holder', 1, 8), line('Leak', 1, 8), line('Limit', null, 7.5), line('Score', null, 100)]));
    expect(rows.map((row) => row.name)).toEqual(['Load', 'Other factors', 'Limit', 'Score']);
    expect(rows[2]?.running).toBe('7.5000');
  });

  it('ends with the score even where the core wrote no such line', () => {
    expect(factorRows(explained([line('Load', null, 1)])).at(-1)).toMatchObject({ name: 'Score', running: '73.0', last: true });
  });
});

describe('the example adds up', () => {
  it('has shares that sum to the score and loads that sum to the load', () => {
    for (const id of ['cred-storefront-web']) {
      const why = blast(id).explanation;
      expect(why.shares.reduce((sum, share) => sum + share.share, 0)).toBeCloseTo(why.blast_score, 6);
      expect(why.shares.reduce((sum, share) => sum + share.load, 0)).toBeCloseTo(why.load, 6);
      for (const change of why.changes) expect(why.blast_score + change.difference).toBeCloseTo(change.new_score, 6);
    }
  });
});

describe('paths and cells', () => {
  const path = (target: string, ...to: string[]): PathLine => ({
    target,
    steps: to.map((name, at) => ({ from: at === 0 ? 'token' : (to[at - 1] ?? ''), to: name, mode: 'R1', meaning: 'holds', evidence: 'observed', source: null })),
    weight_per_mille: 1000,
  });

  it('finds the path of an audience by name or by name and data class', () => {
    const paths = [path('cart, basket', 'cart'), path('payment, cardholder data', 'scope', 'payment')];
    expect(pathTo(paths, 'payment')?.target).toBe('payment, cardholder data');
    expect(pathTo(paths, 'pay')?.target).toBe('cart, basket');
    expect(pathTo([], 'payment')).toBeNull();
    expect(stations(paths[1] ?? path('x'))).toEqual(['token', 'scope', 'payment']);
    expect(stations(path('payment'))).toEqual(['payment']);
  });

  it('starts with the heaviest cell', () => {
    const shown = blast('cred-storefront-web');
    expect(audienceOf(shown, heaviest(shown))).toEqual({ name: 'payment', boundary: 'PCI' });
    expect(audienceOf(shown, 'nobody')).toBeNull();
  });
});

describe('words', () => {
  it('writes scores and bands as the language says', () => {
    expect(outOf100(72.96)).toBe('73 / 100');
    expect([bandWords('Wide'), bandWords('Extreme'), bandWords('unknown')]).toEqual(['Wide, 60 to 79', 'Extreme, 80 to 100', 'unknown']);
  });

  it('gives every figure a place to open', () => {
    for (const figure of blast('cred-storefront-web').figures) expect(Object.keys(figurePlace(figure.label))).toHaveLength(1);
  });
});
