// From the first start to every page of the demo, by keyboard, in the packaged window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open } from '../console.mjs';
import { PAGES } from '../pages.mjs';
import { KEY, until } from '../webdriver.mjs';

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
  await until(async () => (await console_.rpc('status')).inventory === 'demo', 'the demo is open', 120_000);
  await console_.shows('Made-up estate');
  await console_.heading('Overview');
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
  await console_.settled();
  const units = await console_.rpc('rows', { table: 'units', filter: '', sort: '-reach_units', columns: ['name', 'reach_units'], offset: 0, limit: 1 });
  const name = units.rows[0].cells[0];
  await console_.tabTo(name);
  await console_.session.press([KEY.Enter]);
  await console_.shows('Why');
  await console_.settled();
  await console_.picture('window-blast-unit');
  const flooded = await console_.session.run("return [...document.querySelectorAll('main svg *')].length");
  assert.ok(flooded > 20, 'the map is drawn');
  assert.deepEqual(await console_.axe(), []);
});
