// What makes up a score, as bars, rings and a table: all three from the core's own answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
let subject;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
  const { rows } = await server.rpc('rows', { table: 'units', filter: 'unit:client', sort: '-audiences', columns: ['name'], offset: 0, limit: 1 });
  subject = { unit: 'client', id: rows[0].id.replace('client:', '') };
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(theme) {
  const page = await browser.page(server.address, { theme });
  await page.evaluate((hash) => { location.hash = hash; }, `#/blast/${subject.unit}/${subject.id}?v=parts`);
  await page.getByRole('tree').waitFor();
  return page;
}

const ends = (part) => (part.parts.length === 0 ? 1 : part.parts.reduce((sum, one) => sum + ends(one), 0));

for (const theme of ['light', 'dark']) {
  test(`the parts of a score add up and are walked by keys, in ${theme}`, async () => {
    const tree = await server.rpc('bar_tree', { subject });
    assert.equal(Math.round(tree.parts.reduce((sum, part) => sum + part.share, 0) * 10), Math.round(tree.blast_score * 10));
    const page = await open(theme);
    await picture(page, `parts-${theme}`);
    assert.deepEqual(await axe(page), []);
    const items = page.getByRole('treeitem');
    // The first API is open at first, its privileges are not.
    assert.equal(await items.count(), tree.parts.length + tree.parts[0].parts.length);
    const at = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await items.first().focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await items.count(), tree.parts.length, 'closed by the left arrow');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.match(await at(), /^privilege /);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.match(await at(), /^scope /);
    await page.getByRole('button', { name: 'Rings' }).or(page.getByRole('radio', { name: 'Rings' })).first().click();
    await page.getByRole('group', { name: /points from/ }).waitFor();
    await picture(page, `rings-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.locator('[data-at="0"]').focus();
    await page.keyboard.press('t');
    const table = page.getByRole('table', { name: 'Parts of the score, largest API first' });
    await table.waitFor();
    assert.equal(await table.locator('tbody tr').count(), tree.parts.reduce((sum, part) => sum + ends(part), 0));
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('Enter on an API opens it', async () => {
  const page = await open('light');
  await page.getByRole('treeitem').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/inventory/audiences'));
  await page.close();
});
