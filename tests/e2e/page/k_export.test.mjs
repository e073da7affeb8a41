// Rows of a table as a file: what is on the screen is in the file, and the file says what it is a copy of.
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

async function open(theme = 'light', hash = '#/inventory/clients') {
  const page = await browser.page(server.address, { theme });
  await page.evaluate((place) => { location.hash = place; }, hash);
  await page.getByRole('grid').waitFor();
  await page.getByRole('row').nth(2).waitFor();
  return page;
}

for (const format of ['CSV', 'XLSX', 'JSON']) {
  test(`all rows of the filter are exported as ${format}`, async () => {
    const page = await open(format === 'XLSX' ? 'dark' : 'light');
    const { total } = await server.rpc('rows', { table: 'clients', filter: '-holder:platform -enabled:no -api_only:yes', sort: '', columns: [], offset: 0, limit: 1 });
    await page.keyboard.press('Control+e');
    const dialog = page.getByRole('dialog', { name: 'Export rows' });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: format }).or(dialog.getByRole('radio', { name: format })).first().click();
    await picture(page, `export-${format.toLowerCase()}`);
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Export…' }).click();
    await page.getByText(new RegExp(`${total} clients written to clients\\.${format.toLowerCase()}`)).first().waitFor();
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('ticked rows go alone', async () => {
  const page = await open();
  await page.getByRole('grid').getByRole('gridcell').first().click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export rows' });
  await dialog.getByText(/^1 ticked, of/).waitFor();
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await page.getByText('1 client written to clients.csv').first().waitFor();
  await page.close();
});

test('a list of the file itself is exported too, and another count than on the screen is refused', async () => {
  const [target] = await server.rpc('pick_target', { purpose: 'csv', name: 'log.csv' });
  const ask = { table: 'log', filter: '', sort: '', columns: [], ids: [], format: 'csv', handle: target.handle };
  const { total } = await server.rpc('rows', { table: 'log', filter: '', sort: '', columns: [], offset: 0, limit: 1 });
  const done = await server.finished(await server.rpc('table_export', { ...ask, expected: total }));
  assert.deepEqual([done.names, done.rows], [['log.csv', 'log.scope.csv'], total]);
  await assert.rejects(server.rpc('table_export', { ...ask, expected: total + 1 }).then((started) => server.finished(started)), /BH-EXP-004/);
});
