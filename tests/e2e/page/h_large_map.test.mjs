// An estate with more APIs than a map can hold: walls first, a wall is entered by mouse and by keyboard, and the way back leads out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

/** APIs of the estate; the map draws two thousand at once. */
const APIS = 2400;
/** All of these hold more than a map draws, the others hold a few. */
const BIG = 2100;

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  const boundary = (n) => (n < BIG ? 'Shop' : ['PCI', 'CRM', '', 'Geo'][n % 4]);
  const register = ['api,wall,impact,classes'];
  for (let n = 0; n < APIS; n += 1) register.push(`api-${n},${boundary(n)},${n % 7 === 0 ? 'high' : 'low'},data=${n % 5 === 0 ? 'restricted' : 'internal'}`);
  const grants = ['client,api,scope'];
  for (const n of [BIG, BIG + 1, 3, BIG - 1]) grants.push(`robot,api-${n},${n === 3 ? 'admin' : 'write'}`);
  const handles = [];
  for (const [name, lines] of [['apis.csv', register], ['grants.csv', grants], ['clients.csv', ['client,label', 'robot,Robot']]]) {
    const answer = await fetch(new URL(`upload?name=${name}`, server.address), { method: 'POST', body: lines.join('\n') });
    handles.push((await answer.json()).handle);
  }
  const mapping = (name, rows, columns) => ({ name, rows, source: 'generic', source_name: 'register', dates: 'ymd', columns });
  const column = (name, field) => ({ column: name, field });
  const result = await server.finished(await server.rpc('import_run', {
    handles, source: null, instance: null, completeness: null, as_of: '2026-11-20T00:00:00Z', reason: '',
    mappings: [
      mapping('apis', 'audiences', [column('api', 'audience'), column('wall', 'boundary'), column('impact', 'impact'), column('classes', 'data_classes')]),
      mapping('grants', 'grants', [column('client', 'client_id'), column('api', 'audience'), column('scope', 'scope')]),
      mapping('clients', 'clients', [column('client', 'client_id'), column('label', 'name')]),
    ],
  }));
  assert.equal(result.equation?.rejected ?? 0, 0, JSON.stringify(result).slice(0, 2000));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(theme, hash) {
  const page = await browser.page(server.address, { theme });
  await page.evaluate((place) => { location.hash = place; }, hash);
  await page.locator('svg[data-picture]').waitFor();
  return page;
}

async function robot() {
  const { rows } = await server.rpc('rows', { table: 'clients', filter: '', sort: '', columns: ['name'], offset: 0, limit: 1 });
  return rows[0].id;
}

for (const theme of ['light', 'dark']) {
  test(`a wall of a large estate is entered by mouse and shows its APIs, in ${theme}`, async () => {
    const page = await open(theme, `#/blast/client/${await robot()}`);
    const walls = page.locator('[data-at]');
    assert.equal(await walls.count(), 5, 'walls, not cells');
    const shop = page.getByRole('button', { name: /^Shop:/ });
    assert.match(await shop.getAttribute('aria-label'), /2 of 2,?100 reached, up to admin/);
    await picture(page, `large-map-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: /^CRM:/ }).click();
    await page.getByRole('navigation', { name: 'Place in the map' }).waitFor();
    const { compartments } = await server.rpc('flood_map', { subject: { unit: 'client', id: await robot() }, boundary: 'CRM' });
    assert.equal(await walls.count(), compartments[0].cells.length);
    await picture(page, `large-map-inside-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'All 5 boundaries' }).click();
    await page.getByRole('button', { name: /^Shop:/ }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('by keyboard alone: into a wall, over its cells, out again to the same wall, and back by the browser', async () => {
  const page = await open('light', '#/blast');
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  await page.locator('[data-at="0"]').focus();
  for (let tries = 0; tries < 8 && !(await at()).startsWith('unassigned:'); tries += 1) {
    await page.keyboard.press(['End', 'ArrowLeft', 'ArrowUp', 'ArrowLeft', 'Home', 'ArrowRight', 'ArrowDown', 'ArrowRight'][tries]);
  }
  assert.match(await at(), /^unassigned:/);
  const wall = await at();
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Place in the map' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-at'));
  assert.match(await at(), /^api-\d+, unassigned: not reached/);
  const first = await at();
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await at(), first);
  await page.keyboard.press('Escape');
  await page.waitForFunction((name) => document.activeElement?.getAttribute('aria-label') === name, wall);
  await page.goBack();
  await page.getByRole('navigation', { name: 'Place in the map' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('what is too light for a cell of its own is counted in one, and its rows open', async () => {
  const page = await open('light', '#/blast');
  await page.getByRole('button', { name: /^Shop:/ }).click();
  // Two thousand cells are painted, with a hidden list beside the picture.
  const others = page.getByRole('button', { name: /^others \(101\), Shop/ });
  await others.waitFor({ state: 'attached' });
  assert.equal(await page.locator('[data-at]').count(), 2000);
  await picture(page, 'large-map-canvas');
  await others.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/inventory/audiences'));
  await page.getByText(`${BIG.toLocaleString('en-GB')} of ${APIS.toLocaleString('en-GB')}`).first().waitFor();
  await page.close();
});

test('the table of a folded map lists the walls and leads into them', async () => {
  const page = await open('light', '#/blast');
  await page.keyboard.press('t');
  const table = page.getByRole('table', { name: /Trust boundaries of the map/ });
  await table.waitFor();
  assert.equal(await table.locator('tbody tr').count(), 5);
  await table.getByRole('button', { name: 'Geo' }).click();
  await page.getByRole('table', { name: 'APIs of the map by load' }).waitFor();
  const { total } = await server.rpc('rows', { table: 'audiences', filter: 'boundary:Geo', sort: '', columns: [], offset: 0, limit: 1 });
  assert.equal(await page.getByRole('table', { name: 'APIs of the map by load' }).locator('tbody tr').count(), total);
  await page.close();
});
