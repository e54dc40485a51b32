/** Every page in every state that can be brought about, for whoever looks at pages rather than calls. */
import { expect, type Page } from '@playwright/test';
import { hear } from './media';
import {
  askForTest,
  expectJoinState,
  expectTerminal,
  join,
  joinState,
  leave,
  loseServer,
  seatInmate,
  tapJoin,
} from './pages';
import type { PersonOptions } from './test';
import type { Plan, Service } from './service';

/** What a case may use. `person` makes further devices of the same kind. */
export interface Stage {
  service: Service;
  person: (options?: PersonOptions) => Promise<Page>;
}

export interface Case {
  name: string;
  plan?: Plan;
  /** Where the page is made for: everyone's devices, or the wall of a visiting room. */
  device: 'any' | 'terminal';
  /** A page of the facility's own, which is written in fewer languages. */
  house?: true;
  /** Nothing on the page chooses its language. */
  withoutSwitch?: true;
  options?: PersonOptions;
  /** Brings `page` into the state. */
  show: (page: Page, stage: Stage) => Promise<void>;
}

/** LINE's browser, in which links are often opened. */
const LINE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.9.0';

export const cases: Case[] = [
  {
    name: 'landing',
    device: 'any',
    show: async (page, { service }) => {
      await page.goto(service.doors.base_url);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    },
  },
  {
    name: 'join-ready',
    device: 'any',
    show: async (page, { service }) => {
      await page.goto(service.link(1));
      await expectJoinState(page, 'ready');
    },
  },
  {
    name: 'join-early',
    plan: { openInSeconds: 3_600 },
    device: 'any',
    show: async (page, { service }) => {
      await tapJoin(page, service.link(1));
      await expectJoinState(page, 'early');
    },
  },
  {
    name: 'join-used',
    device: 'any',
    show: async (page, { service, person }) => {
      await join(await person(), service.link(1));
      await tapJoin(page, service.link(1));
      await expectJoinState(page, 'used');
    },
  },
  {
    name: 'join-not-valid',
    device: 'any',
    show: async (page, { service }) => {
      const link = service.link(1);
      const other = link.endsWith('A') ? 'B' : 'A';
      await tapJoin(page, `${link.slice(0, -1)}${other}`);
      await expectJoinState(page, 'not-valid');
    },
  },
  {
    name: 'join-camera-refused',
    device: 'any',
    options: { grantMedia: false },
    show: async (page, { service }) => {
      await page.goto(service.link(1));
      await expectJoinState(page, 'camera-refused');
    },
  },
  {
    name: 'join-in-app',
    device: 'any',
    options: { userAgent: LINE },
    show: async (page, { service }) => {
      await page.goto(service.link(1).replace('/j#', '/j?openExternalBrowser=1#'));
      await expectJoinState(page, 'in-app');
    },
  },
  {
    name: 'join-late',
    device: 'any',
    show: async (page, { service }) => {
      await page.clock.install();
      // The service says nothing.
      await page.routeWebSocket(/./, () => undefined);
      await tapJoin(page, service.link(1));
      await expectJoinState(page, 'joining');
      await page.clock.fastForward(6_000);
      await expect(joinState(page).getByRole('status').last()).not.toBeEmpty();
    },
  },
  {
    name: 'join-error',
    device: 'any',
    show: async (page, { service }) => {
      // As from a page that is older than the service.
      await page.routeWebSocket(/./, (own) => {
        const server = own.connectToServer();
        own.onMessage((message) =>
          server.send(String(message).replace(/"version":\d+/, '"version":0')),
        );
      });
      await tapJoin(page, service.link(1));
      await expectJoinState(page, 'error');
    },
  },
  {
    name: 'join-unsupported',
    device: 'any',
    show: async (page, { service }) => {
      await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
      await page.goto(service.link(1));
      await expectJoinState(page, 'unsupported');
    },
  },
  {
    name: 'call',
    withoutSwitch: true,
    device: 'any',
    show: async (page, { service, person }) => {
      await seatInmate(await person(), service);
      await join(page, service.link(1));
      await picture(page, 1);
    },
  },
  {
    name: 'call-picture-paused',
    withoutSwitch: true,
    device: 'any',
    show: async (page, { service, person }) => {
      await seatInmate(await person(), service);
      await join(page, service.link(1));
      await picture(page, 1);
      await hear(page, { type: 'pictures', paused: [0] });
      await expect(page.getByTestId('tile').getByRole('status')).toBeVisible();
    },
  },
  {
    name: 'call-left',
    device: 'any',
    show: async (page, { service }) => {
      await join(page, service.link(1));
      await leave(page);
      await expect(page.getByTestId('ended')).toBeVisible();
    },
  },
  {
    name: 'terminal-idle',
    withoutSwitch: true,
    plan: { openInSeconds: 3_600 },
    device: 'terminal',
    house: true,
    show: async (page, { service }) => {
      await page.goto(service.doors.terminal_url);
      await expectTerminal(page, 'idle');
    },
  },
  {
    name: 'terminal-call',
    withoutSwitch: true,
    device: 'terminal',
    house: true,
    show: async (page, { service, person }) => {
      await join(await person(), service.link(1));
      await seatInmate(page, service);
      await picture(page, 1);
    },
  },
  {
    name: 'terminal-away',
    withoutSwitch: true,
    plan: { openInSeconds: 240 },
    device: 'terminal',
    house: true,
    show: async (page, { service }) => {
      await loseServer(page, service);
    },
  },
  {
    name: 'terminal-out-of-order',
    withoutSwitch: true,
    device: 'terminal',
    house: true,
    show: async (page, { service }) => {
      await page.goto(`${service.doors.base_url}/terminal#${'A'.repeat(43)}`);
      await expectTerminal(page, 'out-of-order');
    },
  },
  {
    name: 'terminal-self-test',
    withoutSwitch: true,
    plan: { openInSeconds: 3_600 },
    device: 'terminal',
    house: true,
    show: async (page, { service }) => {
      // Without an answer to this the test does not come to its end.
      await page.route('**/api/terminal/self-test', () => undefined);
      await page.goto(service.doors.terminal_url);
      await expectTerminal(page, 'idle');
      await askForTest(page);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    },
  },
  {
    name: 'staff',
    device: 'any',
    house: true,
    show: async (page, { service }) => {
      await page.goto(service.doors.officer_url);
      await expect(page.getByTestId('officer-visit')).toHaveCount(1);
    },
  },
  {
    name: 'outbox',
    device: 'any',
    house: true,
    show: async (page, { service }) => {
      await page.goto(service.doors.outbox_url);
      await expect(page.getByTestId('outbox-message')).toHaveCount(3);
    },
  },
  ...(
    [
      ['portal-consent', 'register/consent'],
      ['portal-sign-in', 'sign-in'],
      ['portal-forgot', 'forgot'],
      ['portal-verify', `verify#${'A'.repeat(43)}`],
      ['portal-verify-failed', 'verify'],
      ['portal-reset', `reset#${'A'.repeat(43)}`],
    ] as const
  ).map(([name, view]): Case => ({
    name,
    device: 'any',
    show: async (page, { service }) => {
      await page.goto(`${service.doors.base_url}/portal/${view}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    },
  })),
  {
    name: 'portal-form-wrong',
    device: 'any',
    show: async (page, { service }) => {
      await page.goto(`${service.doors.base_url}/portal/sign-in`);
      await page.locator('form').getByRole('button').last().click();
      await expect(page.getByRole('alert')).toBeFocused();
    },
  },
  {
    name: 'portal-phone-test',
    device: 'any',
    show: async (page, { service }) => {
      await page.goto(`${service.doors.base_url}/portal/phone-test`);
      await page.getByRole('main').getByRole('button').click();
      await expect(page.locator('main video')).toBeVisible();
    },
  },
];

/** Waits until so many of the others' pictures are seen. */
export async function picture(page: Page, others: number): Promise<void> {
  const seen = () =>
    page
      .getByTestId('tile')
      .locator('video')
      .evaluateAll(
        (videos) => videos.filter((video) => (video as HTMLVideoElement).videoWidth > 0).length,
      );
  await expect.poll(seen).toBeGreaterThanOrEqual(others);
}
