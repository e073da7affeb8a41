// Rules that keep the window safe: no markup from data, no style attribute, no anchor outside the two controls that guard it.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const MARKUP = [
  { selector: "AssignmentExpression > MemberExpression.left > Identifier.property[name=/^(innerHTML|outerHTML)$/]", message: 'Imported text is text: set textContent or write it in the template.' },
  { selector: "CallExpression[callee.property.name=/^(insertAdjacentHTML|write)$/][callee.object.name='document']", message: 'Imported text is text.' },
];
const TEMPLATE = [
  { selector: 'SvelteMustacheTag[kind="raw"]', message: 'No {@html}: imported text would become markup.' },
  { selector: 'SvelteAttribute[key.name="style"]', message: 'No style attribute: the policy is style-src self. Use a class or a style: directive.' },
];
const ANCHOR = { selector: 'SvelteAttribute[key.name="href"]', message: 'Use kit/Link.svelte or kit/Button.svelte; they lead only to places inside the window.' };
const FIRST = { selector: 'TSAnyKeyword', message: 'No any: generated types at the border, narrow types inside.' };

export default ts.config(
  { ignores: ['dist/', 'node_modules/'] },
  ...ts.configs.recommended,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off',
      'no-restricted-syntax': ['error', ...MARKUP, ...TEMPLATE, ANCHOR, FIRST],
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      // A string in braces keeps the space that the template would drop.
      'svelte/no-useless-mustaches': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_', caughtErrors: 'none' }],
      // Places are hashes made by `to()`; there is no router whose resolve() they could go through.
      'svelte/no-navigation-without-resolve': 'off',
      // It takes the reason behind an ignore for more names of rules.
      'svelte/no-unused-svelte-ignore': 'off',
      // These maps and sets live for one call or are replaced as a whole.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    files: ['src/kit/Link.svelte', 'src/kit/Button.svelte', 'src/app/Rail.svelte'],
    rules: { 'no-restricted-syntax': ['error', ...MARKUP, ...TEMPLATE, FIRST] },
  },
  {
    files: ['src/**'],
    ignores: ['src/platform/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/platform knows Tauri; call host() or rpc().' }] }],
    },
  },
);
