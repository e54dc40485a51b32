/** What became of a visit, and how staff put it right. */
import { administrator } from '../support/staff';
import { expect, test } from '../support/test';

test('a visit that counts as missed, but was the facility’s fault, is put right with a reason', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open({ minutes: 0.1 });
  const staff = await administrator(service, person);
  const row = staff.getByRole('row').filter({ hasText: '林明華' });
  const settled = row.filter({ hasText: '未出席' });
  await expect(async () => {
    await staff.goto(`${service.doors.base_url}/staff/visits`);
    await staff.locator('#date').fill(service.date);
    await expect(settled).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 180_000 });

  await settled.getByTestId('visit').click();
  const question = staff.getByRole('dialog');
  await question.getByTestId('correct-outcome').click();
  await expect(question).toContainText('林陳秀英、林志成、林雅婷');
  const correct = question.getByTestId('confirm');
  await correct.click();
  await expect(question.getByRole('alert')).toContainText('5 到 500 字');
  await question.getByLabel('實際結果').selectOption({ label: '技術中斷 (機關)' });
  await question.getByLabel('理由', { exact: true }).fill('設備故障，接見沒有進行。');
  await correct.click();

  await expect(staff.getByText('接見結果已更正')).toBeVisible();
  await expect(row).toContainText('技術中斷');
  await row.getByTestId('visit').click();
  await expect(question).toContainText('設備故障，接見沒有進行。');
  await expect(question.getByRole('definition').filter({ hasText: '機關' })).toBeVisible();
  await staff.keyboard.press('Escape');

  await staff.goto(`${service.doors.base_url}/staff/audit`);
  const step = staff.getByRole('row').filter({ hasText: '更正接見結果' });
  await expect(step).toContainText('李淑芬');
});
