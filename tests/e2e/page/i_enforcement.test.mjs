// Enforcement: a check for the ticked rows only, and a governance file that is looked at before it states anything.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(theme = 'light') {
  const page = await browser.page(server.address, { theme });
  await page.evaluate(() => { location.hash = '#/enforcement'; });
  await page.getByRole('region', { name: 'Coverage matrix' }).waitFor();
  return page;
}

async function results(check) {
  const matrix = await server.rpc('enforcement', { gateway: null });
  const at = matrix.checks.findIndex((head) => head.check === check);
  return Object.fromEntries(matrix.rows.map((row) => [row.name, row.cells[at].recorded]));
}

async function choose(page, name, text) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Import file…' }).click()]);
  await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.getByRole('dialog', { name: 'What the file states' }).waitFor();
}

test('one check is recorded for the ticked rows, and for no other', async () => {
  const page = await open();
  const before_ = await results('G5');
  const names = Object.keys(before_).filter((name) => before_[name] === null).slice(0, 2);
  assert.equal(names.length, 2, 'the demo has APIs without a record');
  for (const name of names) await page.getByRole('checkbox', { name: `Tick ${name}` }).check();
  await picture(page, 'enforcement-ticked');
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Record for 2 ticked…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Record a check' });
  await dialog.getByText('One result for 2 APIs').waitFor();
  await dialog.getByLabel('Result').selectOption('fail');
  await dialog.getByRole('checkbox', { name: /^G5 / }).check();
  await dialog.getByRole('button', { name: 'Record' }).click();
  await page.getByText('1 check of 2 APIs recorded.').first().waitFor();
  const after_ = await results('G5');
  for (const name of Object.keys(after_)) assert.equal(after_[name], names.includes(name) ? 'fail' : before_[name], name);
  assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 0, 'the ticks are used up');
  assert.deepEqual(page.faults, []);
  await page.close();
});

for (const theme of ['light', 'dark']) {
  test(`a file is shown line by line before it states anything, in ${theme}`, async () => {
    const page = await open(theme);
    const { head } = await server.rpc('status');
    const impact = theme === 'light' ? 'low' : 'critical';
    const text = `bulkhead_map: 1\naudiences:\n  - audience: Cart API\n    impact: ${impact}\n    gateway: edge-1\n`;
    await choose(page, 'carts.map.yaml', text);
    const dialog = page.getByRole('dialog', { name: 'What the file states' });
    await dialog.getByText('1 change, 1 known already, 0 faults').waitFor();
    const cells = await dialog.getByRole('table').locator('tbody tr').first().locator('td').allTextContents();
    assert.deepEqual([cells[0], cells[1], cells[2], cells[4]].map((cell) => cell.trim()), ['3', 'Cart API', 'impact', impact]);
    await picture(page, `map-preview-${theme}`);
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await server.rpc('status')).head, head, 'looking states nothing');
    await choose(page, 'carts.map.yaml', text);
    await dialog.getByRole('button', { name: 'State 1 change' }).click();
    await page.getByText('1 statement taken from the file.').first().waitFor();
    assert.equal((await server.rpc('status')).head, head + 1);
    const { rows } = await server.rpc('rows', { table: 'audiences', filter: '"Cart API"', sort: '', columns: ['impact'], offset: 0, limit: 1 });
    assert.equal(rows[0].cells[0], impact);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('a file with a fault states nothing and names the line', async () => {
  const page = await open();
  const { head } = await server.rpc('status');
  await choose(page, 'wrong.json', JSON.stringify({ bulkhead_map: 1, audiences: [{ audience: 'Cart API', impact: 'enormous' }, { audience: '<b>nobody</b>', impact: 'low' }] }, null, 1));
  const dialog = page.getByRole('dialog', { name: 'What the file states' });
  await dialog.getByText('2 faults; nothing can be stated').waitFor();
  await dialog.getByText('<b>nobody</b>').waitFor();
  await picture(page, 'map-preview-faults');
  assert.deepEqual(await axe(page), []);
  assert.equal(await dialog.getByRole('button', { name: /^State/ }).isDisabled() || (await dialog.getByRole('button', { name: /^State/ }).getAttribute('aria-disabled')) === 'true', true);
  assert.equal((await server.rpc('status')).head, head);
  await page.close();
});

test('a file that changed since it was looked at is refused', async () => {
  const upload = async (text) => (await (await fetch(new URL('upload?name=x.yaml', server.address), { method: 'POST', body: text })).json()).handle;
  const looked = await server.rpc('map_check', { handle: await upload('bulkhead_map: 1\n') });
  const other = await upload('bulkhead_map: 1\naudiences:\n  - audience: Cart API\n    impact: moderate\n');
  await assert.rejects(server.rpc('map_import', { handle: other, reason: '', digest: looked.digest }), /BH-MAP-004/);
});
