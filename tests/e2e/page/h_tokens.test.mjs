// The token inspector: a token is pasted, judged against a key file, and kept only as what was confirmed; its text is nowhere in the window.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

const ISSUER = 'https://login.lanternfish.example/realms/storefront';
const CANARY = 'CANARY-SECRET-inspector-page';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);

function token(change = {}, header = {}) {
  const signed = `${part({ alg: 'Ed25519', kid: 'k1', typ: 'at+jwt', ...header })}.${part({
    iss: ISSUER, azp: 'storefront-batch', sub: CANARY, jti: CANARY, aud: 'payment', resource_access: { payment: { roles: ['write'] } },
    email: 'ann@example.com', iat: now - 60, exp: now + 240, ...change,
  })}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

let server;
let browser;
let folder;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-tokens-'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'Ed25519' }] }));
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function open(theme = 'light') {
  const page = await browser.page(server.address, { theme });
  await page.evaluate(() => { location.hash = '#/tokens'; });
  await page.getByRole('heading', { name: 'Token inspector' }).waitFor();
  return page;
}

async function paste(page, text) {
  await page.getByLabel('Token', { exact: true }).evaluate((field, text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

async function chooseKeys(page) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose keys (JWKS)' }).click();
  await (await chooser).setFiles(join(folder, 'keys.json'));
}

/** Nothing of the text is in the document, its fields, its title, its address or what the browser keeps. */
async function nowhere(page, text) {
  const all = await page.evaluate(() => [
    document.documentElement.outerHTML, document.title, location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage),
    ...[...document.querySelectorAll('input')].map((field) => field.value),
  ].join('\n'));
  for (const piece of [text, text.split('.')[1], text.split('.')[2], CANARY]) assert.ok(!piece || !all.includes(piece), 'the window holds a piece of the token');
}

test('a token is judged without and with keys, and its text is nowhere', async () => {
  const page = await open();
  assert.deepEqual(await axe(page), []);
  await picture(page, 'tokens-empty');
  const text = token();
  await paste(page, text);
  await page.getByRole('status').filter({ hasText: 'Not verified: no key.' }).waitFor();
  await nowhere(page, text);
  await page.getByLabel('Issuer of the keys').fill(ISSUER);
  await chooseKeys(page);
  await page.getByRole('status').filter({ hasText: 'The signature holds.' }).waitFor();
  assert.ok(await page.getByText('signature verified').isVisible());
  const main = page.getByRole('main');
  assert.ok(await main.getByRole('link', { name: 'Storefront batch' }).first().isVisible(), 'leads to the client');
  assert.ok(await main.getByRole('link', { name: 'Payment API' }).first().isVisible(), 'leads to the API');
  assert.ok(await page.getByText('e-mail address, 15 characters').isVisible(), 'a person is told by kind');
  assert.ok(await page.getByText('Which APIs would accept it?').isVisible());
  await nowhere(page, text);
  assert.deepEqual(await axe(page), []);
  await picture(page, 'tokens-verified');
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('what is wrong stands first, with why and what to do', async () => {
  const page = await open('dark');
  await paste(page, token({}, { alg: 'none' }));
  await page.getByRole('status').filter({ hasText: 'Invalid' }).waitFor();
  const first = page.locator('[data-check]').first();
  assert.equal(await first.getAttribute('data-check'), 'J03');
  assert.match(await first.textContent(), /Critical[\s\S]*anybody can write[\s\S]*Do[\s\S]*RFC 8725/);
  await picture(page, 'tokens-invalid-dark');
  await page.close();
});

test('only what is confirmed is kept, and it is a unit beside its client', async () => {
  const page = await open();
  const text = `${token()}\n${token({ iat: now - 50, exp: now + 550, jti: 'other' })}\nprose of a log\n`;
  await paste(page, text);
  await page.getByRole('status').filter({ hasText: '2 tokens: 2 not verified.' }).waitFor();
  await chooseKeys(page);
  await page.getByText('2 tokens: 2 valid with findings.').waitFor();
  const { head } = await server.rpc('status');
  await page.getByRole('button', { name: 'Keep…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  for (const line of ['Audiences: Payment API', 'Scopes: write', 'Longest lifetime: 600 seconds', '2 tokens, 2 with a signature that held']) {
    assert.ok(await dialog.getByText(line).isVisible(), line);
  }
  assert.deepEqual(await axe(page), []);
  await picture(page, 'tokens-keep');
  await dialog.getByLabel('Name').fill('payments seen');
  await dialog.getByLabel('Reason').fill('sampled at the gateway');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await page.getByText('The token profile payments seen is kept.').first().waitFor();
  assert.equal((await server.rpc('status')).head, head + 1);
  const { rows } = await server.rpc('rows', { table: 'clients', filter: '"Storefront batch"', sort: '', columns: ['name'], offset: 0, limit: 1 });
  const blast = await server.rpc('blast', { subject: { unit: 'token', id: `${rows[0].id} payments seen` } });
  assert.ok(blast.audiences.some((reached) => reached.name === 'Payment API'), 'the kept token reaches what it names');
  await nowhere(page, token());
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('leaving the page and locking the window wipe the token', async () => {
  const page = await open();
  const held = async () => server.rpc('token_inspect', {}).then(() => true, (error) => { assert.equal(error.told.code, 'BH-TOK-106'); return false; });
  await paste(page, token());
  await page.getByRole('status').filter({ hasText: 'Not verified' }).waitFor();
  assert.ok(await held(), 'it is held while the page is open');
  await page.evaluate(() => { location.hash = '#/overview'; });
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.waitForTimeout(200);
  assert.ok(!(await held()), 'left, so wiped');
  await page.evaluate(() => { location.hash = '#/tokens'; });
  await page.getByText('Nothing is inspected').waitFor();
  await paste(page, token());
  await page.getByRole('status').filter({ hasText: 'Not verified' }).waitFor();
  await page.keyboard.press('Control+Shift+L');
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  await page.waitForTimeout(200);
  assert.ok(!(await held()), 'locked, so wiped');
  await page.close();
});

test('the verdict names the token by its SHA-256', async () => {
  const page = await open();
  const text = token();
  await paste(page, `  ${text}\n`);
  await page.getByText(createHash('sha256').update(text).digest('hex')).waitFor();
  await page.close();
});
