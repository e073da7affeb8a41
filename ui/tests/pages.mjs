// Page tests in a plain browser: the built window with made-up data, under the packaged policy and with frozen prototypes.
// Every page in every theme must draw without an error, break no rule of axe and violate no policy.
// Usage: npm run test:pages [-- --shots FOLDER]. The browser is CHROMIUM or /usr/bin/chromium.
import { createServer } from 'node:http';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'node_modules/.pages');
const shots = process.argv.includes('--shots') ? process.argv[process.argv.indexOf('--shots') + 1] : null;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'";
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const PAGES = ['overview', 'overview?v=table', 'inventory', 'inventory/credentials', 'inventory/grants', 'blast', 'blast/credential/cred-storefront-web', 'blast/credential/cred-ci-release?v=table', 'rotations', 'rotations?v=table', 'third-parties', 'imports', 'packs', 'activity', 'settings'];
/** Things that open over a page or take its place, reached as a user would. */
const STATES = [
  { name: 'panel', at: 'inventory', act: async (page) => { await page.click('[data-row="2"][data-column="1"]'); } },
  { name: 'no-match', at: 'inventory', act: async (page) => { await page.keyboard.press('/'); await page.keyboard.type(' owner:nobody'); await page.keyboard.press('Enter'); } },
  { name: 'bad-filter', at: 'inventory', act: async (page) => { await page.keyboard.press('/'); await page.keyboard.type(' ownr:x'); await page.keyboard.press('Enter'); } },
  { name: 'add-filter', at: 'inventory', act: async (page) => { await page.click('button.add'); } },
  { name: 'columns', at: 'inventory', act: async (page) => { await page.click('text=Columns'); } },
  { name: 'set-a-fact', at: 'inventory', act: async (page) => { await page.click('[data-row="2"][data-column="1"]'); await page.click('text=Set…'); await page.keyboard.press('ArrowDown'); await page.keyboard.press('Enter'); } },
  { name: 'palette', at: 'overview', act: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('ci'); await page.waitForTimeout(400); } },
  { name: 'keys', at: 'overview', act: async (page) => { await page.keyboard.press('?'); } },
  { name: 'lock', at: 'overview', act: async (page) => { await page.keyboard.press('Control+Shift+l'); }, after: async (page) => { await page.keyboard.press('Enter'); } },
  { name: 'make-a-key', at: 'packs', act: async (page) => { await page.click('text=Make a key'); } },
  { name: 'build-a-pack', at: 'packs', act: async (page) => { await page.click('text=Build audit pack'); } },
  { name: 'verify-the-log', at: 'activity', act: async (page) => { await page.click('text=Verify now'); } },
  { name: 'policy', at: 'settings', act: async (page) => { await page.click('table button:has-text("Change") >> nth=0'); } },
  { name: 'import-check', at: 'imports', act: async (page) => { await page.click('main >> text=Import files'); await page.waitForSelector('text=Leave without importing'); } },
  { name: 'import-result', at: 'imports/new', act: async (page) => { await page.click('main button:has(span:text-is("Import"))'); await page.waitForSelector('text=Undo import'); } },
];
const RUNS = [
  { fixture: 'full', scheme: 'light', contrast: null, size: [1440, 900], states: true }, { fixture: 'full', scheme: 'dark', contrast: null, size: [1440, 900], states: true },
  { fixture: 'full', scheme: 'light', contrast: 'more', size: [1280, 800] }, { fixture: 'hostile', scheme: 'dark', contrast: 'more', size: [1024, 640] },
  { fixture: 'empty', scheme: 'light', contrast: null, size: [1024, 640] },
];
/** What axe must not find, in words of its tags. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

process.env.BULKHEAD_HOST = 'fixtures';
await build({ root, logLevel: 'error', build: { outDir: out, emptyOutDir: true } });
const server = createServer((request, response) => {
  const name = new URL(request.url ?? '/', 'http://here').pathname;
  readFile(join(out, name === '/' ? 'index.html' : name)).then(
    (body) => response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/html', 'content-security-policy': POLICY }).end(body),
    () => response.writeHead(404).end(),
  );
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const address = `http://127.0.0.1:${server.address().port}/`;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
let passed = 0;
const failures = [];
if (shots) await mkdir(shots, { recursive: true });

for (const run of RUNS) {
  const page = await browser.newPage({ viewport: { width: run.size[0], height: run.size[1] }, colorScheme: run.scheme, reducedMotion: 'reduce', ...(run.contrast ? { contrast: run.contrast } : {}) });
  let faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    // As the packaged app does (freezePrototype).
    Object.freeze(Object.prototype);
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(`${address}?fixture=${run.fixture}`);
  page.on('filechooser', (chooser) => void chooser.setFiles({ name: 'gitlab-tokens.csv', mimeType: 'text/csv', buffer: Buffer.from('id,name\n1,a\n') }));
  const looks = [...PAGES.map((name) => ({ name, at: name })), ...(run.states ? STATES : [])];
  for (const { name, at, act, after } of looks) {
    faults = [];
    await page.evaluate((to) => { location.hash = `#/${to}`; }, at);
    await page.waitForTimeout(500);
    try {
      await act?.(page);
    } catch (error) {
      faults.push(`could not be reached: ${error.message.split('\n')[0]}`);
    }
    await page.waitForTimeout(act ? 300 : 0);
    const heading = await page.evaluate(() => document.querySelector('h1, h2')?.textContent ?? '');
    if (heading === '') faults.push('no heading');
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) faults.push('the page scrolls sideways');
    // axe is injected by the debugger, which the policy does not concern.
    await page.evaluate(axe);
    const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }).then((result) => result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`)), TAGS);
    faults.push(...found);
    const where = `${name} (${run.fixture}, ${run.scheme}${run.contrast ? ', high contrast' : ''}, ${run.size.join('x')})`;
    if (shots) await page.screenshot({ path: join(shots, `${run.fixture}-${run.scheme}${run.contrast ? '-contrast' : ''}-${run.size[0]}-${name.replaceAll(/[/?=]/g, '-')}.png`) });
    await after?.(page);
    await page.keyboard.press('Escape');
    if (faults.length === 0) passed += 1;
    else failures.push(`${where}\n  ${faults.join('\n  ')}`);
  }
  await page.close();
}
await browser.close();
server.close();
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
