// What the four answer pages say when there is nothing yet, when the core fails, and when all is clear. Numbers must name their population.
import { flushSync, mount, tick, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inventory } from '../api/inventory.svelte';
import type { PageProps } from '../kit/page-info';
import { commands } from '../platform/fixtures/commands';
import { fixtureHost } from '../platform/fixtures/host';
import type { Host } from '../platform/host';
import { useHost } from '../platform/choose';
import Blast from './blast/View.svelte';
import Overview from './overview/View.svelte';
import Rotations from './rotations/View.svelte';
import ThirdParties from './third-parties/View.svelte';

const PAGES: [string, Component<PageProps>, string[]][] = [
  ['overview', Overview, []],
  ['blast', Blast, []],
  ['blast of a unit', Blast, ['credential', 'cred-storefront-web']],
  ['rotations', Rotations, []],
  ['third parties', ThirdParties, []],
];

const FRAME = ['status', 'tables', 'settings'];
const FAULT = { code: 'BH-TEST-001', trouble: 'failure', what: 'The answer broke.', meaning: 'Nothing was changed.', remedy: 'Try again.', details: 'made up' };

let shown: ReturnType<typeof mount> | null = null;

beforeEach(() => {
  window.matchMedia ??= (() => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} })) as unknown as typeof window.matchMedia;
});

afterEach(async () => {
  if (shown !== null) await unmount(shown);
  shown = null;
  document.body.replaceChildren();
});

function hostOf(estate: string, change: Record<string, (args: Record<string, unknown>) => unknown> = {}): Host {
  const table = { ...commands(estate), ...change };
  return {
    ...fixtureHost(),
    rpc: async (command, args) => JSON.parse(JSON.stringify(await table[command]?.(args as Record<string, unknown>))) as unknown,
  };
}

/** Opens a page and waits until it says `until`; answers all that it says then. */
async function open(view: Component<PageProps>, path: string[], host: Host, until: string): Promise<string> {
  useHost(host);
  await inventory.refresh();
  shown = mount(view, { target: document.body, props: { path, query: new URLSearchParams() } });
  const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ');
  await vi.waitFor(
    async () => {
      flushSync();
      await tick();
      expect(text()).toContain(until);
    },
    { timeout: 8000, interval: 20 },
  );
  return text();
}

describe('nothing yet', () => {
  it.each(PAGES)('%s offers import and demo', async (_name, view, path) => {
    const text = await open(view, path, hostOf('empty'), 'No imports yet');
    expect(text).toContain('Open demo');
  });
});

describe('a failing core', () => {
  it.each(PAGES)('%s tells the four parts and keeps its heading', async (name, view, path) => {
    const fail = () => Promise.reject(FAULT);
    const broken = Object.fromEntries(Object.keys(commands('full')).filter((command) => !FRAME.includes(command)).map((command) => [command, fail]));
    const text = await open(view, path, hostOf('full', broken), FAULT.what);
    for (const part of [FAULT.what, FAULT.meaning, FAULT.remedy, FAULT.code]) expect(text, name).toContain(part);
    expect(document.querySelector('h1')?.textContent).not.toBe('');
    expect(text).toContain('Retry');
  });
});

describe('all clear', () => {
  const none = { rows: ({ columns }: Record<string, unknown>) => ({ revision: 41, total: 0, population: 8120, columns, rows: [], filter_error: null }) };

  it('names the population and the unknown ages on Rotations', async () => {
    const text = await open(Rotations, [], hostOf('first', none), 'No overdue rotations');
    expect(text).toContain('No overdue rotations as of 20 Nov 2026');
    expect(text).toContain('8,120 credentials checked, 112 of unknown age');
  });

  it('names the population and the unknowns on Third parties', async () => {
    const text = await open(ThirdParties, [], hostOf('first', none), 'No third party');
    expect(text).toContain('No third party holds a grant as of 20 Nov 2026');
    expect(text).toContain('412 clients checked; unknown: 9 holders');
  });
});

describe('first-shown facts', () => {
  it('shows score, shares that add up, sets and the other reading', async () => {
    const text = await open(Blast, ['credential', 'cred-storefront-web'], hostOf('full'), '73 / 100');
    for (const fact of ['73 / 100', 'Gateway only', '97 / 100', 'APIs reached', 'cardholder data', 'Business functions']) expect(text).toContain(fact);
  });

  it('lists every unit to choose from when no subject is chosen', async () => {
    const text = await open(Blast, [], hostOf('full'), 'ci-release');
    expect(text).toContain('1,405 units by reach');
    const first = document.querySelector<HTMLAnchorElement>('tbody a');
    expect(first?.getAttribute('href')).toBe('#/blast/client/client-ci-release');
  });

  it('shows actions, data health and unknowns on Overview', async () => {
    const text = await open(Overview, [], hostOf('full'), 'Do next');
    for (const fact of ['38', 'of 412', '− 3, better', 'Take deploy secrets out of CI variables', 'High: older than 30 days', '128 of 412']) expect(text).toContain(fact);
  });
});
