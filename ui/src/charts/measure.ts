// Widths of text in the fonts of the page, for pictures that must cut words themselves. Knows no picture.

/** Width in pixels of a text; `strong` is weight 600. */
export type Measure = (text: string, strong: boolean) => number;

/** Without a canvas (tests): a steady guess, a little wide, so that nothing is drawn over its edge. */
export const guess: Measure = (text, strong) => Array.from(text).length * (strong ? 6.4 : 6);

/** A measure for the size of map cells at a text scale (1 = 100 %), in the font family of `element`. */
export function measureIn(element: Element, scale: number): Measure {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text, strong) => guess(text, strong) * scale;
  const family = getComputedStyle(element).fontFamily;
  const known = new Map<string, number>();
  return (text, strong) => {
    const key = (strong ? '1' : '0') + text;
    let width = known.get(key);
    if (width === undefined) {
      context.font = `${strong ? 600 : 400} ${11 * scale}px ${family}`;
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}

/** Text size of the page against 100 %. */
export function textScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Number.isFinite(size) && size > 0 ? size / 16 : 1;
}
