// Every page with the demo in a browser: first facts, both themes, and numbers that open what they count.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';
import { PAGES } from '../pages.mjs';

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

for (const theme of ['light', 'dark']) {
  for (const { title, key, facts } of PAGES) {
    test(`${title} shows its first facts and breaks no rule of axe in ${theme}`, async () => {
      const page = await browser.page(server.address, { theme });
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      for (const fact of await facts(server.rpc)) await page.getByText(fact, { exact: false }).first().waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      await picture(page, `page-${title.toLowerCase().replaceAll(' ', '-')}-${theme}`);
      assert.deepEqual(await axe(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.equal(wide, false, 'the page itself never scrolls sideways');
      assert.deepEqual(page.faults, []);
      await page.close();
    });
  }
}

for (const command of ['overview', 'rotations', 'third_parties']) {
  test(`every figure of ${command} opens as many rows as it says`, async () => {
    const { figures } = await server.rpc(command);
    assert.ok(figures.length > 0, 'there are figures');
    const broken = [];
    for (const figure of figures) {
      const number = Number(figure.value.replaceAll(',', ''));
      // A score or a share is no count of rows; it still leads somewhere.
      if (!figure.link || figure.population.startsWith('/') || !Number.isInteger(number)) continue;
      const { total, filter_error } = await server.rpc('rows', { ...figure.link, sort: '', columns: [], offset: 0, limit: 1 });
      if (total !== number || filter_error) broken.push(`${figure.label}: says ${figure.value}, opens ${total} rows (${figure.link.table} ${figure.link.filter}) ${filter_error?.message ?? ''}`);
    }
    assert.deepEqual(broken, []);
  });
}

test('every count in every table opens as many rows as it says', async () => {
  const broken = [];
  let counted = 0;
  for (const table of await server.rpc('tables')) {
    const columns = table.columns.filter((column) => column.kind === 'count').map((column) => column.field);
    if (columns.length === 0) continue;
    const { rows } = await server.rpc('rows', { table: table.name, filter: '', sort: '', columns, offset: 0, limit: 5 });
    for (const row of rows) {
      for (const [at, cell] of row.cells.entries()) {
        if (cell === null) continue;
        counted += 1;
        const { total, filter_error } = await server.rpc('rows', { table: cell.table, filter: cell.filter, sort: '', columns: [], offset: 0, limit: 1 });
        if (total !== cell.n || filter_error) broken.push(`${table.name}.${columns[at]} of ${row.id}: says ${cell.n}, opens ${total} (${cell.table} ${cell.filter})`);
      }
    }
  }
  assert.ok(counted > 10, 'the tables hold counts');
  assert.deepEqual(broken, []);
});

test('a window of rows is the same rows wherever it begins', async () => {
  for (const table of await server.rpc('tables')) {
    const ask = (offset, limit) => server.rpc('rows', { table: table.name, filter: '', sort: table.default_sort, columns: [], offset, limit });
    const whole = await ask(0, 40);
    const parts = [...(await ask(0, 7)).rows, ...(await ask(7, 33)).rows];
    assert.deepEqual(parts, whole.rows, `${table.name}: windows join without a gap or a repeat`);
  }
});

test('the page calls no command with a path, and foreign handles are refused', async () => {
  for (const [command, args] of [
    ['import_check', { handles: ['/etc/passwd'], mappings: [] }],
    ['import_run', { handles: ['../../etc/passwd'], mappings: [] }],
    ['pack_verify', { handle: '/etc/passwd' }],
    ['pack_build', { handle: '/etc/passwd', profile: 'auditor', passphrase: null }],
  ]) {
    await assert.rejects(server.rpc(command, args), (error) => {
      assert.equal(error.told?.code, 'BH-API-002', `${command} must refuse what was not picked: ${error.message}`);
      return true;
    });
  }
  await assert.rejects(server.rpc('no_such_command'), (error) => error.told?.code === 'BH-API-004');
});
