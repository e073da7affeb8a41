// The window's page in a plain browser, with the core behind the development server: cheaper than a real window, and with better eyes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeSource } from './console.mjs';
import { until } from './webdriver.mjs';

const root = new URL('../..', import.meta.url).pathname;
const target = process.env.BULKHEAD_TARGET ?? join(root, 'target');
const { chromium } = createRequire(join(root, 'ui/package.json'))('playwright-core');

/** The core on a free loopback port; with `inventory` it opens that file. */
export async function serve({ inventory } = {}) {
  const words = ['dev-server', '--port', '0', ...(inventory ? ['--inventory', inventory] : [])];
  const child = spawn(join(target, 'debug/workbench'), words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  child.stderr.on('data', (bytes) => log.push(bytes.toString()));
  const address = await new Promise((resolve, reject) => {
    child.stdout.once('data', (bytes) => resolve(bytes.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the development server ended with ${code}: ${log.join('')}`)));
  });
  /** Asks the core without a page. */
  async function rpc(command, args = {}) {
    const answer = await fetch(new URL('rpc', address), { method: 'POST', body: JSON.stringify({ command, args }) });
    const body = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`${command}: ${JSON.stringify(body)}`), { told: body });
    return body;
  }
  return {
    address,
    log,
    rpc,
    /** Waits for a job that a command started; answers its result. */
    async finished({ job }) {
      const ended = await until(async () => {
        const view = await rpc('job', { id: job });
        return ['done', 'failed', 'cancelled'].includes(view.state) && view;
      }, `job ${job} ends`, 120_000);
      assert.equal(ended.state, 'done', JSON.stringify(ended.error));
      return ended.result;
    },
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      assert.ok(!log.join('').includes('panicked at'), `the core must not panic:\n${log.join('')}`);
    },
  };
}

/** A browser for several pages. */
export async function browse() {
  const profile = await mkdtemp(join(tmpdir(), 'bulkhead-browser-'));
  // A root user has no sandbox to give to Chromium; the other words keep it from calling home.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args,
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  return {
    /** Opens the page of a server; `faults` collects what a person would not see. */
    async page(address, { theme = 'light' } = {}) {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const faults = [];
      page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
      page.on('console', (line) => {
        // A refused command answers 422, which the browser notes as a failed request; the page shows it, so it is no fault by itself.
        if (line.type() === 'error' && !line.text().includes('status of 422')) faults.push(`console: ${line.text()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(address) && !request.url().startsWith('data:')) faults.push(`went out: ${request.url()}`);
      });
      await page.goto(address);
      await page.waitForSelector('main');
      return Object.assign(page, { faults });
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Rules that axe finds broken, each with its first places. */
export async function axe(page) {
  await page.evaluate(await axeSource());
  return page.evaluate(async () => {
    const found = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`);
  });
}

/** A picture for people, under ui/test-results. */
export async function picture(page, name) {
  const folder = join(root, 'ui/test-results');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
