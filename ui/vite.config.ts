// How the window is built. The packaged app runs under `style-src 'self'; script-src 'self'`, so nothing may be inlined or polyfilled.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  define: {
    // `tauri`: inside the app. `fixtures`: made-up data, no core. `server`: a core on the same origin. `auto` asks at run time.
    __HOST__: JSON.stringify(process.env['BULKHEAD_HOST'] ?? 'auto'),
  },
  build: {
    target: 'safari16.4',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  server: { port: 1420, strictPort: true },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
}));
