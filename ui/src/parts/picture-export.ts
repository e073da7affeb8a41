// A drawing as a file of its own: styles become attributes, what only the window needs goes, a line says what it shows. Text stays
// text, and the serializer escapes it, so that nothing imported can become markup.

const SVG = 'http://www.w3.org/2000/svg';
/** What the drawings set by style sheets; everything else keeps its default. */
const LOOKS = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'paint-order',
  'font-family', 'font-size', 'font-weight', 'font-style', 'unicode-bidi',
];
/** Where a drawing's own attributes stay; all others (roles, classes, handlers, data) are of the window. */
const KEPT = new Set([
  'x', 'y', 'x1', 'x2', 'y1', 'y2', 'dx', 'dy', 'cx', 'cy', 'r', 'rx', 'ry', 'd', 'points', 'width', 'height', 'viewBox', 'transform', 'id', 'text-anchor',
  'patternUnits', 'patternTransform', 'fill',
]);
const ELEMENTS = new Set(['svg', 'g', 'defs', 'pattern', 'path', 'rect', 'text', 'tspan', 'circle', 'line', 'polyline', 'polygon', 'title']);
const LINE = 16;
const MARGIN = 16;

// Signs that XML cannot hold, not even escaped.
const FORBIDDEN = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]', 'g');

export type Look = (element: Element) => { getPropertyValue(name: string): string };

/** The drawing as an SVG file with its scope lines under it, on an opaque ground. */
export function pictureSvg(drawing: SVGSVGElement, lines: readonly string[], look: Look = getComputedStyle): { text: string; width: number; height: number } {
  const width = Number(drawing.getAttribute('width') ?? 0);
  const inner = Number(drawing.getAttribute('height') ?? 0);
  const full = { width: width + 2 * MARGIN, height: inner + 2 * MARGIN + LINE * lines.length };
  const root = document.createElementNS(SVG, 'svg');
  root.setAttribute('width', String(full.width));
  root.setAttribute('height', String(full.height));
  root.setAttribute('viewBox', `0 0 ${full.width} ${full.height}`);
  const page = look(document.documentElement);
  const colour = (name: string) => page.getPropertyValue(name).trim() || 'none';

  const title = document.createElementNS(SVG, 'title');
  title.textContent = clean(lines[0] ?? '');
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('width', String(full.width));
  ground.setAttribute('height', String(full.height));
  ground.setAttribute('fill', colour('--canvas'));
  const moved = document.createElementNS(SVG, 'g');
  moved.setAttribute('transform', `translate(${MARGIN} ${MARGIN})`);
  for (const child of drawing.children) {
    const made = copy(child, look);
    if (made !== null) moved.append(made);
  }
  root.append(title, ground, moved);
  lines.forEach((line, at) => {
    const text = document.createElementNS(SVG, 'text');
    text.setAttribute('x', String(MARGIN));
    text.setAttribute('y', String(inner + 2 * MARGIN + LINE * at));
    text.setAttribute('fill', colour('--ink-2'));
    text.setAttribute('font-family', 'system-ui, sans-serif');
    text.setAttribute('font-size', '11');
    text.textContent = clean(line);
    root.append(text);
  });
  return { text: new XMLSerializer().serializeToString(root), ...full };
}

function clean(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd');
}

function copy(from: Element, look: Look): Element | null {
  if (!ELEMENTS.has(from.localName)) return null;
  const style = look(from);
  if (style.getPropertyValue('display') === 'none') return null;
  const made = document.createElementNS(SVG, from.localName);
  for (const { name, value } of from.attributes) if (KEPT.has(name)) made.setAttribute(name, value);
  if (from.localName !== 'title' && from.localName !== 'defs') {
    for (const name of LOOKS) {
      const value = style.getPropertyValue(name).trim();
      if (value !== '' && value !== 'normal') made.setAttribute(name, value.replace(/url\("([^"]*)"\)/g, 'url($1)'));
    }
  }
  for (const child of from.childNodes) {
    if (child instanceof Element) {
      const inside = copy(child, look);
      if (inside !== null) made.append(inside);
    } else if (child.nodeType === Node.TEXT_NODE) made.append(clean(child.textContent ?? ''));
  }
  return made;
}

/** The file as pixels, twice as dense; base64 without its head. */
export async function picturePng(svg: { text: string; width: number; height: number }): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(svg.width * 2);
  canvas.height = Math.ceil(svg.height * 2);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.scale(2, 2);
  context.drawImage(image, 0, 0);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

/** A painted drawing with its scope lines under it, twice as dense or as dense as the screen; base64 without its head. */
export function canvasPng(painted: HTMLCanvasElement, lines: readonly string[]): string {
  const shown = painted.width / Math.max(1, painted.clientWidth);
  const ratio = Math.max(2, shown);
  const [width, height] = [(painted.width / shown) * ratio, (painted.height / shown) * ratio];
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width + 2 * MARGIN * ratio);
  canvas.height = Math.ceil(height + (2 * MARGIN + LINE * lines.length) * ratio);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const page = getComputedStyle(document.documentElement);
  context.fillStyle = page.getPropertyValue('--canvas').trim();
  context.fillRect(0, 0, canvas.width, canvas.height);
  // Cells keep their edges when they are made larger.
  context.imageSmoothingEnabled = false;
  context.drawImage(painted, MARGIN * ratio, MARGIN * ratio, width, height);
  context.fillStyle = page.getPropertyValue('--ink-2').trim();
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  lines.forEach((line, at) => context.fillText(clean(line), MARGIN * ratio, height + (2 * MARGIN + LINE * at) * ratio));
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

/** Text as base64 of its UTF-8 bytes. */
export function base64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
