// Conventions that would otherwise have to be nagged about: layers, tokens, file sizes.
import { describe, expect, it } from 'vitest';

const files = Object.entries(import.meta.glob<string>('./**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true }))
  .map(([path, text]) => ({ path: path.replace('./', ''), text }))
  .filter(({ path }) => !path.endsWith('.test.ts'));

/** What each folder may import. A folder may always import itself. */
const LAYERS: Record<string, string[]> = {
  platform: [], api: ['platform'], kit: [], charts: ['kit', 'api'], parts: ['charts', 'kit', 'api', 'platform'], pages: ['parts', 'charts', 'kit', 'api', 'platform'],
  app: ['pages', 'parts', 'charts', 'kit', 'api', 'platform'], styles: [],
};

function faults(find: (file: { path: string; text: string }) => string[]): string[] {
  return files.flatMap((file) => find(file).map((fault) => `${file.path}: ${fault}`));
}

describe('the window keeps its conventions', () => {
  it('is looked at as it is written', () => {
    expect(files.filter(({ text }) => text.includes('<style>')).length).toBeGreaterThan(20);
  });

  it('imports point one way', () => {
    expect(faults(({ path, text }) => {
      const layer = path.split('/')[0] ?? '';
      const allowed = LAYERS[layer];
      // Fixtures are made-up answers in the shape of the api, told in the words of the kit.
      if (!allowed || path.startsWith('platform/fixtures/')) return [];
      const depth = path.split('/').length - 1;
      return [...text.matchAll(/from '((?:\.\.\/)+)([a-z]+)\//g)]
        .filter(([, up = '', to = '']) => up.length / 3 === depth && to !== layer && !allowed.includes(to))
        .map(([, , to]) => `imports ${to}`);
    })).toEqual([]);
  });

  it('only the tokens hold colours, font sizes and line widths', () => {
    expect(faults(({ text }) => {
      const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
      return [...style.matchAll(/#[0-9a-f]{3,8}\b(?=[^{]*;)|\brgba?\(|\bhsla?\(|font-size:|font-family:|border[a-z-]*: *[0-9.]+px|outline[a-z-]*: *[0-9.]+px/gi)].map((hit) => hit[0]);
    })).toEqual([]);
  });

  it('only platform knows Tauri', () => {
    expect(faults(({ path, text }) => (!path.startsWith('platform/') && text.includes('@tauri-apps') ? ['imports Tauri'] : []))).toEqual([]);
  });

  it('files stay readable', () => {
    expect(faults(({ path, text }) => (path !== 'api/gen.ts' && text.split('\n').length > 450 ? [`${text.split('\n').length} lines`] : []))).toEqual([]);
  });

  it('no file makes markup of text', () => {
    expect(faults(({ text }) => [...text.matchAll(/\{@html|\.innerHTML|insertAdjacentHTML/g)].map((hit) => hit[0]))).toEqual([]);
  });
});
