import { code, enter, expectSignedIn, firstSignIn } from '../support/staff';
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
