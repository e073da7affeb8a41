// Picks the host once, before anything is drawn.
import type { Host } from './host';

declare const __HOST__: 'auto' | 'tauri' | 'server' | 'fixtures';

let chosen: Host | undefined;

/** Must run before the first `host()`. */
export async function chooseHost(): Promise<Host> {
  chosen = await find();
  return chosen;
}

/** The host in use. */
export function host(): Host {
  if (!chosen) throw new Error('The host is not chosen yet.');
  return chosen;
}

/** For tests: a host of their own. */
export function useHost(other: Host): void {
  chosen = other;
}

async function find(): Promise<Host> {
  if (__HOST__ === 'tauri' || (__HOST__ === 'auto' && '__TAURI_INTERNALS__' in window)) {
    return (await import('./tauri')).tauriHost;
  }
  if (import.meta.env.DEV || __HOST__ === 'fixtures') {
    const fixtures = __HOST__ === 'fixtures' || !(await serverAnswers());
    if (fixtures) return (await import('./fixtures/host')).fixtureHost();
  }
  return (await import('./server')).serverHost;
}

async function serverAnswers(): Promise<boolean> {
  try {
    const answer = await fetch('/rpc', { method: 'POST', body: '{"command":"status","args":{}}' });
    return answer.ok && (answer.headers.get('content-type') ?? '').includes('json');
  } catch {
    return false;
  }
}
