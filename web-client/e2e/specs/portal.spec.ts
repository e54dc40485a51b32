import type { Page } from '@playwright/test';
import { phone } from '../support/devices';
import { expect, test } from '../support/test';

/** Answers the questions of a registration up to the password. */
async function answer(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/portal/register/consent`);
  await page.getByRole('checkbox').check();
  await goOn(page, /同意/);
  await page.getByLabel('姓名').fill('王美玉');
  await page.getByLabel(/身分證/).fill('ａ123456789');
  await goOn(page);
  await page.getByLabel('年', { exact: true }).fill('42');
  await page.getByLabel('月', { exact: true }).fill('3');
  await page.getByLabel('日', { exact: true }).fill('9');
  await goOn(page);
  await page.getByLabel('電子郵件').fill('meiyu@example.com');
  await goOn(page);
  await page.getByLabel('手機號碼').fill('0912-345-678');
  await goOn(page);
}

async function goOn(page: Page, name: string | RegExp = '下一步'): Promise<void> {
  const before = page.url();
  await page.getByRole('button', { name }).click();
  await expect(page).not.toHaveURL(before);
}

test('an account is asked for one question at a time, and looked over before it is sent', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person(phone);
  await answer(mother, service.doors.base_url);
  await mother.getByLabel('密碼', { exact: true }).fill('天氣很好的星期二下午');
  await goOn(mother);
  await expect(mother.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(mother).toHaveTitle(/請確認您的資料/);
  const summary = mother.locator('dl');
  await expect(summary).toContainText('A123456789');
  await expect(summary).toContainText('1953年3月9日（民國 42 年）');
  await expect(summary).toContainText('0912345678');
});

test('what was typed outlives a reload, and the national id is asked again', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person(phone);
  await answer(mother, service.doors.base_url);
  await expect(mother).toHaveURL(/\/register\/password$/);
  const kept = await mother.evaluate(() => JSON.stringify({ ...sessionStorage }));
  expect(kept).toContain('meiyu@example.com');
  expect(kept).not.toContain('123456789');
  await mother.reload();
  await expect(mother).toHaveURL(/\/register\/identity$/);
  await expect(mother.getByLabel('姓名')).toHaveValue('王美玉');
  await expect(mother.getByLabel(/身分證/)).toHaveValue('');
});

test('what is wrong stands on top, is read out, and leads to its field', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person(phone);
  await mother.goto(`${service.doors.base_url}/portal/register/consent`);
  await mother.getByRole('checkbox').check();
  await goOn(mother, /同意/);
  await mother.getByLabel(/身分證/).fill('A123456788');
  await mother.getByRole('button', { name: '下一步' }).click();
  const summary = mother.getByRole('alert');
  await expect(summary).toBeFocused();
  await expect(mother).toHaveTitle(/^請修正：/);
  await expect(summary.getByRole('link')).toHaveCount(2);
  await summary.getByRole('link', { name: /號碼/ }).click();
  await expect(mother.getByLabel(/身分證/)).toBeFocused();
  await expect(mother.getByLabel(/身分證/)).toHaveAttribute('aria-invalid', 'true');
});

test('the token of a letter’s link leaves the address, and opening the link spends nothing', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person(phone);
  const sent: string[] = [];
  mother.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url());
  });
  await mother.goto(`${service.doors.base_url}/portal/verify#${'A'.repeat(43)}`);
  await expect(mother.getByRole('button', { name: '完成驗證' })).toBeVisible();
  await expect(mother).toHaveURL(/\/portal\/verify$/);
  expect(sent).toEqual([]);
});

test('a phone whose camera is refused is told what to do', async ({ open, person }) => {
  const service = await open();
  const mother = await person({ ...phone, grantMedia: false });
  await mother.goto(`${service.doors.base_url}/portal/phone-test`);
  await mother.getByRole('button', { name: '開始測試' }).click();
  await expect(mother.getByText(/瀏覽器沒有開放/).first()).toBeVisible();
});
