// Files come in through the dialog and by the command line, are checked, imported and shown; names in them stay names.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { open } from '../console.mjs';
import { HOSTILE, hostileTenant } from '../estates.mjs';
import { PAGES, rows } from '../pages.mjs';
import { KEY } from '../webdriver.mjs';

test('hostile names are imported through the dialog and stay text on every page', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-home-'));
  const console_ = await open({ home });
  const rpc = (command, args) => console_.rpc(command, args);
  try {
    const tenant = await hostileTenant(join(home, 'exports'));
    await console_.willPick(...tenant.files);
    await console_.session.press(['o'], { hold: [KEY.Control] });
    await console_.heading('Check before import');
    for (const file of tenant.files) await console_.shows(file.split('/').at(-1));
    const checked = await rpc('status');
    assert.ok(checked.revisions.every((revision) => revision.action === 'create'), 'a check imports nothing');
    await console_.tabTo('Import');
    await console_.session.press([KEY.Enter]);
    await console_.shows('Committed as revision', 60_000);
    await console_.shows(`${tenant.clients} secret values`);
    await console_.picture('window-import-result');

    const clients = await rows(rpc, 'clients', '');
    const names = clients.rows.map((row) => row.cells[0]);
    assert.ok(names.includes(HOSTILE.markup), 'a name is kept as it was given');
    for (const page of PAGES) {
      await console_.session.press(['g', page.key]);
      await console_.heading(page.title);
      await console_.settled();
      await console_.picture(`window-hostile-${page.title.toLowerCase().replaceAll(' ', '-')}`);
      assert.equal(await console_.session.run('return window.pwned ?? null'), null, `a name ran as code on ${page.title}`);
      assert.equal(await console_.session.run("return document.querySelectorAll('img[src=\"x\"], main script').length"), 0, `a name became markup on ${page.title}`);
    }
    await console_.session.press(['g', 'i']);
    await console_.heading('Inventory');
    await console_.shows('<img src=x onerror');
    await console_.shows('U+202E');
    assert.deepEqual(await console_.policyStops(), []);
  } finally {
    await console_.close();
  }
  assert.deepEqual(await holding(home, 'CANARY-SECRET-e2e', ['exports', 'picks']), [], 'no file of the console holds a secret of the exports');
  await rm(home, { recursive: true, force: true });
});

test('what was imported is there after the next start, and files on the command line are offered', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-home-'));
  const tenant = await hostileTenant(join(home, 'exports'));
  let console_ = await open({ home, args: tenant.files });
  try {
    await console_.heading('Check before import');
    await console_.tabTo('Import');
    await console_.session.press([KEY.Enter]);
    await console_.shows('Committed as revision', 60_000);
  } finally {
    await console_.close();
  }
  console_ = await open({ home });
  try {
    const status = await console_.rpc('status');
    assert.equal(status.inventory, 'user');
    assert.ok(status.head > 0, 'the revision is there');
    assert.equal((await rows((c, a) => console_.rpc(c, a), 'clients', '')).rows.some((row) => row.cells[0] === HOSTILE.formula), true);
  } finally {
    await console_.close();
  }
  await rm(home, { recursive: true, force: true });
});

/** Files below a folder that hold a text; `without` names those that the test itself wrote. */
async function holding(folder, text, without) {
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || without.some((name) => path.startsWith(join(folder, name)))) continue;
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
