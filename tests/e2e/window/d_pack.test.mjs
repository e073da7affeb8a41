// A pack is built and verified from the window, by keys; the command line agrees, and both see one changed byte.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bulkhead, open } from '../console.mjs';
import { hostileTenant } from '../estates.mjs';
import { KEY } from '../webdriver.mjs';

test('a pack is built, verified and, once changed, found damaged', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-home-'));
  const inventory = join(home, 'bulkhead.inventory');
  const tenant = await hostileTenant(join(home, 'exports'));
  await bulkhead('--inventory', inventory, '--as-of', '2026-11-20', 'import', ...tenant.files);
  const pack = join(home, 'pack.zip');
  const console_ = await open({ home, args: ['--inventory', inventory] });
  try {
    await console_.session.press(['g', 'p']);
    await console_.heading('Audit packs');
    await console_.shows('Before building');
    await console_.settled();
    await console_.willPick(pack);
    await console_.tabTo('Build audit pack');
    await console_.session.press([KEY.Enter]);
    await console_.shows('There is no signing key');
    await console_.tabTo('Build unsigned');
    await console_.session.press([KEY.Enter]);
    await console_.shows('pack.zip', 60_000);
    const told = JSON.parse((await bulkhead('--json', 'pack', 'verify', pack)).stdout);
    assert.equal(told.verdict, 'intact, unsigned', 'the command line agrees with the window');

    await console_.tabTo('Verify a pack');
    await console_.session.press([KEY.Enter]);
    await console_.shows('intact, unsigned', 60_000);
    await console_.settled();
    await console_.picture('window-pack-verified');
    assert.deepEqual(await console_.axe(), []);

    const bytes = await readFile(pack);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(pack, bytes);
    await console_.tabTo('Verify a pack');
    await console_.session.press([KEY.Enter]);
    await console_.shows('damaged', 60_000);
    await assert.rejects(bulkhead('pack', 'verify', pack), (error) => error.code === 1, 'a damaged pack is exit code 1');
    assert.deepEqual(await console_.policyStops(), []);
  } finally {
    await console_.close();
  }
  await rm(home, { recursive: true, force: true });
});

test('a second console on the same inventory says that it is open, and the first goes on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-home-'));
  const inventory = join(home, 'bulkhead.inventory');
  const tenant = await hostileTenant(join(home, 'exports'));
  await bulkhead('--inventory', inventory, 'import', ...tenant.files);
  const first = await open({ home, args: ['--inventory', inventory] });
  try {
    await assert.rejects(bulkhead('--inventory', inventory, 'set', 'Outlook', 'owner', 'nobody', '--reason', 'test'), (error) => {
      assert.match(error.stderr, /another|in use|locked|open/i, 'the refusal says why');
      return error.code === 1;
    });
    assert.equal((await first.rpc('status')).inventory, 'user', 'the window is as it was');
  } finally {
    await first.close();
  }
  await rm(home, { recursive: true, force: true });
});

test('a file that is no inventory is told in four parts, not shown as an empty window', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-home-'));
  const inventory = join(home, 'bulkhead.inventory');
  await writeFile(inventory, 'this is no database at all, and long enough to be looked at '.repeat(40));
  const console_ = await open({ home, args: ['--inventory', inventory], broken: true });
  try {
    await console_.shows('BH-', 20_000);
    await console_.picture('window-broken-inventory');
    assert.deepEqual(await console_.axe(), []);
    await assert.rejects(console_.rpc('status'), (error) => {
      for (const part of ['what', 'meaning', 'remedy', 'code']) assert.ok(error.told[part], `${part} is said`);
      return true;
    });
  } finally {
    await console_.close();
  }
  assert.match(await readFile(inventory, 'utf8'), /^this is no database/, 'the file was not touched');
  await rm(home, { recursive: true, force: true });
});
