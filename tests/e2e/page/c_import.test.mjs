// Files are checked, imported and imported again: the result says what the changes mean, and every count opens its rows.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-exports-'));
  [server, browser] = await Promise.all([serve(), browse()]);
});
after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const TENANT = '11111111-2222-4333-8444-555555555555';
const id = (n) => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
const api = (name, n) => ({
  id: id(n), appId: id(n + 1), displayName: name, servicePrincipalType: 'Application', appOwnerOrganizationId: TENANT,
  oauth2PermissionScopes: [{ id: id(n + 2), value: 'orders.read', type: 'User', isEnabled: true }, { id: id(n + 3), value: 'orders.write', type: 'User', isEnabled: true }],
});
const client = (name, n, keys) => ({
  id: id(n), appId: id(n + 1), displayName: name, servicePrincipalType: 'Application', appOwnerOrganizationId: TENANT,
  passwordCredentials: keys.map((key) => ({ keyId: id(key), displayName: `key ${key}`, startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2030-01-01T00:00:00Z', secretText: 'CANARY-SECRET-page' })),
});
const consent = (n, consentType, scope) => ({ id: `grant-${n}`, clientId: id(100), resourceId: id(200), consentType, principalId: consentType === 'Principal' ? id(900) : null, scope });

/** Graph pages as files; answers their paths. */
async function tenant(turn, keys, consents) {
  const page = (list, value) => JSON.stringify({ '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${list}`, value });
  const files = { [`principals-${turn}.json`]: page('servicePrincipals', [api('Orders', 200), client('Report <b>', 100, keys)]), [`consents-${turn}.json`]: page('oauth2PermissionGrants', consents) };
  return Promise.all(Object.entries(files).map(async ([name, text]) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }));
}

/** Goes to Imports and picks files as a person does. */
async function pick(page, paths) {
  await page.evaluate(() => { location.hash = '#/imports'; });
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import files' }).first().click();
  await (await chosen).setFiles(paths);
  await page.getByRole('heading', { name: 'Check before import' }).waitFor();
}

async function importFiles(page, paths) {
  await pick(page, paths);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: /^Import \d+$/ }).waitFor();
}

test('drift is told in words after an import, and each word opens its rows', async () => {
  const page = await browser.page(server.address, { theme: 'light' });
  await importFiles(page, await tenant(1, [301], [consent(1, 'Principal', 'orders.read')]));
  await page.getByText('This is the first import').waitFor();

  await importFiles(page, await tenant(2, [301, 302], [consent(1, 'Principal', 'orders.read'), consent(2, 'AllPrincipals', 'orders.read orders.write')]));
  const words = page.getByRole('region', { name: 'What it means' }).or(page.locator('section', { hasText: 'What it means' })).first();
  await words.getByText('Read became write: 1').waitFor();
  await words.getByText('Report <b> can now write at Orders (orders.write, for all users); before it held read there at most.').waitFor();
  await words.getByText('Report <b> may use orders.read at Orders for all users now; before for single users at most.').waitFor();
  await words.getByText('Secret added, old one kept: 1').waitFor();
  assert.deepEqual(await axe(page), []);
  await picture(page, 'import-drift');
  await words.getByText('Consent widened: 1').click();
  await page.waitForURL(/inventory\/drift\?f=meaning/);
  await page.getByText('1 change').first().waitFor();
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('a check reads everything, tells what is wrong and compares with the counts of the console', async () => {
  const page = await browser.page(server.address, { theme: 'dark' });
  const apps = JSON.stringify(Array.from({ length: 100 }, (_, n) => client(`App ${n}`, 1000 + 3 * n, n === 0 ? [5000] : [])));
  const table = 'App ID;Token type;Created;Client secret;Colour\na;pat;2026-01-02;CANARY-SECRET-table;blue\n;pat;2026-01-02;;\n';
  const paths = [];
  for (const [name, text] of [['apps.json', apps], ['tokens.csv', table], ['cut.json', apps.slice(0, -40)]]) {
    paths.push(join(folder, name));
    await writeFile(paths.at(-1), text);
  }
  await pick(page, paths);
  const main = page.locator('main');
  await main.getByText('It holds exactly 100 records').waitFor();
  await main.getByText('1 column holds secrets (“Client secret”)').waitFor();
  await main.getByText('By a guess of its columns; confirm it below.').waitFor();
  await main.getByText('file refused').waitFor();
  await main.getByText('This row was not stored').first().waitFor();
  const expected = page.getByLabel('servicePrincipals');
  await expected.fill('1,204');
  await expected.press('Tab');
  assert.ok(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled(), 'what was said anew is checked first');
  await page.getByRole('button', { name: 'Check again' }).click();
  await main.getByText('1,104 are missing').waitFor();
  assert.deepEqual(await axe(page), []);
  await picture(page, 'import-check');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: /^Import \d+$/ }).waitFor();
  await main.getByText('1,104 are missing').waitFor();
  assert.ok(!(await page.content()).includes('CANARY'), 'no secret is on the page');
  assert.deepEqual(page.faults, []);
  await page.close();
});
