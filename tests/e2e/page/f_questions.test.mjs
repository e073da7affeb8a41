// Questions: each answered in the page as the core answers it, from the form to the sentence and its rows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
let web;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
  const { rows } = await server.rpc('rows', { table: 'clients', filter: '"Storefront web"', sort: '', columns: ['name'], offset: 0, limit: 1 });
  web = { unit: 'client', id: rows[0].id };
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(theme, hash) {
  const page = await browser.page(server.address, { theme });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate((place) => { location.hash = place; }, hash);
  await page.getByRole('heading', { name: 'Questions', level: 1 }).waitFor();
  return page;
}

for (const theme of ['light', 'dark']) {
  test(`a token is followed to every API that accepts it, in ${theme}`, async () => {
    const found = await server.rpc('replay', { subject: web });
    const page = await open(theme, '#/questions');
    await page.getByRole('combobox', { name: 'Subject' }).click();
    await page.getByRole('combobox', { name: 'Subject' }).fill('storefront web');
    await page.getByRole('option', { name: /Storefront web/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(found.sentence).waitFor();
    for (const group of found.groups) {
      await page.getByRole('heading', { name: `${group.title}: ${group.total}` }).waitFor();
      for (const line of group.audiences) await page.getByRole('rowheader', { name: line.name }).first().waitFor();
    }
    await picture(page, `questions-replay-${theme}`);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test(`a pair of boundaries opens its bridging clients, in ${theme}`, async () => {
    const all = await server.rpc('crosses');
    const pair = all.pairs[0];
    const bridges = await server.rpc('bridges', { a: pair.a, b: pair.b });
    const page = await open(theme, '#/questions/crosses');
    await page.getByRole('button', { name: `${pair.a} × ${pair.b}` }).click();
    await page.getByText(bridges.sentence).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Bridging clients' }).locator('tbody tr').count(), bridges.clients.length);
    await picture(page, `questions-crosses-${theme}`);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test(`a vendor is assumed breached from its blast radius, and the plan ends at nothing, in ${theme}`, async () => {
    const { vendors } = await server.rpc('questions');
    const vendor = vendors.reduce((most, each) => (each.count > most.count ? each : most));
    const breach = await server.rpc('breach', { id: vendor.id });
    const page = await browser.page(server.address, { theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate((place) => { location.hash = place; }, `#/blast/vendor/${vendor.id}`);
    await page.getByRole('link', { name: 'Assume breached' }).click();
    await page.getByText(breach.sentence).waitFor();
    const order = page.getByRole('region', { name: 'Order of revoking' });
    assert.equal(await order.locator('tbody tr').count(), breach.revocations.length);
    assert.match(await order.locator('tbody tr').last().innerText(), /\.0000/, 'after the last step nothing is left');
    for (const person of breach.people) await page.getByRole('rowheader', { name: person.name }).first().waitFor();
    await picture(page, `questions-breach-${theme}`);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('a path is asked for between two ends and told step by step', async () => {
  const page = await open('light', '#/questions/path');
  await page.getByRole('combobox', { name: 'From' }).click();
  await page.getByRole('combobox', { name: 'From' }).fill('storefront web');
  await page.getByRole('option', { name: /Storefront web/ }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'To', exact: true }).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('payment');
  await page.getByRole('option', { name: /Payment API/ }).first().click();
  await page.getByRole('heading', { name: 'Step by step' }).waitFor();
  const hash = new URLSearchParams((await page.evaluate(() => location.hash)).split('?')[1]);
  const found = await server.rpc('paths', { from: { kind: hash.get('from'), id: hash.get('a') }, to: { kind: hash.get('to'), id: hash.get('b') } });
  assert.equal(await page.getByRole('region', { name: 'List of paths' }).locator('tbody tr').count(), found.paths.length);
  await page.getByText(found.sentence).waitFor();
  await picture(page, 'questions-path');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('the measures over all units stand beside others’ figures', async () => {
  const found = await server.rpc('portfolio');
  const page = await open('light', '#/questions/portfolio');
  await page.getByRole('region', { name: 'Measures', exact: true }).waitFor();
  assert.equal(await page.getByRole('region', { name: 'Measures', exact: true }).locator('tbody tr').count(), found.kinds.length);
  for (const line of found.benchmarks) await page.getByText(line.ours).first().waitFor();
  await picture(page, 'questions-portfolio');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
  await page.close();
});
