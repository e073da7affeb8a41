// The pictures of the README: four pages of the demo, written to docs/pictures. Run by `cargo xtask pictures`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { browse, serve } from './browser.mjs';

const folder = join(new URL('../..', import.meta.url).pathname, 'docs/pictures');
/** Name of the picture, theme, what must be seen before it is taken. */
const SHOTS = [
  ['blast-light', 'light', (client) => `#/blast/client/${client}`, 'Why '],
  ['what-if-light', 'light', (client) => `#/blast/client/${client}/what-if`, 'Must split'],
  ['overview-dark', 'dark', () => '#/overview', 'Do next'],
  ['enforcement-light', 'light', () => '#/enforcement', 'Token, gateway and API together'],
];

await mkdir(folder, { recursive: true });
const core = await serve();
const browser = await browse();
try {
  const opened = await core.rpc('demo_open');
  if (opened.job) await core.finished(opened);
  const units = await core.rpc('rows', { table: 'clients', filter: 'name:"Storefront batch"', columns: ['name'], limit: 1 });
  const client = units.rows[0].id;
  for (const [name, theme, place, seen] of SHOTS) {
    const page = await browser.page(core.address, { theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(core.address + place(client));
    await page.getByText(seen).first().waitFor();
    // Fonts and the panel settle within one frame more; nothing moves after that.
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
    process.stdout.write(`wrote docs/pictures/${name}.png\n`);
  }
} finally {
  await browser.close();
  await core.close();
}
