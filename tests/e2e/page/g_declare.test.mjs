// Facts that only people know are stated in a row's panel: a gateway, a way, a token profile; and the blast radius knows them at once.
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

async function row(table, name) {
  const { rows } = await server.rpc('rows', { table, filter: `"${name}"`, sort: '', columns: ['name'], offset: 0, limit: 1 });
  return rows[0].id;
}

async function panel(table, id) {
  const page = await browser.page(server.address, { theme: 'light' });
  await page.evaluate((hash) => { location.hash = hash; }, `#/inventory/${table}?id=${encodeURIComponent(id)}`);
  await page.getByRole('button', { name: 'Set…' }).waitFor();
  return page;
}

async function menu(page, item) {
  await page.getByRole('button', { name: 'Set…' }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
}

test('a way of an API is declared and is in the reach of those who get in', async () => {
  const location = await row('audiences', 'Location API');
  const before_ = await server.rpc('panel', { table: 'audiences', id: location });
  assert.ok(before_.editable.some((field) => field.field === 'gateway' && field.value === 'edge-1'), 'the panel offers the gateway');
  const page = await panel('audiences', location);
  await menu(page, /Declare a way/);
  assert.deepEqual(await axe(page), []);
  await picture(page, 'declare-way');
  await page.getByLabel('It', { exact: true }).selectOption('harvest');
  await page.getByRole('combobox', { name: 'Where it leads' }).click();
  await page.getByRole('combobox', { name: 'Where it leads' }).fill('payment-service');
  await page.getByRole('option', { name: /Payment service/i }).first().click();
  await page.getByLabel('Reason').fill('keys lie in its bucket');
  await page.getByRole('button', { name: 'State it' }).click();
  await page.getByText(/The way to .* is stated/).first().waitFor();
  const { revision } = await server.rpc('overview');
  const log = await server.rpc('rows', { table: 'log', filter: '', sort: '', columns: [], offset: 0, limit: 5 });
  assert.equal(revision, 4);
  assert.ok(JSON.stringify(log.rows).includes('keys lie in its bucket'), 'the reason stands in the log');
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('a token profile is declared and is a unit beside its client', async () => {
  const client = await row('clients', 'Analytics export');
  const page = await panel('clients', client);
  await menu(page, /Declare a token profile/);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('weekly');
  await page.getByLabel('APIs').fill('cart, product');
  await page.getByLabel('Lifetime in minutes').fill('10');
  await page.getByLabel('Reason').fill('as the team says');
  await page.getByRole('button', { name: 'State it' }).click();
  await page.getByText('The token profile weekly is stated.').first().waitFor();
  const blast = await server.rpc('blast', { subject: { unit: 'token', id: `${client} weekly` } });
  const whole = await server.rpc('blast', { subject: { unit: 'client', id: client } });
  assert.deepEqual(blast.audiences.map((reached) => reached.name).filter((name) => /Cart|Product/.test(name)).sort(), ['Cart API', 'Product API']);
  assert.ok(blast.attested_score <= whole.attested_score, 'a token is never more than its client');
  assert.ok(whole.siblings.some((one) => one.subject.unit === 'token' && one.name === 'weekly'));
  // Whatever a dialog stated, Ctrl+Z takes back.
  await page.keyboard.press('Control+z');
  await page.getByText(/was undone by a new revision/).first().waitFor();
  const undone = await server.rpc('blast', { subject: { unit: 'client', id: client } });
  assert.ok(!undone.siblings.some((one) => one.subject.unit === 'token' && one.name === 'weekly'));
  assert.deepEqual(page.faults, []);
  await page.close();
});
