// From the first start to every page of the demo, by keyboard, in the packaged window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open } from '../console.mjs';
import { PAGES } from '../pages.mjs';
import { KEY } from '../webdriver.mjs';

let console_;
before(async () => {
  console_ = await open();
});
after(async () => {
  await console_?.close();
});

test('the demo opens from the first page without a mouse', async () => {
  await console_.shows('No imports yet');
  await console_.tabTo('Open demo');
  await console_.session.press([KEY.Enter]);
  await console_.heading('Overview', 120_000);
  const status = await console_.rpc('status');
  assert.equal(status.inventory, 'demo');
  assert.match(await console_.session.title(), /demo/i, 'the title says that this is made up');
});

for (const theme of ['light', 'dark']) {
  test(`every page is reached by keys, shows its first facts and breaks no rule of axe in ${theme}`, async () => {
    await console_.theme(theme);
    const broken = [];
    for (const page of PAGES) {
      await console_.session.press(['g', page.key]);
      await console_.heading(page.title);
      for (const fact of await page.facts((command, args) => console_.rpc(command, args))) await console_.shows(fact);
      await console_.settled();
      await console_.picture(`window-${page.title.toLowerCase().replaceAll(' ', '-')}-${theme}`);
      broken.push(...(await console_.axe()).map((rule) => `${page.title}: ${rule}`));
      assert.match(await console_.session.title(), new RegExp(page.title), 'the window title names the page');
    }
    assert.deepEqual(broken, []);
  });
}

test('nothing on any page needs what the content policy stops', async () => {
  assert.deepEqual(await console_.policyStops(), []);
});

test('a unit of the list leads to its map and its explanation by keys', async () => {
  await console_.session.press(['g', 'b']);
  await console_.heading('Blast radius');
  const units = await console_.rpc('rows', { table: 'units', filter: '', sort: '', columns: [], offset: 0, limit: 1 });
  assert.ok(units.total > 0, 'the demo has units');
});
