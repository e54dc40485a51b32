/** Takes the pictures of every page anew: `cargo xtask screenshots`. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { seatCompany } from '../support/company';
import { cases, picture } from '../support/cases';
import { walk } from '../support/journey';
import { expectConnected, join } from '../support/pages';
import { thinkAgain } from '../support/second-thoughts';
import { meetTheSeldom } from '../support/seldom';
import { meetSetbacks } from '../support/setbacks';
import { expect, test } from '../support/test';
import type { Look } from '../support/visitors';

const folder = path.resolve(import.meta.dirname, '../../../docs/screenshots');
const languages = ['zh-TW', 'en'] as const;
const devices = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const terminals = [{ width: 1920, height: 1080 }];

test.beforeAll(() => mkdir(folder, { recursive: true }));

for (const shown of cases) {
  for (const locale of languages) {
    test(`${shown.name} in ${locale} @screenshots`, async ({ open, person }) => {
      const sizes = shown.device === 'terminal' ? terminals : devices;
      const service = await open(shown.plan);
      const page = await person({ ...shown.options, locale });
      await shown.show(page, { service, person });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await take(page, `${shown.name}-${locale}-${size.width}.png`);
      }
    });
  }
}

test('the whole way from nothing to a visit @screenshots', async ({ open, person }) => {
  await walk(await open(), person, taker());
});

test('what does not go as hoped @screenshots', async ({ open, person }) => {
  await meetSetbacks(await open(), person, taker('setback-'));
});

test('what people think better of @screenshots', async ({ open, person }) => {
  await thinkAgain(await open({ openInSeconds: 6 * 60 * 60 }), person, taker('thoughts-'));
});

test('what is met now and then @screenshots', async ({ open, person }) => {
  await meetTheSeldom(await open(), person, takeBoth);
});

test('the description of the API @screenshots', async ({ open, person }) => {
  const service = await open();
  const page = await person();
  await page.goto(`${service.doors.base_url}/api/docs`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const size of devices.slice(1)) {
    await page.setViewportSize(size);
    await take(page, `api-docs-${size.width}.png`);
  }
});

test('a call of four, with made-up people who move and speak @screenshots', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person({ locale: 'en', viewport: { width: 1280, height: 800 } });
  const company = seatCompany(service);
  try {
    await join(mother, service.link(1));
    await expectConnected(mother, 0, 2, 3);
    await picture(mother, 3);
    await take(mother, 'call.png');
    await mother.setViewportSize({ width: 390, height: 844 });
    await take(mother, 'call-phone.png');
    await mother.getByTestId('leave-button').click();
    await expect(mother.getByTestId('leave-confirm')).toBeVisible();
    await take(mother, 'call-leave-phone.png');
  } finally {
    company.kill();
  }
});

/** Takes pictures of page after page, each by its address and whether it was there before. */
function taker(prefix = ''): Look {
  const taken = new Map<string, number>();
  return async (page) => {
    const name = `${prefix}${nameOf(page.url())}`;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    await takeBoth(page, count > 1 ? `${name}-${count}` : name);
  };
}

/** Takes the picture of a page on a phone and at a desk; where something lies over it, of what the window shows. */
async function takeBoth(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText('讀取中…')).toHaveCount(0);
  const whole = (await page.locator('dialog[open], .stays').count()) === 0;
  const usual = page.viewportSize();
  // What stays in sight while one scrolls stands where it begins.
  if (whole) await page.evaluate(() => scrollTo(0, 0));
  for (const size of devices.slice(1)) {
    await page.setViewportSize(size);
    await take(page, `${name}-${size.width}.png`, whole);
  }
  if (usual) await page.setViewportSize(usual);
}

/** A page's name: its address without what is different each time. */
function nameOf(url: string): string {
  const parts = new URL(url).pathname.split('/').filter((part) => part !== '');
  return parts.map((part) => (/^[0-9a-f-]{36}$/.test(part) ? 'one' : part)).join('-');
}

/** Fonts are there and nothing moves. `whole`: not only what the window shows. */
async function take(page: Page, name: string, whole = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({
    path: path.join(folder, name),
    animations: 'disabled',
    caret: 'hide',
    fullPage: whole,
  });
}
