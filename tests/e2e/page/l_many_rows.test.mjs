// One fact for many rows: one question, one revision, undone and done again by keys.
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

async function open(theme, hash) {
  const page = await browser.page(server.address, { theme });
  await page.evaluate((place) => { location.hash = place; }, hash);
  await page.getByRole('grid').waitFor();
  await page.getByRole('row').nth(2).waitFor();
  return page;
}
const impacts = async (filter) => (await server.rpc('rows', { table: 'audiences', filter, sort: 'name', columns: ['impact'], offset: 0, limit: 100 })).rows.map((row) => row.cells[0]);
const head = async () => (await server.rpc('status')).head;

for (const theme of ['light', 'dark']) {
  test(`all rows of a filter get one value, and Ctrl+Z gives back what was, in ${theme}`, async () => {
    const filter = 'boundary:Commerce';
    const [before_, revision] = [await impacts(filter), await head()];
    assert.ok(before_.length > 3);
    const page = await open(theme, `#/inventory/audiences?f=${encodeURIComponent(filter)}`);
    await page.getByRole('grid').locator('[data-row="0"]').first().focus();
    await page.keyboard.press('Control+a');
    const bar = page.getByRole('group', { name: 'Selected rows' });
    await bar.getByText(`${before_.length} selected by the filter`).waitFor();
    await bar.getByRole('button', { name: 'Set…' }).click();
    await page.getByRole('menuitem', { name: /impact/i }).first().click();
    const dialog = page.getByRole('dialog');
    await picture(page, `set-many-${theme}`);
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('combobox').selectOption('critical');
    await dialog.getByLabel('Reason').fill('one shop, one impact');
    await dialog.getByRole('button', { name: `Set for ${before_.length}` }).click();
    await page.getByText(new RegExp(`of ${before_.length} audiences is set`)).first().waitFor();
    assert.deepEqual(new Set(await impacts(filter)), new Set(['critical']));
    assert.equal(await head(), revision + 1, 'one revision for all');
    await page.locator('h1').focus();
    await page.keyboard.press('Control+z');
    await page.getByText(/was undone by a new revision/).first().waitFor();
    assert.deepEqual(await impacts(filter), before_);
    await page.keyboard.press('Control+Shift+z');
    await page.getByText('Done again by a new revision.').first().waitFor();
    assert.deepEqual(new Set(await impacts(filter)), new Set(['critical']));
    await page.keyboard.press('Control+z');
    await page.waitForTimeout(500);
    assert.deepEqual(await impacts(filter), before_);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('ticked rows only', async () => {
  const page = await open('light', '#/inventory/audiences?f=boundary%3ACommerce&sort=name');
  const before_ = await impacts('boundary:Commerce');
  await page.getByRole('grid').locator('[data-row="1"][data-column="0"]').click();
  await page.getByText('1 selected').first().waitFor();
  await page.getByRole('button', { name: 'Set…' }).click();
  await page.getByRole('menuitem', { name: /impact/i }).first().click();
  await page.getByRole('dialog').getByRole('combobox').selectOption('low');
  await page.getByRole('dialog').getByRole('button', { name: 'Set for 1' }).click();
  await page.getByText('of 1 audience is set').first().waitFor();
  const after_ = await impacts('boundary:Commerce');
  assert.equal(after_.filter((one, at) => one !== before_[at]).length, before_[1] === 'low' ? 0 : 1);
  assert.equal(after_[1], 'low');
  await page.close();
});
