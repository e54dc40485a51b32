/** What was typed when a session ends. */
import type { Page } from '@playwright/test';
import { phone } from '../support/devices';
import { applied } from '../support/prepared';
import { administrator, approve, code, enter, expectSignedIn, firstSignIn } from '../support/staff';
import { expect, test } from '../support/test';
import { PASSWORD, mother, register, sister, type Visitor } from '../support/visitors';

/** The service forgets the session, as after half an hour without use. */
const end = (page: Page) => page.context().clearCookies();

/** Everything that the window keeps. */
const kept = (page: Page) =>
  page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));

/** Signs in where the sign-in stands in the place of a view. */
async function comeBack(page: Page, visitor: Visitor): Promise<void> {
  await expect(page.getByText('輸入到一半的內容也還在')).toBeVisible();
  await page.getByLabel('電子郵件').fill(visitor.email);
  await page.getByLabel('密碼', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登入' }).click();
}

test('a visitor who has to sign in again finds what was typed, and nobody else does', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  const page = await person(phone);
  const other = await person(phone);
  await register(other, service, sister);
  await applied(page, service, mother);
  const staff = await administrator(service, person);
  await approve(staff, [mother], () => Promise.resolve());

  await page.goto(`${service.doors.desk.portal_url}/companions`);
  await page.getByLabel('對方註冊的電子郵件').fill('yahui@example.com');
  await end(page);
  await page.getByRole('button', { name: '送出邀請' }).click();
  await comeBack(page, mother);
  await expect(page.getByLabel('對方註冊的電子郵件')).toHaveValue('yahui@example.com');
  expect(await kept(page)).not.toContain(PASSWORD);
  await page.getByRole('button', { name: '送出邀請' }).click();
  await expect(page.getByText(/^如果這個信箱有帳號/)).toBeVisible();
  await expect.poll(() => kept(page)).not.toContain('yahui@example.com');

  // What one leaves unsent is not kept: it would look as if it were what stands.
  const change = `${service.doors.desk.portal_url}/account/change`;
  await page.goto(change);
  await page.getByLabel('手機號碼').fill('0987654321');
  await page.getByRole('link', { name: '上一頁' }).click();
  await page.goto(change);
  await expect(page.getByLabel('手機號碼')).toHaveValue(mother.phone);

  await page.getByLabel('手機號碼').fill('0987654321');
  await end(page);
  await page.getByRole('button', { name: '儲存' }).click();
  await comeBack(page, sister);
  await expect(page.getByLabel('手機號碼')).toHaveValue(sister.phone);
  await expect.poll(() => kept(page)).not.toContain('0987654321');

  // Whoever signs out by choice leaves nothing, also of what an application began with.
  await page.goto(`${service.doors.desk.portal_url}/applications/new/inmate`);
  await page.getByLabel('收容人姓名').fill('林明華');
  await page.getByRole('button', { name: '登出' }).click();
  await page.locator('a[href="/portal/sign-in"]').click();
  await page.getByLabel('電子郵件').fill(mother.email);
  await page.getByLabel('密碼', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登入' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(mother.name);
  for (const to of ['/portal/applications', '/portal/applications/new/inmate'])
    await page.locator(`main a[href="${to}"]`).first().click();
  await expect(page.getByLabel('收容人姓名')).toHaveValue('');
});

test('an answer that is changed is still changed after signing in again', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  const page = await person(phone);
  await register(page, service, mother);
  await page.getByRole('link', { name: '申請接見' }).first().click();
  const { facility, inmate_name, inmate_number, portal_url } = service.doors.desk;
  await page.getByLabel('所在機關').selectOption({ label: facility });
  await page.getByLabel('呼號').fill(inmate_number);
  await page.getByLabel('收容人姓名').fill(inmate_name);
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('radio', { name: '父母', exact: true }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('checkbox', { name: /行動接見/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page).toHaveURL(/\/documents$/);
  const id = /applications\/([^/]+)\//.exec(page.url())?.[1] ?? '';
  await page.goto(`${portal_url}/applications/${id}/edit/relationship`);
  await page.getByRole('radio', { name: '其他', exact: true }).check();
  await page.getByRole('textbox').fill('自幼由本人扶養，近日病危。');
  await end(page);
  await page.getByRole('button', { name: '儲存' }).click();
  await comeBack(page, mother);
  await expect(page.getByRole('radio', { name: '其他', exact: true })).toBeChecked();
  await expect(page.getByRole('textbox')).toHaveValue('自幼由本人扶養，近日病危。');
  await page.getByRole('button', { name: '儲存' }).click();
  await expect(page).toHaveURL(/\/check$/);
  await expect(page.getByText('自幼由本人扶養，近日病危。')).toBeVisible();
});

test('staff who sign in again find the dialog open with what they typed', async ({
  open,
  person,
}) => {
  const service = await open();
  const page = await person();
  const { login, password, secret } = await firstSignIn(page, service);
  await page.goto(`${service.doors.base_url}/staff/closures`);
  await page.getByTestId('add-closure').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('原因').fill('空調設備更新');
  await dialog.getByRole('radio', { name: '只有部分時段' }).check();
  await end(page);
  await dialog.getByRole('button', { name: '檢查影響' }).click();
  await expect(page.getByText('還沒送出的內容會留在原來的表單')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.getByTestId('staff-next').click();
  await enter(page, code(secret, 1));
  await expectSignedIn(page);
  await expect(dialog.getByLabel('原因')).toHaveValue('空調設備更新');
  await expect(dialog.getByRole('radio', { name: '只有部分時段' })).toBeChecked();
  expect(await kept(page)).not.toContain(password);
  await page.keyboard.press('Escape');
  await page.getByTestId('add-closure').click();
  await expect(dialog.getByLabel('原因')).toHaveValue('');
});
