import { describe, expect, it } from 'vitest';
import { changeText, sayCell, type FloodMap, type MapCell } from './data';
import { guess } from '../measure';
import { label } from './label';
import { changed, withTides } from './tide';

function cell(id: string, privilege: string, load: number): MapCell {
  return { id, things: 1, name: id, sensitivity: 'internal', x: 0, y: 0, width: 1, height: 1, privilege, steps: privilege === 'none' ? 0 : 1, gateway_only: false, load };
}

function map(...cells: MapCell[]): FloodMap {
  const reached = cells.filter((one) => one.privilege !== 'none').length;
  return { compartments: [{ name: 'Commerce', boundary: 'Commerce', privilege: 'none', x: 0, y: 0, width: 1600, height: 900, audiences: cells.length, reached, gateway_only: 0, cells }], audiences: cells.length, raised: 0, folded: false };
}

describe('tide marks', () => {
  const before = map(cell('cart', 'write', 0.195), cell('payment', 'write', 0.65), cell('product', 'none', 0));
  const after = map(cell('cart', 'none', 0), cell('payment', 'write', 0.65), cell('product', 'read', 0.02));
  const marked = withTides(before, after, (id) => (id === 'cart' ? 'token 3' : ''));
  const [cart, payment, product] = marked.compartments[0]!.cells as [MapCell, MapCell, MapCell];

  it('stand only where the water differs', () => {
    expect(payment.tide).toBeUndefined();
    expect(cart.tide).toEqual({ privilege: 'write', change: -0.195, token: 'token 3' });
    expect(changed(marked)).toBe(2);
  });

  it('are told in words and drawn at the height of before', () => {
    expect(changeText(-0.195)).toBe('− .195');
    expect(changeText(1.25)).toBe('+ 1.250');
    expect(sayCell(cart, 'Commerce')).toBe('cart, Commerce: not reached, internal, − .195 against today, held by token 3');
    const lost = label(cart, 120, 120, 1, guess);
    expect(lost.lines.map((line) => line.text)).toEqual(['cart', '− .195', 'token 3']);
    expect(lost.water).toBeNull();
    const was = label(cell('cart', 'write', 0.195), 120, 120, 1, guess);
    expect(lost.tide).not.toBeNull();
    expect(was.tide).toBeNull();
    expect(label(product, 120, 120, 1, guess).lines.map((line) => line.text)).toContain('+ .020');
  });

  it('shows a sign alone in a small cell', () => {
    expect(label(cart, 30, 20, 1, guess).lines.map((line) => line.text)).toEqual(['−']);
  });
});
