import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

/** Where `npm run dev` and `npm run preview` find the service. */
const service = process.env['OPENVISIT_SERVICE'] ?? 'http://127.0.0.1:8080';
const proxy = {
  '/ws': { target: service, ws: true },
  '/api': service,
  '/healthz': service,
};

export default defineConfig({
  plugins: [svelte()],
  appType: 'mpa',
  build: {
    target: ['chrome100', 'firefox110', 'safari15.4'],
    // A page of this service carries no inline script, so nothing may be turned into one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
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
