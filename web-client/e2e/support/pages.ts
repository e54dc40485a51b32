/** What people do on the pages, and where one sees that it worked. */
import { expect, type Locator, type Page } from '@playwright/test';
import { cutWebsockets } from './media';
import type { Service } from './service';

export type Seat = 0 | 1 | 2 | 3;

/** The states of the join page. */
export type JoinState =
  | 'loading'
  | 'early'
  | 'ready'
  | 'joining'
  | 'used'
  | 'over'
  | 'withdrawn'
  | 'without-visit'
  | 'flagged'
  | 'not-valid'
  | 'camera-refused'
  | 'in-app'
  | 'unsupported'
  | 'error';

export function joinState(page: Page): Locator {
  return page.getByTestId('join-state');
}

export async function expectJoinState(page: Page, state: JoinState): Promise<void> {
  await expect(joinState(page)).toHaveAttribute('data-state', state);
}

export async function expectInCall(page: Page): Promise<void> {
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'live');
}

export async function expectEnded(page: Page, reason: string): Promise<void> {
  await expect(page.getByTestId('ended')).toHaveAttribute('data-reason', reason);
}

export async function expectTerminal(page: Page, state: string): Promise<void> {
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', state);
}

export function tile(page: Page, seat: Seat): Locator {
  return page.locator(`[data-testid="tile"][data-seat="${seat}"]`);
}

export async function expectConnected(page: Page, ...seats: Seat[]): Promise<void> {
  for (const seat of seats) {
    await expect(tile(page, seat)).toHaveAttribute('data-connected', 'true');
  }
}

/** Opens a link and taps Join, without waiting for what comes of it. */
export async function tapJoin(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByTestId('join-button').click();
}

/** Opens a link, taps Join and is in the call. */
export async function join(page: Page, link: string): Promise<void> {
  await tapJoin(page, link);
  await expectInCall(page);
}

/** Opens the terminal during a visit: it goes into the call by itself. */
export async function seatInmate(page: Page, service: Service): Promise<void> {
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'call');
}

/** Hangs up and says so twice, as one is asked. */
export async function leave(page: Page): Promise<void> {
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
}

/** The touch that staff know: three seconds on the facility's name, or on the page that says what is wrong. */
export async function askForTest(terminal: Page): Promise<void> {
  await terminal.mouse.move(60, 60);
  await terminal.mouse.down();
  await expectTerminal(terminal, 'self-test');
  await terminal.mouse.up();
}

/** A terminal whose visit begins soon hears nothing of the server for half a minute. */
export async function loseServer(page: Page, service: Service): Promise<void> {
  await page.clock.install();
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'soon');
  await cutWebsockets(page);
  await page.clock.fastForward(31_000);
  await expectTerminal(page, 'away');
}
