/** A terminal tests itself: with the browser's own made-up camera and microphone, against the service's media. */
import type { Page } from '@playwright/test';
import { hear } from '../support/media';
import { askForTest, expectTerminal } from '../support/pages';
import { administrator } from '../support/staff';
import { expect, test } from '../support/test';

const LATER = { openInSeconds: 3_600 };

test('a terminal tests itself when staff ask, and the console and the metrics have it', async ({
  open,
  person,
}) => {
  const service = await open(LATER);
  const [page, staff] = [await person({ locale: 'en' }), await administrator(service, person)];
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  await askForTest(page);
  await expect(page.getByRole('heading')).toContainText('testing itself');
  await expectTerminal(page, 'idle');
  // Chromium's microphone beeps by itself and hears no loudspeaker, as one with a handset.
  await expect(page.getByTestId('terminal')).toContainText('does not hear the loudspeaker');
  await staff.goto(`${service.doors.base_url}/staff/terminals`);
  const told = staff.getByTestId('self-test');
  await expect(told).toContainText('麥克風聽不到喇叭');
  await expect(told).not.toContainText('找不到');
  await expect(told).not.toContainText('傳不到');
  await expect.poll(() => service.metric('openvisit_terminals_failed_self_test')).toBe(0);
});

test('without a camera a terminal says what staff do, and keeps to it', async ({
  open,
  person,
}) => {
  const service = await open(LATER);
  const [page, staff] = [
    await person({ hasCamera: false, locale: 'en' }),
    await administrator(service, person),
  ];
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  await askForTest(page);
  await expectTerminal(page, 'faulty');
  const shown = page.getByTestId('terminal');
  await expect(shown).toContainText('Please tell the staff');
  await expect(shown).toContainText('No camera');
  await expect(shown).not.toContainText('No microphone');
  await expect(shown).not.toContainText('do not reach');
  await page.reload();
  await expectTerminal(page, 'faulty');
  await staff.goto(`${service.doors.base_url}/staff/terminals`);
  await expect(staff.getByTestId('self-test')).toContainText('找不到鏡頭');
  await expect
    .poll(() => service.metric('openvisit_terminals_failed_self_test'), { timeout: 90_000 })
    .toBe(1);
});

test('a terminal tests itself unasked by day, and not at all when a visit is near', async ({
  open,
  person,
}) => {
  const hours = (Date.now() / 3_600_000 + 8) % 24;
  // It lasts some minutes, and has to be over by then.
  test.skip(hours < 6 || hours >= 19.9, 'in Taiwan it is night, when terminals are left in peace');
  const [service, soon] = [await open(LATER), await open({ openInSeconds: 20 * 60 })];
  const [page, near] = [await person(), await person()];
  await near.goto(soon.doors.terminal_url);
  await expectTerminal(near, 'idle');
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  await near.mouse.move(60, 60);
  await near.mouse.down();
  await expect(near.getByTestId('terminal')).toContainText('接見快開始了');
  await near.mouse.up();
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', 'self-test', {
    timeout: 60_000,
  });
  await expectTerminal(near, 'idle');
  await expectTerminal(page, 'idle');
});

test('a visit goes before a test, and is called though the last one failed', async ({
  open,
  person,
}) => {
  const service = await open(LATER);
  const page = await person({ hasCamera: false });
  const shown = page.getByTestId('terminal');
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  await askForTest(page);
  await hearOfVisit(page, 240);
  await expectTerminal(page, 'soon');
  await expect(shown).toContainText('明華');
  await hearOfVisit(page, 3_600);
  await expectTerminal(page, 'idle');
  await askForTest(page);
  await expectTerminal(page, 'faulty');

  await page.reload();
  await expectTerminal(page, 'faulty');
  await hearOfVisit(page, 240);
  await expectTerminal(page, 'soon');
  await expect(shown).toContainText('請準備就座');
});

/** The service tells of a visit that begins in so many seconds. */
async function hearOfVisit(page: Page, inSeconds: number): Promise<void> {
  const now_ms = Date.now();
  const starts_at_ms = now_ms + inSeconds * 1_000;
  const visits = [{ starts_at_ms, ends_at_ms: starts_at_ms + 1_800_000, first_name: '明華' }];
  await hear(page, { type: 'idle', now_ms, facility: '示範監獄', terminal: '一號', visits });
}
