// What must hold for every cell of every size: text never stands on water, nothing leaves the cell, and the letter is always told.
import { describe, expect, it } from 'vitest';
import { guess } from '../measure';
import { letterOf, levelOf, PRIVILEGES, stateOf, type MapCell } from './data';
import { cut, head, label } from './label';

const NAMES = ['payment', 'customer profile', 'Office 365 Management', 'x', 'a-name-without-any-space-that-is-far-too-long', '支払い ゲートウェイ'];
const WIDTHS = [4, 9, 10, 20, 39, 40, 48, 59, 60, 74, 120, 300];
const HEIGHTS = [6, 11, 23, 24, 30, 37, 38, 56, 73, 74, 90, 111, 112, 200];

function cell(name: string, privilege: string, steps: number, gateway: boolean): MapCell {
  return { id: name, things: 1, name, sensitivity: 'regulated', x: 0, y: 0, width: 1, height: 1, privilege, steps, gateway_only: gateway, load: 0 };
}

function* everyCell() {
  for (const name of NAMES) {
    for (const privilege of ['none', ...PRIVILEGES]) {
      for (const steps of privilege === 'none' ? [0] : [1, 3]) {
        for (const gateway of privilege === 'none' ? [false] : [false, true]) yield cell(name, privilege, steps, gateway);
      }
    }
  }
}

describe('label of a cell', () => {
  for (const scale of [1, 2]) {
    const measure = (text: string, strong: boolean) => guess(text, strong) * scale;
    it(`keeps text above the water and inside the cell at text size ${scale}`, () => {
      for (const one of everyCell()) {
        for (const w of WIDTHS) {
          for (const h of HEIGHTS) {
            const [width, height] = [w * scale, h * scale];
            const drawn = label(one, width, height, scale, measure);
            const where = `${one.name}, ${one.privilege}, ${w} x ${h}`;
            const floods = levelOf(one.privilege) === 6 && !one.gateway_only;
            for (const line of drawn.lines) {
              expect(line.x + measure(line.text, stateOf(one) === 'wet' && line.role !== 'fact'), where).toBeLessThanOrEqual(width);
              expect(line.y, where).toBeLessThanOrEqual(height);
              // The strip is for text, the well for water; only escalate floods both, and then its text has a colour of its own.
              if (!drawn.small && !floods && drawn.water !== null) expect(line.y, where).toBeLessThan(drawn.water);
            }
            const letter = drawn.lines.filter((line) => line.role === 'letter').map((line) => line.text);
            const room = w >= guess('W', true) + 3 && h >= 11;
            expect(letter, where).toEqual(one.privilege === 'none' || !room ? [] : [letterOf(one.privilege)]);
          }
        }
      }
    });
  }

  it('raises the water with the privilege, level by level', () => {
    const tops = PRIVILEGES.map((privilege) => label(cell('payment', privilege, 1, false), 120, 200, 1, guess).water ?? -1);
    expect(tops).toEqual([...tops].sort((a, b) => b - a));
    expect(new Set(tops).size).toBe(6);
    expect(tops[5]).toBe(0);
  });

  it('writes nothing into a dry cell that is too small, and only a letter into a wet one', () => {
    expect(label(cell('payment', 'none', 0, false), 39, 100, 1, guess).lines).toEqual([]);
    expect(label(cell('payment', 'write', 1, false), 39, 100, 1, guess).lines.map((line) => line.text)).toEqual(['W']);
  });

  it('says privilege and steps from 74 high and the class from 112', () => {
    const words = (h: number) => label(cell('payment', 'write', 2, false), 130, h, 1, guess).lines.map((line) => line.text);
    expect(words(73)).toEqual(['payment', 'W']);
    expect(words(74)).toEqual(['payment', 'W', 'write, 2 steps']);
    expect(words(112)).toEqual(['payment', 'W', 'write, 2 steps', 'regulated']);
  });

  it('puts plates behind text only where hatching meets escalate', () => {
    expect(label(cell('payment', 'escalate', 2, false), 120, 120, 1, guess).plates.length).toBeGreaterThan(0);
    expect(label(cell('payment', 'escalate', 1, false), 120, 120, 1, guess).plates).toEqual([]);
    expect(label(cell('payment', 'admin', 2, false), 120, 120, 1, guess).plates).toEqual([]);
  });
});

describe('cut and head', () => {
  it('cuts whole characters at the end', () => {
    expect(cut('payment', 100, guess, false)).toBe('payment');
    expect(cut('😀😀😀😀', 18, guess, false)).toBe('😀😀…');
    expect(cut('payment', 5, guess, false)).toBe('');
  });

  it('loses the words of the head in the stated order', () => {
    const at = (width: number) => head('Commerce', 2, 8, 6, width, guess);
    expect(at(400)).toEqual({ name: 'Commerce', reached: '2 of 8 reached', more: ' + 6 gateway only' });
    expect(at(220)).toEqual({ name: 'Commerce', reached: '2 of 8 reached', more: ' + 6' });
    expect(at(150)).toEqual({ name: 'Commerce', reached: '2 of 8', more: ' + 6' });
    expect(at(120).name.endsWith('…')).toBe(true);
    expect(at(40).reached).toBe('');
  });
});
