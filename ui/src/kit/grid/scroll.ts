// Arithmetic of a grid with more rows than an element can be high. The state is the true top in row pixels; the scroll bar is only a
// picture of it, because engines cap an element at some 33 million pixels (1,048,576 rows of 32).

/** No spacer is higher than this, in pixels. */
export const SPACER_MAX = 8_000_000;

/** How far the true top can go. */
export function reachOf(rows: number, rowHeight: number, body: number): number {
  return Math.max(0, rows * rowHeight - body);
}

/** How far the scroll bar goes. */
export function barOf(reach: number): number {
  return Math.min(reach, SPACER_MAX);
}

/** The scroll position that pictures a true top. */
export function barAt(top: number, reach: number): number {
  if (reach === 0) return 0;
  return reach <= SPACER_MAX ? top : (top / reach) * SPACER_MAX;
}

/** The true top that a dragged scroll bar means. */
export function topAt(bar: number, reach: number): number {
  if (reach <= SPACER_MAX) return Math.min(bar, reach);
  // Both ends are exact, so that the first and the last row can be reached by the thumb.
  if (bar <= 0) return 0;
  if (bar >= SPACER_MAX - 1) return reach;
  return (bar / SPACER_MAX) * reach;
}

/** The true top at which a row is wholly visible, moving as little as possible. */
export function topFor(row: number, top: number, rowHeight: number, body: number): number {
  const start = row * rowHeight;
  if (start < top) return start;
  if (start + rowHeight > top + body) return start + rowHeight - body;
  return top;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
