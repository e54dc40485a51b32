/** Trying the phone before a visit: over the way that a call would take, and told truly where there is none. */
import type { Locator, Page } from '@playwright/test';
import { phone } from '../support/devices';
import { ways } from '../support/media';
import { expect, test } from '../support/test';
import { beginPhoneTest, mother, register } from '../support/visitors';

/** The number of the visitor on the first seat of a demonstration. */
const MOTHER = '0900000101';

const begin = async (page: Page): Promise<Locator> => {
  await page.getByRole('button', { name: '開始測試' }).click();
  return page.getByTestId('network-test');
};

/** Waits until the test goes this way, as long as a test looks for one. */
async function expectWay(page: Page, network: Locator, way: string): Promise<void> {
  const taken = async () => ({
    ways: await ways(page),
    outcome: await network.getAttribute('data-outcome'),
  });
  await expect.poll(taken, { timeout: 60_000 }).toEqual({ ways: [way], outcome: null });
}

test('where a call would hold, the phone that sends its own picture and sound is told so', async ({
  open,
  person,
}) => {
  const service = await open();
  const hers = await person(phone);
  await register(hers, service, mother);
  const network = await beginPhoneTest(hers, service);
  await expectWay(hers, network, 'host');
  expect(await service.metric('openvisit_signaling_phone_tests')).toBe(1);
  expect(await service.metric('openvisit_signaling_rooms')).toBe(0);
  await expect(network).toHaveAttribute('data-outcome', 'good');
  await expect(network).toContainText('可以順利視訊');
  await expect.poll(() => service.metric('openvisit_signaling_phone_tests')).toBe(0);
  await expect.poll(() => service.metric('openvisit_sfu_participants')).toBe(0);
});

test('where nothing but the pages and the relay can be reached, a call holds by the relay', async ({
  openWithRelay,
  person,
}) => {
  const { service, relay } = await openWithRelay();
  const pages = Number(new URL(service.doors.base_url).port);
  const hers = await person({ ...phone, only: [pages, relay.port] });
  await register(hers, service, mother);
  const network = await beginPhoneTest(hers, service);
  await expectWay(hers, network, 'relay');
  await expect(network).toHaveAttribute('data-outcome', 'good');
});

test('in Firefox too, though its first connection fails before it knows of the relay', async ({
  openWithRelay,
  person,
}) => {
  const { service } = await openWithRelay();
  const hers = await person({ engine: 'firefox', relayOnly: true });
  await register(hers, service, mother);
  const network = await beginPhoneTest(hers, service);
  await expectWay(hers, network, 'relay');
  await expect(network).toHaveAttribute('data-outcome', 'good');
});

test('where nothing but the pages can be reached, the person is told that no call can be made', async ({
  openWithRelay,
  person,
}) => {
  const { service } = await openWithRelay();
  const pages = Number(new URL(service.doors.base_url).port);
  const hers = await person({ ...phone, only: [pages] });
  await register(hers, service, mother);
  const network = await beginPhoneTest(hers, service);
  await expect(network).toHaveAttribute('data-outcome', 'no_connection', { timeout: 60_000 });
  await expect(network).toContainText('無法視訊');
  await expect(hers.getByTestId('phone-result')).toHaveCount(0);
});

test('who is not signed in is not told more than was tried', async ({ open, person }) => {
  const service = await open();
  const hers = await person(phone);
  const network = await beginPhoneTest(hers, service);
  await expect(network).toContainText(/連線順暢|連得上/);
  await expect(hers.getByText('視訊還沒測試')).toBeVisible();
  await hers.getByRole('button', { name: /^有.*自己/ }).click();
  await hers.getByRole('button', { name: '播放聲音' }).click();
  await hers.getByRole('button', { name: /^有.*叮/ }).click();
  const result = hers.getByTestId('phone-result');
  await expect(result).toContainText('相機、麥克風和喇叭都沒問題');
  await expect(result).not.toContainText('準備好了');
  await hers.getByRole('link', { name: '登入並測試' }).click();
  await expect(hers.getByLabel('電子郵件')).toBeVisible();
});

test('the link of the day before tries the phone without signing in, and no more once it is refused', async ({
  open,
  person,
}) => {
  const service = await open({ openInSeconds: 2 * 60 * 60 });
  const hers = await person(phone);
  await hers.goto(await service.sentLink(MOTHER, '/t#'));
  const network = await begin(hers);
  await expect(network).toHaveAttribute('data-outcome', 'good');
  await expect(hers.getByText('視訊還沒測試')).toHaveCount(0);

  const other = await person(phone);
  await other.goto(`${service.doors.base_url}/t#${'A'.repeat(21)}Q`);
  await begin(other);
  await expect(other.getByText('視訊還沒測試')).toBeVisible();
});
