// The tier map: what is lit, what the table says, places inside the frame, and one tab stop under keys.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pictureSvg } from '../../parts/picture-export';
import { curve, lit, place, sayEdge, sayFold, sayTiers, tableOf } from './data';
import { example } from './example';
import TierMap from './TierMap.svelte';

const WIDTH = 900;
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => WIDTH });

let shown: ReturnType<typeof mount> | null = null;
afterEach(async () => {
  if (shown !== null) await unmount(shown);
  shown = null;
  document.body.replaceChildren();
});

function draw(map = example) {
  const heard = { onopen: vi.fn(), onchoose: vi.fn(), ontable: vi.fn() };
  shown = mount(TierMap, { target: document.body, props: { map, ...heard } });
  flushSync();
  return heard;
}
const node = (at: number) => document.querySelector<SVGElement>(`[data-at="${at}"]`);
function press(at: number, key: string) {
  node(at)?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
}

describe('what is lit', () => {
  it('is every way through a node, an edge or a path, and nothing else', () => {
    expect([...(lit(example, { kind: 'node', at: 4 })?.nodes ?? [])]).toEqual([0, 1, 2, 4, 6, 8]);
    expect(lit(example, { kind: 'edge', at: 9 })?.paths).toEqual([0]);
    expect([...(lit(example, { kind: 'path', at: 2 })?.edges ?? [])]).toEqual([2, 7, 10]);
    expect(lit(example, null)).toBeNull();
  });
});

describe('words', () => {
  it('tell the heaviest way, the fold and each step', () => {
    expect(sayTiers(example)).toBe('3 ways from storefront-web to data; the heaviest goes payment, write, cardholder data and carries 40.0 points.');
    expect(sayFold({ ...example, groups: 9, objects: 12480 })).toBe('Showing 10 nodes for 12,480 objects; 9 groups');
    const edge = example.edges[3];
    expect(edge && sayEdge(example, edge)).toBe('cart to support-assistant: its data holds credentials of it (R9, declared)');
  });

  it('and the table has every way, adding up to what the unit carries', () => {
    const rows = tableOf(example).rows;
    expect(rows[1]).toEqual(['vault', 'cardholder data', '', 'admin', 'cart, support-assistant', '20.0']);
    expect(rows[0]?.[4]).toBe('direct');
    expect(rows.reduce((sum, row) => sum + Number(row[5]), 0)).toBe(example.nodes[0]?.share);
  });
});

describe('places', () => {
  it('stay inside the frame and leave room between columns at 700 and at 1,400 pixels', () => {
    for (const width of [700, 1400]) {
      const { boxes, xs, wide } = place(example, width, 1);
      for (const box of boxes) expect(box.x >= 0 && box.x + box.width <= width).toBe(true);
      for (let at = 1; at < xs.length; at += 1) expect((xs[at] ?? 0) - (xs[at - 1] ?? 0) - wide).toBeGreaterThanOrEqual(29);
    }
    const { boxes } = place(example, 900, 1);
    expect(boxes[0] && boxes[3] && curve(boxes[0], boxes[3])).toMatch(/^M[\d.]+ 39 C/);
  });
});

describe('under keys', () => {
  it('has one tab stop, moves by arrows, opens by Enter and lights by Space', () => {
    const heard = draw();
    expect(document.querySelectorAll('[data-at][tabindex="0"]')).toHaveLength(1);
    press(0, 'ArrowRight');
    expect(document.activeElement).toBe(node(1));
    press(3, 'ArrowDown');
    expect(document.activeElement).toBe(node(4));
    press(4, 'Enter');
    press(4, ' ');
    press(4, 't');
    expect(heard.onopen).toHaveBeenCalledWith(4);
    expect(heard.onchoose).toHaveBeenCalledWith({ kind: 'node', at: 4 });
    expect(heard.ontable).toHaveBeenCalledOnce();
    expect(node(3)?.classList.contains('dim')).toBe(true);
    expect(node(8)?.classList.contains('dim')).toBe(false);
  });
});

describe('as a file', () => {
  it('holds no script, style, class or foreign element, and hostile names only as text', () => {
    const hostile = '</text><script>alert(1)</script>&\u0001';
    draw({ ...example, nodes: example.nodes.map((one, at) => (at === 3 ? { ...one, name: 'p</b>' } : one)) });
    const svg = document.querySelector<SVGSVGElement>('svg');
    if (svg === null) throw new Error('nothing drawn');
    const { text, width, height } = pictureSvg(svg, [hostile, 'revision 41, no filter']);
    expect([width, height]).toEqual([WIDTH + 32, Number(svg.getAttribute('height')) + 64]);
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('script, style, foreignObject, image, a, use')).toBeNull();
    expect([...parsed.querySelectorAll('*')].flatMap((one) => [...one.attributes]).filter(({ name }) => /^on|^class$|^style$|href|^role$|^aria|^data/.test(name))).toEqual([]);
    expect(parsed.documentElement.textContent).toContain('</text><script>alert(1)</script>&\ufffd');
    expect(parsed.documentElement.textContent).toContain('p</b>');
  });
});
