import { phone } from '../support/devices';
import { administrator, askAbout } from '../support/staff';
import { expect, test } from '../support/test';
import { mother, register, signIn } from '../support/visitors';

test('a suspended account is signed out, says so, and is opened again', async ({
  open,
  person,
}) => {
  const service = await open();
  const hers = await person(phone);
  await register(hers, service, mother);
  const staff = await administrator(service, person);

  await askAbout(staff, mother, '暫停使用');
  const question = staff.getByRole('dialog');
  const send = question.getByRole('button', { name: '暫停使用' });
  await send.click();
  await expect(question.getByRole('alert')).toBeVisible();
  await question.getByLabel('理由').fill('身分資料須再確認。');
  await send.click();
  await expect(staff.getByText(`${mother.name} 的帳號已暫停使用`)).toBeVisible();

  await hers.reload();
  await expect(hers.getByRole('link', { name: '註冊新帳號' })).toBeVisible();
  await signIn(hers, service, mother);
  await expect(hers.getByRole('alert')).toContainText('請與接見機關聯絡');
  await expect(hers.getByTestId('suspended')).toContainText('關閉帳號');

  await askAbout(staff, mother, '恢復使用');
  await question.getByRole('button', { name: '恢復使用' }).click();
  await expect(staff.getByText(`${mother.name} 的帳號已恢復使用`)).toBeVisible();
  await signIn(hers, service, mother);
  await expect(hers.getByRole('heading', { level: 1 })).toContainText(mother.name);
});

test('who lost the mailbox goes on with the address that staff put right', async ({
  open,
  person,
}) => {
  const service = await open();
  const hers = await person(phone);
  await register(hers, service, mother);
  const staff = await administrator(service, person);

  await askAbout(staff, mother, '更正電子郵件');
  const question = staff.getByRole('dialog');
  await expect(question).toContainText(mother.email);
  const send = question.getByRole('button', { name: '更正電子郵件' });
  await question.getByLabel('新的電子郵件').fill('no address');
  await question.getByRole('button', { name: '本人持身分證件到場' }).first().click();
  await send.click();
  await expect(question.getByRole('link', { name: '電子信箱格式不正確' })).toBeVisible();
  const now = { ...mother, email: 'new-address@mail.test' };
  await question.getByLabel('新的電子郵件').fill(now.email);
  await send.click();
  await expect(staff.getByText(`${mother.name} 的電子郵件已更正`)).toBeVisible();

  await hers.reload();
  await signIn(hers, service, mother);
  await expect(hers.getByRole('alert')).toBeVisible();
  await signIn(hers, service, now);
  await expect(hers.getByRole('heading', { level: 1 })).toContainText(mother.name);
});
