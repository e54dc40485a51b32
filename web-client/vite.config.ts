import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Connect, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

/**
 * The pages are built in two runs into one folder. The join page carries the part of Svelte that any page
 * of its run uses, so the pages with forms have a run of their own (`--mode booking`), and grow as they need.
 */
const BOOKING = 'booking';
const pages = (mode: string): string[] =>
  mode === BOOKING ? ['portal', 'staff'] : ['index', 'j', 'terminal', 'outbox'];

/** Where `npm run dev` and `npm run preview` find the service. */
const service = process.env['OPENVISIT_SERVICE'] ?? 'http://127.0.0.1:8080';
const proxy = {
  '/ws': { target: service, ws: true },
  '/api': service,
  '/healthz': service,
};

/** The pages with addresses of their own below their name, as the service serves them. */
const WITH_VIEWS = ['portal', 'staff'];

const views: Plugin = {
  name: 'views',
  configureServer: (server) => void server.middlewares.use(toItsPage),
  configurePreviewServer: (server) => void server.middlewares.use(toItsPage),
};

const toItsPage: Connect.NextHandleFunction = (request, _, next) => {
  const name = WITH_VIEWS.find((each) => request.url?.startsWith(`/${each}/`));
  if (name) request.url = `/${name}.html`;
  next();
};

/**
 * Loads a script and nothing else. Vite's own helper also looks after styles and further scripts that a
 * late one brings. In the run of the join page all styles are in one file, loaded at once, and every
 * visitor would pay for it.
 */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};

/**
 * Puts the styles of a page after what it says before its script is there: a browser shows what stands
 * before them at once, and waits with the rest.
 */
const lateStyles: Plugin = {
  name: 'late-styles',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => {
      const styles = html.match(/ *<link rel="stylesheet"[^>]*>\n/g) ?? [];
      const rest = styles.reduce((left, style) => left.replace(style, ''), html);
      return rest.replace('  </body>', `${styles.join('')}  </body>`);
    },
  },
};

const inPdfLibrary = (path: string) => new URL(`node_modules/pdfjs-dist/${path}`, import.meta.url);
const { version: pdfVersion } = JSON.parse(readFileSync(inPdfLibrary('package.json'), 'utf8')) as {
  version: string;
};
/** Where what draws PDFs finds its tables. They are kept for long, so their address has the version. */
const PDF_FILES = `assets/pdf-${pdfVersion}/`;

/** Puts the tables of the PDF library beside its script: one is asked for when a document needs it. */
const pdfFiles: Plugin = {
  name: 'pdf-files',
  apply: 'build',
  generateBundle() {
    const put = (path: string) =>
      this.emitFile({
        type: 'asset',
        fileName: PDF_FILES + path,
        source: readFileSync(inPdfLibrary(path)),
      });
    for (const folder of ['cmaps', 'standard_fonts']) {
      for (const file of readdirSync(inPdfLibrary(folder))) put(`${folder}/${file}`);
    }
    put('wasm/openjpeg_nowasm_fallback.js');
    put('wasm/LICENSE_OPENJPEG');
    put('LICENSE');
  },
};

export default defineConfig(({ mode, command }) => ({
  plugins: [svelte(), mode === BOOKING ? pdfFiles : plainImports, views, lateStyles],
  define: {
    __PDF_FILES__: JSON.stringify(
      command === 'build' ? `/${PDF_FILES}` : '/node_modules/pdfjs-dist/',
    ),
  },
  appType: 'mpa',
  build: {
    emptyOutDir: mode !== BOOKING,
    target: ['chrome100', 'firefox110', 'safari15.4'],
    // A page of this service carries no inline script, so nothing may be turned into one.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, scripts, { hostType }) =>
        hostType === 'js' && mode !== BOOKING ? [] : scripts,
    },
    cssCodeSplit: mode === BOOKING,
    rolldownOptions: {
      // No class here has a setter that a field could meet, so that an older Safari gets its fields as
      // plain assignments and not each through `defineProperty`.
      transform: { assumptions: { setPublicClassFields: true } },
      input: Object.fromEntries(pages(mode).map((name) => [name, page(name)])),
    },
  },
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
