/** A terminal that nobody touches. */
import type { Page } from '@playwright/test';
import { expectLiveMediaOf, hear, lines, mendWebsockets } from '../support/media';
import {
  expectConnected,
  expectInCall,
  expectTerminal,
  loseServer,
  join,
  seatInmate,
  tile,
} from '../support/pages';
import { administrator } from '../support/staff';
import { expect, test } from '../support/test';

const SOON = { openInSeconds: 240 };
const LATER = { openInSeconds: 3_600 };

for (const [locale, inmate, staff] of [
  ['zh-TW', '請告訴管理人員', /網路線/],
  ['en', 'Please tell the staff', /network cable/],
] as const) {
  test(`without a network a terminal says so and comes back by itself (${locale})`, async ({
    open,
    person,
  }) => {
    const service = await open(SOON);
    const page = await person({ locale });
    await loseServer(page, service);
    await expect(page.getByTestId('terminal')).toContainText(inmate);
    await expect(page.getByTestId('terminal')).toContainText(staff);
    await mendWebsockets(page);
    await page.clock.fastForward(10_000);
    await expectTerminal(page, 'soon');
  });
}

test('without a camera a visit has sound, and staff are told', async ({ open, person }) => {
  const [inmate, mother] = [await person({ locale: 'en' }), await person({ locale: 'en' })];
  const service = await open({ openInSeconds: 20 });
  await inmate.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = (wanted) =>
      wanted?.video ? Promise.reject(new DOMException('', 'NotFoundError')) : ask(wanted);
  });
  await inmate.goto(service.doors.terminal_url);
  await expectTerminal(inmate, 'soon');
  await expect(inmate.getByTestId('terminal')).toContainText('visits have sound only');
  await mother.goto(service.link(1));
  await mother.getByTestId('join-button').click();
  await expectTerminal(inmate, 'call');
  await expectConnected(mother, 0);
  await expect(tile(mother, 0)).toContainText('camera is off', { ignoreCase: true });
  const sound = async () =>
    (await lines(mother)).some(({ kind, audioEnergy }) => kind === 'audio' && audioEnergy > 0);
  await expect.poll(sound).toBe(true);
});

test('camera and microphone are let go between visits', async ({ open, person }) => {
  const service = await open();
  const [inmate, mother, officer] = [await person(), await person(), await person()];
  const taken = await tracks(inmate);
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  expect(await taken()).toContain('live');
  await officer.goto(service.doors.officer_url);
  await officer.getByTestId('officer-end').click();
  await officer.getByTestId('officer-reason').fill('設備故障，改期接見。');
  await officer.locator('#officer-ended-by').selectOption('facility');
  await officer.getByTestId('officer-end-confirm').click();
  await expectTerminal(inmate, 'over');
  await expect.poll(taken).not.toContain('live');
});

test('a device that was paired anew leaves its call, and the console tells who is connected', async ({
  open,
  person,
}) => {
  const service = await open();
  const [former, mother, fresh] = [await person(), await person(), await person()];
  await seatInmate(former, service);
  await join(mother, service.link(1));
  await expectConnected(mother, 0);

  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/terminals`);
  const row = staff.getByRole('row').filter({ hasText: '已連線' });
  await expect(row).toHaveCount(1);
  await row.getByRole('button', { name: /重新配對/ }).click();
  await staff.getByRole('dialog').getByRole('button', { name: '重新配對' }).click();
  const address = staff.getByRole('dialog').locator('code');
  await expect(address).toContainText('/terminal#');
  const pairing = (await address.textContent()) ?? '';

  await expectTerminal(former, 'out-of-order');
  await expect(tile(mother, 0)).toHaveAttribute('data-connected', 'false');
  await expectInCall(mother);
  await staff.getByRole('button', { name: '已完成，關閉' }).click();
  await expect(staff.getByText(/最後連線/)).toBeVisible();
  await expect(row).toHaveCount(0);

  await fresh.goto(pairing);
  await expectTerminal(fresh, 'call');
  await expectLiveMediaOf(1, fresh, mother);
  await expect(row).toHaveCount(1);
});

test('a new build of the pages is loaded when no visit is near', async ({ open, person }) => {
  const service = await open(LATER);
  const page = await person();
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  const now_ms = Date.now();
  const idle = { type: 'idle', now_ms, facility: '示範監獄', terminal: '一號', build: 'another' };
  const visit = (inMs: number) => ({
    starts_at_ms: now_ms + inMs,
    ends_at_ms: now_ms + inMs + 1_800_000,
    first_name: '明華',
  });
  const loads: string[] = [];
  page.on('framenavigated', (frame) => loads.push(frame.url()));
  await hear(page, { ...idle, visits: [visit(9 * 60_000)] });
  await expect(page.getByTestId('terminal')).toContainText('示範監獄');
  // The page looks each second.
  await expect.poll(() => page.evaluate(() => performance.now())).toBeGreaterThan(5_000);
  expect(loads).toEqual([]);
  await page.route('**/terminal', (route) => route.abort());
  const asked = page.waitForRequest('**/terminal');
  await hear(page, { ...idle, visits: [] });
  await asked;
  await expectTerminal(page, 'idle');
  expect(loads, 'a service that is away costs nobody the page').toEqual([]);
  await page.unroute('**/terminal');
  await expect.poll(() => loads.length, { timeout: 60_000 }).toBe(1);
  await expectTerminal(page, 'idle');
});

test('the visits of a full day are seen at once, as nobody scrolls a terminal', async ({
  open,
  person,
}) => {
  const service = await open(LATER);
  const page = await person();
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  const now_ms = Date.now();
  const names = ['明華', '瓦歷斯·諾幹 Walis Nokan', 'Minh Khai', '志明', '大同', '小玉'];
  const visits = names.map((first_name, at) => ({
    starts_at_ms: now_ms + (9 + 30 * at) * 60_000,
    ends_at_ms: now_ms + (34 + 30 * at) * 60_000,
    first_name,
  }));
  await hear(page, { type: 'idle', now_ms, facility: '示範監獄', terminal: '一號', visits });
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
    [1080, 1920],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const name of names) {
      await expect(page.getByText(name)).toBeInViewport({ ratio: 1 });
    }
  }
});

/** How the tracks stand that the page was given so far. */
async function tracks(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const given: MediaStreamTrack[] = [];
    Object.assign(window, { given });
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      given.push(...stream.getTracks());
      return stream;
    };
  });
  return () =>
    page.evaluate(() =>
      (window as unknown as { given: MediaStreamTrack[] }).given.map(
        ({ readyState }) => readyState,
      ),
    );
}
