import type { Page } from '@playwright/test';
import { expectFits, expectNothingSerious, narrow, zoomed } from '../support/access';
import { phone } from '../support/devices';
import { walk } from '../support/journey';
import { applied } from '../support/prepared';
import { thinkAgain } from '../support/second-thoughts';
import { meetSetbacks } from '../support/setbacks';
import { administrator, approve } from '../support/staff';
import { expect, test } from '../support/test';
import { addPapers, agree, apply, invite, mother, register, sister } from '../support/visitors';

/** A page on the way can be read by everybody, also in a small window and at twice the size. */
async function look(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const usual = page.viewportSize();
  await expectNothingSerious(page);
  await expectFits(page, narrow, phone.viewport, zoomed);
  if (usual) await page.setViewportSize(usual);
}

/** So can what a visitor reads there in another language, whose words are longer. */
async function lookInEveryLanguage(page: Page): Promise<void> {
  await look(page);
  if (new URL(page.url()).pathname.startsWith('/staff')) return;
  const usual = page.viewportSize();
  for (const locale of ['en', 'vi', 'id', 'th', 'zh-TW']) {
    await page.getByTestId('lang-switch').selectOption(locale);
    await expect(page.locator('html')).toHaveAttribute('lang', locale);
    await expectFits(page, narrow);
  }
  if (usual) await page.setViewportSize(usual);
}

test('three people who have nothing but their phones come to a visit', async ({ open, person }) => {
  // Every page of the way is looked at: minutes, and more of them where other work takes the cores.
  test.setTimeout(15 * 60_000);
  await walk(await open(), person, look);
});

test('what does not go as hoped is told to whom it concerns, and how it goes on', async ({
  open,
  person,
}) => {
  test.slow();
  await meetSetbacks(await open(), person, lookInEveryLanguage);
});

test('what people think better of is so at once, and for everybody whom it concerns', async ({
  open,
  person,
}) => {
  test.slow();
  // Long before the demonstration's own visit its terminal is free for another one.
  await thinkAgain(await open({ openInSeconds: 6 * 60 * 60 }), person, look);
});

test('who was approved as somebody else takes the application back and applies anew', async ({
  open,
  person,
}) => {
  const service = await open();
  const hers = await person(phone);
  await register(hers, service, mother);
  await apply(hers, service, { ...mother, relationship: '子女' });
  const application = hers.url();
  const staff = await administrator(service, person);
  await approve(staff, [mother], look);

  await hers.goto(application);
  await expect(hers.getByRole('link', { name: '預約接見' })).toBeVisible();
  await hers.getByRole('button', { name: '撤回這份申請' }).click();
  const question = hers.getByRole('dialog');
  await expect(question).toContainText('已預約的接見');
  await look(hers);
  await question.getByRole('button', { name: '撤回這份申請' }).click();
  await expect(hers.getByText('您已撤回', { exact: true })).toBeVisible();
  await expect(hers.getByRole('link', { name: '預約接見' })).toHaveCount(0);
  await look(hers);

  await hers.getByRole('button', { name: '用這些資料重新申請' }).click();
  await expect(hers.getByRole('radio', { name: '子女', exact: true })).toBeChecked();
  await hers.getByRole('radio', { name: mother.relationship, exact: true }).check();
  await hers.getByRole('button', { name: '下一步' }).click();
  await expect(hers.getByRole('checkbox', { name: /行動接見/ })).toBeChecked();
  await hers.getByRole('button', { name: '下一步' }).click();
  await addPapers(hers);
  await expect(hers).not.toHaveURL(application);
  await staff.reload();
  await approve(staff, [mother], look);
  await hers.goto(service.doors.desk.portal_url);
  await expect(hers.getByRole('link', { name: '預約接見' })).toBeVisible();
});

test('counsel reads that the visit counts before somebody else comes along', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  const counsel = { ...mother, relationship: '律師' };
  const [hers, theirs] = [await person(phone), await person(phone)];
  await applied(hers, service, counsel);
  await applied(theirs, service, sister);
  const staff = await administrator(service, person);
  await approve(staff, [counsel, sister], () => Promise.resolve());
  await invite(hers, service, sister.email);
  await agree(theirs, service);

  await hers.goto(service.doors.desk.portal_url);
  await hers.getByRole('link', { name: '預約接見' }).first().click();
  await expect(hers.getByText('律師或辯護人單獨接見，不計入')).toBeVisible();
  const goOn = hers.getByRole('button', { name: '下一步' });
  const counts = hers.getByText('這次接見會計入收容人當月的次數');
  await goOn.click();
  await expect(hers).toHaveURL(/\/time$/);
  await expect(hers.getByRole('radio').first()).toBeAttached();
  await expect(counts).toHaveCount(0);
  await hers.goBack();
  await hers.getByRole('checkbox', { name: sister.name }).check();
  await look(hers);
  await goOn.click();
  await expect(counts).toBeVisible();
  await look(hers);
});
