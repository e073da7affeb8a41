import { describe, expect, it } from 'vitest';
import { barAt, barOf, reachOf, SPACER_MAX, topAt, topFor } from './scroll';

const ROWS = 3_000_000;
const HEIGHT = 24;
const BODY = 600;

describe('scrolling of three million rows', () => {
  const reach = reachOf(ROWS, HEIGHT, BODY);

  it('never asks for a spacer that an engine would cap', () => {
    expect(barOf(reach)).toBe(SPACER_MAX);
    expect(barOf(reachOf(1000, HEIGHT, BODY))).toBe(1000 * HEIGHT - BODY);
  });

  it('reaches the first and the last row by the thumb', () => {
    expect(topAt(0, reach)).toBe(0);
    expect(topAt(SPACER_MAX, reach)).toBe(ROWS * HEIGHT - BODY);
    // Engines report fractions of a pixel; the last one still means the end.
    expect(topAt(SPACER_MAX - 0.5, reach)).toBe(ROWS * HEIGHT - BODY);
  });

  it('pictures a top and reads it back without drifting by more than the thumb can show', () => {
    for (const row of [1, 1_234_567, 2_999_000]) {
      const top = row * HEIGHT;
      expect(Math.abs(topAt(barAt(top, reach), reach) - top)).toBeLessThan(0.01);
    }
  });

  it('leaves small tables unscaled, so that a pixel is a pixel', () => {
    const small = reachOf(5000, HEIGHT, BODY);
    expect(barAt(777, small)).toBe(777);
    expect(topAt(777, small)).toBe(777);
  });

  it('moves only as far as it must to show a row', () => {
    expect(topFor(10, 0, HEIGHT, BODY)).toBe(0);
    expect(topFor(25, 0, HEIGHT, BODY)).toBe(26 * HEIGHT - BODY);
    expect(topFor(3, 240, HEIGHT, BODY)).toBe(72);
    expect(topFor(ROWS - 1, 0, HEIGHT, BODY)).toBe(reach);
  });
});
