import type { Page } from '@playwright/test';
import { cutWebsockets, expectLiveMediaOf, lines, mendWebsockets } from '../support/media';
import {
  expectConnected,
  expectEnded,
  expectInCall,
  expectJoinState,
  expectTerminal,
  join,
  seatInmate,
  tapJoin,
  tile,
} from '../support/pages';
import { expect, test } from '../support/test';

/** A person who waits longer than this after a reload would rightly think that it is broken. */
const RELOAD_GUARD_MS = 15_000;

test('a reload comes back into the call without a tap', async ({ inCall }) => {
  const { inmate, mother } = await inCall();

  const before = Date.now();
  await mother.reload();
  await expectInCall(mother);
  const decoded = async () => (await lines(mother)).some(({ framesDecoded }) => framesDecoded > 0);
  await expect.poll(decoded, { intervals: [50], timeout: RELOAD_GUARD_MS }).toBe(true);
  console.log(`reload to the first remote frame: ${Date.now() - before} ms`);
  await expectLiveMediaOf(1, inmate, mother);
  await expectConnected(inmate, 1);
});

test('the terminal comes back into the call after a reload', async ({ inCall }) => {
  const { inmate, mother } = await inCall();
  await inmate.reload();
  await expectLiveMediaOf(1, inmate, mother);
});

test('media flows on while the websocket is away, and the page returns by itself', async ({
  inCall,
}) => {
  const { inmate, mother } = await inCall();

  await cutWebsockets(mother);
  await expect(tile(inmate, 1)).toHaveAttribute('data-connected', 'false');
  await expectLiveMediaOf(1, inmate, mother);
  await mendWebsockets(mother);
  await expectConnected(inmate, 1);
  await expectInCall(mother);
  await expectLiveMediaOf(1, inmate, mother);
});

test('a change of network renews the path of media and keeps the connection', async ({
  inCall,
}) => {
  const { inmate, mother } = await inCall();

  const before = await path(mother);
  await mother.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(async () => (await path(mother)).name).not.toBe(before.name);
  await expectLiveMediaOf(1, inmate, mother);
  expect((await path(mother)).connections).toBe(before.connections);
  await expectInCall(mother);
});

for (const engine of ['chromium', 'firefox'] as const) {
  test(`${engine} takes the relays that it is told of to a renewed path`, async ({
    open,
    person,
  }) => {
    const service = await open();
    const [inmate, mother] = [await person(), await person({ engine })];
    await mother.addInitScript(() => {
      const parse = JSON.parse;
      JSON.parse = (text: string) => {
        const value = parse(text) as { type?: string };
        const urls = ['turn:127.0.0.1:3478'];
        const ice_servers = [{ urls, username: 'u', credential: 'p' }];
        return value?.type === 'joined' ? { ...value, ice_servers } : value;
      };
    });
    await seatInmate(inmate, service);
    await join(mother, service.link(1));
    await expectLiveMediaOf(1, inmate, mother);

    const relays = () =>
      mother.evaluate(() => window.kept.connections[0]?.getConfiguration().iceServers?.length);
    expect(await relays()).toBe(0);
    const before = await path(mother);
    await mother.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect.poll(async () => (await path(mother)).name).not.toBe(before.name);
    expect(await relays()).toBe(1);
    await expectLiveMediaOf(1, inmate, mother);
  });
}

test('when the server fails and starts again, everybody is back by themselves', async ({
  inCall,
}) => {
  const { service, inmate, mother } = await inCall();
  await service.fail();
  await expectInCall(mother);
  await expectConnected(mother, 0);
  await expectLiveMediaOf(1, inmate, mother);
});

test('the same link in a second window takes the call over and says so in the first', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, first] = [await person(), await person()];
  await seatInmate(inmate, service);
  await join(first, service.link(1));
  const second = await first.context().newPage();
  await second.goto(service.link(1));
  await expectInCall(second);
  await expectEnded(first, 'replaced');
  await expectConnected(inmate, 1);
});

test('a terminal that is opened a second time says so in the first window, which can take over', async ({
  open,
  person,
}) => {
  const service = await open();
  const [first, mother] = [await person(), await person()];
  await seatInmate(first, service);
  await join(mother, service.link(1));
  const second = await first.context().newPage();
  await seatInmate(second, service);
  await expectTerminal(first, 'elsewhere');
  await first.getByTestId('take-over').click();
  await expectTerminal(second, 'elsewhere');
  await expectTerminal(first, 'call');
  await expectLiveMediaOf(1, first, mother);
});

for (const [locale, words] of [
  ['zh-TW', /另一|其他/],
  ['en', /another device/i],
] as const) {
  test(`a link that another device has used is refused in words (${locale})`, async ({
    open,
    person,
  }) => {
    const service = await open();
    const [mother, stranger] = [await person({ locale }), await person({ locale })];
    await join(mother, service.link(1));
    await tapJoin(stranger, service.link(1));
    await expectJoinState(stranger, 'used');
    await expect(stranger.getByTestId('join-state')).toContainText(words);
    await expect(stranger.getByTestId('resend-button')).toBeVisible();
    await expectInCall(mother);
  });
}

/** By what name the page's media is known, and how many connections it has made so far. */
function path(page: Page): Promise<{ name: string; connections: number }> {
  return page.evaluate(() => {
    const { connections } = window.kept;
    const sdp = connections.at(-1)?.localDescription?.sdp ?? '';
    return { name: /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1] ?? '', connections: connections.length };
  });
}
