// Light, dark and high contrast. `system` follows the system live.

export type Theme = 'system' | 'light' | 'dark' | 'high_contrast';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'high_contrast'];

let theme = $state<Theme>('system');

const dark = () => matchMedia('(prefers-color-scheme: dark)');
const contrast = () => matchMedia('(prefers-contrast: more)');

function apply(): void {
  const more = theme === 'high_contrast' || (theme === 'system' && contrast().matches);
  const night = theme === 'dark' || (theme !== 'light' && dark().matches);
  document.documentElement.dataset['theme'] = more ? (night ? 'hc-dark' : 'hc-light') : night ? 'dark' : 'light';
}

export const look = {
  get theme() {
    return theme;
  },
  set(next: string): void {
    theme = THEMES.find((known) => known === next) ?? 'system';
    apply();
  },
  /** Applies the theme and follows the system from now on. */
  start(): void {
    for (const query of [dark(), contrast()]) query.addEventListener('change', apply);
    apply();
  },
};
