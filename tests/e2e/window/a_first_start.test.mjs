// The first start: a window, a page in it, a core behind it, and a policy that holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from '../console.mjs';

test('the window opens with nothing in it and the core answers', async () => {
  const start = performance.now();
  const console_ = await open();
  try {
    assert.ok(performance.now() - start < 20_000, 'a window that shows nothing for so long is broken');
    const status = await console_.rpc('status');
    assert.equal(status.inventory, 'none', 'a first start has no inventory, and does not make one unasked');
    assert.match(await console_.session.title(), /Bulkhead/);
    await console_.picture('first-start');
    assert.deepEqual(await console_.policyStops(), [], 'our own page needs nothing that the content policy stops');
  } finally {
    await console_.close();
  }
});

test('the content policy is the packaged one', async () => {
  const console_ = await open();
  try {
    // The counter itself is proved here: a page without violations means something only if one would be seen.
    const ran = await console_.session.run(`
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.head.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
      return window.broken === true;`);
    assert.equal(ran, false, 'an inline script must not run');
    const stopped = (await console_.policyStops()).join('\n');
    assert.match(stopped, /script-src/, 'the inline script was seen and stopped');
    assert.match(stopped, /style-src/, 'so was the inline style');
    const outside = await console_.session.runAsync(
      `const done = arguments[0]; fetch('http://127.0.0.1:9/').then(() => done('went out'), (e) => done('stopped'));`,
    );
    assert.equal(outside, 'stopped', 'the page reaches nothing but the core');
    assert.match((await console_.policyStops()).join('\n'), /connect-src/);
    assert.equal(await console_.session.run('return typeof window.__TAURI__'), 'undefined', 'no global door');
  } finally {
    await console_.close();
  }
});

test('the page may call one command and cannot open dialogs or the file system itself', async () => {
  const console_ = await open();
  try {
    for (const command of ['plugin:dialog|open', 'plugin:dialog|message', 'plugin:fs|read_file', 'plugin:webview|create_webview_window', 'plugin:window|close']) {
      const answer = await console_.session.runAsync(
        `const [command, done] = arguments;
         window.__TAURI_INTERNALS__.invoke(command, {}).then(() => done('allowed'), (e) => done(String(e)));`,
        command,
      );
      assert.match(answer, /not allowed|not found/i, `${command} must be refused`);
    }
  } finally {
    await console_.close();
  }
});
