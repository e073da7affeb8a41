// A gateway's configuration stands beside what people recorded: contradictions are marked, the words are there, and routes that lead to no known API are shown.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { axe, browse, picture, serve } from '../browser.mjs';

const KONG = `_format_version: '3.0'
_workspace: edge-1
services:
- name: cart
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/storefront', audience_required: [cart], client_secret: [CANARY-SECRET-page-1]}}
  routes: [{name: cart-all, paths: [/cart]}]
- name: payment
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/storefront', audience_required: null}}
  routes: [{name: payment-all, paths: [/payment]}]
- name: <img src=x onerror=alert(1)>
  routes: [{name: nobody-knows, paths: [/x]}]
`;

const root = new URL('../../..', import.meta.url).pathname;
const target = process.env.BULKHEAD_TARGET ?? join(root, 'target');
let server;
let browser;
let folder;

/** The demo with what its teams state, and a gateway's configuration on top, made on the command line. */
async function made() {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const inventory = join(folder, 'gateway.inventory');
  const bulkhead = async (...words) => (await promisify(execFile)(join(target, 'debug/bulkhead'), ['--inventory', inventory, ...words])).stdout;
  const { as_of } = JSON.parse(await bulkhead('--json', 'demo', join(folder, 'demo')));
  await bulkhead('--as-of', as_of, 'import', join(folder, 'demo'));
  await bulkhead('map', 'import', join(folder, 'demo', 'storefront.map.yaml'), '--reason', 'demo');
  await writeFile(join(folder, 'kong.yaml'), KONG);
  await bulkhead('--as-of', as_of, 'import', join(folder, 'kong.yaml'));
  return inventory;
}

before(async () => {
  const inventory = await made();
  [server, browser] = await Promise.all([serve({ inventory }), browse()]);
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
});

for (const theme of ['light', 'dark']) {
  test(`what a configuration shows stands beside what was recorded (${theme})`, async () => {
    const page = await browser.page(server.address, { theme });
    await page.evaluate(() => { location.hash = '#/enforcement?gateway=edge-1'; });
    await page.getByRole('heading', { name: 'Routes of this gateway' }).waitFor();
    const payment = page.getByRole('row', { name: /Payment API/ }).first();
    const cell = payment.getByRole('button', { name: 'G4: fail, contradiction' });
    await cell.click();
    const panel = page.getByRole('complementary', { name: 'Details of the check' });
    await panel.getByText('Shown by the configuration').waitFor();
    const words = await panel.innerText();
    assert.match(words, /recorded pass, but the configuration shows fail/);
    assert.match(words, /audience_required is empty/);
    assert.match(words, /kong\.yaml, SHA-256/);
    assert.match(words, /edge-1\.conf at 7c1f2ae/, 'what people recorded is still there');
    const routes = page.getByRole('region', { name: 'Checks on routes' });
    const first = await routes.getByRole('row').nth(1).innerText();
    assert.match(first, /nobody-knows/);
    assert.match(first, /no API fits/);
    assert.match(first, /every request passes/);
    assert.equal(await page.locator('img').count(), 0, 'names stay text');
    assert.deepEqual(await axe(page), []);
    await picture(page, `gateway-evidence-${theme}`);
    assert.ok(!(await page.content()).includes('CANARY-SECRET'));
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('the table of routes lists what fits no API', async () => {
  const { rows, total } = await server.rpc('rows', { table: 'gateway_routes', filter: 'api:none', sort: '', columns: ['name', 'G1', 'told'], offset: 0, limit: 10 });
  assert.equal(total, 1);
  assert.equal(rows[0].cells[0], 'nobody-knows');
});
