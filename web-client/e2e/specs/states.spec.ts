/** What visitors read when something is slow, away or over, and whom they can call. */
import type { Page } from '@playwright/test';
import { phone } from '../support/devices';
import { expectFits, narrow } from '../support/access';
import {
  expectInCall,
  expectJoinState,
  join,
  joinState,
  leave,
  seatInmate,
  tapJoin,
} from '../support/pages';
import { applied } from '../support/prepared';
import { mother, register } from '../support/visitors';
import { expect, test } from '../support/test';

const TELEPHONE = 'tel:0255500100';

/** The number that the page gives to call. */
const number = (page: Page) => page.locator(`a[href="${TELEPHONE}"]`);

test('a page says what it is before its script is there', async ({ open, person }) => {
  const service = await open();
  for (const path of ['/', '/j', '/portal']) {
    const page = await person(phone);
    await page.route('**/*.js', () => new Promise(() => {}));
    await page.goto(`${service.doors.base_url}${path}`, { waitUntil: 'commit' });
    await expect(page.getByText('正在準備…')).toBeVisible();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('a way in that takes long is told, with a number to call, and goes on by itself', async ({
  open,
  person,
}) => {
  const service = await open();
  const page = await person(phone);
  const told = page.waitForResponse(/\/api\/links\/facility$/);
  await page.goto(service.link(1));
  await expectJoinState(page, 'ready');
  await (await told).finished();
  await page.context().setOffline(true);
  await page.getByTestId('join-button').click();
  await expectJoinState(page, 'joining');
  await expect(page.getByText(/正在自動再試/)).toBeVisible();
  await expect(number(page)).toBeVisible();
  await page.context().setOffline(false);
  await expectInCall(page);
});

test('whoever does not get in is told where to call, and of no link of ours nothing', async ({
  open,
  person,
}) => {
  const service = await open();
  const link = service.link(1);
  const refused = await person({ ...phone, grantMedia: false });
  await refused.goto(link);
  await expectJoinState(refused, 'camera-refused');
  await expect(number(refused)).toBeVisible();
  await expectFits(refused, narrow);

  await join(await person(), link);
  const other = await person(phone);
  await tapJoin(other, link);
  await expectJoinState(other, 'used');
  await expect(number(other)).toBeVisible();

  const stranger = await person(phone);
  await tapJoin(stranger, `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`);
  await expectJoinState(stranger, 'not-valid');
  await expect(joinState(stranger).getByRole('link')).toHaveCount(1);
});

test('what is told of the time together is the time with the inmate', async ({ open, person }) => {
  const service = await open();
  const page = await person(phone);
  const told = async () => {
    await leave(page);
    return Number(await page.getByTestId('ended').getAttribute('data-together-ms'));
  };
  await join(page, service.link(1));
  expect(await told()).toBe(0);

  await page.getByTestId('come-back').click();
  await expectInCall(page);
  await seatInmate(await person(), service);
  await expect(page.locator('[data-testid="tile"][data-seat="0"]')).toHaveAttribute(
    'data-connected',
    'true',
  );
  await page.waitForTimeout(1_000);
  await page.reload();
  await expectInCall(page);
  expect(await told()).toBeGreaterThanOrEqual(1_000);
});

test('a phone that lies on its side shows every control', async ({ open, person }) => {
  const service = await open();
  const page = await person({ ...phone, viewport: { width: 568, height: 320 } });
  await join(page, service.link(1));
  for (const id of ['mute-button', 'flip-button', 'leave-button']) {
    await expect(page.getByTestId(id)).toBeInViewport({ ratio: 1 });
  }
});

test('the portal waits for the network, says so, and goes on by itself', async ({
  open,
  person,
}) => {
  const service = await open();
  const page = await person(phone);
  await register(page, service, mother);
  await page.context().setOffline(true);
  await page.getByRole('link', { name: '我的接見' }).click();
  await expect(page.getByText(/這個頁面會自己繼續/)).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByRole('link', { name: '預約接見' })).toBeVisible({ timeout: 5_000 });
  await expect(page.getByText(/這個頁面會自己繼續/)).toHaveCount(0);

  // A service that is away without the browser knowing it.
  let away = true;
  await page.route('**/api/visitor/visits/*', (route) =>
    away ? route.fulfill({ status: 503 }) : route.fallback(),
  );
  await page.goto(`${service.doors.desk.portal_url}/visits/${crypto.randomUUID()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('我的接見');
  await expect(page.getByText('服務暫時沒有回應', { exact: false })).toBeVisible();
  away = false;
  await expect(page.getByText('服務暫時沒有回應', { exact: false })).toHaveCount(0);
});

test('nobody answers a question before what it is about is there', async ({ open, person }) => {
  const service = await open();
  const page = await person(phone);
  await register(page, service, mother);
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/api/facilities', async (route) => {
    await held;
    await route.fallback();
  });
  await page.getByRole('link', { name: '申請接見' }).click();
  await expect(page.getByText('網路較慢，還在讀取。')).toBeVisible();
  await expect(page.getByRole('button', { name: '下一步' })).toHaveCount(0);
  go();
  await expect(page.getByRole('button', { name: '下一步' })).toBeVisible();
});

test('nobody goes on while a paper is on its way', async ({ open, person }) => {
  const service = await open();
  const { desk } = service.doors;
  const page = await person(phone);
  await register(page, service, mother);
  const id = await page.evaluate(async ({ inmate_name, inmate_number }) => {
    const facilities = (await (await fetch('/api/facilities')).json()) as { id: string }[];
    const answer = await fetch('/api/visitor/applications', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        facility_id: facilities[0]?.id,
        number: inmate_number,
        inmate_name,
        relationship: 'parent',
        services: { on_site: false, remote: false, mobile: true },
      }),
    });
    return ((await answer.json()) as { id: string }).id;
  }, desk);
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/documents', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.fallback();
  });
  await page.goto(`${desk.portal_url}/applications/${id}/documents`);
  await expect(page.getByRole('link', { name: '下一步' })).toBeVisible();
  const file = { name: 'identity.png', mimeType: 'image/png', buffer: await page.screenshot() };
  await page.locator('input[type="file"]#identity').setInputFiles(file);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByRole('link', { name: '下一步' })).toHaveCount(0);
  go();
  await expect(page.getByRole('link', { name: '下一步' })).toBeVisible();
});

test('a question over the page is read from its top on a phone', async ({ open, person }) => {
  const service = await open();
  const page = await person({ ...phone, viewport: narrow });
  const application = await applied(page, service, mother);
  await page.goto(`${service.doors.desk.portal_url}/applications/${application}`);
  await page.getByRole('button', { name: '撤回這份申請' }).click();
  const heading = page.getByRole('dialog').getByRole('heading');
  await expect(heading).toBeFocused();
  await expect(heading).toBeInViewport();

  await page.keyboard.press('Escape');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveCSS('color', 'rgb(29, 38, 41)');
  await expect(page.getByRole('button')).toHaveCount(0);
});
