import type { Page } from '@playwright/test';
import { cutWebsockets, expectLiveMediaOf, holdMedia, lines, type Line } from '../support/media';
import {
  expectEnded,
  expectJoinState,
  expectTerminal,
  join,
  seatInmate,
  tapJoin,
} from '../support/pages';
import { expect, test } from '../support/test';

/** How exact the end is. */
const TOLERANCE_MS = 1_000;

test('the end of the visit cuts media for all, though every websocket is dead', async ({
  open,
  person,
}) => {
  const [inmate, mother, brother] = [await person(), await person(), await person()];
  const service = await open({ minutes: 1 });
  const all = [inmate, mother, brother];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await join(brother, service.link(2));
  await expectLiveMediaOf(2, ...all);
  for (const page of all) await holdMedia(page);
  for (const page of all) await cutWebsockets(page);
  await expectLiveMediaOf(2, ...all);

  const silent = service.endsAtMs + TOLERANCE_MS;
  await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(silent);
  const last = await Promise.all(all.map(lines));
  for (const received of last) {
    expect(received).toHaveLength(4);
    const halted = service.endsAtMs - 5 * TOLERANCE_MS;
    for (const { mid, lastPacketAtMs } of received) {
      expect(lastPacketAtMs, `line ${mid} is cut`).toBeLessThan(silent);
      expect(lastPacketAtMs, `line ${mid} lasts`).toBeGreaterThan(halted);
    }
    // One camera may halt for a second where the machine is busy; a cut before its time silences all at once.
    const lasts = Math.max(...received.map(({ lastPacketAtMs }) => lastPacketAtMs));
    expect(lasts, 'the call lasts').toBeGreaterThan(service.endsAtMs - TOLERANCE_MS);
  }
  // The cameras are still on, and whatever they send must reach nobody.
  await expect.poll(() => Date.now()).toBeGreaterThan(silent + 3 * TOLERANCE_MS);
  const counts = (party: Line[][]) => party.map((received) => received.map((line) => line.packets));
  expect(counts(await Promise.all(all.map(lines)))).toEqual(counts(last));
});

test('everyone is told of the end, and the terminal waits for the next visit', async ({
  open,
  person,
}) => {
  const inmate = await person();
  const [mother, sister] = [await person(), await person({ engine: 'firefox' })];
  const service = await open({ minutes: 1 });
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await join(sister, service.link(2));
  await expectLiveMediaOf(2, inmate, mother, sister);
  for (const page of [mother, sister]) {
    await expect(page.getByTestId('ended')).toHaveAttribute('data-reason', 'slot_ended', {
      timeout: 60_000,
    });
  }
  expect(Date.now()).toBeGreaterThan(service.endsAtMs - TOLERANCE_MS);
  await expect(mother.getByTestId('ended').locator('a[href="/portal/book"]')).toBeVisible();
  await expectTerminal(inmate, 'over');
  await expect(inmate.getByTestId('terminal')).toHaveAttribute('data-state', 'idle', {
    timeout: 60_000,
  });

  await expectOverWhenOpenedAgain(mother, service.link(1));
});

test('who waited for the inmate has that time at the end, and the terminal too', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open({ minutes: 1.75 });
  const [inmate, mother] = [await person(), await person()];
  await join(mother, service.link(1));
  const added = mother.getByTestId('time-added');
  await expect(added).toBeVisible({ timeout: 60_000 });

  await seatInmate(inmate, service);
  await expectLiveMediaOf(1, inmate, mother);
  await expect(added).toBeHidden({ timeout: 30_000 });
  const former = service.endsAtMs + TOLERANCE_MS;
  await expect.poll(() => Date.now(), { timeout: 90_000 }).toBeGreaterThan(former);
  await expectLiveMediaOf(1, inmate, mother);
});

test('who comes late does not move the end', async ({ inCall, person }) => {
  const { service, inmate, mother } = await inCall({ plan: { minutes: 0.75 } });
  const late = service.endsAtMs - 15_000;
  await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(late);
  const brother = await person();
  await join(brother, service.link(2));
  await holdMedia(mother);
  await holdMedia(inmate);
  const silent = service.endsAtMs + TOLERANCE_MS;
  await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(silent);
  for (const page of [inmate, mother]) {
    for (const { lastPacketAtMs } of await lines(page)) {
      expect(lastPacketAtMs).toBeLessThan(silent);
    }
  }
  await expectEnded(brother, 'slot_ended');
});

/** After the end the link says that the visit is over. */
async function expectOverWhenOpenedAgain(page: Page, link: string): Promise<void> {
  await page.goto('about:blank');
  await tapJoin(page, link);
  await expectJoinState(page, 'over');
  await expect(page.locator('main a[href="/portal/book"]')).toBeVisible();
}
