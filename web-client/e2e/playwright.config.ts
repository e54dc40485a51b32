import { defineConfig } from '@playwright/test';

/** The programs that take pictures and measure; they run only when asked for by name. */
const tagged = process.env['E2E_TAG'];
const programs = /@screenshots|@measure|@network/;

/** Where most of the time is spent waiting: for a visit's minutes, or what a network keeps back. Half of the suite's time. */
const waiting = /\/(early|end|journey|outcome|phone-test|self-test)\.spec\.ts$/;

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  testMatch: 'specs/*.spec.ts',
  // One service, four browsers in a call and two cores: one test after another, beside one that mostly waits.
  workers: tagged ? 1 : 2,
  projects: [
    { name: 'waiting', testMatch: waiting, workers: 1 },
    { name: 'all else', testIgnore: waiting, workers: 1 },
  ],
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  // Guards against a test that hangs; no test's verdict depends on them.
  timeout: tagged ? 30 * 60_000 : 240_000,
  expect: { timeout: 45_000 },
  use: { actionTimeout: 45_000 },
  ...(tagged ? {} : { grepInvert: programs }),
});
