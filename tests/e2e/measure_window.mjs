// How quick the real window is on a large inventory: from the start of the process to a page with its data, between pages, and in the
// grid of all grants. Measures and prints; holds no goal. `cargo xtask bench --window` calls it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from './console.mjs';

const root = new URL('../..', import.meta.url).pathname;
const target = process.env.BULKHEAD_TARGET ?? join(root, 'target');
const inventory = process.argv[2] ?? ['1000000', '100000'].map((n) => join(target, `bench/grants-${n}/bench.inventory`)).find((file) => existsSync(file));
if (inventory === undefined) throw new Error('There is no inventory to open: run `cargo xtask bench` first, or name one.');
const STARTS = 5;
const PAGES = ['inventory/clients', 'blast', 'questions', 'rotations', 'third-parties', 'enforcement', 'imports', 'packs', 'activity', 'settings', 'overview'];

/** When a process began, in milliseconds since 1970. */
async function began(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  return Date.now() - uptime * 1000 + (ticks / 100) * 1000;
}

function pidOf(name) {
  const found = execFileSync('pgrep', ['-n', '-f', name], { encoding: 'utf8' }).trim();
  return Number(found);
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Milliseconds from the process to the last answer that the first page asked for. */
async function start() {
  const console_ = await open({ args: ['--inventory', inventory] });
  try {
    const process_ = await began(pidOf('e2e/bulkhead-desktop --inventory'));
    const usable = await console_.session.run("const marks = performance.getEntriesByName('answer'); return performance.timeOrigin + (marks[marks.length - 1]?.startTime ?? NaN);");
    return usable - process_;
  } finally {
    await console_.close();
  }
}

/** Goes to a place and waits until its heading is there, nothing is busy and a frame was painted. */
async function change(console_, place) {
  return console_.session.runAsync(
    `const [place, done] = arguments;
     const before = performance.now();
     location.hash = '#/' + place;
     const look = () => {
       const here = location.hash.startsWith('#/' + place) && document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null;
       if (here && performance.now() - before > 1) requestAnimationFrame(() => done(performance.now() - before));
       else setTimeout(look, 1);
     };
     setTimeout(look, 0);`,
    place,
  );
}

/** Asks for the first rows of all grants in another order or by another filter, as the grid does, and waits until the page has them. */
async function rows(console_, filter, sort) {
  return console_.session.runAsync(
    `const [filter, sort, done] = arguments;
     const before = performance.now();
     const args = { table: 'grants', filter, sort, columns: [], offset: 0, limit: 100 };
     window.__TAURI_INTERNALS__.invoke('rpc', { command: 'rows', args }).then(() => requestAnimationFrame(() => done(performance.now() - before)));`,
    filter,
    sort,
  );
}

const starts = [];
for (let at = 0; at < STARTS; at += 1) starts.push(await start());
const console_ = await open({ args: ['--inventory', inventory] });
const pages = {};
const grid = {};
try {
  for (const round of ['first', 'again']) {
    for (const page of PAGES) {
      pages[page] = { ...pages[page], [round]: await change(console_, page) };
    }
  }
  grid.sort = await rows(console_, '', '-privilege,client');
  grid.filter = await rows(console_, 'privilege:write', '');
  grid.both = await rows(console_, 'mode:application', '-granted_at');
} finally {
  await console_.close();
}
const line = (what, measured, goal) => console.log(`${what.padEnd(46)} ${measured.padStart(34)}  ${goal}`);
const ms = (value) => `${Math.round(value)} ms`;
const firsts = Object.values(pages).map((page) => page.first);
const agains = Object.values(pages).map((page) => page.again);
const slowest = Object.entries(pages).sort((a, b) => b[1].first - a[1].first)[0];
line('window usable, process start to first data', `${ms(median(starts))}, worst ${ms(Math.max(...starts))}`, '<= 1.5 s');
line('page change, first visit', `median ${ms(median(firsts))}, worst ${ms(slowest[1].first)} (${slowest[0]})`, '<= 150 ms');
line('page change, again', `median ${ms(median(agains))}, worst ${ms(Math.max(...agains))}`, '<= 150 ms');
line('sort all grants in the window', ms(grid.sort), '<= 300 ms');
line('filter all grants in the window', ms(grid.filter), '<= 300 ms');
line('filter and sort all grants in the window', ms(grid.both), '<= 300 ms');
await writeFile(join(target, 'bench/window.json'), `${JSON.stringify({ inventory, starts, pages, grid }, null, 2)}\n`);
