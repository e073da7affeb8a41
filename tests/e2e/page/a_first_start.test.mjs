// The page in a browser before anything is imported, and the doors of the development server.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const theme of ['light', 'dark']) {
  test(`an empty inventory offers a next step and breaks no rule of axe in ${theme}`, async () => {
    const page = await browser.page(server.address, { theme });
    await page.getByRole('button', { name: /import/i }).first().waitFor();
    await page.getByRole('button', { name: /demo/i }).first().waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, `page-empty-${theme}`);
    assert.deepEqual(page.faults, [], 'nothing is broken, stopped or fetched from outside');
    await page.close();
  });
}

/** Asks the server under another name or from another page. */
function ask(headers) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.address);
    const call = request({ hostname, port, path: '/rpc', method: 'POST', headers }, (answer) => resolve(answer.statusCode));
    call.once('error', reject);
    call.end('{"command":"status","args":{}}');
  });
}

test('the development server answers no foreign page', async () => {
  const { host } = new URL(server.address);
  assert.equal(await ask({ host }), 200, 'its own name is answered');
  assert.equal(await ask({ host: 'attacker.example' }), 403, 'a foreign name that leads to this address is not');
  assert.equal(await ask({ host, origin: 'https://attacker.example' }), 403, 'nor is a page from elsewhere');
});
