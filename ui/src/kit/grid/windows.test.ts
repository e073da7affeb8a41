import { describe, expect, it } from 'vitest';
import { RowWindows, WINDOW } from './windows.svelte';

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

function estate(total: number) {
  const asked: number[] = [];
  const windows = new RowWindows<number>(async (offset, limit) => {
    asked.push(offset);
    return { total, rows: Array.from({ length: Math.min(limit, total - offset) }, (_, at) => offset + at) };
  });
  return { asked, windows };
}

describe('windows of rows', () => {
  it('reads only the windows that are looked at', async () => {
    const { asked, windows } = estate(3_000_000);
    windows.want(0, 30);
    await pause();
    expect(windows.total).toBe(3_000_000);
    windows.want(2_999_980, 2_999_999);
    await pause();
    expect(windows.at(2_999_999)).toBe(2_999_999);
    expect(asked).toEqual([0, 2_999_800]);
  });

  it('drops wishes that nobody looks at any more, so that fast scrolling does not queue', async () => {
    const { asked, windows } = estate(100_000);
    windows.want(0, 10);
    await pause();
    for (let row = 0; row < 50_000; row += WINDOW) windows.want(row, row + 10);
    await pause();
    await pause();
    expect(asked.length).toBeLessThan(10);
    expect(windows.at(49_801)).toBe(49_801);
  });

  it('marks one failed window, leaves the others alone, and reads it again on demand', async () => {
    let broken = true;
    const windows = new RowWindows<number>(async (offset) => {
      if (offset === WINDOW && broken) throw new Error('no answer');
      return { total: 1000, rows: Array.from({ length: WINDOW }, (_, at) => offset + at) };
    });
    windows.want(0, 10);
    await pause();
    windows.want(190, 210);
    await pause();
    expect(windows.at(5)).toBe(5);
    expect(windows.at(WINDOW)).toBe('failed');
    broken = false;
    windows.retry(WINDOW);
    await pause();
    expect(windows.at(WINDOW)).toBe(WINDOW);
  });

  it('forgets the oldest windows, so that memory stays bounded', async () => {
    const { windows } = estate(100_000);
    for (let row = 0; row < 100_000; row += WINDOW) {
      windows.want(row, row);
      await pause();
    }
    expect(windows.at(0)).toBe('loading');
    expect(windows.at(99_999)).toBe(99_999);
  });

  it('loads a whole range for a selection', async () => {
    const { windows } = estate(1000);
    windows.want(0, 0);
    await pause();
    await windows.load(150, 650);
    for (const row of [150, 399, 650]) expect(windows.at(row)).toBe(row);
  });
});
