// Sums and sentences of the small charts: a picture and its table tell the same numbers.
import { describe, expect, it } from 'vitest';
import { say as sayAges, tableOf as ages } from './age-histogram/data';
import { example as ageing } from './age-histogram/example';
import { monthName, say as sayMonths, tableOf as months } from './due-calendar/data';
import { example as due } from './due-calendar/example';
import { countsOf, say as sayGrid, tableOf as grid } from './exposure-grid/data';
import { cells, exposures, impacts } from './exposure-grid/example';
import { bandPath, heightOf, placesOf, say as sayTrend, spread, stepPath, type TrendPoint } from './score-trend/data';
import { example as trend } from './score-trend/example';
import { shade } from './table';

const sum = (rows: string[][], column: number) => rows.reduce((total, row) => total + Number((row[column] ?? '0').replaceAll(',', '')), 0);

describe('age histogram', () => {
  it('adds up to the credentials with a clock', () => {
    const rows = ages(ageing).rows;
    expect([sum(rows, 1), sum(rows, 2), sum(rows, 3)]).toEqual([941, 62, 112]);
    expect(sayAges(ageing)).toBe('62 of 1,003 credentials of known age are late; the age of 112 is unknown.');
  });
});

describe('due calendar', () => {
  it('adds up to what is in time and names the peak', () => {
    expect(sum(months(due).rows, 1)).toBe(941);
    expect(sayMonths(due)).toBe('941 credentials come due in 12 months; most, 254, in Dec 2026.');
    expect(sayMonths([])).toBe('No credential comes due in these months.');
  });

  it('shows a month of another form as it is', () => {
    expect(monthName('2026-13')).toEqual({ name: '2026-13', year: '' });
    expect(monthName('2027-01')).toEqual({ name: 'Jan', year: '2027' });
  });
});

describe('exposure grid', () => {
  it('puts counts where they belong and nothing elsewhere', () => {
    expect(countsOf(2, 2, [{ row: 0, column: 1, count: 3 }, { row: 9, column: 0, count: 5 }])).toEqual([[0, 3], [0, 0]]);
    expect(grid(impacts, exposures, cells).rows).toHaveLength(5);
    expect(sayGrid(impacts, exposures, cells)).toBe('94 third-party clients by impact and exposure; 6 with critical impact and exposure application.');
  });
});

describe('score trend', () => {
  const plot = { left: 10, top: 0, width: 100, height: 100 };
  const point = (revision: number, day: string, median: number): TrendPoint => ({ revision, as_of: day, scores: [5, median, 80, 100] });

  it('draws revisions as steps, never as slopes', () => {
    expect(stepPath([0, 10, 20], [5, 6, 7])).toBe('M0 5 H10 V6 H20 V7');
    const area = bandPath([0, 10], [5, 6], [50, 60]);
    expect(area).toBe('M0 5 H10 V6 L10 60 V50 H0 Z');
  });

  it('places points by time, and evenly when all share one time', () => {
    expect(placesOf([point(1, '2026-01-01', 0), point(2, '2026-01-02', 0), point(3, '2026-01-05', 0)], plot)).toEqual([10, 35, 110]);
    expect(placesOf([point(1, '', 0), point(2, '', 0)], plot)).toEqual([10, 110]);
    expect(heightOf(0, plot)).toBe(100);
    expect(heightOf(140, plot)).toBe(0);
  });

  it('keeps labels apart and inside', () => {
    const tops = spread([100, 99, 98, 0], 15, 100);
    expect(tops[3]).toBe(0);
    expect(Math.max(...tops)).toBeLessThanOrEqual(100);
    const order = [...tops].sort((a, b) => a - b);
    for (let at = 1; at < order.length; at += 1) expect((order[at] ?? 0) - (order[at - 1] ?? 0)).toBeGreaterThanOrEqual(15);
  });

  it('says where median and maximum went', () => {
    expect(sayTrend(trend)).toBe('From revision 12 to 41 the median score fell from 35 to 27 / 100 and the maximum rose from 98 to 100 / 100.');
    expect(sayTrend([])).toBe('No earlier revision to compare with.');
  });
});

describe('shading', () => {
  it('uses three steps and none for nothing', () => {
    expect([shade(0, 9), shade(1, 9), shade(4, 9), shade(9, 9), shade(3, 0)]).toEqual([0, 1, 2, 3, 0]);
  });
});
