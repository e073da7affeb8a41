// A small WebDriver client: one session with WebKitWebDriver, over fetch. Knows the protocol, nothing of the console.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Names of keys as WebDriver sends them. */
export const KEY = {
  Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', Space: ' ', Control: '\uE009', Shift: '\uE008', Alt: '\uE00A',
  Left: '\uE012', Up: '\uE013', Right: '\uE014', Down: '\uE015', Home: '\uE011', End: '\uE010', PageUp: '\uE00E', PageDown: '\uE00F', F6: '\uE036',
};

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a driver and a program under it. `env` is the program's whole environment; `log` collects what both print. */
export async function drive({ binary, args = [], env, log }) {
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  driver.stdout.on('data', (bytes) => log.push(bytes.toString()));
  driver.stderr.on('data', (bytes) => log.push(bytes.toString()));
  const base = `http://127.0.0.1:${port}`;
  try {
    await until(async () => (await fetch(`${base}/status`).catch(() => undefined))?.ok, 'the driver answers', 10_000);
    // No browserName and no webSocketUrl: the driver refuses both for an embedded view.
    const wish = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } } };
    const { sessionId } = await call('POST', `${base}/session`, wish, 30_000);
    return new Session(base, sessionId, driver);
  } catch (error) {
    end(driver);
    throw error;
  }
}

/** Asks until the answer is truthy; the error names what never became true. */
export async function until(ask, what, limit = 15_000) {
  const end = performance.now() + limit;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`within ${limit} ms never true: ${what}${last ? ` (${last.message})` : ''}`);
    await pause(50);
  }
}

/** Ends the driver and everything it started: they are one process group. */
function end(driver) {
  try {
    process.kill(-driver.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

async function call(method, url, body, limit = 20_000) {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
    signal: AbortSignal.timeout(limit),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value?.error}: ${value?.message}`);
  return value;
}

class Session {
  constructor(base, id, driver) {
    this.url = `${base}/session/${id}`;
    this.driver = driver;
  }

  /** Runs the body of a function in the page. */
  run(script, ...args) {
    return call('POST', `${this.url}/execute/sync`, { script, args });
  }

  /** As `run`; the last argument in the page is the function that takes the answer. */
  runAsync(script, ...args) {
    return call('POST', `${this.url}/execute/async`, { script, args }, 60_000);
  }

  /** The first element of a CSS selector, waited for. */
  find(css, limit) {
    return until(() => call('POST', `${this.url}/element`, { using: 'css selector', value: css }), `there is ${css}`, limit);
  }

  /** A real click, which fails when something covers the element. */
  async click(css) {
    const element = await this.find(css);
    await call('POST', `${this.url}/element/${element[ELEMENT]}/click`);
  }

  /** Visible text of an element. */
  async text(css) {
    const element = await this.find(css);
    return call('GET', `${this.url}/element/${element[ELEMENT]}/text`);
  }

  /** Presses keys one after the other; `{ hold: [KEY.Control] }` keeps some down meanwhile. */
  async press(keys, { hold = [] } = {}) {
    const list = Array.isArray(keys) ? keys : [...keys];
    const down = (value) => ({ type: 'keyDown', value });
    const up = (value) => ({ type: 'keyUp', value });
    const actions = [...hold.map(down), ...list.flatMap((key) => [down(key), up(key)]), ...hold.toReversed().map(up)];
    await call('POST', `${this.url}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  title() {
    return call('GET', `${this.url}/title`);
  }

  /** Ends the program and the driver, also when the program hangs. */
  async close() {
    await call('DELETE', this.url, undefined, 10_000).catch(() => undefined);
    end(this.driver);
  }
}
