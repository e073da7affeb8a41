import { describe, expect, it } from 'vitest';
import type { GridColumn } from './column';
import { csv, csvCell, tsv } from './copy';

const columns: GridColumn[] = [
  { field: 'name', title: 'Name', kind: 'name', width: 100, help: '' },
  { field: 'blast_score', title: 'Score', kind: 'score', width: 60, help: '' },
];

describe('copied rows', () => {
  it('cannot become a formula, while numbers stay numbers', () => {
    expect(csvCell('=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(csvCell('@cmd')).toBe("'@cmd");
    expect(csvCell('-5')).toBe("'-5");
    expect(csvCell(-5)).toBe('-5');
  });

  it('says unknown and never leaves it blank', () => {
    expect(csv(columns, [{ id: '1', cells: [null, null] }])).toBe('Name,Score\r\nunknown,unknown\r\n');
  });

  it('keeps hidden characters visible and cells apart in tab-separated text', () => {
    expect(tsv(columns, [{ id: '1', cells: ['Pay\u202Eroll\tX', 73.4] }])).toBe('Pay[U+202E]roll[U+0009]X\t73 / 100');
  });
});
