// The ways of a unit, drawn from the core's own answer, and pictures that are saved as files of their own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, browse, picture, serve } from '../browser.mjs';

let server;
let browser;
let subject;
before(async () => {
  [server, browser] = await Promise.all([serve(), browse()]);
  await server.finished(await server.rpc('demo_open'));
  const { rows } = await server.rpc('rows', { table: 'units', filter: 'unit:client', sort: '-audiences', columns: ['name'], offset: 0, limit: 1 });
  subject = { unit: 'client', id: rows[0].id.replace('client:', '') };
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function paths(theme) {
  const page = await browser.page(server.address, { theme });
  await page.evaluate((hash) => { location.hash = hash; }, `#/blast/${subject.unit}/${subject.id}?v=paths`);
  await page.locator('svg[data-picture]').waitFor();
  return page;
}

for (const theme of ['light', 'dark']) {
  test(`the ways of a unit are drawn as the core answers, and break no rule of axe in ${theme}`, async () => {
    const map = await server.rpc('tier_map', { subject });
    const page = await paths(theme);
    assert.equal(await page.locator('[data-at]').count(), map.nodes.length);
    assert.equal(await page.locator('g.edge').count(), map.edges.length);
    await picture(page, `paths-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.locator('[data-at="0"]').focus();
    await page.keyboard.press('t');
    await page.getByRole('table', { name: 'Ways from this unit to data' }).waitFor();
    assert.equal(await page.getByRole('table', { name: 'Ways from this unit to data' }).locator('tbody tr').count(), map.paths.length);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

for (const theme of ['light', 'dark']) {
  test(`the matrix is entered by keys until a cell opens its grants, and breaks no rule of axe in ${theme}`, async () => {
    const matrix = await server.rpc('matrix', { order: 'reach', rows: [0, 4e9], columns: [0, 4e9] });
    const page = await browser.page(server.address, { theme });
    await page.evaluate(() => { location.hash = '#/blast?v=matrix'; });
    await page.getByText(`${matrix.pairs} pairs with a grant`).first().waitFor();
    await picture(page, `matrix-${theme}`);
    assert.deepEqual(await axe(page), []);
    // The demo is small: every cell is one client and one API.
    const [row, column] = matrix.cells[0];
    assert.equal(row, 0, 'the client with most APIs holds something');
    await page.locator('.matrix button').focus();
    for (let at = 0; at < column; at += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.startsWith('#/inventory/grants'));
    const filter = `${matrix.rows[row].filter} ${matrix.columns[column].filter}`;
    const { total } = await server.rpc('rows', { table: 'grants', filter, sort: '', columns: [], offset: 0, limit: 1 });
    assert.ok(total > 0, 'a cell that is not empty has grants');
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test('a picture is saved as SVG without styles or scripts, and as PNG twice as dense', async () => {
  const page = await paths('light');
  const sent = {};
  for (const [title, kind] of [['As SVG', 'svg'], ['As PNG', 'png']]) {
    const answered = page.waitForResponse((one) => one.request().postData()?.includes('"picture_export"') ?? false);
    await page.getByRole('button', { name: 'Save picture' }).click();
    await page.getByRole('menuitem', { name: title }).click();
    const answer = await answered;
    assert.equal(answer.status(), 200, await answer.text());
    sent[kind] = Buffer.from(JSON.parse(answer.request().postData()).args.data, 'base64');
    assert.equal((await answer.json()).bytes, sent[kind].length, 'all of it was written');
  }
  const text = sent.svg.toString('utf8');
  assert.doesNotMatch(text, /<script|<style|class=|style=|href=|var\(--/);
  assert.match(text, /demo, revision 3, as of 20 Nov 2026/);
  const width = Number(/width="([\d.]+)"/.exec(text)[1]);
  assert.equal(sent.png.readUInt32BE(16), Math.ceil(width * 2), 'the width in the head of the PNG');
  assert.deepEqual(page.faults, []);
  await page.close();
});

for (const theme of ['light', 'dark']) {
  test(`the flows of the estate open their rows with equal counts, are walked by keys, and break no rule of axe in ${theme}`, async () => {
    const sankey = await server.rpc('sankey', { by: 'vendor', width: 'grants' });
    for (const thing of [...sankey.columns.flat(), ...sankey.flows].filter((each) => each.link !== null)) {
      const { total } = await server.rpc('rows', { ...thing.link, sort: '', columns: [], offset: 0, limit: 1 });
      assert.equal(total, thing.value, `${thing.name ?? 'a flow'}: ${thing.link.filter}`);
    }
    const page = await browser.page(server.address, { theme });
    await page.evaluate(() => { location.hash = '#/blast?v=flows'; });
    await page.locator('svg[data-picture]').waitFor();
    assert.equal(await page.locator('[data-place]').count(), sankey.columns.flat().length);
    await picture(page, `flows-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.locator('[data-place="0-0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const at = await page.evaluate(() => document.activeElement.getAttribute('data-place'));
    assert.match(at, /^1-[1-9]/, 'one column to the right and one place down');
    await page.keyboard.press('t');
    await page.getByRole('table', { name: 'Flows from clients over APIs to sensitivity' }).waitFor();
    assert.equal(await page.getByRole('table', { name: 'Flows from clients over APIs to sensitivity' }).locator('tbody tr').count(), sankey.flows.length);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}
