import { describe, expect, it } from 'vitest';
import { ribbon, sayPlace, saySankey, shareText, tableOf, valueText, type Sankey } from './data';

const place = (name: string, value: number, things = 1) => ({ name, things, value, y: 0, height: 10, link: null });
const sankey: Sankey = {
  revision: 3,
  columns: [[place('no vendor', 8), place('2 others', 2, 2)], [place('payment', 7), place('cart', 3)], [place('regulated', 7), place('internal', 3)]],
  flows: [
    { column: 0, from: 0, to: 0, value: 6, y_from: 0, y_to: 0, height: 5, link: null },
    { column: 1, from: 0, to: 0, value: 7, y_from: 0, y_to: 0, height: 5, link: null },
  ],
  total: 10,
};

describe('the Sankey', () => {
  it('tells its finding in one sentence', () => {
    expect(saySankey(sankey, 'grants')).toBe('10 grants; most comes from no vendor (80 %) and goes to payment (70 %); 70 % reaches restricted or regulated data.');
    expect(saySankey({ ...sankey, total: 0 }, 'grants')).toBe('No grant leads to an API.');
  });

  it('names places and flows with value and share', () => {
    expect(sayPlace(place('cart', 3), sankey, 'grants')).toBe('cart: 3 grants, 30 %');
    expect([valueText(1, 'grants'), valueText(650, 'reach')]).toEqual(['1 grant', '.7 load']);
    expect([shareText(1, 1000), shareText(0, 10), shareText(1, 0)]).toEqual(['under 1 %', '0 %', '0 %']);
    expect(tableOf(sankey, 'grants').rows[0]).toEqual(['no vendor', 'payment', '6', '60 %']);
  });

  it('draws ribbons of one height', () => {
    expect(ribbon(0, 100, 10, 30, 5)).toBe('M0 10 C50 10 50 30 100 30 V35 C50 35 50 15 0 15 Z');
  });
});
