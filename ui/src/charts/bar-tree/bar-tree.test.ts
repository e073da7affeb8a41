// Parts of a score: rows, arcs and table tell the same shares.
import { describe, expect, it } from 'vitest';
import { arcPath, arcsOf, rowsOfTree, sayPart, tableOf, type BarTree } from './data';

const leaf = (name: string, share: number) => ({ name, share, things: 1, link: null, parts: [] });
const tree: BarTree = {
  blast_score: 80, atoms: 9,
  parts: [
    { name: 'payment', share: 50, things: 1, link: { table: 'audiences', filter: 'key:p', id: null }, parts: [{ ...leaf('admin', 40), parts: [leaf('pay.all', 30), leaf('others (4)', 10)] }, { ...leaf('read', 10), parts: [leaf('pay.read', 10)] }] },
    { name: 'cart', share: 20, things: 1, link: null, parts: [{ ...leaf('write', 20), parts: [leaf('cart.write', 20)] }] },
    leaf('others (7)', 10),
  ],
};

describe('parts of a score', () => {
  it('show what is open, in the order of the core', () => {
    expect(rowsOfTree(tree, (key) => key === '0').map((row) => [row.key, row.level, row.part.name])).toEqual([['0', 1, 'payment'], ['0.0', 2, 'admin'], ['0.1', 2, 'read'], ['1', 1, 'cart'], ['2', 1, 'others (7)']]);
  });

  it('fill the ring once, and every arc holds its parts', () => {
    const arcs = arcsOf(tree);
    const inner = arcs.filter((arc) => arc.level === 1);
    expect(inner.reduce((sum, arc) => sum + arc.to - arc.from, 0)).toBeCloseTo(1);
    for (const arc of arcs.filter((one) => one.parent !== null)) {
      const parent = arcs.find((one) => one.key === arc.parent);
      expect(arc.from).toBeGreaterThanOrEqual((parent?.from ?? 2) - 1e-9);
      expect(arc.to).toBeLessThanOrEqual((parent?.to ?? -1) + 1e-9);
    }
    expect(arcPath(100, 10, 20, 0, 1)).not.toContain('NaN');
  });

  it('add up to the score in the table, and are told with their share', () => {
    expect(tableOf(tree).rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(80);
    const first = rowsOfTree(tree, () => false)[0];
    expect(first && sayPart(tree, first)).toBe('API payment: 50.0 points, 63 % of the score');
  });
});
