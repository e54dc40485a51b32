import type { Page } from '@playwright/test';
import { expectFits, expectNothingSerious, narrow, zoomed } from '../support/access';
import { desk, phone } from '../support/devices';
import { walk } from '../support/journey';
import { approve, expectSignedIn } from '../support/staff';
import { expect, test } from '../support/test';
import { addPapers, apply, mother, register } from '../support/visitors';

/** A page on the way can be read by everybody, also in a small window and at twice the size. */
async function look(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const usual = page.viewportSize();
  await expectNothingSerious(page);
  await expectFits(page, narrow, zoomed);
  if (usual) await page.setViewportSize(usual);
}

test('three people who have nothing but their phones come to a visit', async ({ open, person }) => {
  test.slow();
  await walk(await open(), person, look);
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
  const staff = await person(desk);
  await staff.goto(service.doors.desk.administrator_url);
  await expectSignedIn(staff);
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
