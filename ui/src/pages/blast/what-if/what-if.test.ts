import { describe, expect, it } from 'vitest';
import type { StrategyLine, TokenGroup } from '../../../api/gen';
import { axisEnd, holdings, moved, numberWord, readOwn, writeOwn } from './what-if';

const group = (...audiences: string[]): TokenGroup => ({ audiences, binding: null, lifetime_seconds: null });

describe('own tokens', () => {
  it('come back from the address as they were written', () => {
    const groups = [{ audiences: ['a1', 'b2'], binding: 'enforced', lifetime_seconds: 300 }, group('c3')];
    expect(writeOwn(groups)).toBe('a1,b2~enforced~300.c3');
    expect(readOwn(writeOwn(groups))).toEqual(groups);
    expect(readOwn(null)).toEqual([]);
    expect(readOwn('a1~loose~soon')).toEqual([group('a1')]);
  });

  it('move into another token or a new one, and an empty token goes', () => {
    const groups = [group('a', 'b'), group('c')];
    expect(moved(groups, 'c', 0)).toEqual([group('a', 'b', 'c')]);
    expect(moved(groups, 'b', 2)).toEqual([group('a'), group('c'), group('b')]);
    expect(moved(groups, 'a', 0)).toEqual([group('b', 'a'), group('c')]);
  });
});

describe('figures', () => {
  const line = (worst_reach: number, ...names: string[][]) =>
    ({ worst_reach, tokens: names.map((one) => ({ names: one })) }) as unknown as StrategyLine;

  it('share one axis that ends at a round number', () => {
    expect(axisEnd([line(1.5405), line(0.65)])).toBeCloseTo(1.6);
    expect(axisEnd([line(0)])).toBeCloseTo(0.1);
    expect(axisEnd([line(10.564)])).toBe(11);
  });

  it('read as people say them', () => {
    expect(holdings(line(1, ['payment'], ['cart', 'product']))).toBe('{payment}, {cart, product}');
    expect([numberWord(1), numberWord(3), numberWord(12)]).toEqual(['one', 'three', '12']);
  });
});
