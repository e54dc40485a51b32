import { dayFromNow } from '../support/days';
import { phone } from '../support/devices';
import { expectJoinState, tapJoin } from '../support/pages';
import { administrator, code, enter, expectSignedIn, firstSignIn } from '../support/staff';
import { expect, test } from '../support/test';

test('an administrator signs in with a second factor, and each code counts once', async ({
  open,
  person,
}) => {
  const service = await open();
  const page = await person();
  const { login, password, secret, used } = await firstSignIn(page, service);
  await page.goto(`${service.doors.base_url}/staff`);
  await expectSignedIn(page);

  const other = await person();
  await other.goto(`${service.doors.base_url}/staff`);
  await other.locator('#login').fill(login);
  await other.locator('#password').fill('not the password');
  await other.getByTestId('staff-next').click();
  await expect(other.getByRole('alert')).toBeVisible();
  await other.locator('#password').fill(password);
  await other.getByTestId('staff-next').click();
  await enter(other, used);
  await expect(other.getByRole('alert')).toBeVisible();
  await enter(other, code(secret, 1));
  await expectSignedIn(other);
});

test('all facilities are closed at once, and the link of a visit says that it is looked at', async ({
  open,
  person,
}) => {
  const service = await open();
  const staff = await administrator(service, person);
  await staff.getByRole('link', { name: '停止接見日' }).click();
  await staff.getByTestId('add-closure').click();
  const closure = staff.getByRole('dialog');
  await closure.getByRole('radio', { name: '所有機關' }).check();
  await closure.getByLabel('開始日期').fill(dayFromNow(-1));
  await closure.getByLabel('結束日期').fill(dayFromNow(1));
  await closure.getByLabel('原因').fill('颱風停止上班');
  await closure.getByRole('button', { name: '檢查影響' }).click();
  await expect(closure.getByRole('columnheader', { name: '機關' })).toBeVisible();
  await closure.getByRole('button', { name: /^停止接見並通知/ }).click();
  await expect(staff.getByText('停止接見日已新增')).toBeVisible();
  const me = await staff.getByRole('link', { name: /^我的帳號/ }).textContent();
  await expect(staff.getByTestId('deed').first()).toHaveText(
    new RegExp(`^新增：${me?.trim()} · \\d+月\\d+日 \\d\\d:\\d\\d$`),
  );

  const mother = await person(phone);
  await tapJoin(mother, service.link(1));
  await expectJoinState(mother, 'flagged');
  await expect(mother.getByText('同一個連結')).toBeVisible();
  await mother.getByRole('button', { name: '再試一次' }).click();
  await mother.getByTestId('join-button').click();
  await expectJoinState(mother, 'flagged');

  await staff.getByRole('button', { name: /^取消停止/ }).click();
  await staff.getByRole('dialog').getByRole('button', { name: '取消停止' }).click();
  await expect(staff.getByText('已取消，這段時間可以再預約')).toBeVisible();
  const lifted = staff.getByRole('row').filter({ hasText: '颱風停止上班' });
  await expect(lifted.getByTestId('deed')).toHaveText([/^取消停止：/, /^新增：/]);
  await expect(lifted.getByRole('button')).toHaveCount(0);

  // That it takes place is told to the party at once: whoever says so is asked first.
  await staff.getByRole('link', { name: '當日接見' }).click();
  await staff.locator('#date').fill(service.date);
  await staff.getByRole('row').filter({ hasText: '機關確認中' }).getByTestId('visit').click();
  const question = staff.getByRole('dialog');
  await question.getByTestId('clear-visit').click();
  await expect(question).toContainText('林陳秀英、林志成、林雅婷 會立即收到');
  await staff.keyboard.press('Escape');
  await expect(question.getByTestId('clear-visit')).toBeVisible();
  await question.getByTestId('clear-visit').click();
  await question.getByTestId('confirm').click();
  // Nobody of the demonstration's party has told a date of birth.
  await expect(question.getByRole('alert')).toContainText('接見人中沒有成年人');
  await mother.reload();
  await mother.getByTestId('join-button').click();
  await expectJoinState(mother, 'flagged');
});

test('figures that were saved by mistake are taken back as they were', async ({ open, person }) => {
  const service = await open();
  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/settings`);
  const quota = staff.getByLabel('每位收容人每月次數');
  const telephone = staff.getByLabel('接見窗口電話');
  await expect(quota).toHaveValue('2');
  const before = await telephone.inputValue();
  await quota.fill('3');
  await telephone.fill('');
  await staff.getByRole('button', { name: '儲存' }).click();
  await expect(staff.getByText('設定已儲存')).toBeVisible();
  await staff.getByTestId('undo').click();
  await expect(staff.getByText('已復原成儲存前的設定')).toBeVisible();
  await staff.reload();
  await expect(quota).toHaveValue('2');
  await expect(telephone).toHaveValue(before);
});
