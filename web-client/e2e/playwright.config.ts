import { defineConfig } from '@playwright/test';

/** The programs that take pictures and measure; they run only when asked for by name. */
const tagged = process.env['E2E_TAG'];
const programs = /@screenshots|@measure|@network/;

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  testMatch: 'specs/*.spec.ts',
  // One service, four browsers in a call and two cores: one test after another.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  // Guards against a test that hangs; no test's verdict depends on them.
  timeout: tagged ? 30 * 60_000 : 120_000,
  expect: { timeout: 20_000 },
  use: { actionTimeout: 30_000 },
  ...(tagged ? {} : { grepInvert: programs }),
});
