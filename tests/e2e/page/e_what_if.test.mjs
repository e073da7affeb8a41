// What if: the comparison as the core answers it, own tokens moved by keyboard, a plan saved, and the smallest cut.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
let subject;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
  const { rows } = await server.rpc('rows', { table: 'clients', filter: '"Storefront batch"', sort: '', columns: ['name'], offset: 0, limit: 1 });
  subject = { unit: 'client', id: rows[0].id };
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(theme) {
  const page = await browser.page(server.address, { theme });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate((hash) => { location.hash = hash; }, `#/blast/${subject.unit}/${subject.id}`);
  await page.getByRole('link', { name: 'What if' }).click();
  await page.getByRole('heading', { name: 'What if', level: 1 }).waitFor();
  await page.getByRole('region', { name: 'Strategies' }).waitFor();
  return page;
}

for (const theme of ['light', 'dark']) {
  test(`every strategy of the core has its row and two maps have the same places, in ${theme}`, async () => {
    const found = await server.rpc('what_if', { subject });
    const page = await open(theme);
    const table = page.getByRole('region', { name: 'Strategies' });
    assert.equal(await table.locator('tbody tr').count(), found.strategies.length);
    for (const line of found.strategies) await table.getByText(`${line.worst_score.toFixed(1)} / 100`).first().waitFor();
    await page.getByText(found.must_split.slice(0, 60)).waitFor();
    const places = (at) => page.locator('svg[data-picture]').nth(at).locator('[data-at]').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('transform')));
    await page.locator('svg[data-picture]').nth(1).waitFor();
    assert.deepEqual(await places(0), await places(1), 'nothing moves between today and after');
    assert.ok((await page.locator('.tide').count()) > 1, 'what leaves the token keeps a tide mark');
    await picture(page, `what-if-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('t');
    await page.getByRole('region', { name: 'APIs' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'APIs' }).locator('tbody tr').count(), found.items.length);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('own tokens are made by keyboard, saved as a plan, and come back', async () => {
  const page = await open('light');
  await page.getByRole('radio', { name: 'Own', exact: true }).click();
  await page.getByRole('heading', { name: 'Token 3' }).waitFor();
  // Product leaves the token that it shares with the cart.
  await page.getByRole('button', { name: 'Move Product API' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Move to a new token' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Token 4' }).waitFor();
  assert.deepEqual(await axe(page), []);
  await picture(page, 'what-if-own');
  await page.getByRole('button', { name: 'Save as plan' }).click();
  await page.getByLabel('Name').fill('one for each');
  await page.getByLabel('Reason').fill('tried');
  await page.keyboard.press('Enter');
  await page.getByText('Plan one for each is saved.').first().waitFor();
  const { plans } = await server.rpc('plans');
  assert.deepEqual(plans.map((plan) => [plan.name, plan.tokens.length, plan.reason]), [['one for each', 4, 'tried']]);
  await page.getByRole('radio', { name: 'Single' }).click();
  await page.getByRole('button', { name: 'Plans', exact: true }).click();
  await page.getByRole('menuitem', { name: /one for each/ }).click();
  await page.getByRole('heading', { name: 'Token 4' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('the smallest cut is that of the core', async () => {
  const cut = await server.rpc('smallest_cut', { subject, limit: 50 });
  assert.equal(cut.verdict, 'found');
  const page = await open('light');
  await page.getByLabel('Highest score that is fine').fill('50');
  await page.keyboard.press('Enter');
  await page.getByText(cut.text).first().waitFor();
  for (const step of cut.steps) await page.getByRole('listitem').filter({ hasText: step.action }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.close();
});
