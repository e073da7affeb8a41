// The built console with a home of its own: opened, asked, looked at, closed, and its log read.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KEY, drive, until } from './webdriver.mjs';

const root = new URL('../..', import.meta.url).pathname;
const target = process.env.BULKHEAD_TARGET ?? join(root, 'target');
const run = promisify(execFile);
// The window's own packages; the tests bring none.
const packages = createRequire(join(root, 'ui/package.json'));

/** The command line of the same build. */
export function bulkhead(...words) {
  return run(join(target, 'e2e/bulkhead'), words, { maxBuffer: 64 << 20 });
}

/** Source text of axe-core. */
export function axeSource() {
  return readFile(packages.resolve('axe-core/axe.min.js'), 'utf8');
}

/** Opens the console. `home` keeps a home over two openings; `args` are its command line; `broken` says that no page can come. */
export async function open({ args = [], home, broken = false } = {}) {
  const own = home ?? (await mkdtemp(join(tmpdir(), 'bulkhead-e2e-')));
  const folder = (name) => join(own, name);
  for (const name of ['config', 'data', 'cache', 'state', 'run']) await mkdir(folder(name), { recursive: true, mode: 0o700 });
  const picks = folder('picks');
  await writeFile(picks, '');
  const log = [];
  const env = {
    ...process.env,
    HOME: own,
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_STATE_HOME: folder('state'),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_AT_BRIDGE: '1',
    GTK_USE_PORTAL: '0',
    TAURI_WEBVIEW_AUTOMATION: 'true',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    BULKHEAD_E2E_PICK: picks,
  };
  const session = await drive({ binary: join(target, 'e2e/bulkhead-desktop'), args, env, log });
  const console_ = new Console(session, { home: own, picks, log, keeps: home !== undefined });
  try {
    await session.find('main', 20_000);
    await console_.watchPolicy();
    // Keys that come before the page listens are lost, as they would be for a person.
    if (!broken) await console_.heading('', 20_000);
    await console_.settled();
  } catch (error) {
    await session.close();
    throw new Error(`${error.message}\n${log.join('')}`);
  }
  return console_;
}

class Console {
  constructor(session, { home, picks, log, keeps }) {
    Object.assign(this, { session, home, picks, log, keeps });
  }

  /** Calls the core through the page's own door. */
  async rpc(command, args = {}) {
    const [ok, answer] = await this.session.runAsync(
      `const [command, args, done] = arguments;
       window.__TAURI_INTERNALS__.invoke('rpc', { command, args }).then((a) => done([true, a]), (e) => done([false, e]));`,
      command,
      args,
    );
    if (!ok) throw Object.assign(new Error(`${command}: ${JSON.stringify(answer)}`), { told: answer });
    return answer;
  }

  /** What the next file dialog answers. */
  willPick(...paths) {
    return writeFile(this.picks, paths.join('\n'));
  }

  /** Counts what the content policy stopped, from the first byte of the page on. */
  watchPolicy() {
    return this.session.run(`
      window.stopped = [];
      addEventListener('securitypolicyviolation', (e) => stopped.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sourceFile));
      if (window.ReportingObserver) {
        new ReportingObserver((all) => all.forEach((r) => stopped.push(r.body.effectiveDirective + ' ' + r.body.blockedURL)), { types: ['csp-violation'], buffered: true }).observe();
      }`);
  }

  /** Violations so far. */
  policyStops() {
    return this.session.run('return window.stopped ?? ["the page was left"]');
  }

  /** Waits until the page shows a text. */
  shows(text, limit) {
    return until(() => this.session.run('return document.body.innerText.includes(arguments[0])', text), `the page shows “${text}”`, limit);
  }

  /** Waits for the page with this heading. */
  heading(text, limit) {
    return until(() => this.session.run("return document.querySelector('h1')?.textContent.includes(arguments[0])", text), `the page “${text}” is open`, limit);
  }

  /** Waits until nothing on the page is busy any more. */
  async settled() {
    await until(() => this.session.run("return document.querySelector('[aria-busy=\"true\"]') === null"), 'the page has its data');
    await this.session.runAsync('const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));');
  }

  /** Moves the focus by Tab until it is on the control with this name, as a person without a mouse would. */
  async tabTo(name) {
    for (let presses = 0; presses < 80; presses += 1) {
      const at = await this.session.run(
        "const e = document.activeElement; return (e?.getAttribute('aria-label') ?? e?.textContent ?? '').trim();",
      );
      if (at === name) return;
      await this.session.press([KEY.Tab]);
    }
    throw new Error(`“${name}” is not reached by Tab`);
  }

  /** Chooses a theme in the palette. */
  async theme(name) {
    await this.session.press(['k'], { hold: [KEY.Control] });
    await this.session.find('[role="dialog"] input');
    await this.session.press(`Theme: ${name}`);
    await until(() => this.session.run("return document.querySelector('[role=\"dialog\"]')?.innerText.includes(arguments[0])", `Theme: ${name}`), 'the palette offers the theme');
    await this.session.press([KEY.Enter]);
    await until(() => this.session.run("return document.documentElement.dataset.theme === arguments[0] && !document.querySelector('[role=\"dialog\"]')", name), `the theme is ${name}`);
  }

  /** Rules that axe finds broken, each with its first places. */
  async axe() {
    await this.session.run(await axeSource());
    return this.session.runAsync(`
      const done = arguments[arguments.length - 1];
      axe.run(document, { resultTypes: ['violations'] }).then(
        (r) => done(r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 5).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))),
        (e) => done(['axe failed: ' + e]));`);
  }

  /** A picture of the whole screen, for people; kept under ui/test-results. */
  async picture(name) {
    const folder = join(root, 'ui/test-results');
    await mkdir(folder, { recursive: true });
    await run('import', ['-window', 'root', join(folder, `${name}.png`)]);
  }

  /** Closes the console; nothing bad may stand in its log. */
  async close() {
    await this.session.close();
    const text = this.log.join('');
    if (!this.keeps) await rm(this.home, { recursive: true, force: true });
    else await appendFile(join(this.home, 'console.log'), text);
    for (const bad of ['panicked at', 'CANARY', 'Refused to', 'Unhandled', 'not allowed by ACL']) {
      assert.ok(!text.includes(bad), `the log must not hold “${bad}”:\n${text}`);
    }
  }
}
