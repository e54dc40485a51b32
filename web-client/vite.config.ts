import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

/** Where `npm run dev` and `npm run preview` find the service. */
const service = process.env['OPENVISIT_SERVICE'] ?? 'http://127.0.0.1:8080';
const proxy = {
  '/ws': { target: service, ws: true },
  '/api': service,
  '/healthz': service,
};

/**
 * Loads a language and nothing else. Vite's own helper also looks after styles that a late script brings;
 * none of ours brings any, and every visitor would pay for it.
 */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};

export default defineConfig({
  plugins: [svelte(), plainImports],
  appType: 'mpa',
  build: {
    target: ['chrome100', 'firefox110', 'safari15.4'],
    // A page of this service carries no inline script, so nothing may be turned into one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // No class here has a setter that a field could meet, so that an older Safari gets its fields as
      // plain assignments and not each through `defineProperty`.
      transform: { assumptions: { setPublicClassFields: true } },
      input: {
        index: page('index'),
        j: page('j'),
        terminal: page('terminal'),
        staff: page('staff'),
        outbox: page('outbox'),
      },
    },
  },
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
