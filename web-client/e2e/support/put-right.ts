/** What people put right: a date of birth by its document, an account that somebody else may use, a lost password. */
import { expect, type Page } from '@playwright/test';
import { phone } from './devices';
import { review } from './setbacks';
import type { Service } from './service';
import type { PersonOptions } from './test';
import { type Look, type Visitor } from './visitors';

const NEW_PASSWORD = '山上的風比昨天還要大';

/** A reviewer's facility corrects a date of birth; first nothing at all, which is not accepted. */
export async function correctApplicant(
  staff: Page,
  console: string,
  { name }: Visitor,
  look: Look,
): Promise<void> {
  await review(staff, console, name);
  await staff.getByRole('button', { name: '更正個人資料' }).click();
  const form = staff.getByRole('dialog');
  await form.getByRole('button', { name: '本人持身分證件申請更正。' }).click();
  await form.getByTestId('confirm').click();
  await expect(form.getByText('資料都和原來一樣')).toBeVisible();
  await look(staff);
  await form.locator('#birth_date').fill('1953-03-10');
  await form.getByTestId('confirm').click();
  await expect(staff.getByText(`${name} 的個人資料已更正，並已通知本人。`)).toBeVisible();
}

/** An account is looked up, suspended with a reason, and opened again. */
export async function suspendAndReinstate(
  staff: Page,
  console: string,
  { name, email }: Visitor,
  look: Look,
): Promise<void> {
  await staff.goto(`${console}/visitors`);
  await staff.locator('#q').fill(email);
  await staff.keyboard.press('Enter');
  const row = staff.getByRole('row').filter({ hasText: email });
  await row.getByRole('button', { name: /^更正電子郵件/ }).click();
  const dialog = staff.getByRole('dialog');
  await expect(dialog).toContainText(name);
  await look(staff);
  await staff.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await row.getByRole('button', { name: /^暫停使用/ }).click();
  await dialog.getByRole('button', { name: '身分資料須再確認，請洽接見機關。' }).click();
  await look(staff);
  await dialog.getByTestId('confirm').click();
  await expect(row).toContainText('暫停使用');
  await look(staff);
  await row.getByRole('button', { name: /^恢復使用/ }).click();
  await look(staff);
  await dialog.getByTestId('confirm').click();
  await expect(staff.getByText(`${name} 的帳號已恢復使用。`)).toBeVisible();
}

/** Somebody sets a new password by letter, signs in with it, and opens the letter once more, which is over. */
export async function resetPassword(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  { email }: Visitor,
  look: Look,
): Promise<void> {
  const page = await person(phone);
  const heading = page.getByRole('heading', { level: 1 });
  await page.goto(`${service.doors.desk.portal_url}/sign-in`);
  await page.getByRole('link', { name: '忘記密碼' }).click();
  await page.locator('#email').fill(email);
  await page.getByRole('button', { name: '寄給我' }).click();
  await expect(heading).toHaveText('請到信箱收信');
  await look(page);
  await page.getByRole('button', { name: '再寄一次' }).click();
  await expect(page.locator('#email')).toHaveValue(email);
  const letter = await service.sentLink(email, '/reset');
  await page.goto(letter);
  await page.locator('#password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: '儲存新密碼' }).click();
  await expect(heading).toHaveText('新密碼已設定');
  await look(page);
  await page.getByRole('link', { name: '登入' }).click();
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: '登入', exact: true }).click();
  await expect(page).toHaveURL(/\/portal$/);
  await page.goto(letter);
  await page.locator('#password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: '儲存新密碼' }).click();
  await expect(heading).toHaveText('這個連結無法使用');
  await look(page);
}
