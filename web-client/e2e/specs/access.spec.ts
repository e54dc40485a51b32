import type { Page } from '@playwright/test';
import { expectFits, expectNothingSerious, narrow, tabTo, zoomed } from '../support/access';
import { cases, type Case } from '../support/cases';
import { phone } from '../support/devices';
import { expectInCall, expectJoinState, tapJoin } from '../support/pages';
import { expect, test } from '../support/test';

const ofHouse = ['zh-TW', 'en'];
const ofVisitors = [...ofHouse, 'vi', 'id', 'th'];
const wide = { width: 1280, height: 800 };

for (const shown of cases) {
  const locales = shown.house ? ofHouse : ofVisitors;
  const together = shown.withoutSwitch ? locales.map((locale) => [locale]) : [locales];
  for (const chosen of together) {
    test(`${shown.name} (${chosen.join(', ')}) is accessible, and fits a small window`, async ({
      open,
      person,
    }) => {
      const service = await open(shown.plan);
      const page = await person({ ...shown.options, locale: chosen[0] ?? 'en', viewport: wide });
      await shown.show(page, { service, person });
      const state = await marks(page);

      for (const locale of chosen) {
        await page.setViewportSize(wide);
        if (locale !== chosen[0]) await page.getByTestId('lang-switch').selectOption(locale);
        await expect(page.locator('html')).toHaveAttribute('lang', locale);
        await expect.poll(() => marks(page)).toEqual(expect.arrayContaining(state));
        await expectNothingSerious(page);
        await expectFits(page, ...sizesOf(shown));
      }
    });
  }
}

/** What tells the state that a page is in: each part that has a name for tests, and where it has one its state. */
function marks(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-testid]')].map(
      ({ dataset }) => `${dataset['testid']} ${dataset['state'] ?? ''}`,
    ),
  );
}

function sizesOf({ device }: Case) {
  return device === 'terminal'
    ? [zoomed, { width: 1920, height: 1080 }]
    : [narrow, phone.viewport, zoomed];
}

test('that a visit is over is accessible in every language, and fits a small window', async ({
  open,
  person,
}) => {
  const service = await open({ minutes: 0.05 });
  const page = await person();
  await expect.poll(() => Date.now()).toBeGreaterThan(service.endsAtMs);
  await tapJoin(page, service.link(1));
  await expectJoinState(page, 'over');
  const whys = new Set<string>();
  for (const locale of ofVisitors) {
    await page.getByTestId('lang-switch').selectOption(locale);
    await expect(page.locator('html')).toHaveAttribute('lang', locale);
    await expectJoinState(page, 'over');
    whys.add(await page.locator('h1 + p').innerText());
    await expectNothingSerious(page);
    await expectFits(page, narrow, zoomed);
  }
  expect(whys.size).toBe(ofVisitors.length);
});

test('a visit can be joined and left with the keyboard alone', async ({ open, person }) => {
  const service = await open();
  const mother = await person({ locale: 'en' });
  await mother.goto(service.link(1));
  await expectJoinState(mother, 'ready');
  const reach = (id: string) => tabTo(mother, mother.getByTestId(id));
  await reach('join-button');
  await mother.keyboard.press('Enter');
  await expectInCall(mother);
  await reach('mute-button');
  await mother.keyboard.press('Space');
  await expect(mother.getByTestId('mute-button')).toHaveAttribute('aria-pressed', 'true');
  await reach('leave-button');
  await mother.keyboard.press('Enter');
  await reach('leave-confirm');
  await mother.keyboard.press('Enter');
  await expect(mother.getByTestId('ended')).toHaveAttribute('data-reason', 'left');
});

test('the language that a person chooses is kept', async ({ open, person }) => {
  const service = await open();
  const mother = await person({ locale: 'zh-TW' });
  await mother.goto(service.link(1));
  await expectJoinState(mother, 'ready');
  await mother.getByTestId('lang-switch').selectOption('th');
  await expect(mother.locator('html')).toHaveAttribute('lang', 'th');
  await mother.reload();
  await expect(mother.locator('html')).toHaveAttribute('lang', 'th');
  await expect(mother.getByTestId('join-button')).toHaveText('เข้าเยี่ยม');
});

test('the facility’s pages are in English for those who read none of their languages', async ({
  open,
  person,
}) => {
  const service = await open();
  const officer = await person({ locale: 'vi' });
  await officer.goto(service.doors.base_url);
  await expect(officer.locator('html')).toHaveAttribute('lang', 'vi');
  await officer.goto(`${service.doors.base_url}/staff`);
  await expect(officer.locator('html')).toHaveAttribute('lang', 'en');
  await expect(officer.getByTestId('lang-switch').getByRole('option')).toHaveText([
    '正體中文',
    'English',
  ]);
  await officer.goto(`${service.doors.base_url}/api/docs`);
  await expect(officer.getByRole('heading', { level: 1 })).toBeVisible();
  // Hundreds of parts are alike, and reading all of them takes long.
  await officer
    .locator('section')
    .evaluateAll((all) => all.slice(4).forEach((each) => each.remove()));
  await expectNothingSerious(officer);
  await expectFits(officer, narrow, phone.viewport);
});
